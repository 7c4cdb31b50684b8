//! One file of accounts, read for two versions of a book: each by its own schema and sources.

use std::path::Path;
use std::sync::Arc;

use banneret::{Account, Schema};

use super::columns::Columns;
use super::records::{Content, Record, Records};
use super::{Form, No, Reader, Tally, in_words};
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

    /// Hands over each account as either version reads it. What is no account for one of them is
    /// told on standard error, and counts for neither.
    pub(crate) fn each(
        &self,
        path: &Path,
        tally: &mut Tally,
        mut take: impl FnMut(&Account, &Account),
    ) -> Result<(), Failure> {
        let mut records = Records::open(path, self.new.input)?;
        let failed = |why| Failure::request(format!("{}:1: {why}", shown(path)));
        if let (Some(all), Some(header), None) = (&self.all, records.header(), self.new.source) {
            Columns::new(all, header, false).map_err(failed)?;
        }
        let old = self.old.form(&records).map_err(failed)?;
        let new = self.new.form(&records).map_err(failed)?;
        while let Some(record) = records.next() {
            let Record { place, content } = record?;
            let content = content.map_err(No::Account);
            match content.and_then(|content| self.account((&old, &new), content)) {
                Ok((before, (after, notes))) => {
                    notes.iter().for_each(|note| tally.note(&place, note));
                    tally.take(&after, self.new.clock);
                    take(&before, &after);
                }
                Err(no) => records.tell(&tally.refuse(&place, &no)),
            }
        }
        Ok(())
    }

    fn account(
        &self,
        (old, new): (&Form<'_>, &Form<'_>),
        content: Content,
    ) -> Result<(Account, (Account, Vec<banneret::Note>)), No> {
        if let (Form::Accounts, Some(all)) = (new, &self.all) {
            let known = match &content {
                Content::Line(text) => Account::from_line(all, text, false),
                Content::Document(json) => Account::from_json(all, json.clone(), false),
                Content::Row(_) => return Err(No::row()),
            };
            known.map_err(|error| in_words(&error))?;
        }
        let (before, _) = self.old.account(old, content.clone())?;
        Ok((before, self.new.account(new, content)?))
    }
}
