//! Banners: every field against the manifest, the kinds, the schema and the words.

use jiff::tz::TimeZone;

use super::{Items, Rules, kinds};
use crate::book::{
    Banner, Cap, Dismissal, Entries, Entry, Manifest, MessageKind, Waiver, is_contract, moment,
    zone,
};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::formula::{Lowering, NodeId};
use crate::source::Span;
use crate::syntax::ast::{self, Field, Name};
use crate::value::Time;

/// What banners are checked against.
pub(crate) struct Context<'a> {
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) manifest: &'a Manifest,
    pub(crate) kinds: &'a [MessageKind],
    /// The words of the source locale, by identifier; nothing where there is no such file.
    pub(crate) wording: &'a Option<Entries>,
    /// The words of the other locales.
    pub(crate) translated: &'a [(Box<str>, Entries)],
}

/// Every banner, sorted by name.
pub(crate) fn banners(
    items: &Items,
    context: &Context<'_>,
    lowering: &mut Lowering<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Banner> {
    let mut banners: Vec<Banner> = Vec::new();
    for banner in items.banners() {
        let before = found.len();
        banners.push(context.banner(banner, lowering, found));
        for finding in found.iter_mut().skip(before) {
            finding.banner = Some(banner.name.value.to_string());
        }
    }
    banners.sort_by(|one, other| one.name.cmp(&other.name));
    banners
}

impl Context<'_> {
    fn banner(
        &self,
        banner: &ast::Banner,
        lowering: &mut Lowering<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Banner {
        let missing = missing(banner);
        if !missing.is_empty() {
            found.push(missing_fields(banner, &missing));
        }
        let zone = zone(banner.zone.as_ref(), found);
        let (from, until) = dates(banner, &zone, found);
        let mut share = |share: &Option<ast::Share>| {
            let share = share.as_ref()?;
            kinds::share(share, self.rules, found)
        };
        let rollout = share(&banner.rollout);
        let text = |name: &Option<Name>| name.as_ref().map(|name| name.value.clone());
        Banner {
            name: banner.name.value.clone(),
            doc: banner.doc.clone(),
            kind: self.kind(banner, found),
            audience: match &banner.audience {
                Some(audience) => self.rules.lower(audience, false, lowering, found),
                None => NodeId::FALSE,
            },
            audience_span: banner
                .audience
                .as_ref()
                .map_or(banner.span, |audience| audience.span),
            placements: self.placements(banner, found),
            priority: banner
                .priority
                .as_ref()
                .map_or(0, |priority| priority.value),
            from,
            until,
            locales: self.locales(banner, found),
            rollout,
            cap: banner.cap.as_ref().map(|cap| Cap {
                times: cap.value.times,
                within: cap.value.within.and_then(ast::Length::duration),
            }),
            dismiss: banner
                .dismiss
                .as_ref()
                .map(|dismiss| dismissal(dismiss.value)),
            ends_on_click: banner.ends_on_click.is_some(),
            copy_hash: self.copy_hash(banner, found),
            copy: text(&banner.copy).unwrap_or_default(),
            owner: text(&banner.owner).unwrap_or_default(),
            review_by: banner.review_by.as_ref().map(|when| moment(when, &zone)),
            waivers: waivers(banner, &zone, found),
            span: banner.span,
        }
    }

    /// The place of the banner's kind among the book's.
    fn kind(&self, banner: &ast::Banner, found: &mut Vec<Diagnostic>) -> usize {
        let Some(message) = &banner.message else {
            return 0;
        };
        if let Some(at) = self
            .kinds
            .iter()
            .position(|kind| kind.name == message.value)
        {
            if &*message.value == "payment_failed" && self.rules.schema.dunning_role().is_none() {
                found.push(no_dunning(message.span));
            }
            return at;
        }
        let text = format!("there is no message kind `{}`", message.value);
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, message.span, text);
        let names = || self.kinds.iter().map(|kind| &*kind.name);
        found.push(match nearest(&message.value, names()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding
                .help(format!("the kinds are {}", crate::yaml::listed(names())))
                .help(format!("or define it: `message {}:`", message.value)),
        });
        0
    }

    fn placements(&self, banner: &ast::Banner, found: &mut Vec<Diagnostic>) -> Vec<usize> {
        let mut placements = Vec::new();
        for name in &banner.placements {
            let known = self.manifest.placements.iter();
            match known
                .clone()
                .position(|(placement, _)| *placement == name.value)
            {
                // Named twice: the reader has said so.
                Some(at) if placements.contains(&at) => {}
                Some(at) => placements.push(at),
                None => {
                    let message = format!("there is no placement `{}`", name.value);
                    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message);
                    let names: Vec<_> = known.map(|(placement, _)| &**placement).collect();
                    found.push(match nearest(&name.value, names.iter().copied()) {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding
                            .help(format!("banneret.yaml has {}", crate::yaml::listed(names))),
                    });
                }
            }
        }
        placements
    }

    fn locales(&self, banner: &ast::Banner, found: &mut Vec<Diagnostic>) -> Vec<Box<str>> {
        if let (Some(first), None) = (
            banner.locales.first(),
            self.rules.schema.id("viewer.locale"),
        ) {
            let message = "nothing tells a viewer's locale: there is no fact `viewer.locale`";
            let finding = Diagnostic::new(&codes::UNKNOWN_FACT, first.span, message);
            found.push(
                finding.help("include billing@1, or declare `viewer.locale: {type: string, …}`"),
            );
        }
        let known = &self.manifest.copy.locales;
        for locale in banner
            .locales
            .iter()
            .filter(|locale| !known.contains(&locale.value))
        {
            let message = format!("`{}` is no locale of this book", locale.value);
            let finding = Diagnostic::new(&codes::UNKNOWN_NAME, locale.span, message);
            let names = known.iter().map(|locale| &**locale);
            found.push(finding.help(format!("banneret.yaml has {}", crate::yaml::listed(names))));
        }
        banner
            .locales
            .iter()
            .map(|locale| locale.value.clone())
            .collect()
    }

    fn copy_hash(&self, banner: &ast::Banner, found: &mut Vec<Diagnostic>) -> Box<str> {
        let (Some(copy), Some(wording)) = (&banner.copy, self.wording) else {
            return Box::default();
        };
        if let Some(entry) = wording.get(&copy.value) {
            // A translation takes its kind from the source: what is wrong there is told once.
            let wrong = self.of_another_kind(banner, copy, entry);
            found.extend(wrong.or_else(|| self.translated_to_another_kind(banner, copy)));
            return entry.hash.clone();
        }
        let source = &self.manifest.copy.source;
        let message = format!(
            "there are no words `{}` in the copy of `{source}`",
            copy.value
        );
        let finding = Diagnostic::new(&codes::COPY, copy.span, message);
        found.push(match nearest(&copy.value, wording.keys().map(|id| &**id)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!(
                "write `{} = …` into {}/{source}.ftl",
                copy.value, self.manifest.copy.dir
            )),
        });
        Box::default()
    }
}

impl Context<'_> {
    /// That a translation of the entry says that it is of another kind. It need not say its kind.
    fn translated_to_another_kind(&self, banner: &ast::Banner, copy: &Name) -> Option<Diagnostic> {
        let message = banner.message.as_ref()?;
        let wrong = self.translated.iter().find(|(_, wording)| {
            wording.get(&copy.value).is_some_and(|entry| {
                entry.is_twice || entry.kinds.iter().any(|kind| *kind != message.value)
            })
        });
        let (locale, _) = wrong?;
        let text = format!(
            "the entry `{}` in the copy of `{locale}` stands there twice, or is of another kind",
            copy.value
        );
        let finding = Diagnostic::new(&codes::COPY_OF_ANOTHER_KIND, copy.span, text);
        let finding = finding.related(message.span, "this banner's kind");
        Some(finding.help("translate the words of the source locale, and keep one of them"))
    }

    /// That an entry is not written for the banner's kind.
    fn of_another_kind(
        &self,
        banner: &ast::Banner,
        copy: &Name,
        entry: &Entry,
    ) -> Option<Diagnostic> {
        let message = banner.message.as_ref()?;
        let known = self.kinds.iter().any(|kind| kind.name == message.value);
        let mut others = entry.kinds.iter().filter(|kind| **kind != message.value);
        let other = others.next();
        if !known || (entry.names_kind && other.is_none() && !entry.is_twice) {
            return None;
        }
        let says = match other {
            _ if entry.is_twice => {
                "stands in the copy twice, and nobody can say which counts".to_owned()
            }
            Some(kind) if entry.kinds.contains(&message.value) => {
                format!("takes over words of the kind `{kind}`, or names it beside its own")
            }
            Some(kind) => format!("is written for the kind `{kind}`"),
            None => "does not say which kind of message it is for".to_owned(),
        };
        let text = format!("the entry `{}` {says}", copy.value);
        let finding = Diagnostic::new(&codes::COPY_OF_ANOTHER_KIND, copy.span, text);
        let finding = finding.related(message.span, "this banner's kind");
        let kind = &message.value;
        Some(finding.help(match other {
            None if !entry.is_twice => {
                format!("add `.kind = {kind}` to the entry, if its words claim no more than that")
            }
            None => "keep one of the two".to_owned(),
            Some(_) => format!(
                "name an entry that is, or write `.kind = {kind}` into it where its words claim no more"
            ),
        }))
    }
}

/// From when and until when, which must leave some time.
fn dates(
    banner: &ast::Banner,
    zone: &TimeZone,
    found: &mut Vec<Diagnostic>,
) -> (Option<Time>, Option<Time>) {
    let from = banner.from.as_ref().map(|when| moment(when, zone));
    let until = banner.until.as_ref().map(|when| moment(when, zone));
    if let (Some(begins), Some(ends), Some(until)) = (from, until, &banner.until)
        && ends <= begins
    {
        found.push(never_shown(until.span));
    }
    (from, until)
}

fn dismissal(dismiss: ast::Dismiss) -> Dismissal {
    match dismiss {
        ast::Dismiss::Forever => Dismissal::Forever,
        ast::Dismiss::For(length) => length.duration().map_or(Dismissal::Forever, Dismissal::For),
    }
}

fn waivers(banner: &ast::Banner, zone: &TimeZone, found: &mut Vec<Diagnostic>) -> Vec<Waiver> {
    for allow in &banner.allow {
        let code = &allow.code;
        if is_contract(&code.value) {
            let message = format!(
                "`{}` guards the truth of banners, and nothing waives it",
                code.value
            );
            let finding = Diagnostic::new(&codes::SYNTAX, code.span, message);
            found.push(finding.help("delete the line, and mend what it was to hide"));
        }
    }
    let waivers = banner.allow.iter().map(|allow| Waiver {
        code: allow.code.value.clone(),
        until: moment(&allow.until, zone),
        because: allow.because.value.clone(),
        span: allow.span,
    });
    waivers.collect()
}

/// The fields that every banner has and this one lacks.
fn missing(banner: &ast::Banner) -> Vec<&'static str> {
    let has = [
        (Field::Message, "message", banner.message.is_some()),
        (Field::Audience, "audience", banner.audience.is_some()),
        (Field::Placement, "placement", !banner.placements.is_empty()),
        (Field::Copy, "copy", banner.copy.is_some()),
        (
            Field::Owner,
            "owner",
            banner
                .owner
                .as_ref()
                .is_some_and(|owner| !owner.value.trim().is_empty()),
        ),
    ];
    let lacks = has
        .into_iter()
        .filter(|(field, _, has)| !has && !banner.broken.contains(field));
    lacks.map(|(_, name, _)| name).collect()
}

fn missing_fields(banner: &ast::Banner, missing: &[&str]) -> Diagnostic {
    let code = if *missing == ["message"] {
        &codes::UNKNOWN_KIND
    } else {
        &codes::MISSING_FIELD
    };
    let names = crate::yaml::listed(missing.iter().copied());
    let message = format!("the banner `{}` has no {names}", banner.name.value);
    let finding = Diagnostic::new(code, banner.name.span, message);
    finding.help("every banner says its message, audience, placement, copy and owner")
}

fn never_shown(span: Span) -> Diagnostic {
    let message = "`until` is not after `from`, so the banner would never be shown";
    Diagnostic::new(&codes::BAD_DATES, span, message)
        .help("`from` belongs to the time, `until` no longer")
}

fn no_dunning(span: Span) -> Diagnostic {
    let message =
        "a `payment_failed` banner needs a fact that proves dunning, and the schema has none";
    let help = "include billing@1, or give an enum fact `role: dunning_state` and mark the values \
                that mean dunning with `in_dunning: true`";
    Diagnostic::new(&codes::DUNNING_ROLE, span, message).help(help)
}
