//! Proofs about sources, when a book is read: no two lines of one fact can be true together, and no
//! line marks an account as in dunning because its provider says that all is well.

use std::collections::HashMap;
use std::sync::Arc;

use crate::check::MOST_FINDINGS;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::eval::Truths;
use crate::facts::{Clock, Value};
use crate::formula::{Atom, Codes, Formulas, Node, NodeId, Question, TextTest};
use crate::intake::{How, Line, Source};
use crate::prove::{Answer, Prover, Unproven, Witness};
use crate::schema::load::is_good_standing;
use crate::schema::{EnumCode, Fact, FactId, Kind, Schema};
use crate::source::Span;
use crate::value::Duration;

/// The steps that all proofs about a book's sources may take.
const BUDGET: u64 = 20_000_000;

/// Reports what is not proven of the sources of a book.
pub(super) fn prove(intakes: &[Source], schema: &Schema, found: &mut Vec<Diagnostic>) {
    let mut left = BUDGET;
    for source in intakes {
        found.extend(of_everybody(source, schema));
        let (raw, formulas) = source.raw();
        let mut formulas = formulas.clone();
        let claims = claims(source, schema, &mut formulas);
        let pairs = pairs(source, schema, &mut formulas);
        let mut prover = Prover::new(raw, &formulas);
        for claim in claims {
            if prover.spent() > left {
                prover.limit(0);
            }
            found.extend(suspicious(&mut prover, raw, &claim));
        }
        for lines in &pairs {
            together(&mut prover, raw, &formulas, lines, left, found);
        }
        left = left.saturating_sub(prover.spent());
    }
}

/// The lines of one fact.
struct Lines<'s> {
    fact: FactId,
    name: &'s str,
    schema: &'s Schema,
    lines: &'s [Line],
    /// Of each line the formula of all lines before it.
    before: Vec<NodeId>,
}

fn pairs<'s>(source: &'s Source, schema: &'s Schema, formulas: &mut Formulas) -> Vec<Lines<'s>> {
    let mut pairs = Vec::new();
    for (id, how) in source.hows() {
        let (How::Lines { lines, .. }, Some(fact)) = (how, schema.fact(id)) else {
            continue;
        };
        let mut all = NodeId::FALSE;
        let before = lines.iter().map(|line| {
            let before = all;
            all = formulas.any([before, line.formula]);
            before
        });
        pairs.push(Lines {
            fact: id,
            name: &fact.name,
            schema,
            before: before.collect(),
            lines,
        });
    }
    pairs
}

/// Reports each line that can be true together with one before it.
fn together(
    prover: &mut Prover<'_>,
    raw: &Arc<Schema>,
    formulas: &Formulas,
    lines: &Lines<'_>,
    left: u64,
    found: &mut Vec<Diagnostic>,
) {
    for (place, (line, before)) in lines.lines.iter().zip(&lines.before).enumerate() {
        if found.len() >= MOST_FINDINGS {
            return;
        }
        if prover.spent() > left {
            found.push(lines.unproven(line, Unproven::OverBudget));
            return;
        }
        found.extend(match prover.find(&[line.formula, *before], &[]) {
            Answer::Nobody => None,
            Answer::Somebody(witness) => Some(lines.both(place, line, &witness, formulas, raw)),
            // All before it at once are too much: one by one.
            Answer::Unproven(_) => lines.one_by_one(prover, place, line, raw, left),
        });
    }
}

impl Lines<'_> {
    fn one_by_one(
        &self,
        prover: &mut Prover<'_>,
        place: usize,
        line: &Line,
        raw: &Arc<Schema>,
        left: u64,
    ) -> Option<Diagnostic> {
        let mut unproven = None;
        for other in self.lines.iter().take(place) {
            match prover.find(&[other.formula, line.formula], &[]) {
                Answer::Nobody => {}
                Answer::Somebody(witness) => return Some(self.said(other, line, &witness, raw)),
                Answer::Unproven(why) => unproven = Some(why),
            }
            if prover.spent() > left {
                unproven = Some(Unproven::OverBudget);
                break;
            }
        }
        unproven.map(|why| self.unproven(line, why))
    }

    /// The first line before that one which is true for the same object.
    fn both(
        &self,
        place: usize,
        line: &Line,
        witness: &Witness,
        formulas: &Formulas,
        raw: &Arc<Schema>,
    ) -> Diagnostic {
        let clock = Clock {
            now: witness.now,
            skew: Duration::default(),
        };
        let mut truths = Truths::default();
        truths.fill(formulas, &witness.facts(raw), clock);
        let mut before = self.lines.iter().take(place);
        match before.find(|other| truths.of(other.formula).is_true()) {
            Some(other) => self.said(other, line, witness, raw),
            None => self.unproven(line, Unproven::NotReplayed),
        }
    }

    fn said(&self, one: &Line, two: &Line, witness: &Witness, raw: &Schema) -> Diagnostic {
        let [first, second] = [one, two].map(|line| line.value.display(self.schema, self.fact));
        let message = format!(
            "the lines of `{first}` and `{second}` of `{}` can be true together",
            self.name
        );
        Diagnostic::new(&codes::BAD_SOURCE, two.span, message)
            .label("true for the object shown here")
            .related(one.span, "and this is true for it too")
            .help("let one of them leave out what the other is for: a fact that is both stays unknown")
            .counterexample(witness.example(raw))
    }

    fn unproven(&self, line: &Line, why: Unproven) -> Diagnostic {
        let message = format!(
            "it was not proven that the lines of `{}` are never true together: {why}",
            self.name
        );
        Diagnostic::new(&codes::BAD_SOURCE, line.span, message)
            .help("ask less in each line, or ask the same raw values in all of them")
    }
}

/// A line that marks accounts as in dunning, and what would be suspicious of it.
struct Claim {
    /// The value that it marks.
    value: String,
    span: Span,
    /// The line, and that every standing that it asks about is good.
    all_is_well: Vec<NodeId>,
    /// The line where no good standing is believed.
    otherwise: NodeId,
    /// The raw values that it asks about and that tell of a standing.
    standings: Vec<FactId>,
}

/// Reports lines for values that mean dunning that ask for nothing, or for no more than that a
/// standing is known.
fn of_everybody(source: &Source, schema: &Schema) -> Vec<Diagnostic> {
    let Some((role, fact)) = schema.dunning_role() else {
        return Vec::new();
    };
    let (_, formulas) = source.raw();
    let good = good_standings(source);
    let asks = |line: &Line| {
        let atoms = formulas.atoms_of(line.formula).into_iter();
        let mut atoms = atoms.filter_map(|atom| formulas.atom(atom));
        atoms.any(|atom| {
            let any = matches!(atom.question, Question::Known | Question::Unknown);
            !any || !good.contains_key(&atom.fact)
        })
    };
    let lines = source.hows().filter_map(|(id, how)| match how {
        How::Lines { lines, .. } if id == role => Some(lines),
        _ => None,
    });
    let vain = lines.flatten().filter(|line| {
        is_marked(&line.value, fact) && line.formula != NodeId::FALSE && !asks(line)
    });
    let of_nothing = source.of_nothing(role);
    let of_nothing = of_nothing.filter(|(value, _)| is_marked(value, fact));
    let of_nothing = of_nothing.map(|(value, span)| {
        let message = format!(
            "`{}` means dunning, and follows here from an empty list",
            value.display(schema, role)
        );
        Diagnostic::new(&codes::SUSPICIOUS_MARK, span, message)
            .help("who has no item owes nothing: give a value that means no dunning, or none")
    });
    let found = vain.map(|line| {
        let message = format!(
            "`{}` means dunning, and follows here from no value at all",
            line.value.display(schema, role)
        );
        Diagnostic::new(&codes::SUSPICIOUS_MARK, line.span, message)
            .help("let the line ask for what means an unpaid debt, such as a charge that failed")
    });
    found.chain(of_nothing).collect()
}

/// The lines for values that mean dunning, as far as they ask about a standing at all.
fn claims(source: &Source, schema: &Schema, formulas: &mut Formulas) -> Vec<Claim> {
    let Some((role, fact)) = schema.dunning_role() else {
        return Vec::new();
    };
    let mut marking = Vec::new();
    for (_, how) in source.hows().filter(|(id, _)| *id == role) {
        match how {
            How::Lines { lines, .. } => {
                let lines = lines
                    .iter()
                    .map(|line| (&line.value, line.formula, line.span));
                marking.extend(lines.filter(|(value, ..)| is_marked(value, fact)));
            }
            How::Copy {
                when,
                otherwise: Some(value),
                span,
                ..
            } if is_marked(value, fact) => {
                marking.push((value, turned(*when, formulas), *span));
            }
            How::Copy { .. } | How::Decide(_) => {}
        }
    }
    if marking.is_empty() {
        return Vec::new();
    }
    let good = good_standings(source);
    let claims = marking.into_iter().filter_map(|(value, line, span)| {
        let line = rebuilt(line, formulas, false, |atom| {
            (!proves_a_debt(source, &atom)).then_some(atom)
        });
        let asked = formulas.facts_of(line);
        let standings: Vec<_> = asked
            .into_iter()
            .filter(|raw| good.contains_key(raw))
            .collect();
        let is_good = standings
            .iter()
            .filter_map(|raw| Some((*raw, good.get(raw)?.clone())));
        let is_good: Vec<_> = is_good
            .map(|(raw, good)| ask(raw, good, formulas))
            .collect();
        (!standings.is_empty()).then(|| Claim {
            value: value.display(schema, role),
            span,
            all_is_well: std::iter::once(line).chain(is_good).collect(),
            otherwise: unbelieved(line, &good, formulas),
            standings,
        })
    });
    claims.collect()
}

/// Whether the line is true because of a good standing, where nothing that it asks about says
/// otherwise.
fn suspicious(prover: &mut Prover<'_>, raw: &Arc<Schema>, claim: &Claim) -> Option<Diagnostic> {
    let finding = |message: String| {
        Diagnostic::new(&codes::SUSPICIOUS_MARK, claim.span, message)
            .help("let the line ask for what means an unpaid debt, such as a charge that failed")
    };
    match prover.find(&claim.all_is_well, &[claim.otherwise]) {
        Answer::Nobody => None,
        Answer::Somebody(witness) => {
            let good = witness
                .told
                .iter()
                .filter(|told| claim.standings.contains(&told.fact));
            let good = good.filter_map(|told| {
                let shown = told.value.as_ref()?.display(raw, told.fact);
                Some(format!("`{} == {shown}`", raw.fact(told.fact)?.name))
            });
            let good: Vec<_> = good.collect();
            let message = format!(
                "`{}` means dunning, and follows here from {}",
                claim.value,
                good.join(" and ")
            );
            Some(finding(message).counterexample(witness.example(raw)))
        }
        Answer::Unproven(why) => Some(finding(format!(
            "it was not proven that `{}`, which means dunning, does not follow from good standing: {why}",
            claim.value
        ))),
    }
}

fn is_marked(value: &Value, fact: &Fact) -> bool {
    let Value::Enum(code) = value else {
        return false;
    };
    let value = fact.kind.values().get(code.index());
    value.is_some_and(|value| value.in_dunning)
}

fn ask(fact: FactId, question: Question, formulas: &mut Formulas) -> NodeId {
    formulas.ask(Atom {
        fact,
        within: None,
        question,
    })
}

/// Of each raw value that can say that all is well, the question whether it does.
fn good_standings(source: &Source) -> HashMap<FactId, Question> {
    let (schema, formulas) = source.raw();
    let mut texts: HashMap<FactId, Vec<Box<str>>> = HashMap::new();
    for atom in formulas.atoms() {
        let Question::Text {
            test: TextTest::In(named),
            ..
        } = &atom.question
        else {
            continue;
        };
        texts
            .entry(atom.fact)
            .or_default()
            .extend(named.iter().cloned());
    }
    let good = schema.facts().filter_map(|(id, fact)| {
        let is_good = |word: &str| says_well(source, id, fact, word);
        let question = match &fact.kind {
            Kind::Enum(values) => {
                let good = values
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| is_good(&value.name));
                let good = good.filter_map(|(at, _)| u16::try_from(at).ok().map(EnumCode));
                let codes = Codes::of(values.len(), good);
                (!codes.is_empty()).then_some(Question::Enum(codes))
            }
            // Of texts those count that the source itself asks for somewhere.
            Kind::String(_) => {
                let named = texts.get(&id).into_iter().flatten();
                let mut good: Vec<_> = named.filter(|text| is_good(text)).cloned().collect();
                good.sort_unstable();
                good.dedup();
                (!good.is_empty()).then(|| Question::Text {
                    test: TextTest::In(good.into()),
                    holds: true,
                })
            }
            Kind::Bool if is_active(source, id, fact) => Some(Question::Bool(true)),
            _ => None,
        };
        Some((id, question?))
    });
    good.collect()
}

/// Whether a flag is called after a good standing: `is_active`, `paid`.
fn is_active(source: &Source, id: FactId, raw: &Fact) -> bool {
    let is_good = |name: &str| {
        let last = name.rsplit(['.', '/']).next().unwrap_or(name);
        says_well(source, id, raw, last.strip_prefix("is_").unwrap_or(last))
    };
    is_good(&raw.name) || source.places(id).any(|place| is_good(&place))
}

/// Whether a condition asks for a flag or an amount that is called after a debt: who has that owes,
/// whatever else is well.
fn proves_a_debt(source: &Source, atom: &Atom) -> bool {
    let (raw, _) = source.raw();
    let asks = match &atom.question {
        Question::Bool(value) => *value,
        Question::Int(ranges) => ranges.iter().all(|(low, _)| low > 0),
        _ => false,
    };
    let is_debt = |name: &str| words(name).any(|word| DEBT.contains(&&*word));
    let fact = raw.fact(atom.fact);
    asks && fact.is_some_and(|fact| {
        is_debt(&fact.name) || source.places(atom.fact).any(|place| is_debt(&place))
    })
}

/// Words for a debt in the names of flags and amounts.
const DEBT: [&str; 11] = [
    "open",
    "unpaid",
    "owed",
    "owing",
    "due",
    "overdue",
    "remaining",
    "outstanding",
    "arrears",
    "debt",
    "delinquent",
];

/// The words of a name or a place, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase)
}

/// Words for trouble: where a raw value is about it, `active` is no good news.
const TROUBLE: [&str; 16] = [
    "dunning",
    "overdue",
    "due",
    "arrears",
    "debt",
    "delinquent",
    "delinquency",
    "retry",
    "retries",
    "reminder",
    "collection",
    "collections",
    "failure",
    "failed",
    "dispute",
    "recovery",
];

/// Whether a raw value says good standing with that word.
fn says_well(source: &Source, id: FactId, raw: &Fact, word: &str) -> bool {
    let of_trouble = |name: &str| words(name).any(|word| TROUBLE.contains(&&*word));
    let goes_on = ["active", "current", "normal", "regular"];
    is_good_standing(word)
        && !(goes_on.contains(&&*word.to_lowercase())
            && (of_trouble(&raw.name) || source.places(id).any(|place| of_trouble(&place))))
}

/// The formula that is true where another is false.
fn turned(root: NodeId, formulas: &mut Formulas) -> NodeId {
    rebuilt(root, formulas, true, |atom| {
        Some(Atom {
            question: atom.question.negated(),
            ..atom
        })
    })
}

/// The formula without the conditions that a good standing meets.
fn unbelieved(root: NodeId, good: &HashMap<FactId, Question>, formulas: &mut Formulas) -> NodeId {
    rebuilt(root, formulas, false, |atom| {
        let meets = good
            .get(&atom.fact)
            .is_some_and(|good| meets(&atom.question, good));
        (!meets).then_some(atom)
    })
}

fn meets(asked: &Question, good: &Question) -> bool {
    match (asked, good) {
        (Question::Enum(asked), Question::Enum(good)) => asked.meets(good),
        (Question::Bool(asked), Question::Bool(good)) => asked == good,
        (
            Question::Text {
                test: TextTest::In(asked),
                holds,
            },
            Question::Text {
                test: TextTest::In(good),
                ..
            },
        ) => good
            .iter()
            .any(|word| asked.binary_search(word).is_ok() == *holds),
        _ => false,
    }
}

/// A formula with other atoms, `false` for none; with `all` and `any` for each other if it is turned.
fn rebuilt(
    root: NodeId,
    formulas: &mut Formulas,
    turn: bool,
    mut atom: impl FnMut(Atom) -> Option<Atom>,
) -> NodeId {
    let mut wanted = std::collections::BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if wanted.insert(id)
            && let Node::All(parts) | Node::Any(parts) = formulas.node(id)
        {
            open.extend(parts);
        }
    }
    let mut made: HashMap<NodeId, NodeId> = HashMap::new();
    // Parts have lower numbers than what they are parts of.
    for id in wanted {
        let of = |parts: &[NodeId]| {
            let parts = parts.iter().map(|part| made.get(part).copied());
            parts
                .map(|part| part.unwrap_or(NodeId::FALSE))
                .collect::<Vec<_>>()
        };
        let node = match formulas.node(id).clone() {
            Node::False if turn => NodeId::TRUE,
            Node::True if turn => NodeId::FALSE,
            Node::False | Node::True => id,
            Node::Atom(asked) => {
                let asked = formulas.atom(asked).cloned().and_then(&mut atom);
                asked.map_or(NodeId::FALSE, |asked| formulas.ask(asked))
            }
            Node::All(parts) if turn => formulas.any(of(&parts)),
            Node::All(parts) => formulas.all(of(&parts)),
            Node::Any(parts) if turn => formulas.all(of(&parts)),
            Node::Any(parts) => formulas.any(of(&parts)),
        };
        made.insert(id, node);
    }
    made.get(&root).copied().unwrap_or(NodeId::FALSE)
}
