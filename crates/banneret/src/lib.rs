//! banneret decides which in-product banners an account may see, and never shows one whose
//! message would be untrue.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod assemble;
mod book;
mod check;
pub mod codes;
mod diagnostic;
mod engine;
mod eval;
mod facts;
mod formula;
mod index;
mod intake;
mod load;
mod prove;
mod rulebook;
mod schema;
mod source;
mod standard;
mod syntax;
mod truth;
mod value;
mod yaml;

pub use book::{
    BUCKETS, Banner, Cap, Case, CaseBody, ColumnNames, CopyFiles, DecisionCase, Dismissal, Freeze,
    GivenFact, Kill, LintLevel, Manifest, MessageKind, Purpose, Requirement, Segment, Share,
    SourceCase, SourceInput, Waiver, Warehouse, WarehouseColumn, bucket,
};
pub use diagnostic::{Code, Counterexample, Diagnostic, Edit, Example, Fix, Label, Level, nearest};
pub use engine::{
    CaseResult, Decision, Engine, Matches, Memory, Outcome, Scratch, Show, UnknownFact, Why,
};
pub use eval::{Trace, TraceStep, Truths};
pub use facts::{
    Account, AccountError, Clock, FactError, Facts, FactsBuilder, Given, History, MergeError, Said,
    Seen, Text, Texts, Value, WhyUnknown, WrongSchema, read_json,
};
pub use formula::{
    Atom, AtomId, Codes, Formulas, Members, Node, NodeId, Question, Ranges, SetTest, TextTest,
};
pub use intake::{Derivation, Intake, IntakeError, Note, NoteKind, RowReader, Source};
#[cfg(feature = "fs")]
pub use load::{LARGEST_FILE, LoadError, is_part_of_a_book, read_directory};
pub use prove::{
    Answer, BUDGET, Claim, Difference, Joined, Prover, Reading, Side, Space, Told, Unproven, VarId,
    Witness,
};
pub use rulebook::{Book, BookError, Checked, Unkept, WhyNot};
pub use schema::{EnumCode, EnumValue, Fact, FactId, Kind, Schema};
pub use source::{FileId, Position, SourceFile, Sources, Span};
pub use syntax::{
    WORDS, ast, format, is_fact_name, is_name, is_word_of_the_language, parse, parse_expr,
};
pub use truth::Truth;
pub use value::{Duration, Time, TimeError};
