//! One file of accounts, read for two versions of a book: each by its own schema and sources.

use std::path::Path;
use std::sync::Arc;

use banneret::{Account, Schema};
use banneret_audience::Repeats;

use super::columns::Columns;
use super::records::{Content, Record, Records};
use super::shared::{Piece, Shared, share};
use super::{Form, No, Reader, read_account};
use crate::failure::{Failure, shown};

/// How accounts are read for an old and a new version of a book.
pub(crate) struct Twice<'b> {
    old: Reader<'b>,
    new: Reader<'b>,
    /// The facts of both; nothing where what neither knows is passed over.
    all: Option<Arc<Schema>>,
}

impl<'b> Twice<'b> {
    /// A fact that one of them does not have is passed over for that one. `all` has the facts of
    /// both.
    pub(crate) fn new(old: Reader<'b>, new: Reader<'b>, all: &Arc<Schema>) -> Twice<'b> {
        let all = (!new.ignore_unknown).then(|| Arc::clone(all));
        let lenient = |reader| Reader {
            ignore_unknown: true,
            ..reader
        };
        Twice {
            old: lenient(old),
            new: lenient(new),
            all,
        }
    }

    /// Hands over each account as either version reads it, in as many threads as the machine has: each
    /// to a state of its own. What is no account for one of them is told on standard error, and counts
    /// for neither.
    pub(crate) fn share<S: Send>(
        &self,
        path: &Path,
        make: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, &Account, &Account) + Sync,
    ) -> Result<Shared<S>, Failure> {
        let records = Records::open(path, self.new.input)?;
        let failed = |why| Failure::request(format!("{}:1: {why}", shown(path)));
        if let (Some(all), Some(header), None) = (&self.all, records.header(), self.new.source) {
            Columns::new(all, header, false).map_err(failed)?;
        }
        let old = self.old.form(&records).map_err(failed)?;
        let new = self.new.form(&records).map_err(failed)?;
        let make = || {
            let [before, after] =
                [&self.old, &self.new].map(|reader| Account::new(reader.book.schema()));
            let checked = self.all.as_ref().map(Account::new);
            ((make(), Repeats::default()), before, after, checked)
        };
        let shared = share(
            records,
            make,
            |((state, repeats), before, after, checked), records| {
                let mut piece = Piece::default();
                for Record { place, content } in records {
                    let content = content.map_err(No::Account);
                    let read = content.and_then(|content| {
                        self.check(&new, &content, checked.as_mut())?;
                        self.old.read(&old, &content, before)?;
                        self.new.read(&new, &content, after)
                    });
                    match read {
                        Ok(notes) => {
                            notes.iter().for_each(|note| piece.tally.note(&place, note));
                            piece.tally.take(after, self.new.clock);
                            repeats.see_id(after.facts.account_id().unwrap_or_default());
                            take(state, before, after);
                        }
                        Err(no) => piece.told.push(piece.tally.refuse(&place, &no)),
                    }
                }
                piece
            },
        );
        Ok(shared.settled(|(seen, ..)| seen))
    }

    /// Whether each fact of an account is one that some version has.
    fn check(
        &self,
        new: &Form<'_>,
        content: &Content,
        into: Option<&mut Account>,
    ) -> Result<(), No> {
        match (new, &self.all, into) {
            (Form::Accounts, Some(all), Some(into)) => read_account(all, content, false, into),
            _ => Ok(()),
        }
    }
}
