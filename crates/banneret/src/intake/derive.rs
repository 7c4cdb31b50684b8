//! What one item says of each fact.

use std::sync::Arc;

use super::raw::Raw;
use super::view::View;
use super::{Note, NoteKind};
use crate::eval::Truths;
use crate::facts::{Clock, Facts, Given, Said, Value};
use crate::formula::{Formulas, NodeId};
use crate::schema::{Fact, FactId, Schema};
use crate::source::Span;
use crate::truth::Truth;

/// How a fact comes from raw values.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    pub(super) fact: FactId,
    /// The kind of item that it comes from; none where it asks nothing.
    pub(super) kind: Option<usize>,
    pub(super) how: How,
    /// The raw values that it depends on.
    pub(super) asks: Vec<FactId>,
    /// How the items' values become one; nothing where the picked item speaks, or the only one.
    pub(super) fold: Option<super::fold::Fold>,
    /// What it is where there is a list of items with nothing on it, and where that is written.
    pub(super) empty: Option<(Value, Span)>,
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    /// The value whose line is true. Where `about` is false, none is, and that is nothing to report.
    Lines { about: NodeId, lines: Vec<Line> },
    /// A raw value, where a condition holds; where it does not, another.
    Copy {
        from: FactId,
        when: NodeId,
        otherwise: Option<Value>,
        /// Where the copy is described.
        span: Span,
    },
    /// Whether an expression is true.
    Decide(NodeId),
}

/// A value of a fact, and when the fact has it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) value: Value,
    pub(crate) formula: NodeId,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What a source derives facts with.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// In the order of `schema`.
    pub(super) raw: Vec<Raw>,
    /// The raw values as facts that never go stale.
    pub(super) schema: Arc<Schema>,
    pub(super) formulas: Formulas,
}

/// What one item says of one fact.
#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) said: Said,
    pub(super) currency: Currency,
    /// Whether the item is not about the fact: it is left out of a fold.
    pub(super) is_silent: bool,
}

/// Of which currency an item's amount is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Currency {
    /// The value is no amount, or zero for want of one.
    None,
    /// The source says where the currency stands, and it does not stand there.
    Unnamed,
    Named(Box<str>),
}

/// One item's raw values, and the truth of every line of the source for it.
#[derive(Debug)]
pub(super) struct Read<'d> {
    view: View<'d>,
    facts: Facts,
    truths: Truths,
    held: Vec<bool>,
}

impl Rules {
    /// Reads an item; what is wrong with it goes into `notes`.
    pub(super) fn read<'d>(
        &self,
        view: View<'d>,
        kind: usize,
        clock: Clock,
        notes: &mut Vec<Note>,
    ) -> Read<'d> {
        let mut facts = Facts::builder(&self.schema);
        let mut held = Vec::with_capacity(self.raw.len());
        for ((id, fact), raw) in self.schema.facts().zip(&self.raw) {
            if raw.kind != kind {
                held.push(false);
                continue;
            }
            let reading = raw.read(fact, &view);
            held.push(reading.is_held);
            facts.say(id, reading.said, None);
            if let Some((kind, text)) = reading.trouble {
                notes.push(Note::new(&fact.name, kind, text));
            }
        }
        let facts = facts.build();
        let mut truths = Truths::default();
        truths.fill(&self.formulas, &facts, clock);
        Read {
            view,
            facts,
            truths,
            held,
        }
    }
}

impl Derived {
    /// What an item says of the fact.
    pub(super) fn share(
        &self,
        rules: &Rules,
        schema: &Schema,
        read: &Read<'_>,
        notes: &mut Vec<Note>,
    ) -> Share {
        let Some(fact) = schema.fact(self.fact).filter(|_| !read.is_opaque()) else {
            return Share::plain(Said::Unknown);
        };
        let mut note = |kind, text: String| {
            let beside = read.shown(&self.asks);
            let text = if beside.is_empty() {
                text
            } else {
                format!("{text} for {beside}")
            };
            notes.push(Note::new(&fact.name, kind, text));
        };
        match &self.how {
            How::Lines { about, lines } => match read.truths.of(*about) {
                Truth::True => Share::plain(self.line(lines, read, schema, &mut note)),
                Truth::False => Share::silent(),
                Truth::Unknown => Share::plain(undecided("`when`", &mut note)),
            },
            How::Copy {
                from,
                when,
                otherwise,
                ..
            } => match read.truths.of(*when) {
                Truth::True => copy(rules, *from, fact, read),
                Truth::False => match otherwise {
                    Some(value) => Share::plain(Said::Value(value.clone())),
                    None => Share::silent(),
                },
                Truth::Unknown => Share::plain(undecided("`when`", &mut note)),
            },
            How::Decide(node) => Share::plain(match read.truths.of(*node) {
                Truth::Unknown => undecided("its line", &mut note),
                truth => Said::Value(Value::Bool(truth.is_true())),
            }),
        }
    }

    fn line(
        &self,
        lines: &[Line],
        read: &Read<'_>,
        schema: &Schema,
        note: &mut dyn FnMut(NoteKind, String),
    ) -> Said {
        let mut holding = lines
            .iter()
            .filter(|line| read.truths.of(line.formula).is_true());
        match (holding.next(), holding.next()) {
            (Some(line), None) => Said::Value(line.value.clone()),
            (Some(one), Some(two)) => {
                let [one, two] = [one, two].map(|line| line.value.display(schema, self.fact));
                note(
                    NoteKind::TwoLines,
                    format!("the lines of `{one}` and `{two}` both hold"),
                );
                Said::Unknown
            }
            (None, _) => {
                note(NoteKind::NoLine, "no line holds".into());
                Said::Unknown
            }
        }
    }
}

impl Read<'_> {
    /// Whether the item has the place of a raw value.
    pub(super) fn holds(&self, raw: FactId) -> bool {
        self.held.get(raw.0 as usize) == Some(&true)
    }

    /// Whether a formula of the source is true of the item.
    pub(super) fn is_true(&self, formula: NodeId) -> bool {
        self.truths.of(formula).is_true()
    }

    /// Whether nobody can say that the formula is false of the item.
    pub(super) fn might_be(&self, formula: NodeId) -> bool {
        self.truths.of(formula) == Truth::Unknown
    }

    /// What stands at the places that a formula asks about: `"charge" stands at `/object``.
    pub(super) fn places(&self, rules: &Rules, formula: NodeId, missing: bool) -> Vec<String> {
        let asked = rules.formulas.facts_of(formula).into_iter();
        let one = |raw: FactId| {
            let places = &rules.raw.get(raw.0 as usize)?.at;
            let cell = self.view.first(places);
            let place = places.first().filter(|_| missing || !cell.is_missing())?;
            Some(format!("{} stands at `{place}`", cell.shown()))
        };
        asked.filter_map(one).collect()
    }

    /// Why nothing can be read of the item, where that is so.
    pub(super) fn why_opaque(&self) -> Option<&'static str> {
        match self.view {
            View::Opaque => Some("the item is no object: nothing can be read of it"),
            View::Rest => Some("the list goes on beyond the document: fetch all of it"),
            View::Json(_) | View::Row(_) => None,
        }
    }

    pub(super) fn is_opaque(&self) -> bool {
        self.why_opaque().is_some()
    }

    /// The raw values, as `name=value`.
    fn shown(&self, raws: &[FactId]) -> String {
        let one = |raw: &FactId| {
            let name = &self.facts.schema().fact(*raw)?.name;
            Some(match self.facts.said(*raw) {
                Said::Value(value) => {
                    format!("{name}={}", value.display(self.facts.schema(), *raw))
                }
                Said::OutOfDomain(value) => format!("{name}={}", super::view::shown(value)),
                _ => format!("{name}=?"),
            })
        };
        let shown: Vec<_> = raws.iter().filter_map(one).collect();
        shown.join(", ")
    }
}

impl Share {
    pub(super) fn plain(said: Said) -> Share {
        Share {
            said,
            currency: Currency::None,
            is_silent: false,
        }
    }

    /// Of an item that is not about the fact.
    fn silent() -> Share {
        Share {
            is_silent: true,
            ..Share::plain(Said::Unknown)
        }
    }
}

fn undecided(what: &str, note: &mut dyn FnMut(NoteKind, String)) -> Said {
    let text = format!("nobody can say whether {what} holds");
    note(NoteKind::Undecided, text);
    Said::Unknown
}

fn copy(rules: &Rules, from: FactId, fact: &Fact, read: &Read<'_>) -> Share {
    let (Said::Value(value), Some(raw)) = (read.facts.said(from), rules.schema.fact(from)) else {
        return Share::plain(Said::Unknown);
    };
    let given = match value {
        Value::Bool(value) => Given::Bool(*value),
        Value::Int(value) => Given::Int(*value),
        Value::Time(value) => Given::Time(*value),
        Value::Text(text) => Given::Text(text.to_string()),
        Value::Enum(code) => Given::from(raw.kind.value_name(*code)),
        Value::Codes(_) | Value::Texts(_) => Given::Unknown,
    };
    let currency = match rules.raw.get(from.0 as usize) {
        Some(raw) if !raw.currency.is_empty() => match raw.currency(&read.view) {
            Some(currency) => Currency::Named(currency),
            None => Currency::Unnamed,
        },
        _ => Currency::None,
    };
    // The types were found to agree when the source was read.
    Share {
        said: given.said(fact).unwrap_or(Said::Unknown),
        currency,
        is_silent: false,
    }
}
