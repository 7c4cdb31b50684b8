//! How many accounts may move before a change is held up.

use std::str::FromStr;

use banneret_audience::{Compared, Moves};

use crate::accounts::Tally;
use crate::args::DiffArgs;
use crate::failure::Failure;
use crate::render::{count, percent, thousands};

/// So many accounts, or so large a share of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Accounts(u64),
    /// In millionths of all accounts: `0.5%` is 5,000.
    Share(u64),
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Limit, String> {
        let wrong = || "write a number of accounts, or a share of all such as 0.5%".to_owned();
        let Some(share) = text.strip_suffix('%') else {
            return text.parse().map(Limit::Accounts).map_err(|_| wrong());
        };
        let (whole, part) = share
            .trim_end()
            .split_once('.')
            .unwrap_or((share.trim_end(), "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 {
            return Err(wrong());
        }
        let whole: u64 = whole.parse().map_err(|_| wrong())?;
        let part: u64 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
        match whole.checked_mul(10_000).map(|whole| whole + part) {
            Some(share) if share <= 1_000_000 => Ok(Limit::Share(share)),
            _ => Err("a share is at most 100%".to_owned()),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Limit::Accounts(number) => f.write_str(&thousands(*number)),
            Limit::Share(share) => {
                let part = format!("{:04}", share % 10_000);
                let part = part.trim_end_matches('0');
                let point = if part.is_empty() { "" } else { "." };
                write!(f, "{}{point}{part}%", share / 10_000)
            }
        }
    }
}

impl Limit {
    fn allows(self, moved: u64, all: u64) -> bool {
        match self {
            Limit::Accounts(most) => moved <= most,
            Limit::Share(share) => {
                u128::from(moved) * 1_000_000 <= u128::from(share) * u128::from(all)
            }
        }
    }
}

/// A limit that a banner goes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tripped {
    /// `--max-entered`
    pub(super) gate: &'static str,
    pub(super) banner: String,
    pub(super) limit: Limit,
    pub(super) moved: u64,
    all: u64,
}

impl Tripped {
    /// `payment_failed_first: 151 of 30,000 accounts (0.5 %) are newly in, and --max-entered 0.1% …`
    pub(super) fn in_words(&self) -> String {
        let are = match self.gate {
            "--max-left" => "newly out",
            "--max-entered-in-good-standing" => "newly in and in good standing",
            _ => "newly in",
        };
        format!(
            "{}: {} of {} ({}) are {are}, and `{} {}` allows no more",
            self.banner,
            thousands(self.moved),
            count(self.all, "account"),
            percent(self.moved, self.all),
            self.gate,
            self.limit
        )
    }
}

/// That there is something to hold the limits against: one that nobody could go over would pass,
/// and say nothing.
pub(super) fn can_trip(args: &DiffArgs, compared: &Compared, tally: &Tally) -> Result<(), Failure> {
    if args.max_entered_in_good_standing.is_some() && compared.dunning_role.is_none() {
        return Err(Failure::request(
            "`--max-entered-in-good-standing` cannot be looked at: no fact of either version has the \
             dunning role, so nobody's standing is known",
        ));
    }
    let any = [
        args.max_entered,
        args.max_left,
        args.max_entered_in_good_standing,
    ];
    // Where some were refused, that is the matter, and it is told.
    if tally.taken == 0 && tally.refused == 0 && any.iter().any(Option::is_some) {
        return Err(Failure::request(
            "there are no accounts in the file, so no limit can be looked at",
        ));
    }
    Ok(())
}

/// A limit that no banner goes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) gate: &'static str,
    pub(super) limit: Limit,
    /// The banner that comes nearest, where one moves at all.
    pub(super) nearest: Option<String>,
    pub(super) moved: u64,
    all: u64,
}

impl Kept {
    /// `--max-entered 0.5% is kept: payment_failed_first comes nearest with 12 of 30,000 accounts`
    pub(super) fn in_words(&self) -> String {
        let nearest = match &self.nearest {
            None => "nobody moves".to_owned(),
            Some(banner) => format!(
                "{banner} comes nearest with {} of {} ({})",
                thousands(self.moved),
                count(self.all, "account"),
                percent(self.moved, self.all)
            ),
        };
        format!("`{} {}` is kept: {nearest}", self.gate, self.limit)
    }
}

type Count = fn(&Moves) -> u64;

/// What can be limited.
fn gates(args: &DiffArgs) -> [(&'static str, Option<Limit>, Count); 3] {
    [
        ("--max-entered", args.max_entered, |moves| moves.entered.all),
        ("--max-left", args.max_left, |moves| moves.left.all),
        (
            "--max-entered-in-good-standing",
            args.max_entered_in_good_standing,
            |moves| moves.entered.standing.good,
        ),
    ]
}

/// The limits that no banner goes over.
pub(super) fn kept(args: &DiffArgs, compared: &Compared, all: u64) -> Vec<Kept> {
    let gates = gates(args).into_iter();
    let kept = gates.filter_map(|(gate, limit, count)| {
        let limit = limit?;
        let moves = compared.moves.iter();
        let moves = moves.map(|(banner, moves)| (count(moves), banner));
        // Of several that move alike, the first by name.
        let (moved, nearest) =
            moves.max_by_key(|(moved, banner)| (*moved, std::cmp::Reverse(*banner)))?;
        limit.allows(moved, all).then(|| Kept {
            gate,
            limit,
            nearest: Some(nearest.clone()).filter(|_| moved > 0),
            moved,
            all,
        })
    });
    kept.collect()
}

/// The limits that the banners go over, each banner by itself.
pub(super) fn tripped(args: &DiffArgs, compared: &Compared, all: u64) -> Vec<Tripped> {
    let mut tripped = Vec::new();
    for (banner, moves) in &compared.moves {
        for (gate, limit, count) in gates(args) {
            let moved = count(moves);
            if let Some(limit) = limit.filter(|limit| !limit.allows(moved, all)) {
                let banner = banner.clone();
                tripped.push(Tripped {
                    gate,
                    banner,
                    limit,
                    moved,
                    all,
                });
            }
        }
    }
    tripped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_a_share() {
        let read = |text: &str| text.parse::<Limit>();
        assert_eq!(read("0"), Ok(Limit::Accounts(0)));
        assert_eq!(read("150"), Ok(Limit::Accounts(150)));
        assert_eq!(read("0.5%"), Ok(Limit::Share(5_000)));
        assert_eq!(read("100%"), Ok(Limit::Share(1_000_000)));
        assert_eq!(read("0.0001%"), Ok(Limit::Share(1)));
        for wrong in [
            "",
            "%",
            "-1",
            "1.5",
            "100.1%",
            ".5%",
            "0.00001%",
            "5 accounts",
            "1e3",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for text in ["0.5%", "100%", "0.0001%", "12.25%"] {
            assert_eq!(read(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_share_is_exact() {
        let half = Limit::Share(5_000);
        assert!(half.allows(150, 30_000));
        assert!(!half.allows(151, 30_000));
        assert!(half.allows(0, 0));
        assert!(Limit::Accounts(3).allows(3, 3) && !Limit::Accounts(3).allows(4, 9));
    }
}
