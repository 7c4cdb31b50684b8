//! What entries can say, from the outside.

use banneret::Sources;
use banneret_copy::{Piece, Saying, TroubleKind, Words};

/// The sayings of an entry with the choices that lead to them, a line each.
#[track_caller]
fn said(text: &str, id: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("copy/en.ftl", text);
    let words = Words::read(file, text);
    assert_eq!(words.troubles(), []);
    let line = |saying: &Saying| {
        let mut line = saying.plain().text.replace(banneret_copy::PLACEABLE, "@");
        for choice in &saying.choices {
            let variable = choice.variable.as_deref().unwrap_or("-");
            let mark = if choice.is_default { "*" } else { "" };
            line += &format!(" [{variable}={mark}{}]", choice.key);
        }
        match &saying.attribute {
            Some(attribute) => format!(".{attribute}: {line}"),
            None => line,
        }
    };
    words.sayings(id).unwrap().iter().map(line).collect()
}

#[track_caller]
fn trouble(text: &str, id: &str) -> (TroubleKind, String) {
    let mut sources = Sources::default();
    let file = sources.add("copy/en.ftl", text);
    let words = Words::read(file, text);
    let trouble = words.troubles().first().cloned();
    let trouble = trouble
        .or_else(|| words.sayings(id).err())
        .expect("there is trouble");
    (trouble.kind, sources.text(trouble.span).to_owned())
}

#[test]
fn every_variant_of_every_selector_is_said() {
    let text = "
a = Hi { $viewer_name }. { $account_seats ->
    [0] None
   *[other] { NUMBER($account_seats, minimumFractionDigits: 1) } seats
  }, { $billing_state ->
    [late] late
   *[fine] fine
  }.
";
    let lines = [
        "Hi @. None, late. [account_seats=0] [billing_state=late]",
        "Hi @. @ seats, late. [account_seats=*other] [billing_state=late]",
        "Hi @. None, fine. [account_seats=0] [billing_state=*fine]",
        "Hi @. @ seats, fine. [account_seats=*other] [billing_state=*fine]",
    ];
    assert_eq!(said(text, "a"), lines);
}

#[test]
fn one_question_has_one_answer() {
    let text = "
a = { $n ->
    [one] one
   *[other] many
  } and { $n ->
    [one] one
   *[other] many
  }, { NUMBER($n) ->
    [one] one
   *[other] many
  }
";
    let lines = said(text, "a");
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.iter().all(|line| !line.starts_with("one and many")));
}

#[test]
fn references_are_followed_and_terms_are_given_literals() {
    let text = r#"
-team = { $case ->
   *[start] Our team
    [middle] our team
  }
    .gender = neuter
-brand = Acme
    .action = Pay { -brand }
sorry = { -team } is sorry.
a = { sorry } Write to { -team(case: "middle") } of { -brand }{ "\u0021" } { a.action }
    .kind = upsell
    .action = Open { -brand }
b = { -team.gender ->
    [neuter] It
   *[other] They
  }
"#;
    assert_eq!(
        said(text, "a"),
        [
            "Our team is sorry. Write to our team of Acme! Open Acme",
            ".action: Open Acme"
        ]
    );
    assert_eq!(said(text, "b"), ["It [-=neuter]", "They [-=*other]"]);
    assert_eq!(said(text, "nothing"), Vec::<String>::new());
}

#[test]
fn a_value_keeps_its_function_and_every_word_its_place() {
    let text = "\u{feff}a = Zahlung über\r\n    { NUMBER($billing_amount, currencyDisplay: \"code\") } fällig\r\n";
    let mut sources = Sources::default();
    let file = sources.add("copy/de.ftl", text);
    let words = Words::read(file, text);
    let saying = &words.sayings("a").unwrap()[0];
    let value = saying.pieces.iter().find_map(|piece| match piece {
        Piece::Value {
            variable,
            function,
            options,
            span,
        } => Some((
            &**variable,
            function.as_deref(),
            options.clone(),
            sources.text(*span),
        )),
        Piece::Text { .. } => None,
    });
    let options = vec![("currencyDisplay".into(), "code".into())];
    assert_eq!(
        value,
        Some(("billing_amount", Some("NUMBER"), options, "$billing_amount"))
    );
    let plain = saying.plain();
    assert_eq!(plain.text, "Zahlung über \u{fffc} fällig");
    for word in ["Zahlung", "über", "fällig"] {
        let at = plain.text.find(word).unwrap();
        let span = plain.span(at..at + word.len()).unwrap();
        assert_eq!(sources.text(span), word);
    }
    let whole = sources.text(plain.span(0..plain.text.len()).unwrap());
    assert!(whole.starts_with("Zahlung über\r\n"), "{whole}");
    assert!(whole.ends_with("fällig"), "{whole}");
    assert_eq!(plain.span(200..201), None);
    assert_eq!(
        words.entry("a").map(|entry| sources.text(entry.span)),
        Some("a")
    );
}

#[test]
fn what_nobody_can_tell_is_trouble() {
    let cycle = |way: &[&str]| TroubleKind::Cycle(way.iter().map(|id| (*id).to_owned()).collect());
    let missing = |name: &str| TroubleKind::Missing(name.to_owned());
    let round = "a = { -b }\n-b = { c.d }\nc = C\n    .d = { a }\n";
    assert_eq!(
        trouble(round, "a"),
        (cycle(&["a", "-b", "c.d", "a"]), "a".into())
    );
    assert_eq!(trouble("a = { b }\n", "a"), (missing("b"), "b".into()));
    assert_eq!(trouble("a = { -b }\n", "a"), (missing("-b"), "b".into()));
    let term = "a = { -b }\n-b = Hi { $viewer_name }\n";
    assert_eq!(
        trouble(term, "a"),
        (missing("$viewer_name"), "$viewer_name".into())
    );
    let function = TroubleKind::Function("SUM".into());
    assert_eq!(
        trouble("a = { SUM($a, $b) }\n", "a"),
        (function, "SUM".into())
    );
    let broken = trouble("a = Hello { $b\n\nc = C\n", "c");
    assert!(matches!(broken.0, TroubleKind::Syntax(_)), "{broken:?}");
}

#[test]
fn what_is_too_much_is_said_and_does_not_hang() {
    let select = |n: usize| format!("{{ $v{n} ->\n    [one] x\n   *[other] y\n  }}");
    let many: String = (0..40).map(select).collect();
    assert_eq!(
        trouble(&format!("a = {many}\n"), "a"),
        (TroubleKind::TooMany, "a".into())
    );
    let doubled: String = (0..30)
        .map(|n| format!("a{n} = {{ a{0} }}{{ a{0} }}\n", n + 1))
        .collect();
    let doubled = doubled + "a30 = { $x }\n";
    assert_eq!(trouble(&doubled, "a0"), (TroubleKind::TooMany, "a0".into()));
    let chain: String = (0..50_000)
        .map(|n| format!("a{n} = {{ a{} }}\n", n + 1))
        .collect();
    assert_eq!(trouble(&chain, "a0"), (TroubleKind::TooMany, "a0".into()));
    let deep = format!("a = {}\n", "{".repeat(100_000));
    assert_eq!(trouble(&deep, "a").0, TroubleKind::Nested);
    let nested = format!("a = {}$x{}\n", "{".repeat(190), "}".repeat(190));
    assert_eq!(said(&nested, "a"), ["@"]);
    let called = format!("a = {{ {}1{} }}\n", "F(".repeat(190), ")".repeat(190));
    assert_eq!(trouble(&called, "a").0, TroubleKind::Function("F".into()));
}
