use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::problems;

fn tool(name: &'static str, input: Value) -> Tool {
    let object = |value: Value| Arc::new(value.as_object().expect("an object").clone());
    Tool::new(name, "Does it.", object(input))
        .with_title("Do it")
        .with_raw_output_schema(object(json!({"type": "object"})))
        .annotate(
            ToolAnnotations::with_title("Do it")
                .read_only(true)
                .destructive(false)
                .idempotent(true)
                .open_world(true),
        )
}

/// A tool with this one property finds exactly one problem, which says `expected`.
fn check(property: Value, expected: &str) {
    let mut input = json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    input["properties"]["p"] = property;
    let found = problems(&tool("do_it", input.clone()), &[]);
    assert!(
        found.iter().any(|problem| problem.contains(expected)),
        "{input} gave {found:?}, not '{expected}'"
    );
}

#[test]
fn a_plain_tool_passes() {
    let input = json!({
        "type": "object",
        "properties": {"limit": {"type": "integer", "minimum": 1, "default": 5, "description": "How many."}},
        "required": ["limit"],
        "additionalProperties": false,
    });
    assert_eq!(problems(&tool("do_it", input), &[]), Vec::<String>::new());
}

#[test]
fn what_breaks_clients_is_found() {
    check(
        json!({"type": ["integer", "null"], "description": "d"}),
        "exactly one type",
    );
    check(json!({"description": "d"}), "exactly one type");
    check(json!(true), "must be an object");
    check(json!({"type": "string"}), "no description");
    check(json!({"type": "string", "description": "caf\u{e9}"}), "not ASCII");
    check(
        json!({"type": "string", "description": "see `orders.explode`"}),
        "does not exist",
    );
    check(json!({"type": "array", "description": "d"}), "needs items");
    check(
        json!({"type": "array", "items": {"type": "array"}, "description": "d"}),
        "no arrays",
    );
    check(
        json!({"type": "object", "properties": {}, "description": "d"}),
        "whether it is open",
    );
    check(
        json!({
            "type": "object",
            "properties": {"op": {"type": "string", "description": "d"}},
            "additionalProperties": true,
            "description": "d",
        }),
        "a part of itself",
    );
    check(
        json!({"type": "integer", "format": "uint32", "description": "d"}),
        "'format'",
    );
    check(json!({"type": "string", "anyOf": [], "description": "d"}), "'anyOf'");
    check(
        json!({"type": "integer", "enum": [1], "description": "d"}),
        "enums only of strings",
    );
    check(
        json!({"type": "string", "enum": ["a", 1], "description": "d"}),
        "1 to 50 strings",
    );
    check(
        json!({"type": "string", "default": null, "description": "d"}),
        "default",
    );
}

#[test]
fn roots_and_names_are_checked() {
    let root = |input: Value, name: &'static str| problems(&tool(name, input), &[]).join("; ");
    let good = json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    assert!(root(good.clone(), "orders.list").contains("name"));
    assert!(root(json!({"type": "object", "additionalProperties": false}), "do_it").contains("no properties"));
    assert!(root(json!({"type": "object", "properties": {}}), "do_it").contains("additionalProperties must be false"));
    let mut taken = good.clone();
    taken["properties"]["options"] = json!({"type": "string", "description": "d"});
    assert!(root(taken, "do_it").contains("options: some client keeps"));
    let text = json!({"type": "string", "description": "d"});
    let late = json!({
        "type": "object", "properties": {"b": text, "a": text}, "required": ["a"], "additionalProperties": false,
    });
    assert!(root(late, "do_it").contains("requires a after one that is not"));
    let mut union = good;
    union["anyOf"] = json!([]);
    assert!(root(union, "do_it").contains("'anyOf' is not for the root"));
}
