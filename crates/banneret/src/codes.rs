//! The kinds of finding that reading and checking a rule book can give. Each has a page beside
//! this file. Lints on meaning have their own crate.

use crate::diagnostic::{Code, Level};

macro_rules! codes {
    ($($item:ident $id:literal $name:literal $level:ident $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $item: Code = Code {
                id: $id,
                name: $name,
                level: Level::$level,
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
    UNKNOWN_KIND "BN004" "message-kind-unknown-or-missing" Error "a banner's message is missing or no kind of this book";
    SUSPICIOUS_MARK "BN010" "suspicious-dunning-mark" Error "a value that says good standing is marked as dunning";
    UNKNOWN_FACT "BN101" "unknown-fact" Error "a rule names a fact that the schema does not have";
    UNKNOWN_VALUE "BN102" "unknown-value" Error "a rule names a value that the fact cannot have";
    TYPE_MISMATCH "BN103" "type-mismatch" Error "a rule asks a fact something that its type cannot answer";
    SEGMENT_CYCLE "BN104" "segment-cycle" Error "a segment leads back to itself";
    CONFUSABLE_TEXT "BN105" "confusable-text" Error "a character that looks like another or turns the text around";
    MIXED_AND_OR "BN106" "mixed-and-or" Warning "`and` and `or` are mixed without parentheses";
    SYNTAX "BN801" "syntax" Error "a text is not of the rule language";
    UNKNOWN_NAME "BN802" "unknown-name" Error "a segment, placement, banner or the like that nothing defines";
    DUPLICATE "BN803" "duplicate" Error "a name, field or key is given twice";
    MISSING_FIELD "BN804" "missing-field" Error "something that must be said is not";
    LIMIT "BN805" "limit" Error "a text is too large or too deep";
    DATA_FILE "BN806" "data-file" Error "a YAML file is not of the shape it must have";
    UNEXPECTED_FILE "BN807" "unexpected-file" Error "a file that is no part of a rule book";
    RESERVED_NAME "BN808" "reserved-name" Error "a name that the language keeps for itself";
    BAD_DATES "BN809" "bad-dates" Error "dates that contradict each other or do not exist";
    STANDARD_WIDENED "BN810" "standard-widened" Error "a standard fact may be narrowed, never widened";
    DUNNING_ROLE "BN811" "dunning-role" Error "the fact that proves dunning is missing, doubled or badly marked";
    BAD_SOURCE "BN812" "bad-source" Error "a source cannot be read as it is described";
    BAD_CASE "BN813" "bad-case" Error "a test cannot be run as it is written";
    COPY "BN814" "copy-missing" Error "a banner's words are not there";
}
