//! An author's mistakes, as data. Only the command line, the server and the editor render them.

use serde::Serialize;
use serde::ser::{SerializeMap as _, SerializeStruct as _, Serializer};

use crate::source::Span;
use crate::value::Time;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look.
    Warning,
    /// Must not ship.
    Error,
}

/// A kind of finding: stable code, name, and what it is about. Codes are never renumbered.
#[derive(PartialEq, Eq)]
pub struct Code {
    /// `BN101`.
    pub id: &'static str,
    /// `unknown-fact`.
    pub name: &'static str,
    /// The level where the manifest says nothing else.
    pub level: Level,
    /// Whether the book cannot be understood with it, so that it does not load, whatever the
    /// manifest says. What is not firm is a lint: the meaning is clear, but should not ship.
    pub firm: bool,
    /// One line.
    pub summary: &'static str,
    /// The page that `banneret explain` prints, in Markdown.
    pub page: &'static str,
}

impl Code {
    /// Whether it is of the contract group, `BN001` to `BN010`: what a banner says might be untrue.
    /// Nothing lowers, waives or hides such a finding.
    #[must_use]
    pub fn is_contract(&self) -> bool {
        ("BN001"..="BN010").contains(&self.id)
    }
}

/// The id and the name; the page is for people who ask for it.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

/// A place in the text and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said; may be empty.
    pub text: String,
}

/// One finding: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// How bad it is, after the manifest.
    pub level: Level,
    /// What is wrong, one line without a full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that matter, such as the first of two definitions.
    pub related: Vec<Label>,
    /// What to do next, a line each.
    pub help: Vec<String>,
    /// The banner it is about.
    pub banner: Option<String>,
    /// What its message kind requires and it does not keep, as it was written.
    pub requirement: Option<String>,
    /// An account that shows it.
    pub counterexample: Option<Box<Counterexample>>,
    /// How the text can be changed so that it is not found any more.
    pub fix: Option<Box<Fix>>,
}

/// A change of a book's text that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: ``replace `x` by `y` ``.
    pub title: String,
    /// The pieces that are replaced; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it changes nothing of what any rule means, which whoever applies it proves. Others
    /// are for people to look at.
    pub is_safe: bool,
}

/// A piece of text that is replaced by another; an empty piece is a place to insert at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The piece.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// An account that proves a point, told in the facts that matter.
///
/// It serializes as `{"now": …, "facts": {…}}`, each fact being `{"value": …, "as_of": …}` or
/// `null` where it is unknown; with an `id` beside them that is an account line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The moment at which it proves it.
    pub now: Time,
    /// The facts, in the order of the schema.
    pub facts: Vec<Example>,
}

/// One fact of a [`Counterexample`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name.
    pub fact: String,
    /// Its value in JSON; nothing where it is unknown.
    pub value: Option<serde_json::Value>,
    /// Its value as the rule language writes it; nothing where it is unknown.
    pub shown: Option<String>,
    /// As of when, where that matters.
    pub as_of: Option<Time>,
    /// The value itself, where it is a moment.
    pub moment: Option<Time>,
}

impl Serialize for Counterexample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Facts<'f>(&'f [Example]);
        impl Serialize for Facts<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut facts = serializer.serialize_map(Some(self.0.len()))?;
                for example in self.0 {
                    let Some(value) = &example.value else {
                        facts.serialize_entry(&example.fact, &())?;
                        continue;
                    };
                    let mut said = serde_json::Map::from_iter([("value".into(), value.clone())]);
                    said.extend(
                        example
                            .as_of
                            .map(|at| ("as_of".into(), at.to_string().into())),
                    );
                    facts.serialize_entry(&example.fact, &said)?;
                }
                facts.end()
            }
        }
        let mut example = serializer.serialize_struct("Counterexample", 2)?;
        example.serialize_field("now", &self.now)?;
        example.serialize_field("facts", &Facts(&self.facts))?;
        example.end()
    }
}

impl Diagnostic {
    /// A finding of that kind at that place, at the kind's own level.
    #[must_use]
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            level: code.level,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            related: Vec::new(),
            help: Vec::new(),
            banner: None,
            requirement: None,
            counterexample: None,
            fix: None,
        }
    }

    /// Says something under the marked place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        let text = text.into();
        self.related.push(Label { span, text });
        self
    }

    /// Says which banner it is about.
    #[must_use]
    pub fn banner(mut self, name: impl Into<String>) -> Diagnostic {
        self.banner = Some(name.into());
        self
    }

    /// Says which requirement is not kept.
    #[must_use]
    pub fn requirement(mut self, text: impl Into<String>) -> Diagnostic {
        self.requirement = Some(text.into());
        self
    }

    /// Adds an account that shows it.
    #[must_use]
    pub fn counterexample(mut self, example: Counterexample) -> Diagnostic {
        self.counterexample = Some(Box::new(example));
        self
    }

    /// Adds a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Whether the book must not ship with it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Whether the book does not load with it.
    #[must_use]
    pub fn is_firm(&self) -> bool {
        self.code.firm
    }
}

/// The name nearest to `wanted`, if one is near enough to be what was meant.
///
/// Nearness is the optimal string alignment distance (strsim), at most a third of the length, and
/// never the whole of it.
#[must_use]
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = wanted.chars().count();
    let limit = (length / 3).clamp(1, 5);
    names
        .into_iter()
        // Names of other lengths are further away than that, and told so at once.
        .filter(|name| name.chars().count().abs_diff(length) <= limit)
        .map(|name| (strsim::osa_distance(wanted, name), name))
        .filter(|(distance, _)| *distance <= limit && *distance < length)
        .min()
        .map(|(_, name)| name)
}

/// The invisible characters of a text that make it read differently from what it says: byte
/// offset, character, and its name in Unicode.
pub(crate) fn hidden_characters(
    text: &str,
) -> impl Iterator<Item = (usize, char, &'static str)> + '_ {
    text.char_indices()
        .filter_map(|(at, character)| Some((at, character, hidden_name(character)?)))
}

/// Bidirectional controls: they show code in another order than it runs (CVE-2021-42574).
fn hidden_name(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        _ => return None,
    })
}
