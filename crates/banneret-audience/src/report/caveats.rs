//! What is to be known of the accounts before any count is believed.

use super::numbers::{accounts, thousands};
use super::section::{Notice, note, reason};
use crate::preview::{BadInput, Preview};
use crate::read::Repeated;

/// The accounts that were counted, and what was wrong with them.
#[derive(Clone, Copy, Debug)]
pub struct Caveats<'a> {
    /// How many.
    pub taken: u64,
    /// How many lines, rows or documents were no accounts.
    pub refused: u64,
    /// How many documents said nothing that their source derives.
    pub silent: u64,
    /// Ids that stand in more than one row.
    pub repeated: Option<&'a Repeated>,
    /// Facts that were given wrongly.
    pub bad_input: &'a [BadInput],
}

impl<'a> Caveats<'a> {
    /// Of a preview's accounts.
    #[must_use]
    pub fn of(preview: &'a Preview) -> Caveats<'a> {
        Caveats {
            taken: preview.accounts,
            refused: preview.refused,
            silent: preview.silent,
            repeated: preview.repeated_ids.as_ref(),
            bad_input: &preview.bad_input,
        }
    }

    /// What makes the counts say less than they seem to, each a title and a text.
    #[must_use]
    pub fn cautions(&self) -> Vec<(String, String)> {
        let mut cautions = Vec::new();
        if self.taken == 0 {
            cautions.push((
                "No account was counted".to_owned(),
                "There is none in what was read, so nothing here says who would see what."
                    .to_owned(),
            ));
        }
        if self.refused > 0 {
            let (they, them) = match self.refused {
                1 => ("It", "it"),
                _ => ("They", "them"),
            };
            cautions.push((
                format!("{} left out", accounts(self.refused)),
                format!("{they} could not be read, and nothing here counts {them}."),
            ));
        }
        if self.silent > 0 {
            let (documents, they_say, them) = match self.silent {
                1 => ("document", "It says", "it"),
                _ => ("documents", "They say", "them"),
            };
            cautions.push((
                format!("{} {documents} left out", thousands(self.silent)),
                format!(
                    "{they_say} nothing that the source derives, and nothing here counts {them}."
                ),
            ));
        }
        if let Some(repeated) = self.repeated {
            let stand = if repeated.ids == 1 { "stands" } else { "stand" };
            cautions.push((
                "Some accounts are counted more than once".to_owned(),
                format!(
                    "Of {} ids that were looked at {} {stand} in more than one row, such as {} in {}, \
                     and each row is counted. Perhaps the table holds several days: count one of \
                     them.",
                    thousands(repeated.of),
                    thousands(repeated.ids),
                    repeated.example,
                    thousands(repeated.rows)
                ),
            ));
        }
        cautions
    }

    /// All of it, as a page has it.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let cautions = self.cautions().into_iter();
        let cautions = cautions.map(|(title, text)| Notice {
            class: "caution",
            label: "Caution",
            title,
            text,
        });
        let bad = self.bad_input.iter().map(|bad| {
            note(
                &format!("{} {}", bad.fact, reason(&bad.why)),
                format!(
                    "So it was given in {}, and it counts as unknown there.",
                    accounts(bad.accounts)
                ),
            )
        });
        cautions.chain(bad).collect()
    }
}
