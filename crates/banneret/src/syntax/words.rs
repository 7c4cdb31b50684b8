//! The words of the language, and what a name is.

use super::ast::Field;

/// The words that the language keeps for itself, sorted: none of them may name a segment, a
/// message or a banner. Units of time are not among them, and enum values may be any of them
/// but `true`, `false`, `null` and `unknown`.
pub const WORDS: &[&str] = &[
    "after",
    "ago",
    "ahead",
    "all",
    "allow",
    "and",
    "any",
    "audience",
    "banner",
    "because",
    "before",
    "between",
    "by",
    "cap",
    "click",
    "contains",
    "copy",
    "dismiss",
    "empty",
    "ends",
    "ever",
    "false",
    "for",
    "forever",
    "from",
    "future",
    "has",
    "holdout",
    "in",
    "is",
    "known",
    "last",
    "locales",
    "message",
    "more",
    "next",
    "no",
    "none",
    "not",
    "null",
    "of",
    "older",
    "on",
    "or",
    "owner",
    "past",
    "per",
    "placement",
    "priority",
    "requires",
    "review",
    "rollout",
    "segment",
    "starts",
    "than",
    "the",
    "true",
    "unknown",
    "until",
    "with",
    "zone",
];

/// The segment that the dunning role defines; no item may take its name.
pub(super) const IN_DUNNING: &str = "in_dunning";

/// Whether the language keeps this word for itself.
#[must_use]
pub fn is_word_of_the_language(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok()
}

/// Whether this is a name without dots: `[a-z][a-z0-9_]*`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether this is a fact's name: two names or more, with dots between.
#[must_use]
pub fn is_fact_name(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_name)
}

/// Whether this is a Fluent identifier, as copy ids are.
pub(super) fn is_copy_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// The three kinds of item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    Segment,
    Message,
    Banner,
}

impl ItemKind {
    pub(super) const ALL: [ItemKind; 3] = [ItemKind::Segment, ItemKind::Message, ItemKind::Banner];

    pub(super) fn word(self) -> &'static str {
        match self {
            ItemKind::Segment => "segment",
            ItemKind::Message => "message",
            ItemKind::Banner => "banner",
        }
    }

    pub(super) fn of(word: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The fields that such an item may have.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            ItemKind::Segment => &[],
            ItemKind::Message => &[Field::Requires, Field::Holdout],
            ItemKind::Banner => &[
                Field::Message,
                Field::Audience,
                Field::Placement,
                Field::Priority,
                Field::From,
                Field::Until,
                Field::Zone,
                Field::Rollout,
                Field::Cap,
                Field::Dismiss,
                Field::Ends,
                Field::Locales,
                Field::Copy,
                Field::Owner,
                Field::Review,
                Field::Allow,
            ],
        }
    }
}

impl Field {
    /// The keyword that begins the field's line.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Field::Requires => "requires",
            Field::Holdout => "holdout",
            Field::Message => "message",
            Field::Audience => "audience",
            Field::Placement => "placement",
            Field::Priority => "priority",
            Field::From => "from",
            Field::Until => "until",
            Field::Zone => "zone",
            Field::Rollout => "rollout",
            Field::Cap => "cap",
            Field::Dismiss => "dismiss",
            Field::Ends => "ends",
            Field::Locales => "locales",
            Field::Copy => "copy",
            Field::Owner => "owner",
            Field::Review => "review",
            Field::Allow => "allow",
        }
    }

    pub(super) fn of(word: &str) -> Option<Field> {
        let all = [ItemKind::Message, ItemKind::Banner].map(ItemKind::fields);
        let mut fields = all.into_iter().flatten();
        fields.find(|field| field.keyword() == word).copied()
    }

    /// Whether its value is an expression, the only thing that runs over lines.
    pub(super) fn is_expression(self) -> bool {
        matches!(self, Field::Audience | Field::Requires)
    }

    /// Whether an item may have it more than once.
    pub(super) fn may_repeat(self) -> bool {
        matches!(self, Field::Requires | Field::Allow)
    }

    /// One line that shows how it is written.
    pub(super) fn example(self) -> &'static str {
        match self {
            Field::Requires => "requires viewer.role in {owner, admin}",
            Field::Holdout => "holdout 5% by account.id",
            Field::Message => "message payment_failed",
            Field::Audience => "audience in_dunning and viewer.role == owner",
            Field::Placement => "placement top",
            Field::Priority => "priority 900",
            Field::From => "from 2026-03-01",
            Field::Until => "until 2027-03-01",
            Field::Zone => "zone Europe/Stockholm",
            Field::Rollout => "rollout 25% by account.id",
            Field::Cap => "cap 3 per 7 days",
            Field::Dismiss => "dismiss for 2 days",
            Field::Ends => "ends on click",
            Field::Locales => "locales de, de-AT",
            Field::Copy => "copy payment-failed-first",
            Field::Owner => "owner \"billing-growth\"",
            Field::Review => "review by 2027-01-15",
            Field::Allow => "allow BN404 until 2027-01-15 because \"why\"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_names() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| is_name(word)));
        for kind in ItemKind::ALL {
            assert!(is_word_of_the_language(kind.word()));
            for field in kind.fields() {
                assert!(is_word_of_the_language(field.keyword()), "{field:?}");
                assert_eq!(Field::of(field.keyword()), Some(*field));
                assert!(field.example().starts_with(field.keyword()));
            }
        }
        assert!(!is_word_of_the_language("days"));
        assert!(!is_word_of_the_language("top"));
    }

    #[test]
    fn names_and_facts() {
        assert!(is_name("in_dunning") && is_name("a1"));
        for no in ["", "_a", "1a", "A", "a-b", "a.b", "ä"] {
            assert!(!is_name(no), "{no}");
        }
        assert!(is_fact_name("a.b.c") && is_fact_name("not.done"));
        for no in ["a", "a.", ".a", "a..b", "a.B"] {
            assert!(!is_fact_name(no), "{no}");
        }
        assert!(is_copy_id("payment-failed-first") && !is_copy_id("-a") && !is_copy_id("1a"));
    }
}
