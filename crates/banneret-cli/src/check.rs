//! `banneret check`: everything about a rule book in one screenful.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use banneret::{
    Account, Book, Checked, Diagnostic, Engine, Outcome, Scratch, Time, Trace, TraceStep,
};

use crate::accounts::{Reader, Tally, clock};
use crate::args::CheckArgs;
use crate::book::{self, Found};
use crate::cases;
use crate::decide::{ended, finish};
use crate::failure::{Ended, Failure, shown};
use crate::lint::{self, Baseline};
use crate::preview::{Counting, Outcomes};
use crate::render::{self, Table, count, cut, in_folder, printable, thousands, wrapped};
use crate::words;

/// What fits on a screen beside everything else.
const FINDINGS_IN_FULL: usize = 2;
const LINES_IN_FULL: usize = 20;
const FINDINGS_IN_SHORT: usize = 8;
const FAILED_TESTS: usize = 3;
const BANNERS: usize = 12;
const REASONS: usize = 10;
const DOUBTS: usize = 2;
const WIDTH: usize = 100;

pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let known = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let mut found = book::lint(args.book.as_deref(), args.reading.now, Vec::new())?;
    let hidden = known.map(|known| lint::take_out_the_known(&mut found.checked, &known));
    writeln!(out, "{}", heading(&found))?;
    let errors = linted(&found, hidden, out)?;
    let Some(book) = &found.checked.book else {
        writeln!(out, "  Tests and previews need a book without errors.")?;
        return Ok(Ended::Findings);
    };
    book::tell_withheld(&found.checked);
    let failed = tested(book, &found.folder, out)?;
    let here = Ended::with(errors || failed);
    let is_well = here == Ended::Well;
    match &args.accounts {
        None => {
            writeln!(
                out,
                "\nWith `--accounts FILE` it also shows who would see what, and why."
            )?;
            Ok(here)
        }
        Some(file) => Ok(here.max(previewed(book, args, file, is_well, out)?)),
    }
}

fn heading(found: &Found) -> String {
    let Some(book) = &found.checked.book else {
        return format!("The rule book {}\n", found.folder);
    };
    let own = book
        .segments()
        .iter()
        .filter(|segment| !segment.standard)
        .count();
    format!(
        "The rule book {}: {}, {}, {}\n",
        found.folder,
        count(book.banners().len() as u64, "banner"),
        count(own as u64, "segment"),
        count(book.cases().len() as u64, "test"),
    )
}

/// Says what lint found, and how much of it a baseline hides; whether there are errors.
fn linted(found: &Found, hidden: Option<u64>, out: &mut dyn Write) -> Result<bool, Failure> {
    let Checked {
        diagnostics,
        sources,
        ..
    } = &found.checked;
    let (errors, warnings) = lint::tally(diagnostics);
    let mark = if errors > 0 { "✗" } else { "✓" };
    let tally = match (errors, warnings) {
        (0, 0) => "nothing to say".to_owned(),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    let hidden = hidden.map(|hidden| format!("; {} in the baseline", count(hidden, "finding")));
    writeln!(out, "{mark} Lint   {tally}{}", hidden.unwrap_or_default())?;
    let mut sorted = diagnostics.clone();
    sorted.sort_by_key(|finding| !finding.is_error());
    let coloured = render::coloured(&std::io::stdout());
    let (mut in_full, mut lines) = (0, 0);
    for finding in sorted.iter().take(FINDINGS_IN_FULL) {
        let text = render::findings(
            std::slice::from_ref(finding),
            sources,
            &found.folder,
            coloured,
        );
        lines += text.lines().count();
        // The first is shown however long it is: an example is worth a screen.
        if in_full > 0 && lines > LINES_IN_FULL {
            break;
        }
        write!(out, "{text}")?;
        in_full += 1;
    }
    let rest = &sorted[in_full..];
    for finding in rest.iter().take(FINDINGS_IN_SHORT) {
        writeln!(out, "  {}", in_short(finding, found))?;
    }
    if let Some(more) = rest
        .len()
        .checked_sub(FINDINGS_IN_SHORT)
        .filter(|more| *more > 0)
    {
        writeln!(out, "  and {more} more: `banneret lint` tells all")?;
    }
    Ok(errors > 0)
}

/// A finding in one line.
fn in_short(finding: &Diagnostic, found: &Found) -> String {
    let place = found.checked.sources.locate(finding.primary.span);
    let place =
        place.map(|(name, at, _)| format!("{}:{}: ", in_folder(&found.folder, name), at.line));
    let line = format!(
        "{} {}{}",
        finding.code.id,
        place.unwrap_or_default(),
        finding.message
    );
    cut(&printable(&line), WIDTH - 2)
}

/// Runs the book's own tests; whether one failed.
fn tested(book: &Book, folder: &str, out: &mut dyn Write) -> Result<bool, Failure> {
    let results = book.run_cases();
    let failed: Vec<_> = results.iter().filter(|result| !result.passed()).collect();
    match (results.len(), failed.len()) {
        (0, _) => writeln!(out, "✓ Tests  none written yet")?,
        (all, 0) => writeln!(out, "✓ Tests  {}", cases::closing(all, 0))?,
        (all, failed) => writeln!(out, "✗ Tests  {}", cases::closing(all, failed))?,
    }
    for result in failed.iter().take(FAILED_TESTS) {
        let place = book.texts().locate(result.span);
        let place = place.map(|(name, at, _)| format!("{}:{}: ", in_folder(folder, name), at.line));
        writeln!(out, "  {}{}", place.unwrap_or_default(), result.name)?;
        if let Some(first) = result.failures.first() {
            write!(out, "{}", wrapped("    ", &printable(first), WIDTH))?;
        }
    }
    if failed.len() > FAILED_TESTS {
        writeln!(
            out,
            "  and {} more: `banneret test` tells all",
            failed.len() - FAILED_TESTS
        )?;
    }
    Ok(!failed.is_empty())
}

/// Counts who sees what, and says why for one account where nothing above needs the room.
fn previewed(
    book: &Book,
    args: &CheckArgs,
    file: &Path,
    is_well: bool,
    out: &mut dyn Write,
) -> Result<Ended, Failure> {
    let now = book::now(args.reading.now);
    let reader = Reader::new(book, &args.reading, now)?;
    let mut watch = Watch::new(book, now);
    let mut tally = Tally::default();
    let read = reader.each(file, &mut tally, |account| watch.take(account));
    if read.is_err() {
        return finish(read, &tally, "read", out);
    }
    let accounts = count(tally.taken, "account");
    writeln!(out, "\n{accounts} of {}, as of {now}\n", shown(file))?;
    write!(out, "{}", watch.table())?;
    write!(out, "{}", watch.told())?;
    if is_well {
        write!(out, "{}", watch.why()?)?;
    }
    write!(out, "{}", doubts(&tally))?;
    Ok(ended(&tally))
}

/// What was wrong with the input, where anything was.
fn doubts(tally: &Tally) -> String {
    let refused = match tally.refused {
        0 => None,
        refused => Some(format!(
            "{} could not be read, see above",
            count(refused, "line")
        )),
    };
    let lines: Vec<_> = refused
        .into_iter()
        .chain(tally.notes())
        .chain(tally.bad_input())
        .collect();
    let mut text = String::from(if lines.is_empty() { "" } else { "\n" });
    for line in lines.iter().take(DOUBTS) {
        text.push_str(&wrapped("! ", line, WIDTH));
    }
    if lines.len() > DOUBTS {
        text.push_str(&format!(
            "  and {} more: `banneret preview` tells all\n",
            lines.len() - DOUBTS
        ));
    }
    text
}

/// Looks on while accounts are decided.
struct Watch<'b> {
    book: &'b Book,
    now: Time,
    engine: Engine,
    scratch: Scratch,
    counting: Counting,
    /// How many accounts see a banner, by the banner.
    shown: BTreeMap<String, u64>,
    /// How many accounts see so many banners.
    seeing: BTreeMap<usize, u64>,
    /// Of the accounts that are told of a failed payment: in dunning, in good standing, neither known.
    told_failed: Outcomes,
    /// The account that is told about, and its banner.
    example: Option<(Account, String)>,
}

impl<'b> Watch<'b> {
    fn new(book: &'b Book, now: Time) -> Watch<'b> {
        let engine = Engine::new(book.clone());
        let scratch = engine.scratch();
        let counting = Counting::new(book, clock(book, now));
        Watch {
            book,
            now,
            engine,
            scratch,
            counting,
            shown: BTreeMap::new(),
            seeing: BTreeMap::new(),
            told_failed: Outcomes::default(),
            example: None,
        }
    }

    fn take(&mut self, account: &Account) -> Result<(), Failure> {
        self.counting.take(&account.facts);
        let Account { facts, history } = account;
        let decision = self
            .engine
            .decide(facts, history, self.now, &mut self.scratch);
        let decision = decision.map_err(|error| Failure::request(error.to_string()))?;
        let shown = decision
            .outcomes()
            .filter(|(_, outcome)| *outcome == Outcome::Shown);
        let shown: Vec<_> = shown.map(|(banner, _)| banner.name.to_string()).collect();
        for banner in &shown {
            *self.shown.entry(banner.clone()).or_default() += 1;
        }
        *self.seeing.entry(shown.len()).or_default() += 1;
        let failed = shown
            .iter()
            .find(|banner| self.says_failed(banner))
            .cloned();
        if failed.is_some() {
            let standing = self.counting.dunning(facts);
            self.told_failed.take(standing);
        }
        self.keep_example(account, failed, shown.into_iter().next());
        Ok(())
    }

    /// The first account that sees anything, or better: that is told of a failed payment.
    fn keep_example(&mut self, account: &Account, failed: Option<String>, any: Option<String>) {
        let kept = self
            .example
            .as_ref()
            .map(|(_, banner)| self.says_failed(banner));
        let better = match kept {
            None => failed.or(any),
            Some(false) => failed,
            Some(true) => None,
        };
        if let Some(banner) = better {
            self.example = Some((account.clone(), banner));
        }
    }

    fn says_failed(&self, banner: &str) -> bool {
        let kind = self
            .book
            .banner(banner)
            .and_then(|banner| self.book.kind_of(banner));
        kind.is_some_and(|kind| &*kind.name == "payment_failed")
    }

    fn table(&self) -> String {
        let mut table = Table::new(&["banner", "says", "true for#", "unknown for#", "shown to#"]);
        let mut rows: Vec<_> = self
            .counting
            .asked
            .iter()
            .zip(&self.counting.counts)
            .collect();
        rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.yes));
        let more = rows.len().saturating_sub(BANNERS);
        rows.truncate(BANNERS);
        for (asked, counts) in rows {
            let banner = self.book.banner(&asked.name);
            let kind = banner.and_then(|banner| self.book.kind_of(banner));
            let shown = self.shown.get(&asked.name).copied().unwrap_or(0);
            let mut numbers = [counts.yes, counts.unknown, shown].map(thousands);
            if self
                .book
                .quarantined()
                .any(|(withheld, _)| *withheld == *asked.name)
            {
                numbers[2] = "withheld".to_owned();
            }
            let names = [
                cut(&asked.name, 36),
                cut(kind.map_or("", |kind| &kind.name), 26),
            ];
            table.row(names.into_iter().chain(numbers));
        }
        let more = match more {
            0 => String::new(),
            more => format!("  and {more} more: `banneret preview` counts all\n"),
        };
        format!("{}{more}", table.text("  "))
    }

    fn told(&self) -> String {
        let mut parts = Vec::new();
        for (banners, accounts) in self.seeing.iter().rev() {
            let see = if *accounts == 1 { "sees" } else { "see" };
            let what = match banners {
                0 => "nothing".to_owned(),
                1 => "one banner".to_owned(),
                many => format!("{many} banners"),
            };
            parts.push(format!("{} {see} {what}", count(*accounts, "account")));
        }
        let mut text = String::from("\n");
        if !parts.is_empty() {
            text.push_str(&wrapped(
                "",
                &format!("{}.", words::joined(parts, "and")),
                WIDTH,
            ));
        }
        let Outcomes {
            yes: dunning,
            no: good,
            unknown,
        } = self.told_failed;
        let all = dunning + good + unknown;
        if self.book.schema().dunning_role().is_some() && all > 0 {
            let line = format!(
                "Told of a failed payment: {}, of which {} in dunning, {} in good standing, {} unknown.",
                count(all, "account"),
                thousands(dunning),
                thousands(good),
                thousands(unknown)
            );
            text.push_str(&wrapped("", &line, WIDTH));
        }
        text
    }

    fn why(&self) -> Result<String, Failure> {
        let Some((account, banner)) = &self.example else {
            return Ok(String::new());
        };
        let Account { facts, history } = account;
        let whys = self.engine.why(facts, history, self.now);
        let whys = whys.map_err(|error| Failure::request(error.to_string()))?;
        let Some(why) = whys.into_iter().find(|why| *why.banner == **banner) else {
            return Ok(String::new());
        };
        let id = printable(facts.account_id().unwrap_or_default());
        let mut reasons = Vec::new();
        collect(&why.audience, self.now, &mut reasons);
        let contract = self
            .book
            .banner(banner)
            .and_then(|banner| self.book.kind_of(banner));
        let mut text = format!(
            "\nWhy does account {} see {banner}? Because\n",
            cut(&id, 40)
        );
        let mut table = Table::new(&["", ""]);
        for (asks, is) in reasons.iter().take(REASONS) {
            table.row([cut(asks, 58), cut(is, 36)]);
        }
        text.push_str(table.text("  ").trim_start_matches('\n'));
        if reasons.len() > REASONS {
            text.push_str(&format!("  and {} more\n", reasons.len() - REASONS));
        }
        if let Some(kind) = contract {
            text.push_str(&wrapped(
                "",
                &format!(
                    "and the contract of {0} is true by itself: `banneret explain {0}`.",
                    kind.name
                ),
                WIDTH,
            ));
        }
        Ok(text)
    }
}

/// The conditions that decided, each with what the account says: `in_progress, 5 minutes ago`.
fn collect(trace: &Trace, now: Time, reasons: &mut Vec<(String, String)>) {
    match &trace.step {
        TraceStep::All(parts) | TraceStep::Any(parts) => {
            parts.iter().for_each(|part| collect(part, now, reasons));
        }
        TraceStep::Fact {
            asks, value, as_of, ..
        } => {
            let value = value.as_deref().map_or("not known".to_owned(), printable);
            let age = as_of.map(|as_of| format!(", {}", words::ago(as_of, now)));
            reasons.push((asks.clone(), format!("{value}{}", age.unwrap_or_default())));
        }
        TraceStep::Constant | TraceStep::Told => {}
    }
}
