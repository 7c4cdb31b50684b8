//! What sentences claim about payments: a table of phrases from vendors, and sentences of our own.

use banneret_lint::claims::{What, payment_failed};

/// Rows of a table in the shared data, or nothing where it is not there.
fn shared_rows(name: &str) -> Vec<(String, String)> {
    let path = banneret_corpus::shared(name);
    let text = path.map(|path| std::fs::read_to_string(path).unwrap());
    let text = text.unwrap_or_default();
    let rows = text.lines().skip(1).map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default().to_owned();
        (next(), next())
    });
    rows.collect()
}

#[test]
fn every_phrase_is_found_in_its_language_and_in_a_wrong_one() {
    let mut missed = Vec::new();
    let rows = shared_rows("data/billing/phrases.tsv");
    for (tag, phrase) in &rows {
        for locale in [&**tag, "en", "de", "ja"] {
            if payment_failed(phrase, locale).is_none() {
                missed.push(format!("{tag} as {locale}: {phrase}"));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {}: {missed:#?}",
        missed.len(),
        rows.len()
    );
}

#[test]
fn what_only_reads_like_a_claim_is_none() {
    let mut found = Vec::new();
    for (tag, phrase) in shared_rows("data/billing/phrases_negative.tsv") {
        // A misspelling of a claim is a claim; the table says why it is in it.
        let expected = tag == "fi";
        if payment_failed(&phrase, &tag).is_some() != expected {
            found.push(format!("{tag}: {phrase}"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A sentence of our own: its locale, what it claims, and its words.
type Sentence = (&'static str, &'static str, &'static str);

fn sentences() -> Vec<Sentence> {
    let files = [
        include_str!("claims/western.tsv"),
        include_str!("claims/eastern.tsv"),
        include_str!("claims/later.tsv"),
        include_str!("claims/plain.tsv"),
    ];
    let lines = files.into_iter().flat_map(str::lines);
    let read = lines.map(|line| {
        let mut fields = line.splitn(3, '\t');
        let mut next = || fields.next().unwrap_or_else(|| panic!("{line}"));
        (next(), next(), next())
    });
    read.collect()
}

fn claimed(locale: &str, sentence: &str) -> &'static str {
    match payment_failed(sentence, locale).map(|claim| claim.what) {
        Some(What::Failed) => "failed",
        Some(What::Owed) => "owed",
        Some(What::Implied) => "implied",
        None => "none",
    }
}

/// `cargo test -p banneret-lint --test claims precision -- --nocapture`
#[test]
fn precision_and_recall_on_sentences_of_our_own() {
    let (mut right, mut found, mut claims) = (0_usize, 0_usize, 0_usize);
    let sentences = sentences();
    let mut misses = Vec::new();
    for (locale, expected, sentence) in &sentences {
        let claimed = claimed(locale, sentence);
        found += usize::from(claimed != "none");
        claims += usize::from(*expected != "none");
        right += usize::from(claimed != "none" && *expected != "none");
        if claimed != *expected {
            misses.push(format!("{locale}: {claimed}, not {expected}: {sentence}"));
        }
    }
    let share = |of: usize| right as f64 / of as f64;
    let (precision, recall) = (share(found), share(claims));
    println!(
        "{} sentences, {claims} of them claims: precision {precision:.3}, recall {recall:.3}",
        sentences.len()
    );
    println!("{misses:#?}");
    assert!(sentences.len() >= 300);
    assert!(precision >= 0.98 && recall >= 0.98, "{misses:#?}");
}

const BOOK: [(&str, &str); 2] = [
    (
        "banneret.yaml",
        "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en, de]}\n",
    ),
    (
        "schema.yaml",
        "include: [billing@1, recon@1, operations@1]\n",
    ),
];

const FAILED: &str = "banner failed:\n  message payment_failed\n  audience in_dunning\n  placement top\n  copy failed\n  owner \"x\"\n";
const INCIDENT: &str = "banner incident:\n  message service_incident\n  audience incident.affects_account == true and incident.next_update_at in the future\n  placement top\n  copy incident\n  owner \"x\"\n";

/// The findings BN005 in a book of those rules and words: where each stands, the words that it
/// marks, and its message.
fn found(rules: &str, en: &str, de: &str) -> Vec<(String, usize, String, String)> {
    let own = [
        ("rules.banner", rules),
        ("copy/en.ftl", en),
        ("copy/de.ftl", de),
    ];
    let options = banneret_lint::Options {
        now: "2026-05-04T12:00:00Z".parse().unwrap(),
        levels: vec![("BN005".into(), None)],
    };
    let checked = banneret_lint::lint(banneret::Book::check(BOOK.into_iter().chain(own)), &options);
    assert!(checked.book.is_some(), "{:#?}", checked.diagnostics);
    let of_code = checked
        .diagnostics
        .iter()
        .filter(|found| found.code.id == "BN005");
    let shown = of_code.map(|finding| {
        let span = finding.primary.span;
        let (file, from, _) = checked.sources.locate(span).unwrap();
        let words = checked.sources.text(span).to_owned();
        (
            file.to_owned(),
            from.line as usize,
            words,
            finding.message.clone(),
        )
    });
    shown.collect()
}

#[test]
fn the_same_words_under_another_kind_are_found_and_under_their_own_are_not() {
    let words = "Your payment of { $billing_amount_overdue } did not go through.";
    let en = format!(
        "failed = {words}\n    .kind = payment_failed\nincident = {words}\n    .kind = service_incident\n"
    );
    let found = found(&format!("{FAILED}\n{INCIDENT}"), &en, "");
    let [(file, line, marked, message)] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!((&**file, *line), ("copy/en.ftl", 3));
    assert!(
        marked.starts_with("payment of") && marked.ends_with("go through"),
        "{marked}"
    );
    assert!(
        message.contains("`service_incident`") && message.contains("`en`"),
        "{message}"
    );
}

#[test]
fn every_phrase_is_found_as_the_words_of_an_incident_and_nothing_hides_it() {
    let mut silent = Vec::new();
    for (tag, phrase) in shared_rows("data/billing/phrases.tsv") {
        let en = "incident = All is well.\n    .kind = service_incident\n";
        let de = format!("incident = {phrase}\n");
        if found(INCIDENT, en, &de).is_empty() {
            silent.push(format!("{tag}: {phrase}"));
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn words_in_variants_terms_and_attributes_are_found() {
    let kind = "    .kind = service_incident\n";
    for words in [
        "incident = { $incident_severity ->\n    [high] Your card was declined.\n   *[other] We are slow.\n }\n",
        "incident = We are slow. { -why }\n",
        "incident = We are slow.\n    .title = Payment failed\n",
        "incident = Your payment\n    failed.\n",
        "incident = Pay{ \"\" }ment { \"failed\" }.\n",
    ] {
        let en = format!("{words}{kind}-why = Your payment failed.\n");
        assert_eq!(found(INCIDENT, &en, "").len(), 1, "{words}");
    }
}

#[test]
fn what_hides_words_from_programs_hides_no_claim() {
    for text in [
        "Pay\u{ad}ment fai\u{200b}led",
        "PAYMENT\u{a0}FAILED",
        "<b>Pay</b>ment <i class=\"x\">failed</i>",
        "Payment<br>failed",
        "Pay&shy;ment&nbsp;failed",
        "**Payment** failed",
        "p a y m e n t  f a i l e d",
        "P.A.Y.M.E.N.T F.A.I.L.E.D",
        "Рауmеnt fаіlеd",
        "Ｐａｙｍｅｎｔ ｆａｉｌｅｄ",
        "𝗣𝗮𝘆𝗺𝗲𝗻𝘁 𝗳𝗮𝗶𝗹𝗲𝗱",
        "Páyment fáiled",
        "Zahlung fehl\u{ad}geschlagen",
        "カ\u{3099}ード以外: お支払いに失敗しました",
    ] {
        assert!(payment_failed(text, "en").is_some(), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_an_answer_that_stands_in_it(text in ".{0,80}") {
        for claim in banneret_lint::claims::all(&text, "en") {
            proptest::prop_assert!(text.get(claim.range).is_some_and(|words| !words.is_empty()));
        }
    }

    /// Whatever stands before and behind a claim in sentences of their own, it stays one.
    #[test]
    fn other_sentences_take_nothing_back(before in "[a-z ]{0,30}", behind in "[a-z ?]{0,30}") {
        let text = format!("{before}. Your payment failed. {behind}");
        proptest::prop_assert!(payment_failed(&text, "en").is_some());
    }
}
