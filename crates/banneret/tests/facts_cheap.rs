//! The cheap ways from a host's data to facts: they say what the plain ways say, and once an
//! account has been read they allocate nothing.

use allocation_counter::measure;
use banneret::{Account, Book, Facts, Time};

fn book() -> Book {
    let many: Vec<String> = (0..100).map(|number| format!("value_{number}")).collect();
    let schema = format!(
        "facts:\n  \
         t.flag: {{type: bool}}\n  \
         t.plan: {{type: enum, values: [free, paid, partner]}}\n  \
         t.many: {{type: enum, values: [{many}]}}\n  \
         t.name: {{type: string}}\n  \
         t.count: {{type: int, min: 0, max: 9}}\n  \
         t.at: {{type: time, fresh_for: 24h}}\n  \
         t.caps: {{type: set of enum, values: [cards, debit, transfer]}}\n  \
         t.codes: {{type: set of enum, values: [{many}]}}\n  \
         t.tags: {{type: set of string}}\n",
        many = many.join(", "),
    );
    let manifest = "edition: 1\nplacements: {top: 1}\n";
    Book::from_files([("banneret.yaml", manifest), ("schema.yaml", &schema)]).unwrap()
}

/// Of every type, long and short, with everything and with nearly nothing.
const LINES: [&str; 5] = [
    r#"{"id": "acct_1", "as_of": "2026-05-04T12:00:00Z", "facts": {"t.flag": true, "t.plan": "paid",
        "t.many": "value_77", "t.name": "a name that is too long to be held in place", "t.count": 3,
        "t.at": {"value": "2026-05-01T00:00:00Z", "as_of": "2026-05-04T11:00:00Z"},
        "t.caps": ["transfer", "cards"], "t.codes": ["value_99", "value_0"],
        "t.tags": ["feature_b", "feature_a", "a feature whose name is longer than all the others"]}}"#,
    r#"{"id": "acct_2", "facts": {}}"#,
    r#"{"facts": {"t.tags": [], "t.caps": [], "t.codes": [], "t.name": "short", "t.count": 10,
        "t.plan": "gone", "t.many": "unknown", "t.flag": null, "x.y": [1, "z"]}, "id": "acct_3"}"#,
    r#"{"id": "an account whose id is so long that it is not held in place", "facts":
        {"t.tags": ["c", "b", "a"], "t.name": "a name that is as long as the other, or longer by a bit"}}"#,
    r#"{"id": "acct_5", "facts": {"t.caps": ["debit"], "t.codes": ["value_64"], "t.many": "value_0"},
        "history": {}}"#,
];

#[test]
fn reading_a_second_account_allocates_nothing() {
    let book = book();
    let mut account = Account::new(book.schema());
    for line in LINES {
        let read = |account: &mut Account| account.read_line(book.schema(), line, true).unwrap();
        read(&mut account);
        let again = measure(|| read(&mut account));
        assert_eq!(again.count_total, 0, "{line}");
    }
    let all = measure(|| {
        for line in LINES.iter().chain(LINES.iter().rev()) {
            account.read_line(book.schema(), line, true).unwrap();
        }
    });
    assert_eq!(all.count_total, 0);
}

#[test]
fn reading_documents_allocates_nothing_either() {
    let book = book();
    let documents = LINES.map(|line| banneret::read_json(line).unwrap());
    let mut account = Account::new(book.schema());
    let mut read = || {
        for document in &documents {
            account.read_json(book.schema(), document, true).unwrap();
        }
    };
    read();
    assert_eq!(measure(read).count_total, 0);
}

/// What the counter is worth: a tree, a history and an escaped text do need memory.
#[test]
fn what_needs_memory_is_counted() {
    let book = book();
    let mut account = Account::new(book.schema());
    let lines = [
        r#"{"id": "acct_1", "facts": {"t.plan": "p\u0061id"}}"#,
        r#"{"id": "acct_1", "history": {"hello": {}}}"#,
        r#"{"id": "acct_1", "facts": {"account.id": "acct_1"}}"#,
    ];
    for line in lines {
        let mut read = || account.read_line(book.schema(), line, false).unwrap();
        read();
        assert!(measure(read).count_total > 0, "{line}");
    }
}

#[test]
fn an_account_that_is_read_again_is_as_new() {
    let book = book();
    let schema = book.schema();
    let mut account = Account::new(schema);
    for line in LINES.iter().chain(LINES.iter().rev()) {
        account.read_line(schema, line, true).unwrap();
        let fresh = Account::from_line(schema, line, true).unwrap();
        assert_eq!(account.facts, fresh.facts);
        account.read_line(schema, line, true).unwrap();
        assert_eq!(account.facts, fresh.facts);
        assert_eq!(account.facts.clone(), fresh.facts);
    }
}

/// A refused line leaves nothing of itself, nor of the account before.
#[test]
fn a_refused_line_leaves_nothing() {
    let book = book();
    let schema = book.schema();
    let mut account = Account::new(schema);
    account.read_line(schema, LINES[0], false).unwrap();
    let wrong = r#"{"id": "acct_1", "facts": {"t.flag": true, "t.count": "three"}}"#;
    let error = account.read_line(schema, wrong, false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`t.count` is an int, but the text \"three\" was given"
    );
    assert_eq!(account.facts, Facts::builder(schema).build());
}

/// The schema may be another from one line to the next, as when a book was replaced.
#[test]
fn a_replaced_book_is_followed() {
    let (one, files) = (
        book(),
        [("banneret.yaml", "edition: 1\nplacements: {top: 1}\n")],
    );
    let other = [
        files[0],
        ("schema.yaml", "facts: {t.name: {type: string}}\n"),
    ];
    let other = Book::from_files(other).unwrap();
    let line = r#"{"id": "acct_1", "facts": {"t.name": "x"}}"#;
    let mut account = Account::new(one.schema());
    for book in [&one, &other, &one] {
        account.read_line(book.schema(), line, false).unwrap();
        let fresh = Account::from_line(book.schema(), line, false).unwrap();
        assert_eq!(account.facts, fresh.facts);
    }
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// By numbers and codes that are resolved once, and in the memory of the facts before.
#[test]
fn numbers_and_codes_say_what_names_say() {
    let book = book();
    let schema = book.schema();
    let [plan, many, name, at] =
        ["t.plan", "t.many", "t.name", "t.at"].map(|name| schema.id(name).unwrap());
    let [caps, codes, tags] = ["t.caps", "t.codes", "t.tags"].map(|name| schema.id(name).unwrap());
    let paid = schema.code(plan, "paid").unwrap();
    let last = schema.code(many, "value_99").unwrap();
    let last_of_set = schema.code(codes, "value_99").unwrap();
    assert_eq!(schema.code(plan, "gone"), None);
    assert_eq!(schema.code(many, "value_100"), None);
    assert_eq!(schema.code(name, "paid"), None);
    let long = "a name that is too long to be held in place";
    let (then, now) = (time("2026-05-04T11:00:00Z"), time("2026-05-04T12:00:00Z"));

    let by_name = book.facts().set("t.plan", "paid").unwrap();
    let by_name = by_name.set_at("t.many", "value_99", then).unwrap();
    let by_name = by_name.set("t.name", long).unwrap();
    let by_name = by_name.set("t.at", "2026-05-01T00:00:00Z").unwrap();
    let by_name = by_name.set("t.caps", &["cards", "gone"][..]).unwrap();
    let by_name = by_name.set("t.codes", &["value_99"][..]).unwrap();
    let by_name = by_name.set("t.tags", &["b", "a", "b"][..]).unwrap();
    let by_name = by_name.as_of(now).build();

    let gather = |facts: Facts| {
        let mut builder = facts.refill().as_of(now);
        builder.insert_code(plan, paid, None).unwrap();
        builder.insert_code(many, last, Some(then)).unwrap();
        builder.insert_text(name, long, None).unwrap();
        builder
            .insert_text(at, "2026-05-01T00:00:00Z", None)
            .unwrap();
        builder
            .insert_members(caps, ["cards", "gone"], None)
            .unwrap();
        builder.insert_codes(codes, [last_of_set], None).unwrap();
        builder.insert_members(tags, ["b", "a", "b"], None).unwrap();
        builder.build()
    };
    let first = gather(book.facts().build());
    assert_eq!(first, by_name);
    let mut facts = Some(gather(first));
    let again = measure(|| facts = facts.take().map(gather));
    assert_eq!(again.count_total, 0);
    let facts = facts.unwrap();
    assert_eq!(facts, gather(facts.clone()));
}

/// What is of another type is refused in the same words as ever.
#[test]
fn numbers_and_codes_keep_to_the_types() {
    let book = book();
    let schema = book.schema();
    let [plan, name, caps, many] =
        ["t.plan", "t.name", "t.caps", "t.many"].map(|name| schema.id(name).unwrap());
    let far = schema.code(many, "value_99").unwrap();
    let mut builder = book.facts();
    let refusals = [
        builder.insert_text(caps, "cards", None),
        builder.insert_code(plan, far, None),
        builder.insert_code(name, far, None),
        builder.insert_members(plan, ["paid"], None),
        builder.insert_codes(caps, [far], None),
        builder.insert_codes(name, [far], None),
    ];
    let refusals = refusals.map(|refusal| refusal.unwrap_err().to_string());
    assert_eq!(
        refusals,
        [
            "`t.caps` is a set of enum, but the text \"cards\" was given",
            "`t.plan` is an enum, but the code 99 was given",
            "`t.name` is a string, but the code 99 was given",
            "`t.plan` is an enum, but a list was given",
            "`t.caps` is a set of enum, but the code 99 was given",
            "`t.name` is a string, but a list was given",
        ]
    );
    assert_eq!(builder.build(), book.facts().build());
}
