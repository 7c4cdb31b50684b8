//! Cut items to AST: which fields an item may have, and how often.

use super::ast::{Banner, Field, Item, Message, Name, Segment};
use super::cut::{self, Cut};
use super::fields::{self, Value};
use super::literal;
use super::scan::Token;
use super::words::{IN_DUNNING, ItemKind, is_name, is_word_of_the_language};
use super::{Place, shown};
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;

/// The item, with what of it can be read; nothing where it has no name.
pub(super) fn item(place: Place, cut: &cut::Item, found: &mut Vec<Diagnostic>) -> Option<Item> {
    let mut reader = Reader { place, cut, found };
    let name = reader.name();
    match cut.kind {
        ItemKind::Segment => reader.segment(name),
        ItemKind::Message => reader.message(name),
        ItemKind::Banner => reader.banner(name),
    }
}

struct Reader<'c, 't> {
    place: Place,
    cut: &'c cut::Item<'t>,
    found: &'c mut Vec<Diagnostic>,
}

impl<'c, 't> Reader<'c, 't> {
    fn say(&mut self, code: &'static Code, token: &Token, message: String, help: String) {
        let finding = Diagnostic::new(code, self.place.of(token), message);
        self.found.push(finding.help(help));
    }

    fn span(&self) -> Span {
        self.place.span(self.cut.keyword.start, self.cut.end)
    }

    fn name(&mut self) -> Option<Name> {
        let token = self.cut.name.as_ref()?;
        let span = self.place.of(token);
        let value = match literal::name(token.text) {
            Ok(name) if is_name(&name) => name,
            Ok(dotted) => {
                let help = format!("write `{}`", dotted.replace('.', "_"));
                let message = format!("`{}` has a dot, as only facts have", shown(&dotted));
                self.say(&codes::SYNTAX, token, message, help);
                dotted
            }
            Err(wrong) => {
                if let Some(message) = wrong.message {
                    self.say(wrong.code, token, message, wrong.help);
                }
                return None;
            }
        };
        let kind = self.cut.kind.word();
        if is_word_of_the_language(&value) {
            let message = format!("`{value}` is a word of the language and cannot name a {kind}");
            self.say(
                &codes::RESERVED_NAME,
                token,
                message,
                "choose another name".to_owned(),
            );
        } else if &*value == IN_DUNNING {
            let message = format!("`{IN_DUNNING}` is what the schema's dunning role defines");
            self.say(
                &codes::RESERVED_NAME,
                token,
                message,
                "choose another name".to_owned(),
            );
        }
        Some(Name { value, span })
    }

    fn segment(&mut self, name: Option<Name>) -> Option<Item> {
        let cut = self.cut;
        let (body, others) = cut.fields.split_first()?;
        for other in others {
            self.foreign(other);
        }
        let audience = if body.tokens.is_empty() {
            let message = "this segment says nothing about who is in it".to_owned();
            self.say(
                &codes::SYNTAX,
                &cut.keyword,
                message,
                "write an expression after the `:`".to_owned(),
            );
            None
        } else {
            fields::expression(self.place, cut.text, &body.tokens, self.found)
        };
        let (doc, span) = (cut.doc.clone(), self.span());
        Some(Item::Segment(Segment {
            name: name?,
            doc,
            audience,
            span,
        }))
    }

    /// Every field that the item may have, once, with its value or without.
    fn fields(&mut self) -> Vec<(Field, Option<Value>)> {
        let mut seen: Vec<(Field, Token)> = Vec::new();
        let mut values = Vec::new();
        let mut foreign = 0;
        for cut in &self.cut.fields {
            let own = cut
                .field
                .filter(|field| self.cut.kind.fields().contains(field));
            // A misspelt field is read as the one that was meant: it is not missing as well.
            let own = own.or_else(|| {
                // Where the first line of another item is lost, three of its fields say enough.
                foreign += usize::from(cut.field.is_some());
                if foreign > 3 && cut.field.is_some() {
                    return None;
                }
                self.foreign(cut)
            });
            let (Some(field), Some(keyword)) = (own, cut.keyword) else {
                continue;
            };
            let value = self.value(field, cut, &keyword);
            let first = seen
                .iter()
                .find(|(seen, _)| *seen == field)
                .map(|(_, first)| *first);
            match first {
                Some(first) if !field.may_repeat() => self.twice(field, &keyword, &first),
                _ => {
                    seen.push((field, keyword));
                    values.push((field, value));
                }
            }
        }
        values
    }

    fn twice(&mut self, field: Field, keyword: &Token, first: &Token) {
        let message = format!("`{}` is given twice", field.keyword());
        let finding = Diagnostic::new(&codes::DUPLICATE, self.place.of(keyword), message)
            .related(self.place.of(first), "first given here")
            .help("keep one of them");
        self.found.push(finding);
    }

    fn value(&mut self, field: Field, cut: &Cut<'t>, keyword: &Token) -> Option<Value> {
        let mut tokens = cut.tokens.as_slice();
        if let Some(sign) = tokens
            .first()
            .filter(|t| t.is_symbol(":") || t.is_symbol("="))
        {
            let message = format!(
                "no `{}` stands between a field's keyword and its value",
                sign.text
            );
            self.say(
                &codes::SYNTAX,
                sign,
                message,
                format!("write it like `{}`", field.example()),
            );
            tokens = tokens.get(1..).unwrap_or_default();
        }
        if keyword.line == self.cut.keyword.line {
            let message = format!("the field `{}` begins no line of its own", field.keyword());
            self.say(
                &codes::SYNTAX,
                keyword,
                message,
                "put it on the next line, indented".to_owned(),
            );
        }
        if tokens.is_empty() {
            let message = format!("`{}` has no value", field.keyword());
            self.say(
                &codes::SYNTAX,
                keyword,
                message,
                format!("write it like `{}`", field.example()),
            );
            return None;
        }
        fields::value(field, self.place, self.cut.text, tokens, self.found)
    }

    /// Reports a field that such an item does not have; gives the one that was meant.
    fn foreign(&mut self, cut: &Cut) -> Option<Field> {
        let keyword = cut.keyword?;
        let kind = self.cut.kind;
        let word = shown(keyword.text);
        let owns = |kind: &ItemKind| cut.field.is_some_and(|f| kind.fields().contains(&f));
        let owner = ItemKind::ALL.into_iter().find(owns);
        let meant = self.meant(&keyword).filter(|_| owner.is_none());
        let message = match owner {
            Some(owner) => {
                let (owner, kind) = (owner.word(), kind.word());
                format!("`{word}` is a field of a {owner}, not of a {kind}")
            }
            None if kind == ItemKind::Segment => format!("`{word}` cannot begin a line here"),
            None => format!("`{word}` begins no field"),
        };
        let help = match meant {
            Some(field) => format!("write `{}`", field.keyword()),
            None if kind == ItemKind::Segment && owner.is_none() => {
                "an expression goes on with `and`, `or` or a question".to_owned()
            }
            None => listing(kind),
        };
        self.say(&codes::SYNTAX, &keyword, message, help);
        meant
    }

    fn meant(&self, keyword: &Token) -> Option<Field> {
        let lower = keyword
            .text
            .chars()
            .take(32)
            .collect::<String>()
            .to_lowercase();
        let own = self.cut.kind.fields().iter().map(|field| field.keyword());
        let begun = own
            .clone()
            .find(|word| lower.len() > 2 && word.starts_with(&lower));
        begun.or_else(|| nearest(&lower, own)).and_then(Field::of)
    }

    fn message(&mut self, name: Option<Name>) -> Option<Item> {
        let fields = self.fields();
        let mut message = Message {
            name: name?,
            doc: self.cut.doc.clone(),
            requires: Vec::new(),
            holdout: None,
            broken: Vec::new(),
            span: self.span(),
        };
        for (field, value) in fields {
            match value {
                Some(Value::Expression(expr)) => message.requires.push(expr),
                Some(Value::Share(share)) => message.holdout = Some(share),
                _ => message.broken.push(field),
            }
        }
        Some(Item::Message(message))
    }

    fn banner(&mut self, name: Option<Name>) -> Option<Item> {
        let fields = self.fields();
        let mut banner = empty(name?, self.cut.doc.clone(), self.span());
        for (field, value) in fields {
            match value {
                Some(value) => fill(&mut banner, field, value),
                None => banner.broken.push(field),
            }
        }
        Some(Item::Banner(Box::new(banner)))
    }
}

fn listing(kind: ItemKind) -> String {
    if kind == ItemKind::Segment {
        return "a segment has no fields, only an expression after its `:`".to_owned();
    }
    let words: Vec<_> = kind
        .fields()
        .iter()
        .map(|field| format!("`{}`", field.keyword()))
        .collect();
    format!("the fields of a {} are {}", kind.word(), words.join(", "))
}

fn empty(name: Name, doc: Option<String>, span: Span) -> Banner {
    Banner {
        name,
        doc,
        message: None,
        audience: None,
        placements: Vec::new(),
        priority: None,
        from: None,
        until: None,
        zone: None,
        rollout: None,
        cap: None,
        dismiss: None,
        ends_on_click: None,
        locales: Vec::new(),
        copy: None,
        owner: None,
        review_by: None,
        allow: Vec::new(),
        broken: Vec::new(),
        span,
    }
}

fn fill(banner: &mut Banner, field: Field, value: Value) {
    match (field, value) {
        (Field::Message, Value::Word(name)) => banner.message = Some(name),
        (Field::Zone, Value::Word(name)) => banner.zone = Some(name),
        (Field::Copy, Value::Word(name)) => banner.copy = Some(name),
        (Field::Placement, Value::Words(names)) => banner.placements = names,
        (Field::Locales, Value::Words(names)) => banner.locales = names,
        (Field::From, Value::When(when)) => banner.from = Some(when),
        (Field::Until, Value::When(when)) => banner.until = Some(when),
        (_, Value::Expression(expr)) => banner.audience = Some(expr),
        (_, Value::Number(number)) => banner.priority = Some(number),
        (_, Value::Share(share)) => banner.rollout = Some(share),
        (_, Value::Cap(cap)) => banner.cap = Some(cap),
        (_, Value::Dismiss(dismiss)) => banner.dismiss = Some(dismiss),
        (_, Value::OnClick(span)) => banner.ends_on_click = Some(span),
        (_, Value::Text(text)) => banner.owner = Some(text),
        (_, Value::ReviewBy(when)) => banner.review_by = Some(when),
        (_, Value::Allow(allow)) => banner.allow.push(allow),
        (field, _) => banner.broken.push(field),
    }
}

/// What a message says, in canonical order.
pub(super) fn message_fields(message: &Message) -> Vec<(Field, Value)> {
    let requires = message.requires.iter().cloned();
    let holdout = message.holdout.iter().cloned();
    let requires = requires.map(|expr| (Field::Requires, Value::Expression(expr)));
    requires
        .chain(holdout.map(|share| (Field::Holdout, Value::Share(share))))
        .collect()
}

/// What a banner says, in canonical order.
pub(super) fn banner_fields(banner: &Banner) -> Vec<(Field, Value)> {
    let b = banner.clone();
    let words = |words: Vec<Name>| (!words.is_empty()).then_some(Value::Words(words));
    let mut fields = vec![
        (Field::Message, b.message.map(Value::Word)),
        (Field::Audience, b.audience.map(Value::Expression)),
        (Field::Placement, words(b.placements)),
        (Field::Priority, b.priority.map(Value::Number)),
        (Field::From, b.from.map(Value::When)),
        (Field::Until, b.until.map(Value::When)),
        (Field::Zone, b.zone.map(Value::Word)),
        (Field::Rollout, b.rollout.map(Value::Share)),
        (Field::Cap, b.cap.map(Value::Cap)),
        (Field::Dismiss, b.dismiss.map(Value::Dismiss)),
        (Field::Ends, b.ends_on_click.map(Value::OnClick)),
        (Field::Locales, words(b.locales)),
        (Field::Copy, b.copy.map(Value::Word)),
        (Field::Owner, b.owner.map(Value::Text)),
        (Field::Review, b.review_by.map(Value::ReviewBy)),
    ];
    fields.extend(
        b.allow
            .into_iter()
            .map(|allow| (Field::Allow, Some(Value::Allow(allow)))),
    );
    let said = fields.into_iter();
    said.filter_map(|(field, value)| Some((field, value?)))
        .collect()
}
