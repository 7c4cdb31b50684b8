//! What is different, for people and for programs.

use std::fmt::Write as _;

use banneret_audience::report::Caveats;
use banneret_audience::{Compared, Movers, Moves};
use banneret_lint::{Change, Group, KindChange, Moved, Presence};
use serde_json::{Value as Json, json};

use super::Diff;
use crate::accounts::Tally;
use crate::example;
use crate::render::{Table, cautions, count, percent, printable, thousands, wrapped};

impl Diff<'_> {
    /// The accounts that a banner's audience gained and lost, where they were counted.
    pub(super) fn moves(&self, banner: &str) -> Option<&Moves> {
        self.counted.as_ref()?.0.moves.get(banner)
    }

    /// Those banners that are different, or whose accounts are.
    pub(super) fn changed(&self) -> impl Iterator<Item = &Change> {
        let banners = self.comparison.banners.iter();
        banners.filter(|change| !self.is_same(change))
    }

    pub(super) fn same(&self) -> impl Iterator<Item = &str> {
        let banners = self.comparison.banners.iter();
        banners
            .filter(|change| self.is_same(change))
            .map(|change| change.banner.as_str())
    }

    fn is_same(&self, change: &Change) -> bool {
        change.is_nothing() && self.moves(&change.banner).is_none_or(Moves::is_nothing)
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for change in self.changed() {
            self.banner(change, &mut text);
            text.push('\n');
        }
        for kind in &self.comparison.kinds {
            write_kind(kind, &mut text);
            text.push('\n');
        }
        if !self.comparison.book.is_empty() {
            text.push_str("the rest of the book\n");
            bullets(&self.comparison.book, &mut text);
            text.push('\n');
        }
        text.push_str(&self.closing());
        if let Some((compared, tally)) = &self.counted {
            text.push_str(&cautions(caveats(compared, tally), 100));
        }
        for tripped in &self.tripped {
            text.push_str(&wrapped("! ", &printable(&tripped.in_words()), 100));
        }
        for kept in &self.kept {
            text.push_str(&wrapped("", &printable(&kept.in_words()), 100));
        }
        if let Some(now) = self.now {
            _ = writeln!(text, "Accounts are judged as of {now}.");
        }
        text
    }

    /// `2 banners are different, 11 are the same (a, b …)`
    fn closing(&self) -> String {
        let same: Vec<_> = self.same().map(printable).collect();
        let changed = self.changed().count();
        let are = |number: usize| {
            if number == 1 {
                "banner is"
            } else {
                "banners are"
            }
        };
        let rest = !self.comparison.kinds.is_empty() || !self.comparison.book.is_empty();
        if changed == 0 && !rest {
            return format!(
                "{} and {} mean the same\n",
                printable(self.old.0),
                printable(self.new.0)
            );
        }
        let mut line = match changed {
            0 => "no banner is different".to_owned(),
            _ => format!("{changed} {} different", are(changed)),
        };
        if !same.is_empty() {
            let are = are(same.len());
            _ = write!(line, "; {} {are} the same: {}", same.len(), same.join(", "));
        }
        wrapped("", &line, 100)
    }

    fn banner(&self, change: &Change, text: &mut String) {
        _ = writeln!(text, "{} {}", printable(&change.banner), what(change));
        for (way, of, group) in ways(change) {
            moved(way, of, group, text);
        }
        bullets(&also(change), text);
        if let Some(moves) = self.moves(&change.banner) {
            self.counts(moves, text);
        }
    }

    fn counts(&self, moves: &Moves, text: &mut String) {
        let Some((compared, tally)) = &self.counted else {
            return;
        };
        let of = |movers: &Movers| {
            format!(
                "{} ({})",
                thousands(movers.all),
                percent(movers.all, tally.taken)
            )
        };
        let line = format!(
            "Of {} {} are newly in, {} newly out, and {} stay",
            count(tally.taken, "account"),
            of(&moves.entered),
            of(&moves.left),
            thousands(moves.stayed.all)
        );
        _ = writeln!(text, "  {line}");
        if moves.unknown > 0 {
            _ = writeln!(
                text,
                "  Of {} ({}) it is unknown: what the audience asks is missing there, or too old",
                thousands(moves.unknown),
                percent(moves.unknown, tally.taken)
            );
        }
        if moves.entered.standing.good > 0 {
            _ = writeln!(
                text,
                "  {} of those newly in are in good standing",
                thousands(moves.entered.standing.good)
            );
        }
        let Some(role) = compared
            .dunning_role
            .as_deref()
            .filter(|_| !moves.is_nothing())
        else {
            return;
        };
        let mut table = Table::new(&[role, "newly in#", "newly out#", "stay#"]);
        let all = [&moves.entered, &moves.left, &moves.stayed];
        let statuses: std::collections::BTreeSet<_> =
            all.iter().flat_map(|one| one.by.keys()).collect();
        for status in statuses {
            let number = |movers: &Movers| thousands(movers.by.get(status).copied().unwrap_or(0));
            let numbers = all.map(number);
            table.row([status.name.clone()].into_iter().chain(numbers));
        }
        text.push_str(&table.text("    "));
    }

    /// As `docs/schemas/diff.json` describes it.
    pub(crate) fn json(&self) -> Json {
        let version = |(name, book): (&str, &banneret::Book)| json!({"name": name, "book": book.fingerprint()});
        let banners = self.changed().map(|change| {
            let counts = self.moves(&change.banner).map(|moves| {
                json!({
                    "entered": standing(&moves.entered),
                    "left": standing(&moves.left),
                    "stayed": standing(&moves.stayed),
                    "unknown": moves.unknown,
                })
            });
            json!({
                "banner": change.banner,
                "presence": presence(change.presence),
                "entered": moved_json(&change.entered),
                "left": moved_json(&change.left),
                "withheld": change.withheld,
                "was_withheld": change.was_withheld,
                "also": change.also,
                "accounts": counts,
            })
        });
        let kinds = self.comparison.kinds.iter().map(|kind| {
            json!({
                "kind": kind.kind,
                "presence": presence(kind.presence),
                "entered": moved_json(&kind.entered),
                "left": moved_json(&kind.left),
                "also": kind.also,
            })
        });
        let accounts = self.counted.as_ref().map(|(compared, tally)| {
            json!({
                "taken": tally.taken,
                "refused": tally.refused,
                "silent": tally.silent,
                "bad_input": compared.bad_input,
                "repeated_ids": tally.repeated,
            })
        });
        let tripped = self.tripped.iter().map(|one| {
            json!({
                "gate": one.gate,
                "banner": one.banner,
                "limit": one.limit.to_string(),
                "moved": one.moved,
            })
        });
        json!({
            "banneret": 1,
            "old": version(self.old),
            "new": version(self.new),
            "now": self.now,
            "banners": banners.collect::<Vec<_>>(),
            "same": self.same().collect::<Vec<_>>(),
            "kinds": kinds.collect::<Vec<_>>(),
            "rest": self.comparison.book,
            "accounts": accounts,
            "tripped": tripped.collect::<Vec<_>>(),
        })
    }
}

fn caveats<'d>(compared: &'d Compared, tally: &'d Tally) -> Caveats<'d> {
    Caveats {
        taken: tally.taken,
        refused: tally.refused,
        silent: tally.silent,
        repeated: tally.repeated.as_ref(),
        bad_input: &compared.bad_input,
    }
}

/// `takes more`
pub(super) fn what(change: &Change) -> &'static str {
    match change.presence {
        Presence::Added => "is new",
        Presence::Removed => "is gone",
        Presence::Both => match (change.entered.is_nobody(), change.left.is_nobody()) {
            (false, true) => "takes more",
            (true, false) => "takes fewer",
            (false, false) => "takes others",
            (true, true) => "takes the same accounts",
        },
    }
}

/// Which way they went, of whom they are, and who they are.
pub(super) type Way<'c> = (&'static str, &'static str, &'c Moved);

/// Who came in and who went out of an audience.
pub(super) fn ways(change: &Change) -> [Way<'_>; 2] {
    let (entered, left) = match change.presence {
        Presence::Both => (
            "those of its audience for whom",
            "those of its old audience for whom",
        ),
        _ => ("everybody for whom", "everybody for whom"),
    };
    [
        ("newly in", entered, &change.entered),
        ("newly out", left, &change.left),
    ]
}

/// What else is different about a banner.
pub(super) fn also(change: &Change) -> Vec<String> {
    let mut also = Vec::new();
    match (&change.withheld, change.was_withheld) {
        (Some(why), _) => {
            // The account that shows it is the finding's to tell.
            let why = why.split(", such as ").next().unwrap_or_default();
            also.push(format!("withheld, so that nobody sees it: {why}"));
        }
        (None, true) if change.presence == Presence::Both => {
            also.push("not withheld any more".to_owned());
        }
        _ => {}
    }
    also.extend(change.also.iter().cloned());
    also
}

/// `asks less`
pub(super) fn what_kind(kind: &KindChange) -> &'static str {
    match kind.presence {
        Presence::Added => "is new",
        Presence::Removed => "is gone",
        Presence::Both => match (kind.entered.is_nobody(), kind.left.is_nobody()) {
            (false, true) => "asks less",
            (true, false) => "asks more",
            (false, false) => "asks something else",
            (true, true) => "asks the same",
        },
    }
}

/// Who may be told now, and who not any more.
pub(super) fn kind_ways(kind: &KindChange) -> [Way<'_>; 2] {
    [
        (
            "may be told now",
            "those who keep its contract and for whom",
            &kind.entered,
        ),
        (
            "may not be told any more",
            "those who kept its contract and for whom",
            &kind.left,
        ),
    ]
}

fn write_kind(kind: &KindChange, text: &mut String) {
    _ = writeln!(
        text,
        "message {} {}",
        printable(&kind.kind),
        what_kind(kind)
    );
    for (way, of, group) in kind_ways(kind) {
        moved(way, of, group, text);
    }
    bullets(&kind.also, text);
}

fn bullets(lines: &[String], text: &mut String) {
    for line in lines {
        text.push_str(&wrapped("  - ", &printable(line), 100));
    }
}

fn moved(way: &str, of: &str, moved: &Moved, text: &mut String) {
    match moved {
        Moved::Nobody => {}
        Moved::Unproven(why) => {
            _ = writeln!(text, "  {way}: not decided, because {why}");
        }
        Moved::These(group) => group_text(way, of, group, text),
    }
}

fn group_text(way: &str, of: &str, group: &Group, text: &mut String) {
    let one = match group.told_by.len() {
        1 => "",
        _ => " one of these is true",
    };
    _ = writeln!(text, "  {way}: {of}{one}");
    for line in &group.told_by {
        text.push_str(&wrapped("      ", &printable(line), 100));
    }
    if group.more > 0 {
        _ = writeln!(text, "      and {} more lines like these", group.more);
    }
    let example = example::account(&group.example);
    let mut lines = example.lines();
    _ = writeln!(text, "    for example {}", lines.next().unwrap_or_default());
    for line in lines {
        _ = writeln!(text, "      {line}");
    }
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Added => "added",
        Presence::Removed => "removed",
        Presence::Both => "both",
    }
}

fn moved_json(moved: &Moved) -> Json {
    match moved {
        Moved::Nobody => Json::Null,
        Moved::Unproven(why) => json!({"unproven": why.to_string()}),
        Moved::These(group) => json!({
            "told_by": group.told_by,
            "more": group.more,
            "example": group.example,
        }),
    }
}

fn standing(movers: &Movers) -> Json {
    let by = movers.by.iter();
    let by = by.map(|(status, number)| (status.name.clone(), json!(number)));
    json!({
        "all": movers.all,
        "in_dunning": movers.standing.in_dunning,
        "good": movers.standing.good,
        "unknown": movers.standing.unknown,
        "by": by.collect::<serde_json::Map<_, _>>(),
    })
}
