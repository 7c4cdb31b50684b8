//! All rules at once, as rows of bits.
//!
//! The bit vector scheme of packet classification (T. V. Lakshman and D. Stiliadis, *High-speed
//! policy-based packet forwarding using efficient multi-dimensional range matching*, SIGCOMM 1998):
//! for each class of each fact a row with a bit for every term of every rule that the class does not
//! rule out; an account picks one row a fact, and the rules that all of its rows leave standing
//! match. Rows are cut into lines of one cache line; a summary has a bit for each line that is not
//! empty, and is looked at first (F. Baboescu and G. Varghese, *Scalable packet classification*,
//! SIGCOMM 2001). Terms that ask alike stand side by side, so that most lines fall early.

use super::columns::{Column, UNKNOWN};
use super::program::{Held, Programs};
use super::reading::Moment;
use super::terms::{Part, Term, Wants};
use crate::facts::Facts;
use crate::formula::Formulas;

/// 512 terms: one cache line.
type Line = [u64; 8];

const EMPTY: Line = [0; 8];
const LINE: usize = 512;

/// A column that at least one term in so many asks has a full row for each class; of others only
/// the terms that a class rules out are kept.
const DENSE: usize = 8;

/// How many rows are met at once.
const AT_ONCE: usize = 4;

/// Marks a term that asks less than its rule.
const SHORT: u32 = 1 << 31;

/// How many columns the order of the terms looks at.
const SORTED_BY: usize = 6;

/// The rows of a book.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// How many lines a row has.
    blocks: usize,
    /// How many words a summary has.
    words: usize,
    /// The last line of all terms: it has fewer than others.
    last: Line,
    dense: Vec<Dense>,
    sparse: Vec<Sparse>,
    members: Vec<Named>,
    /// By full row, a bit for each of its lines that is not empty.
    summaries: Vec<u64>,
    /// By full row, its lines.
    lines: Vec<Line>,
    rows: Rows,
    /// By term, its rule; where the term is short, its place in `again` and the mark.
    rules: Vec<u32>,
    /// The rules of short terms, by their programs.
    again: Vec<u32>,
    programs: Programs,
}

/// A column with a full row for each class.
#[derive(Clone, Debug)]
struct Dense {
    column: Column,
    first: usize,
}

/// A column with a row of the terms that each class rules out.
#[derive(Clone, Debug)]
struct Sparse {
    column: Column,
    first: usize,
}

/// A column of members.
#[derive(Clone, Debug)]
struct Named {
    column: Column,
    /// The row of the terms that ask it anything: an unknown fact rules them out.
    asking: usize,
    /// The row of the terms that demand a member.
    demanding: usize,
    /// By member, the row of the terms that are content with it, then of those that it rules out.
    first: usize,
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
            if let Some(line) = self.lines.last_mut() {
                set(line, term % LINE);
            }
        }
        self.starts.push(number(self.lines.len()));
        row
    }

    /// The lines of a row that are in blocks where anything is left.
    #[inline]
    fn row(&self, row: usize, alive: &[u64]) -> impl Iterator<Item = (usize, &Line)> {
        let at = |row: usize| self.starts.get(row).map_or(0, |at| *at as usize);
        let range = at(row)..at(row + 1);
        let blocks = self.blocks.get(range.clone()).unwrap_or_default();
        let lines = self.lines.get(range).unwrap_or_default();
        let lines = blocks.iter().map(|block| *block as usize).zip(lines);
        lines.filter(|(block, _)| {
            let word = alive.get(block / 64);
            word.is_some_and(|word| word >> (block % 64) & 1 == 1)
        })
    }
}

/// Memory that searches use again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    chosen: Vec<usize>,
    named: Vec<u32>,
    alive: Vec<u64>,
    standing: Vec<Line>,
    content: Vec<Line>,
    pub(super) held: Held,
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn set(line: &mut [u64], bit: usize) {
    if let Some(word) = line.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

#[inline]
fn keep(line: &mut Line, others: &Line) {
    for (word, other) in line.iter_mut().zip(others) {
        *word &= other;
    }
}

#[inline]
fn drop_from(line: &mut Line, others: &Line) {
    for (word, other) in line.iter_mut().zip(others) {
        *word &= !other;
    }
}

#[inline]
fn is_empty(line: &Line) -> bool {
    line.iter().fold(0, |sum, word| sum | word) == 0
}

/// Names the bits of words, the lowest first.
#[inline]
fn each_bit(words: impl IntoIterator<Item = u64>, mut named: impl FnMut(usize)) {
    for (at, mut word) in words.into_iter().enumerate() {
        while word != 0 {
            named(at * 64 + word.trailing_zeros() as usize);
            word &= word - 1;
        }
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
        let mut terms: Vec<(u32, Term)> = Vec::new();
        for (rule_terms, rule) in rules.into_iter().zip(0_u32..) {
            terms.extend(rule_terms.into_iter().map(|term| (rule, term)));
        }
        let usage = Usage::of(&columns, &terms);
        terms.sort_by_cached_key(|(rule, term)| (usage.key(term), *rule));
        let rules = terms.iter().map(|(rule, term)| {
            let place = again.binary_search(rule);
            match place {
                Ok(place) if term.is_short => SHORT | number(place),
                _ => *rule,
            }
        });
        let blocks = terms.len().div_ceil(LINE);
        let mut last = EMPTY;
        let before = blocks.saturating_sub(1) * LINE;
        (before..terms.len()).for_each(|term| set(&mut last, term - before));
        let mut table = Table {
            blocks,
            words: blocks.div_ceil(64),
            last,
            rules: rules.collect(),
            programs: programs(&again),
            again,
            ..Table::default()
        };
        let mut asking: Vec<Vec<(usize, &Wants)>> = vec![Vec::new(); columns.len()];
        for (at, (_, term)) in terms.iter().enumerate() {
            for Part { column, wants } in &term.parts {
                if let Some(asking) = asking.get_mut(*column) {
                    asking.push((at, wants));
                }
            }
        }
        let mut numbered: Vec<_> = columns.into_iter().map(Some).collect();
        for at in usage.order {
            let column = numbered.get_mut(at).and_then(Option::take);
            if let (Some(column), Some(asking)) = (column, asking.get(at))
                && !asking.is_empty()
            {
                table.add(column, asking, terms.len());
            }
        }
        table
    }

    fn add(&mut self, column: Column, asking: &[(usize, &Wants)], terms: usize) {
        if column.is_of_members() {
            self.add_members(column, asking);
        } else if asking.len() * DENSE >= terms {
            self.add_dense(column, asking, terms);
        } else {
            let mut first = None;
            for class in (0..column.classes()).filter_map(|class| u8::try_from(class).ok()) {
                let out = asking.iter().filter(|(_, wants)| !accepts(wants, class));
                let row = self.rows.push(out.map(|(term, _)| *term).collect());
                first.get_or_insert(row);
            }
            let first = first.unwrap_or_default();
            self.sparse.push(Sparse { column, first });
        }
    }

    fn add_dense(&mut self, column: Column, asking: &[(usize, &Wants)], terms: usize) {
        let mut free = vec![EMPTY; self.blocks];
        (0..terms).for_each(|term| set(free.as_flattened_mut(), term));
        for (term, _) in asking {
            if let Some(word) = free.as_flattened_mut().get_mut(term / 64) {
                *word &= !(1 << (term % 64));
            }
        }
        let first = self.lines.len() / self.blocks.max(1);
        for class in (0..column.classes()).filter_map(|class| u8::try_from(class).ok()) {
            let mut row = free.clone();
            let accepting = asking.iter().filter(|(_, wants)| accepts(wants, class));
            accepting.for_each(|(term, _)| set(row.as_flattened_mut(), *term));
            let mut summary = vec![0; self.words];
            for (block, line) in row.iter().enumerate() {
                if !is_empty(line) {
                    set(&mut summary, block);
                }
            }
            self.summaries.extend(summary);
            self.lines.extend(row);
        }
        self.dense.push(Dense { column, first });
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
        let asking = self
            .rows
            .push(asking.iter().map(|(term, _)| *term).collect());
        let demanding = self.rows.push(demanding);
        for (content, out) in content.into_iter().zip(out) {
            self.rows.push(content);
            self.rows.push(out);
        }
        self.members.push(Named {
            column,
            asking,
            demanding,
            first: demanding + 1,
        });
    }

    pub(super) fn bytes(&self) -> usize {
        let lines = self.lines.capacity() + self.rows.lines.capacity();
        let numbers = self.rows.starts.capacity()
            + self.rows.blocks.capacity()
            + self.rules.capacity()
            + self.again.capacity();
        lines * size_of::<Line>()
            + numbers * size_of::<u32>()
            + self.summaries.capacity() * size_of::<u64>()
            + (self.dense.len() + self.sparse.len() + self.members.len()) * size_of::<Named>()
            + self.programs.bytes()
    }

    /// Marks the rules that are true.
    pub(super) fn search(
        &self,
        formulas: &Formulas,
        facts: &Facts,
        moment: Moment,
        search: &mut Search,
        hits: &mut [u64],
    ) {
        self.choose(facts, moment, search);
        self.meet(search);
        for sparse in &self.sparse {
            let class = usize::from(sparse.column.class(facts, moment));
            let row = sparse.first + class;
            drop_row(&self.rows, row, &search.alive, &mut search.standing);
        }
        for members in &self.members {
            self.meet_members(members, facts, moment, search);
        }
        let Search {
            standing,
            held,
            alive,
            ..
        } = search;
        each_bit(alive.iter().copied(), |block| {
            let line = standing.get(block).copied().unwrap_or(EMPTY);
            each_bit(line, |bit| {
                let Some(&rule) = self.rules.get(block * LINE + bit) else {
                    return;
                };
                if rule & SHORT == 0 {
                    set(hits, rule as usize);
                    return;
                }
                let program = (rule & !SHORT) as usize;
                let Some(&rule) = self.again.get(program) else {
                    return;
                };
                let rule = rule as usize;
                let has = hits
                    .get(rule / 64)
                    .is_some_and(|word| word >> (rule % 64) & 1 == 1);
                if !has
                    && self
                        .programs
                        .is_true(program, formulas, facts, moment, held)
                {
                    set(hits, rule);
                }
            });
        });
    }

    /// Picks a full row for each column that has them, and the lines that none of these empties.
    fn choose(&self, facts: &Facts, moment: Moment, search: &mut Search) {
        search.alive.clear();
        search.alive.resize(self.words, u64::MAX);
        if let (Some(last), over @ 1..) = (search.alive.last_mut(), self.blocks % 64) {
            *last = (1 << over) - 1;
        }
        search.chosen.clear();
        for dense in &self.dense {
            let row = dense.first + usize::from(dense.column.class(facts, moment));
            search.chosen.push(row);
            let summary = self.summaries.iter().skip(row * self.words);
            for (alive, summary) in search.alive.iter_mut().zip(summary) {
                *alive &= summary;
            }
        }
    }

    /// Meets the picked rows, line by line.
    fn meet(&self, search: &mut Search) {
        let Search {
            chosen,
            alive,
            standing,
            ..
        } = search;
        standing.clear();
        standing.resize(self.blocks, EMPTY);
        for (at, word) in alive.iter_mut().enumerate() {
            let mut open = *word;
            while open != 0 {
                let bit = open.trailing_zeros();
                open &= open - 1;
                let block = at * 64 + bit as usize;
                let line = self.line(block, chosen);
                if is_empty(&line) {
                    *word &= !(1 << bit);
                } else if let Some(slot) = standing.get_mut(block) {
                    *slot = line;
                }
            }
        }
    }

    /// Some rows are met before anybody looks whether anything is left: that costs less than a
    /// wrong guess about the outcome.
    #[inline]
    fn line(&self, block: usize, chosen: &[usize]) -> Line {
        let mut line = if block + 1 < self.blocks {
            [u64::MAX; 8]
        } else {
            self.last
        };
        for rows in chosen.chunks(AT_ONCE) {
            for row in rows {
                if let Some(other) = self.lines.get(row * self.blocks + block) {
                    keep(&mut line, other);
                }
            }
            if is_empty(&line) {
                break;
            }
        }
        line
    }

    fn meet_members(&self, members: &Named, facts: &Facts, moment: Moment, search: &mut Search) {
        let Search {
            named,
            standing,
            content,
            alive,
            ..
        } = search;
        named.clear();
        let is_known = members
            .column
            .each_member(facts, moment, |member| named.push(member));
        if !is_known {
            drop_row(&self.rows, members.asking, alive, standing);
            return;
        }
        content.clear();
        content.resize(self.blocks, EMPTY);
        for member in &*named {
            let row = members.first + 2 * *member as usize;
            for (block, line) in self.rows.row(row, alive) {
                if let Some(content) = content.get_mut(block) {
                    for (word, other) in content.iter_mut().zip(line) {
                        *word |= other;
                    }
                }
            }
            drop_row(&self.rows, row + 1, alive, standing);
        }
        for (block, line) in self.rows.row(members.demanding, alive) {
            if let (Some(standing), Some(content)) = (standing.get_mut(block), content.get(block)) {
                for ((word, demands), content) in standing.iter_mut().zip(line).zip(content) {
                    *word &= !(demands & !content);
                }
            }
        }
    }
}

#[inline]
fn drop_row(rows: &Rows, row: usize, alive: &[u64], standing: &mut [Line]) {
    for (block, line) in rows.row(row, alive) {
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

/// How much columns rule out, and in what order they are best asked.
struct Usage {
    order: Vec<usize>,
}

impl Usage {
    fn of(columns: &[Column], terms: &[(u32, Term)]) -> Usage {
        let mut out = vec![0_f64; columns.len()];
        for part in terms.iter().flat_map(|(_, term)| &term.parts) {
            if let (Wants::Classes(wanted), Some(column), Some(out)) = (
                &part.wants,
                columns.get(part.column),
                out.get_mut(part.column),
            ) {
                let classes = column.classes().max(1);
                *out += 1.0 - f64::from(wanted.count()) / f64::from(number(classes));
            }
        }
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let by = |at: &usize| out.get(*at).copied().unwrap_or_default();
        order.sort_by(|a, b| by(b).total_cmp(&by(a)).then(a.cmp(b)));
        Usage { order }
    }

    /// Terms with like keys ask alike.
    fn key(&self, term: &Term) -> Vec<[u64; 4]> {
        let columns = self.order.iter().take(SORTED_BY);
        let keys = columns.map(|column| {
            let part = term.parts.iter().find(|part| part.column == *column);
            match part.map(|part| &part.wants) {
                Some(Wants::Classes(classes)) => classes.order(),
                _ => [u64::MAX; 4],
            }
        });
        keys.collect()
    }
}
