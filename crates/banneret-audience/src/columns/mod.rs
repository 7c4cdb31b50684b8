//! Formulas over columns of Arrow.
//!
//! Each question about a fact is answered once for a chunk of rows, as a mask of bits, whatever its
//! age and whether it is to hold or not; which rows are fresh enough is one mask for each fact and
//! bound. An atom is true where the fact is known and the answer yes. Formulas hold no `not`, so
//! what is true of them follows from what is true of their parts, and what is false from what is
//! false; who is in neither mask is unknown.

mod ages;
mod asked;
mod count;
mod keys;
mod lanes;
mod mask;
mod numbers;
mod places;
mod plan;
mod run;
mod table;
mod texts;
mod values;

pub(crate) use count::{count, count_both};
pub(crate) use mask::ROWS;
pub(crate) use numbers::{all_within, micros_of, none_after};
pub(crate) use places::{Place, Places};
pub use plan::Detail;
pub use run::{Chunk, Count, Evaluator, Reason, Scratch};
pub use table::{BindError, Column, ColumnRole, Table};
