//! A guard is weaker than in the version that this one is compared with. It needs that version, so
//! it is no part of a plain lint: [`against`] is called where one is given.

use std::collections::BTreeSet;

use banneret::{
    Answer, Banner, Book, Code, Derivation, Diagnostic, Fact, FactId, Joined, Level, MessageKind,
    NodeId, Prover, Question, Requirement, Schema, Source, Span, Told, Unproven, Value, Witness,
};

use crate::compare::{Moved, Pair, by_name};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN007",
        name: "guard-weakened-against-base",
        level: Level::Error,
        firm: false,
        summary: "a guard is weaker than in the version that this one is compared with",
        page: include_str!("guard_weakened_against_base.md"),
    },
    check,
};

/// Without a version to compare with there is nothing to find.
fn check(_context: &Context<'_>, _found: &mut Vec<Diagnostic>) {}

/// What is weaker in the new version of a book than in the old one, placed in the new one's texts.
#[must_use]
pub(crate) fn against(old: &Book, new: &Book) -> Vec<Diagnostic> {
    let pair = Pair::of(old, new);
    let against = Against {
        pair: &pair,
        asked: asked_by_contracts(&pair),
    };
    let mut found = Vec::new();
    let mut prover = pair.prover();
    against.marks(&mut found);
    against.freshness(&mut found);
    against.manifest(&mut found);
    against.includes(&mut found);
    let weaker = against.contracts(&mut prover, &mut found);
    against.audiences(&weaker, &mut prover, &mut found);
    against.sources(&mut found);
    found.sort_by_key(|found| found.primary.span);
    found
}

fn finding(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&LINT.code, span, message)
}

const TAKE_BACK: &str =
    "take it back, or have the people who answer for what customers are told agree to it";

struct Against<'a> {
    pair: &'a Pair<'a>,
    /// The names of all facts that a contract of either version asks about.
    asked: BTreeSet<&'a str>,
}

fn asked_by_contracts<'a>(pair: &'a Pair<'a>) -> BTreeSet<&'a str> {
    let mut asked = BTreeSet::new();
    for book in [pair.old, pair.new] {
        let facts = book.kinds().iter();
        let facts = facts.flat_map(|kind| book.formulas().facts_of(kind.contract));
        let facts = facts.filter_map(|id| book.schema().fact(id));
        asked.extend(facts.map(|fact| &*fact.name));
    }
    asked
}

fn named<'s>(schema: &'s Schema, name: &str) -> Option<(FactId, &'s Fact)> {
    let id = schema.id(name)?;
    Some((id, schema.fact(id)?))
}

/// The groups of standard facts that a book includes.
fn groups(book: &Book) -> BTreeSet<&'static str> {
    let facts = book.schema().facts();
    facts.filter_map(|(_, fact)| fact.group).collect()
}

impl<'a> Against<'a> {
    /// The line of a file of the new version that begins with a word; else the manifest's first.
    fn line(&self, file: &str, word: &str) -> Span {
        let (texts, manifest) = (self.pair.new.texts(), self.pair.new.manifest());
        let line = |name: &str, word: &str| {
            let file = texts.find(name)?;
            let mut start = 0;
            for line in texts.file(file)?.text().split_inclusive('\n') {
                if line.starts_with(word) {
                    return Some(Span::new(file, start, start + line.trim_end().len()));
                }
                start += line.len();
            }
            None
        };
        let found = line(file, word).or_else(|| line("banneret.yaml", "schema"));
        found.unwrap_or_else(|| {
            let whole = manifest.span;
            let first = texts.text(whole).lines().next().map_or(0, str::len);
            let start = whole.start as usize;
            Span::new(whole.file, start, start + first)
        })
    }

    /// Where a fact is declared or narrowed, if the book itself does so.
    fn declared(&self, fact: &Fact) -> Span {
        let texts = self.pair.new.texts();
        let file = texts.file(fact.span.file).map_or("", |file| file.name());
        match file.starts_with('<') {
            false => fact.span,
            true => self.line(&self.pair.new.manifest().schema, "include"),
        }
    }

    /// What means dunning must not become more.
    fn marks(&self, found: &mut Vec<Diagnostic>) {
        let (old, new) = (self.pair.old.schema(), self.pair.new.schema());
        let (Some((_, before)), Some((id, after))) = (old.dunning_role(), new.dunning_role())
        else {
            return;
        };
        if before.name != after.name {
            let message = format!(
                "`{}` says who is in dunning, and in the version compared with it was `{}`",
                after.name, before.name
            );
            found.push(
                finding(self.declared(after), message)
                    .label("another fact has the role")
                    .help("a fact with that role proves every payment banner: changing it changes whom they may tell")
                    .help(TAKE_BACK),
            );
            return;
        }
        for value in after.kind.values().iter().filter(|value| value.in_dunning) {
            let was = before
                .kind
                .values()
                .iter()
                .find(|was| was.name == value.name);
            if was.is_some_and(|was| was.in_dunning) {
                continue;
            }
            let before = match was {
                Some(_) => "did not in the version compared with",
                None => "was no value of it in the version compared with",
            };
            let message = format!(
                "`{}` of `{}` means dunning, and {before}",
                value.name, after.name
            );
            let mut mark = finding(self.declared(after), message)
                .label(format!("`{}` is marked `in_dunning`", value.name))
                .help("every account with this value may now be told that a payment failed")
                .help(TAKE_BACK);
            if let Some(code) = after.kind.code(&value.name) {
                mark = mark.counterexample(self.alone(id, Value::Enum(code)));
            }
            found.push(mark);
        }
    }

    /// An account of which one fact of the new version is known.
    fn alone(&self, fact: FactId, value: Value) -> banneret::Counterexample {
        let now = banneret::Time::from_unix_seconds(1_767_268_800);
        let witness = Witness {
            now,
            told: vec![Told {
                fact,
                value: Some(value),
                as_of: Some(now),
            }],
            cost: 0,
        };
        witness.example(self.pair.new.schema())
    }

    /// What contracts ask must not be believed for longer.
    fn freshness(&self, found: &mut Vec<Diagnostic>) {
        for name in &self.asked {
            let (old, new) = (self.pair.old.schema(), self.pair.new.schema());
            let (Some((_, before)), Some((_, after))) = (named(old, name), named(new, name)) else {
                continue;
            };
            let Some(was) = before.fresh_for else {
                found.extend(self.newly_unknown(before, after));
                continue;
            };
            let is = match after.fresh_for {
                Some(is) if is <= was => continue,
                Some(is) => format!("is believed for {is}"),
                None => "is believed for ever, and without an age".to_owned(),
            };
            let message =
                format!("`{name}` {is}, and in the version compared with it was for {was}");
            found.push(
                finding(self.declared(after), message)
                    .label("a contract asks about this fact")
                    .help("an account may be told what was true once and is not any more")
                    .help(format!("write `fresh_for: {was}`, or less")),
            );
        }
    }

    /// Where a fact begins to go stale, one without an age becomes unknown: a contract that wants it
    /// unknown takes more, which no formula over ages says.
    fn newly_unknown(&self, before: &Fact, after: &Fact) -> Option<Diagnostic> {
        if before.fresh_for.is_some() == after.fresh_for.is_some() {
            return None;
        }
        let book = self.pair.new;
        let (id, _) = named(book.schema(), &after.name)?;
        let atoms = book.kinds().iter();
        let atoms = atoms.flat_map(|kind| book.formulas().atoms_of(kind.contract));
        let mut atoms = atoms.filter_map(|atom| book.formulas().atom(atom));
        let wanted = atoms.any(|atom| atom.fact == id && atom.question == Question::Unknown);
        let message = format!(
            "`{}` goes stale, and did not in the version compared with: without an age it is unknown now, as a contract wants it",
            after.name
        );
        wanted.then(|| finding(self.declared(after), message).help(TAKE_BACK))
    }

    fn manifest(&self, found: &mut Vec<Diagnostic>) {
        let (old, new) = (self.pair.old.manifest(), self.pair.new.manifest());
        if old.edition != new.edition {
            let message = format!(
                "the book is of edition {}, and in the version compared with it was of {}: its contracts are others",
                new.edition, old.edition
            );
            found.push(finding(self.line("banneret.yaml", "edition"), message).help(TAKE_BACK));
        }
        if old.clock_skew < new.clock_skew {
            let message = format!(
                "facts dated up to {} ahead are believed, and in the version compared with up to {}",
                new.clock_skew, old.clock_skew
            );
            let mut skew = finding(self.line("banneret.yaml", "clock_skew"), message);
            skew.level = Level::Warning;
            found.push(skew.help("set the clocks right rather than believe what is dated ahead"));
        }
    }

    /// With a group of facts go the exclusions about them.
    fn includes(&self, found: &mut Vec<Diagnostic>) {
        let kept = groups(self.pair.new);
        for group in groups(self.pair.old) {
            if kept.contains(group) {
                continue;
            }
            let message = format!(
                "`{group}` is not included any more, and with it everything falls away that contracts exclude by its facts"
            );
            let place = self.line(&self.pair.new.manifest().schema, "include");
            found.push(
                finding(place, message)
                    .label(format!("`{group}` was here"))
                    .help(format!("include `{group}` again, or {TAKE_BACK}")),
            );
        }
    }

    /// Whoever the new contract lets be told, the old one did. Gives the kinds that are weaker.
    fn contracts(&self, prover: &mut Prover<'_>, found: &mut Vec<Diagnostic>) -> BTreeSet<&str> {
        let mut kinds_weaker = BTreeSet::new();
        for (old, before) in self.pair.old.kinds().iter().enumerate() {
            let mut kinds = self.pair.new.kinds().iter().enumerate();
            let Some((new, after)) = kinds.find(|(_, kind)| kind.name == before.name) else {
                continue;
            };
            let contract = self.pair.new_contract(new);
            if contract == self.pair.old_contract(old) {
                continue;
            }
            let known = found.len();
            for (place, requirement) in before.requirements.iter().enumerate() {
                let wanted = self.pair.old_requirement(old, place);
                match prover.find(&[contract], &[wanted]) {
                    Answer::Nobody => {}
                    Answer::Somebody(witness) => {
                        let mut weaker = self.weaker(after, requirement, &witness);
                        if self.has_evidence_now(after, requirement) {
                            weaker.level = Level::Warning;
                        }
                        found.push(weaker);
                    }
                    Answer::Unproven(why) => found.push(self.undecided(after, requirement, why)),
                }
            }
            if found.len() > known {
                kinds_weaker.insert(&*after.name);
            }
        }
        kinds_weaker
    }

    /// Whether a requirement of the library was not met for want of the facts that it asks about,
    /// which the book includes now: nobody took anything away.
    fn has_evidence_now(&self, kind: &MessageKind, requirement: &Requirement) -> bool {
        let had = groups(self.pair.old);
        let mut same = kind
            .requirements
            .iter()
            .filter(|one| one.standard && one.text == requirement.text);
        same.any(|one| {
            let facts = self.pair.new.formulas().facts_of(one.formula);
            let mut facts = facts
                .iter()
                .filter_map(|id| self.pair.new.schema().fact(*id));
            requirement.standard
                && facts.any(|fact| fact.group.is_some_and(|group| !had.contains(group)))
        })
    }

    /// Where the new version says what it asks in place of a requirement.
    fn contract_span(&self, kind: &MessageKind, requirement: &Requirement) -> Option<Span> {
        // What the library requires means more only by the facts that it asks about.
        if requirement.standard {
            return None;
        }
        let mut own = kind.requirements.iter().filter(|one| !one.standard);
        let same = own.find(|one| one.text == requirement.text);
        let any = same.or_else(|| self.replacement(kind, requirement));
        let any = any.or_else(|| kind.requirements.iter().find(|one| !one.standard));
        any.map(|one| one.span)
            .or((!kind.standard).then_some(kind.span))
            .or_else(|| self.said_by(kind))
    }

    /// What the new version asks that the old one did not: of several, what is about the same facts
    /// as the requirement that it stands for.
    fn replacement<'k>(
        &self,
        kind: &'k MessageKind,
        requirement: &Requirement,
    ) -> Option<&'k Requirement> {
        let mut before = self.pair.old.kinds().iter();
        let before = before.find(|before| before.name == kind.name)?;
        let had = |text: &str| before.requirements.iter().any(|one| one.text == text);
        let facts = |book: &Book, one: &Requirement| -> BTreeSet<String> {
            let facts = book.formulas().facts_of(one.formula).into_iter();
            let facts = facts.filter_map(|id| book.schema().fact(id));
            facts.map(|fact| fact.name.to_string()).collect()
        };
        let asked = facts(self.pair.old, requirement);
        let mut own = kind.requirements.iter().filter(|one| !one.standard);
        own.find(|one| !had(&one.text) && !facts(self.pair.new, one).is_disjoint(&asked))
    }

    /// The first banner of the new version that is of that kind.
    fn said_by(&self, kind: &MessageKind) -> Option<Span> {
        let new = self.pair.new;
        let mut of_it = new.banners().iter().filter(|banner| {
            let its = new.kind_of(banner);
            its.is_some_and(|its| its.name == kind.name)
        });
        of_it.next().map(|banner| banner.audience_span)
    }

    fn weaker(
        &self,
        kind: &MessageKind,
        requirement: &Requirement,
        witness: &Witness,
    ) -> Diagnostic {
        let text = one_line(&requirement.text);
        let still = kind
            .requirements
            .iter()
            .any(|one| one_line(&one.text) == text);
        let replaced = match still || requirement.standard {
            true => None,
            false => self.replacement(kind, requirement),
        };
        let how = match (still, replaced) {
            (true, _) => "takes accounts that it did not in the version compared with".to_owned(),
            (false, Some(by)) => format!("asks for less now: `{}`", one_line(&by.text)),
            (false, None) => "is not required any more".to_owned(),
        };
        let message = format!("`requires {text}` of `{}` {how}", kind.name);
        let span = self.contract_span(kind, requirement);
        let mut weaker = finding(span.unwrap_or_else(|| self.cause(witness)), message)
            .label(match (still, replaced) {
                (true, _) => "means more than it did".to_owned(),
                (false, Some(_)) => "lets more accounts be told".to_owned(),
                (false, None) => format!("`{text}` is no longer asked of whoever is told"),
            })
            .requirement(requirement.text.clone())
            .counterexample(self.pair.example(witness));
        for hint in self.new_values(witness) {
            weaker = weaker.help(hint);
        }
        weaker.help(TAKE_BACK)
    }

    fn undecided(
        &self,
        kind: &MessageKind,
        requirement: &Requirement,
        why: Unproven,
    ) -> Diagnostic {
        let text = one_line(&requirement.text);
        let message = format!(
            "it was not proven that `{}` still asks `{text}`: {why}",
            kind.name
        );
        let span = self.contract_span(kind, requirement);
        let span = span.unwrap_or_else(|| self.line(&self.pair.new.manifest().schema, "include"));
        finding(span, message)
            .requirement(requirement.text.clone())
            .help("change less at a time")
    }

    /// The declaration of the first fact of a counterexample that the book itself makes.
    fn cause(&self, witness: &Witness) -> Span {
        let schema = self.pair.new.schema();
        let mut declared = witness.told.iter().filter_map(|told| {
            let fact = self.pair.joined.schema.fact(told.fact)?;
            let (_, fact) = named(schema, &fact.name)?;
            let file = self.pair.new.texts().file(fact.span.file)?;
            (!file.name().starts_with('<')).then_some(fact.span)
        });
        let include = || self.line(&self.pair.new.manifest().schema, "include");
        declared.next().unwrap_or_else(include)
    }

    /// What the version compared with did not know of the values of a counterexample.
    fn new_values(&self, witness: &Witness) -> Vec<String> {
        let joined = &self.pair.joined.schema;
        let hints = witness.told.iter().filter_map(|told| {
            let name = &joined.fact(told.fact)?.name;
            let (_, before) = named(self.pair.old.schema(), name)?;
            let Value::Enum(code) = told.value.as_ref()? else {
                return None;
            };
            let value = joined.fact(told.fact)?.kind.value_name(*code)?;
            let new = before.kind.code(value).is_none();
            new.then(|| {
                format!("`{value}` is a new value of `{name}`: the version compared with did not know it")
            })
        });
        hints.collect()
    }

    /// Whether a kind is about payments: its contract asks who is in dunning, or about billing.
    fn is_about_payments(&self, book: &Book, kind: &MessageKind) -> bool {
        let asked = book.formulas().facts_of(kind.contract);
        let mut facts = asked.iter().filter_map(|id| book.schema().fact(*id));
        facts.any(|fact| fact.is_dunning_role || fact.name.starts_with("billing."))
    }

    /// Banners that take more accounts than they did.
    fn audiences(
        &self,
        weaker: &BTreeSet<&str>,
        prover: &mut Prover<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let (old, new) = (self.pair.old, self.pair.new);
        for (place, after) in new.banners().iter().enumerate() {
            self.same_words(self.pair.new_audience(place), after, prover, found);
            let Some((was, before)) = by_name(old, &after.name) else {
                continue;
            };
            let kinds = (old.kind_of(before), new.kind_of(after));
            let (Some(old_kind), Some(new_kind)) = kinds else {
                continue;
            };
            let audience = self.pair.new_audience(place);
            if old_kind.name != new_kind.name {
                self.other_kind(audience, (before, after), prover, found);
            }
            let withheld = new.quarantined().any(|(name, _)| *name == *after.name);
            let payment =
                self.is_about_payments(old, old_kind) || self.is_about_payments(new, new_kind);
            if payment && !withheld {
                let moved = self
                    .pair
                    .moved(prover, audience, self.pair.old_audience(was));
                found.extend(wider(after, moved, weaker.contains(&*new_kind.name)));
            }
        }
    }

    /// Nor can words shed a contract by being said by a banner of another name.
    fn same_words(
        &self,
        audience: NodeId,
        after: &Banner,
        prover: &mut Prover<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let (old, new) = (self.pair.old, self.pair.new);
        let kind =
            |book: &Book, banner: &Banner| book.kind_of(banner).map(|kind| kind.name.clone());
        let says_them = |before: &&Banner| {
            before.name != after.name
                && (before.copy == after.copy || before.copy_hash == after.copy_hash)
                && kind(old, before) != kind(new, after)
        };
        let mut seen = BTreeSet::new();
        for before in old.banners().iter().filter(says_them) {
            if seen.insert(before.kind) {
                self.other_kind(audience, (before, after), prover, found);
            }
        }
    }

    /// A banner cannot shed its contract by being of another kind.
    fn other_kind(
        &self,
        audience: NodeId,
        (before, after): (&Banner, &Banner),
        prover: &mut Prover<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let name = |book: &Book, banner: &Banner| {
            let kind = book.kind_of(banner);
            kind.map_or(String::new(), |kind| kind.name.to_string())
        };
        let (old, new) = (name(self.pair.old, before), name(self.pair.new, after));
        let contract = self.pair.old_contract(before.kind);
        let witness = match prover.find(&[audience], &[contract]) {
            Answer::Nobody => return,
            Answer::Somebody(witness) => Some(witness),
            Answer::Unproven(_) => None,
        };
        let message = match before.name == after.name {
            true => format!(
                "`{}` says `{new}` now, and takes accounts that may not be told `{old}`, as it was",
                after.name
            ),
            false => format!(
                "`{}` says `{new}` in the words of `{}`, which were `{old}`, and takes accounts that may not be told that",
                after.name, before.name
            ),
        };
        let mut finding = finding(after.audience_span, message)
            .label(format!("not proven to keep the contract of `{old}`"))
            .banner(&*after.name)
            .help("a banner of another kind needs another name and other words")
            .help(TAKE_BACK);
        if let Some(witness) = witness {
            finding = finding.counterexample(self.pair.example(&witness));
        }
        found.push(finding);
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A wider audience within its contract: the author's stated intent, for a reviewer to see.
fn wider(banner: &Banner, moved: Moved, weaker: bool) -> Option<Diagnostic> {
    let message = match &moved {
        Moved::Nobody => return None,
        Moved::These(_) => format!(
            "`{}` takes accounts that it did not in the version compared with, {}",
            banner.name,
            match weaker {
                true => "within a contract that is wider too",
                false => "within its contract",
            }
        ),
        Moved::Unproven(why) => format!(
            "whether `{}` takes more accounts than in the version compared with was not decided: {why}",
            banner.name
        ),
    };
    let mut wider = finding(banner.audience_span, message).banner(&*banner.name);
    wider.level = Level::Warning;
    if let Moved::These(group) = moved {
        wider = wider.label("wider than it was");
        for line in &group.told_by {
            wider = wider.help(format!("newly in: {line}"));
        }
        if group.more > 0 {
            wider = wider.help(format!("and {} lines more", group.more));
        }
        wider = wider.counterexample(group.example);
    }
    Some(wider)
}

impl Against<'_> {
    /// Sources must not find more accounts in dunning.
    fn sources(&self, found: &mut Vec<Diagnostic>) {
        let (Some((old_role, _)), Some((new_role, role))) = (
            self.pair.old.schema().dunning_role(),
            self.pair.new.schema().dunning_role(),
        ) else {
            return;
        };
        for after in self.pair.new.sources() {
            let Some(new) = after.derivation(new_role) else {
                continue;
            };
            let mut sources = self.pair.old.sources().iter();
            let before = sources.find(|before| before.name() == after.name());
            let old = before.and_then(|before| before.derivation(old_role));
            match (before, old) {
                (Some(before), Some(_)) if self.is_same_text(before, after) => {}
                (_, Some(old)) => self.derivations(after, role, &old, &new, found),
                (_, None) => {
                    let message = format!(
                        "the source `{}` derives `{}`, and did not in the version compared with",
                        after.name(),
                        role.name
                    );
                    let finding = finding(after.span(), message).label("says who is in dunning");
                    found.push(finding.help(TAKE_BACK));
                }
            }
        }
    }

    fn is_same_text(&self, before: &Source, after: &Source) -> bool {
        let text = |book: &Book, source: &Source| {
            let file = book.texts().file(source.span().file);
            file.map(|file| file.text().to_owned())
        };
        text(self.pair.old, before) == text(self.pair.new, after)
    }

    fn derivations(
        &self,
        source: &Source,
        role: &Fact,
        old: &Derivation<'_>,
        new: &Derivation<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let lines = |of: &Derivation<'_>| -> Vec<NodeId> {
            of.lines.iter().map(|(_, node, _)| *node).collect()
        };
        let joined = Joined::of(
            (old.raw, old.formulas, &lines(old)),
            (new.raw, new.formulas, &lines(new)),
        );
        let other_place =
            |name: &str, place: &String| new.places.get(name).is_some_and(|new| new != place);
        let moved = old
            .places
            .iter()
            .any(|(name, place)| other_place(name, place));
        if old.beside != new.beside || moved || !joined.retyped.is_empty() {
            let message = format!(
                "how the source `{}` comes to `{}` is different, and cannot be compared with what it was",
                source.name(),
                role.name
            );
            let finding = finding(source.span(), message);
            found.push(
                finding
                    .label("where it looks, or how it folds items, is not what it was")
                    .help("change where it looks apart from what it concludes, so that each can be looked at")
                    .help(TAKE_BACK),
            );
            return;
        }
        let before = self.pair.old.schema().dunning_role();
        let before = before.map(|(_, fact)| fact);
        let lines = Lines::of(old, new, &joined, before, role);
        let mut prover = Prover::new(&joined.schema, &joined.formulas);
        for line in &lines.new {
            let Some((this, those)) = lines.question(line) else {
                continue;
            };
            let wider = match prover.find(&[this], &those) {
                Answer::Nobody => continue,
                Answer::Somebody(witness) => Ok(witness),
                Answer::Unproven(why) => Err(why),
            };
            found.push(derives_more(source, role, line, wider, &joined));
        }
    }
}

/// A value of the dunning role, and what must be true of an item for it.
struct Line<'l> {
    value: &'l str,
    node: NodeId,
    marked: bool,
    span: Span,
}

/// The lines of two versions of a source over raw values of both.
struct Lines<'l> {
    old: Vec<Line<'l>>,
    new: Vec<Line<'l>>,
    /// Whether an account may have several items, of which one speaks.
    several: bool,
    /// Whether a value that is no dunning may speak before one that is.
    unmarked_first: bool,
}

impl<'l> Lines<'l> {
    fn of(
        old: &Derivation<'_>,
        new: &Derivation<'_>,
        joined: &Joined,
        before: Option<&'l Fact>,
        role: &'l Fact,
    ) -> Lines<'l> {
        let lines = |of: &Derivation<'_>, fact: Option<&'l Fact>, nodes: &[NodeId]| {
            let lines = of.lines.iter().zip(nodes);
            let lines = lines.filter_map(|((code, _, span), node)| {
                let value = fact?.kind.values().get(code.index())?;
                Some(Line {
                    value: &value.name,
                    node: *node,
                    marked: value.in_dunning,
                    span: *span,
                })
            });
            lines.collect::<Vec<_>>()
        };
        let marked = |code: &banneret::EnumCode| {
            let value = role.kind.values().get(code.index());
            value.is_some_and(|value| value.in_dunning)
        };
        let mut order = new.order.iter().map(marked).skip_while(|marked| *marked);
        Lines {
            old: lines(old, before, &joined.old),
            new: lines(new, Some(role), &joined.new),
            several: !new.order.is_empty(),
            unmarked_first: order.any(|marked| marked),
        }
    }

    /// What asks for an item of which the new line at that place says its value, and by which more
    /// accounts are in dunning than were; of a book that loads, no two lines are true together.
    fn question(&self, line: &Line<'_>) -> Option<(NodeId, Vec<NodeId>)> {
        if !line.marked && !self.several {
            return None;
        }
        // Which of the old values did no harm: the same one; and of several items, also any other
        // in place of one that is no dunning, as long as dunning speaks first.
        let harmless =
            |old: &&Line<'_>| old.value == line.value || (!line.marked && !self.unmarked_first);
        let harmless = self.old.iter().filter(harmless);
        Some((line.node, harmless.map(|old| old.node).collect()))
    }
}

fn derives_more(
    source: &Source,
    role: &Fact,
    line: &Line<'_>,
    wider: Result<Witness, Unproven>,
    joined: &Joined,
) -> Diagnostic {
    let (name, value) = (source.name(), line.value);
    let message = match (&wider, line.marked) {
        (Err(why), _) => format!(
            "it was not proven that the source `{name}` says `{value}` of no more items than it did: {why}"
        ),
        (Ok(_), true) => format!(
            "the source `{name}` says `{value}` of items of which it did not in the version compared with, and `{value}` means dunning"
        ),
        (Ok(_), false) => format!(
            "the source `{name}` says `{value}` of items that kept `{}` unknown in the version compared with, so that another item may now say dunning",
            role.name
        ),
    };
    let mut more = finding(line.span, message)
        .label("true of more than it was")
        .help(TAKE_BACK);
    if let Ok(witness) = wider {
        more = more.counterexample(witness.example(&joined.schema));
    }
    more
}
