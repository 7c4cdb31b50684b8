//! What a warehouse counted, by the rows of `banneret sql`.

use std::fs::File;
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
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().read_to_end(&mut bytes),
        false => File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure::read(path, error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::request(format!(
            "{}: no text in UTF-8, but rows are JSON objects, one a line, as queries of `banneret sql` \
             give them",
            shown(path)
        ))
    })?;
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
