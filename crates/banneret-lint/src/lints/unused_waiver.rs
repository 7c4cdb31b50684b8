//! A waiver of what is not found there, or of what there is not.

use std::collections::HashSet;

use banneret::{Banner, Code, Diagnostic, Fix, Level, Waiver, ast, nearest};

use super::inside_a_freeze;
use crate::lint::{Context, Lint};
use crate::removal;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN702",
        name: "unused-waiver",
        level: Level::Warning,
        firm: false,
        summary: "a waiver of what is not found there, or of what does not exist",
        page: include_str!("unused_waiver.md"),
    },
    check,
};

/// Without what the others find there is nothing to compare with.
fn check(_context: &Context<'_>, _found: &mut Vec<Diagnostic>) {}

/// What is known when all other lints have been run.
pub(crate) struct Findings<'f> {
    /// Every kind of finding there is.
    pub(crate) codes: Vec<&'static Code>,
    /// Which kinds were found of which banner, waived ones too.
    pub(crate) of_banners: HashSet<(&'f str, &'f str)>,
    /// The kinds that are not looked for.
    pub(crate) off: HashSet<&'f str>,
}

/// The waivers and levels that do nothing.
pub(crate) fn unused(context: &Context<'_>, findings: &Findings<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if findings.off.contains(LINT.code.id) {
        return found;
    }
    for (written, banner) in context.banners() {
        let before = found.len();
        let waivers = || written.allow.iter().zip(&banner.waivers);
        let (own, others): (Vec<_>, Vec<_>) =
            waivers().partition(|(_, waiver)| *waiver.code == *LINT.code.id);
        // One that waives this lint is told after those that it is for.
        for (allow, waiver) in others.into_iter().chain(own) {
            let tells = found.len() > before && *waiver.code == *LINT.code.id;
            if waiver.until <= context.now || tells {
                continue;
            }
            found.extend(findings.unused(context, (banner, allow, waiver)));
        }
    }
    found.extend(findings.levels(context));
    found
}

type Place<'p> = (&'p Banner, &'p ast::Allow, &'p Waiver);

impl Findings<'_> {
    fn unused(&self, context: &Context<'_>, place: Place<'_>) -> Option<Diagnostic> {
        let (banner, allow, waiver) = place;
        let name = &banner.name;
        let code = match self.known(&waiver.code) {
            Ok(code) => code,
            Err(help) => {
                let message = format!(
                    "`{name}` waives `{}`, and there is no such finding",
                    waiver.code
                );
                let mut finding = Diagnostic::new(&LINT.code, allow.code.span, message);
                finding.level = Level::Error;
                return Some(finding.help(help).banner(&**name));
            }
        };
        if code.is_contract() || self.is_used(context, banner, waiver) {
            return None;
        }
        let message = match code.firm {
            true => format!(
                "`{name}` waives {}, which nothing waives: no book loads with it",
                code.id
            ),
            false => format!("`{name}` waives {}, which is not found there", code.id),
        };
        let finding = Diagnostic::new(&LINT.code, allow.span, message)
            .label("this waives nothing")
            .help(format!(
                "delete the line; `banneret explain {}` says what it is for",
                code.id
            ));
        let finding = match code.id == LINT.code.id {
            // Nothing waives itself.
            true => finding,
            false => finding.banner(&**name),
        };
        Some(finding.fix(Fix {
            title: format!("delete the waiver of {} of `{name}`", code.id),
            edits: vec![removal::of_field(context.sources, allow.span)],
            is_safe: true,
        }))
    }

    /// Whether there is something to waive, now or in the time of the waiver.
    fn is_used(&self, context: &Context<'_>, banner: &Banner, waiver: &Waiver) -> bool {
        let code = &*waiver.code;
        if self.off.contains(code) {
            // Whoever looks for it again may need the waiver.
            return true;
        }
        if code == inside_a_freeze::LINT.code.id {
            let freezes = &context.book.manifest().freezes;
            return freezes
                .iter()
                .any(|freeze| context.now < freeze.until && freeze.from < waiver.until);
        }
        self.of_banners.contains(&(&*banner.name, code))
    }

    /// Levels of what does not exist, or has the one level that it has.
    fn levels(&self, context: &Context<'_>) -> Vec<Diagnostic> {
        let levels = context.book.manifest().lint.iter();
        let told = levels.filter_map(|given| match self.known(&given.code) {
            Err(help) => {
                let message = format!(
                    "`lint` names `{}`, and there is no such finding",
                    given.code
                );
                let mut finding = Diagnostic::new(&LINT.code, given.span, message);
                finding.level = Level::Error;
                Some(finding.help(help))
            }
            Ok(code) if code.firm && given.level != Some(Level::Error) => {
                let message = format!(
                    "`lint` gives {} a level, and it is always an error: no book loads with it",
                    code.id
                );
                Some(Diagnostic::new(&LINT.code, given.span, message).help("delete it"))
            }
            Ok(_) => None,
        });
        told.collect()
    }

    /// The kind of that code, else what may have been meant.
    fn known(&self, code: &str) -> Result<&'static Code, String> {
        let ids = || self.codes.iter().map(|known| known.id);
        if let Some(known) = self.codes.iter().find(|known| known.id == code) {
            return Ok(known);
        }
        Err(match nearest(&code.to_ascii_uppercase(), ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", ids().collect::<Vec<_>>().join(", ")),
        })
    }
}
