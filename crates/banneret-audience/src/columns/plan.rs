//! What is to be worked out for some formulas: which questions, at which ages, in which order.

use banneret::{Duration, Fact, FactId, Formulas, Node, NodeId, Question, Schema};

use super::asked::Asked;

/// What is worked out of each formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// For whom it is true.
    #[default]
    Truths,
    /// For whom it is true, for whom it is false, and why it is unknown for the others.
    Reasons,
}

/// A fact that the formulas ask about.
#[derive(Clone, Debug)]
pub(super) struct AskedFact {
    pub(super) fact: FactId,
    pub(super) asked: Asked,
    /// Whether its values go stale.
    pub(super) goes_stale: bool,
    /// The bounds of its age, each once.
    pub(super) bounds: Vec<Option<Duration>>,
    /// The place of its first answer among the answers of all facts.
    pub(super) answers: usize,
    /// The place of its first bound among the bounds of all facts.
    pub(super) first_bound: usize,
}

/// How the truth of an atom follows from answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtomPlan {
    /// The fact, by its place in the plan.
    pub(super) fact: usize,
    /// The bound, by its place among the fact's.
    pub(super) bound: usize,
    pub(super) ask: Ask,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Ask {
    Known,
    Unknown,
    /// The answer at that place of the fact's, or its opposite.
    Answer {
        at: usize,
        turned: bool,
    },
}

/// One step, in terms of the steps before.
#[derive(Clone, Debug)]
pub(super) enum Step {
    False,
    True,
    Atom(AtomPlan),
    All(Box<[usize]>),
    Any(Box<[usize]>),
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) facts: Vec<AskedFact>,
    pub(super) steps: Vec<Step>,
    /// The step of each formula that is wanted.
    pub(super) roots: Vec<usize>,
    /// How many answers there are in all.
    pub(super) answers: usize,
    /// How many bounds there are in all.
    pub(super) bounds: usize,
}

impl Plan {
    pub(super) fn new(schema: &Schema, formulas: &Formulas, wanted: &[NodeId]) -> Plan {
        let (formulas, roots) = formulas.extract(wanted);
        let mut plan = Plan {
            facts: Vec::new(),
            steps: Vec::with_capacity(formulas.len()),
            roots: roots.iter().map(|root| root.index()).collect(),
            answers: 0,
            bounds: 0,
        };
        let places = |parts: &[NodeId]| parts.iter().map(|part| part.index()).collect();
        for node in formulas.nodes() {
            let step = match node {
                Node::False => Step::False,
                Node::True => Step::True,
                Node::Atom(id) => match formulas.atom(*id) {
                    Some(atom) => plan.atom(schema, atom.fact, atom.within, &atom.question),
                    None => Step::False,
                },
                Node::All(parts) => Step::All(places(parts)),
                Node::Any(parts) => Step::Any(places(parts)),
            };
            plan.steps.push(step);
        }
        for fact in &mut plan.facts {
            fact.answers = plan.answers;
            fact.first_bound = plan.bounds;
            plan.answers += fact.asked.answers();
            plan.bounds += fact.bounds.len();
        }
        plan
    }

    fn atom(
        &mut self,
        schema: &Schema,
        fact: FactId,
        within: Option<Duration>,
        question: &Question,
    ) -> Step {
        let Some(declared) = schema.fact(fact) else {
            return Step::False;
        };
        let at = self.fact(fact, declared);
        let fact = &mut self.facts[at];
        let bound = match (within, declared.fresh_for) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (bound, None) | (None, bound) => bound,
        };
        let place = fact.bounds.iter().position(|known| *known == bound);
        let bound = place.unwrap_or_else(|| {
            fact.bounds.push(bound);
            fact.bounds.len() - 1
        });
        let ask = match question {
            Question::Known => Ask::Known,
            Question::Unknown => Ask::Unknown,
            question => {
                let (at, turned) = fact.asked.place(question);
                Ask::Answer { at, turned }
            }
        };
        Step::Atom(AtomPlan {
            fact: at,
            bound,
            ask,
        })
    }

    /// The place of a fact in the plan.
    fn fact(&mut self, fact: FactId, declared: &Fact) -> usize {
        let place = self.facts.iter().position(|known| known.fact == fact);
        place.unwrap_or_else(|| {
            self.facts.push(AskedFact {
                fact,
                asked: Asked::new(declared),
                goes_stale: declared.fresh_for.is_some(),
                bounds: Vec::new(),
                answers: 0,
                first_bound: 0,
            });
            self.facts.len() - 1
        })
    }
}
