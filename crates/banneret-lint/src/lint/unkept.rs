//! What banners do not keep of what their kinds require, as the proof at load found it.

use std::collections::HashMap;

use banneret::ast::ExprKind;
use banneret::{
    Answer, Banner, Code, Diagnostic, Fix, MessageKind, Requirement, Unproven, WhyNot, Witness, ast,
};

use super::Context;
use super::wanted::{Wanted, wanted};
use crate::fix::conjoined;

/// A requirement that a banner was not proven to keep.
pub(crate) struct Broken<'c> {
    pub(crate) banner: &'c Banner,
    pub(crate) kind: &'c MessageKind,
    pub(crate) requirement: &'c Requirement,
    pub(crate) why: &'c WhyNot,
    written: Option<&'c ast::Banner>,
}

impl<'c> Context<'c> {
    /// What is not kept, in the order of the banners' names.
    pub(crate) fn broken(&self) -> Vec<Broken<'c>> {
        let report = self.book.report();
        if report.is_empty() {
            return Vec::new();
        }
        let written = self
            .banners()
            .map(|(written, _)| (&*written.name.value, written));
        let written: HashMap<&str, &ast::Banner> = written.collect();
        let broken = report.iter().filter_map(|unkept| {
            let banner = self.book.banners().get(unkept.banner)?;
            let kind = self.book.kind_of(banner)?;
            Some(Broken {
                banner,
                kind,
                requirement: kind.requirements.get(unkept.requirement)?,
                why: &unkept.why,
                written: written.get(&*banner.name).copied(),
            })
        });
        broken.collect()
    }
}

impl Broken<'_> {
    /// Whether it is the very thing that a `payment_failed` banner says.
    pub(crate) fn is_headline(&self) -> bool {
        &*self.kind.name == "payment_failed" && self.requirement.is_core
    }

    /// Whether somebody is in the audience without it, and if so whether age alone is the reason.
    pub(crate) fn by_age_alone(&self) -> Option<bool> {
        match self.why {
            WhyNot::Refuted { by_age_alone, .. } => Some(*by_age_alone),
            WhyNot::Unproven(_) => None,
        }
    }

    /// The finding, with the account that shows it where there is one.
    pub(crate) fn finding(
        &self,
        context: &Context<'_>,
        code: &'static Code,
        message: String,
        label: &str,
    ) -> Diagnostic {
        let whose = match self.requirement.standard {
            true => "what the library requires of everyone who is told",
            false => "what this book requires of everyone who is told",
        };
        let finding = Diagnostic::new(code, self.banner.audience_span, message)
            .label(label)
            .related(self.requirement.span, whose)
            .banner(&*self.banner.name)
            .requirement(&*self.requirement.text);
        match self.why {
            WhyNot::Refuted { witness, .. } => {
                let now = self.example_of_now(context);
                let witness = now.as_ref().unwrap_or(witness);
                let finding = finding.counterexample(witness.example(context.book.schema()));
                match self.fix(context) {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                }
            }
            WhyNot::Unproven(_) => finding,
        }
    }

    /// The account that shows it at the moment that is asked about: the proof at load knows none.
    fn example_of_now(&self, context: &Context<'_>) -> Option<Witness> {
        let mut prover = context.prover.borrow_mut();
        prover.near(context.moment(&[self.banner]));
        let answer = prover.find(&[self.banner.audience], &[self.requirement.formula]);
        prover.near(context.now);
        match answer {
            Answer::Somebody(witness) => Some(witness),
            Answer::Nobody | Answer::Unproven(_) => None,
        }
    }

    /// Adding it to the audience, which changes who is told and so is for people to look at.
    fn fix(&self, context: &Context<'_>) -> Option<Fix> {
        let audience = self.written?.audience.as_ref()?;
        let condition = match wanted(context, self.requirement) {
            Wanted::Condition(condition) if condition != "false" => condition,
            _ => return None,
        };
        Some(Fix {
            title: format!("add `and {condition}` to the audience"),
            edits: conjoined(audience, &condition),
            is_safe: false,
        })
    }

    /// The requirement on one line.
    pub(crate) fn text(&self) -> String {
        let words: Vec<_> = self.requirement.text.split_whitespace().collect();
        words.join(" ")
    }

    /// What to write so that the requirement is kept: it follows from itself.
    pub(crate) fn remedy(&self, context: &Context<'_>) -> String {
        let condition = match wanted(context, self.requirement) {
            Wanted::Condition(condition) if condition == "false" => {
                return format!(
                    "nobody can keep that: mend what `{}` requires",
                    self.kind.name
                );
            }
            Wanted::Condition(condition) => condition,
            Wanted::LeftOut(fact) => {
                return format!(
                    "this book leaves out `{fact}`, so nobody can be told `{}`: include the standard facts that it is of, or use another kind",
                    self.kind.name
                );
            }
        };
        let audience = self.written.and_then(|banner| banner.audience.as_ref());
        match audience.map(|audience| (&audience.kind, audience)) {
            Some((ExprKind::Or(_), _)) => {
                format!("put the audience in parentheses and add `and {condition}` behind them")
            }
            // What goes into a segment counts for all that name it.
            Some((_, audience)) if names_a_segment(audience) => format!(
                "add `and {condition}` to the audience, or to a segment that it names if all who use that segment need it"
            ),
            _ => format!("add `and {condition}` to the audience"),
        }
    }
}

fn names_a_segment(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => !name.contains('.') && &**name != "in_dunning",
        ExprKind::And(parts) => parts.iter().any(names_a_segment),
        _ => false,
    }
}

/// The kind of finding that says that nothing is promised.
pub(super) fn unproven() -> &'static Code {
    &crate::lints::UNPROVEN.code
}

/// What to do about a proof that did not end.
pub(crate) fn unproven_help(finding: Diagnostic, why: Unproven) -> Diagnostic {
    finding.help(match why {
        Unproven::OverBudget => {
            "say it with fewer conditions, or in several banners with a part of it each"
        }
        Unproven::Moments => {
            "ask of each moment either how far it is from now, or before and after which date"
        }
        Unproven::Texts => "ask for whole texts with `==` or `in`, instead of what they hold",
        Unproven::NotReplayed => "this is a mistake of banneret's, not yours: please report it",
    })
}
