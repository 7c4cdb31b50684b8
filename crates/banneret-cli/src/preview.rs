//! `banneret preview`: how many accounts an audience takes, and who they are.

mod counts;
mod print;
mod read;
mod rows;
mod told;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use banneret::{Book, FactId, Sources};
use banneret_audience::report::{Told, page};
pub(crate) use banneret_audience::{Asked, AskedKind as Kind, Outcomes};
use banneret_audience::{AudienceCounts, Plan, Preview, Request};

use crate::accounts::clock;
use crate::args::{PreviewArgs, PreviewFormat};
use crate::book;
use crate::decide::finish;
use crate::failure::{Ended, Failure, shown};
use crate::render::printable;
pub(crate) use counts::Counting;

pub(crate) fn run(args: &PreviewArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let (book, texts) = book::load_with_texts(args.book.as_deref(), "counted")?;
    match (&args.from_counts, &args.accounts) {
        (Some(path), _) => {
            let preview = rows::read(path, &book)?;
            let shown = Shown {
                book: &book,
                texts: &texts,
                asked: &rows::asked(&book, &preview)?,
                alone: Vec::new(),
            };
            shown.print(&preview, args, path, out)?;
            Ok(Ended::Well)
        }
        (None, Some(path)) => of_accounts(args, path, (&book, &texts), out),
        (None, None) => Err(Failure::request(
            "name a file of accounts after `--accounts`",
        )),
    }
}

fn of_accounts(
    args: &PreviewArgs,
    path: &Path,
    (book, texts): (&Book, &Sources),
    out: &mut dyn Write,
) -> Result<Ended, Failure> {
    let asked = asked(book, args)?;
    // People are also told what would be without the contracts: who must be kept out by them.
    let for_people = matches!(args.format, PreviewFormat::Text | PreviewFormat::Html);
    let alone = asked.iter().map(|asked| told::alone(book, asked));
    let alone: Vec<_> = alone.map(|alone| alone.filter(|_| for_people)).collect();
    let all = asked.iter().chain(alone.iter().flatten());
    let request = Request {
        asked: all.cloned().collect(),
        by: by(book, args.by.as_deref())?,
        sample: usize::from(args.sample),
        overlap: !args.no_overlap,
        after_gates: args.after_gates,
    };
    let plan = Plan::new(book, clock(book, book::now(args.reading.now)), request);
    let read::Counted {
        mut preview,
        tally,
        read,
    } = read::count(args, path, book, &plan)?;
    // What was counted before a file broke off would pass for an answer, so it is not printed.
    if read.is_err() {
        return finish(read, &tally, "read", out);
    }
    let mut counted = preview.audiences.split_off(asked.len()).into_iter();
    let alone = alone
        .iter()
        .map(|alone| alone.as_ref().and_then(|_| counted.next()));
    let shown = Shown {
        book,
        texts,
        asked: &asked,
        alone: alone.collect(),
    };
    shown.print(&preview, args, path, out)?;
    finish(read, &tally, "read", out)
}

/// What is told beside the counts.
struct Shown<'a> {
    book: &'a Book,
    texts: &'a Sources,
    asked: &'a [Asked],
    /// By audience, what the rule would take without its contract.
    alone: Vec<Option<AudienceCounts>>,
}

impl Shown<'_> {
    fn print(
        self,
        preview: &Preview,
        args: &PreviewArgs,
        path: &Path,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let rules = || told::rules(self.book, self.texts, self.asked, self.alone);
        match args.format {
            PreviewFormat::Text => print::text(preview, &rules(), out),
            PreviewFormat::Json => print::json(preview, out),
            PreviewFormat::Csv => print::csv(preview, out),
            PreviewFormat::Html => {
                let folder = book::find(args.book.as_deref())?;
                let source = match &args.from_counts {
                    Some(_) => format!("rows of banneret sql in {}", shown(path)),
                    None => shown(path),
                };
                let told = Told {
                    source,
                    book: shown(&folder),
                    rules: rules(),
                };
                let page = page(preview, &told);
                let page = page.map_err(|error| Failure::request(error.to_string()))?;
                Ok(out.write_all(page.as_bytes())?)
            }
        }
    }
}

/// The audiences that the command line asks about; every banner where it names none.
fn asked(book: &Book, args: &PreviewArgs) -> Result<Vec<Asked>, Failure> {
    let mut asked = Vec::new();
    // Named twice it is one audience.
    let once = |named: &[String]| {
        let mut seen = BTreeSet::new();
        let named = named.iter().filter(|name| seen.insert(name.as_str()));
        named.cloned().collect::<Vec<_>>()
    };
    for name in once(&args.names) {
        asked.push(named(book, &name)?);
    }
    for text in once(&args.expressions) {
        asked.push(expression(book, &text, Kind::Where)?);
    }
    if asked.is_empty() {
        return Ok(Asked::every_banner(book));
    }
    if args.after_gates && asked.iter().all(|asked| asked.kind != Kind::Banner) {
        return Err(Failure::request(
            "`--after-gates` is about banners, which have shares, caps and placements: name one, or \
             leave the option out",
        ));
    }
    Ok(asked)
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
    let mut seen = BTreeSet::new();
    let ids = ids.filter(|id| id.as_ref().map_or(true, |id| seen.insert(*id)));
    ids.collect()
}
