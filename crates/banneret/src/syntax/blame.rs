//! What is wrong where the grammar found no way on. pest says where and which rules it tried;
//! its own words are never shown.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::ast::Field;
use super::fields::Piece;
use super::grammar::Rule;
use super::scan::{Kind, Token};
use super::{Place, shown};
use crate::codes;
use crate::diagnostic::Diagnostic;

/// A field that is no expression: its example says best how it is written.
pub(super) fn field(field: Field, piece: &Piece, error: &Error<Rule>) -> Diagnostic {
    let place = Spot::of(piece, error);
    let line = piece.tokens.first().map(|first| first.line);
    let example = format!("write it like `{}`", field.example());
    match place.met {
        Some(met) if Some(met.line) != line => {
            let message = format!("`{}` goes on over the end of its line", field.keyword());
            place
                .finding(message)
                .help("only expressions run over lines")
        }
        Some(met) => {
            let message = format!("`{}` cannot stand here", shown(met.text));
            place.finding(message).help(example)
        }
        None => place.finding(place.ends_after()).help(example),
    }
}

/// An expression, or one operand of it.
pub(super) fn expression(piece: &Piece, error: &Error<Rule>) -> Diagnostic {
    let spot = Spot::of(piece, error);
    let wanted = spot.wanted().unwrap_or_else(|| wanted(error));
    if let Some((message, help)) = spot.measured() {
        return spot.finding(message).help(help);
    }
    let Some(met) = spot.met else {
        return spot
            .finding(spot.ends_after())
            .help(format!("here belongs {wanted}"));
    };
    if let Some((message, help)) = spot.special(met) {
        return spot.finding(message).help(help);
    }
    let message = format!("`{}` cannot stand here", shown(met.text));
    spot.finding(message)
        .help(format!("here can stand {wanted}"))
}

/// Nothing stands between two joining words, or at an end; `at` is where it should.
pub(super) fn no_operand(place: Place, tokens: &[Token], at: usize) -> Diagnostic {
    let before = at.checked_sub(1).and_then(|last| tokens.get(last));
    let (side, word) = match before {
        Some(word) => ("after", Some(word)),
        None => ("before", tokens.get(at)),
    };
    let text = word.map_or("", |word| word.text);
    let span = word.map_or_else(|| place.span(0, 0), |word| place.of(word));
    Diagnostic::new(
        &codes::SYNTAX,
        span,
        format!("something is missing {side} `{text}`"),
    )
    .help(format!("here belongs {OPERAND}"))
}

const OPERAND: &str = "a fact, a segment, `not` or `(`";

/// Where the way ended, between two tokens.
struct Spot<'p, 'a, 't> {
    piece: &'p Piece<'a, 't>,
    before: &'a [Token<'t>],
    met: Option<&'a Token<'t>>,
}

impl<'p, 'a, 't> Spot<'p, 'a, 't> {
    fn of(piece: &'p Piece<'a, 't>, error: &Error<Rule>) -> Spot<'p, 'a, 't> {
        let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
        let at = at.saturating_add(piece.start());
        let count = piece.tokens.partition_point(|token| token.end() <= at);
        Spot {
            piece,
            before: piece.tokens.get(..count).unwrap_or_default(),
            met: piece.tokens.get(count),
        }
    }

    fn finding(&self, message: String) -> Diagnostic {
        let at = self.met.or(self.before.last());
        let span = at.map_or_else(|| self.piece.place.span(0, 0), |t| self.piece.place.of(t));
        Diagnostic::new(&codes::SYNTAX, span, message)
    }

    /// What the words before ask for, where they alone tell.
    fn wanted(&self) -> Option<&'static str> {
        let mut back = self.before.iter().rev().map(|token| token.text);
        match (back.next()?, back.next().unwrap_or_default()) {
            ("than" | "last" | "next", _) => Some("a length of time such as `3 days`"),
            ("the", _) => Some("`last`, `next`, `past` or `future`"),
            (_, "between") => Some("`and` and the upper end"),
            ("is", _) => Some("`known`, `unknown` or `empty`"),
            _ => None,
        }
    }

    /// A number with a word behind it, as people say it: `< 3 days`, `> 100 EUR`, `before 1 June`.
    fn measured(&self) -> Option<(String, String)> {
        // The way ended behind the word, or before it.
        let ends = [self.before.len(), self.before.len().saturating_add(1)];
        let mut windows = ends.into_iter().filter_map(|end| {
            let [before, number, word] = self.piece.tokens.get(end.checked_sub(3)?..end)? else {
                return None;
            };
            (is_digits(number.text) && word.kind != Kind::Symbol).then_some((before, number, word))
        });
        let (before, number, word) = windows.next()?;
        let told = format!("{} {}", shown(number.text), shown(word.text));
        if is_month(word.text) {
            return Some((
                format!("`{told}` is no date"),
                "write it like `2026-03-01`: the year, the month, the day".to_owned(),
            ));
        }
        if !compares(before.text) {
            return None;
        }
        if super::literal::read_unit(word.text).is_ok() {
            return Some((
                "a length of time is asked for in words, not with an operator".to_owned(),
                format!(
                    "write `in the next {told}`, `in the last {told}`, `more than {told} ahead` or `more than {told} ago`"
                ),
            ));
        }
        let message = format!("`{told}`: a number has no unit");
        if word.text.len() == 3 && word.text.bytes().all(|b| b.is_ascii_uppercase()) {
            let code = word.text;
            let help = format!(
                "amounts are in minor units, such as cents: 100.00 is `10000`; ask the currency by itself: `billing.currency == \"{code}\"`"
            );
            return Some((message, help));
        }
        let help = format!("write `{}`", number.text);
        self.met.is_none().then_some((message, help))
    }

    fn ends_after(&self) -> String {
        match self.before.last() {
            Some(last) => format!("something is missing after `{}`", shown(last.text)),
            None => "something is missing here".to_owned(),
        }
    }

    fn special(&self, met: &Token) -> Option<(String, &'static str)> {
        let word = met.text;
        let last = self.before.last();
        if met.kind == Kind::Symbol {
            return self.special_symbol(word, last);
        }
        if word == "older" {
            return Some((
                "`older than` lacks its `no`".to_owned(),
                "write `(…) no older than 5m`",
            ));
        }
        if last.is_some_and(|last| last.is_symbol(")")) && asks(word) {
            return Some(after_bracket(word));
        }
        let joined = word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or");
        if joined && last.is_some_and(|last| last.kind == Kind::Symbol && compares(last.text)) {
            let message = format!("something is missing before `{word}`");
            return Some((message, "here belongs a value"));
        }
        None
    }

    fn special_symbol(&self, word: &str, last: Option<&Token>) -> Option<(String, &'static str)> {
        let is_in = last.is_some_and(|t| t.is_word("in"))
            && self
                .before
                .iter()
                .rev()
                .nth(1)
                .is_some_and(|t| t.is_word("is"));
        match word {
            "{" if is_in => Some(("`is in` is written otherwise".to_owned(), "write `in {…}`")),
            ")" | "}" | "]" if !self.opened(word) => Some((
                format!("this `{word}` closes nothing"),
                "delete it, or open it before",
            )),
            "'" => Some((
                "this string is never closed".to_owned(),
                "write it in double quotes",
            )),
            _ if compares(word) && last.is_some_and(|last| last.is_symbol(")")) => {
                Some(after_bracket(word))
            }
            "==" | "!=" | "<" | "<=" | ">" | ">="
                if self
                    .before
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|t| compares(t.text)) =>
            {
                Some((
                    format!("`{word}` asks a second question of one fact"),
                    "ask one question at a time and join them with `and`, or write `between 3 and 10`",
                ))
            }
            "+" | "*" | "^" | "~" | "?" | ";" | "$" | "@" | "`" | "\\" | "%" | "&" | "|" => Some((
                format!("`{word}` is not of the rule language"),
                "delete it; what must be computed is computed by the host, as a fact",
            )),
            _ => None,
        }
    }

    /// Whether a bracket is open that this one could close.
    fn opened(&self, closer: &str) -> bool {
        let opener = match closer {
            ")" => "(",
            "}" => "{",
            _ => "[",
        };
        let count = |symbol| self.before.iter().filter(|t| t.is_symbol(symbol)).count();
        count(opener) > count(closer)
    }
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word names a month, in full or by three letters.
fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let mut months = MONTHS.iter();
    word.len() >= 3 && months.any(|month| *month == word || month.get(..3) == Some(&*word))
}

fn after_bracket(word: &str) -> (String, &'static str) {
    let message = format!("`{}` asks something of a `)`", shown(word));
    (
        message,
        "a question follows a fact: `viewer.role == owner`; after `)` stands `and`, `or` or `no older than`",
    )
}

fn asks(word: &str) -> bool {
    matches!(
        word,
        "in" | "has"
            | "is"
            | "between"
            | "starts"
            | "ends"
            | "contains"
            | "before"
            | "after"
            | "more"
    )
}

fn compares(word: &str) -> bool {
    matches!(word, "==" | "!=" | "<" | "<=" | ">" | ">=" | "=")
}

/// What could stand where pest gave up, in an author's words.
fn wanted(error: &Error<Rule>) -> &'static str {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        return "an expression";
    };
    let has = |rules: &[Rule]| positives.iter().any(|rule| rules.contains(rule));
    if has(&[Rule::value]) {
        "a value"
    } else if has(&[Rule::length, Rule::line_length]) {
        "a length of time such as `3 days`"
    } else if has(&[Rule::set, Rule::wrong_set]) {
        "a set such as `{a, b}`"
    } else if has(&[Rule::comma]) {
        "a `,` or a `}`"
    } else if has(&[
        Rule::unary,
        Rule::and,
        Rule::or,
        Rule::paren,
        Rule::question,
        Rule::subject,
        Rule::open,
    ]) {
        OPERAND
    } else if has(&[Rule::test, Rule::operator, Rule::in_word]) {
        "`and`, `or`, or a question about the fact such as `== owner`"
    } else if has(&[Rule::and_word, Rule::or_word]) {
        "`and`, `or`, or the end of the field"
    } else if has(&[Rule::close]) {
        "a closing bracket"
    } else {
        "another word"
    }
}
