//! Raw values that no line of a fact covers.

use super::Source;
use super::derive::How;
use crate::diagnostic::Counterexample;
use crate::formula::{Atom, NodeId, Question};
use crate::prove::{Answer, Prover, Unproven};
use crate::schema::FactId;

impl Source {
    /// The facts that stay unknown for an item of which every raw value that their lines ask about
    /// is known, each with the smallest such item, told in raw values; or why nobody can say.
    ///
    /// That is no mistake: where a source cannot tell, unknown is the honest answer. But a value
    /// that its author forgot stands here too.
    ///
    /// ```
    /// # use banneret::Book;
    /// let book = Book::from_files([
    ///     ("banneret.yaml", "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n"),
    ///     ("schema.yaml", "facts: {shop.state: {type: enum, values: [good, late], fresh_for: 1h, doc: Whether it is late.}}\n"),
    ///     ("sources/shop.yaml", "source: shop\naccount: /id\nas_of: given\n\
    ///         raw: {inv.status: {at: /status, type: enum, values: [open, paid, void]}}\n\
    ///         derive: {shop.state: {good: inv.status == paid, late: inv.status == open}}\n"),
    /// ])?;
    /// let uncovered = book.sources()[0].uncovered();
    /// let (fact, example) = &uncovered[0];
    /// assert_eq!(&*book.schema().fact(*fact).unwrap().name, "shop.state");
    /// let example = example.as_ref().unwrap();
    /// assert_eq!(example.facts[0].shown.as_deref(), Some("void"));
    /// # Ok::<(), banneret::BookError>(())
    /// ```
    #[must_use]
    pub fn uncovered(&self) -> Vec<(FactId, Result<Counterexample, Unproven>)> {
        let (schema, formulas) = self.raw();
        let mut formulas = formulas.clone();
        let mut wanted = Vec::new();
        for derived in &self.derived {
            let How::Lines { about, lines } = &derived.how else {
                continue;
            };
            let known = derived.asks.iter().map(|raw| Atom {
                fact: *raw,
                within: None,
                question: Question::Known,
            });
            let known = known.map(|atom| formulas.ask(atom));
            let known: Vec<NodeId> = known.chain([*about]).collect();
            let lines: Vec<NodeId> = lines.iter().map(|line| line.formula).collect();
            wanted.push((derived.fact, known, lines));
        }
        let mut prover = Prover::new(schema, &formulas);
        let answers = wanted.into_iter().filter_map(|(fact, known, lines)| {
            match prover.find(&known, &lines) {
                Answer::Nobody => None,
                Answer::Somebody(witness) => Some((fact, Ok(witness.example(schema)))),
                Answer::Unproven(why) => Some((fact, Err(why))),
            }
        });
        answers.collect()
    }
}
