//! Bars: a row for each value, in pieces for the values of a second fact. Labels and numbers are
//! text of the page, so that they stay as large as the rest of it however narrow the screen is.

use std::collections::BTreeMap;

use super::numbers::{accounts, percent, thousands};

/// More rows than these nobody takes in at a glance; the table beside has them all.
const MOST_BARS: usize = 12;
/// There are so many colours that can be told apart in the light and in the dark.
const MOST_SERIES: usize = 5;
/// The width of a whole bar.
const WIDTH: u64 = 1_000;
/// Less would not be seen.
const NARROWEST: u64 = 3;

/// Bars under each other, of one scale.
pub(super) struct Chart {
    pub(super) title: String,
    /// What the colours stand for; nothing where there is one.
    pub(super) legend: Vec<Key>,
    pub(super) bars: Vec<Bar>,
}

/// A colour and what it stands for.
pub(super) struct Key {
    pub(super) colour: &'static str,
    pub(super) name: String,
}

/// One row.
pub(super) struct Bar {
    pub(super) label: String,
    /// Said beside the label: that they are in good standing.
    pub(super) mark: Option<Mark>,
    pub(super) number: String,
    pub(super) share: String,
    pub(super) pieces: Vec<Drawn>,
    /// All of it in words.
    pub(super) said: String,
}

/// A word beside a label.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) text: &'static str,
}

/// A coloured piece of a bar, in thousandths of the width.
pub(super) struct Drawn {
    pub(super) from: u64,
    pub(super) width: u64,
    pub(super) colour: &'static str,
    pub(super) said: String,
}

/// What a bar is made of.
pub(super) struct Counted {
    pub(super) label: String,
    pub(super) mark: Option<Mark>,
    /// By series.
    pub(super) parts: Vec<(String, u64)>,
}

/// What the longest bar is.
#[derive(Clone, Copy)]
pub(super) enum Scale {
    /// All that the numbers are a share of.
    Whole,
    /// The largest number.
    Widest,
}

/// The standing of those in dunning, of those in good standing, and of the others.
pub(super) fn mark(in_dunning: Option<bool>) -> Mark {
    let (class, text) = match in_dunning {
        Some(true) => ("late", "in dunning"),
        Some(false) => ("good", "in good standing"),
        None => ("open", "standing not known"),
    };
    Mark { class, text }
}

/// Those in good standing who are where they should not be.
pub(super) fn wrong() -> Mark {
    Mark {
        class: "caution",
        text: "in good standing",
    }
}

/// Draws what was counted, in its order, of a whole of so many.
pub(super) fn chart(title: &str, mut counted: Vec<Counted>, whole: u64, scale: Scale) -> Chart {
    fold(&mut counted);
    let series = series(&counted);
    let widest = match scale {
        Scale::Whole => whole,
        Scale::Widest => counted.iter().map(total).max().unwrap_or(0),
    };
    let legend = series.iter().zip(COLOURS);
    let legend = legend.map(|(name, colour)| Key {
        colour,
        name: name.clone(),
    });
    // One colour that stands for nothing is not explained.
    let legend = match series.iter().all(String::is_empty) {
        true => Vec::new(),
        false => legend.collect(),
    };
    let bars = counted
        .iter()
        .map(|counted| bar(counted, &series, widest, whole));
    Chart {
        title: title.to_owned(),
        bars: bars.collect(),
        legend,
    }
}

const COLOURS: [&str; MOST_SERIES + 1] = ["c1", "c2", "c3", "c4", "c5", "c6"];
const REST: &str = "others";

fn total(counted: &Counted) -> u64 {
    counted.parts.iter().map(|(_, number)| number).sum()
}

/// Puts the smallest bars together where there are too many.
fn fold(counted: &mut Vec<Counted>) {
    if counted.len() <= MOST_BARS {
        return;
    }
    let mut sizes: Vec<u64> = counted.iter().map(total).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let least = sizes.get(MOST_BARS - 2).copied().unwrap_or(0);
    let mut rest: BTreeMap<String, u64> = BTreeMap::new();
    let (mut kept, mut folded) = (0, 0_usize);
    counted.retain(|counted| {
        let keep = total(counted) >= least && kept < MOST_BARS - 1;
        if keep {
            kept += 1;
            return true;
        }
        folded += 1;
        for (name, number) in &counted.parts {
            *rest.entry(name.clone()).or_default() += number;
        }
        false
    });
    counted.push(Counted {
        label: format!("{folded} others"),
        mark: None,
        parts: rest.into_iter().collect(),
    });
}

/// The names of the series, the largest in front of those that have no colour of their own.
fn series(counted: &[Counted]) -> Vec<String> {
    let mut sizes: Vec<(String, u64)> = Vec::new();
    for (name, number) in counted.iter().flat_map(|counted| &counted.parts) {
        match sizes.iter_mut().find(|(known, _)| known == name) {
            Some((_, size)) => *size += number,
            None => sizes.push((name.clone(), *number)),
        }
    }
    sizes.retain(|(_, size)| *size > 0);
    if sizes.len() > MOST_SERIES {
        sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        sizes.truncate(MOST_SERIES);
        sizes.push((REST.to_owned(), 0));
    }
    sizes.into_iter().map(|(name, _)| name).collect()
}

fn bar(counted: &Counted, series: &[String], widest: u64, whole: u64) -> Bar {
    let total = total(counted);
    let mut from = 0;
    let mut pieces = Vec::new();
    let mut words = Vec::new();
    for (at, name) in series.iter().enumerate() {
        let is_rest = *name == REST && at == MOST_SERIES;
        let of = counted.parts.iter().filter(|(known, _)| match is_rest {
            true => !series.contains(known) || known == name,
            false => known == name,
        });
        let number: u64 = of.map(|(_, number)| number).sum();
        if number == 0 {
            continue;
        }
        let width = scaled(number, widest).max(NARROWEST);
        let said = match name.is_empty() {
            true => accounts(number),
            false => format!("{name}: {}", thousands(number)),
        };
        if !name.is_empty() {
            words.push(said.clone());
        }
        pieces.push(Drawn {
            from,
            width,
            colour: COLOURS.get(at).copied().unwrap_or("c6"),
            said,
        });
        from += width;
    }
    let mark = counted.mark;
    let standing = mark.map(|mark| format!(", {}", mark.text));
    let parts = match words.len() {
        0 | 1 => String::new(),
        _ => format!(" ({})", words.join(", ")),
    };
    Bar {
        label: counted.label.clone(),
        mark,
        number: thousands(total),
        share: percent(total, whole),
        pieces,
        said: format!(
            "{}{}: {}{parts}",
            counted.label,
            standing.unwrap_or_default(),
            accounts(total)
        ),
    }
}

/// Rounded to the thousandth, and never past the whole.
fn scaled(part: u64, whole: u64) -> u64 {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    let width = (part * u128::from(WIDTH) + whole / 2) / whole;
    u64::try_from(width).unwrap_or(WIDTH).min(WIDTH)
}
