//! What the words of a rule book say.
//!
//! Copy is [Fluent](https://projectfluent.org): an entry may have variants, and may take over the
//! words of other entries. Whoever judges words must judge all of them. [`Words`] reads the file of
//! one locale, and [`Words::sayings`] gives everything that one of its entries can say.
//!
//! ```
//! use banneret::Sources;
//! use banneret_copy::{PLACEABLE, Words};
//!
//! let text = "
//! seats = { $account_seats ->
//!     [one] One seat is free.
//!    *[other] { $account_seats } seats are free.
//! }
//!     .kind = invoice_available
//! ";
//! let mut sources = Sources::default();
//! let file = sources.add("copy/en.ftl", text);
//! let words = Words::read(file, text);
//! assert_eq!(words.entry("seats").unwrap().kind(), Some("invoice_available"));
//!
//! let sayings = words.sayings("seats").unwrap();
//! let plain: Vec<_> = sayings.iter().map(|saying| saying.plain().text).collect();
//! assert_eq!(plain, ["One seat is free.".to_owned(), format!("{PLACEABLE} seats are free.")]);
//! assert!(sayings[0].variables().eq(["account_seats"]), "its selector needs it");
//! ```

mod expand;
#[cfg(feature = "render")]
mod render;
mod saying;
mod trouble;
mod words;

#[cfg(feature = "render")]
pub use render::{RenderError, Rendered, Renderer};
pub use saying::{Choice, PLACEABLE, Piece, Plain, Saying};
pub use trouble::{Trouble, TroubleKind};
pub use words::{Entry, Words};
