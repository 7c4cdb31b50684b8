//! The kinds of finding that reading and checking a rule book can give. Each has a page beside
//! this file. Lints on meaning have their own crate.

use crate::diagnostic::{Code, Level};

macro_rules! codes {
    (@ mistake) => { true };
    (@ lint) => { false };
    ($($item:ident $id:literal $name:literal $firm:ident $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $item: Code = Code {
                id: $id,
                name: $name,
                level: Level::Error,
                firm: codes!(@ $firm),
                summary: $summary,
                page: include_str!(concat!("codes/", $id, ".md")),
            };
        )*

        /// Every kind of finding here, by code.
        #[must_use]
        pub fn all() -> &'static [&'static Code] {
            static ALL: &[&Code] = &[$(&$item),*];
            ALL
        }
    };
}

codes! {
    UNKNOWN_KIND "BN004" "message-kind-unknown-or-missing" mistake "a banner's message is missing or no kind of this book";
    COPY_OF_ANOTHER_KIND "BN009" "copy-of-another-kind" mistake "a banner's words are written for another kind of message";
    SUSPICIOUS_MARK "BN010" "suspicious-dunning-mark" mistake "a value that says good standing is marked as dunning";
    UNKNOWN_FACT "BN101" "unknown-fact" mistake "a rule names a fact that the schema does not have";
    UNKNOWN_VALUE "BN102" "unknown-value" mistake "a rule names a value that the fact cannot have";
    TYPE_MISMATCH "BN103" "type-mismatch" mistake "a rule asks a fact something that its type cannot answer";
    SEGMENT_CYCLE "BN104" "segment-cycle" mistake "a segment leads back to itself";
    CONFUSABLE_TEXT "BN105" "confusable-text" mistake "a character that looks like another or turns the text around";
    MIXED_AND_OR "BN106" "mixed-and-or" lint "`and` and `or` are mixed without parentheses";
    SYNTAX "BN801" "syntax" mistake "a text is not of the rule language";
    UNKNOWN_NAME "BN802" "unknown-name" mistake "a segment, placement, banner or the like that nothing defines";
    DUPLICATE "BN803" "duplicate" mistake "a name, field or key is given twice";
    MISSING_FIELD "BN804" "missing-field" mistake "something that must be said is not";
    LIMIT "BN805" "limit" mistake "a text is too large or too deep";
    DATA_FILE "BN806" "data-file" mistake "a YAML file is not of the shape it must have";
    UNEXPECTED_FILE "BN807" "unexpected-file" mistake "a file that is no part of a rule book";
    RESERVED_NAME "BN808" "reserved-name" mistake "a name that the language keeps for itself";
    BAD_DATES "BN809" "bad-dates" mistake "dates that contradict each other or do not exist";
    STANDARD_WIDENED "BN810" "standard-widened" mistake "a standard fact may be narrowed, never widened";
    DUNNING_ROLE "BN811" "dunning-role" mistake "the fact that proves dunning is missing, doubled or badly marked";
    BAD_SOURCE "BN812" "bad-source" mistake "a source cannot be read as it is described";
    BAD_CASE "BN813" "bad-case" mistake "a test cannot be run as it is written";
    COPY "BN814" "copy-missing" mistake "a banner's words are not there";
}
