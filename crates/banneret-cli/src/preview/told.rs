//! What a page tells beside the counts: the rule in plain words, and the words themselves.

use banneret::{Banner, Book, NodeId, Sources};
use banneret_audience::report::{DecidingFact, Piece, Rule, Words};
use banneret_audience::{Asked, AskedKind, AudienceCounts};
use banneret_copy::{Piece as Said, Saying};

use crate::explain::delivery;
use crate::words::{self, duration, listed};

/// More ways to say the same are counted.
const MOST_SAYINGS: usize = 6;

/// Tells of each audience; `alone` is what the banners' audiences would take without contracts.
pub(super) fn rules(
    book: &Book,
    texts: &Sources,
    asked: &[Asked],
    alone: Vec<Option<AudienceCounts>>,
) -> Vec<Rule> {
    let alone = alone.into_iter().chain(std::iter::repeat(None));
    let rules = asked.iter().zip(alone).map(|(asked, alone)| Rule {
        audience_alone: alone,
        ..rule(book, texts, asked)
    });
    rules.collect()
}

/// What a banner's audience would take without its contract, for those that have one.
pub(super) fn alone(book: &Book, asked: &Asked) -> Option<Asked> {
    let banner = book.banners().get(asked.banner?)?;
    let contract = book.kind_of(banner)?.contract;
    (contract != NodeId::TRUE).then(|| {
        let (formulas, roots) = book.formulas().extract(&[banner.audience]);
        Asked {
            name: asked.name.clone(),
            kind: AskedKind::Where,
            root: roots.first().copied().unwrap_or(NodeId::FALSE),
            formulas,
            banner: None,
        }
    })
}

fn rule(book: &Book, texts: &Sources, asked: &Asked) -> Rule {
    let banner = asked.banner.and_then(|at| book.banners().get(at));
    match banner {
        Some(banner) => of_banner(book, texts, asked, banner),
        None => of_audience(book, asked),
    }
}

fn of_audience(book: &Book, asked: &Asked) -> Rule {
    let schema = book.schema();
    let mut segments = book.segments().iter();
    let segment = segments.find(|segment| *segment.name == *asked.name);
    let doc = segment.and_then(|segment| segment.doc.clone());
    Rule {
        doc: doc
            .filter(|_| asked.kind == AskedKind::Segment)
            .unwrap_or_default(),
        facts: facts(book, asked),
        audience: listed(&asked.formulas, asked.root, schema, &mut words::Said::new()),
        formulas: vec![(
            "Audience".to_owned(),
            asked.formulas.display(asked.root, schema),
        )],
        ..Rule::default()
    }
}

fn of_banner(book: &Book, texts: &Sources, asked: &Asked, banner: &Banner) -> Rule {
    let (formulas, schema) = (book.formulas(), book.schema());
    let kind = book.kind_of(banner);
    let mut said = words::Said::new();
    let audience = listed(formulas, banner.audience, schema, &mut said);
    let mut in_facts = vec![(
        "Audience".to_owned(),
        formulas.display(banner.audience, schema),
    )];
    let mut contract = Vec::new();
    if let Some(kind) = kind.filter(|kind| kind.contract != NodeId::TRUE) {
        contract = listed(formulas, kind.contract, schema, &mut said);
        let text = formulas.display(kind.contract, schema);
        in_facts.push((format!("Contract of {}", kind.name), text));
    }
    let withheld = book.quarantined().find(|(name, _)| **name == *banner.name);
    Rule {
        doc: banner.doc.clone().unwrap_or_default(),
        says: kind.map(|kind| kind.name.to_string()),
        is_of_failed_payments: kind
            .is_some_and(|kind| kind.requirements.iter().any(|required| required.is_core)),
        withheld: withheld.map(|(_, why)| format!("It is withheld: {why}")),
        audience_alone: None,
        facts: facts(book, asked),
        audience,
        contract,
        formulas: in_facts,
        delivery: delivery(book, banner)
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect(),
        words: words(book, texts, banner),
    }
}

fn facts(book: &Book, asked: &Asked) -> Vec<DecidingFact> {
    let facts = asked.formulas.facts_of(asked.root).into_iter();
    let facts = facts.filter_map(|fact| book.schema().fact(fact));
    let facts = facts.map(|fact| DecidingFact {
        name: fact.name.to_string(),
        doc: fact.doc.trim().to_owned(),
        believed_for: fact.fresh_for.map(duration),
    });
    facts.collect()
}

/// What viewers read in the locale that the book is written in.
fn words(book: &Book, texts: &Sources, banner: &Banner) -> Option<Words> {
    let copy = &book.manifest().copy;
    let file = texts.find(&format!("{}/{}.ftl", copy.dir, copy.source))?;
    let words = banneret_copy::Words::read(file, texts.file(file)?.text());
    let sayings = words.sayings(&banner.copy).unwrap_or_default();
    let own = sayings.iter().filter(|saying| saying.attribute.is_none());
    let mut sayings: Vec<_> = own.map(pieces).collect();
    sayings.dedup();
    let more = sayings.len().saturating_sub(MOST_SAYINGS);
    sayings.truncate(MOST_SAYINGS);
    Some(Words {
        locale: copy.source.to_string(),
        entry: banner.copy.to_string(),
        sayings,
        more,
    })
}

fn pieces(saying: &Saying) -> Vec<Piece> {
    let pieces = saying.pieces.iter().map(|piece| match piece {
        Said::Text { text, .. } => Piece::Text(text.to_string()),
        Said::Value { variable, .. } => Piece::Value(variable.to_string()),
    });
    pieces.collect()
}
