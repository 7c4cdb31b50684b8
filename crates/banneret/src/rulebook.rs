//! A rule book as a whole: checked, and in terms of formulas.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::book::{Banner, Case, Kill, Manifest, MessageKind, Segment};
use crate::diagnostic::Diagnostic;
use crate::facts::{Facts, FactsBuilder};
use crate::formula::{Formulas, SegmentNames, Typed};
use crate::intake::Source;
use crate::prove::{Unproven, Witness};
use crate::schema::{Schema, Vocabulary};
use crate::source::Sources;
use crate::syntax::ast::Item;
use crate::value::Time;

/// A rule book, read and checked.
#[derive(Clone, Debug)]
pub struct Book {
    pub(crate) manifest: Manifest,
    pub(crate) schema: Arc<Schema>,
    pub(crate) formulas: Formulas,
    /// The numbers of the texts that the formulas name.
    pub(crate) vocabulary: Arc<Vocabulary>,
    /// The names of the segments, by the numbers that typed expressions use.
    pub(crate) segment_names: SegmentNames,
    /// The segments as they were typed, for expressions that are compiled later.
    pub(crate) typed: Vec<Typed>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) kinds: Vec<MessageKind>,
    /// Sorted by name.
    pub(crate) banners: Vec<Banner>,
    pub(crate) intakes: Vec<Source>,
    pub(crate) kills: Vec<Kill>,
    pub(crate) cases: Vec<Case>,
    /// Banners that are withheld, and why.
    pub(crate) quarantined: BTreeMap<Box<str>, String>,
    pub(crate) fingerprint: String,
    /// What banners do not keep of what their kinds require.
    pub(crate) unkept: Vec<Unkept>,
    pub(crate) texts: Sources,
}

/// A requirement that a banner's audience was not proven to imply. The banner is withheld.
#[derive(Clone, Debug)]
pub struct Unkept {
    /// The banner, by its place among the book's.
    pub banner: usize,
    /// The requirement, by its place among those of the banner's kind.
    pub requirement: usize,
    /// What came of the proof.
    pub why: WhyNot,
}

/// Why a requirement does not count as kept.
#[derive(Clone, Debug)]
pub enum WhyNot {
    /// Somebody is in the audience without it.
    Refuted {
        /// The smallest such account.
        witness: Witness,
        /// Whether it is kept where everything that is known is fresh.
        by_age_alone: bool,
    },
    /// Nobody can say.
    Unproven(Unproven),
}

/// What came of reading a rule book.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The book, where nothing keeps it from loading.
    pub book: Option<Book>,
    /// Its segments, messages and banners as they were written, the library's first; whether the
    /// library carries them.
    pub items: Vec<(bool, Item)>,
    /// The texts, for showing where a finding stands.
    pub sources: Sources,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What was found and the manifest switches off, for whoever asks for it all the same.
    pub switched_off: Vec<Diagnostic>,
}

impl Checked {
    /// Leaves out the lints that a banner waives with `allow`, until the waiver ends. What keeps a
    /// book from loading stays.
    #[must_use]
    pub fn waived(mut self, now: Time) -> Checked {
        let Some(book) = &self.book else {
            return self;
        };
        self.diagnostics.retain(|found| {
            let banner = found.banner.as_deref().and_then(|name| book.banner(name));
            let mut waivers = banner.iter().flat_map(|banner| &banner.waivers);
            let waived = waivers.any(|waiver| *waiver.code == *found.code.id && now < waiver.until);
            found.is_firm() || found.code.is_contract() || !waived
        });
        self
    }
}

/// A rule book cannot be loaded, for these mistakes of its authors.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.summary())]
pub struct BookError {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl BookError {
    /// Everything that was found.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The texts that the findings stand in.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    fn summary(&self) -> String {
        let errors: Vec<_> = self
            .diagnostics
            .iter()
            .filter(|found| found.is_error())
            .collect();
        let Some(first) = errors.first() else {
            return "the rule book cannot be loaded".to_owned();
        };
        let place = self.sources.locate(first.primary.span);
        let place = place.map(|(file, at, _)| format!("{file}:{}:{}: ", at.line, at.column));
        let more = match errors.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        format!("{}{}{more}", place.unwrap_or_default(), first.message)
    }
}

impl Book {
    /// Facts about an account, to be gathered.
    #[must_use]
    pub fn facts(&self) -> FactsBuilder {
        Facts::builder(&self.schema)
    }

    /// The facts that rules may ask about.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What `banneret.yaml` says.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Every formula.
    #[must_use]
    pub fn formulas(&self) -> &Formulas {
        &self.formulas
    }

    /// Every segment, those of the library first.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Every message kind, the standard ones first.
    #[must_use]
    pub fn kinds(&self) -> &[MessageKind] {
        &self.kinds
    }

    /// Every banner, by name.
    #[must_use]
    pub fn banners(&self) -> &[Banner] {
        &self.banners
    }

    /// The banner of that name.
    #[must_use]
    pub fn banner(&self, name: &str) -> Option<&Banner> {
        let at = self
            .banners
            .binary_search_by(|banner| (*banner.name).cmp(name));
        self.banners.get(at.ok()?)
    }

    /// The kind of a banner's message.
    #[must_use]
    pub fn kind_of(&self, banner: &Banner) -> Option<&MessageKind> {
        self.kinds.get(banner.kind)
    }

    /// How raw billing objects become facts.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.intakes
    }

    /// The source of that name; its `@version` may be left out where only one has the name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&Source> {
        let exact = self.intakes.iter().find(|source| source.name() == name);
        exact.or_else(|| {
            let plain = |source: &&Source| source.name().split('@').next() == Some(name);
            let mut matching = self.intakes.iter().filter(plain);
            matching.next().filter(|_| matching.next().is_none())
        })
    }

    /// The banners that `kills.yaml` switches off.
    #[must_use]
    pub fn kills(&self) -> &[Kill] {
        &self.kills
    }

    /// The book's own tests.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The texts it was read from, and those that the library carries.
    #[must_use]
    pub fn texts(&self) -> &Sources {
        &self.texts
    }

    /// `sha256:` and 64 hexadecimal digits over all its files.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Withholds a banner that was found wrong: it loads, but is never shown, and says so. False
    /// where there is no such banner.
    pub fn quarantine(&mut self, banner: &str, because: impl Into<String>) -> bool {
        let known = self.banner(banner).is_some();
        if known {
            self.quarantined.insert(banner.into(), because.into());
        }
        known
    }

    /// What banners do not keep of what their message kinds require, as it was found when the book
    /// was read. Each of these banners is withheld.
    #[must_use]
    pub fn report(&self) -> &[Unkept] {
        &self.unkept
    }

    /// The banners that are withheld, and why.
    pub fn quarantined(&self) -> impl Iterator<Item = (&str, &str)> {
        self.quarantined
            .iter()
            .map(|(name, why)| (&**name, why.as_str()))
    }
}
