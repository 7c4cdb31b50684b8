//! The version that a lint compares with.

use std::path::Path;

use banneret::{Book, Diagnostic};
use banneret_lint::Options;

use super::Diff;
use crate::failure::Failure;
use crate::revision::Version;

/// An older version of the book that is linted.
pub(crate) struct Base(Version);

impl Base {
    /// Reads what was named: a directory, or a git revision of the book in `folder`.
    pub(crate) fn read(named: &str, folder: &str) -> Result<Base, Failure> {
        let version = Version::beside(named, Some(Path::new(folder)))?;
        // One that does not load is told of now, and nothing is compared.
        version.book()?;
        Ok(Base(version))
    }

    /// What guards less than it did or is changed inside a freeze, and the whole difference; nothing
    /// for a book that does not load.
    pub(crate) fn against<'b>(
        &'b self,
        folder: &'b str,
        new: Option<&'b Book>,
        options: &Options,
    ) -> Option<(Vec<Diagnostic>, Diff<'b>)> {
        let (old, new) = (self.0.checked.book.as_ref()?, new?);
        let mut found = banneret_lint::against(old, new);
        found.extend(banneret_lint::frozen(old, new, options));
        Some((found, Diff::of((&self.0.name, old), (folder, new))))
    }
}
