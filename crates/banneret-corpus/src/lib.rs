//! Conformance cases of the rule language.
