//! The breakdown: which combination of values each account has, as a number.

use std::collections::BTreeMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_schema::DataType;
use banneret::{FactId, Kind, Schema};
use hashbrown::HashMap;

use super::cell::Cell;
use super::document::Outcomes;
use crate::columns::{Column, Table};
use crate::read::{number, text};

/// Breaking down by something like an id would make a row of every account: the first so many
/// combinations are kept apart.
pub(super) const MOST_ROWS: usize = 2_000;
/// More than this while counting are cut back to those.
const MOST_AT_ONCE: usize = 8_192;
/// More values of one fact than this are cut back to those that are in use.
const MOST_VALUES: usize = 65_536;
/// As long as the values multiply to no more than this, a table tells the combination.
const MOST_PLACES: usize = 1 << 16;

/// The rows of a chunk.
const ROWS: usize = 4_096;
/// The combination of all those that are not kept apart.
const OTHERS: u32 = 0;
/// A value that is unknown.
const UNKNOWN: u32 = 0;
const NOTHING: u32 = u32::MAX;

/// What was counted of one combination, in all, and by audience who is in it and of whom that is
/// unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) all: u64,
    pub(super) of: Vec<(u64, u64)>,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.all += other.all;
        self.of.resize(self.of.len().max(other.of.len()), (0, 0));
        for (sum, more) in self.of.iter_mut().zip(&other.of) {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
    }

    pub(super) fn outcomes(&self, audience: usize) -> Outcomes {
        let (yes, unknown) = self.of.get(audience).copied().unwrap_or_default();
        let no = self.all - yes - unknown;
        Outcomes { yes, no, unknown }
    }
}

/// The combinations met so far.
#[derive(Debug)]
pub(super) struct Groups {
    facts: Vec<Values>,
    audiences: usize,
    /// By combination of values.
    found: HashMap<Box<[u32]>, u32>,
    /// A shortcut to that, where the values are few.
    places: Vec<u32>,
    tallies: Vec<Tally>,
    /// Combinations behind this one are not kept apart.
    last: Option<Vec<Cell>>,
    /// By row of the chunk.
    rows: Vec<u32>,
}

/// The values of one fact.
#[derive(Debug)]
struct Values {
    fact: FactId,
    cells: Vec<Cell>,
    texts: HashMap<Box<str>, u32>,
    numbers: HashMap<i64, u32>,
    /// How many values the shortcut has room for.
    room: usize,
    /// By row of the chunk.
    rows: Vec<u32>,
}

/// The column of a fact in one table, made ready.
pub(super) enum Bound<'t> {
    Nothing,
    /// Codes into a dictionary; the number of each once it was met.
    Keyed(&'t Column, Vec<usize>, Vec<u32>),
    Plain(&'t Column),
}

impl Groups {
    pub(super) fn new(facts: &[FactId], audiences: usize) -> Groups {
        let values = facts.iter().map(|fact| Values {
            fact: *fact,
            cells: vec![Cell::Unknown],
            texts: HashMap::new(),
            numbers: HashMap::new(),
            room: 8,
            rows: vec![0; ROWS],
        });
        let mut groups = Groups {
            facts: values.collect(),
            audiences,
            found: HashMap::new(),
            places: Vec::new(),
            tallies: Vec::new(),
            last: None,
            rows: vec![0; ROWS],
        };
        groups.tally();
        groups.make_room();
        groups
    }

    fn tally(&mut self) -> u32 {
        let of = vec![(0, 0); self.audiences];
        self.tallies.push(Tally { all: 0, of });
        u32::try_from(self.tallies.len() - 1).unwrap_or(OTHERS)
    }

    /// The columns of a table.
    pub(super) fn bind<'t>(&self, table: &'t Table) -> Vec<Bound<'t>> {
        let columns = self.facts.iter().map(|values| {
            let Some(column) = table.column(values.fact) else {
                return Bound::Nothing;
            };
            match column.values.as_any_dictionary_opt() {
                Some(dictionary) if !dictionary.values().is_empty() => {
                    let met = vec![NOTHING; dictionary.values().len()];
                    Bound::Keyed(column, dictionary.normalized_keys(), met)
                }
                _ => Bound::Plain(column),
            }
        });
        columns.collect()
    }

    /// Tells the combination of each row of a chunk; `known` is by fact.
    pub(super) fn fill(
        &mut self,
        schema: &Schema,
        bound: &mut [Bound<'_>],
        (start, rows): (usize, usize),
        known: &[&[u64]],
    ) -> Vec<u32> {
        let values = self.facts.iter().map(|values| values.cells.len()).max();
        if self.tallies.len() > MOST_AT_ONCE || values > Some(MOST_VALUES) {
            self.cut_back(bound);
        }
        let last = self.last.as_ref();
        for (at, (values, bound)) in self.facts.iter_mut().zip(bound).enumerate() {
            // Only the first fact's value alone can put a row behind the last.
            let last = last.filter(|_| at == 0).and_then(|last| last.first());
            values.fill(schema, bound, (start, rows), known.get(at).copied(), last);
        }
        if self
            .facts
            .iter()
            .any(|values| values.cells.len() > values.room)
        {
            self.make_room();
        }
        let mut numbers = std::mem::take(&mut self.rows);
        let places = self.places();
        for (row, number) in numbers.iter_mut().enumerate().take(rows) {
            *number = match places.as_ref().and_then(|places| places.get(row)) {
                Some(place) => match self.places.get(*place as usize) {
                    Some(&number) if number != NOTHING => number,
                    _ => self.look_up(row, *place as usize),
                },
                None => self.combination(row),
            };
            if let Some(tally) = self.tallies.get_mut(*number as usize) {
                tally.all += 1;
            }
        }
        numbers
    }

    /// Gives the memory of [`Groups::fill`] back.
    pub(super) fn give_back(&mut self, rows: Vec<u32>) {
        self.rows = rows;
    }

    /// Counts a row for an audience.
    pub(super) fn count(&mut self, number: u32, audience: usize, is_known: bool) {
        let tally = self.tallies.get_mut(number as usize);
        if let Some(count) = tally.and_then(|tally| tally.of.get_mut(audience)) {
            match is_known {
                true => count.0 += 1,
                false => count.1 += 1,
            }
        }
    }

    /// The place of each row's combination in the shortcut, a fact at a time, which is faster than
    /// row by row; nothing where there is no shortcut, or where some rows are put with the others.
    fn places(&self) -> Option<[u32; ROWS]> {
        if self.last.is_some() || self.places.is_empty() {
            return None;
        }
        let mut places = [0; ROWS];
        for values in &self.facts {
            let room = u32::try_from(values.room).ok()?;
            for (place, number) in places.iter_mut().zip(&values.rows) {
                *place = *place * room + *number;
            }
        }
        Some(places)
    }

    #[inline]
    fn combination(&mut self, row: usize) -> u32 {
        let mut place = 0;
        for values in &self.facts {
            match values.rows.get(row) {
                Some(&NOTHING) => return OTHERS,
                Some(number) => place = place * values.room + *number as usize,
                None => return OTHERS,
            }
        }
        match self.places.get(place) {
            Some(&number) if number != NOTHING => number,
            _ => self.look_up(row, place),
        }
    }

    fn look_up(&mut self, row: usize, place: usize) -> u32 {
        let numbers = self
            .facts
            .iter()
            .filter_map(|values| values.rows.get(row).copied());
        let numbers: Box<[u32]> = numbers.collect();
        let number = match self.found.get(&numbers) {
            Some(number) => *number,
            None if self.is_behind(&numbers) => OTHERS,
            None => {
                let number = self.tally();
                self.found.insert(numbers, number);
                number
            }
        };
        if let Some(slot) = self.places.get_mut(place) {
            *slot = number;
        }
        number
    }

    fn is_behind(&self, numbers: &[u32]) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| self.cells(numbers) > *last)
    }

    fn cells(&self, numbers: &[u32]) -> Vec<Cell> {
        let pairs = self.facts.iter().zip(numbers);
        let cells = pairs.map(|(values, number)| values.cells.get(*number as usize));
        cells
            .map(|cell| cell.cloned().unwrap_or(Cell::Unknown))
            .collect()
    }

    fn make_room(&mut self) {
        for values in &mut self.facts {
            values.room = values.cells.len().next_power_of_two().max(values.room);
            if values.cells.len() == values.room {
                values.room *= 2;
            }
        }
        let rooms = self.facts.iter().map(|values| values.room);
        let places = rooms.fold(1_usize, usize::saturating_mul);
        self.places.clear();
        if places <= MOST_PLACES {
            self.places.resize(places, NOTHING);
        }
    }

    /// Keeps the first combinations and puts the others together. A combination that is put with
    /// the others once stands behind so many that it always will be: what is kept in the end does
    /// not hang on the order of the accounts.
    fn cut_back(&mut self, bound: &mut [Bound<'_>]) {
        let (kept, others) = self.sorted();
        self.found.clear();
        self.tallies.clear();
        self.tallies.push(others);
        for values in &mut self.facts {
            values.cells.truncate(1);
            values.texts.clear();
            values.numbers.clear();
            values.room = 8;
        }
        for bound in bound {
            if let Bound::Keyed(_, _, met) = bound {
                met.fill(NOTHING);
            }
        }
        if kept.len() >= MOST_ROWS {
            self.last = kept.last_key_value().map(|(cells, _)| cells.clone());
        }
        for (cells, tally) in kept {
            let numbers = self.facts.iter_mut().zip(cells);
            let numbers: Box<[u32]> = numbers.map(|(values, cell)| values.put(cell)).collect();
            self.tallies.push(tally);
            let number = u32::try_from(self.tallies.len() - 1).unwrap_or(OTHERS);
            self.found.insert(numbers, number);
        }
        self.make_room();
    }

    /// The first combinations, and the others in one.
    fn sorted(&self) -> (BTreeMap<Vec<Cell>, Tally>, Tally) {
        let mut others = self.tallies.first().cloned().unwrap_or_default();
        let mut kept = BTreeMap::new();
        for (numbers, number) in &self.found {
            if let Some(tally) = self.tallies.get(*number as usize) {
                kept.insert(self.cells(numbers), tally.clone());
            }
        }
        cut(&mut kept, &mut others);
        (kept, others)
    }

    pub(super) fn finish(self) -> Combinations {
        let (kept, others) = self.sorted();
        Combinations { kept, others }
    }
}

fn cut(kept: &mut BTreeMap<Vec<Cell>, Tally>, others: &mut Tally) {
    while kept.len() > MOST_ROWS {
        if let Some((_, tally)) = kept.pop_last() {
            others.add(&tally);
        }
    }
}

/// The combinations of all accounts.
#[derive(Debug, Default)]
pub(super) struct Combinations {
    pub(super) kept: BTreeMap<Vec<Cell>, Tally>,
    pub(super) others: Tally,
}

impl Combinations {
    pub(super) fn merge(&mut self, other: Combinations) {
        self.others.add(&other.others);
        for (cells, tally) in other.kept {
            self.kept.entry(cells).or_default().add(&tally);
        }
        cut(&mut self.kept, &mut self.others);
    }
}

impl Values {
    /// The number of a value.
    fn put(&mut self, cell: Cell) -> u32 {
        let Cell::Known(number, text) = &cell else {
            return UNKNOWN;
        };
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let place = u32::try_from(self.cells.len()).unwrap_or(UNKNOWN);
        self.texts.insert(text.clone(), place);
        self.numbers.insert(*number, place);
        self.cells.push(cell);
        place
    }

    /// The number of a value, unless it stands behind the last that is kept apart.
    fn put_before(&mut self, cell: Cell, last: Option<&Cell>) -> u32 {
        match last.is_some_and(|last| cell > *last) {
            true => NOTHING,
            false => self.put(cell),
        }
    }

    fn fill(
        &mut self,
        schema: &Schema,
        bound: &mut Bound<'_>,
        (start, rows): (usize, usize),
        known: Option<&[u64]>,
        last: Option<&Cell>,
    ) {
        let mut numbers = std::mem::take(&mut self.rows);
        let unknown = match last {
            Some(last) if Cell::Unknown > *last => NOTHING,
            _ => UNKNOWN,
        };
        numbers.fill(unknown);
        let known = super::rows_of(known.unwrap_or_default()).take_while(|row| *row < rows);
        match bound {
            Bound::Nothing => {}
            Bound::Keyed(column, keys, met) => {
                for row in known {
                    let key = keys.get(start + row).copied().unwrap_or_default();
                    let number = match met.get(key) {
                        Some(&number) if number != NOTHING => number,
                        _ => {
                            let cell = Cell::of_row(schema, column, start + row);
                            let number = self.put_before(cell, last);
                            if let Some(slot) = met.get_mut(key) {
                                *slot = number;
                            }
                            number
                        }
                    };
                    if let Some(slot) = numbers.get_mut(row) {
                        *slot = number;
                    }
                }
            }
            Bound::Plain(column) => {
                for row in known {
                    if let Some(slot) = numbers.get_mut(row) {
                        *slot = self.plain(schema, column, start + row, last);
                    }
                }
            }
        }
        self.rows = numbers;
    }

    fn plain(&mut self, schema: &Schema, column: &Column, row: usize, last: Option<&Cell>) -> u32 {
        let kind = schema.fact(column.fact).map(|fact| &fact.kind);
        let met = match kind {
            Some(Kind::Int { .. }) => {
                number(&column.values, row).and_then(|number| self.numbers.get(&number))
            }
            Some(Kind::Bool) if column.values.data_type() == &DataType::Boolean => {
                let value = i64::from(column.values.as_boolean().value(row));
                self.numbers.get(&value)
            }
            Some(Kind::Enum(_) | Kind::String(_)) => {
                text(&column.values, row).and_then(|text| self.texts.get(text))
            }
            _ => None,
        };
        match met {
            Some(number) => *number,
            None => self.put_before(Cell::of_row(schema, column, row), last),
        }
    }
}
