//! What a rule means, worked out from its text alone: no formulas, no atoms, no code of the
//! engine's. Slow, and meant to be read beside `docs/language.md`. Unknown is `None`.

use banneret::ast::{Expr, ExprKind, Length, Literal, LiteralKind, Operator, Test, Unit, When};

use crate::accounts::{Account, Value};
use crate::rules::micros;
use crate::world::{FACTS, IN_DUNNING, Kind, MINUTE, SKEW, Spec, WORLD};

/// One account at one moment.
pub(crate) struct Oracle<'a> {
    pub(crate) account: &'a Account,
    /// Microseconds since 1970.
    pub(crate) now: i64,
}

impl Oracle<'_> {
    /// The truth of a rule.
    pub(crate) fn truth(&self, rule: &Expr) -> Option<bool> {
        self.within(rule, i64::MAX)
    }

    /// The truth of a rule whose facts may be no older than a bound.
    fn within(&self, rule: &Expr, bound: i64) -> Option<bool> {
        match &rule.kind {
            ExprKind::Const(value) => Some(*value),
            ExprKind::Name(name) => self.name(name, bound),
            ExprKind::Test(fact, test) => self.test(&fact.value, &test.value, bound),
            ExprKind::Not(inner) => self.within(inner, bound).map(|truth| !truth),
            ExprKind::Paren(inner) => self.within(inner, bound),
            ExprKind::Fresh(inner, length) => self.within(inner, bound.min(long(length.value))),
            ExprKind::And(parts) => self.decided(parts, bound, false),
            ExprKind::Or(parts) => self.decided(parts, bound, true),
        }
    }

    /// The value that one part is enough for; else unknown where a part is; else the other.
    fn decided(&self, parts: &[Expr], bound: i64, enough: bool) -> Option<bool> {
        let truths: Vec<_> = parts.iter().map(|part| self.within(part, bound)).collect();
        if truths.contains(&Some(enough)) {
            return Some(enough);
        }
        if truths.contains(&None) {
            return None;
        }
        Some(!enough)
    }

    fn name(&self, name: &str, bound: i64) -> Option<bool> {
        if name == "in_dunning" {
            let Value::Text(state) = self.known("p.state", bound)? else {
                panic!()
            };
            return Some(IN_DUNNING.contains(&state.as_str()));
        }
        if let Some(segment) = WORLD.segments.get(name) {
            return self.within(segment, bound);
        }
        let Value::Bool(value) = self.known(name, bound)? else {
            panic!()
        };
        Some(*value)
    }

    /// The value of a fact, if it is known.
    fn known(&self, name: &str, bound: i64) -> Option<&Value> {
        let at = FACTS.iter().position(|fact| fact.name == name).unwrap();
        let fact = &FACTS[at];
        let word = self.account[at].as_ref()?;
        if !is_possible(fact, &word.value) {
            return None;
        }
        match (word.as_of, fact.fresh_for) {
            (None, Some(_)) => return None,
            (None, None) => {}
            (Some(as_of), fresh_for) => {
                let age = self.now - as_of;
                let fresh_for = fresh_for.map_or(i64::MAX, |minutes| minutes * MINUTE);
                if age < -SKEW || age > fresh_for || age > bound {
                    return None;
                }
            }
        }
        Some(&word.value)
    }

    fn test(&self, name: &str, test: &Test, bound: i64) -> Option<bool> {
        let known = self.known(name, bound);
        match test {
            Test::IsKnown => Some(known.is_some()),
            Test::IsUnknown => Some(known.is_none()),
            test => Some(self.answer(known?, test)),
        }
    }

    fn answer(&self, value: &Value, test: &Test) -> bool {
        match value {
            Value::Bool(value) => match test {
                Test::Compare(Operator::Equal, wanted) => *value == flag(wanted),
                Test::Compare(Operator::NotEqual, wanted) => *value != flag(wanted),
                _ => panic!("{test:?}"),
            },
            Value::Text(value) => about_text(value, test),
            Value::Int(value) => about_number(*value, test),
            Value::Time(value) => about_time(*value, self.now, test),
            Value::List(value) => about_set(value, test),
            Value::Null => panic!("null is not known"),
        }
    }
}

/// Whether a value is in the domain of its fact; `null` is in none.
fn is_possible(fact: &Spec, value: &Value) -> bool {
    match (fact.kind, value) {
        (_, Value::Null) => false,
        (Kind::Enum(domain) | Kind::Text(Some(domain)), Value::Text(text)) => {
            domain.contains(&text.as_str())
        }
        (Kind::Int(min, max), Value::Int(number)) => min <= *number && *number <= max,
        (Kind::EnumSet(domain), Value::List(members)) => members
            .iter()
            .all(|member| domain.contains(&member.as_str())),
        _ => true,
    }
}

fn about_text(value: &str, test: &Test) -> bool {
    match test {
        Test::Compare(Operator::Equal, wanted) => value == text(wanted),
        Test::Compare(Operator::NotEqual, wanted) => value != text(wanted),
        Test::In { negated, members } => {
            members.iter().any(|member| value == text(member)) != *negated
        }
        Test::StartsWith(part) => value.starts_with(text(part)),
        Test::EndsWith(part) => value.ends_with(text(part)),
        Test::Contains(part) => value.contains(text(part)),
        _ => panic!("{test:?}"),
    }
}

fn about_number(value: i64, test: &Test) -> bool {
    match test {
        Test::Compare(operator, wanted) => match operator {
            Operator::Equal => value == int(wanted),
            Operator::NotEqual => value != int(wanted),
            Operator::Less => value < int(wanted),
            Operator::LessOrEqual => value <= int(wanted),
            Operator::Greater => value > int(wanted),
            Operator::GreaterOrEqual => value >= int(wanted),
        },
        Test::In { negated, members } => {
            members.iter().any(|member| value == int(member)) != *negated
        }
        Test::Between(low, high) => int(low) <= value && value <= int(high),
        _ => panic!("{test:?}"),
    }
}

fn about_time(value: i64, now: i64, test: &Test) -> bool {
    let many = |count: &u32, unit: &Unit| micros((*count, *unit));
    match test {
        Test::Before(when) => value < moment(when),
        Test::After(when) => value > moment(when),
        Test::InTheLast(length) => now - long(*length) <= value && value <= now,
        Test::InTheNext(length) => now <= value && value <= now + long(*length),
        Test::MoreThanAgo(length) => value < now - long(*length),
        Test::MoreThanAhead(length) => value > now + long(*length),
        Test::BetweenAgo { from, to, unit } => {
            now - many(to, unit) <= value && value <= now - many(from, unit)
        }
        Test::BetweenAhead { from, to, unit } => {
            now + many(from, unit) <= value && value <= now + many(to, unit)
        }
        Test::InThePast => value < now,
        Test::InTheFuture => value > now,
        _ => panic!("{test:?}"),
    }
}

fn about_set(value: &[String], test: &Test) -> bool {
    let has = |member: &Literal| value.iter().any(|own| own == text(member));
    match test {
        Test::Has(member) => has(member),
        Test::HasAnyOf(members) => members.iter().any(has),
        Test::HasAllOf(members) => members.iter().all(has),
        Test::HasNoneOf(members) => !members.iter().any(has),
        Test::IsEmpty => value.is_empty(),
        _ => panic!("{test:?}"),
    }
}

fn long(length: Length) -> i64 {
    micros((length.count, length.unit))
}

fn flag(literal: &Literal) -> bool {
    let LiteralKind::Bool(value) = literal.value else {
        panic!("{literal:?}")
    };
    value
}

fn text(literal: &Literal) -> &str {
    match &literal.value {
        LiteralKind::Name(text) | LiteralKind::Text(text) => text,
        _ => panic!("{literal:?}"),
    }
}

fn int(literal: &Literal) -> i64 {
    let LiteralKind::Int(number) = literal.value else {
        panic!("{literal:?}")
    };
    number
}

/// A date is its midnight in UTC.
fn moment(literal: &Literal) -> i64 {
    match &literal.value {
        LiteralKind::When(When::Moment { time, .. }) => time.as_unix_micros(),
        LiteralKind::When(When::Date(date)) => {
            let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
            midnight.timestamp().as_microsecond()
        }
        _ => panic!("{literal:?}"),
    }
}
