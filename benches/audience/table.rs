//! Accounts as a table, always the same: made up by the batch, from a seed of the batch's own, so
//! that any of them can be made alone.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int32Builder, Int64Builder, TimestampMicrosecondBuilder,
};
use arrow_array::types::UInt8Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Int64Array, PrimitiveArray, RecordBatch, StringArray,
};
use oorandom::Rand64;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// To be raised whenever other accounts are made, so that no old file is taken for them.
const EDITION: u32 = 1;

/// How many rows make a batch in memory.
pub(crate) const BATCH: usize = 65_536;

/// When everything is asked.
pub(crate) const NOW: i64 = 1_780_000_000;

pub(crate) const DUNNING: [&str; 7] = [
    "current",
    "past_due",
    "retrying",
    "final_notice",
    "exhausted",
    "paused",
    "written_off",
];
pub(crate) const STATUSES: [&str; 8] = [
    "active",
    "trialing",
    "past_due",
    "canceled",
    "unpaid",
    "incomplete",
    "incomplete_expired",
    "paused",
];
pub(crate) const PLANS: [&str; 12] = [
    "free",
    "starter",
    "basic",
    "team",
    "pro",
    "business",
    "scale",
    "growth",
    "enterprise",
    "legacy_2016",
    "legacy_2019",
    "partner",
];
pub(crate) const ROLES: [&str; 5] = ["member", "owner", "billing", "viewer", "guest"];
pub(crate) const METHODS: [&str; 6] = ["card", "sepa", "ach", "paypal", "invoice", "wallet"];
pub(crate) const COUNTRIES: &str = "US DE GB FR CA AU IN BR NL ES IT SE CH JP PL BE AT DK NO FI IE \
     PT CZ RO HU GR NZ SG KR MX AR CL CO PE ZA NG KE EG TR IL AE SA PK BD ID MY TH VN PH TW HK UA \
     RU BG HR SK SI LT LV EE";
const LOCALES: &str = "en-US en-GB de-DE fr-FR es-ES pt-BR nl-NL it-IT sv-SE ja-JP pl-PL en-AU \
     en-CA fr-CA de-AT de-CH da-DK nb-NO fi-FI cs-CZ ro-RO hu-HU el-GR ko-KR zh-TW zh-CN tr-TR \
     he-IL ar-AE id-ID";

/// Choices in proportion to weights, by a number of twelve bits.
struct Choice(Box<[u8]>);

impl Choice {
    fn of(weights: &[f64]) -> Choice {
        let sum: f64 = weights.iter().sum();
        let mut table = Vec::with_capacity(4_096);
        let mut upto = 0.0;
        for (code, weight) in (0..).zip(weights) {
            upto += weight / sum;
            table.resize((upto * 4_096.0).round() as usize, code);
        }
        Choice(table.into())
    }

    /// In the manner of Zipf.
    fn zipf(values: usize, steep: f64) -> Choice {
        let weights = (1..=values).map(|rank| (rank as f64).powf(-steep));
        Choice::of(&weights.collect::<Vec<_>>())
    }

    fn pick(&self, chance: &mut Rand64) -> u8 {
        self.0[(chance.rand_u64() >> 52) as usize]
    }
}

/// Whether something of which there are so many in a thousand is so.
fn one_of(chance: &mut Rand64, in_thousand: u64) -> bool {
    chance.rand_range(0..1_000) < in_thousand
}

/// A number around a mean, small ones being more frequent.
fn around(chance: &mut Rand64, mean: f64) -> f64 {
    -mean * (1.0 - chance.rand_float()).ln()
}

/// How the columns are made.
pub(crate) struct Maker {
    dunning: Choice,
    statuses: Choice,
    words: Vec<Words>,
}

/// A column of words.
struct Words {
    name: &'static str,
    values: Arc<StringArray>,
    choice: Choice,
    /// Of how many in a thousand nothing is known.
    unknown: u64,
}

fn words<'a>(
    name: &'static str,
    values: impl IntoIterator<Item = &'a str>,
    choice: Choice,
    unknown: u64,
) -> Words {
    Words {
        name,
        values: Arc::new(values.into_iter().map(Some).collect()),
        choice,
        unknown,
    }
}

impl Maker {
    pub(crate) fn new() -> Maker {
        let versions = (0..20).flat_map(|major| (0..6).map(move |minor| (major, minor)));
        let versions: Vec<_> = versions
            .map(|(major, minor)| format!("5.{major}.{minor}"))
            .collect();
        let versions = versions.iter().map(String::as_str);
        let roles = Choice::of(&[0.6, 0.15, 0.08, 0.12, 0.05]);
        let methods = Choice::of(&[0.7, 0.1, 0.08, 0.07, 0.03, 0.02]);
        let countries = COUNTRIES.split_whitespace();
        let locales = LOCALES.split_whitespace();
        Maker {
            dunning: Choice::of(&[0.93, 0.025, 0.015, 0.01, 0.008, 0.007, 0.005]),
            statuses: Choice::of(&[0.72, 0.08, 0.03, 0.1, 0.03, 0.02, 0.01, 0.01]),
            words: vec![
                words("account.plan", PLANS, Choice::zipf(12, 0.7), 20),
                words("viewer.role", ROLES, roles, 30),
                words("account.country", countries, Choice::zipf(60, 1.1), 40),
                words("payment.method", METHODS, methods, 50),
                words("viewer.locale", locales, Choice::zipf(30, 1.1), 30),
                words("viewer.app", versions, Choice::zipf(120, 0.8), 0),
            ],
        }
    }

    /// One batch of a table of so many rows.
    pub(crate) fn batch(&self, number: usize, all: usize) -> RecordBatch {
        let first = number * BATCH;
        let rows = BATCH.min(all - first);
        let mut chance = Rand64::new(20_260_523 + number as u128);
        let mut columns = numbers(first, rows, all, &self.dunning, &self.statuses, &mut chance);
        for words in &self.words {
            let keys = (0..rows).map(|_| {
                let code = words.choice.pick(&mut chance);
                (!one_of(&mut chance, words.unknown)).then_some(code)
            });
            let values = Arc::clone(&words.values) as ArrayRef;
            columns.push((words.name, coded(keys.collect(), values)));
        }
        let columns = columns
            .into_iter()
            .map(|(name, values)| (name, values, true));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }
}

fn coded(keys: PrimitiveArray<UInt8Type>, values: ArrayRef) -> ArrayRef {
    Arc::new(DictionaryArray::new(keys, values))
}

/// The columns that are no words, and the two that others follow.
fn numbers(
    first: usize,
    rows: usize,
    all: usize,
    dunning: &Choice,
    statuses: &Choice,
    chance: &mut Rand64,
) -> Vec<(&'static str, ArrayRef)> {
    // Every id once, in no order; the factor is a prime that divides no number of rows in use.
    let id = |row: usize| 1_000_000 + (row as u64 * 7_368_787 % all as u64) as i64;
    let ids: Int64Array = (first..first + rows).map(|row| Some(id(row))).collect();
    let (mut states, mut status) = (Vec::new(), Vec::new());
    let mut seen = TimestampMicrosecondBuilder::new().with_timezone("UTC");
    let (mut seats, mut cents) = (Int32Builder::new(), Int64Builder::new());
    let (mut days, mut attempts) = (Int32Builder::new(), Int32Builder::new());
    let (mut expires, mut age) = (Int32Builder::new(), Int32Builder::new());
    let (mut usage, mut test) = (Int32Builder::new(), BooleanBuilder::new());
    let mut admin = BooleanBuilder::new();
    for _ in 0..rows {
        let state = dunning.pick(chance);
        let is_bad = state != 0;
        states.push((!one_of(chance, 20)).then_some(state));
        let micros = NOW * 1_000_000 - around(chance, 3.0 * 86_400e6) as i64;
        seen.append_option((!one_of(chance, 30)).then_some(micros));
        status.push(Some(match is_bad && one_of(chance, 600) {
            true => 2,
            false => statuses.pick(chance),
        }));
        let some = 1 + around(chance, 5.0).min(50_000.0) as i32;
        seats.append_value(some);
        let each = chance.rand_range(0..6_000) as i64;
        cents.append_option((!one_of(chance, 20)).then_some(i64::from(some) * each));
        let late = if is_bad { chance.rand_range(1..91) } else { 0 } as i32;
        days.append_option((!one_of(chance, 30)).then_some(late));
        attempts.append_value(if is_bad { chance.rand_range(0..9) } else { 0 } as i32);
        let left = chance.rand_range(0..1_620) as i32 - 120;
        expires.append_option((!one_of(chance, 50)).then_some(left));
        age.append_value(around(chance, 500.0).min(6_000.0) as i32);
        let used = chance.rand_range(0..1_200) as i32;
        usage.append_option((!one_of(chance, 30)).then_some(used));
        test.append_value(one_of(chance, 20));
        let is_admin = one_of(chance, 200);
        admin.append_option((!one_of(chance, 20)).then_some(is_admin));
    }
    let states = coded(states.into_iter().collect(), texts(&DUNNING));
    let status = coded(status.into_iter().collect(), texts(&STATUSES));
    vec![
        ("id", Arc::new(ids)),
        ("dunning.state", states),
        ("dunning.seen", Arc::new(seen.finish())),
        ("subscription.status", status),
        ("account.seats", Arc::new(seats.finish())),
        ("account.cents", Arc::new(cents.finish())),
        ("dunning.days", Arc::new(days.finish())),
        ("dunning.attempts", Arc::new(attempts.finish())),
        ("payment.expires_in", Arc::new(expires.finish())),
        ("account.age", Arc::new(age.finish())),
        ("account.usage", Arc::new(usage.finish())),
        ("account.test", Arc::new(test.finish())),
        ("viewer.admin", Arc::new(admin.finish())),
    ]
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// The table as a file, made if it is not there.
pub(crate) fn file(rows: usize) -> PathBuf {
    let directory = cache().join("audience-data");
    std::fs::create_dir_all(&directory).expect("a place to write to");
    let path = directory.join(format!("accounts-{EDITION}-{rows}.parquet"));
    if !path.exists() {
        eprintln!("making {rows} accounts, once: {}", path.display());
        write(rows, &path);
    }
    path
}

/// Where what is made or fetched once is kept, outside of the repository.
pub(crate) fn cache() -> PathBuf {
    match std::env::var_os("BANNERET_CACHE") {
        Some(cache) => cache.into(),
        None => {
            let home = std::env::var_os("HOME").expect("a home, or BANNERET_CACHE");
            Path::new(&home).join(".cache/banneret")
        }
    }
}

fn write(rows: usize, path: &Path) {
    let maker = Maker::new();
    let unfinished = path.with_extension("unfinished");
    let file = File::create(&unfinished).expect("a place to write to");
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(4 * BATCH))
        .build();
    // As other programs write files: words are texts to whoever reads it.
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    let schema = maker.batch(0, rows).schema();
    let mut writer =
        ArrowWriter::try_new_with_options(file, schema, options).expect("columns to write");
    for number in 0..rows.div_ceil(BATCH) {
        let batch = maker.batch(number, rows);
        writer.write(&batch).expect("room for the table");
    }
    writer.close().expect("room for the table");
    std::fs::rename(&unfinished, path).expect("a place to write to");
}
