//! The examples on the pages are what they say: the lint is found in the first, and nothing else that
//! an author would have to mend, and not in the second.

use std::collections::BTreeMap;

use banneret::{Book, Checked, Code};
use banneret_lint::Options;

type Files = BTreeMap<String, String>;

/// Pages without an example in the language of rules, or with one that leaves something out.
const WITHOUT: [&str; 8] = [
    "BN010", "BN805", "BN806", "BN807", "BN810", "BN811", "BN812", "BN813",
];

/// Kinds that examples use and do not define.
const KINDS: [&str; 4] = ["news", "offer", "tip", "upsell"];

/// The blocks of a page in that language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    let blocks = page.split(&*fence).skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap())
        .collect()
}

/// The items of an example by their first two words, with the fields that its banners leave out.
fn items(example: &str, complete: bool) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    let mut whole: Vec<String> = Vec::new();
    for line in example.lines().filter(|line| !line.trim().is_empty()) {
        match whole.last_mut() {
            Some(last) if line.starts_with(' ') => *last += &format!("{line}\n"),
            _ => whole.push(format!("{line}\n")),
        }
    }
    for mut item in whole {
        let head: Vec<_> = item.split_whitespace().take(2).collect();
        let head = head.join(" ").trim_end_matches(':').to_owned();
        if head.starts_with("banner") && complete {
            let message = field(&item, "message").unwrap_or("tip").to_owned();
            for (name, value) in [
                ("message", &*message),
                ("audience", "in_dunning"),
                ("placement", "top"),
                ("copy", &message.replace('_', "-")),
                ("owner", "\"x\""),
            ] {
                if field(&item, name).is_none() {
                    item += &format!("  {name} {value}\n");
                }
            }
        }
        items.insert(head, item);
    }
    items
}

/// The first word of a field.
fn field<'i>(item: &'i str, name: &str) -> Option<&'i str> {
    let mut lines = item.lines().map(str::split_whitespace);
    lines.find_map(|mut words| (words.next() == Some(name)).then(|| words.next())?)
}

fn book(code: &Code, items: &BTreeMap<String, String>) -> Files {
    let mut rules: String = items.values().map(|item| format!("{item}\n")).collect();
    for kind in KINDS {
        if !items.contains_key(&format!("message {kind}")) {
            rules += &format!("message {kind}:\n\n");
        }
    }
    let said = blocks(code.page, "fluent").join("\n");
    let copy = match said.is_empty() {
        true => words(items),
        false => said,
    };
    // Whatever is not about translations has its words in every locale.
    let german = match (&*blocks(code.page, "fluent de"), code.id) {
        ([], "BN501") => String::new(),
        ([], "BN505") => words(items).replace("There is nothing to do.", "Es gibt nichts zu tun."),
        ([], _) => copy.clone(),
        (translated, _) => translated.join("\n"),
    };
    let data = blocks(code.page, "yaml").join("\n");
    let (freeze, declared) = match code.id {
        "BN407" => (data, String::new()),
        _ if code.id.starts_with("BN6") => Default::default(),
        _ => (String::new(), data),
    };
    let schema = format!("include: [billing@1, recon@1, operations@1]\n{declared}\n");
    let manifest = format!(
        "edition: 1\nschema: schema.yaml\nplacements: {{top: 1, inline: 2}}\ncopy: {{dir: copy, source: en, locales: [en, de]}}\nlint: {{{}}}\n{freeze}\n",
        left_out(code).join(", ")
    );
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", schema),
        ("copy/en.ftl", copy),
        ("copy/de.ftl", german),
        ("rules.banner", rules),
    ];
    files.map(|(name, text)| (name.to_owned(), text)).into()
}

/// What an example of something else does not bother with, such as a last day and tests.
fn left_out(code: &Code) -> Vec<String> {
    let groups = ["BN402", "BN403", "BN505", "BN6", "BN701"];
    let all = banneret_lint::codes().into_iter();
    let left_out = all.filter(|other| {
        let is_needed =
            other.id == code.id || (["BN702", "BN703"].contains(&code.id) && other.id == "BN402");
        !is_needed && groups.iter().any(|group| other.id.starts_with(group))
    });
    left_out.map(|other| format!("{}: off", other.id)).collect()
}

/// Words of the right kind for every banner.
fn words(items: &BTreeMap<String, String>) -> String {
    let mut words = BTreeMap::new();
    for item in items.values().filter(|item| item.starts_with("banner")) {
        if let (Some(copy), Some(kind)) = (field(item, "copy"), field(item, "message")) {
            words.insert(copy, kind);
        }
    }
    let words = words.into_iter();
    words
        .map(|(id, kind)| format!("{id} = There is nothing to do.\n    .kind = {kind}\n"))
        .collect()
}

fn lint(files: Files) -> Checked {
    let options = Options {
        now: "2026-05-04T12:00:00Z".parse().unwrap(),
        levels: Vec::new(),
    };
    banneret_lint::lint(Book::check(files), &options)
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    let found = checked.diagnostics.iter();
    found.map(|found| found.code.id).collect()
}

#[test]
fn the_examples_on_the_pages_are_what_they_say() {
    let mut wrong = Vec::new();
    for code in banneret_lint::codes() {
        let blocks = blocks(code.page, "banner");
        assert_eq!(
            blocks.is_empty() || code.id == "BN805",
            WITHOUT.contains(&code.id),
            "{}",
            code.id
        );
        // What is compared has two versions.
        if WITHOUT.contains(&code.id) || ["BN007", "BN407"].contains(&code.id) {
            continue;
        }
        let complete = code.id != "BN804";
        let mut items_of = items(blocks[0], complete);
        let found = codes(&lint(book(code, &items_of)));
        let is_alone = found.iter().all(|found| *found == code.id);
        if !found.contains(&code.id) || !(is_alone || code.firm) {
            wrong.push(format!("{} finds {found:?}", code.id));
        }
        let Some(mended) = blocks.get(1).filter(|_| !code.firm) else {
            continue;
        };
        items_of.extend(items(mended, complete));
        let found = codes(&lint(book(code, &items_of)));
        if found.contains(&code.id) {
            wrong.push(format!("{} still fires: {found:?}", code.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_two_versions_on_the_page_of_bn007_are_what_they_say() {
    let all = banneret_lint::codes();
    let code = all.iter().find(|code| code.id == "BN007").unwrap();
    let versions = blocks(code.page, "banner");
    let versions: Vec<_> = versions
        .iter()
        .map(|rules| Book::from_files(book(code, &items(rules, true))).unwrap())
        .collect();
    let [old, new] = &versions[..] else {
        panic!("{} versions", versions.len());
    };
    let found = banneret_lint::against(old, new);
    let found: Vec<_> = found.iter().map(|found| found.code.id).collect();
    assert_eq!(found, ["BN007"]);
    assert!(banneret_lint::against(new, new).is_empty());
}

#[test]
fn the_two_versions_on_the_page_of_bn407_are_what_they_say() {
    let all = banneret_lint::codes();
    let code = all.iter().find(|code| code.id == "BN407").unwrap();
    let versions = blocks(code.page, "banner");
    let versions: Vec<_> = versions
        .iter()
        .map(|rules| Book::from_files(book(code, &items(rules, true))).unwrap())
        .collect();
    let [old, new] = &versions[..] else {
        panic!("{} versions", versions.len());
    };
    let options = Options {
        now: "2026-05-04T12:00:00Z".parse().unwrap(),
        levels: Vec::new(),
    };
    let found = banneret_lint::frozen(old, new, &options);
    let found: Vec<_> = found.iter().map(|found| found.code.id).collect();
    assert_eq!(found, ["BN407"]);
    assert!(banneret_lint::frozen(new, new, &options).is_empty());
}

#[test]
fn the_tests_on_the_pages_are_those_that_were_missing() {
    for code in banneret_lint::codes() {
        if !code.id.starts_with("BN6") {
            continue;
        }
        let [rules] = blocks(code.page, "banner")[..] else {
            panic!("{}", code.id);
        };
        let mut files = book(code, &items(rules, true));
        assert_eq!(codes(&lint(files.clone())), [code.id]);
        let tests = blocks(code.page, "yaml").join("\n");
        files.insert("tests/page.yaml".to_owned(), tests);
        let checked = lint(files);
        assert_eq!(codes(&checked), [""; 0], "{}", code.id);
        let results = checked.book.unwrap().run_cases();
        assert!(
            results.iter().all(banneret::CaseResult::passed),
            "{results:?}"
        );
    }
}
