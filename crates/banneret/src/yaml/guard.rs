//! The event pass: text to tree, refusing what hides what a file says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use serde_json::Value;

use super::{Key, Kind, Node, Scalar, quoted};
use crate::codes;
use crate::diagnostic::{Diagnostic, hidden_characters};
use crate::source::{FileId, Span};

const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 64;

/// The tree of a YAML text; nothing where there is none to go on with.
///
/// An empty file is null. Parts that were refused are [`Kind::Broken`]; of two equal keys the
/// first counts.
pub(crate) fn read<'t>(
    file: FileId,
    text: &'t str,
    found: &mut Vec<Diagnostic>,
) -> Option<Node<'t>> {
    if text.len() > MAX_BYTES {
        let message = format!("the file is {} bytes long, over 1 MiB", text.len());
        let start = Span::new(file, 0, 0);
        let finding = Diagnostic::new(&codes::LIMIT, start, message);
        found.push(finding.help("split it into several files"));
        return None;
    }
    if !characters_are_plain(file, text, found) {
        return None;
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    Tree::new(file, text, body, found).build(body)
}

/// Reports characters that a reader does not see; false where the text cannot be read at all.
fn characters_are_plain(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> bool {
    for (at, character, name) in hidden_characters(text) {
        let span = Span::new(file, at, at + character.len_utf8());
        found.push(hidden(span, character, name));
    }
    let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    let Some((at, control)) = text.char_indices().find(|(_, c)| is_control(*c)) else {
        return true;
    };
    let message = format!("the control character U+{:04X}", u32::from(control));
    let finding = Diagnostic::new(&codes::DATA_FILE, Span::new(file, at, at + 1), message);
    found.push(finding.help("delete it, or write it as an escape in double quotes"));
    false
}

fn hidden(span: Span, character: char, name: &str) -> Diagnostic {
    let message = format!(
        "the hidden character U+{:04X} ({name}) turns the text around it",
        u32::from(character)
    );
    Diagnostic::new(&codes::CONFUSABLE_TEXT, span, message).help("delete it")
}

/// A tree under construction.
struct Tree<'t, 'f> {
    file: FileId,
    text: &'t str,
    /// The byte at which each character of the body begins: the parser counts characters.
    starts: Vec<usize>,
    open: Vec<Frame<'t>>,
    root: Option<Node<'t>>,
    documents: usize,
    found: &'f mut Vec<Diagnostic>,
}

/// A list or map whose end has not come yet.
struct Frame<'t> {
    start: usize,
    end: usize,
    kind: Open<'t>,
}

enum Open<'t> {
    List(Vec<Node<'t>>),
    Map {
        entries: Vec<(Key<'t>, Node<'t>)>,
        seen: BTreeMap<String, Span>,
        key: Option<Node<'t>>,
    },
}

impl<'t, 'f> Tree<'t, 'f> {
    fn new(file: FileId, text: &'t str, body: &str, found: &'f mut Vec<Diagnostic>) -> Self {
        let skipped = text.len() - body.len();
        Tree {
            file,
            text,
            starts: body.char_indices().map(|(at, _)| at + skipped).collect(),
            open: Vec::new(),
            root: None,
            documents: 0,
            found,
        }
    }

    fn build(mut self, body: &'t str) -> Option<Node<'t>> {
        for event in Parser::new_from_str(body) {
            match event {
                Ok((event, span)) => {
                    let (start, end) = (self.offset(span.start), self.offset(span.end));
                    if !self.event(event, start, end.max(start)) {
                        return None;
                    }
                }
                Err(error) => {
                    self.syntax_error(&error);
                    return None;
                }
            }
        }
        Some(self.root.unwrap_or_else(|| nothing(self.file)))
    }

    /// Takes one event in; false where reading cannot go on.
    fn event(&mut self, event: Event<'t>, start: usize, end: usize) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let clean = self.check_marks(anchor, tag.is_some(), start, end);
                let node = self.scalar(text, style, start, end);
                self.put(node, clean);
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_marks(anchor, tag.is_some(), start, end);
                return self.enter(Open::List(Vec::new()), start, end);
            }
            Event::MappingStart(anchor, tag) => {
                self.check_marks(anchor, tag.is_some(), start, end);
                let (entries, seen, key) = (Vec::new(), BTreeMap::new(), None);
                return self.enter(Open::Map { entries, seen, key }, start, end);
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(start, end),
            Event::Alias(_) => {
                self.refuse_alias(start, end);
                self.put(self.node(start, end, Kind::Broken), true);
            }
            Event::DocumentStart(_) => return self.document(start, end),
            _ => {}
        }
        true
    }

    /// Lets one document through, without directives: behind one the parser loses count.
    fn document(&mut self, start: usize, end: usize) -> bool {
        self.documents += 1;
        let before = self.text.get(..start).unwrap_or_default();
        if before.lines().any(|line| line.starts_with('%')) {
            self.refuse(
                0,
                0,
                "the file begins with a directive (`%…`)",
                "delete the lines up to `---`",
            );
            return false;
        }
        if self.documents > 1 {
            self.refuse(
                start,
                end,
                "a second document in one file",
                "keep one, without `---` behind it",
            );
        }
        self.documents == 1
    }

    fn enter(&mut self, kind: Open<'t>, start: usize, end: usize) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.too_deep(start, end);
            return false;
        }
        self.open.push(Frame { start, end, kind });
        true
    }

    fn too_deep(&mut self, start: usize, end: usize) {
        let message = format!("lists and maps are nested deeper than {MAX_DEPTH}");
        let finding = Diagnostic::new(&codes::LIMIT, self.span(start, end), message);
        self.found.push(finding.help("say it with less nesting"));
    }

    fn leave(&mut self, start: usize, end: usize) {
        let Some(frame) = self.open.pop() else { return };
        // The end of an indented list has no text of its own and lies behind blank lines.
        let end = if end > start { end } else { frame.end };
        let kind = match frame.kind {
            Open::List(items) => Kind::List(items),
            Open::Map { entries, .. } => Kind::Map(entries),
        };
        self.put(self.node(frame.start, end, kind), true);
    }

    /// Puts a finished value where it belongs; one that is not `clean` has been refused.
    fn put(&mut self, mut node: Node<'t>, clean: bool) {
        if !clean {
            node.kind = Kind::Broken;
        }
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = frame.end.max(node.span.end as usize);
        match &mut frame.kind {
            Open::List(items) => items.push(node),
            Open::Map { entries, seen, key } => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.extend(entry(key, node, seen, self.found)),
            },
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        start: usize,
        end: usize,
    ) -> Node<'t> {
        let (at, mut written, end) = self.content(style, start, end);
        if text.trim().is_empty() {
            // Of an empty block text, the parser marks the `|` or `>`.
            written = "";
        }
        let is_escaped = match style {
            ScalarStyle::SingleQuoted => written.contains('\''),
            ScalarStyle::DoubleQuoted => written.contains('\\'),
            _ => false,
        };
        if is_escaped {
            self.check_escapes(&text, start, end);
        }
        let value = match style {
            ScalarStyle::Plain => plain(&text),
            _ => Ok(Value::from(&*text)),
        };
        let kind = match value {
            Ok(value) => Kind::Scalar(Scalar {
                text,
                value,
                written,
                at,
                is_escaped,
            }),
            Err(why) => {
                let help = format!("if it is text, quote it: {}", quoted(&text));
                self.refuse(start, end, &why, &help);
                Kind::Broken
            }
        };
        self.node(start, end, kind)
    }

    /// Where the content of a scalar begins, what it is as written, and where the scalar ends.
    fn content(&self, style: ScalarStyle, start: usize, end: usize) -> (usize, &'t str, usize) {
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            _ => {
                let written = self.text.get(start..end).unwrap_or_default().trim_end();
                return (start, written, start + written.len());
            }
        };
        // The parser's end of a quoted text takes in what follows on the line.
        let from = start + 1;
        let to = closing(self.text, from, quote).unwrap_or(end);
        let written = self.text.get(from..to).unwrap_or_default();
        (from, written, to + 1)
    }

    /// An escape can spell a hidden character that the raw text does not hold.
    fn check_escapes(&mut self, text: &str, start: usize, end: usize) {
        let span = self.span(start, end);
        let hidden = hidden_characters(text).map(|(_, c, name)| hidden(span, c, name));
        self.found.extend(hidden);
    }

    fn check_marks(&mut self, anchor: usize, is_tagged: bool, start: usize, end: usize) -> bool {
        if anchor != 0 {
            self.refuse(
                start,
                end,
                "an anchor (`&name`) marks this value",
                "delete the anchor and write the value out wherever it is meant",
            );
        }
        if is_tagged {
            self.refuse(
                start,
                end,
                "a tag (`!name`) marks this value",
                "delete the tag; quote the value if it is text",
            );
        }
        anchor == 0 && !is_tagged
    }

    fn refuse_alias(&mut self, start: usize, end: usize) {
        self.refuse(
            start,
            end,
            "an alias (`*name`) stands for a value",
            "write the value out; a text that begins with `*` is quoted",
        );
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let at = self.offset(*error.marker());
        if error.info().contains("unknown anchor") {
            return self.refuse_alias(at, at);
        }
        if error.info().contains("recursion limit") {
            return self.too_deep(at, at);
        }
        let said = SYNTAX
            .iter()
            .find(|(info, _, _)| error.info().contains(info));
        let (_, message, help) = said.unwrap_or(&ANY_SYNTAX);
        self.refuse(at, at, message, help);
    }

    fn refuse(&mut self, start: usize, end: usize, message: &str, help: &str) {
        let finding = Diagnostic::new(&codes::DATA_FILE, self.span(start, end), message);
        self.found.push(finding.help(help));
    }

    fn node(&self, start: usize, end: usize, kind: Kind<'t>) -> Node<'t> {
        let span = self.span(start, end);
        Node { span, kind }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn offset(&self, mark: Marker) -> usize {
        let start = self.starts.get(mark.index()).copied();
        start.unwrap_or(self.text.len())
    }
}

/// What the parser says (a part of it), what we say, and what to do.
const SYNTAX: [(&str, &str, &str); 11] = [
    (
        "mapping values are not allowed",
        "a `:` where no key can end",
        "quote a text that holds `: `, or begin a new line for the key",
    ),
    (
        "illegal placement of ':'",
        "a `:` where no key can end",
        "close the `[` or `{` above, or quote a text that holds `: `",
    ),
    (
        "',' or '}'",
        "a `{` is not closed",
        "put a `,` between two entries and a `}` at the end",
    ),
    (
        "',' or ']'",
        "a `[` is not closed",
        "put a `,` between two items and a `]` at the end",
    ),
    (
        "tab",
        "a tab indents this line",
        "indent YAML with spaces only",
    ),
    (
        "end of stream",
        "a quote is never closed",
        "put the same quote at the end of the text",
    ),
    (
        "unexpected character",
        "a value cannot begin with this character",
        "quote the value",
    ),
    (
        "'-' indicator",
        "an item of the list is expected here",
        "begin each item with `- `, in the same column",
    ),
    (
        "expected key",
        "a key is expected here",
        "begin all keys of one map in the same column",
    ),
    (
        "escape",
        "an escape that YAML does not know",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "simple key",
        "a key without a `:` behind it",
        "write `key: value`",
    ),
];
const ANY_SYNTAX: (&str, &str, &str) = (
    "",
    "this is no YAML that can be read",
    "look for a missing quote or bracket, or for a line indented differently from its neighbours",
);

/// The byte of the quote that ends a quoted text whose content begins at `from`.
fn closing(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut rest = text.get(from..)?.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        let mut is_doubled =
            || quote == '\'' && rest.peek().is_some_and(|(_, next)| *next == quote);
        if (character == '\\' && quote == '"') || (character == quote && is_doubled()) {
            rest.next();
        } else if character == quote {
            return Some(from + at);
        }
    }
    None
}

/// What a scalar without quotes means, or why it can mean nothing here.
fn plain(text: &str) -> Result<Value, String> {
    let finite = |number: serde_yaml::Number| {
        let whole = number.as_i64().map(Value::from);
        let whole = whole.or_else(|| number.as_u64().map(Value::from));
        let fraction = || number.as_f64().and_then(serde_json::Number::from_f64);
        whole.or_else(|| fraction().map(Value::Number))
    };
    match serde_yaml::from_str(text) {
        Ok(serde_yaml::Value::Null) => Ok(Value::Null),
        Ok(serde_yaml::Value::Bool(value)) => Ok(Value::Bool(value)),
        Ok(serde_yaml::Value::Number(number)) => {
            finite(number).ok_or_else(|| format!("`{text}` is no number that a fact can be"))
        }
        Ok(_) => Ok(Value::from(text)),
        // A whole number beyond 64 bits is the one plain scalar that it cannot hold.
        Err(_) if text.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)) => {
            Err("a number that does not fit in 64 bits".to_owned())
        }
        Err(_) => Ok(Value::from(text)),
    }
}

/// An entry of a map, unless its key is refused.
fn entry<'t>(
    key: Node<'t>,
    value: Node<'t>,
    seen: &mut BTreeMap<String, Span>,
    found: &mut Vec<Diagnostic>,
) -> Option<(Key<'t>, Node<'t>)> {
    let span = key.span;
    let scalar = match key.kind {
        Kind::Scalar(scalar) => scalar,
        Kind::Broken => return None,
        Kind::List(_) | Kind::Map(_) => {
            let finding = Diagnostic::new(&codes::DATA_FILE, span, "a key must be a name");
            found.push(finding.help("write `name: value`; a text that holds `{` or `[` is quoted"));
            return None;
        }
    };
    if scalar.text == "<<" && scalar.written == "<<" && span.range().len() == 2 {
        let finding = Diagnostic::new(&codes::DATA_FILE, span, "a merge key (`<<`)");
        found.push(finding.help("write the merged entries out"));
        return None;
    }
    if let Some(first) = seen.get(&*scalar.text) {
        let message = format!("the key `{}` is given twice", scalar.text);
        let finding = Diagnostic::new(&codes::DUPLICATE, span, message);
        let finding = finding.related(*first, "first here");
        found.push(finding.help("keep one of them"));
        return None;
    }
    seen.insert(scalar.text.clone().into_owned(), span);
    let text = scalar.text;
    Some((Key { span, text }, value))
}

fn nothing<'t>(file: FileId) -> Node<'t> {
    let scalar = Scalar {
        text: Cow::Borrowed(""),
        value: Value::Null,
        written: "",
        at: 0,
        is_escaped: false,
    };
    Node {
        span: Span::new(file, 0, 0),
        kind: Kind::Scalar(scalar),
    }
}
