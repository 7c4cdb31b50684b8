//! The audiences of a rule book over many accounts at once: the same formulas that decide for one
//! account, over columns of a table or as a query for a warehouse.

mod columns;
mod preview;
mod read;
pub mod report;
mod sql;

pub use columns::{
    BindError, Chunk, Column, ColumnRole, Count, Detail, Evaluator, Reason, Scratch, Table,
};
pub use preview::{
    Asked, AskedKind, AudienceCounts, BadInput, Cell, Combination, Compared, Comparing, Counting,
    Gates, Movers, Moves, Outcomes, Plan, Preview, Request, Sampled, Standing, Status, Versions,
};
pub use read::{
    Accounts, Files, Format, Gathering, Length, Read, ReadError, Reader, Repeated, Repeats, Report,
    Wanted, id_of,
};
pub use sql::{Ask, Audience, Dialect, SqlError, sql};
