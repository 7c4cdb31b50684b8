//! Which banners hang on which rule: through segments, and through what their kinds require.

use std::collections::{HashMap, HashSet};

use banneret::ast::{self, Expr, Item};
use banneret::{Banner, Book, Checked, Duration, Span, Time};

use crate::asked::{Around, Names, leaves};
use crate::lint::{Context, Rule, What};

/// A segment, an audience or a requirement of the book's own, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// `segment`, `audience` (of a banner) or `requires` (of a message kind).
    pub what: &'static str,
    /// The name of the segment, banner or message kind.
    pub name: String,
    /// Where its expression stands.
    pub span: Span,
}

impl std::fmt::Display for RuleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.what {
            "requires" => write!(f, "message {}", self.name),
            "audience" => write!(f, "banner {}", self.name),
            what => write!(f, "{what} {}", self.name),
        }
    }
}

/// A book's rules as they were written, and who hangs on them.
pub(crate) struct Uses<'c> {
    pub(crate) book: &'c Book,
    pub(crate) names: Names<'c>,
    /// Audiences, segments and requirements of the book's own, in the order of the text.
    pub(crate) rules: Vec<Rule<'c>>,
    /// By banner: its audience, and then what its kind requires, the library's part too; whether
    /// the library carries it.
    pub(crate) spoken: Vec<Vec<(&'c Expr, bool)>>,
    /// By banner: the segments of the book's own that these lead to.
    reached: Vec<HashSet<&'c str>>,
}

impl<'c> Uses<'c> {
    pub(crate) fn of(book: &'c Book, checked: &'c Checked) -> Uses<'c> {
        let names = Names::of(book, &checked.items);
        let now = Time::from_unix_seconds(0);
        let rules = Context::new(book, &checked.items, &checked.sources, now).rules();
        let (audiences, requires) = spoken(&checked.items);
        let spoken = book.banners().iter().map(|banner| {
            let audience = audiences.get(&*banner.name).map(|expr| (*expr, false));
            let kind = book.kind_of(banner).map_or("", |kind| &*kind.name);
            let requires = requires.get(kind).into_iter().flatten().copied();
            audience.into_iter().chain(requires).collect()
        });
        let spoken: Vec<Vec<_>> = spoken.collect();
        let reached = spoken.iter().map(|spoken| reached(&names, spoken));
        let reached = reached.collect();
        Uses {
            book,
            names,
            rules,
            spoken,
            reached,
        }
    }

    /// The banners that hang on a rule, by their places among the book's.
    pub(crate) fn banners(&self, rule: &Rule<'_>) -> Vec<usize> {
        let uses = |at: usize, banner: &Banner| match rule.what {
            What::Audience(_, own) => own.name == banner.name,
            What::Segment(segment) => self
                .reached
                .get(at)
                .is_some_and(|reached| reached.contains(&*segment.name.value)),
            What::Requirement(message) => self
                .book
                .kind_of(banner)
                .is_some_and(|kind| kind.name == message.name.value),
        };
        let banners = self.book.banners().iter().enumerate();
        let banners = banners.filter(|(at, banner)| uses(*at, banner));
        banners.map(|(at, _)| at).collect()
    }
}

impl Rule<'_> {
    pub(crate) fn named(&self) -> RuleName {
        let (what, name) = match self.what {
            What::Audience(banner, _) => ("audience", &banner.name),
            What::Segment(segment) => ("segment", &segment.name),
            What::Requirement(message) => ("requires", &message.name),
        };
        RuleName {
            what,
            name: name.value.to_string(),
            span: self.expr.span,
        }
    }
}

type Requires<'c> = HashMap<&'c str, Vec<(&'c Expr, bool)>>;

/// The audiences of banners, and what message kinds require, by name.
fn spoken(items: &[(bool, Item)]) -> (HashMap<&str, &Expr>, Requires<'_>) {
    let mut audiences = HashMap::new();
    let mut requires = Requires::new();
    for (standard, item) in items {
        match item {
            Item::Banner(banner) => {
                let named = (&*banner.name.value, banner.audience.as_ref());
                audiences.extend(Some(named.0).zip(named.1));
            }
            Item::Message(message) => {
                let all = message.requires.iter().map(|expr| (expr, *standard));
                requires
                    .entry(&*message.name.value)
                    .or_default()
                    .extend(all);
            }
            Item::Segment(_) => {}
        }
    }
    (audiences, requires)
}

fn reached<'c>(names: &Names<'c>, spoken: &[(&'c Expr, bool)]) -> HashSet<&'c str> {
    let mut reached = HashSet::new();
    let mut open: Vec<_> = spoken.iter().map(|(expr, _)| *expr).collect();
    while let Some(expr) = open.pop() {
        for leaf in leaves(expr, Around::default()) {
            if let Some((name, inner)) = own_segment(names, leaf.expr)
                && reached.insert(name)
            {
                open.push(inner);
            }
        }
    }
    reached
}

/// The segment of the book's own that an expression names, if it is no more than that.
pub(crate) fn own_segment<'c>(names: &Names<'c>, expr: &'c Expr) -> Option<(&'c str, &'c Expr)> {
    let name = names.named(expr)?;
    let (standard, inner) = names.segment(name)?;
    (!standard).then_some((name, inner))
}

/// A length of time as rules write it, which are all whole minutes.
pub(crate) fn length(duration: Duration) -> ast::Length {
    ast::Length {
        count: u32::try_from(duration.as_seconds() / 60).unwrap_or(u32::MAX),
        unit: ast::Unit::Minute,
    }
}
