//! The answers to all questions about one fact, for a chunk of its column.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::{ArrowNativeType, NullBuffer};
use arrow_schema::DataType;
use banneret::{Kind, Question, Ranges, Time};
use hashbrown::HashMap;

use super::asked::{Asked, FIRST, Marks, SAID, VALID};
use super::keys::Keys;
use super::lanes::{self, Bits, Lanes, Loop};
use super::mask::{self, Mask, NONE, ROWS};
use super::numbers::{Moments, Numbers, Spans};
use super::texts::{Plain, Texts};

/// How many different texts of a column are remembered; what has more is no list of words.
const REMEMBERED: usize = 4_096;

/// The column of one fact, made ready for its questions.
pub(super) struct Values<'a> {
    asked: &'a Asked,
    nulls: Option<&'a NullBuffer>,
    form: Form<'a>,
    lanes: Lanes,
}

enum Form<'a> {
    /// No column, or one that the fact cannot have.
    Nothing,
    Bits(&'a BooleanArray),
    Numbers {
        numbers: Numbers<'a>,
        domain: Option<Spans>,
        questions: Vec<Spans>,
    },
    Keyed {
        keys: Keys<'a>,
        told: Arc<Told>,
    },
    Plain {
        texts: Plain<'a>,
        answers: Answers,
        known: HashMap<&'a str, u32>,
    },
    /// Whole numbers that stand for texts: ids.
    Written(Numbers<'a>),
    Sets(Box<Sets<'a>>),
}

/// What is told of the values of a dictionary.
#[derive(Debug)]
struct Told {
    answers: Answers,
    /// The same by group, where a byte can be any of the keys.
    narrow: Option<Vec<lanes::Answers>>,
}

/// What was told of a fact's last dictionary; tables often share theirs.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembered(Option<(ArrayRef, Arc<Told>)>);

impl Remembered {
    fn told(&mut self, asked: &Asked, values: &ArrayRef) -> Arc<Told> {
        if let Some((known, told)) = &self.0
            && Arc::ptr_eq(known, values)
        {
            return Arc::clone(told);
        }
        let answers = Answers::of_dictionary(asked, Plain::of(values), values.len());
        let narrow = answers.narrow();
        let told = Arc::new(Told { answers, narrow });
        self.0 = Some((Arc::clone(values), Arc::clone(&told)));
        told
    }
}

/// The answers for each different value, eight to a byte.
#[derive(Debug)]
struct Answers {
    /// Which answers are kept, in order.
    kept: Vec<usize>,
    /// By group of eight answers, then by value.
    groups: Vec<Vec<u8>>,
}

impl Answers {
    fn new(kept: Vec<usize>) -> Answers {
        let groups = vec![Vec::new(); kept.len().div_ceil(8)];
        Answers { kept, groups }
    }

    /// The answers for the values of a dictionary. Where every one is something said, or a value of
    /// the domain, the rows say that by themselves.
    fn of_dictionary(asked: &Asked, texts: Plain<'_>, values: usize) -> Answers {
        let mut all = Answers::new((0..asked.answers()).collect());
        for at in 0..values {
            all.push(asked, texts.at(at));
        }
        // Both stand in the first group.
        let of_all = |at: usize| {
            let mut bytes = all.groups.first().into_iter().flatten();
            bytes.all(|byte| byte >> at & 1 == 1)
        };
        let told = |at: &usize| !matches!(*at, SAID | VALID) || !of_all(*at);
        let kept: Vec<usize> = all.kept.iter().copied().filter(told).collect();
        if kept.len() == all.kept.len() {
            return all;
        }
        let mut answers = Answers::new(kept);
        for value in 0..values {
            let has = |at: usize| all.groups[at / 8][value] >> (at % 8) & 1;
            let kept = answers.kept.chunks(8);
            for (group, kept) in answers.groups.iter_mut().zip(kept) {
                let bits = kept.iter().enumerate();
                group.push(bits.fold(0, |byte, (bit, at)| byte | has(*at) << bit));
            }
        }
        answers
    }

    fn len(&self) -> usize {
        self.groups.first().map_or(0, Vec::len)
    }

    /// Adds the answers for one more value.
    fn push(&mut self, asked: &Asked, text: Option<&str>) {
        for group in &mut self.groups {
            group.push(0);
        }
        asked.of_text(text, |at, answer| {
            // Answers are kept in order, and all but the first two always.
            let Ok(bit) = self.kept.binary_search(&at) else {
                return;
            };
            if let Some(byte) = self.groups[bit / 8].last_mut() {
                *byte |= u8::from(answer) << (bit % 8);
            }
        });
    }

    /// The kept answers of each row, by the place of its value; the others stay as they are.
    fn fill(&self, out: &mut [Mask], rows: usize, place: impl Fn(usize) -> usize) {
        for (group, kept) in self.groups.iter().zip(self.kept.chunks(8)) {
            for (word, start) in (0..ROWS).step_by(64).enumerate() {
                let mut bytes = [0; 64];
                for (row, byte) in (start..rows).zip(&mut bytes) {
                    *byte = group.get(place(row)).copied().unwrap_or(0);
                }
                for (bit, at) in (0_u32..).zip(kept) {
                    out[*at][word] = mask::bit_of(&bytes, bit);
                }
            }
        }
    }

    /// The same for codes of a byte; nothing where there are more values than that.
    fn narrow(&self) -> Option<Vec<lanes::Answers>> {
        let groups = self.groups.iter().zip(self.kept.chunks(8));
        let narrow = groups.map(|(group, kept)| lanes::Answers::new(group, kept.len()));
        narrow.collect()
    }
}

impl<'a> Values<'a> {
    /// The column of a fact, or nothing where there is none.
    pub(super) fn new(
        asked: &'a Asked,
        column: Option<&'a ArrayRef>,
        now: Time,
        lanes: Lanes,
        remembered: &mut Remembered,
    ) -> Values<'a> {
        let nulls = column.and_then(|column| column.nulls());
        let form = column.map_or(Form::Nothing, |column| {
            Form::new(asked, column, now, remembered)
        });
        Values {
            asked,
            nulls,
            form,
            lanes,
        }
    }

    /// Writes the answers of some rows; those of rows after them are any, but that none is valid.
    pub(super) fn fill(&mut self, start: usize, rows: usize, out: &mut [Mask]) {
        let lanes = self.lanes;
        let mut there = mask::first(rows);
        if let Some(nulls) = self.nulls {
            mask::and(&mut there, &mask::bits(nulls.inner(), start, rows));
        }
        out[SAID] = there;
        out[VALID] = there;
        match &mut self.form {
            Form::Nothing => (out[SAID], out[VALID]) = (NONE, NONE),
            Form::Bits(bits) => {
                let bits = mask::bits(bits.values(), start, rows);
                for (out, question) in out[FIRST..].iter_mut().zip(&self.asked.questions) {
                    *out = match question {
                        Question::Bool(true) => bits,
                        _ => mask::without(&there, &bits),
                    };
                }
            }
            Form::Numbers {
                numbers,
                domain,
                questions,
            } => {
                if let Some(domain) = domain {
                    mask::and(&mut out[VALID], &numbers.within(lanes, domain, start, rows));
                }
                for (out, spans) in out[FIRST..].iter_mut().zip(questions) {
                    *out = numbers.within(lanes, spans, start, rows);
                }
            }
            Form::Keyed { keys, told } => {
                let Told { answers, narrow } = &**told;
                match narrow {
                    Some(narrow) => keys.look_up(lanes, narrow, &answers.kept, start, rows, out),
                    None => keys.fill(answers, start, rows, out),
                }
                // Where all words are alike in that, nobody told it anew.
                for at in answers
                    .kept
                    .iter()
                    .take_while(|at| matches!(**at, SAID | VALID))
                {
                    mask::and(&mut out[*at], &there);
                }
            }
            Form::Plain {
                texts,
                answers,
                known,
            } => {
                fill_plain(self.asked, *texts, answers, known, start, rows, out);
            }
            Form::Written(numbers) => {
                by_row(out, rows, |row, tell| {
                    let text = there[row / 64] >> (row % 64) & 1 == 1;
                    let text = text.then(|| numbers.at(start + row).to_string());
                    self.asked.of_text(text.as_deref(), tell);
                });
            }
            Form::Sets(sets) => sets.fill(self.asked, &there, start, rows, out),
        }
    }
}

impl<'a> Form<'a> {
    fn new(
        asked: &'a Asked,
        column: &'a ArrayRef,
        now: Time,
        remembered: &mut Remembered,
    ) -> Form<'a> {
        match asked.kind {
            Kind::Bool => column.as_boolean_opt().map_or(Form::Nothing, Form::Bits),
            Kind::Int { min, max } => match Numbers::of(column) {
                Some(numbers) => {
                    let domain = Spans::one(min, max);
                    Form::numbers(asked, numbers, domain, now, Spans::of)
                }
                None => Form::Nothing,
            },
            Kind::Time => match Moments::of(column) {
                Some(moments) => {
                    let all = Spans::one(i64::MIN, i64::MAX);
                    let spans = |ranges: &Ranges| moments.spans(ranges.iter());
                    Form::numbers(asked, moments.numbers, all, now, spans)
                }
                None => Form::Nothing,
            },
            Kind::Enum(_) | Kind::String(_) => Form::texts(asked, column, remembered),
            Kind::EnumSet(_) | Kind::StringSet => {
                Sets::new(asked, column).map_or(Form::Nothing, |sets| Form::Sets(Box::new(sets)))
            }
        }
    }

    /// A distance from now is a moment.
    fn numbers(
        asked: &Asked,
        numbers: Numbers<'a>,
        domain: Spans,
        now: Time,
        spans: impl Fn(&Ranges) -> Spans,
    ) -> Form<'a> {
        let then = |away: i64| away.saturating_add(now.as_unix_micros());
        let questions = asked.questions.iter().map(|question| match question {
            Question::Int(ranges) | Question::At(ranges) => spans(ranges),
            Question::Away(ranges) => {
                let moments = ranges.iter().map(|(low, high)| (then(low), then(high)));
                spans(&Ranges::of(moments))
            }
            _ => Spans::one(1, 0),
        });
        Form::Numbers {
            numbers,
            domain: (!domain.is_all()).then_some(domain),
            questions: questions.collect(),
        }
    }

    fn texts(asked: &Asked, column: &'a ArrayRef, remembered: &mut Remembered) -> Form<'a> {
        if let Some(numbers) = Numbers::of(column) {
            return Form::Written(numbers);
        }
        let Some(dictionary) = column.as_any_dictionary_opt() else {
            return Form::Plain {
                texts: Plain::of(column),
                answers: Answers::new((0..asked.answers()).collect()),
                known: HashMap::new(),
            };
        };
        Form::Keyed {
            keys: Keys::of(column),
            told: remembered.told(asked, dictionary.values()),
        }
    }
}

impl Keys<'_> {
    /// Fills from a table for codes of a byte.
    fn look_up(
        &self,
        lanes: Lanes,
        tables: &[lanes::Answers],
        kept: &[usize],
        start: usize,
        rows: usize,
        out: &mut [Mask],
    ) {
        let part = start..start + rows;
        macro_rules! look_up {
            ($($keys:ident),*) => {
                match self {
                    $(Keys::$keys(keys) => lanes.run(LookUp {
                        keys: &keys[part],
                        tables,
                        kept,
                        out,
                    }),)*
                }
            };
        }
        look_up!(I8, I16, I32, U8, U16, U32, Wide);
    }

    fn fill(&self, answers: &Answers, start: usize, rows: usize, out: &mut [Mask]) {
        let part = start..start + rows;
        macro_rules! fill {
            ($($keys:ident),*) => {
                match self {
                    $(Keys::$keys(keys) => {
                        let keys = &keys[part];
                        answers.fill(out, rows, |row| keys[row].as_usize());
                    })*
                }
            };
        }
        fill!(I8, I16, I32, U8, U16, U32, Wide);
    }
}

/// Looking keys up in tables for codes of a byte. The key of a row that is null may be any; its
/// lowest byte then is looked up, and what is found means nothing.
struct LookUp<'l, K> {
    keys: &'l [K],
    tables: &'l [lanes::Answers],
    kept: &'l [usize],
    out: &'l mut [Mask],
}

impl<K: ArrowNativeType> Loop for LookUp<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<B: Bits>(self, bits: B) {
        let (words, rest) = self.keys.as_chunks::<64>();
        let mut last = [K::default(); 64];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(&last);
        let mut codes = [0; 64];
        let mut found = [0; 8];
        for (word, keys) in words.iter().chain(last).enumerate() {
            for (code, key) in codes.iter_mut().zip(keys) {
                *code = key.as_usize() as u8;
            }
            for (table, kept) in self.tables.iter().zip(self.kept.chunks(8)) {
                bits.answers(table, &codes, &mut found);
                for (at, found) in kept.iter().zip(found) {
                    self.out[*at][word] = found;
                }
            }
        }
    }
}

/// The answers of texts without a dictionary: each different text is asked once, as long as they
/// are few.
fn fill_plain<'a>(
    asked: &Asked,
    texts: Plain<'a>,
    answers: &mut Answers,
    known: &mut HashMap<&'a str, u32>,
    start: usize,
    rows: usize,
    out: &mut [Mask],
) {
    // The first place is that of nothing.
    if answers.len() == 0 {
        answers.push(asked, None);
    }
    if known.len() >= REMEMBERED {
        return by_row(out, rows, |row, tell| {
            asked.of_text(texts.at(start + row), tell)
        });
    }
    let mut places = [0_u32; ROWS];
    let mut last: (Option<&str>, u32) = (None, 0);
    for (row, place) in places[..rows].iter_mut().enumerate() {
        let text = texts.at(start + row);
        if text != last.0 {
            last = match text {
                None => (None, 0),
                Some(text) => {
                    let next = u32::try_from(answers.len()).unwrap_or(u32::MAX);
                    let place = *known.entry(text).or_insert(next);
                    if place == next {
                        answers.push(asked, Some(text));
                    }
                    (Some(text), place)
                }
            };
        }
        *place = last.1;
    }
    answers.fill(out, rows, |row| places[row] as usize);
}

/// Asks row by row.
fn by_row(out: &mut [Mask], rows: usize, mut ask: impl FnMut(usize, &mut dyn FnMut(usize, bool))) {
    out.fill(NONE);
    for row in 0..rows {
        ask(row, &mut |at, answer| {
            out[at][row / 64] |= u64::from(answer) << (row % 64);
        });
    }
}

/// A column of sets.
struct Sets<'a> {
    marks: Marks,
    ends: Ends<'a>,
    members: Texts<'a>,
    /// Where members have a dictionary, the marks of each of its values.
    keyed: Vec<u64>,
    known: HashMap<&'a str, Box<[u64]>>,
}

enum Ends<'a> {
    Small(&'a [i32]),
    Large(&'a [i64]),
}

impl Ends<'_> {
    fn of(&self, row: usize) -> std::ops::Range<usize> {
        match self {
            Ends::Small(ends) => ends[row].as_usize()..ends[row + 1].as_usize(),
            Ends::Large(ends) => ends[row].as_usize()..ends[row + 1].as_usize(),
        }
    }
}

impl<'a> Sets<'a> {
    fn new(asked: &Asked, column: &'a ArrayRef) -> Option<Sets<'a>> {
        let (ends, members) = match column.data_type() {
            DataType::List(_) => {
                let lists = column.as_list::<i32>();
                (Ends::Small(lists.value_offsets()), lists.values())
            }
            DataType::LargeList(_) => {
                let lists = column.as_list::<i64>();
                (Ends::Large(lists.value_offsets()), lists.values())
            }
            _ => return None,
        };
        let marks = Marks::of(asked);
        let members = Texts::of(members);
        let mut keyed = Vec::new();
        for at in 0..members.distinct() {
            let start = keyed.len();
            keyed.resize(start + marks.words, 0);
            if let Some(text) = members.value(at) {
                marks.of_member(asked, text, &mut keyed[start..]);
            }
        }
        Some(Sets {
            marks,
            ends,
            members,
            keyed,
            known: HashMap::new(),
        })
    }

    fn fill(&mut self, asked: &Asked, there: &Mask, start: usize, rows: usize, out: &mut [Mask]) {
        let mut marks = vec![0; self.marks.words];
        out.fill(NONE);
        for row in 0..rows {
            if there[row / 64] >> (row % 64) & 1 == 0 {
                continue;
            }
            let members = self.ends.of(start + row);
            let is_empty = members.is_empty();
            marks.fill(0);
            for member in members {
                self.add(asked, member, &mut marks);
            }
            self.marks.tell(&marks, is_empty, |at, answer| {
                out[at][row / 64] |= u64::from(answer) << (row % 64);
            });
        }
    }

    /// Adds the marks of one member.
    fn add(&mut self, asked: &Asked, member: usize, marks: &mut [u64]) {
        if let Some(key) = self.members.key(member) {
            let from = key * marks.len();
            let own = self.keyed.get(from..from + marks.len());
            for (mark, own) in marks.iter_mut().zip(own.unwrap_or_default()) {
                *mark |= own;
            }
            return;
        }
        let Some(text) = self.members.at(member) else {
            return;
        };
        if let Some(own) = self.known.get(text) {
            for (mark, own) in marks.iter_mut().zip(own) {
                *mark |= own;
            }
            return;
        }
        let mut own = vec![0; marks.len()];
        self.marks.of_member(asked, text, &mut own);
        for (mark, own) in marks.iter_mut().zip(&own) {
            *mark |= own;
        }
        if self.known.len() < REMEMBERED {
            self.known.insert(text, own.into());
        }
    }
}
