//! Finished texts, as each locale writes them.
#![cfg(feature = "render")]

use banneret::{Account, Book, Checked, Clock, Facts, Time};
use banneret_copy::{RenderError, Renderer};

const MANIFEST: &str = "edition: 1
schema: schema.yaml
placements: {top: 1}
copy: {dir: copy, source: en, locales: [en, de, sv, zh-CN, ar]}
";

const SCHEMA: &str = "include: [billing@1, operations@1]
facts:
  shop.seats: {type: int, min: 0, doc: How many.}
  shop.plan: {type: enum, values: [free, pro], doc: Which.}
  shop.places: {type: set of string, doc: Where.}
";

const COPY: [(&str, &str); 5] = [
    (
        "en",
        "owed = { $billing_amount_overdue } is unpaid since { $billing_oldest_due_at }.
news = We will post news by { DATETIME($incident_next_update_at, timeStyle: \"short\") }.
seats = { $shop_seats ->
    [one] One seat is free.
   *[other] { $shop_seats } seats are free.
}
plan = { $shop_plan ->
    [free] Nothing is charged.
   *[other] A month is charged.
}
where = Affected are { $shop_places }.
only = Only in English.
card = Valid until { DATETIME($billing_oldest_due_at, timeZone: \"UTC\") }.
where-is-it = { DATETIME($billing_oldest_due_at, timeZone: \"Nowhere\") }
",
    ),
    (
        "de",
        "owed = { $billing_amount_overdue } sind seit dem { $billing_oldest_due_at } offen.
news = Bis { DATETIME($incident_next_update_at, timeStyle: \"short\") } gibt es Neues.
seats = { $shop_seats } Plätze
where = Betroffen: { $shop_places }.
",
    ),
    (
        "sv",
        "owed = { $billing_amount_overdue } är obetalt sedan { $billing_oldest_due_at }.
seats = { $shop_seats } platser
where = { $shop_places }
",
    ),
    (
        "zh-CN",
        "owed = 自 { $billing_oldest_due_at } 起有 { $billing_amount_overdue } 未付。
where = { $shop_places }
",
    ),
    ("ar", "owed = { $billing_amount_overdue } غير مدفوع.\n"),
];

fn book() -> (Book, Renderer) {
    let files = [
        ("banneret.yaml".to_owned(), MANIFEST),
        ("schema.yaml".to_owned(), SCHEMA),
    ];
    let copy = COPY.map(|(locale, text)| (format!("copy/{locale}.ftl"), text));
    let Checked {
        book,
        sources,
        diagnostics,
        ..
    } = Book::check(files.into_iter().chain(copy));
    let book = book.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let renderer = Renderer::new(&book, &sources);
    (book, renderer)
}

fn now() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

fn facts(book: &Book, given: &[(&str, &str)]) -> Facts {
    let said: Vec<_> = given
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    let line = format!(
        "{{\"id\":\"a\",\"as_of\":\"{}\",\"facts\":{{{}}}}}",
        now(),
        said.join(",")
    );
    Account::from_line(book.schema(), &line, false)
        .unwrap()
        .facts
}

fn text(entry: &str, locale: &str, given: &[(&str, &str)]) -> Result<String, RenderError> {
    let (book, renderer) = book();
    let facts = facts(&book, given);
    let clock = Clock {
        now: now(),
        skew: book.manifest().clock_skew,
    };
    let rendered = renderer.text(entry, locale, &facts, clock)?;
    Ok(format!("{}: {}", rendered.locale, rendered.text))
}

/// Spaces that do not break, written so that a reader sees them.
fn shown(text: Result<String, RenderError>) -> String {
    text.unwrap().replace(['\u{a0}', '\u{202f}'], "~")
}

const OWED: [(&str, &str); 3] = [
    ("billing.amount_overdue", "1234900"),
    ("billing.currency", "\"EUR\""),
    ("billing.oldest_due_at", "\"2026-05-01T23:30:00Z\""),
];

/// The last moment of a month is the next one already where the sun rises earlier.
#[test]
fn the_end_of_a_month_is_the_same_day_for_everybody() {
    let mut given = OWED.to_vec();
    given.push(("viewer.timezone", "\"Asia/Shanghai\""));
    let owed = shown(text("owed", "en", &given));
    assert_eq!(owed, "en: €12,349.00 is unpaid since May 2, 2026.");
    let card = shown(text("card", "en", &given));
    assert_eq!(card, "en: Valid until May 1, 2026.");
    assert!(text("where-is-it", "en", &given).is_err());
}

#[test]
fn money_and_dates_are_those_of_the_locale() {
    let told = |locale| shown(text("owed", locale, &OWED));
    assert_eq!(told("en"), "en: €12,349.00 is unpaid since May 1, 2026.");
    assert_eq!(
        told("de"),
        "de: 12.349,00~€ sind seit dem 1. Mai 2026 offen."
    );
    assert_eq!(told("sv"), "sv: 12~349,00~€ är obetalt sedan 1 maj 2026.");
    assert_eq!(
        told("zh-CN"),
        "zh-CN: 自 2026年5月1日 起有 €12,349.00 未付。"
    );
}

#[test]
fn amounts_have_the_digits_of_their_currency() {
    let told = |amount, currency| {
        let mut given = OWED.to_vec();
        given[0].1 = amount;
        given[1].1 = currency;
        let text = shown(text("owed", "en", &given));
        text.split(" is unpaid").next().unwrap().replace("en: ", "")
    };
    assert_eq!(told("24900", "\"JPY\""), "¥24,900");
    assert_eq!(told("24900", "\"KWD\""), "KWD~24.900");
    assert_eq!(told("24900", "\"SEK\""), "SEK~249.00");
    // The CLDR writes no cents of these, but these are owed.
    assert_eq!(told("24950", "\"ALL\""), "249.50~ALL");
    assert_eq!(told("24900", "\"ALL\""), "ALL~249");
}

#[test]
fn times_are_told_in_the_zone_of_the_viewer() {
    let mut given = OWED.to_vec();
    given.push(("viewer.timezone", "\"Asia/Shanghai\""));
    assert!(shown(text("owed", "en", &given)).contains("May 2, 2026"));
    let given = [
        ("incident.next_update_at", "\"2026-05-04T13:30:00Z\""),
        ("viewer.timezone", "\"Europe/Stockholm\""),
    ];
    let told = shown(text("news", "en", &given));
    assert!(told.contains("May 4, 2026 at 3:30"), "{told}");
    assert_eq!(
        shown(text("news", "de", &given)),
        "de: Bis 4. Mai 2026 um 15:30 gibt es Neues."
    );
}

#[test]
fn variants_and_numbers_follow_the_locale() {
    let seats = |locale, count| shown(text("seats", locale, &[("shop.seats", count)]));
    assert_eq!(seats("en", "1"), "en: One seat is free.");
    assert_eq!(seats("en", "12345"), "en: 12,345 seats are free.");
    assert_eq!(seats("de", "12345"), "de: 12.345 Plätze");
    assert_eq!(seats("sv", "12345"), "sv: 12~345 platser");
    assert_eq!(
        shown(text("plan", "en", &[("shop.plan", "\"free\"")])),
        "en: Nothing is charged."
    );
    let places = [("shop.places", "[\"mail\", \"search\", \"files\"]")];
    assert_eq!(
        shown(text("where", "en", &places)),
        "en: Affected are files, mail, and search."
    );
    assert_eq!(
        shown(text("where", "de", &places)),
        "de: Betroffen: files, mail und search."
    );
    assert_eq!(
        shown(text("where", "zh-CN", &places)),
        "zh-CN: files、mail和search"
    );
}

#[test]
fn a_viewer_of_another_locale_reads_the_nearest() {
    assert!(shown(text("owed", "de-AT", &OWED)).starts_with("de: "));
    assert!(shown(text("owed", "DE", &OWED)).starts_with("de: "));
    assert!(shown(text("owed", "fi", &OWED)).starts_with("en: "));
    assert!(shown(text("owed", "", &OWED)).starts_with("en: "));
    assert!(shown(text("owed", "de_DE", &OWED)).starts_with("de: "));
    // What browsers and telephones say of a Chinese reader, of whom this book has half.
    for (viewer, locale) in [
        ("zh-Hans-CN", "zh-CN: "),
        ("zh-SG", "zh-CN: "),
        ("zh", "zh-CN: "),
        ("zh-TW", "en: "),
        ("zh-Hant-CN", "en: "),
    ] {
        assert!(
            shown(text("owed", viewer, &OWED)).starts_with(locale),
            "{viewer}"
        );
    }
    assert_eq!(shown(text("only", "de", &[])), "en: Only in English.");
    assert_eq!(
        text("none", "de", &[]),
        Err(RenderError::NoEntry("none".to_owned()))
    );
}

/// Half a text says something else than the whole.
#[test]
fn what_is_unknown_leaves_no_gap() {
    let given = &OWED[..2];
    let unknown = text("owed", "en", given);
    assert_eq!(
        unknown,
        Err(RenderError::Unknown(vec![
            "billing.oldest_due_at".to_owned()
        ]))
    );
    // An amount without its currency is none.
    let unknown = text("owed", "en", &[OWED[0], OWED[2]]);
    assert_eq!(
        unknown,
        Err(RenderError::Unknown(vec!["billing.currency".to_owned()]))
    );
    // A currency that is none is not taken for an amount that nobody knows.
    let odd = text(
        "owed",
        "en",
        &[OWED[0], ("billing.currency", "\"BTC\""), OWED[2]],
    );
    assert_eq!(
        odd.unwrap_err().to_string(),
        "`BTC` is no currency of ISO 4217 that has coins, so `billing.amount_overdue` cannot be written: `billing.currency` says it"
    );
}

/// What is put into right-to-left text is kept apart, so that it stays in order.
#[test]
fn right_to_left_text_keeps_its_order() {
    let text = text("owed", "ar", &OWED).unwrap();
    assert!(
        text.contains('\u{2068}') && text.contains('\u{2069}'),
        "{text:?}"
    );
}
