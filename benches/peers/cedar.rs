//! cedar-policy: a `permit` a rule, all of them over one request; those that are its reasons match.

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};
use serde_json::Value;

use super::{Dialect, quoted};
use crate::peer::{Given, Peer};
use crate::targeting::{Atom, Fact, Rule, Test};

/// The engine.
pub struct Cedar {
    policies: PolicySet,
    authorizer: Authorizer,
    nobody: Entities,
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
}

impl Peer for Cedar {
    const NAME: &'static str = "cedar-policy";
    type Source = Vec<String>;
    type Account = Request;

    fn source(rules: &[Rule]) -> Vec<String> {
        let dialect = Dialect {
            and: " && ",
            or: " || ",
            question,
        };
        let conditions = dialect.write(rules).into_iter();
        let policies = conditions.map(|condition| {
            format!("permit(principal, action, resource) when {{ {condition} }};")
        });
        policies.collect()
    }

    fn load(source: &Vec<String>) -> Cedar {
        let policies = source.iter().enumerate().map(|(number, policy)| {
            Policy::parse(Some(PolicyId::new(number.to_string())), policy)
                .unwrap_or_else(|error| panic!("{policy}: {error}"))
        });
        let uid = |text: &str| text.parse().expect("an entity");
        Cedar {
            policies: PolicySet::from_policies(policies).expect("each policy once"),
            authorizer: Authorizer::new(),
            nobody: Entities::empty(),
            principal: uid("Viewer::\"somebody\""),
            action: uid("Action::\"see\""),
            resource: uid("Page::\"any\""),
        }
    }

    fn convert(&self, given: &Given) -> Request {
        let pairs = given
            .flat
            .iter()
            .map(|(name, value)| (name.clone(), read(value)));
        let context = Context::from_pairs(pairs).expect("values that cedar has");
        Request::new(
            self.principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context,
            None,
        )
        .expect("a request without a schema")
    }

    fn find(&mut self, account: &Request, found: &mut Vec<u32>) {
        let response = self
            .authorizer
            .is_authorized(account, &self.policies, &self.nobody);
        let reasons = response.diagnostics().reason();
        found.extend(reasons.map(|id| id.to_string().parse::<u32>().expect("a rule's number")));
    }
}

fn read(value: &Value) -> RestrictedExpression {
    match value {
        Value::Bool(flag) => RestrictedExpression::new_bool(*flag),
        Value::Number(number) => RestrictedExpression::new_long(number.as_i64().unwrap_or(0)),
        Value::Array(words) => RestrictedExpression::new_set(words.iter().map(read)),
        other => RestrictedExpression::new_string(other.as_str().unwrap_or_default().to_owned()),
    }
}

fn question(atom: &Atom, fact: &Fact, name: &str) -> String {
    let value = format!("context.{name}");
    let test = match &atom.test {
        Test::Is(wanted) => format!("{value} == {wanted}"),
        Test::Number(order, number) => format!("{value} {} {number}", order.sign()),
        Test::Among(words, holds) => {
            let list = quoted(fact, words, ", ");
            match (words.len(), holds) {
                (1, true) => format!("{value} == {list}"),
                (1, false) => format!("{value} != {list}"),
                (_, true) => format!("[{list}].contains({value})"),
                (_, false) => format!("!([{list}].contains({value}))"),
            }
        }
        Test::Has(words, holds) => {
            let list = quoted(fact, words, ", ");
            let test = match words.len() {
                1 => format!("{value}.contains({list})"),
                _ => format!("{value}.containsAny([{list}])"),
            };
            if *holds { test } else { format!("!({test})") }
        }
    };
    format!("(context has {name} && {test})")
}
