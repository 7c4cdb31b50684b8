//! The breakdown: which combination of values each account has, as a number.

use std::collections::BTreeMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_schema::DataType;
use banneret::{FactId, Kind, Schema};
use hashbrown::HashMap;

use super::cell::Cell;
use super::document::Outcomes;
use crate::columns::{Column, Place, Places, ROWS, Table};
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
/// As long as the words of a batch multiply to no more than this, they are counted by their codes.
const MOST_CODED: usize = 1 << 12;

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

/// The columns of one table, made ready.
pub(super) enum Bound<'t> {
    /// Words of which there are few: counted by their codes, and named when all are counted.
    Coded(Box<Coded<'t>>),
    /// Any others, by fact: named row by row.
    Each(Vec<Each<'t>>),
}

/// The counts of one table, by the place of each combination of codes.
pub(super) struct Coded<'t> {
    places: Places<'t>,
    columns: Vec<Option<&'t Column>>,
    /// By row of the chunk.
    rows: [Place; ROWS],
    /// In four parts, so that neighbours, which are often equal, need not wait for one another.
    all: Vec<[u32; 4]>,
    /// By audience, then by place.
    of: Vec<Vec<(u64, u64)>>,
}

/// The column of a fact in one table, made ready.
pub(super) enum Each<'t> {
    Nothing,
    /// Codes into a dictionary; the number of each once it was met.
    Keyed(&'t Column, Vec<usize>, Vec<u32>),
    Plain(&'t Column),
}

impl<'t> Each<'t> {
    fn of(column: Option<&'t Column>) -> Each<'t> {
        let Some(column) = column else {
            return Each::Nothing;
        };
        match column.values.as_any_dictionary_opt() {
            Some(dictionary) if !dictionary.values().is_empty() => {
                let met = vec![NOTHING; dictionary.values().len()];
                Each::Keyed(column, dictionary.normalized_keys(), met)
            }
            _ => Each::Plain(column),
        }
    }
}

impl Coded<'_> {
    fn turn_to(&mut self, place: (usize, usize), known: &[&[u64]]) {
        self.places.fill(place, known, &mut self.rows);
        let Coded { rows, all, .. } = self;
        let (rows, all) = (rows.get(..place.1).unwrap_or_default(), all.as_mut_slice());
        let (fours, rest) = rows.as_chunks::<4>();
        for four in fours {
            for (part, place) in four.iter().enumerate() {
                if let Some(count) = all.get_mut(usize::from(*place)) {
                    count[part] += 1;
                }
            }
        }
        for place in rest {
            if let Some(count) = all.get_mut(usize::from(*place)) {
                count[0] += 1;
            }
        }
    }

    fn count(&mut self, audience: usize, yes: &[u64], unknown: &[u64]) {
        let Some(counts) = self.of.get_mut(audience) else {
            return;
        };
        let rows = &self.rows;
        each(yes, unknown, |row, more| {
            let place = rows.get(row).map_or(0, |place| usize::from(*place));
            if let Some(sum) = counts.get_mut(place) {
                *sum = (sum.0 + more.0, sum.1 + more.1);
            }
        });
    }
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
    pub(super) fn bind<'t>(&self, table: &'t Table) -> Bound<'t> {
        let columns: Vec<_> = self
            .facts
            .iter()
            .map(|values| table.column(values.fact))
            .collect();
        let values = columns
            .iter()
            .map(|column| column.map(|column| &column.values));
        match Places::of(values, MOST_CODED.min(table.rows)) {
            Some(places) => Bound::Coded(Box::new(Coded {
                columns,
                rows: [0; ROWS],
                all: vec![[0; 4]; places.many()],
                of: vec![vec![(0, 0); places.many()]; self.audiences],
                places,
            })),
            None => Bound::Each(columns.into_iter().map(Each::of).collect()),
        }
    }

    /// Turns to a chunk, and counts its rows; `known` is by fact.
    pub(super) fn turn_to(
        &mut self,
        schema: &Schema,
        bound: &mut Bound<'_>,
        place: (usize, usize),
        known: &[&[u64]],
    ) {
        match bound {
            Bound::Coded(coded) => coded.turn_to(place, known),
            Bound::Each(columns) => self.fill(schema, columns, place, known),
        }
    }

    /// Counts the chunk's rows that an audience has, and those of which that is unknown.
    pub(super) fn count(
        &mut self,
        bound: &mut Bound<'_>,
        audience: usize,
        yes: &[u64],
        unknown: &[u64],
    ) {
        if let Bound::Coded(coded) = bound {
            return coded.count(audience, yes, unknown);
        }
        let Groups { rows, tallies, .. } = self;
        each(yes, unknown, |row, more| {
            let number = rows.get(row).copied().unwrap_or(OTHERS);
            let tally = tallies.get_mut(number as usize);
            if let Some(sum) = tally.and_then(|tally| tally.of.get_mut(audience)) {
                *sum = (sum.0 + more.0, sum.1 + more.1);
            }
        });
    }

    /// Names what was counted of a table.
    pub(super) fn settle(&mut self, schema: &Schema, bound: &Bound<'_>) {
        let Bound::Coded(coded) = bound else {
            return;
        };
        if self.is_over() {
            self.cut_back(&mut []);
        }
        let none = || vec![NOTHING; coded.places.many()];
        let mut met: Vec<Vec<u32>> = coded.columns.iter().map(|_| none()).collect();
        for (place, all) in coded.all.iter().enumerate() {
            let all: u64 = all.iter().map(|part| u64::from(*part)).sum();
            if all == 0 {
                continue;
            }
            let number = self.name(schema, coded, place, &mut met);
            let Some(tally) = self.tallies.get_mut(number as usize) else {
                continue;
            };
            tally.all += all;
            for (sum, of) in tally.of.iter_mut().zip(&coded.of) {
                let (yes, unknown) = of.get(place).copied().unwrap_or_default();
                *sum = (sum.0 + yes, sum.1 + unknown);
            }
        }
    }

    /// The combination at a place; `met` are the numbers of the values that had one before.
    fn name(
        &mut self,
        schema: &Schema,
        coded: &Coded<'_>,
        place: usize,
        met: &mut [Vec<u32>],
    ) -> u32 {
        let last = self.last.as_ref().and_then(|last| last.first());
        let mut numbers = Vec::with_capacity(self.facts.len());
        let sides = coded.places.codes(place).zip(&coded.columns).zip(met);
        for (at, (values, ((code, column), met))) in self.facts.iter_mut().zip(sides).enumerate() {
            // Only the first fact's value alone can put a row behind the last.
            let last = last.filter(|_| at == 0);
            let slot = code.and_then(|code| met.get_mut(code));
            let number = match slot {
                Some(&mut number) if number != NOTHING => number,
                slot => {
                    let cell = code
                        .zip(*column)
                        .map(|(code, column)| Cell::of_code(schema, column, code));
                    let number = values.put_before(cell.unwrap_or(Cell::Unknown), last);
                    slot.into_iter().for_each(|slot| *slot = number);
                    number
                }
            };
            if number == NOTHING {
                return OTHERS;
            }
            numbers.push(number);
        }
        self.number_of(numbers.into())
    }

    fn is_over(&self) -> bool {
        let values = self.facts.iter().map(|values| values.cells.len()).max();
        self.tallies.len() > MOST_AT_ONCE || values > Some(MOST_VALUES)
    }

    /// Tells the combination of each row of a chunk; `known` is by fact.
    fn fill(
        &mut self,
        schema: &Schema,
        columns: &mut [Each<'_>],
        (start, rows): (usize, usize),
        known: &[&[u64]],
    ) {
        if self.is_over() {
            self.cut_back(columns);
        }
        let last = self.last.as_ref();
        for (at, (values, column)) in self.facts.iter_mut().zip(columns).enumerate() {
            // Only the first fact's value alone can put a row behind the last.
            let last = last.filter(|_| at == 0).and_then(|last| last.first());
            values.fill(schema, column, (start, rows), known.get(at).copied(), last);
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
        self.rows = numbers;
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
        let number = self.number_of(numbers.collect());
        if let Some(slot) = self.places.get_mut(place) {
            *slot = number;
        }
        number
    }

    /// The combination of those values.
    fn number_of(&mut self, numbers: Box<[u32]>) -> u32 {
        match self.found.get(&numbers) {
            Some(number) => *number,
            None if self.is_behind(&numbers) => OTHERS,
            None => {
                let number = self.tally();
                self.found.insert(numbers, number);
                number
            }
        }
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
    fn cut_back(&mut self, columns: &mut [Each<'_>]) {
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
        for column in columns {
            if let Each::Keyed(_, _, met) = column {
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

/// Shows the rows that an audience has, and those of which that is unknown, with what each counts.
fn each(yes: &[u64], unknown: &[u64], mut show: impl FnMut(usize, (u64, u64))) {
    super::rows_of(yes).for_each(|row| show(row, (1, 0)));
    super::rows_of(unknown).for_each(|row| show(row, (0, 1)));
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
        column: &mut Each<'_>,
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
        match column {
            Each::Nothing => {}
            Each::Keyed(column, keys, met) => {
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
            Each::Plain(column) => {
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
