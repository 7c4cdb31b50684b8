//! Files of accounts: what is read is what was written, in every format, and what cannot be read is
//! told with its place, never counted in silence.

mod population;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
};
use banneret::{Book, Facts};
use banneret_audience::{Files, Format, Read, Reader, Wanted};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use population::{
    accounts, batch, book, csv, folder, known, lines, parquet as write_parquet, read, table,
};

fn every_fact(book: &Book) -> Wanted {
    Wanted::nothing().with_facts(book.schema().facts().map(|(id, _)| id))
}

fn facts_in(book: &Book, path: &Path, threads: usize) -> Read<Vec<(String, Facts)>> {
    let files = Files::find(path, None).unwrap();
    let reader = Reader::new(book.schema(), every_fact(book)).threads(threads);
    reader.read(&files, Vec::new, |found, path, accounts| {
        for row in 0..accounts.table.rows {
            found.push((
                accounts.place(path, row),
                accounts.facts(book.schema(), row),
            ));
        }
    })
}

/// What a reader says of a file that it cannot read.
fn refusal(book: &Book, path: &Path, wanted: Wanted) -> String {
    let files = Files::find(path, None).unwrap();
    let read = Reader::new(book.schema(), wanted).read(&files, || (), |(), _, _| ());
    let said = read
        .failed
        .expect("the file should not be readable")
        .to_string();
    said.replace(&format!("{}/", path.parent().unwrap().display()), "")
}

#[test]
fn every_format_says_the_same() {
    let (book, folder) = (book(), folder("every_format"));
    let accounts = accounts(3_000, 7);
    fs::write(folder.join("a.ndjson"), lines(&accounts)).unwrap();
    fs::write(folder.join("a.csv"), csv(&book, &accounts)).unwrap();
    let table = table(&book, &accounts);
    write_parquet(
        &folder.join("a.parquet"),
        &batch(book.schema(), &table),
        700,
    );
    for (name, threads) in [
        ("a.ndjson", 1),
        ("a.csv", 1),
        ("a.parquet", 1),
        ("a.parquet", 2),
    ] {
        let read_back = facts_in(&book, &folder.join(name), threads);
        assert!(read_back.failed.is_none(), "{:?}", read_back.failed);
        assert_eq!(read_back.report.told, Vec::<String>::new(), "{name}");
        assert_eq!(read_back.report.taken, 3_000, "{name}");
        assert!(read_back.report.missing.is_empty());
        let mut found: Vec<_> = read_back.states.into_iter().flatten().collect();
        found.sort_by_key(|(_, facts)| number_of(facts));
        for (account, (place, facts)) in accounts.iter().zip(&found) {
            let wanted = read(&book, account);
            assert_eq!(
                known(facts),
                known(&wanted.facts),
                "{name}: {place}: {account}"
            );
            let number = number_of(facts);
            let line = match name {
                "a.ndjson" => format!("a.ndjson:{}", number + 1),
                "a.csv" => format!("a.csv:{}", number + 2),
                _ => format!("a.parquet, row {}", number + 1),
            };
            assert!(place.ends_with(&line), "{place} should be {line}");
        }
    }
}

fn number_of(facts: &Facts) -> usize {
    facts.account_id().unwrap()[1..].parse().unwrap()
}

#[test]
fn a_refused_row_is_told_with_its_place_and_the_others_taken() {
    let (book, folder) = (book(), folder("refused"));
    let path = folder.join("a.csv");
    let rows = "id,as_of,t.seats,t.admin,t.since,t.tier\n\
                a,,3,true,,unknown\n,,3,,,\nb,,many,,,\nc,,,yes,,\nd,yesterday,,,,\ne,,,,2026-05-04T12:00:00,\n\
                f,,3\n\"g\n\",, 4 ,,,\n";
    fs::write(&path, rows).unwrap();
    let read = facts_in(&book, &path, 1);
    assert!(read.failed.is_none());
    let told = read.report.told.iter();
    let told: Vec<_> = told.map(|line| line.rsplit('/').next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "a.csv:3: the account has no `id`",
            "a.csv:4: `t.seats` is an int, but `many` was given",
            "a.csv:5: `t.admin` is a bool, but `yes` was given",
            "a.csv:6: `as_of`: `yesterday` is no time: write it like `2026-05-04T12:00:00Z`",
            "a.csv:7: `t.since`: `2026-05-04T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it",
            "a.csv:8: the row has 3 fields, but the header has 6",
        ]
    );
    assert_eq!((read.report.taken, read.report.refused), (2, 6));
    // A cell that nobody asks about must be of its type all the same.
    let files = Files::find(&path, None).unwrap();
    let reader = Reader::new(book.schema(), Wanted::nothing());
    let unasked = reader.read(&files, || (), |(), _, _| ());
    assert_eq!(unasked.report.refused, 6);
    fs::write(
        folder.join("b.ndjson"),
        "{\"id\":\"a\"}\n\n{\"id\":\"b\",\"facts\":{\"t.seats\":true}}\n\n{\"id\":",
    )
    .unwrap();
    let read = facts_in(&book, &folder.join("b.ndjson"), 2);
    let told = read.report.told.join("\n");
    assert!(
        told.contains("b.ndjson:3: `t.seats` is an int, but `true` was given"),
        "{told}"
    );
    assert!(
        told.contains("b.ndjson:5: the line ends in the middle"),
        "{told}"
    );
    assert_eq!(read.report.taken, 1);
}

#[test]
fn a_wrong_type_in_row_900_000_is_found() {
    let (book, folder) = (book(), folder("late_mistake"));
    let path = folder.join("a.csv");
    let rows = (1..=1_000_000).map(|row| match row {
        900_000 => "a,x\n".to_owned(),
        row => format!("a,{}\n", row % 9),
    });
    fs::write(&path, format!("id,t.seats\n{}", rows.collect::<String>())).unwrap();
    let wanted = Wanted::nothing().with_facts(book.schema().id("t.seats"));
    let files = Files::find(&path, None).unwrap();
    let reader = Reader::new(book.schema(), wanted).threads(2);
    let read = reader.read(
        &files,
        || 0,
        |rows, _, accounts| *rows += accounts.table.rows,
    );
    assert_eq!(read.states.into_iter().sum::<usize>(), 999_999);
    assert_eq!((read.report.taken, read.report.refused), (999_999, 1));
    let told = read.report.told.join("\n");
    assert!(
        told.ends_with("a.csv:900001: `t.seats` is an int, but `x` was given"),
        "{told}"
    );
}

#[test]
fn many_refused_rows_do_not_fill_the_memory() {
    let (book, folder) = (book(), folder("many_refused"));
    let path = folder.join("a.csv");
    fs::write(&path, format!("id,t.seats\n{}", "a,x\n".repeat(5_000))).unwrap();
    let read = facts_in(&book, &path, 1);
    assert_eq!((read.report.taken, read.report.refused), (0, 5_000));
    assert!(read.report.told.len() < 1_000);
    let told = read.report.told.last().unwrap();
    assert!(told.ends_with("more rows that are no accounts"), "{told}");
}

#[test]
fn a_file_that_is_cut_short_is_refused() {
    let (book, folder) = (book(), folder("cut"));
    let table = table(&book, &accounts(2_000, 3));
    let path = folder.join("a.parquet");
    write_parquet(&path, &batch(book.schema(), &table), 500);
    let whole = fs::read(&path).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 100, 5] {
        fs::write(&path, &whole[..length]).unwrap();
        let said = refusal(&book, &path, every_fact(&book));
        assert!(
            said.starts_with("a.parquet: no whole Parquet file"),
            "{length}: {said}"
        );
        assert!(said.contains("fetch it again"), "{said}");
    }
    // What says how long a page of the second row group is.
    fs::write(&path, &whole).unwrap();
    let metadata = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let page = metadata
        .metadata()
        .row_group(1)
        .column(4)
        .data_page_offset() as usize;
    let mut damaged = whole.clone();
    damaged[page..page + 24].fill(0xff);
    fs::write(&path, damaged).unwrap();
    let said = refusal(&book, &path, every_fact(&book));
    assert!(
        said.starts_with("a.parquet, row group 2: its rows cannot be read ("),
        "{said}"
    );
    fs::write(&path, "").unwrap();
    assert_eq!(
        refusal(&book, &path, every_fact(&book)),
        "a.parquet: the file is empty: it is no Parquet file"
    );
}

fn ids(ids: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(ids))
}

fn columns(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, values)| (name, values, true)),
    )
    .unwrap()
}

#[test]
fn a_column_of_another_type_is_refused_before_anything_is_counted() {
    let (book, folder) = (book(), folder("types"));
    let path = folder.join("a.parquet");
    let admins: ArrayRef = Arc::new(StringArray::from(vec!["true"]));
    write_parquet(
        &path,
        &columns(vec![("id", ids(vec![Some("a")])), ("t.admin", admins)]),
        10,
    );
    assert_eq!(
        refusal(&book, &path, Wanted::nothing()),
        "a.parquet: the column `t.admin` should hold true or false, and holds Utf8"
    );
    let seats: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    write_parquet(&path, &columns(vec![("t.seats", seats.clone())]), 10);
    let said = refusal(&book, &path, Wanted::nothing());
    assert!(said.starts_with("a.parquet: no column is `id`"), "{said}");
    write_parquet(
        &path,
        &columns(vec![("id", ids(vec![Some("a")])), ("t.seets", seats)]),
        10,
    );
    let said = refusal(&book, &path, Wanted::nothing());
    assert!(said.contains("did you mean `t.seats`?"), "{said}");
    assert!(said.contains("--ignore-unknown-columns"), "{said}");
    let files = Files::find(&path, None).unwrap();
    let reader = Reader::new(book.schema(), Wanted::nothing()).ignoring_unknown(true);
    assert_eq!(reader.read(&files, || (), |(), _, _| ()).report.taken, 1);
}

#[test]
fn types_that_hold_the_same_are_taken() {
    let (book, folder) = (book(), folder("alike"));
    let path = folder.join("a.parquet");
    let seats: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None]));
    let words: ArrayRef = Arc::new(LargeStringArray::from(vec!["w", "v"]));
    let admins: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![17, 18]));
    let ages: ArrayRef = Arc::new(StringArray::from(vec!["2026-05-04T12:00:00Z"; 2]));
    let all = vec![
        ("id", numbers),
        ("as_of", ages),
        ("t.seats", seats),
        ("t.word", words),
        ("t.admin", admins),
    ];
    write_parquet(&path, &columns(all), 10);
    let read = facts_in(&book, &path, 1);
    assert!(read.failed.is_none(), "{:?}", read.failed);
    let facts: Vec<_> = read.states.concat();
    let told: Vec<_> = facts
        .iter()
        .map(|(_, facts)| serde_json::to_string(facts).unwrap())
        .collect();
    assert_eq!(
        told,
        [
            r#"{"id":"17","as_of":"2026-05-04T12:00:00Z","facts":{"t.admin":true,"t.seats":7,"t.word":"w"}}"#,
            r#"{"id":"18","as_of":"2026-05-04T12:00:00Z","facts":{"t.admin":false,"t.word":"v"}}"#,
        ]
    );
}

#[test]
fn a_row_without_an_id_is_no_account() {
    let (book, folder) = (book(), folder("no_ids"));
    let path = folder.join("a.parquet");
    let seats: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let all = vec![
        ("id", ids(vec![Some("a"), None, Some(""), Some("b")])),
        ("t.seats", seats),
    ];
    write_parquet(&path, &columns(all), 2);
    // Also where nobody asks for ids.
    for wanted in [Wanted::nothing(), every_fact(&book)] {
        let files = Files::find(&path, None).unwrap();
        let read =
            Reader::new(book.schema(), wanted).read(&files, Vec::new, |found, path, accounts| {
                found.extend((0..accounts.table.rows).map(|row| accounts.place(path, row)));
            });
        assert_eq!((read.report.taken, read.report.refused), (2, 2));
        assert!(read.report.told[0].ends_with("a.parquet, row 2: the account has no `id`"));
        let places: Vec<_> = read.states.concat();
        assert!(places[1].ends_with("a.parquet, row 4"), "{places:?}");
    }
}

#[test]
fn an_empty_file_says_so() {
    let (book, folder) = (book(), folder("empty"));
    fs::write(folder.join("a.csv"), "").unwrap();
    assert_eq!(
        refusal(&book, &folder.join("a.csv"), Wanted::nothing()),
        "a.csv:1: the file is empty: its first line names the columns, one of them `id`"
    );
    let lines = folder.join("lines");
    fs::create_dir(&lines).unwrap();
    fs::write(lines.join("a.ndjson"), "").unwrap();
    assert_eq!(
        refusal(&book, &lines.join("a.ndjson"), Wanted::nothing()),
        "a.ndjson: the file is empty: it holds no account, so nothing can be counted"
    );
    // Beside others it is what engines write where they had nothing to write.
    fs::write(lines.join("b.ndjson"), "{\"id\":\"a\",\"facts\":{}}\n").unwrap();
    let read = facts_in(&book, &lines, 1);
    assert!(read.failed.is_none());
    assert!(read.report.told[0].ends_with("a.ndjson: the file is empty"));
    assert_eq!(read.report.taken, 1);
}

#[test]
fn a_file_that_grows_while_it_is_read_is_refused() {
    let (book, folder) = (book(), folder("grows"));
    let accounts = accounts(500, 3);
    fs::write(folder.join("a.ndjson"), lines(&accounts)).unwrap();
    fs::write(folder.join("a.csv"), csv(&book, &accounts)).unwrap();
    write_parquet(
        &folder.join("a.parquet"),
        &batch(book.schema(), &table(&book, &accounts)),
        100,
    );
    for name in ["a.ndjson", "a.csv", "a.parquet"] {
        let path = folder.join(name);
        let files = Files::find(&path, None).unwrap();
        let reader = Reader::new(book.schema(), Wanted::nothing());
        let read = reader.read(
            &files,
            || (),
            |(), path, _| {
                let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
                file.write_all(b"\n").unwrap();
            },
        );
        let said = read.failed.expect("it grew").to_string();
        assert!(said.contains("something writes to it"), "{said}");
    }
}

#[test]
fn what_a_file_has_no_column_of_is_said_once() {
    let (book, folder) = (book(), folder("missing"));
    for day in ["1", "2"] {
        fs::write(folder.join(format!("{day}.csv")), "id,t.seats\na,1\n").unwrap();
    }
    let facts = ["t.seats", "t.admin"].map(|name| book.schema().id(name).unwrap());
    let files = Files::find(&folder, None).unwrap();
    let reader = Reader::new(book.schema(), Wanted::nothing().with_facts(facts));
    let report = reader.read(&files, || (), |(), _, _| ()).report;
    assert_eq!(report.taken, 2);
    let missing: Vec<_> = report
        .missing
        .iter()
        .map(|(fact, (files, _))| (*fact, *files))
        .collect();
    assert_eq!(missing, [(facts[1], 2)]);
}

#[test]
fn directories_and_patterns_stand_for_their_files() {
    let folder = folder("found");
    for name in [
        "day=1/a.csv",
        "day=2/b.csv",
        "day=2/_SUCCESS",
        "day=2/.b.csv.crc",
        "notes.txt",
    ] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "id\n").unwrap();
    }
    let names = |files: &Files| -> Vec<_> {
        let paths = files
            .paths
            .iter()
            .map(|path| path.strip_prefix(&folder).unwrap());
        paths.map(|path| path.display().to_string()).collect()
    };
    let all = Files::find(&folder, None).unwrap();
    assert_eq!(
        (names(&all), all.format),
        (
            vec!["day=1/a.csv".to_owned(), "day=2/b.csv".to_owned()],
            Format::Csv
        )
    );
    let some = Files::find(&folder.join("day=*/b.*"), None).unwrap();
    assert_eq!(names(&some), ["day=2/b.csv"]);
    let none = Files::find(&folder.join("day=*/c.*"), None)
        .unwrap_err()
        .to_string();
    assert!(none.ends_with("no file matches the pattern"), "{none}");
    fs::write(folder.join("a.parquet"), "").unwrap();
    let mixed = Files::find(&folder, None).unwrap_err().to_string();
    assert!(mixed.contains("files of CSV and Parquet here"), "{mixed}");
    assert_eq!(Files::find(&folder, Some(Format::Csv)).unwrap(), all);
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let (book, folder) = (book(), folder("long"));
    let long = format!("{{\"id\":\"{}\"}}", "a".repeat(17 << 20));
    fs::write(
        folder.join("a.ndjson"),
        format!("{{\"id\":\"a1\"}}\n{long}\n{{\"id\":\"a2\"}}\n"),
    )
    .unwrap();
    let read = facts_in(&book, &folder.join("a.ndjson"), 1);
    assert_eq!((read.report.taken, read.report.refused), (2, 1));
    assert!(
        read.report.told[0].contains("a.ndjson:2: the line is longer than 16 MiB"),
        "{:?}",
        read.report.told
    );
    let places: Vec<_> = read.states.concat();
    assert!(places[1].0.ends_with("a.ndjson:3"), "{}", places[1].0);
    fs::write(
        folder.join("b.csv"),
        format!("id,t.word\na,\"{}", "x,y\n".repeat(6 << 20)),
    )
    .unwrap();
    let read = facts_in(&book, &folder.join("b.csv"), 1);
    let said = read.failed.expect("no row ends").to_string();
    assert!(said.contains("is a quote never closed?"), "{said}");
}
