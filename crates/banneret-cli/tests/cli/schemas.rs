//! Every JSON output is as `docs/schemas` says.

use serde_json::Value;

use crate::desk::{ACCOUNTS, Desk, NOW};

/// What in a document is not as the schema says. Knows the keywords that our schemas use.
fn differences(schema: &Value, root: &Value, document: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return differences(&root["$defs"][name], root, document, at, found);
    }
    if let Some(wanted) = schema.get("const").filter(|wanted| *wanted != document) {
        found.push(format!("{at}: {document} is not {wanted}"));
    }
    if let Some(values) = schema["enum"]
        .as_array()
        .filter(|values| !values.contains(document))
    {
        found.push(format!("{at}: {document} is none of {values:?}"));
    }
    let types = match &schema["type"] {
        Value::Null => Vec::new(),
        Value::String(one) => vec![one.as_str()],
        several => several
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect(),
    };
    if !types.is_empty() && !types.contains(&type_of(document)) {
        found.push(format!("{at}: {document} is none of {types:?}"));
    }
    for (number, item) in document.as_array().into_iter().flatten().enumerate() {
        differences(
            &schema["items"],
            root,
            item,
            &format!("{at}/{number}"),
            found,
        );
    }
    let Some(object) = document.as_object() else {
        return;
    };
    for key in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !object.contains_key(key) {
            found.push(format!("{at}: {key} is missing"));
        }
    }
    for (key, value) in object {
        let inner = match schema["properties"].get(key) {
            Some(known) => known,
            None if schema["additionalProperties"] == false => {
                found.push(format!("{at}: {key} is not described"));
                continue;
            }
            None => &schema["additionalProperties"],
        };
        differences(inner, root, value, &format!("{at}/{key}"), found);
    }
}

fn type_of(document: &Value) -> &'static str {
    match document {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(crate) fn assert_described(name: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) {
    let path = format!(
        "{}/../../docs/schemas/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut seen = 0;
    for text in texts {
        let document: Value = serde_json::from_str(text.as_ref()).unwrap();
        let mut found = Vec::new();
        differences(&schema, &schema, &document, "", &mut found);
        assert_eq!(found, Vec::<String>::new(), "{name}");
        seen += 1;
    }
    assert!(seen > 0, "{name}");
}

#[test]
fn outputs_are_as_their_schemas_say() {
    let desk = Desk::new();
    let accounts = format!("--accounts accounts.ndjson --now {NOW}");
    assert_described("account", ACCOUNTS.lines());
    let decided = desk.run(&format!("decide book {accounts} --why"));
    assert_described("decision", decided.out.lines());
    assert_described(
        "decision",
        desk.run(&format!("decide book {accounts}")).out.lines(),
    );
    let preview = desk.run(&format!(
        "preview --book book {accounts} --format json --sample 3"
    ));
    assert_described("preview", [preview.out]);
    assert_described("test", [desk.run("test book --format json").out]);
    assert_described("lint", [desk.run("lint book --format json").out]);
    desk.write("raw.csv", "id,seats\na,3\nb,many\n");
    assert_described(
        "account",
        desk.run("import crm raw.csv --book book --as-of 2026-05-04T11:00:00Z")
            .out
            .lines(),
    );
    desk.edit(
        "book/rules.banner",
        "plan.seats between",
        "plan.seets between",
    );
    assert_described("lint", [desk.run("lint book --format json").out]);
}

/// With values of every type, with ages, and with what nobody knows.
#[test]
fn counterexamples_are_as_their_schema_says() {
    let mut documents = Vec::new();
    for audience in [
        "true",
        "billing.dunning_state is unknown",
        "plan.features has none of {\"sso\"} and plan.features has \"api\" and not billing.retry_planned",
        "billing.oldest_due_at more than 3 days ago and billing.currency == \"EUR\"",
        "plan.seats > 3 and billing.retry_planned",
    ] {
        let desk = Desk::new();
        desk.edit("book/rules.banner", "in_dunning", audience);
        let ran = desk.run("lint book --format json --select BN001");
        let facts = &ran.json()["findings"][0]["counterexample"]["facts"];
        assert!(facts.is_object(), "{audience}: {}", ran.all());
        let accounts = format!("{{\"id\":\"example\",\"facts\":{facts}}}");
        assert_described("account", [accounts]);
        documents.push(ran.out);
    }
    let said = documents.concat();
    for part in ["null", "[\n", "false", "true", "\"value\": 4", "as_of"] {
        assert!(
            said.contains(part),
            "no counterexample holds {part}: {said}"
        );
    }
    assert_described("lint", documents);
}

#[test]
fn the_reader_of_schemas_finds_what_is_wrong() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a"],
        "additionalProperties": false,
        "properties": {"b": {"type": ["integer", "null"]}}
    });
    let mut found = Vec::new();
    differences(
        &schema,
        &schema,
        &serde_json::json!({"b": "x", "c": 1}),
        "",
        &mut found,
    );
    assert_eq!(found.len(), 3, "{found:?}");
}
