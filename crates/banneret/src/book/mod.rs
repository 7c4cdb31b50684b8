//! The parts of a rule book: what it shows to whom, when, how often; its manifest, its kills, its
//! tests.

mod bucket;
mod cases;
mod kills;
mod manifest;
mod parts;
mod schedule;
mod warehouse;
mod wording;

pub use bucket::{BUCKETS, Purpose, bucket};
pub(crate) use cases::read as read_cases;
pub use cases::{Case, CaseBody, DecisionCase, GivenFact, SourceCase, SourceInput};
pub use kills::Kill;
pub(crate) use kills::read as read_kills;
pub use manifest::{CopyFiles, Freeze, LintLevel, Manifest};
pub(crate) use manifest::{is_contract, read as read_manifest};
pub use parts::{Banner, Cap, Dismissal, MessageKind, Requirement, Segment, Share, Waiver};
pub(crate) use schedule::{moment, no_zone, zone};
pub use warehouse::{ColumnNames, Warehouse, WarehouseColumn};
pub(crate) use wording::{Entries, Entry, entries, translations};
