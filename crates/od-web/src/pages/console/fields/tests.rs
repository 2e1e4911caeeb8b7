#![expect(clippy::needless_pass_by_value, reason = "JSON is written where it is passed")]

use serde_json::{Value, json};

use super::{Field, Kind, arguments, fields, takes_store};
use crate::Tool;

fn tool(properties: Value, required: Value) -> Tool {
    Tool {
        name: "orders_try".to_owned(),
        title: "Try".to_owned(),
        toolset: "orders".to_owned(),
        description: String::new(),
        input: json!({"type": "object", "properties": properties, "required": required}),
        changes: false,
        destructive: false,
    }
}

fn field(schema: Value) -> Field {
    let mut fields = fields(&tool(json!({ "value": schema }), json!([])));
    fields.pop().unwrap()
}

fn typed(schema: Value, text: &str) -> Option<Value> {
    let mut field = field(schema);
    field.type_in(Some(text));
    field.argument()
}

#[test]
fn each_argument_has_a_field_of_its_kind() {
    let check = |schema: Value, expected: Kind| assert_eq!(field(schema.clone()).kind, expected, "{schema}");
    check(json!({"type": "string"}), Kind::Text);
    check(json!({"type": "string", "maxLength": 300}), Kind::Text);
    check(json!({"type": "string", "maxLength": 200_000}), Kind::Long);
    check(
        json!({"type": "string", "enum": ["a", "b"]}),
        Kind::Choice(vec!["a".to_owned(), "b".to_owned()]),
    );
    check(
        json!({"type": "boolean", "default": true}),
        Kind::Switch { by_default: true },
    );
    check(json!({"type": "number"}), Kind::Number);
    check(json!({"type": "array", "items": {"type": "string"}}), Kind::Lines);
    check(json!({"type": "array", "items": {"type": "object"}}), Kind::Json);
    check(json!({"type": "object"}), Kind::Json);
    check(json!({"type": ["string", "null"]}), Kind::Json);
    check(
        json!({"type": "integer", "minimum": 1, "maximum": 500}),
        Kind::Whole {
            least: Some(1),
            most: Some(500),
        },
    );
}

#[test]
fn what_is_required_comes_first_and_switches_last() {
    let properties = json!({
        "store": {"type": "string"},
        "dry_run": {"type": "boolean", "description": "Only show."},
        "order_by": {"type": "string", "default": "date"},
        "api_key": {"type": "string"},
        "message": {"type": "string", "maxLength": 1800},
    });
    let tool = tool(properties, json!(["message", "store"]));
    assert!(takes_store(&tool));
    let fields = fields(&tool);
    let told: Vec<_> = fields
        .iter()
        .map(|field| (field.label.as_str(), field.is_required))
        .collect();
    let expected = [
        ("message", true),
        ("order by", false),
        ("api key", false),
        ("Dry run", false),
    ];
    assert_eq!(told, expected, "the store has a field of its own");
    assert_eq!(fields[0].kind, Kind::Long);
    assert_eq!(fields[1].help, "By default date.");
    assert_eq!(fields[2].kind, Kind::Secret);
    assert_eq!(fields[0].attributes(), "required");
}

#[test]
fn what_is_typed_becomes_an_argument() {
    let check = |schema: Value, text: &str, expected: Value| {
        let expected = Some(expected).filter(|expected| !expected.is_null());
        assert_eq!(typed(schema.clone(), text), expected, "{schema}: {text:?}");
    };
    let text = json!({"type": "string"});
    check(text.clone(), " a b ", json!(" a b "));
    check(text.clone(), "one\r\ntwo", json!("one\ntwo"));
    check(text, "  ", Value::Null);
    check(json!({"type": "integer"}), " 5 ", json!("5"));
    check(json!({"type": "integer"}), "many", json!("many"));
    check(json!({"type": "number"}), "1.50", json!(1.5));
    check(json!({"type": "number"}), "much", json!("much"));
    let lines = json!({"type": "array", "items": {"type": "string"}});
    check(lines.clone(), "1\r\n\r\n 2 \n", json!(["1", "2"]));
    check(lines, "\n", Value::Null);
    check(json!({"type": "object"}), "{\"a\":", json!("{\"a\":"));
    check(json!({"type": "boolean"}), "true", json!(true));
    check(json!({"type": "boolean", "default": true}), "true", Value::Null);

    let mut off = field(json!({"type": "boolean", "default": true}));
    assert!(off.is_on);
    off.type_in(None);
    assert_eq!(off.argument(), Some(json!(false)));
}

#[test]
fn arguments_come_back_as_they_were_filled_in() {
    let properties = json!({
        "text": {"type": "string"},
        "whole": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "string"}},
        "object": {"type": "object"},
        "on": {"type": "boolean"},
        "off": {"type": "boolean", "default": true},
        "api_key": {"type": "string"},
    });
    let tool = tool(properties, json!([]));
    let given = json!({"text": "a", "whole": 5, "list": ["1", "2"], "object": {"b": [1]}, "on": true, "off": false});
    let mut filled = fields(&tool);
    for field in &mut filled {
        field.fill(given.get(&field.name));
        field.fill(given.get(&field.name));
    }
    let read = arguments(&filled);
    // What the door brings into the schema's spelling.
    assert_eq!(read["whole"], "5");
    let object: Value = serde_json::from_str(read["object"].as_str().unwrap()).unwrap();
    assert_eq!(object, given["object"]);
    for name in ["text", "list", "on", "off"] {
        assert_eq!(read[name], given[name], "{name}");
    }
    let all = fields(&tool);
    let mut secret = all.into_iter().find(|field| field.kind == Kind::Secret).unwrap();
    secret.fill(Some(&json!("planted-key")));
    assert_eq!(secret.argument(), None, "a secret is entered anew");
}
