//! What a warehouse counted, by the rows of `banneret sql`.

use std::io::Read as _;
use std::path::Path;

use banneret::Book;
use banneret_audience::Preview;
use banneret_audience::report::from_rows;

use super::{Asked, Kind, expression, named};
use crate::failure::{Failure, shown};
use crate::render::printable;

/// Reads the rows of a file.
pub(super) fn read(path: &Path, book: &Book) -> Result<Preview, Failure> {
    let text = match path == Path::new("-") {
        true => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map(|_| text)
        }
        false => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| Failure::read(path, error))?;
    let preview = from_rows(book, &text);
    preview.map_err(|error| {
        let error = printable(&error.to_string());
        Failure::request(format!("{}: {error}", shown(path)))
    })
}

/// The audiences that the rows are about, as the book has them.
pub(super) fn asked(book: &Book, preview: &Preview) -> Result<Vec<Asked>, Failure> {
    let audiences = preview.audiences.iter();
    let asked = audiences.map(|counts| match &*counts.kind {
        "where" => expression(book, &counts.name, Kind::Where),
        _ => named(book, &counts.name),
    });
    asked.collect()
}
