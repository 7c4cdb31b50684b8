//! Files of accounts as batches of columns: CSV, NDJSON and Parquet, however long, in memory that
//! does not grow with them. Bad rows are told and counted; a file that is not what it should be
//! breaks the reading off, and nothing that was counted before is an answer.

mod build;
mod cells;
mod find;
mod lines;
mod pages;
mod parquet;
mod repeats;
mod skip;
mod take;
mod trouble;
mod work;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use banneret::{FactId, Formulas, NodeId, Schema};

pub use build::Gathering;
pub use find::{Files, Format, Length};

pub use repeats::{Repeated, Repeats};
pub use take::{Accounts, id_of};
pub(crate) use take::{given, moment, number, text};
pub use trouble::ReadError;
pub use work::{Read, Report};

/// What of each account is wanted. What is not is passed over, and from Parquet not even read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    facts: BTreeSet<FactId>,
    ids: bool,
    histories: bool,
}

impl Wanted {
    /// Nothing but that there is an account.
    #[must_use]
    pub fn nothing() -> Wanted {
        Wanted::default()
    }

    /// And every fact that those formulas ask about.
    #[must_use]
    pub fn with_formulas(self, formulas: &Formulas, roots: &[NodeId]) -> Wanted {
        let facts = roots.iter().flat_map(|root| formulas.facts_of(*root));
        self.with_facts(facts)
    }

    /// And those facts.
    #[must_use]
    pub fn with_facts(mut self, facts: impl IntoIterator<Item = FactId>) -> Wanted {
        self.facts.extend(facts);
        self
    }

    /// And the accounts' ids.
    #[must_use]
    pub fn with_ids(mut self) -> Wanted {
        self.ids = true;
        self
    }

    /// And what viewers have seen.
    #[must_use]
    pub fn with_histories(mut self) -> Wanted {
        self.histories = true;
        self
    }

    /// The facts, by number.
    pub fn facts(&self) -> impl Iterator<Item = FactId> {
        self.facts.iter().copied()
    }

    pub(crate) fn ids(&self) -> bool {
        self.ids
    }

    pub(crate) fn histories(&self) -> bool {
        self.histories
    }

    /// The ids too, where a rule asks about them.
    fn settled(mut self, schema: &Schema) -> Wanted {
        let id = schema.id("account.id");
        self.ids |= id.is_some_and(|id| self.facts.contains(&id));
        self
    }
}

/// How files are read.
pub struct Reader<'a> {
    schema: Arc<Schema>,
    wanted: Wanted,
    ignore_unknown: bool,
    only: Option<skip::OnlyWhere>,
    threads: usize,
    watch: Option<&'a (dyn Fn(u64) + Sync)>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("wanted", &self.wanted)
            .field("ignore_unknown", &self.ignore_unknown)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// In one thread, refusing columns that are no facts.
    #[must_use]
    pub fn new(schema: &Arc<Schema>, wanted: Wanted) -> Reader<'a> {
        Reader {
            schema: Arc::clone(schema),
            wanted: wanted.settled(schema),
            ignore_unknown: false,
            only: None,
            threads: 1,
            watch: None,
        }
    }

    /// Passes over columns and facts that the schema does not have, if `ignore`.
    #[must_use]
    pub fn ignoring_unknown(mut self, ignore: bool) -> Reader<'a> {
        self.ignore_unknown = ignore;
        self
    }

    /// Passes over what holds nobody for whom one of those formulas is true, where a file says so
    /// itself: row groups of Parquet, by the least and the greatest value of their columns. For who
    /// counts truths and nothing else; the rows are told as [`Report::skipped`], and nobody finds
    /// out whether they can be read.
    #[must_use]
    pub fn only_where(mut self, formulas: &Formulas, roots: &[NodeId]) -> Reader<'a> {
        let (formulas, roots) = formulas.extract(roots);
        self.only = Some(skip::OnlyWhere { formulas, roots });
        self
    }

    /// In that many threads, at least one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Reader<'a> {
        self.threads = threads.max(1);
        self
    }

    /// Tells how many more bytes were read, for a bar of progress.
    #[must_use]
    pub fn watched(mut self, watch: &'a (dyn Fn(u64) + Sync)) -> Reader<'a> {
        self.watch = Some(watch);
        self
    }

    /// Reads all those files. Each thread makes a state with `make` and hands every batch it reads
    /// to `take` with it; the states come back, whatever their order.
    pub fn read<S: Send>(
        &self,
        files: &Files,
        make: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, &Path, &Accounts) + Sync,
    ) -> Read<S> {
        work::read(self, files, make, take)
    }

    fn saw(&self, bytes: u64) {
        if let Some(watch) = self.watch {
            watch(bytes);
        }
    }
}
