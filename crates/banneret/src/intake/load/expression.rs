//! The expressions of a source: they ask about its raw values and nothing else.

use super::bad;
use crate::check::{Scope, typed};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::formula::SegmentNames;
use crate::formula::{Formulas, Lowering, NodeId};
use crate::schema::{FactId, Schema};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::parse_expr;
use crate::yaml::{Key, Node};

/// What the expressions of one source become, and what their names mean.
pub(super) struct Lines<'s> {
    pub(super) file: FileId,
    /// The raw values.
    pub(super) schema: &'s Schema,
    /// The names of all raw values, also of those that could not be read.
    pub(super) declared: &'s [Box<str>],
    /// Beside the raw values, of which kind of item each is.
    pub(super) kinds: &'s [usize],
    /// The names of the kinds.
    pub(super) names: &'s [Box<str>],
    /// Whether the library carries the source: what the schema leaves out is left out of it.
    pub(super) is_carried: bool,
    pub(super) formulas: Formulas,
}

impl Lines<'_> {
    /// The formula of an expression; nothing where a mistake was found.
    pub(super) fn formula(
        &mut self,
        what: &str,
        node: &Node<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<NodeId> {
        let (offset, text) = node.scalar(what, found)?.expression();
        let expr = parse_expr(self.file, offset, text, found)?;
        if !self.names_are_raw(&expr, found) {
            return None;
        }
        let scope = Scope {
            schema: self.schema,
            segments: &SegmentNames::default(),
            standard: false,
        };
        let typed = typed(&expr, &scope, found)?;
        Some(Lowering::new(self.schema, &[], &mut self.formulas).lower(&typed))
    }

    /// Reports what a rule may say and a source may not, before it is judged as a rule would be.
    fn names_are_raw(&self, expr: &Expr, found: &mut Vec<Diagnostic>) -> bool {
        match &expr.kind {
            ExprKind::Const(_) => true,
            ExprKind::Name(name) => self.is_raw(name, expr.span, found),
            ExprKind::Test(name, _) => self.is_raw(&name.value, name.span, found),
            ExprKind::Not(inner) | ExprKind::Paren(inner) => self.names_are_raw(inner, found),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let mut all = true;
                for part in parts {
                    all &= self.names_are_raw(part, found);
                }
                all
            }
            ExprKind::Fresh(inner, bound) => {
                self.names_are_raw(inner, found);
                let message = "raw values have no age of their own: the whole document has one";
                found.push(
                    bad(bound.span, message).help("delete `no older than`, and ask it in the rule"),
                );
                false
            }
        }
    }

    fn is_raw(&self, name: &str, span: Span, found: &mut Vec<Diagnostic>) -> bool {
        let is_known = self.schema.id(name).is_some();
        if !is_known && !self.declared.iter().any(|declared| **declared == *name) {
            found.push(self.no_raw(name, span));
        }
        is_known
    }

    fn no_raw(&self, name: &str, span: Span) -> Diagnostic {
        let mut declared = self.declared.iter().map(|name| &**name);
        let finding = Diagnostic::new(
            &codes::UNKNOWN_FACT,
            span,
            format!("there is no raw value `{name}`"),
        );
        let last = |full: &&str| full.rsplit('.').next() == Some(name);
        match nearest(name, declared.clone()).or_else(|| declared.find(last)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => {
                finding.help("a source asks about its own `raw` values only: describe it there")
            }
        }
    }

    /// The raw value that a text names.
    pub(super) fn raw(&self, node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<FactId> {
        let name = node.string("`from`", found)?;
        self.is_raw(name, node.span, found)
            .then(|| self.schema.id(name))
            .flatten()
    }

    /// The raw values that some formulas ask about, each once.
    pub(super) fn asked(&self, formulas: impl IntoIterator<Item = NodeId>) -> Vec<FactId> {
        let mut asked = indexmap::IndexSet::new();
        for formula in formulas {
            asked.extend(self.formulas.facts_of(formula));
        }
        asked.into_iter().collect()
    }

    /// Whether the items are of several kinds, each with a name.
    pub(super) fn has_kinds(&self) -> bool {
        self.names.iter().any(|name| !name.is_empty())
    }

    /// The one kind of item that some raw values are of; nothing where there is none, which is fine,
    /// or several, which is reported.
    pub(super) fn kind_of(
        &self,
        asks: &[FactId],
        span: Span,
        found: &mut Vec<Diagnostic>,
    ) -> Option<usize> {
        let kinds = asks.iter().filter_map(|raw| self.kinds.get(raw.0 as usize));
        let kinds: std::collections::BTreeSet<usize> = kinds.copied().collect();
        if kinds.len() > 1 {
            let names = kinds.iter().filter_map(|kind| self.names.get(*kind));
            let names = crate::yaml::listed(names.map(|name| &**name));
            let message = format!("this asks about items of several kinds at once: {names}");
            let help =
                "ask about one kind; a fact that several can say is a list, one part for each";
            found.push(bad(span, message).help(help));
        }
        match self.names {
            [one] if one.is_empty() => Some(0),
            _ => kinds.first().copied(),
        }
    }

    /// Reports a formula about items of another kind.
    pub(super) fn of_kind(
        &self,
        formula: NodeId,
        kind: usize,
        span: Span,
        found: &mut Vec<Diagnostic>,
    ) {
        let asked = self.asked([formula]);
        let foreign = |raw: &&FactId| self.kinds.get(raw.0 as usize) != Some(&kind);
        if let Some(raw) = asked
            .iter()
            .find(foreign)
            .and_then(|raw| self.schema.fact(*raw))
        {
            let message = format!("`{}` is of another kind of item", raw.name);
            let name = self.names.get(kind).map_or("", |name| name);
            let help = format!("ask about raw values whose names begin with `{name}.`");
            found.push(bad(span, message).help(help));
        }
    }

    /// `the line of `clear``
    pub(super) fn line(key: &Key<'_>) -> String {
        format!("the line of `{}`", key.text)
    }
}
