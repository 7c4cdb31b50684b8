//! A rule that is changed while the manifest says that no rule may. It needs the version to
//! compare with, so it is no part of a plain lint: [`frozen`] is called where one is given.

use std::collections::BTreeSet;

use banneret::{
    Answer, Banner, Book, Code, Diagnostic, Freeze, Level, MessageKind, NodeId, Prover, Span, Time,
    Waiver,
};

use crate::Options;
use crate::compare::{Pair, by_name, words};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN407",
        name: "inside-a-freeze",
        level: Level::Error,
        firm: false,
        summary: "a rule is changed inside a freeze",
        page: include_str!("inside_a_freeze.md"),
    },
    check,
};

/// Without a version to compare with nothing has changed.
fn check(_context: &Context<'_>, _found: &mut Vec<Diagnostic>) {}

/// What decides otherwise in the new version of a book than in the old one, where now is inside a
/// freeze of either.
#[must_use]
pub(crate) fn frozen(old: &Book, new: &Book, options: &Options) -> Vec<Diagnostic> {
    let Some(freeze) = in_force(new, options.now).or_else(|| in_force(old, options.now)) else {
        return Vec::new();
    };
    let Some(level) = level(old, new, options) else {
        return Vec::new();
    };
    let pair = Pair::of(old, new);
    let mut prover = pair.prover();
    let mut frozen = Frozen {
        pair: &pair,
        freeze,
        now: options.now,
        level,
        found: Vec::new(),
    };
    let kinds = frozen.kinds(&mut prover);
    let names: BTreeSet<&str> = [old, new]
        .iter()
        .flat_map(|book| book.banners().iter().map(|banner| &*banner.name))
        .collect();
    for name in names {
        frozen.banner(name, &kinds, &mut prover);
    }
    frozen.book();
    frozen.found.sort_by_key(|found| found.primary.span);
    frozen.found
}

fn in_force(book: &Book, now: Time) -> Option<&Freeze> {
    let mut freezes = book.manifest().freezes.iter();
    freezes.find(|freeze| freeze.from <= now && now < freeze.until)
}

/// How bad it is; nothing where it is off. A manifest that switches it off in the same breath is no
/// override: an override says why.
fn level(old: &Book, new: &Book, options: &Options) -> Option<Level> {
    let id = LINT.code.id;
    let asked = options.levels.iter().rev();
    if let Some((_, level)) = asked.into_iter().find(|(code, _)| code == id) {
        return *level;
    }
    let given = |book: &Book| {
        let levels = book.manifest().lint.iter();
        let mut levels = levels.filter(|given| *given.code == *id);
        levels
            .next()
            .map_or(Some(LINT.code.level), |given| given.level)
    };
    given(old).max(given(new))
}

struct Frozen<'f> {
    pair: &'f Pair<'f>,
    freeze: &'f Freeze,
    now: Time,
    level: Level,
    found: Vec<Diagnostic>,
}

impl Frozen<'_> {
    /// The kinds whose contract or holdout is another, by their names.
    fn kinds(&self, prover: &mut Prover<'_>) -> BTreeSet<String> {
        let (old, new) = (self.pair.old, self.pair.new);
        let holdout = |book: &Book, kind: &MessageKind| {
            let share = words::held_out(kind)?;
            let by = book.schema().fact(share.by)?;
            Some((share.hundredths, by.name.clone()))
        };
        let mut changed = BTreeSet::new();
        for (after, kind) in new.kinds().iter().enumerate() {
            let mut kinds = old.kinds().iter().enumerate();
            let Some((before, was)) = kinds.find(|(_, was)| was.name == kind.name) else {
                continue;
            };
            let contracts = [
                self.pair.old_contract(before),
                self.pair.new_contract(after),
            ];
            if holdout(old, was) != holdout(new, kind) || !is_same(prover, contracts) {
                changed.insert(kind.name.to_string());
            }
        }
        changed
    }

    fn banner(&mut self, name: &str, kinds: &BTreeSet<String>, prover: &mut Prover<'_>) {
        let (old, new) = (self.pair.old, self.pair.new);
        match (by_name(old, name), by_name(new, name)) {
            (Some((before, was)), Some((after, is))) => {
                let audiences = [
                    self.pair.old_audience(before),
                    self.pair.new_audience(after),
                ];
                let mut what = Vec::new();
                if !is_same(prover, audiences) {
                    what.push("other accounts are in its audience".to_owned());
                }
                what.extend(words::decides(self.pair, was, is));
                what.extend(self.pair.undated(audiences[0], audiences[1]));
                let kind = new.kind_of(is).filter(|kind| kinds.contains(&*kind.name));
                what.extend(kind.map(|kind| {
                    format!("what `{}` requires, or its holdout, is another", kind.name)
                }));
                if !what.is_empty() {
                    self.changed(is, "is changed", what);
                }
            }
            (None, Some((_, is))) => self.changed(is, "is new", Vec::new()),
            (Some(_), None) => {
                let message = format!(
                    "`{name}` is taken out inside a freeze: {}",
                    self.freeze.reason
                );
                let place = self.manifest();
                self.tell(place, message, |finding| {
                    finding.help(
                        "put it back, and switch it off in `kills.yaml`: a kill may be added now",
                    )
                });
            }
            (None, None) => {}
        }
    }

    /// Says of a banner of the new version that it is not as it was, or that it says why.
    fn changed(&mut self, banner: &Banner, is: &str, what: Vec<String>) {
        let name = &banner.name;
        let place = self.name_of(banner);
        let label = what.join("; ");
        if let Some(waiver) = self.waiver(banner) {
            let message = format!(
                "`{name}` {is} inside a freeze ({}), and says why: {}",
                self.freeze.reason, waiver.because
            );
            let mut finding = Diagnostic::new(&LINT.code, place, message)
                .label(label)
                .related(waiver.span, "the override")
                .help("see that those who answer for the freeze know of it")
                .banner(&**name);
            finding.level = Level::Warning;
            self.found.push(finding);
            return;
        }
        let message = format!("`{name}` {is} inside a freeze: {}", self.freeze.reason);
        let until = self.freeze.until;
        let help = format!(
            "if it cannot wait, say why: `allow BN407 until {} because \"…\"`",
            until
        );
        let name = name.clone();
        self.tell(place, message, |finding| {
            let finding = finding
                .label(label)
                .help(format!("take it back until {until}"));
            finding.help(help).banner(&*name)
        });
    }

    /// What decides for all banners at once.
    fn book(&mut self) {
        let (old, new) = (self.pair.old, self.pair.new);
        let reason = &self.freeze.reason;
        let mut told = Vec::new();
        let (before, after) = (old.manifest(), new.manifest());
        if before.clock_skew != after.clock_skew {
            told.push((self.manifest(), "`clock_skew`".to_owned()));
        }
        for (name, shows) in &after.placements {
            if before.placements.get(name).is_some_and(|was| was != shows) {
                told.push((self.manifest(), format!("how many banners `{name}` shows")));
            }
        }
        let text = |book: &Book, source: &banneret::Source| {
            let file = book.texts().file(source.span().file);
            file.map(|file| file.text().to_owned())
        };
        for source in new.sources() {
            let mut others = old.sources().iter();
            let was = others.find(|was| was.name() == source.name());
            if was.and_then(|was| text(old, was)) != text(new, source) {
                told.push((source.span(), format!("the source `{}`", source.name())));
            }
        }
        for source in old.sources() {
            if !new.sources().iter().any(|is| is.name() == source.name()) {
                told.push((self.manifest(), format!("the source `{}`", source.name())));
            }
        }
        if let Some(was) = in_force(old, self.now)
            && in_force(new, self.now).is_none_or(|is| is.until < was.until)
        {
            told.push((self.manifest(), "the freeze itself".to_owned()));
        }
        let until = self.freeze.until;
        for (place, what) in told {
            let message = format!("{what} is changed inside a freeze: {reason}");
            self.tell(place, message, |finding| {
                finding.help(format!("take it back until {until}"))
            });
        }
    }

    fn tell(&mut self, place: Span, message: String, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        let mut finding = Diagnostic::new(&LINT.code, place, message);
        finding.level = self.level;
        self.found.push(more(finding));
    }

    fn waiver<'b>(&self, banner: &'b Banner) -> Option<&'b Waiver> {
        let mut waivers = banner.waivers.iter();
        waivers.find(|waiver| *waiver.code == *LINT.code.id && self.now < waiver.until)
    }

    /// Where a banner's name stands.
    fn name_of(&self, banner: &Banner) -> Span {
        let text = self.pair.new.texts().text(banner.span);
        let at = text.find(&*banner.name).unwrap_or_default();
        let start = banner.span.start as usize + at;
        Span::new(banner.span.file, start, start + banner.name.len())
    }

    /// Where the new version says the freeze, else the first line of its manifest.
    fn manifest(&self) -> Span {
        let manifest = self.pair.new.manifest();
        if let Some(freeze) = in_force(self.pair.new, self.now) {
            return freeze.span;
        }
        let text = self.pair.new.texts().text(manifest.span);
        let start = manifest.span.start as usize;
        let first = text.lines().next().map_or(0, str::len);
        Span::new(manifest.span.file, start, start + first)
    }
}

/// Whether two formulas are true for the same accounts; where nobody can tell, they are not taken
/// to be.
fn is_same(prover: &mut Prover<'_>, [one, other]: [NodeId; 2]) -> bool {
    one == other
        || (prover.find(&[one], &[other]) == Answer::Nobody
            && prover.find(&[other], &[one]) == Answer::Nobody)
}
