//! `banneret preview`: how many accounts an audience takes, and who they are.

mod counts;
mod print;
mod read;

use std::io::Write;

use banneret::{Book, FactId};
pub(crate) use banneret_audience::{Asked, AskedKind as Kind, Outcomes};
use banneret_audience::{Plan, Request};

use crate::accounts::clock;
use crate::args::{PreviewArgs, PreviewFormat};
use crate::book;
use crate::decide::finish;
use crate::failure::{Ended, Failure};
use crate::render::printable;
pub(crate) use counts::Counting;

pub(crate) fn run(args: &PreviewArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let (book, _) = book::load_to_show(args.book.as_deref(), "counted")?;
    let now = book::now(args.reading.now);
    let request = Request {
        asked: asked(&book, args)?,
        by: by(&book, args.by.as_deref())?,
        sample: usize::from(args.sample),
        overlap: true,
        after_gates: args.after_gates,
    };
    let plan = Plan::new(&book, clock(&book, now), request);
    let read::Counted {
        preview,
        tally,
        read,
    } = read::count(args, &book, &plan)?;
    // What was counted before a file broke off would pass for an answer, so it is not printed.
    if read.is_err() {
        return finish(read, &tally, "read", out);
    }
    match args.format {
        PreviewFormat::Text => print::text(&preview, out)?,
        PreviewFormat::Json => print::json(&preview, out)?,
        PreviewFormat::Csv => print::csv(&preview, out)?,
    }
    finish(read, &tally, "read", out)
}

/// The audiences that the command line asks about; every banner where it names none.
fn asked(book: &Book, args: &PreviewArgs) -> Result<Vec<Asked>, Failure> {
    let mut asked = Vec::new();
    for name in &args.names {
        asked.push(named(book, name)?);
    }
    for text in &args.expressions {
        asked.push(expression(book, text, Kind::Where)?);
    }
    match asked.is_empty() {
        true => Ok(Asked::every_banner(book)),
        false => Ok(asked),
    }
}

pub(crate) fn named(book: &Book, name: &str) -> Result<Asked, Failure> {
    if let Some(banner) = book.banner(name) {
        return Ok(Asked::banner(book, banner));
    }
    let segment = book
        .segments()
        .iter()
        .find(|segment| *segment.name == *name);
    if segment.is_some() || name == "in_dunning" {
        return expression(book, name, Kind::Segment);
    }
    if let Some(kind) = book.kinds().iter().find(|kind| *kind.name == *name) {
        return Err(a_kind(book, &kind.name));
    }
    let banners = book.banners().iter().map(|banner| &*banner.name);
    let segments = book.segments().iter().map(|segment| &*segment.name);
    let hint = match banneret::nearest(name, banners.chain(segments)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "an expression goes after `--where`".to_owned(),
    };
    let name = printable(name);
    Err(Failure::request(format!(
        "the book has no banner or segment `{name}`: {hint}"
    )))
}

fn a_kind(book: &Book, name: &str) -> Failure {
    let banners = book.banners().iter();
    let banners =
        banners.filter(|banner| book.kind_of(banner).is_some_and(|kind| *kind.name == *name));
    let banners: Vec<_> = banners.map(|banner| format!("`{}`", banner.name)).collect();
    let hint = match banners.is_empty() {
        true => "no banner of this book says it".to_owned(),
        false => format!("preview what says it: {}", banners.join(", ")),
    };
    Failure::request(format!(
        "`{name}` is a message, which has no audience of its own: {hint}"
    ))
}

pub(crate) fn expression(book: &Book, text: &str, kind: Kind) -> Result<Asked, Failure> {
    let compiled = book.compile(text);
    let (formulas, root) = compiled.map_err(|error| book::refute("the expression", &error))?;
    Ok(Asked {
        name: text.to_owned(),
        kind,
        formulas,
        root,
        banner: None,
    })
}

/// The facts to break down by: those that were named, else who owes and who is looking.
pub(crate) fn by(book: &Book, named: Option<&[String]>) -> Result<Vec<FactId>, Failure> {
    let schema = book.schema();
    let Some(named) = named else {
        let role = schema.dunning_role().map(|(id, _)| id);
        return Ok(role.into_iter().chain(schema.id("viewer.role")).collect());
    };
    let names = named
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    let ids = names.map(|name| {
        schema.id(name).ok_or_else(|| {
            let near = banneret::nearest(name, schema.facts().map(|(_, fact)| &*fact.name));
            let near = near
                .map(|near| format!(": did you mean `{near}`?"))
                .unwrap_or_default();
            Failure::request(format!(
                "`--by {}` is no fact of this rule book{near}",
                printable(name)
            ))
        })
    });
    ids.collect()
}
