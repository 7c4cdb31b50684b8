//! All that an entry can say: variants taken, references followed.

use banneret::Span;
use fluent_syntax::ast::{
    CallArguments, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::unicode::unescape_unicode_to_string;

use crate::saying::{Choice, Piece, Saying};
use crate::trouble::{Trouble, TroubleKind};
use crate::words::{Entry, KIND, Words};

/// What a function is told beside its value, as written.
type Options = Vec<(Box<str>, Box<str>)>;

/// How many different things an entry may say.
const MOST_SAYINGS: usize = 1_000;
/// How many pieces all that an entry says may be put together from.
const MOST_PIECES: usize = 100_000;
/// How far a reference may lead on to others.
const DEEPEST: usize = 32;

pub(crate) fn sayings(words: &Words<'_>, entry: &Entry<'_>) -> Result<Vec<Saying>, Trouble> {
    let mut all: Vec<Saying> = Vec::new();
    let own = entry.value.iter().map(|value| (None, value));
    let of_attributes = entry
        .attributes
        .iter()
        .filter(|attribute| attribute.id.name != KIND);
    let of_attributes = of_attributes.map(|attribute| (Some(attribute.id.name), &attribute.value));
    for (attribute, pattern) in own.chain(of_attributes) {
        let mut expander = Expander {
            words,
            entry: entry.span,
            selectors: Vec::new(),
            way: vec![name(entry.id, attribute)],
            made: 0,
        };
        let begun = Saying {
            attribute: attribute.map(Into::into),
            ..Saying::default()
        };
        all.extend(expander.pattern(pattern, &Given::Facts, vec![begun])?);
        if all.len() > MOST_SAYINGS {
            return Err(expander.trouble(TroubleKind::TooMany, entry.span));
        }
    }
    Ok(all)
}

struct Expander<'w, 't> {
    words: &'w Words<'t>,
    entry: Span,
    /// The selectors that were met, each once: what they ask, and their keys.
    selectors: Vec<(String, Vec<String>)>,
    /// The entries on the way from the first, which must not be met again.
    way: Vec<String>,
    made: usize,
}

/// What variables stand for.
enum Given {
    /// In a message, for facts.
    Facts,
    /// In a term, for what it is given.
    Literals(Vec<(String, Literal)>),
}

#[derive(Clone)]
struct Literal {
    text: String,
    is_number: bool,
}

impl<'t> Expander<'_, 't> {
    /// Each of the begun sayings, ended in every way in which the pattern can go on.
    fn pattern(
        &mut self,
        pattern: &Pattern<&'t str>,
        given: &Given,
        mut begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        for element in &pattern.elements {
            begun = match element {
                PatternElement::TextElement { value } => self.text(value, value, begun)?,
                PatternElement::Placeable { expression } => {
                    self.expression(expression, given, begun)?
                }
            };
        }
        Ok(begun)
    }

    fn expression(
        &mut self,
        expression: &Expression<&'t str>,
        given: &Given,
        begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        match expression {
            Expression::Inline(inline) => self.inline(inline, given, begun),
            Expression::Select { selector, variants } => {
                self.select(selector, variants, given, begun)
            }
        }
    }

    fn inline(
        &mut self,
        inline: &InlineExpression<&'t str>,
        given: &Given,
        begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        match inline {
            InlineExpression::StringLiteral { value } => {
                self.text(&unescape_unicode_to_string(value), value, begun)
            }
            InlineExpression::NumberLiteral { value } => self.text(value, value, begun),
            InlineExpression::VariableReference { id } => {
                self.value(id.name, (None, Vec::new()), given, begun)
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.function(id.name, arguments, given, begun)
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                self.reference(id.name, id.name, attribute, given, begun)
            }
            InlineExpression::TermReference {
                id,
                attribute,
                arguments,
            } => {
                let given = Given::Literals(literals(arguments.as_ref()));
                let name = self.words.place.with_sigil(id.name);
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                self.reference(name, id.name, attribute, &given, begun)
            }
            InlineExpression::Placeable { expression } => self.expression(expression, given, begun),
        }
    }

    fn text(
        &mut self,
        text: &str,
        written: &str,
        mut begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        let span = self.words.place.of(written);
        self.make(begun.len(), span)?;
        for saying in &mut begun {
            saying.pieces.push(Piece::Text {
                text: text.into(),
                span,
            });
        }
        Ok(begun)
    }

    fn value(
        &mut self,
        name: &'t str,
        (function, options): (Option<&str>, Options),
        given: &Given,
        mut begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        let written = self.words.place.with_sigil(name);
        let span = self.words.place.of(written);
        match given.literal(name) {
            Some(Some(literal)) => self.text(&literal.text.clone(), written, begun),
            Some(None) => Err(self.trouble(TroubleKind::Missing(written.into()), span)),
            None => {
                self.make(begun.len(), span)?;
                for saying in &mut begun {
                    saying.pieces.push(Piece::Value {
                        variable: name.into(),
                        function: function.map(Into::into),
                        options: options.clone(),
                        span,
                    });
                }
                Ok(begun)
            }
        }
    }

    fn function(
        &mut self,
        function: &str,
        arguments: &CallArguments<&'t str>,
        given: &Given,
        begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        match arguments.positional.as_slice() {
            [InlineExpression::VariableReference { id }] => {
                let options = literals(Some(arguments)).into_iter();
                let options = options.map(|(name, value)| (name.into(), value.text.into()));
                self.value(id.name, (Some(function), options.collect()), given, begun)
            }
            [
                literal @ (InlineExpression::StringLiteral { .. }
                | InlineExpression::NumberLiteral { .. }),
            ] => self.inline(literal, given, begun),
            _ => {
                let span = self.words.place.of(function);
                Err(self.trouble(TroubleKind::Function(function.into()), span))
            }
        }
    }

    fn reference(
        &mut self,
        id: &str,
        written: &str,
        attribute: Option<&str>,
        given: &Given,
        begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        let span = self.words.place.of(written);
        let full = name(id, attribute);
        let words = self.words;
        let entry = words.entry(id);
        let pattern = match attribute {
            None => entry.and_then(|entry| entry.value.as_ref()),
            Some(attribute) => entry.and_then(|entry| {
                let mut attributes = entry.attributes.iter();
                attributes
                    .find(|own| own.id.name == attribute)
                    .map(|own| &own.value)
            }),
        };
        let Some(pattern) = pattern else {
            return Err(self.trouble(TroubleKind::Missing(full), span));
        };
        if let Some(at) = self.way.iter().position(|met| *met == full) {
            let way = self.way.iter().skip(at).cloned().chain([full]).collect();
            return Err(self.trouble(TroubleKind::Cycle(way), span));
        }
        if self.way.len() > DEEPEST {
            return Err(self.trouble(TroubleKind::TooMany, span));
        }
        self.way.push(full);
        let ended = self.pattern(pattern, given, begun);
        self.way.pop();
        ended
    }

    fn select(
        &mut self,
        selector: &InlineExpression<&'t str>,
        variants: &[Variant<&'t str>],
        given: &Given,
        begun: Vec<Saying>,
    ) -> Result<Vec<Saying>, Trouble> {
        let asked = self.asked(selector, given)?;
        if let Some(taken) = asked
            .literal
            .as_ref()
            .and_then(|literal| taken(literal, variants))
        {
            return self.pattern(&taken.value, given, begun);
        }
        let keys = variants
            .iter()
            .map(|variant| key(variant).to_owned() + mark(variant));
        let number = self.selector((asked.text, keys.collect()));
        let mut ended = Vec::new();
        for (at, variant) in variants.iter().enumerate() {
            let fits = |saying: &&Saying| {
                let mut choices = saying.choices.iter().map(|choice| choice.of);
                choices.all(|(selector, taken)| selector != number || taken == at)
            };
            let mut choosing: Vec<Saying> = begun.iter().filter(fits).cloned().collect();
            for saying in &mut choosing {
                if !saying.choices.iter().any(|choice| choice.of.0 == number) {
                    saying.choices.push(Choice {
                        variable: asked.variable.map(Into::into),
                        function: asked.function.map(Into::into),
                        key: key(variant).into(),
                        others: others(variants, at),
                        is_default: variant.default,
                        span: asked.span.unwrap_or(self.words.place.of(key(variant))),
                        of: (number, at),
                    });
                }
            }
            let copied = choosing.iter().map(|saying| saying.pieces.len() + 1).sum();
            self.make(copied, self.entry)?;
            ended.extend(self.pattern(&variant.value, given, choosing)?);
            if ended.len() > MOST_SAYINGS {
                return Err(self.trouble(TroubleKind::TooMany, self.entry));
            }
        }
        Ok(ended)
    }

    /// What a selector asks.
    fn asked<'s>(
        &self,
        selector: &'s InlineExpression<&'t str>,
        given: &Given,
    ) -> Result<Asked<'s>, Trouble> {
        let mut asked = Asked {
            text: format!("{selector:?}"),
            variable: None,
            function: None,
            span: None,
            literal: None,
        };
        let mut inner = selector;
        if let InlineExpression::FunctionReference { id, arguments } = selector {
            asked.function = Some(id.name);
            let [only] = arguments.positional.as_slice() else {
                let span = self.words.place.of(id.name);
                return Err(self.trouble(TroubleKind::Function(id.name.into()), span));
            };
            inner = only;
        }
        match inner {
            InlineExpression::VariableReference { id } => {
                match given.literal(id.name) {
                    None => {
                        asked.variable = Some(id.name);
                        let written = self.words.place.with_sigil(id.name);
                        asked.span = Some(self.words.place.of(written));
                    }
                    // What a term is not given fits no key.
                    Some(literal) => asked.literal = Some(literal.cloned().unwrap_or_default()),
                }
            }
            InlineExpression::StringLiteral { value } => {
                asked.literal = Some(Literal {
                    text: unescape_unicode_to_string(value).into_owned(),
                    is_number: false,
                });
            }
            InlineExpression::FunctionReference { id, .. } => {
                let span = self.words.place.of(id.name);
                return Err(self.trouble(TroubleKind::Function(id.name.into()), span));
            }
            _ => {}
        }
        Ok(asked)
    }

    /// The number of a selector.
    fn selector(&mut self, selector: (String, Vec<String>)) -> usize {
        let met = self.selectors.iter().position(|met| *met == selector);
        met.unwrap_or_else(|| {
            self.selectors.push(selector);
            self.selectors.len() - 1
        })
    }

    fn make(&mut self, pieces: usize, span: Span) -> Result<(), Trouble> {
        self.made += pieces.max(1);
        match self.made > MOST_PIECES {
            true => Err(self.trouble(TroubleKind::TooMany, span)),
            false => Ok(()),
        }
    }

    fn trouble(&self, kind: TroubleKind, span: Span) -> Trouble {
        let span = match kind {
            TroubleKind::TooMany => self.entry,
            _ => span,
        };
        Trouble { kind, span }
    }
}

/// What a selector asks.
struct Asked<'s> {
    /// Equal for equal questions.
    text: String,
    variable: Option<&'s str>,
    function: Option<&'s str>,
    span: Option<Span>,
    /// What is asked, where the file itself says so.
    literal: Option<Literal>,
}

impl Default for Literal {
    /// What fits no key.
    fn default() -> Literal {
        Literal {
            text: String::new(),
            is_number: false,
        }
    }
}

impl Given {
    /// The literal that a variable stands for, if it is there; nothing where it is a fact.
    fn literal(&self, name: &str) -> Option<Option<&Literal>> {
        match self {
            Given::Facts => None,
            Given::Literals(given) => {
                let mut given = given.iter();
                Some(given.find(|(own, _)| own == name).map(|(_, value)| value))
            }
        }
    }
}

/// The variant that a literal takes. Which plural a number is, is the language's to say, so that
/// any variant may be taken then.
fn taken<'v, 't>(
    literal: &Literal,
    variants: &'v [Variant<&'t str>],
) -> Option<&'v Variant<&'t str>> {
    let exact = variants.iter().find(|variant| key(variant) == literal.text);
    match literal.is_number {
        true => None,
        false => exact.or_else(|| variants.iter().find(|variant| variant.default)),
    }
}

fn literals(arguments: Option<&CallArguments<&str>>) -> Vec<(String, Literal)> {
    let named = arguments.into_iter().flat_map(|arguments| &arguments.named);
    let literals = named.filter_map(|argument| {
        let literal = match &argument.value {
            InlineExpression::StringLiteral { value } => Literal {
                text: unescape_unicode_to_string(value).into_owned(),
                is_number: false,
            },
            InlineExpression::NumberLiteral { value } => Literal {
                text: (*value).to_owned(),
                is_number: true,
            },
            _ => return None,
        };
        Some((argument.name.name.to_owned(), literal))
    });
    literals.collect()
}

fn key<'t>(variant: &Variant<&'t str>) -> &'t str {
    match &variant.key {
        VariantKey::Identifier { name } => name,
        VariantKey::NumberLiteral { value } => value,
    }
}

/// The keys of all variants but one.
fn others(variants: &[Variant<&str>], but: usize) -> Box<[Box<str>]> {
    let others = variants.iter().enumerate().filter(|(at, _)| *at != but);
    others.map(|(_, variant)| key(variant).into()).collect()
}

fn mark(variant: &Variant<&str>) -> &'static str {
    if variant.default { "*" } else { "" }
}

/// An entry, or an attribute of it, as a reference is written.
fn name(id: &str, attribute: Option<&str>) -> String {
    attribute.map_or_else(|| id.to_owned(), |attribute| format!("{id}.{attribute}"))
}
