//! Words that the people who read them do not use.

use std::collections::HashSet;
use std::sync::LazyLock;

use banneret::{Code, Diagnostic, Level, Span};

use crate::copy::{Pattern, Spoken, Word, first, patterns, sentences};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN504",
        name: "jargon",
        level: Level::Warning,
        firm: false,
        summary: "words that the people who read them do not use",
        page: include_str!("jargon.md"),
    },
    check,
};

/// Words of the trade.
struct Term {
    /// The language that has them; nothing is every language, since these travel.
    language: &'static str,
    /// Between `|`; one that ends in `*` may go on.
    words: &'static str,
    /// What to say instead.
    instead: &'static str,
    /// The kinds of message whose readers know them.
    kinds: &'static [&'static str],
}

const fn term(language: &'static str, words: &'static str, instead: &'static str) -> Term {
    Term {
        language,
        words,
        instead,
        kinds: &[],
    }
}

/// An incident may be one of the callbacks that customers build on.
const INCIDENTS: &[&str] = &["service_incident"];

static TERMS: [Term; 25] = [
    term("", "dunning", "say what is unpaid"),
    Term {
        kinds: INCIDENTS,
        ..term(
            "",
            "webhook* | web hook* | callback*",
            "say that the payment is confirmed, or not yet",
        )
    },
    Term {
        kinds: INCIDENTS,
        ..term("", "gateway* | psp | psps", "say `our payment partner`")
    },
    term(
        "",
        "acquirer* | acquiring bank",
        "say `our payment partner`",
    ),
    term("", "issuer* | issuing bank", "say `your bank`"),
    term(
        "",
        "3ds | 3ds2 | 3d secure | sca",
        "say that the bank asks the customer to confirm",
    ),
    term(
        "en",
        "challenge",
        "say that the bank asks the customer to confirm",
    ),
    term(
        "",
        "decline code* | do not honor | do not honour",
        "say that the bank did not approve the payment",
    ),
    term(
        "",
        "idempoten*",
        "leave it out: it is about how payments are sent",
    ),
    term(
        "en",
        "retry schedule* | retry logic",
        "say when it is tried again",
    ),
    term("en", "delinquen*", "say that the payment is late"),
    term(
        "en",
        "reconcil* | t 1",
        "say that the payment is being checked",
    ),
    term("en", "uncollectible", "say what is unpaid"),
    term("de", "mahn* | inkasso*", "say `offene Zahlung`"),
    term("de", "säumig*", "say that the payment is late"),
    term("de", "uneinbringlich*", "say `offene Zahlung`"),
    term("de", "zahlungsabgleich*", "say `wir prüfen diese Zahlung`"),
    term("de", "kartenherausgeber* | emittent*", "say `Ihre Bank`"),
    term("sv", "indriv* | inkasso*", "say `obetald faktura`"),
    term("sv", "avstämning*", "say `vi kontrollerar betalningen`"),
    term(
        "sv",
        "kortutgivar* | inlösare* | betalväxel*",
        "say `din bank`, or `vår betalpartner`",
    ),
    term("zh", "回调 | 掉单", "say 支付确认, or 订单未更新"),
    term("zh", "对账", "say 核对"),
    term("zh", "冲正", "say 退回"),
    term(
        "zh",
        "幂等 | 催收 | 收单",
        "leave it out, or say what is unpaid",
    ),
];

static PATTERNS: LazyLock<Vec<(&'static Term, Vec<Pattern>)>> = LazyLock::new(|| {
    TERMS
        .iter()
        .map(|term| (term, patterns(term.words)))
        .collect()
});

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut told: HashSet<Span> = HashSet::new();
    for spoken in &context.copy().spoken {
        for (_, plain) in &spoken.sayings {
            for sentence in sentences(&plain.text) {
                for (range, instead) in jargon(context, spoken, &sentence) {
                    let said = plain.text.get(range.clone()).unwrap_or_default();
                    let Some(span) = plain.span(range).filter(|span| told.insert(*span)) else {
                        continue;
                    };
                    let message = format!("the words `{}` say `{said}` to customers", spoken.id);
                    let finding = Diagnostic::new(&LINT.code, span, message).help(instead);
                    found.push(spoken.of_a_banner(context, finding));
                }
            }
        }
    }
}

/// Where a sentence speaks of the trade, and what to say instead.
fn jargon(
    context: &Context<'_>,
    spoken: &Spoken<'_>,
    sentence: &[Word],
) -> Vec<(std::ops::Range<usize>, &'static str)> {
    let language = spoken.language();
    let kind = spoken.banners.first();
    let kind = kind.and_then(|shown| context.book.kind_of(shown.banner));
    let is_known = |term: &Term| kind.is_some_and(|kind| term.kinds.contains(&&*kind.name));
    let terms = PATTERNS.iter().filter(|(term, _)| {
        (term.language.is_empty() || term.language == language) && !is_known(term)
    });
    let terms =
        terms.filter_map(|(term, patterns)| Some((first(patterns, sentence)?, term.instead)));
    let raw = sentence.iter().filter(|word| is_raw(&word.text));
    let raw = raw.map(|word| {
        (
            word.range.clone(),
            "say it as people do: this is a name that programs use",
        )
    });
    terms.chain(raw).collect()
}

/// A name out of a program: `past_due`.
fn is_raw(word: &str) -> bool {
    let mut parts = word.split('_');
    word.contains('_') && parts.all(|part| !part.is_empty())
}
