//! Accounts that a rule lists one by one.

use banneret::ast::{Expr, ExprKind, Operator, Test};
use banneret::{Code, Diagnostic, Kind, Level, Schema};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN405",
        name: "literal-id-list",
        level: Level::Warning,
        firm: false,
        summary: "a rule that lists ids one by one",
        page: include_str!("literal_id_list.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let schema = context.book.schema();
    for rule in context.rules() {
        let mut open = vec![rule.expr];
        while let Some(expr) = open.pop() {
            match &expr.kind {
                ExprKind::Const(_) | ExprKind::Name(_) => {}
                ExprKind::Not(inner) | ExprKind::Paren(inner) | ExprKind::Fresh(inner, _) => {
                    open.push(inner);
                }
                ExprKind::And(parts) | ExprKind::Or(parts) => open.extend(parts),
                ExprKind::Test(fact, test) if is_id(schema, &fact.value) => {
                    let Some(ids) = listed(&test.value) else {
                        continue;
                    };
                    found.push(finding(context, &rule, expr, &fact.value, ids));
                }
                ExprKind::Test(..) => {}
            }
        }
    }
}

fn finding(
    context: &Context<'_>,
    rule: &crate::lint::Rule<'_>,
    expr: &Expr,
    fact: &str,
    ids: usize,
) -> Diagnostic {
    let ids = match ids {
        1 => "a value".to_owned(),
        ids => format!("{ids} values"),
    };
    let message = format!("{} lists {ids} of `{fact}`", rule.name());
    let finding = rule.finding(&LINT.code, expr.span, message);
    let (place, _) = fact.rsplit_once('.').unwrap_or((fact, ""));
    let asked = format!("{place}.is_chosen");
    let free = context.book.schema().id(&asked).is_none();
    let help = match free {
        true => format!(
            "declare a fact that says the same, such as `{asked}: {{type: bool}}`, and have the host set it"
        ),
        false => "declare a fact that says the same, and have the host set it".to_owned(),
    };
    finding
        .label("the list is not seen by whoever adds or closes an account")
        .help(help)
}

/// Whether a fact is the id of something: a text whose name ends in the word `id`.
fn is_id(schema: &Schema, name: &str) -> bool {
    let ends = name.rsplit(['.', '_']).next() == Some("id");
    let fact = schema.id(name).and_then(|id| schema.fact(id));
    ends && fact.is_some_and(|fact| matches!(fact.kind, Kind::String(_)))
}

/// How many values a question names.
fn listed(test: &Test) -> Option<usize> {
    match test {
        Test::Compare(Operator::Equal | Operator::NotEqual, _) => Some(1),
        Test::In { members, .. } => Some(members.len()),
        _ => None,
    }
}
