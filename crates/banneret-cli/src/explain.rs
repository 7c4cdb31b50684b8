//! `banneret explain`: what a lint code or a name of the book means.

use std::io::Write;

use banneret::{
    Banner, Book, Cap, Code, Dismissal, Fact, Formulas, Level, MessageKind, NodeId, Segment, Share,
    Span,
};

use crate::args::ExplainArgs;
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{in_folder, printable, wrapped};
use crate::words::{Said, conditions, duration, joined};

const WIDTH: usize = 100;
/// As many names as one line of an error bears.
const BANNERS: usize = 12;

pub(crate) fn run(args: &ExplainArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let name = args.name.as_str();
    let known = |code: &&&Code| code.id.eq_ignore_ascii_case(name) || code.name == name;
    if let Some(code) = banneret_lint::codes().iter().find(known) {
        write!(out, "{}", page(code))?;
        return Ok(Ended::Well);
    }
    let folder = match book::find(args.book.as_deref()) {
        Err(error @ Failure::NoBook(_)) => return of_the_library(name, &error, out),
        folder => folder?,
    };
    let book = book::load(Some(&folder), "explained")?;
    let explained = Explained {
        book: &book,
        folder: folder.display().to_string(),
    };
    let text = explained.text(name).ok_or_else(|| unknown(&book, name))?;
    write!(out, "{text}")?;
    Ok(Ended::Well)
}

/// Outside any book: what the library carries, with all its facts.
fn of_the_library(name: &str, no_book: &Failure, out: &mut dyn Write) -> Result<Ended, Failure> {
    let files = [
        ("banneret.yaml", "edition: 1\nplacements: {top: 1}\n"),
        (
            "schema.yaml",
            "include: [billing@1, recon@1, operations@1]\n",
        ),
    ];
    let book =
        Book::from_files(files).map_err(|error| book::refute("the library's book", &error))?;
    let explained = Explained {
        book: &book,
        folder: String::new(),
    };
    let text = explained.text(name).ok_or_else(|| {
        let name = printable(name);
        Failure::request(format!(
            "`{name}` is neither a lint code nor a name that the library carries, and other names \
             are looked up in a book: {no_book}"
        ))
    })?;
    write!(out, "{text}")?;
    Ok(Ended::Well)
}

fn page(code: &Code) -> String {
    let level = match code.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    format!(
        "{} {} ({level}): {}\n\n{}",
        code.id, code.name, code.summary, code.page
    )
}

fn unknown(book: &Book, name: &str) -> Failure {
    let banners = book.banners().iter().map(|banner| &*banner.name);
    let segments = book.segments().iter().map(|segment| &*segment.name);
    let kinds = book.kinds().iter().map(|kind| &*kind.name);
    let facts = book.schema().facts().map(|(_, fact)| &*fact.name);
    let codes = banneret_lint::codes().into_iter().map(|code| code.id);
    let names = banners
        .chain(segments)
        .chain(kinds)
        .chain(facts)
        .chain(codes);
    let hint = match banneret::nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names = book.banners().iter().map(|banner| banner.name.to_string());
            format!(
                "its banners are {}",
                joined(names.take(BANNERS).collect(), "and")
            )
        }
    };
    let name = printable(name);
    Failure::request(format!(
        "neither a lint code nor this book has the name `{name}`: {hint}"
    ))
}

/// When, where, to whom and how often a banner is shown, each with its name.
pub(crate) fn delivery(book: &Book, banner: &Banner) -> Vec<(&'static str, String)> {
    let folder = String::new();
    Explained { book, folder }.delivery(banner)
}

struct Explained<'b> {
    book: &'b Book,
    folder: String,
}

impl Explained<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let book = self.book;
        if let Some(banner) = book.banner(name) {
            return Some(self.banner(banner));
        }
        if let Some(kind) = book.kinds().iter().find(|kind| *kind.name == *name) {
            return Some(self.kind(kind));
        }
        if let Some(segment) = book
            .segments()
            .iter()
            .find(|segment| *segment.name == *name)
        {
            return Some(self.segment(segment));
        }
        if let Some((_, fact)) = book.schema().facts().find(|(_, fact)| *fact.name == *name) {
            return Some(self.fact(fact));
        }
        let dunning = (name == "in_dunning")
            .then(|| book.compile(name).ok())
            .flatten()?;
        Some(self.in_dunning(&dunning.0, dunning.1))
    }

    fn banner(&self, banner: &Banner) -> String {
        let contract = self.book.kind_of(banner);
        let kind = contract.map_or("nothing", |kind| &kind.name);
        let mut text = format!(
            "{} – a banner that says {kind}{}\n",
            banner.name,
            self.place(banner.span)
        );
        text.push_str(&doc(banner.doc.as_deref()));
        text.push_str(&self.withheld(banner));
        text.push_str("\nIts audience: an account of which all of this is true\n");
        let mut said = Said::new();
        text.push_str(&self.words(banner.audience, &mut said));
        if let Some(kind) = contract {
            text.push_str(&match kind.requirements.is_empty() {
                true => format!(
                    "\n{} has no contract: it may be said to anyone\n",
                    kind.name
                ),
                false => format!(
                    "\nThe contract of {}, looked at by itself at each decision\n{}",
                    kind.name,
                    self.words(kind.contract, &mut said)
                ),
            });
        }
        text.push_str("\nDelivery\n");
        for (label, line) in self.delivery(banner) {
            text.push_str(&wrapped(&format!("  {label:<10}"), &line, WIDTH));
        }
        text.push_str("\nIn facts\n");
        text.push_str(&self.facts("audience", banner.audience));
        if let Some(kind) = contract.filter(|kind| !kind.requirements.is_empty()) {
            text.push_str(&self.facts("contract", kind.contract));
        }
        text
    }

    fn withheld(&self, banner: &Banner) -> String {
        let mut withheld = self.book.quarantined();
        let why = withheld.find(|(name, _)| **name == *banner.name);
        let why = why.map(|(_, why)| {
            let why = format!("Nobody sees it: {why}. `banneret lint` tells more.");
            format!(
                "\nIt is withheld (quarantined)\n{}",
                wrapped("  ", &printable(&why), WIDTH)
            )
        });
        why.unwrap_or_default()
    }

    fn delivery(&self, banner: &Banner) -> Vec<(&'static str, String)> {
        let placements = self.book.manifest().placements.iter().enumerate();
        let placements = placements.filter(|(at, _)| banner.placements.contains(at));
        let placements = placements.map(|(_, (name, _))| name.to_string());
        let placements = joined(placements.collect(), "and");
        let review = banner
            .review_by
            .map(|by| format!(", to be looked at again by {by}"));
        let mut lines = vec![
            ("when", dates(banner)),
            (
                "where",
                format!("{placements}, priority {}", banner.priority),
            ),
            ("who", self.share(banner.rollout)),
            ("how often", how_often(banner)),
            ("words", format!("`{}` in {}", banner.copy, locales(banner))),
            (
                "owner",
                format!("{}{}", printable(&banner.owner), review.unwrap_or_default()),
            ),
        ];
        let kill = self
            .book
            .kills()
            .iter()
            .find(|kill| kill.banner == banner.name);
        if let Some(kill) = kill {
            let said = format!("by {} at {}: {}", kill.by, kill.at, kill.because);
            lines.insert(0, ("killed", printable(&said)));
        }
        lines
    }

    fn share(&self, rollout: Option<Share>) -> String {
        let Some(share) = rollout else {
            return "everyone in the audience".to_owned();
        };
        format!("{} of them, by {}", hundredths(share), self.share_by(share))
    }

    fn share_by(&self, share: Share) -> &str {
        self.book
            .schema()
            .fact(share.by)
            .map_or("", |fact| &fact.name)
    }

    fn kind(&self, kind: &MessageKind) -> String {
        let heading = match kind.standard {
            true => format!("{} – a standard message kind\n", kind.name),
            false => format!(
                "{} – a message kind of this book{}\n",
                kind.name,
                self.place(kind.span)
            ),
        };
        [
            heading,
            doc(kind.doc.as_deref()),
            self.contract(kind),
            self.said_by(kind),
            self.required(kind),
        ]
        .concat()
    }

    fn contract(&self, kind: &MessageKind) -> String {
        let mut text = match kind.requirements.is_empty() {
            true => "\nIt may be said to anyone.\n".to_owned(),
            false => format!(
                "\nIt may be said to an account only if all of this is true\n{}\
                 Where that is unknown, it is not said.\n",
                self.words(kind.contract, &mut Said::new())
            ),
        };
        if let Some(share) = kind.holdout {
            let (share, by) = (hundredths(share), self.share_by(share));
            text.push_str(&format!(
                "{share} of the values of {by} are held out: they never see it.\n"
            ));
        }
        text
    }

    fn said_by(&self, kind: &MessageKind) -> String {
        let kind_of = |banner| self.book.kind_of(banner).map(|kind| &kind.name);
        let banners = self.book.banners().iter();
        let banners = banners.filter(|banner| kind_of(banner) == Some(&kind.name));
        let banners: Vec<_> = banners.map(|banner| banner.name.to_string()).collect();
        match banners.is_empty() {
            true if self.book.banners().is_empty() => String::new(),
            true => "\nNo banner of this book says it.\n".to_owned(),
            false => format!("\n{}", wrapped("Said by ", &banners.join(", "), WIDTH)),
        }
    }

    fn required(&self, kind: &MessageKind) -> String {
        let mut text = String::from(if kind.requirements.is_empty() {
            ""
        } else {
            "\nIn facts\n"
        });
        for requirement in &kind.requirements {
            let label = match requirement.standard {
                true => "requires",
                false => "requires (added by this book)",
            };
            text.push_str(&self.facts(label, requirement.formula));
        }
        text
    }

    fn segment(&self, segment: &Segment) -> String {
        let whose = if segment.standard {
            "a standard segment"
        } else {
            "a segment"
        };
        let place = if segment.standard {
            String::new()
        } else {
            self.place(segment.span)
        };
        format!(
            "{} – {whose}{place}\n{}\nAn account is in it if all of this is true\n{}\nIn facts\n{}",
            segment.name,
            doc(segment.doc.as_deref()),
            self.words(segment.formula, &mut Said::new()),
            self.facts("", segment.formula)
        )
    }

    fn in_dunning(&self, formulas: &Formulas, root: NodeId) -> String {
        let schema = self.book.schema();
        format!(
            "in_dunning – the segment that the dunning role defines; its name is reserved\n\n\
             An account is in it if all of this is true\n{}\nIn facts\n{}",
            conditions(formulas, root, schema, &mut Said::new()),
            wrapped("  ", &formulas.display(root, schema), WIDTH)
        )
    }

    fn fact(&self, fact: &Fact) -> String {
        let kind = fact.kind.name();
        let mut text = match fact.group {
            Some(group) => format!("{} – a standard fact of {group}, {kind}\n", fact.name),
            None => format!("{} – a fact of this book, {kind}\n", fact.name),
        };
        text.push_str(&doc(Some(&fact.doc)));
        if let Some(unit) = &fact.unit {
            text.push_str(&format!("  Counted in {}.\n", printable(unit)));
        }
        text.push_str(&match fact.fresh_for {
            Some(age) => format!(
                "  Believed for {} after its source last vouched for it.\n",
                duration(age)
            ),
            None => "  Believed whatever its age.\n".to_owned(),
        });
        for value in fact.kind.values() {
            let mark = if value.in_dunning {
                " (in dunning)"
            } else {
                ""
            };
            let said = format!("{}{mark}: {}", value.name, value.doc);
            text.push_str(&wrapped(
                "  • ",
                &printable(said.trim_end_matches(": ")),
                WIDTH,
            ));
        }
        text
    }

    /// `, in rules/dunning.banner:12`
    fn place(&self, span: Span) -> String {
        let place = self.book.texts().locate(span);
        let place = place
            .map(|(name, at, _)| format!(", in {}:{}", in_folder(&self.folder, name), at.line));
        place.unwrap_or_default()
    }

    fn words(&self, root: NodeId, said: &mut Said) -> String {
        conditions(self.book.formulas(), root, self.book.schema(), said)
    }

    fn facts(&self, label: &str, root: NodeId) -> String {
        let text = self.book.formulas().display(root, self.book.schema());
        let first = if label.is_empty() {
            "  ".to_owned()
        } else {
            format!("  {label} ")
        };
        wrapped(&first, &text, WIDTH)
    }
}

fn doc(doc: Option<&str>) -> String {
    match doc.map(str::trim) {
        None | Some("") => String::new(),
        Some(doc) => wrapped("  ", &printable(&doc.replace('\n', " ")), WIDTH),
    }
}

fn dates(banner: &Banner) -> String {
    match (banner.from, banner.until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("before {until}"),
        (Some(from), Some(until)) => format!("from {from} on, and before {until}"),
    }
}

fn how_often(banner: &Banner) -> String {
    let mut said = vec![match banner.cap {
        None => "as often as it is true".to_owned(),
        Some(Cap {
            times,
            within: None,
        }) => format!("at most {}", crate::render::count(u64::from(times), "time")),
        Some(Cap {
            times,
            within: Some(within),
        }) => {
            let times = crate::render::count(u64::from(times), "time");
            format!("at most {times} within {}", duration(within))
        }
    }];
    said.push(match banner.dismiss {
        None => "it cannot be dismissed".to_owned(),
        Some(Dismissal::For(length)) => format!("a dismissal counts for {}", duration(length)),
        Some(Dismissal::Forever) => "a dismissal counts until the words change".to_owned(),
    });
    if banner.ends_on_click {
        said.push("not again after a click".to_owned());
    }
    said.join("; ")
}

fn locales(banner: &Banner) -> String {
    let locales = banner.locales.iter().map(|locale| locale.to_string());
    match banner.locales.is_empty() {
        true => "every locale".to_owned(),
        false => joined(locales.collect(), "and"),
    }
}

/// `25 %`, `0.5 %`
fn hundredths(share: Share) -> String {
    format!("{} %", f64::from(share.hundredths) / 100.0)
}
