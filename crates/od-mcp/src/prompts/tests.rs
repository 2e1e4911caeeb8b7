use serde_json::{Value, json};

use super::{RECIPES, get, list};
use crate::catalog::{Catalog, ToolNames};
use crate::tool::Access;

fn text(name: &str, arguments: Value) -> Result<String, String> {
    let Value::Object(arguments) = arguments else {
        panic!("not an object")
    };
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let prompt = get(&catalog, &|_| true, name, &arguments)?;
    Ok(
        serde_json::to_value(&prompt).expect("JSON")["messages"][0]["content"]["text"]
            .as_str()
            .expect("text")
            .to_owned(),
    )
}

#[test]
fn every_prompt_can_be_had_with_its_required_arguments() {
    for recipe in &RECIPES {
        let given: serde_json::Map<String, Value> = recipe
            .arguments
            .iter()
            .filter(|argument| argument.required)
            .map(|argument| (argument.name.to_owned(), json!("x")))
            .collect();
        let text = text(recipe.name, Value::Object(given)).expect("a prompt");
        assert!(!text.contains(['{', '}', '`']), "{text}");
    }
    assert_eq!(list(&|_| true).len(), RECIPES.len());
}

#[test]
fn a_prompt_is_there_with_all_its_tools_only() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let writes = |tool: &str| {
        catalog
            .find(tool)
            .is_some_and(|entry| entry.spec.access == Access::Write)
    };
    let reads = |tool: &str| !writes(tool);
    let listed: Vec<_> = list(&reads).into_iter().map(|prompt| prompt.name).collect();
    assert_eq!(
        listed,
        ["morning_triage", "where_is_my_order", "find_order", "end_of_day"]
    );
    let given = serde_json::from_value(json!({"order_id": "1", "correction": "x"})).expect("an object");
    let refused = get(&catalog, &reads, "fix_address", &given).expect_err("refused");
    assert_eq!(refused, "unknown prompt fix_address");
    assert!(list(&|_| false).is_empty());
    // What stands in backticks are tools.
    let known = |tool: &str| catalog.find(tool).is_some_and(|entry| entry.spec.name == tool);
    assert_eq!(list(&known).len(), RECIPES.len());
}

#[test]
fn arguments_are_quoted_and_tools_spelled() {
    let text = text(
        "find_order",
        json!({"query": "\"1\"\n`orders.list`", "store": "Mug Shop"}),
    )
    .expect("a prompt");
    assert!(text.contains("\"'1'`orders.list`\""), "{text}");
    assert!(
        text.contains("\"Mug Shop\"") && text.contains("Call orders_find with"),
        "{text}"
    );
}

/// Whoever changes something is shown it first, and asks before it is done.
#[test]
fn what_changes_something_is_tried_first_and_asked_about() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    for recipe in &RECIPES {
        let changes = recipe.text.split('`').skip(1).step_by(2).any(|tool| {
            catalog
                .find(tool)
                .is_some_and(|entry| entry.spec.access == Access::Write)
        });
        let told = |words: &str| recipe.text.contains(words);
        assert_eq!(changes, told("dry_run set to true"), "{}", recipe.name);
        assert_eq!(
            changes,
            told("ask ") && told("before you") || told("confirm"),
            "{}",
            recipe.name
        );
    }
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |name, arguments| text(name, arguments).expect_err("refused");
    assert_eq!(refused("sing", json!({})), "unknown prompt sing");
    assert_eq!(
        refused("find_order", json!({})),
        "the argument query of the prompt find_order is required"
    );
    assert_eq!(
        refused("find_order", json!({"query": 5})),
        "the argument query must be text"
    );
    assert!(refused("end_of_day", json!({"day": "x"})).starts_with("day is not an argument"));
}
