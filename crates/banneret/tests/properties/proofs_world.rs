//! A small world in which every account can be tried: a few facts of every type, rules about them,
//! and for each fact the values and ages that those rules could tell apart, worked out from the
//! text of the rules alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use banneret::Given;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::world::{DAY, HOUR, Kind, MINUTE, NOW, Spec, time};

const fn spec(name: &'static str, kind: Kind, fresh_for: Option<i64>) -> Spec {
    Spec {
        name,
        kind,
        fresh_for,
    }
}

/// The facts. Of `free` and of `x` the schema says that they are usual.
pub(crate) const SPECS: &[Spec] = &[
    spec("q.flag", Kind::Bool, None),
    spec("q.paid", Kind::Bool, Some(60)),
    spec("q.plan", Kind::Enum(&["pro", "free", "max"]), None),
    spec("q.state", Kind::Enum(&["fine", "late", "lost"]), Some(120)),
    spec("q.seats", Kind::Int(0, 6), None),
    spec("q.debt", Kind::Int(i64::MIN, i64::MAX), Some(60)),
    spec("q.at", Kind::Time, None),
    spec("q.due", Kind::Time, Some(180)),
    spec("q.text", Kind::Text(None), None),
    spec("q.code", Kind::Text(None), Some(30)),
    spec("q.land", Kind::Text(Some(&["DE", "SE", "ab"])), None),
    spec("q.caps", Kind::EnumSet(&["r", "w", "p"]), None),
    spec("q.perms", Kind::EnumSet(&["x", "y"]), Some(60)),
    spec("q.tags", Kind::TextSet, None),
    spec("q.marks", Kind::TextSet, Some(120)),
];

const USUAL: &[&str] = &["free", "x"];

/// The `schema.yaml` of those facts.
pub(crate) fn schema() -> String {
    let mut text = "facts:\n".to_owned();
    for fact in SPECS {
        let values = |values: &[&str]| {
            let usual = |value: &&str| {
                if USUAL.contains(value) {
                    "usual: true"
                } else {
                    ""
                }
            };
            let values: Vec<_> = values
                .iter()
                .map(|value| format!("{value}: {{{}}}", usual(value)))
                .collect();
            values.join(", ")
        };
        let kind = match fact.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Enum(of) => format!("enum, values: {{{}}}", values(of)),
            Kind::Text(None) => "string".to_owned(),
            Kind::Text(Some(of)) => format!("string, values: {of:?}"),
            Kind::Int(min, max) => format!("int, min: {min}, max: {max}"),
            Kind::Time => "time".to_owned(),
            Kind::EnumSet(of) => format!("set of enum, values: {{{}}}", values(of)),
            Kind::TextSet => "set of string".to_owned(),
        };
        let fresh = fact.fresh_for.map(|fresh| format!(", fresh_for: {fresh}m"));
        let fresh = fresh.unwrap_or_default();
        text.push_str(&format!("  {}: {{type: {kind}{fresh}}}\n", fact.name));
    }
    text
}

/// A question about a text, and the part that it names.
type TextTest = fn(&str, &str) -> bool;

/// What a question tells apart.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// This number from its neighbours, or this moment.
    Point(i64),
    /// This distance from now.
    Away(i64),
    /// The texts of which it holds.
    Text(TextTest, &'static str),
    /// This member of a set.
    Member(&'static str),
}

/// A rule, as text, with what is known of the text.
#[derive(Clone)]
pub(crate) enum Rule {
    Ask {
        fact: &'static str,
        text: String,
        marks: Vec<Mark>,
    },
    Const(bool),
    Not(Box<Rule>),
    Join(&'static str, Vec<Rule>),
    Fresh(Box<Rule>, i64),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Ask { fact, text, .. } => write!(f, "{fact} {text}"),
            Rule::Const(value) => write!(f, "{value}"),
            Rule::Not(inner) => write!(f, "not ({inner})"),
            Rule::Join(word, parts) => {
                let parts: Vec<_> = parts.iter().map(|part| format!("({part})")).collect();
                f.write_str(&parts.join(word))
            }
            Rule::Fresh(inner, minutes) => write!(f, "({inner}) no older than {minutes}m"),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How questions about times may be asked in one world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moments {
    Dates,
    Distances,
    Both,
}

/// Some facts, and rules about them.
#[derive(Clone, Debug)]
pub(crate) struct Small {
    pub(crate) specs: Vec<&'static Spec>,
    pub(crate) moments: Moments,
    pub(crate) rules: Vec<Rule>,
}

/// Worlds of one to three facts with so many rules. Where both dates and distances are asked, there
/// is one time at most: the moments of two hang together through now.
pub(crate) fn small(rules: usize) -> impl Strategy<Value = Small> {
    let numbers: Vec<_> = (0..SPECS.len()).collect();
    let moments = select(&[Moments::Dates, Moments::Distances, Moments::Both][..]);
    let specs = (subsequence(numbers, 1..=3), moments).prop_map(|(numbers, moments)| {
        let mut times = 0;
        let mut specs: Vec<&'static Spec> = numbers.iter().map(|at| &SPECS[*at]).collect();
        specs.retain(|spec| {
            times += usize::from(matches!(spec.kind, Kind::Time));
            !matches!(spec.kind, Kind::Time) || moments != Moments::Both || times == 1
        });
        (specs, moments)
    });
    specs.prop_flat_map(move |(specs, moments)| {
        vec(rule(&specs, moments), rules).prop_map(move |rules| Small {
            specs: specs.clone(),
            moments,
            rules,
        })
    })
}

/// A rule about those facts.
pub(crate) fn rule(specs: &[&'static Spec], moments: Moments) -> BoxedStrategy<Rule> {
    let questions = specs.iter().map(|spec| question(spec, moments));
    let leaf = prop_oneof![
        25 => proptest::strategy::Union::new(questions),
        1 => any::<bool>().prop_map(Rule::Const),
    ];
    let rule = leaf.prop_recursive(3, 8, 3, |inner| {
        let some = || vec(inner.clone(), 2..4);
        let bounds = select(&[5_i64, 60, 2_880][..]);
        prop_oneof![
            3 => some().prop_map(|parts| Rule::Join(" and ", parts)),
            3 => some().prop_map(|parts| Rule::Join(" or ", parts)),
            2 => inner.clone().prop_map(|inner| Rule::Not(Box::new(inner))),
            2 => (inner.clone(), bounds).prop_map(|(inner, bound)| Rule::Fresh(Box::new(inner), bound)),
        ]
    });
    rule.boxed()
}

fn question(spec: &'static Spec, moments: Moments) -> BoxedStrategy<Rule> {
    let mut all = match spec.kind {
        Kind::Bool => asked(&["== true", "== false", "!= true"]),
        Kind::Enum(values) => among(values, |value| value.to_owned()),
        Kind::Text(Some(values)) => {
            let mut all = among(values, |value| format!("{value:?}"));
            all.extend(asked(&[
                "starts with \"D\"",
                "ends with \"E\"",
                "contains \"b\"",
            ]));
            all
        }
        Kind::Text(None) => texts(),
        Kind::Int(..) => numbers(),
        Kind::Time => {
            let dates = if moments == Moments::Distances {
                vec![]
            } else {
                dates()
            };
            let distances = if moments == Moments::Dates {
                vec![]
            } else {
                distances()
            };
            dates.into_iter().chain(distances).collect()
        }
        Kind::EnumSet(values) => members(values, |value| value.to_owned()),
        Kind::TextSet => members(&["a", "b", "c"], |value| format!("{value:?}")),
    };
    all.extend(asked(&["is known", "is unknown"]));
    let all: Vec<_> = all
        .into_iter()
        .map(|(text, marks)| Rule::Ask {
            fact: spec.name,
            text,
            marks,
        })
        .collect();
    select(all).boxed()
}

type Asked = Vec<(String, Vec<Mark>)>;

fn asked(texts: &[&str]) -> Asked {
    let texts = texts.iter().map(|text| ((*text).to_owned(), Vec::new()));
    texts.collect()
}

fn among(values: &[&'static str], written: fn(&str) -> String) -> Asked {
    let mut all = Vec::new();
    for one in values {
        all.push(format!("== {}", written(one)));
        all.push(format!("!= {}", written(one)));
        for other in values.iter().filter(|other| *other != one) {
            all.push(format!("in {{{}, {}}}", written(one), written(other)));
            all.push(format!("not in {{{}, {}}}", written(one), written(other)));
        }
    }
    all.into_iter().map(|text| (text, Vec::new())).collect()
}

fn texts() -> Asked {
    let mut all = Vec::new();
    for part in ["a", "b", "ab", "ba", "aa"] {
        let tests: [(&str, TextTest); 5] = [
            ("starts with", |text, part| text.starts_with(part)),
            ("ends with", |text, part| text.ends_with(part)),
            ("contains", |text, part| text.contains(part)),
            ("==", |text, part| text == part),
            ("!=", |text, part| text != part),
        ];
        for (words, test) in tests {
            all.push((format!("{words} {part:?}"), vec![Mark::Text(test, part)]));
        }
    }
    let is: TextTest = |text, part| text == part;
    let both = vec![Mark::Text(is, ""), Mark::Text(is, "ab")];
    all.push(("in {\"\", \"ab\"}".to_owned(), both.clone()));
    all.push(("not in {\"\", \"ab\"}".to_owned(), both));
    all
}

fn numbers() -> Asked {
    let mut all = Vec::new();
    for number in [0_i64, 1, 3, 6] {
        for operator in ["==", "!=", "<", "<=", ">", ">="] {
            all.push((format!("{operator} {number}"), vec![Mark::Point(number)]));
        }
        let ends = vec![Mark::Point(number - 1), Mark::Point(number + 1)];
        all.push((format!("between {} and {}", number - 1, number + 1), ends));
    }
    let ends = vec![Mark::Point(1), Mark::Point(4)];
    all.push(("in {1, 4}".to_owned(), ends));
    all
}

fn dates() -> Asked {
    let mut all = Vec::new();
    for moment in [NOW - DAY, NOW, NOW + 7 * DAY] {
        for word in ["before", "after"] {
            all.push((
                format!("{word} {}", time(moment)),
                vec![Mark::Point(moment)],
            ));
        }
    }
    all
}

fn distances() -> Asked {
    let mut all = Vec::new();
    let now = || Mark::Away(0);
    all.push(("in the past".to_owned(), vec![now()]));
    all.push(("in the future".to_owned(), vec![now()]));
    for (text, long) in [("90m", 90 * MINUTE), ("3d", 3 * DAY)] {
        all.push((
            format!("in the last {text}"),
            vec![now(), Mark::Away(-long)],
        ));
        all.push((format!("in the next {text}"), vec![now(), Mark::Away(long)]));
        all.push((format!("more than {text} ago"), vec![Mark::Away(-long)]));
        all.push((format!("more than {text} ahead"), vec![Mark::Away(long)]));
    }
    let ends = |sign: i64| vec![Mark::Away(sign * HOUR), Mark::Away(sign * 3 * HOUR)];
    all.push(("between 1 and 3 hours ago".to_owned(), ends(-1)));
    all.push(("between 1 and 3 hours ahead".to_owned(), ends(1)));
    all
}

fn members(values: &[&'static str], written: fn(&str) -> String) -> Asked {
    let mut all = vec![("is empty".to_owned(), Vec::new())];
    for one in values {
        all.push((format!("has {}", written(one)), vec![Mark::Member(one)]));
        for other in values.iter().filter(|other| *other != one) {
            for words in ["any", "all", "none"] {
                let text = format!("has {words} of {{{}, {}}}", written(one), written(other));
                all.push((text, vec![Mark::Member(one), Mark::Member(other)]));
            }
        }
    }
    all
}

/// A value of a fact that stands for all that no rule tells from it.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) given: Given,
    /// The moment at which it must be looked at, where that matters.
    pub(crate) now: Option<i64>,
}

/// What may be told of a fact: at which cost, and which of its cells are left.
pub(crate) type Tell = (u32, Vec<usize>);

/// Everything that can be so of one fact: cell 0 is unknown, then the values at each age.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    pub(crate) spec: &'static Spec,
    /// In microseconds; the first satisfies every bound.
    pub(crate) ages: Vec<i64>,
    pub(crate) values: Vec<Value>,
    pub(crate) tells: Vec<Tell>,
}

impl Cells {
    pub(crate) fn len(&self) -> usize {
        1 + self.ages.len() * self.values.len()
    }

    /// The age and the value of a cell; nothing where it is unknown.
    pub(crate) fn at(&self, cell: usize) -> Option<(i64, &Value)> {
        let cell = cell.checked_sub(1)?;
        let (age, value) = (cell / self.values.len(), cell % self.values.len());
        Some((self.ages[age], &self.values[value]))
    }

    /// The same value as fresh as can be.
    pub(crate) fn refreshed(&self, cell: usize) -> usize {
        match cell {
            0 => 0,
            cell => 1 + (cell - 1) % self.values.len(),
        }
    }
}

/// What the rules of a world could tell apart of a fact.
#[derive(Default)]
struct Apart {
    bounds: BTreeSet<i64>,
    points: BTreeSet<i64>,
    aways: BTreeSet<i64>,
    texts: Vec<(TextTest, &'static str)>,
    members: BTreeSet<&'static str>,
}

fn gather(rule: &Rule, bound: Option<i64>, apart: &mut BTreeMap<&'static str, Apart>) {
    match rule {
        Rule::Const(_) => {}
        Rule::Not(inner) => gather(inner, bound, apart),
        Rule::Join(_, parts) => parts.iter().for_each(|part| gather(part, bound, apart)),
        Rule::Fresh(inner, minutes) => {
            let bound = bound.map_or(*minutes, |bound| bound.min(*minutes));
            gather(inner, Some(bound), apart);
        }
        Rule::Ask { fact, marks, .. } => {
            let apart = apart.entry(fact).or_default();
            apart.bounds.extend(bound);
            for mark in marks {
                match mark {
                    Mark::Point(point) => _ = apart.points.insert(*point),
                    Mark::Away(away) => _ = apart.aways.insert(*away),
                    Mark::Text(test, part) => apart.texts.push((*test, part)),
                    Mark::Member(member) => _ = apart.members.insert(member),
                }
            }
        }
    }
}

/// Two times, asked both where they lie and how far from now, and so many rules.
pub(crate) fn two_times(rules: usize) -> impl Strategy<Value = Small> {
    let specs: Vec<_> = SPECS
        .iter()
        .filter(|spec| matches!(spec.kind, Kind::Time))
        .collect();
    vec(rule(&specs, Moments::Both), rules).prop_map(move |rules| Small {
        specs: specs.clone(),
        moments: Moments::Both,
        rules,
    })
}

impl Small {
    fn apart(&self) -> BTreeMap<&'static str, Apart> {
        let mut apart = BTreeMap::new();
        for rule in &self.rules {
            gather(rule, None, &mut apart);
        }
        apart
    }

    /// The cells of each fact, all of them times, at every moment that could matter: those at
    /// which a date of one lies at a distance that is asked of any, and the moments beside them.
    pub(crate) fn cells_by_moment(&self) -> Vec<Vec<Cells>> {
        let apart = self.apart();
        let of = |marks: fn(&Apart) -> &BTreeSet<i64>| -> BTreeSet<i64> {
            apart.values().flat_map(marks).copied().collect()
        };
        let (dates, aways) = (of(|apart| &apart.points), of(|apart| &apart.aways));
        let turns = dates
            .iter()
            .flat_map(|date| aways.iter().map(move |away| date - away));
        let turns: BTreeSet<i64> = turns.collect();
        // Between two edges there must be room for a moment.
        let beside_but_one = turns.iter().flat_map(|turn| [turn - 2, turn + 2]);
        let nows = beside(&turns).chain(beside_but_one).chain([NOW]);
        let nows: BTreeSet<i64> = nows.collect();
        let none = Apart::default();
        let at = |now: i64| {
            let of = |spec: &&'static Spec| {
                let apart = apart.get(spec.name).unwrap_or(&none);
                let edges = apart.points.iter().copied();
                let edges = edges.chain(apart.aways.iter().map(|away| now + away));
                let edges: BTreeSet<i64> = edges.collect();
                let near: BTreeSet<i64> = beside(&edges).chain([now]).collect();
                let values = near.into_iter().map(|at| Value {
                    given: Given::Time(time(at)),
                    now: Some(now),
                });
                cells(spec, ages(spec, apart), values.collect(), &[])
            };
            self.specs.iter().map(of).collect()
        };
        nows.into_iter().map(at).collect()
    }

    /// The cells of each fact.
    pub(crate) fn cells(&self) -> Vec<Cells> {
        let apart = self.apart();
        let none = Apart::default();
        let of = |spec: &&'static Spec| {
            let apart = apart.get(spec.name).unwrap_or(&none);
            let (values, told) = values(spec.kind, apart, self.moments);
            cells(spec, ages(spec, apart), values, &told)
        };
        self.specs.iter().map(of).collect()
    }
}

/// The oldest that satisfies every bound, and for each bound the youngest that does not.
fn ages(spec: &Spec, apart: &Apart) -> Vec<i64> {
    let mut bounds = apart.bounds.clone();
    bounds.extend(spec.fresh_for);
    let bounds: Vec<_> = bounds.into_iter().map(|bound| bound * MINUTE).collect();
    let first = bounds.first().copied().unwrap_or(0);
    std::iter::once(first)
        .chain(bounds.iter().map(|bound| bound + 1))
        .collect()
}

/// The values, and what may be told of them: at which cost, and which values are left.
fn values(kind: Kind, apart: &Apart, moments: Moments) -> (Vec<Value>, Vec<Tell>) {
    let value = |given: Given| Value { given, now: None };
    let each = |priced: Vec<(u32, Given)>| {
        let numbered = priced.iter().enumerate();
        let tells = numbered
            .map(|(at, (price, _))| (*price, vec![at]))
            .collect();
        let values = priced.into_iter().map(|(_, given)| value(given));
        (values.collect(), tells)
    };
    let text = |text: &str| Given::Text(text.to_owned());
    match kind {
        Kind::Bool => each(vec![(0, Given::Bool(false)), (1, Given::Bool(true))]),
        Kind::Enum(values) => {
            let price = |value: &&str| u32::from(!USUAL.contains(value));
            each(values.iter().map(|one| (price(one), text(one))).collect())
        }
        Kind::Text(Some(values)) => each(values.iter().map(|one| (0, text(one))).collect()),
        Kind::Text(None) => each(
            all_texts(&apart.texts)
                .iter()
                .map(|one| (0, text(one)))
                .collect(),
        ),
        Kind::Int(min, max) => {
            let near = beside(&apart.points).filter(|number| (min..=max).contains(number));
            let near: BTreeSet<i64> = near.chain([min, max]).collect();
            each(near.into_iter().map(|one| (0, Given::Int(one))).collect())
        }
        Kind::Time => match moments {
            Moments::Dates => {
                let near: BTreeSet<i64> = beside(&apart.points).chain([NOW]).collect();
                each(
                    near.into_iter()
                        .map(|at| (0, Given::Time(time(at))))
                        .collect(),
                )
            }
            Moments::Distances => {
                let near: BTreeSet<i64> = beside(&apart.aways).chain([0]).collect();
                let at = |away: i64| Given::Time(time(NOW + away));
                each(near.into_iter().map(|away| (0, at(away))).collect())
            }
            Moments::Both => both(apart),
        },
        Kind::EnumSet(values) => subsets(values),
        Kind::TextSet => {
            let named = apart.members.iter().copied();
            subsets(&named.chain(["zz"]).collect::<Vec<_>>())
        }
    }
}

fn beside(points: &BTreeSet<i64>) -> impl Iterator<Item = i64> + '_ {
    points
        .iter()
        .flat_map(|point| [point - 1, *point, point + 1])
}

/// One text of every vector of answers.
fn all_texts(tests: &[(TextTest, &'static str)]) -> Vec<String> {
    let mut found = BTreeMap::new();
    let mut open = vec![String::new()];
    while let Some(text) = open.pop() {
        if text.len() < 6 {
            open.extend(["a", "b", "z"].map(|c| format!("{text}{c}")));
        }
        let answers: Vec<_> = tests.iter().map(|(test, part)| test(&text, part)).collect();
        found.insert(answers, text);
    }
    found.into_values().collect()
}

/// A time as it lies to dates and to now: each pair of both is a value, and either may be told.
fn both(apart: &Apart) -> (Vec<Value>, Vec<Tell>) {
    let dates: BTreeSet<i64> = beside(&apart.points).chain([NOW]).collect();
    let aways: BTreeSet<i64> = beside(&apart.aways).chain([0]).collect();
    let pairs: Vec<(i64, i64)> = dates
        .iter()
        .flat_map(|at| aways.iter().map(|away| (*at, *away)))
        .collect();
    let left = |keep: &dyn Fn(&(i64, i64)) -> bool| -> Tell {
        let numbered = pairs.iter().enumerate();
        (
            0,
            numbered
                .filter(|(_, pair)| keep(pair))
                .map(|(at, _)| at)
                .collect(),
        )
    };
    let mut tells: Vec<Tell> = Vec::new();
    tells.extend(dates.iter().map(|at| left(&|pair| pair.0 == *at)));
    tells.extend(aways.iter().map(|away| left(&|pair| pair.1 == *away)));
    tells.extend(pairs.iter().map(|one| left(&|pair| pair == one)));
    let values = pairs.iter().map(|(at, away)| Value {
        given: Given::Time(time(*at)),
        now: Some(at - away),
    });
    (values.collect(), tells)
}

/// All subsets; of each member it may be told that it is in, that it is not, or nothing.
fn subsets(members: &[&str]) -> (Vec<Value>, Vec<Tell>) {
    let has = |set: usize, at: usize| set >> at & 1 == 1;
    let count = 1_usize << members.len();
    let values = (0..count).map(|set| {
        let list = members.iter().enumerate().filter(|(at, _)| has(set, *at));
        Value {
            given: Given::List(list.map(|(_, member)| (*member).to_owned()).collect()),
            now: None,
        }
    });
    let mut tells = Vec::new();
    for told in 0..count {
        for inside in (0..count).filter(|inside| inside & !told == 0) {
            let left = (0..count).filter(|set| set & told == inside);
            tells.push((inside.count_ones(), left.collect()));
        }
    }
    (values.collect(), tells)
}

/// The price list: a thousand a fact, 20 for unknown, 30 for old.
fn cells(spec: &'static Spec, ages: Vec<i64>, values: Vec<Value>, told: &[Tell]) -> Cells {
    let all = 1 + ages.len() * values.len();
    let mut tells = vec![(0, (0..all).collect()), (1_020, vec![0])];
    let any = (0, (0..values.len()).collect());
    for age in 0..ages.len() {
        let old = if age == 0 { 0 } else { 30 };
        for (price, left) in told.iter().chain([&any]) {
            let left = left.iter().map(|value| 1 + age * values.len() + value);
            tells.push((1_000 + old + price, left.collect()));
        }
    }
    Cells {
        spec,
        ages,
        values,
        tells,
    }
}
