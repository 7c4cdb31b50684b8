//! Every condition that a rule asks, through segments too: which way round it counts, and how old
//! its fact may be.

use std::collections::{HashMap, HashSet};

use banneret::ast::{self, Expr, ExprKind, Literal, LiteralKind, Operator, Test};
use banneret::{Book, Duration, Fact, FactId, Schema, Span};

/// A condition on a fact, as a rule comes to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'c> {
    pub(crate) id: FactId,
    pub(crate) fact: &'c Fact,
    pub(crate) ask: Ask<'c>,
    /// The condition.
    pub(crate) span: Span,
    pub(crate) around: Around,
    /// Whether the book itself says it, and not the library.
    pub(crate) own: bool,
}

/// What a condition asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask<'c> {
    /// A question that is written out.
    Test(&'c Test),
    /// A fact that is true or false by itself.
    Bool,
    /// `in_dunning`
    Dunning,
}

/// What surrounds a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Around {
    /// Whether an odd number of `not`s turns it round.
    pub(crate) negated: bool,
    /// The least `no older than`.
    pub(crate) within: Option<Duration>,
}

/// A name or question of one expression, segments not being looked into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf<'c> {
    pub(crate) expr: &'c Expr,
    pub(crate) around: Around,
    /// The innermost `not` around it.
    pub(crate) not: Option<&'c Expr>,
}

impl Ask<'_> {
    /// Whether a condition holds at a value that it does not name; nothing where it does not ask
    /// which value it is.
    pub(crate) fn holds_beyond(self) -> Option<bool> {
        match self {
            Ask::Dunning | Ask::Test(Test::Compare(Operator::Equal, _)) => Some(false),
            Ask::Test(Test::Compare(Operator::NotEqual, _)) => Some(true),
            Ask::Test(Test::In { negated, .. }) => Some(*negated),
            Ask::Test(_) | Ask::Bool => None,
        }
    }
}

impl<'c> Asked<'c> {
    /// The values that it names.
    pub(crate) fn named(&self) -> Vec<&'c str> {
        let name = |literal: &'c Literal| match &literal.value {
            LiteralKind::Name(name) | LiteralKind::Text(name) => Some(&**name),
            _ => None,
        };
        match self.ask {
            Ask::Test(Test::Compare(Operator::Equal | Operator::NotEqual, value)) => {
                name(value).into_iter().collect()
            }
            Ask::Test(Test::In { members, .. }) => members.iter().filter_map(name).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it asks an enum which value it is, other than by the marks of dunning.
    pub(crate) fn is_of_enum(&self) -> bool {
        let is_enum = self.fact.kind.name() == "enum" && !matches!(self.ask, Ask::Dunning);
        is_enum && self.ask.holds_beyond().is_some()
    }

    /// The values of today for which it is true, or lets the `not` around it be true.
    pub(crate) fn meant(&self) -> Vec<&'c str> {
        let named = self.named();
        let is_open = self.ask.holds_beyond() != Some(self.around.negated);
        let values = self.fact.kind.values().iter().map(|value| &*value.name);
        values
            .filter(|value| named.contains(value) != is_open)
            .collect()
    }
    /// How old the fact's value may be here.
    pub(crate) fn believed(&self) -> Option<Duration> {
        tighter(self.fact.fresh_for, self.around.within)
    }

    /// Whether it is true where nobody knows the fact.
    pub(crate) fn is_unknown(&self) -> bool {
        match self.ask {
            Ask::Test(Test::IsUnknown) => !self.around.negated,
            Ask::Test(Test::IsKnown) => self.around.negated,
            _ => false,
        }
    }
}

impl Around {
    pub(crate) fn no_older(self, bound: Option<Duration>) -> Around {
        Around {
            within: tighter(self.within, bound),
            ..self
        }
    }
}

pub(crate) fn tighter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

/// The names and questions of an expression, in the author's order.
pub(crate) fn leaves(expr: &Expr, around: Around) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    let mut open = vec![Leaf {
        expr,
        around,
        not: None,
    }];
    while let Some(leaf) = open.pop() {
        match &leaf.expr.kind {
            ExprKind::Const(_) => {}
            ExprKind::Name(_) | ExprKind::Test(..) => leaves.push(leaf),
            ExprKind::Not(inner) => open.push(Leaf {
                expr: inner,
                around: Around {
                    negated: !leaf.around.negated,
                    ..leaf.around
                },
                not: Some(leaf.expr),
            }),
            ExprKind::Paren(inner) => open.push(Leaf {
                expr: inner,
                ..leaf
            }),
            ExprKind::Fresh(inner, bound) => open.push(Leaf {
                expr: inner,
                around: leaf.around.no_older(bound.value.duration()),
                ..leaf
            }),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                open.extend(parts.iter().rev().map(|expr| Leaf { expr, ..leaf }));
            }
        }
    }
    leaves
}

/// The segments and facts of a book, to look up what its rules name.
pub(crate) struct Names<'c> {
    pub(crate) schema: &'c Schema,
    segments: HashMap<&'c str, (bool, &'c ast::Segment)>,
}

impl<'c> Names<'c> {
    pub(crate) fn of(book: &'c Book, items: &'c [(bool, ast::Item)]) -> Names<'c> {
        let mut segments = HashMap::new();
        for (standard, item) in items {
            if let ast::Item::Segment(segment) = item {
                segments
                    .entry(&*segment.name.value)
                    .or_insert((*standard, segment));
            }
        }
        Names {
            schema: book.schema(),
            segments,
        }
    }

    /// The expression of a segment, and whether the library carries it.
    pub(crate) fn segment(&self, name: &str) -> Option<(bool, &'c Expr)> {
        let (standard, segment) = self.segments.get(name)?;
        Some((*standard, segment.audience.as_ref()?))
    }

    /// The segment that an expression names, if it is no more than that.
    pub(crate) fn named(&self, expr: &'c Expr) -> Option<&'c str> {
        match &expr.kind {
            ExprKind::Name(name) if self.segments.contains_key(&**name) => Some(name),
            _ => None,
        }
    }

    /// Every condition that a rule of the book's own asks, through segments, in the order in which
    /// a reader comes to them; each once for each way in which it counts.
    pub(crate) fn asked(&self, expr: &'c Expr) -> Vec<Asked<'c>> {
        self.asked_in(expr, Around::default(), false)
    }

    /// The same of an expression that stands inside another.
    pub(crate) fn asked_in(
        &self,
        expr: &'c Expr,
        around: Around,
        standard: bool,
    ) -> Vec<Asked<'c>> {
        let mut asked = Vec::new();
        let mut seen: HashSet<(&str, Around)> = HashSet::new();
        let begin = |expr: &'c Expr, around, standard| {
            let leaves = leaves(expr, around).into_iter().rev();
            leaves.map(move |leaf| (leaf, standard))
        };
        let mut open: Vec<_> = begin(expr, around, standard).collect();
        while let Some((leaf, standard)) = open.pop() {
            if let Some(name) = self.named(leaf.expr) {
                if seen.insert((name, leaf.around))
                    && let Some((standard, expr)) = self.segment(name)
                {
                    open.extend(begin(expr, leaf.around, standard));
                }
            } else {
                asked.extend(self.condition(&leaf, standard));
            }
        }
        asked
    }

    /// The condition of a leaf that is no segment; nothing where it is about a fact that the book
    /// leaves out.
    pub(crate) fn condition(&self, leaf: &Leaf<'c>, standard: bool) -> Option<Asked<'c>> {
        let (id, ask) = match &leaf.expr.kind {
            ExprKind::Test(name, test) => (self.schema.id(&name.value)?, Ask::Test(&test.value)),
            ExprKind::Name(name) if **name == *"in_dunning" => {
                (self.schema.dunning_role()?.0, Ask::Dunning)
            }
            ExprKind::Name(name) => (self.schema.id(name)?, Ask::Bool),
            _ => return None,
        };
        let fact = self.schema.fact(id)?;
        (!standard || fact.group.is_some() || matches!(ask, Ask::Dunning)).then_some(Asked {
            id,
            fact,
            ask,
            span: leaf.expr.span,
            around: leaf.around,
            own: !standard,
        })
    }
}
