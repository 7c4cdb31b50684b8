//! All rules at once, as rows of bits.
//!
//! The bit vector scheme of packet classification (T. V. Lakshman and D. Stiliadis, *High-speed
//! policy-based packet forwarding using efficient multi-dimensional range matching*, SIGCOMM 1998):
//! for each class of each fact a row with a bit for every term of every rule that the class does not
//! rule out; an account picks one row a fact, and the rules that all of its rows leave standing
//! match. Rows are swept from end to end: nearly every cache line of a row keeps something standing
//! until the last row, so looking whether anything is left costs more than it saves.

use super::columns::{Column, UNKNOWN};
use super::lanes::{Lanes, Loop};
use super::program::{Held, Programs};
use super::reading::Moment;
use super::terms::{Part, Term, Wants};
use crate::facts::Facts;
use crate::formula::Formulas;

/// 512 terms: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line([u64; 8]);

const EMPTY: Line = Line([0; 8]);
const LINE: usize = 512;

/// A column that at least one term in so many asks has a full row for each class; of others only
/// the terms that a class rules out are kept.
const DENSE: usize = 8;

/// Marks a term that asks less than its rule.
const SHORT: u32 = 1 << 31;

/// The rows of a book.
#[derive(Clone, Debug)]
pub(super) struct Table {
    lanes: Lanes,
    /// A bit for every term.
    all: Vec<Line>,
    dense: Vec<Classed>,
    sparse: Vec<Classed>,
    members: Vec<Named>,
    /// Full rows, one behind the other: each as long as `all`.
    lines: Vec<Line>,
    rows: Rows,
    /// By term, its rule; where the term is short, its place in `again` and the mark.
    rules: Vec<u32>,
    /// The rules of short terms, by their programs.
    again: Vec<u32>,
    programs: Programs,
}

/// A column with a row for each class: of dense ones a full row, which begins at `first` and each
/// next of them a row later; of sparse ones the terms that the class rules out.
#[derive(Clone, Debug)]
struct Classed {
    column: Column,
    first: usize,
}

/// A column of members.
#[derive(Clone, Debug)]
struct Named {
    column: Column,
    /// The row of the terms that ask it anything: an unknown fact rules them out.
    asking: usize,
    /// By member, the row of the terms that are content with it, then of those that it rules out.
    first: usize,
    /// Where the full row begins of the terms that demand no member.
    content: usize,
}

/// Rows of which only the lines are kept that are not empty.
#[derive(Clone, Debug, Default)]
struct Rows {
    /// By row, where its lines begin, and behind the last row where they end.
    starts: Vec<u32>,
    /// The block of each line.
    blocks: Vec<u32>,
    lines: Vec<Line>,
}

impl Rows {
    fn push(&mut self, mut terms: Vec<usize>) -> usize {
        terms.sort_unstable();
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let row = self.starts.len() - 1;
        let begin = self.lines.len();
        for term in terms {
            let block = number(term / LINE);
            let is_new = self.blocks.len() == begin || self.blocks.last() != Some(&block);
            if is_new {
                self.blocks.push(block);
                self.lines.push(EMPTY);
            }
            if let Some(Line(line)) = self.lines.last_mut() {
                set(line, term % LINE);
            }
        }
        self.starts.push(number(self.lines.len()));
        row
    }

    /// The lines of a row, each with its place.
    #[inline(always)]
    fn row(&self, row: usize) -> impl Iterator<Item = (usize, &Line)> {
        let at = |row: usize| self.starts.get(row).map_or(0, |at| *at as usize);
        let range = at(row)..at(row + 1);
        let blocks = self.blocks.get(range.clone()).unwrap_or_default();
        let lines = self.lines.get(range).unwrap_or_default();
        blocks.iter().map(|block| *block as usize).zip(lines)
    }
}

/// Memory that searches use again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    chosen: Vec<usize>,
    standing: Vec<Line>,
    content: Vec<Line>,
    /// The terms that were left standing, and room.
    terms: Vec<u32>,
    pub(super) held: Held,
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[inline]
fn set(line: &mut [u64], bit: usize) {
    if let Some(word) = line.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

fn set_in(row: &mut [Line], term: usize) {
    if let Some(Line(line)) = row.get_mut(term / LINE) {
        set(line, term % LINE);
    }
}

fn clear_in(row: &mut [Line], term: usize) {
    if let Some(Line(line)) = row.get_mut(term / LINE)
        && let Some(word) = line.get_mut(term % LINE / 64)
    {
        *word &= !(1 << (term % 64));
    }
}

/// Keeps of a line what is in all of some others.
#[inline(always)]
fn keep<const N: usize>(standing: &mut Line, others: [&Line; N]) {
    for (at, word) in standing.0.iter_mut().enumerate() {
        for other in others {
            *word &= other.0.get(at).copied().unwrap_or_default();
        }
    }
}

#[inline(always)]
fn drop_from(standing: &mut Line, other: &Line) {
    for (word, other) in standing.0.iter_mut().zip(&other.0) {
        *word &= !other;
    }
}

#[inline(always)]
fn add_to(content: &mut Line, other: &Line) {
    for (word, other) in content.0.iter_mut().zip(&other.0) {
        *word |= other;
    }
}

impl Table {
    /// A table of the terms of rules, by rule. `programs` makes the programs of some rules.
    pub(super) fn of(
        columns: Vec<Column>,
        rules: Vec<Vec<Term>>,
        programs: impl FnOnce(&[u32]) -> Programs,
    ) -> Table {
        let short = |terms: &Vec<Term>| terms.iter().any(|term| term.is_short);
        let again = rules.iter().zip(0_u32..).filter(|(terms, _)| short(terms));
        let again: Vec<u32> = again.map(|(_, rule)| rule).collect();
        let terms: Vec<(u32, &Term)> = (0_u32..)
            .zip(&rules)
            .flat_map(|(rule, terms)| terms.iter().map(move |term| (rule, term)))
            .collect();
        let rules = terms.iter().map(|(rule, term)| {
            let place = again.binary_search(rule);
            match place {
                Ok(place) if term.is_short => SHORT | number(place),
                _ => *rule,
            }
        });
        let mut all = vec![EMPTY; terms.len().div_ceil(LINE)];
        (0..terms.len()).for_each(|term| set_in(&mut all, term));
        let mut table = Table {
            lanes: Lanes::best(),
            all,
            dense: Vec::new(),
            sparse: Vec::new(),
            members: Vec::new(),
            lines: Vec::new(),
            rows: Rows::default(),
            rules: rules.collect(),
            programs: programs(&again),
            again,
        };
        let mut asking: Vec<Vec<(usize, &Wants)>> = vec![Vec::new(); columns.len()];
        for (at, (_, term)) in terms.iter().enumerate() {
            for Part { column, wants } in &term.parts {
                if let Some(asking) = asking.get_mut(*column) {
                    asking.push((at, wants));
                }
            }
        }
        for (column, asking) in columns.into_iter().zip(&asking) {
            if !asking.is_empty() {
                table.add(column, asking, terms.len());
            }
        }
        table
    }

    fn add(&mut self, column: Column, asking: &[(usize, &Wants)], terms: usize) {
        if column.is_of_members() {
            self.add_members(column, asking);
        } else if asking.len() * DENSE >= terms {
            self.add_dense(column, asking);
        } else {
            let mut first = None;
            for class in (0..column.classes()).filter_map(|class| u8::try_from(class).ok()) {
                let out = asking.iter().filter(|(_, wants)| !accepts(wants, class));
                let row = self.rows.push(out.map(|(term, _)| *term).collect());
                first.get_or_insert(row);
            }
            let first = first.unwrap_or_default();
            self.sparse.push(Classed { column, first });
        }
    }

    fn add_dense(&mut self, column: Column, asking: &[(usize, &Wants)]) {
        let free = self.all_but(asking.iter().map(|(term, _)| *term));
        let first = self.lines.len();
        for class in (0..column.classes()).filter_map(|class| u8::try_from(class).ok()) {
            let mut row = free.clone();
            let accepting = asking.iter().filter(|(_, wants)| accepts(wants, class));
            accepting.for_each(|(term, _)| set_in(&mut row, *term));
            self.lines.extend(row);
        }
        self.dense.push(Classed { column, first });
    }

    /// A full row of all terms but some.
    fn all_but(&self, some: impl Iterator<Item = usize>) -> Vec<Line> {
        let mut row = self.all.clone();
        some.for_each(|term| clear_in(&mut row, term));
        row
    }

    fn add_members(&mut self, column: Column, asking: &[(usize, &Wants)]) {
        let (mut demanding, mut content, mut out) = (
            Vec::new(),
            vec![Vec::new(); column.members()],
            vec![Vec::new(); column.members()],
        );
        let list = |lists: &mut Vec<Vec<usize>>, member: u32, term| {
            if let Some(list) = lists.get_mut(member as usize) {
                list.push(term);
            }
        };
        for (term, wants) in asking {
            let Wants::Members { any, none } = wants else {
                continue;
            };
            if let Some(any) = any {
                demanding.push(*term);
                any.iter()
                    .for_each(|member| list(&mut content, *member, *term));
            }
            none.iter()
                .for_each(|member| list(&mut out, *member, *term));
        }
        let undemanding = self.all_but(demanding.into_iter());
        let asking = self
            .rows
            .push(asking.iter().map(|(term, _)| *term).collect());
        for (content, out) in content.into_iter().zip(out) {
            self.rows.push(content);
            self.rows.push(out);
        }
        self.members.push(Named {
            column,
            asking,
            first: asking + 1,
            content: self.lines.len(),
        });
        self.lines.extend(undemanding);
    }

    pub(super) fn bytes(&self) -> usize {
        let lines = self.lines.capacity() + self.rows.lines.capacity() + self.all.capacity();
        let numbers = self.rows.starts.capacity()
            + self.rows.blocks.capacity()
            + self.rules.capacity()
            + self.again.capacity();
        lines * size_of::<Line>()
            + numbers * size_of::<u32>()
            + (self.dense.len() + self.sparse.len() + self.members.len()) * size_of::<Named>()
            + self.programs.bytes()
    }

    /// Names the rules that are true, in order.
    #[inline]
    pub(super) fn search(
        &self,
        formulas: &Formulas,
        facts: &Facts,
        moment: Moment,
        search: &mut Search,
        found: &mut Vec<u32>,
    ) {
        let standing = self.lanes.run(Sweep {
            table: self,
            facts,
            moment,
            search,
        });
        let Search { terms, held, .. } = search;
        for term in terms.iter().take(standing) {
            let Some(&rule) = self.rules.get(*term as usize) else {
                return;
            };
            // The terms of a rule stand side by side.
            let is_short = rule & SHORT != 0;
            let program = (rule & !SHORT) as usize;
            let rule = match self.again.get(program) {
                Some(again) if is_short => *again,
                _ => rule,
            };
            if found.last() == Some(&rule) {
                continue;
            }
            if !is_short
                || self
                    .programs
                    .is_true(program, formulas, facts, moment, held)
            {
                found.push(rule);
            }
        }
    }

    /// A full row.
    #[inline(always)]
    fn full(&self, first: usize) -> &[Line] {
        let row = self.lines.get(first..first + self.all.len());
        row.unwrap_or_default()
    }
}

/// The part of a search that goes over rows.
struct Sweep<'t> {
    table: &'t Table,
    facts: &'t Facts,
    moment: Moment,
    search: &'t mut Search,
}

impl Loop for Sweep<'_> {
    /// How many terms are left standing.
    type Output = usize;

    #[inline(always)]
    fn run(mut self) -> usize {
        self.meet();
        self.leave_out();
        for members in &self.table.members {
            self.meet_members(members);
        }
        let Search {
            standing, terms, ..
        } = self.search;
        let room = self.table.rules.len() + AT_ONCE;
        if terms.len() < room {
            terms.resize(room, 0);
        }
        let words = standing.iter().flat_map(|line| line.0);
        places(words, terms)
    }
}

/// So many places of a word are written without looking how many there are: that costs less than a
/// wrong guess at the number.
const AT_ONCE: usize = 4;

/// Writes the places of all bits down, in order, and says how many there are. There must be room for
/// [`AT_ONCE`] more than there are bits.
#[inline(always)]
fn places(words: impl Iterator<Item = u64>, room: &mut [u32]) -> usize {
    let mut count = 0;
    for (mut word, base) in words.zip((0_u32..).step_by(64)) {
        let all = count + word.count_ones() as usize;
        let mut place = || {
            let place = base | word.trailing_zeros() & 63;
            word &= word.wrapping_sub(1);
            place
        };
        if let Some(slots) = room.get_mut(count..).and_then(<[u32]>::first_chunk_mut) {
            *slots = [(); AT_ONCE].map(|()| place());
        }
        for slot in room.get_mut(count + AT_ONCE..all).unwrap_or_default() {
            *slot = place();
        }
        count = all;
    }
    count
}

impl Sweep<'_> {
    /// Picks a full row for each column that has them, and keeps what is in all of these: four at
    /// a time, so that what stands is read and written less.
    #[inline(always)]
    fn meet(&mut self) {
        let Sweep {
            table,
            facts,
            moment,
            search,
        } = self;
        let Search {
            chosen, standing, ..
        } = &mut **search;
        chosen.clear();
        chosen.extend(table.dense.iter().map(|dense| {
            let class = usize::from(dense.column.class(facts, *moment));
            dense.first + class * table.all.len()
        }));
        standing.clear();
        standing.extend_from_slice(&table.all);
        let (fours, rest) = chosen.as_chunks::<4>();
        for rows in fours {
            let [a, b, c, d] = rows.map(|row| table.full(row));
            let rows = a.iter().zip(b).zip(c).zip(d);
            for (standing, (((a, b), c), d)) in standing.iter_mut().zip(rows) {
                keep(standing, [a, b, c, d]);
            }
        }
        for row in rest {
            for (standing, row) in standing.iter_mut().zip(table.full(*row)) {
                keep(standing, [row]);
            }
        }
    }

    #[inline(always)]
    fn leave_out(&mut self) {
        for sparse in &self.table.sparse {
            let class = usize::from(sparse.column.class(self.facts, self.moment));
            let row = self.table.rows.row(sparse.first + class);
            drop_row(row, &mut self.search.standing);
        }
    }

    #[inline(always)]
    fn meet_members(&mut self, members: &Named) {
        let Sweep {
            table,
            facts,
            moment,
            search,
        } = self;
        let Search {
            standing, content, ..
        } = &mut **search;
        content.clear();
        content.extend_from_slice(table.full(members.content));
        let is_known = members.column.each_member(facts, *moment, |member| {
            let row = members.first + 2 * member as usize;
            for (block, line) in table.rows.row(row) {
                if let Some(content) = content.get_mut(block) {
                    add_to(content, line);
                }
            }
            drop_row(table.rows.row(row + 1), standing);
        });
        if !is_known {
            drop_row(table.rows.row(members.asking), standing);
            return;
        }
        for (standing, content) in standing.iter_mut().zip(&*content) {
            keep(standing, [content]);
        }
    }
}

#[inline(always)]
fn drop_row<'r>(row: impl Iterator<Item = (usize, &'r Line)>, standing: &mut [Line]) {
    for (block, line) in row {
        if let Some(standing) = standing.get_mut(block) {
            drop_from(standing, line);
        }
    }
}

fn accepts(wants: &Wants, class: u8) -> bool {
    match wants {
        Wants::Classes(classes) => classes.has(class),
        Wants::Members { .. } => class != UNKNOWN,
    }
}
