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
use crate::facts::Sealed;
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

/// In a table of no more lines than this every row is full: going over all of them costs less than
/// looking which there are.
const SMALL: usize = 4;

/// But not where rules name so many members that the full rows about them would take more lines: half
/// a megabyte.
const ROOM: usize = 1 << 13;

/// Marks a term that asks less than its rule.
const SHORT: u32 = 1 << 31;

/// No rule at all.
const NO_RULE: u32 = u32::MAX;

/// The rows of a book.
#[derive(Clone, Debug)]
pub(super) struct Table {
    lanes: Lanes,
    /// Whether every row is full.
    is_small: bool,
    /// A bit for every term.
    all: Vec<Line>,
    dense: Vec<Classed>,
    sparse: Vec<Classed>,
    members: Vec<Named>,
    /// Full rows, one behind the other: each as long as `all`.
    lines: Vec<Line>,
    rows: Rows,
    /// By term, its rule, with a mark where the term is short.
    rules: Vec<u32>,
    /// The rules with short terms, in order, by their programs.
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

/// A column of members. Its rows are of the terms that ask it anything, which an unknown fact rules
/// out, and then by member of the terms that are content with it and of those that it rules out; the
/// last member is for all that no term names.
#[derive(Clone, Debug)]
struct Named {
    column: Column,
    /// The first of the rows: where it begins if all are full, or else its number.
    first: usize,
    /// Where the full row begins of the terms that demand no member.
    undemanding: usize,
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
    /// By column with full rows, where the row begins that was chosen.
    chosen: Vec<usize>,
    /// The rows that are about the members of sets.
    picked: Vec<(usize, usize)>,
    /// By column of members, where its own of these end.
    ends: Vec<usize>,
    standing: Vec<Line>,
    content: Vec<Line>,
    /// The terms that were left standing, then the rules that were found, and room.
    pub(super) terms: Vec<u32>,
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

impl Line {
    /// Word by word, in registers.
    #[inline(always)]
    fn with(&mut self, Line(other): &Line, join: impl Fn(u64, u64) -> u64) {
        let Line(mut own) = *self;
        for (word, other) in own.iter_mut().zip(other) {
            *word = join(*word, *other);
        }
        *self = Line(own);
    }

    #[inline(always)]
    fn keep(&mut self, other: &Line) {
        self.with(other, |word, other| word & other);
    }

    #[inline(always)]
    fn drop(&mut self, other: &Line) {
        self.with(other, |word, other| word & !other);
    }

    #[inline(always)]
    fn add(&mut self, other: &Line) {
        self.with(other, |word, other| word | other);
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
        let entry = |(rule, term): &(u32, &Term)| *rule | if term.is_short { SHORT } else { 0 };
        let rules = terms.iter().map(entry);
        let mut all = vec![EMPTY; terms.len().div_ceil(LINE)];
        (0..terms.len()).for_each(|term| set_in(&mut all, term));
        let members: usize = columns.iter().map(Column::members).sum();
        let mut table = Table {
            lanes: Lanes::best(),
            is_small: all.len() <= SMALL && 2 * members * all.len() <= ROOM,
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
        } else if self.is_small || asking.len() * DENSE >= terms {
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

    /// Adds a column of members, and as often again as a term demands one of another list.
    fn add_members(&mut self, column: Column, asking: &[(usize, &Wants)]) {
        let lists = |wants: &Wants| match wants {
            Wants::Members { any, .. } => any.len(),
            Wants::Classes(_) => 0,
        };
        let most = asking.iter().map(|(_, wants)| lists(wants)).max();
        for list in 1..most.unwrap_or_default() {
            let asking = asking.iter().filter(|(_, wants)| lists(wants) > list);
            let asking: Vec<_> = asking.copied().collect();
            self.add_list(column.clone(), &asking, list);
        }
        self.add_list(column, asking, 0);
    }

    /// Adds the demands of each term's list in that place; of the first also what must not be.
    fn add_list(&mut self, column: Column, asking: &[(usize, &Wants)], list: usize) {
        let mut demanding = Vec::new();
        // Two rows a member, and two for what no term names.
        let mut rows = vec![Vec::new(); 2 * (column.members() + 1)];
        let mut note = |row: usize, term: usize| {
            if let Some(row) = rows.get_mut(row) {
                row.push(term);
            }
        };
        for (term, wants) in asking {
            let Wants::Members { any, none } = wants else {
                continue;
            };
            if let Some(any) = any.get(list) {
                demanding.push(*term);
                any.iter()
                    .for_each(|member| note(2 * *member as usize, *term));
            }
            if list == 0 {
                none.iter()
                    .for_each(|member| note(2 * *member as usize + 1, *term));
            }
        }
        let undemanding = self.lines.len();
        self.lines.extend(self.all_but(demanding.into_iter()));
        let asking = asking.iter().map(|(term, _)| *term).collect();
        let rows = std::iter::once(asking).chain(rows);
        let first = if self.is_small {
            let first = self.lines.len();
            for terms in rows {
                let mut row = vec![EMPTY; self.all.len()];
                terms.into_iter().for_each(|term| set_in(&mut row, term));
                self.lines.extend(row);
            }
            first
        } else {
            let numbers: Vec<usize> = rows.map(|terms| self.rows.push(terms)).collect();
            numbers.first().copied().unwrap_or_default()
        };
        self.members.push(Named {
            column,
            first,
            undemanding,
        });
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

    /// The rules that are true, in order.
    #[inline]
    pub(super) fn search<'s>(
        &self,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
        search: &'s mut Search,
    ) -> &'s [u32] {
        let standing = self.lanes.run(Sweep {
            table: self,
            account,
            moment,
            search,
        });
        let Search { terms, held, .. } = search;
        // Terms become rules in their own place: the terms of a rule stand side by side.
        let (mut count, mut last) = (0, NO_RULE);
        for at in 0..standing {
            let term = terms.get(at).map_or(0, |term| *term as usize);
            let entry = self.rules.get(term).copied().unwrap_or(NO_RULE);
            let rule = entry & !SHORT;
            if let Some(slot) = terms.get_mut(count) {
                *slot = rule;
            }
            let is_new = rule != last;
            if entry & SHORT == 0 || is_new && self.asks(rule, formulas, account, moment, held) {
                count += usize::from(is_new);
                last = rule;
            }
        }
        terms.get(..count).unwrap_or_default()
    }

    /// Whether a rule of which a term is short is true.
    fn asks(
        &self,
        rule: u32,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
        held: &mut Held,
    ) -> bool {
        let program = self.again.binary_search(&rule);
        program.is_ok_and(|at| self.programs.is_true(at, formulas, account, moment, held))
    }

    /// The same, as on a machine that has none.
    #[cfg(test)]
    pub(super) fn without_wide_instructions(self) -> Table {
        Table {
            lanes: Lanes::Plain,
            ..self
        }
    }

    /// Some lines of a full row.
    #[inline(always)]
    fn strip<const N: usize>(&self, at: usize) -> &[Line; N] {
        lines(&self.lines, at).unwrap_or(&[EMPTY; N])
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
    account: Sealed<'t>,
    moment: Moment,
    search: &'t mut Search,
}

impl Loop for Sweep<'_> {
    /// How many terms are left standing.
    type Output = usize;

    #[inline(always)]
    fn run(mut self) -> usize {
        let room = self.table.rules.len() + AT_ONCE;
        if self.search.terms.len() < room {
            self.search.terms.resize(room, 0);
        }
        self.choose();
        self.pick();
        if self.table.is_small {
            return self.meet_picked();
        }
        self.meet();
        self.leave_out();
        self.meet_members();
        let Search {
            standing, terms, ..
        } = self.search;
        let lines = standing.iter().zip(0..);
        lines.fold(0, |count, (line, block)| places(line, block, terms, count))
    }
}

/// So many places of a word are written without looking how many there are: that costs less than a
/// wrong guess at the number.
const AT_ONCE: usize = 4;

/// Writes the places of all bits of a line behind what is written, in order, and says how many there
/// are then. There must be room for [`AT_ONCE`] more than that.
#[inline(always)]
fn places(Line(line): &Line, block: u32, room: &mut [u32], mut count: usize) -> usize {
    for (word, at) in line.iter().zip(0..) {
        let (mut word, base) = (*word, (block * 8 + at) * 64);
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
    /// Picks a full row for each column that has them.
    #[inline(always)]
    fn choose(&mut self) {
        let Sweep { table, search, .. } = self;
        search.chosen.resize(table.dense.len(), 0);
        for (dense, row) in table.dense.iter().zip(&mut search.chosen) {
            let class = usize::from(dense.column.class(self.account, self.moment));
            *row = dense.first + class * table.all.len();
        }
    }

    /// What is in all chosen rows, of some lines from that one on.
    #[inline(always)]
    fn strip<const N: usize>(&self, block: usize) -> [Line; N] {
        let table = self.table;
        let mut strip = lines(&table.all, block).copied().unwrap_or([EMPTY; N]);
        for row in &self.search.chosen {
            for (line, other) in strip.iter_mut().zip(table.strip::<N>(row + block)) {
                line.keep(other);
            }
        }
        strip
    }

    /// Keeps what is in all chosen rows, some lines at once: what stands stays in registers.
    #[inline(always)]
    fn meet(&mut self) {
        let long = self.table.all.len();
        self.search.standing.clear();
        for block in (0..long / 4).map(|four| four * 4) {
            let strip = self.strip::<4>(block);
            self.search.standing.extend_from_slice(&strip);
        }
        for block in long / 4 * 4..long {
            let strip = self.strip::<1>(block);
            self.search.standing.extend_from_slice(&strip);
        }
    }

    #[inline(always)]
    fn leave_out(&mut self) {
        for sparse in &self.table.sparse {
            let class = usize::from(sparse.column.class(self.account, self.moment));
            let row = self.table.rows.row(sparse.first + class);
            drop_row(row, &mut self.search.standing);
        }
    }

    /// Keeps what the members that were picked leave.
    #[inline(always)]
    fn meet_members(&mut self) {
        let table = self.table;
        let Search {
            standing,
            content,
            picked,
            ends,
            ..
        } = &mut *self.search;
        let mut start = 0;
        for (members, end) in table.members.iter().zip(&*ends) {
            content.clear();
            content.extend_from_slice(table.full(members.undemanding));
            for (with, without) in picked.get(start..*end).unwrap_or_default() {
                for (block, line) in table.rows.row(*with) {
                    if let Some(content) = content.get_mut(block) {
                        content.add(line);
                    }
                }
                drop_row(table.rows.row(*without), standing);
            }
            start = *end;
            for (standing, content) in standing.iter_mut().zip(&*content) {
                standing.keep(content);
            }
        }
    }

    /// Picks for each member of a set the two rows that are about it.
    #[inline(always)]
    fn pick(&mut self) {
        let Sweep {
            table,
            account,
            moment,
            search,
        } = self;
        let Search { picked, ends, .. } = &mut **search;
        picked.clear();
        ends.clear();
        let next = if table.is_small { table.all.len() } else { 1 };
        for members in &table.members {
            let rows = |member: usize| {
                let row = members.first + (1 + 2 * member) * next;
                (row, row + next)
            };
            let mut pick = |member: usize| picked.push(rows(member));
            if !members.column.each_member(*account, *moment, &mut pick) {
                // Content with nothing, and out is who asks anything.
                let (nothing, _) = rows(members.column.members());
                picked.push((nothing, members.first));
            }
            ends.push(picked.len());
        }
    }

    /// Writes down what is in all chosen rows and what the members that were picked leave.
    #[inline(always)]
    fn meet_picked(&mut self) -> usize {
        let long = self.table.all.len();
        let mut count = 0;
        for block in (0..long / 2).map(|two| two * 2) {
            count = self.meet_strip::<2>(block, count);
        }
        if long % 2 == 1 {
            count = self.meet_strip::<1>(long - 1, count);
        }
        count
    }

    #[inline(always)]
    fn meet_strip<const N: usize>(&mut self, block: usize, mut count: usize) -> usize {
        let table = self.table;
        let mut strip = self.strip::<N>(block);
        let Search {
            picked,
            ends,
            terms,
            ..
        } = &mut *self.search;
        let mut start = 0;
        for (members, end) in table.members.iter().zip(&*ends) {
            let mut content = *table.strip::<N>(members.undemanding + block);
            let mut out = [EMPTY; N];
            for (with, without) in picked.get(start..*end).unwrap_or_default() {
                let with = table.strip::<N>(with + block);
                let without = table.strip::<N>(without + block);
                content
                    .iter_mut()
                    .zip(with)
                    .for_each(|(line, other)| line.add(other));
                out.iter_mut()
                    .zip(without)
                    .for_each(|(line, other)| line.add(other));
            }
            start = *end;
            for (line, (content, out)) in strip.iter_mut().zip(content.iter().zip(&out)) {
                line.keep(content);
                line.drop(out);
            }
        }
        for (line, at) in strip.iter().zip(number(block)..) {
            count = places(line, at, terms, count);
        }
        count
    }
}

/// Some lines from that one on.
#[inline(always)]
fn lines<const N: usize>(lines: &[Line], at: usize) -> Option<&[Line; N]> {
    lines.get(at..)?.first_chunk()
}

#[inline(always)]
fn drop_row<'r>(row: impl Iterator<Item = (usize, &'r Line)>, standing: &mut [Line]) {
    for (block, line) in row {
        if let Some(standing) = standing.get_mut(block) {
            standing.drop(line);
        }
    }
}

fn accepts(wants: &Wants, class: u8) -> bool {
    match wants {
        Wants::Classes(classes) => classes.has(class),
        Wants::Members { .. } => class != UNKNOWN,
    }
}
