use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Manifest, read};
use crate::diagnostic::Level;
use crate::source::FileId;
use crate::yaml::tests::{rendered, soup};

fn load(text: &str) -> (Manifest, String) {
    let mut found = Vec::new();
    let manifest = read(FileId(0), text, &mut found);
    (manifest, rendered(text, &found))
}

/// Findings about a manifest that is sound but for these lines.
fn findings(lines: &str) -> String {
    load(&format!("{lines}\nedition: 1\nplacements: {{top: 1}}\n")).1
}

#[test]
fn a_whole_manifest_is_read() {
    let (manifest, found) = load(
        "edition: 1
schema: facts.yaml
placements: {top: 1, inline: 2}
copy: {dir: words, source: en, locales: [en, de-AT, zh-CN]}
clock_skew: 5m
freeze:
  - {from: 2026-11-20, until: 2026-12-27, zone: Europe/Stockholm, reason: Christmas trade}
  - {from: 2026-03-01, until: '2026-03-01T12:00:00-05:00', reason: Move}
lint: {BN402: off, BN303: error, BN001: error}
",
    );
    assert_eq!(found, "");
    assert_eq!(&*manifest.schema, "facts.yaml");
    assert_eq!(manifest.placements.values().sum::<u32>(), 3);
    assert_eq!(&*manifest.copy.dir, "words");
    assert_eq!(manifest.copy.locales.join(" "), "en de-AT zh-CN");
    assert_eq!(manifest.clock_skew.as_seconds(), 300);
    let freezes = manifest.freezes.iter();
    let freezes: Vec<String> = freezes
        .map(|f| format!("{} {} {}", f.from, f.until, f.reason))
        .collect();
    assert_snapshot!(freezes.join("\n"), @"
    2026-11-19T23:00:00Z 2026-12-26T23:00:00Z Christmas trade
    2026-03-01T00:00:00Z 2026-03-01T17:00:00Z Move
    ");
    let levels: Vec<_> = manifest
        .lint
        .iter()
        .map(|lint| (&*lint.code, lint.level))
        .collect();
    let expected = [
        ("BN402", None),
        ("BN303", Some(Level::Error)),
        ("BN001", Some(Level::Error)),
    ];
    assert_eq!(levels, expected);
}

#[test]
fn a_short_manifest_has_defaults() {
    let (manifest, found) = load("edition: 1\nplacements: {top: 1}\n");
    assert_eq!(found, "");
    assert_eq!(&*manifest.schema, "schema.yaml");
    assert_eq!(manifest.clock_skew.as_seconds(), 5);
    assert_eq!(
        (&*manifest.copy.dir, &*manifest.copy.source),
        ("copy", "en")
    );
    assert_eq!((manifest.freezes.len(), manifest.lint.len()), (0, 0));
}

#[test]
fn what_must_be_there() {
    assert_snapshot!(load("").1, @"1:1 BN806 the manifest must be a map (`name: value`), nothing found");
    assert_snapshot!(load("schema: x.yaml").1, @"
    1:1-7 BN804 the manifest has no `edition` | add `edition: …`
    1:1-7 BN804 the manifest has no `placements` | add `placements: …`
    ");
    assert_snapshot!(load("edition: 1\nplacements: {}\nplacement: {}").1, @"
    3:1-10 BN806 the manifest has no key `placement` | did you mean `placements`? | its keys are `edition`, `schema`, `sources`, `placements`, `copy`, `clock_skew`, `freeze`, `lint`, `warehouse`
    2:13-15 BN804 the book has no placement | name one and how many banners it shows: `{top: 1}`
    ");
}

#[test]
fn editions_and_files_that_are_wrong() {
    assert_snapshot!(load("edition: 2\nplacements: {top: 1}\nschema: 7").1, @r#"
    1:10-11 BN806 there is no edition 2 of the rule language | write `edition: 1`
    3:9-10 BN806 `schema` must be text, the number `7` found | write it in quotes: "7"
    "#);
    assert_snapshot!(load("edition: '1'\nplacements: {top: 1}").1, @"1:10-13 BN806 `edition` must be a whole number, the text `1` found");
}

#[test]
fn placements_that_are_wrong() {
    assert_snapshot!(load("edition: 1\nplacements: {top: 0, Top: 1, in-line: x, side: 5000000000, low: 1.5}").1, @"
    2:19-20 BN806 the placement `top` cannot show 0 banners | write 1 or more
    2:22-25 BN806 `Top` is no name of a placement | write `a`-`z`, `0`-`9` and `_`, beginning with a letter
    2:30-37 BN806 `in-line` is no name of a placement | write `a`-`z`, `0`-`9` and `_`, beginning with a letter
    2:39-40 BN806 how many banners a placement shows must be a whole number, the text `x` found
    2:48-58 BN806 the placement `side` cannot show 5000000000 banners | write 1 or more
    2:65-68 BN806 how many banners a placement shows must be a whole number, the number `1.5` found
    ");
    assert_snapshot!(load("edition: 1\nplacements: [top]").1, @"2:13-18 BN806 `placements` must be a map (`name: value`), a list found");
}

#[test]
fn copy_that_is_wrong() {
    assert_snapshot!(findings("copy: {dir: copy, source: en, locales: [de, de, ../x, 7]}"), @r#"
    1:45-47 BN803 the locale `de` is listed twice | keep one of them
    1:49-53 BN806 `../x` is no locale | write a language tag such as `de`, `de-AT` or `zh-Hans`
    1:55-56 BN806 a locale must be text, the number `7` found | write it in quotes: "7"
    1:27-29 BN806 the source locale `en` is none of the locales | add `en` to `locales`
    "#);
    assert_snapshot!(findings("copy: {dirs: copy}"), @"
    1:8-12 BN806 `copy` has no key `dirs` | did you mean `dir`? | its keys are `dir`, `source`, `locales`
    1:8-12 BN804 `copy` has no `source` | add `source: …`
    1:8-12 BN804 `copy` has no `locales` | add `locales: …`
    ");
    assert_snapshot!(findings("copy: copy"), @"1:7-11 BN806 `copy` must be a map (`name: value`), the text `copy` found");
    assert_snapshot!(findings("copy: {source: en, locales: en}"), @"
    1:29-31 BN806 `locales` must be a list (`[a, b]` or `- a`), the text `en` found
    1:16-18 BN806 the source locale `en` is none of the locales | add `en` to `locales`
    ");
}

#[test]
fn skews_that_are_wrong() {
    assert_snapshot!(findings("clock_skew: 301s"), @"1:13-17 BN806 a `clock_skew` of 301s is over 5m | set the clocks right, and write `5m` or less");
    assert_snapshot!(findings("clock_skew: 5"), @"1:13-14 BN806 `clock_skew` must be a length of time, `5` found | write a whole number above 0 and a unit of `s`, `m`, such as `5m`");
    assert_snapshot!(findings("clock_skew: [5s]"), @"1:13-17 BN806 `clock_skew` must be a single value, a list found");
}

#[test]
fn freezes_that_are_wrong() {
    assert_snapshot!(findings("freeze: {from: 2026-11-20}"), @"1:9-27 BN806 `freeze` must be a list (`[a, b]` or `- a`), a map found");
    assert_snapshot!(findings("freeze: [{from: 2026-11-20, until: 2026-11-20, reason: x, why: y}]"), @"
    1:59-62 BN806 a freeze has no key `why` | its keys are `from`, `until`, `zone`, `reason`
    1:36-46 BN809 a freeze ends before it begins | `until` is the first day after it
    ");
    assert_snapshot!(findings("freeze: [{from: 2026-02-30, until: 2026-11-20T10:00:00, reason: x}]"), @"
    1:17-27 BN809 `from`: `2026-02-30` is no time: write it like `2026-05-04T12:00:00Z`
    1:36-55 BN809 `until`: `2026-11-20T10:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it
    ");
    assert_snapshot!(findings("freeze: [{until: 20261120, zone: Europe/Stokholm}]"), @"
    1:34-49 BN802 there is no time zone `Europe/Stokholm` | did you mean `Europe/Stockholm`?
    1:11-16 BN804 a freeze has no `from` | add `from: …`
    1:11-16 BN804 a freeze has no `reason` | add `reason: …`
    ");
    assert_snapshot!(findings("freeze: [{from: 2026-11-20, until: 2026-11-21, reason: x, zone: Nowhere}]"), @"1:65-72 BN802 there is no time zone `Nowhere` | write an IANA name like `Europe/Stockholm`, or `UTC`");
    assert_snapshot!(findings("freeze: [{from: 9999-12-30, until: 9999-12-31, zone: America/New_York, reason: x}]"), @"1:36-46 BN809 `until`: `9999-12-31` does not exist in that zone");
}

#[test]
fn levels_that_are_wrong() {
    assert_snapshot!(findings("lint: {BN001: off, BN010: warning, BN011: off, bn402: off, BN4: off, BN402: of, BN403: 1}"), @r#"
    1:15-18 BN806 `BN001` guards the truth of banners and is always an error | delete the line
    1:27-34 BN806 `BN010` guards the truth of banners and is always an error | delete the line
    1:48-53 BN806 `bn402` is no code of a finding | write a code such as `BN402`
    1:60-63 BN806 `BN4` is no code of a finding | write a code such as `BN402`
    1:77-79 BN806 there is no level `of` | the levels are `off`, `warning`, `error`
    1:88-89 BN806 a level must be text, the number `1` found | write it in quotes: "1"
    "#);
    assert_snapshot!(findings("lint: [BN402]"), @"1:7-14 BN806 `lint` must be a map (`name: value`), a list found");
}

#[test]
fn a_warehouse_is_read() {
    let (manifest, found) = load(
        "edition: 1
placements: {top: 1}
warehouse:
  table: lake.analytics.accounts
  id: account_id
  names: underscores
  columns:
    viewer.role: role
    billing.dunning_state: {name: dunning, as_of: dunning_at}
    recon.state: {as_of: recon_at}
  absent: [incident.id]
",
    );
    assert_eq!(found, "");
    let warehouse = &manifest.warehouse;
    assert_eq!(warehouse.table.join("/"), "lake/analytics/accounts");
    let column = |fact| warehouse.column(fact).unwrap_or_default();
    assert_eq!(column("account.id"), "account_id");
    assert_eq!(column("viewer.role"), "role");
    assert_eq!(column("billing.dunning_state"), "dunning");
    assert_eq!(column("recon.state"), "recon_state");
    assert_eq!(column("account.seats"), "account_seats");
    assert_eq!(warehouse.column("incident.id"), None);
    assert_eq!(warehouse.own_as_of("recon.state"), Some("recon_at"));
    assert_eq!(warehouse.own_as_of("viewer.role"), None);
    assert_eq!(warehouse.as_of, None);
}

#[test]
fn a_warehouse_that_nobody_describes_is_called_as_files_are() {
    let (manifest, _) = load("edition: 1\nplacements: {top: 1}\n");
    let warehouse = &manifest.warehouse;
    assert_eq!(warehouse.table.join("/"), "accounts");
    assert_eq!(warehouse.column("account.id").as_deref(), Some("id"));
    assert_eq!(
        warehouse.column("viewer.role").as_deref(),
        Some("viewer.role")
    );
    assert_eq!(warehouse.as_of.as_deref(), Some("as_of"));
}

#[test]
fn warehouses_that_are_wrong() {
    assert_snapshot!(findings("warehouse: accounts"), @"1:12-20 BN806 `warehouse` must be a map (`name: value`), the text `accounts` found");
    assert_snapshot!(findings("warehouse: {table: a..b, id: '', as_of: 5, names: dashes, tables: x}"), @r#"
    1:59-65 BN806 `warehouse` has no key `tables` | did you mean `table`? | its keys are `table`, `id`, `as_of`, `names`, `columns`, `absent`
    1:20-24 BN806 the table has no name | write `analytics.accounts`, or `[analytics, accounts]`
    1:30-32 BN806 `id` must be text, empty text found | write a text behind it, or delete the key
    1:41-42 BN806 `as_of` must be text, the number `5` found | write it in quotes: "5"
    1:51-57 BN806 columns cannot be called by `dashes` | write `dots`, `underscores`
    "#);
    assert_snapshot!(findings("warehouse: {table: [], columns: {a.b: [c], a.c: '', a.d: {as: x}}}"), @r#"
    1:20-22 BN806 the table has no name | write `analytics.accounts`, or `[analytics, accounts]`
    1:39-42 BN806 a column must be text, a list found
    1:49-51 BN806 a column must be text, empty text found | write a text behind it, or delete the key
    1:59-61 BN806 a column has no key `as` | its keys are `name`, `as_of`
    "#);
    assert_snapshot!(findings("warehouse: {columns: {a.b: c}, absent: [a.b, 7]}"), @r#"
    1:41-44 BN806 `a.b` has a column and is absent | delete one of the two
    1:46-47 BN806 a fact must be text, the number `7` found | write it in quotes: "7"
    "#);
}

proptest! {
    #[test]
    fn reading_never_panics(text in soup()) {
        load(&text);
        for key in ["placements", "copy", "freeze", "lint", "clock_skew", "warehouse"] {
            load(&format!("{key}: {text}"));
            load(&format!("{key}: {{{text}}}"));
        }
        load(&format!("freeze: [{{from: {text}, until: {text}, zone: {text}, reason: x}}]"));
    }
}
