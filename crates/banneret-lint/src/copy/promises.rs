//! What words promise by themselves: dates, amounts, counts, and that nothing is amiss.

use std::ops::Range;
use std::sync::LazyLock;

use super::text::{Pattern, Word, clauses, first, patterns, sentences};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// A day of the calendar.
    Date,
    /// Money.
    Amount,
    /// So many days, attempts or the like.
    Count,
    /// That something is not affected; whether it is said of the reader.
    Unaffected { of_you: bool },
}

const MONTHS: &str = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|januar|februar|märz|mai|juni|juli|oktober|dezember|januari|februari|mars|maj|augusti";

const CURRENCIES: &str = "eur|usd|gbp|sek|nok|dkk|chf|cny|rmb|jpy|kr|euro|euros|dollar|dollars|pound|pounds|krona|kronor|franken|元|人民币|美元|欧元";

/// What is counted, in every language: beside a number they mean nothing else.
const UNITS: &str = "minute*|hour|hours|day|days|week|weeks|month|months|year|years|attempt|attempts|percent|minuter|minuten|stunde*|tag|tage|tagen|werktag*|woche*|monat|monate|monaten|jahr|jahre|jahren|versuch*|prozent|minut|timme|timmar|dag|dagar|dagars|arbetsdag*|bankdag*|vecka|veckor|månad|månader|år|försök|procent|天|日|小时|分钟|周|星期|个月|个工作日|工作日|个小时|年";

/// What happens so often. Twice is once too often: that is no count, but what a duplicate is.
const TIMES: &str = "time|times|mal|gång|gånger|次";
const TWO: [&str; 6] = ["2", "two", "zwei", "två", "两", "二"];

const NUMBERS: &str = "two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|dreißig|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv|fjorton|trettio|两|三|四|五|六|七|八|九|十";

/// Of something, that it is not so.
const AFFECTED: &str =
    "affected|impacted|betroffen|beeinträchtigt|påverka*|berör*|受影响|受到影响|影响";
const NOT: &str = "not|no|none|nothing|never|nobody|isn't|aren't|wasn't|weren't|nicht|nichts|kein*|inte|inget|ingen|inga|ingenting|不|未|没有|没";
const UNAFFECTED: &str = "unaffected|unimpacted|unbeeinträchtigt|opåverka*";
const YOU: &str = "you|your|ihr|ihre|ihren|ihrem|ihres|sie|dein|deine|du|din|ditt|dina|您|你";

struct Lists {
    months: Vec<Pattern>,
    currencies: Vec<Pattern>,
    units: Vec<Pattern>,
    times: Vec<Pattern>,
    numbers: Vec<Pattern>,
    affected: Vec<Pattern>,
    not: Vec<Pattern>,
    unaffected: Vec<Pattern>,
    you: Vec<Pattern>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    months: patterns(MONTHS),
    currencies: patterns(CURRENCIES),
    units: patterns(UNITS),
    times: patterns(TIMES),
    numbers: patterns(NUMBERS),
    affected: patterns(AFFECTED),
    not: patterns(NOT),
    unaffected: patterns(UNAFFECTED),
    you: patterns(YOU),
});

/// What a text promises, in bytes of it; every number at most once.
pub(crate) fn promises(text: &str) -> Vec<(Promise, Range<usize>)> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        numbers(text, &sentence, &mut found);
        for clause in clauses(text, &sentence) {
            found.extend(unaffected(&sentence, clause));
        }
    }
    found
}

fn numbers(text: &str, sentence: &[Word], found: &mut Vec<(Promise, Range<usize>)>) {
    let mut at = 0;
    while let Some(word) = sentence.get(at) {
        at += 1;
        let is_number = is_digits(word) || begins(&LISTS.numbers, &sentence[at - 1..]) > 0;
        if !is_number {
            continue;
        }
        // 2026-05-04, 1,250.00 and 4 500 are one number.
        let from = at - 1;
        while at < sentence.len() && is_digits(word) && is_joined(text, &sentence[at - 1..=at]) {
            at += 1;
        }
        let number = word.range.start..sentence[at - 1].range.end;
        if let Some((promise, range)) = promise(text, sentence, (from, at), &number) {
            // A date may hold two numbers: 5月4日.
            while sentence
                .get(at)
                .is_some_and(|word| word.range.end <= range.end)
            {
                at += 1;
            }
            found.push((promise, range));
        }
    }
}

/// What a number is of, given by its words, and with that where it stands.
fn promise(
    text: &str,
    sentence: &[Word],
    (from, to): (usize, usize),
    number: &Range<usize>,
) -> Option<(Promise, Range<usize>)> {
    let behind = sentence.get(to..).unwrap_or_default();
    let before = from.checked_sub(1).and_then(|at| sentence.get(at..from));
    let end = |words: usize| sentence[to + words - 1].range.end;
    let is_literal = is_digits(&sentence[from]);
    let symbol = |side: Option<char>| side.is_some_and(|c| "€$£¥₩₹￥".contains(c));
    let next = text
        .get(number.end..)
        .unwrap_or_default()
        .trim_start()
        .chars()
        .next();
    let last = text
        .get(..number.start)
        .unwrap_or_default()
        .trim_end()
        .chars()
        .next_back();
    if is_literal && (symbol(next) || symbol(last)) {
        return Some((Promise::Amount, number.clone()));
    }
    if is_literal && matches!(next, Some('%' | '％')) {
        return Some((Promise::Count, number.clone()));
    }
    let money = begins(&LISTS.currencies, behind);
    if is_literal && money > 0 {
        return Some((Promise::Amount, number.start..end(money)));
    }
    if let Some(before) = before.filter(|before| begins(&LISTS.currencies, before) > 0) {
        return is_literal.then(|| (Promise::Amount, before[0].range.start..number.end));
    }
    let written = text.get(number.clone()).unwrap_or_default();
    if is_literal && is_date(written) {
        return Some((Promise::Date, number.clone()));
    }
    // "on 4 May", "May 4", "the 4th of May"
    let of = usize::from(behind.first().is_some_and(|word| word.text == "of"));
    let month = begins(&LISTS.months, behind.get(of..).unwrap_or_default());
    if is_literal && month > 0 {
        return Some((Promise::Date, number.start..end(of + month)));
    }
    if let Some(before) = before.filter(|before| begins(&LISTS.months, before) > 0) {
        return is_literal.then(|| (Promise::Date, before[0].range.start..number.end));
    }
    let is_month = behind.first().is_some_and(|word| word.text == "月");
    if is_literal && is_month {
        let has_day = matches!(behind, [_, day, name, ..] if is_digits(day) && name.text == "日");
        return Some((
            Promise::Date,
            number.start..end(if has_day { 3 } else { 1 }),
        ));
    }
    // "five business days"
    (0..2).find_map(|skipped| {
        let behind = behind.get(skipped..).unwrap_or_default();
        let is_two = TWO.contains(&&*sentence[from].text);
        let times = if is_two {
            0
        } else {
            begins(&LISTS.times, behind)
        };
        let unit = begins(&LISTS.units, behind).max(times);
        (unit > 0).then(|| (Promise::Count, number.start..end(skipped + unit)))
    })
}

/// That something is not affected, in a clause.
fn unaffected(sentence: &[Word], clause: &[Word]) -> Option<(Promise, Range<usize>)> {
    let of_you = first(&LISTS.you, sentence).is_some();
    let range = first(&LISTS.unaffected, clause).or_else(|| {
        let affected = first(&LISTS.affected, clause)?;
        let not = first(&LISTS.not, clause)?;
        Some(affected.start.min(not.start)..affected.end.max(not.end))
    })?;
    Some((Promise::Unaffected { of_you }, range))
}

fn is_digits(word: &Word) -> bool {
    let mut letters = word.text.chars();
    letters.next().is_some_and(|c| c.is_ascii_digit())
        && matches!(
            word.text.trim_start_matches(|c: char| c.is_ascii_digit()),
            "" | "st" | "nd" | "rd" | "th" | "h" | "d"
        )
}

/// Whether one mark or a space that is not broken stands between two numbers.
fn is_joined(text: &str, pair: &[Word]) -> bool {
    let between = text.get(pair[0].range.end..pair[1].range.start);
    let is_mark =
        between.is_some_and(|mark| matches!(mark, "-" | "." | "," | "/" | "\u{a0}" | "\u{202f}"));
    is_mark && is_digits(&pair[1])
}

/// `2026-05-04`, `4.5.2026`, `5/4/26`
fn is_date(written: &str) -> bool {
    let parts = |mark: char| written.split(mark).filter(|part| !part.is_empty()).count();
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    match (parts('-'), parts('.'), parts('/')) {
        (3, 1, 1) | (1, 1, 3) => true,
        (1, 3, 1) => {
            written.split('.').any(is_year) || written.split('.').all(|part| part.len() < 3)
        }
        _ => false,
    }
}

/// How many words one of some patterns takes at the beginning.
fn begins(patterns: &[Pattern], words: &[Word]) -> usize {
    let taken = patterns.iter().filter_map(|pattern| pattern.begins(words));
    taken.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_no_fact_carries_are_found() {
        let found = [
            ("Pay by 2026-05-04.", Promise::Date, "2026-05-04"),
            ("Zahlbar bis 4.5.2026.", Promise::Date, "4.5.2026"),
            ("It ends on May 4.", Promise::Date, "May 4"),
            ("Sista dagen är 4 maj.", Promise::Date, "4 maj"),
            ("请在5月4日前付款。", Promise::Date, "5月4日"),
            ("It is €1,250.00 a year.", Promise::Amount, "1,250.00"),
            ("Det kostar 249 kr.", Promise::Amount, "249 kr"),
            ("Du zahlst EUR 12.", Promise::Amount, "EUR 12"),
            ("Limited after 22 days overdue.", Promise::Count, "22 days"),
            (
                "It takes five business days.",
                Promise::Count,
                "five business days",
            ),
            ("Nach drei Versuchen.", Promise::Count, "drei Versuchen"),
            ("通常需要三个工作日。", Promise::Count, "三个工作日"),
            ("We tried 3 times.", Promise::Count, "3 times"),
            ("We add 5 %.", Promise::Count, "5"),
        ];
        for (text, promise, wanted) in found {
            let all = promises(text);
            let all: Vec<_> = all
                .iter()
                .map(|(what, range)| (*what, &text[range.clone()]))
                .collect();
            assert_eq!(all, [(promise, wanted)], "{text}");
        }
    }

    #[test]
    fn other_numbers_and_values_are_none() {
        for text in [
            "We are here 24/7.",
            "It takes \u{fffc} days.",
            "One of two banks confirms it.",
            "See section 3 of the page.",
            "Some banks take several business days.",
            "You may pay at any time.",
            "Vi har debiterat dig två gånger.",
            "我们向您收取了两次费用。",
        ] {
            assert_eq!(promises(text), [], "{text}");
        }
    }

    #[test]
    fn that_nothing_is_amiss_is_a_promise() {
        let of = |text: &str| promises(text).first().map(|(what, _)| *what);
        let said = |of_you| Some(Promise::Unaffected { of_you });
        assert_eq!(of("Your account is not affected."), said(true));
        assert_eq!(of("Nothing else is known to be affected."), said(false));
        assert_eq!(of("Ihre Daten sind nicht betroffen."), said(true));
        assert_eq!(of("您的账户不受影响。"), said(true));
        assert_eq!(of("Some payments are affected."), None);
        assert_eq!(of("It does not work, and payments are affected."), None);
    }
}
