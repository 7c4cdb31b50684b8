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

mod codes;
mod diagnostic;
mod schema;
mod source;
mod syntax;
mod truth;
mod value;

pub use diagnostic::{Code, Diagnostic, Label, Level};
pub use source::{FileId, Position, SourceFile, Sources, Span};
pub use truth::Truth;
pub use value::{Duration, Time, TimeError};
