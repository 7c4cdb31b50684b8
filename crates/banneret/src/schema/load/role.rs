//! The fact that proves dunning: `role: dunning_state` and its marks.

use super::super::Fact;
use super::values::Listed;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::value::Duration;
use crate::yaml::{Key, Map};

/// A claim about dunning may rest on nothing older.
const OLDEST: Duration = Duration::from_hours(24);

/// Whether the fact has the role; a role that does not hold together is reported.
pub(super) fn read(
    key: &Key,
    map: &Map,
    type_name: &str,
    values: &[Listed],
    fresh_for: Option<Duration>,
    found: &mut Vec<Diagnostic>,
) -> bool {
    for value in values.iter().filter(|value| value.in_dunning) {
        check_mark(value, found);
    }
    if !has_role(map, found) {
        if let Some(value) = values.iter().find(|value| value.in_dunning) {
            let message = "`in_dunning` marks a value of a fact without the dunning role";
            let finding = Diagnostic::new(&codes::DUNNING_ROLE, value.span, message);
            found.push(finding.help("add `role: dunning_state` to the fact, or delete the mark"));
        }
        return false;
    }
    if type_name == "enum" {
        check_marks(key, values, found);
        check_fresh(key, map, fresh_for, found);
    }
    type_name == "enum"
}

fn has_role(map: &Map, found: &mut Vec<Diagnostic>) -> bool {
    let Some(role) = map.string("role", found) else {
        return false;
    };
    if role != "dunning_state" {
        let place = map.get("role").map_or(map.span, |node| node.span);
        let message = format!("there is no role `{role}`");
        let finding = Diagnostic::new(&codes::DATA_FILE, place, message);
        found.push(finding.help("the only role is `dunning_state`"));
    }
    role == "dunning_state"
}

fn check_marks(key: &Key, values: &[Listed], found: &mut Vec<Diagnostic>) {
    let marked = values.iter().filter(|value| value.in_dunning).count();
    let (message, help) = if marked == 0 {
        (
            "no value means that the account is in dunning",
            "mark the values that do: `in_progress: {in_dunning: true}`",
        )
    } else if marked == values.len() {
        (
            "every value means that the account is in dunning",
            "list and leave unmarked the value of an account that is not",
        )
    } else {
        return;
    };
    let message = format!("{message} in `{}`", key.text);
    found.push(Diagnostic::new(&codes::DUNNING_ROLE, key.span, message).help(help));
}

fn check_fresh(key: &Key, map: &Map, fresh_for: Option<Duration>, found: &mut Vec<Diagnostic>) {
    let finding = match (fresh_for, map.get("fresh_for")) {
        (Some(length), Some(node)) if length > OLDEST => {
            let message = format!("`fresh_for` of the dunning state is {length}, over 24h");
            node.wrong(&codes::DUNNING_ROLE, message)
        }
        (None, None) => {
            let message = format!("`{}` proves dunning and has no `fresh_for`", key.text);
            Diagnostic::new(&codes::DUNNING_ROLE, key.span, message)
        }
        _ => return,
    };
    found.push(finding.help("write `fresh_for: 24h` or less: people pay in the meantime"));
}

fn check_mark(value: &Listed, found: &mut Vec<Diagnostic>) {
    if !says_good_standing(&value.name) {
        return;
    }
    let message = format!(
        "`{}` says good standing and is marked as dunning",
        value.name
    );
    let finding = Diagnostic::new(&codes::SUSPICIOUS_MARK, value.span, message);
    found.push(finding.help("delete `in_dunning: true`, or name the value after what it means"));
}

const GOOD: [&str; 31] = [
    "on_time",
    "paidup",
    "paid_up",
    "paid_in_full",
    "paidinfull",
    "zero_balance",
    "uptodate",
    "in_credit",
    "none",
    "no",
    "nothing",
    "clear",
    "cleared",
    "current",
    "ok",
    "okay",
    "fine",
    "paid",
    "settled",
    "active",
    "good",
    "healthy",
    "normal",
    "regular",
    "resolved",
    "recovered",
    "succeeded",
    "success",
    "up_to_date",
    "in_good_standing",
    "inactive",
];

/// A name as words in small letters with `_` between them.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let name: String = name.to_lowercase().chars().map(plain).collect();
    name.trim_matches('_').to_owned()
}

/// Whether a provider's word, whole, says that an account is in good standing. What only says that
/// something is not there (`none`) can be said of a debt and of a payment alike.
pub(crate) fn is_good_standing(word: &str) -> bool {
    let word = plain(word);
    GOOD.contains(&&*word) && !["none", "no", "nothing", "inactive"].contains(&&*word)
}

/// Words that say good standing wherever they stand in a name.
const WELL: [&str; 4] = ["clear", "ok", "paid", "good"];

/// Words that say so unless the name is about what is owed.
const GOES_ON: [&str; 7] = [
    "active", "cleared", "current", "healthy", "okay", "paidup", "settled",
];

/// Words that begin a name of what is not there.
const NOT: [&str; 9] = [
    "not", "no", "non", "never", "without", "none", "nothing", "zero", "nil",
];

/// What is bad to lack: `no_payment` is no good news.
const WANTED: [&str; 9] = [
    "payment", "payments", "paying", "pays", "funds", "money", "card", "method", "response",
];

/// Words for what is owed: with one of these `active_debt` is no good news, and `no_payment_due` is.
const OWED: [&str; 22] = [
    "arrears",
    "behind",
    "collection",
    "collections",
    "debt",
    "delinquency",
    "delinquent",
    "dispute",
    "due",
    "dunning",
    "failed",
    "failure",
    "late",
    "missed",
    "overdue",
    "recovery",
    "reminder",
    "restricted",
    "retries",
    "retry",
    "suspended",
    "unpaid",
];

/// Whether a value's name, word by word, says that nothing is wrong, or that something is not.
fn says_good_standing(name: &str) -> bool {
    let name = plain(&with_words_apart(name));
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let first = words.first().copied().unwrap_or_default();
    let well = has(&WELL) || (has(&GOES_ON) && !has(&OWED));
    let says_well = match NOT.contains(&first) {
        true => has(&OWED) || !(well || has(&WANTED)),
        // `partly_paid` is owed all the same.
        false => well && !name.starts_with("part"),
    };
    GOOD.contains(&name.as_str())
        || says_well
        || words.last() == Some(&"free")
        // A letter that only looks like one of these.
        || !name.is_ascii()
}

/// `paidUp` as `paid_Up`.
fn with_words_apart(name: &str) -> String {
    let (mut apart, mut was_small) = (String::new(), false);
    for c in name.chars() {
        if was_small && c.is_uppercase() {
            apart.push('_');
        }
        was_small = c.is_lowercase();
        apart.push(c);
    }
    apart
}

/// Of several facts with the role the first keeps it.
pub(super) fn keep_one(facts: &mut [Fact], found: &mut Vec<Diagnostic>) {
    let mut roles = facts.iter_mut().filter(|fact| fact.is_dunning_role);
    let Some(first) = roles.next() else { return };
    for fact in roles {
        let message = format!("`{}` has the dunning role already", first.name);
        let finding = Diagnostic::new(&codes::DUNNING_ROLE, fact.span, message);
        let finding = finding.related(first.span, "has the role");
        found.push(finding.help(format!("delete `role` from `{}`", fact.name)));
        fact.is_dunning_role = false;
    }
}
