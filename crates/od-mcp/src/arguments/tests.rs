use od_engine::orders::Problem;
use serde_json::{Map, Value, json};

use super::explain::problems;
use super::{MOST_PROBLEMS, check, missing, shape};
use crate::catalog::{Catalog, ToolNames};

fn run(tool: &str, arguments: Value) -> Result<Value, Vec<Problem>> {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let entry = catalog.find(tool).expect("a tool");
    let Value::Object(arguments) = arguments else {
        panic!("not an object")
    };
    check(entry, shape(&entry.spec, arguments)).map(Value::Object)
}

/// The arguments are refused with exactly these problems, as `path: message`.
fn refused(tool: &str, arguments: Value, expected: &[&str]) {
    let found = run(tool, arguments).expect_err("refused");
    let problems: Vec<String> = found.iter().map(|p| format!("{}: {}", p.path, p.message)).collect();
    assert_eq!(problems, expected);
}

#[test]
fn integers_are_fine_where_ids_are_wanted() {
    let accepted = |tool, given, expected| assert_eq!(run(tool, given), Ok(expected));
    accepted(
        "orders_get",
        json!({"order_id": 80_012_345}),
        json!({"order_id": "80012345"}),
    );
    accepted(
        "orders_get",
        json!({"order_id": "1", "store": 12}),
        json!({"order_id": "1", "store": "12"}),
    );
    accepted(
        "orders_get",
        json!({"order_id": " 80012345\n", "store": " Mug Shop "}),
        json!({"order_id": "80012345", "store": "Mug Shop"}),
    );
    accepted("orders_list", json!({"folder_id": 7}), json!({"folder_id": "7"}));
    accepted(
        "orders_move_folder",
        json!({"order_ids": [1, "2"], "destination_folder_id": 3}),
        json!({"order_ids": ["1", "2"], "destination_folder_id": "3"}),
    );
}

#[test]
fn nothing_but_ids_is_converted() {
    refused(
        "orders_list",
        json!({"email": 5}),
        &["/email: must be a string, not a number"],
    );
    refused(
        "orders_get",
        json!({"order_id": 1.5}),
        &["/order_id: must be a string, not a number"],
    );
    refused(
        "orders_get",
        json!({"order_id": -1}),
        &["/order_id: must be a string, not a number"],
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let arguments = json!({"limit": 501, "ordr": "ASC", "order": "up", "folder_id": "../1", "fields": [1]});
    let found = run("orders_list", arguments).expect_err("refused");
    let mut told: Vec<(&str, Option<&str>)> = found
        .iter()
        .map(|p| (p.path.as_str(), p.suggestion.as_deref()))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("/fields/0", None),
            ("/folder_id", None),
            ("/limit", None),
            ("/order", None),
            ("/ordr", Some("order"))
        ]
    );
}

#[test]
fn missing_arguments_are_listed_and_unknown_ones_get_the_nearest() {
    let found = run("orders_add_note", json!({"contnt": "hello"})).expect_err("refused");
    let unknown = found.iter().find(|p| p.path == "/contnt").expect("told");
    assert_eq!(unknown.suggestion.as_deref(), Some("content"));
    let found = run("orders_list", json!({"folder": "New"})).expect_err("refused");
    assert_eq!(found[0].suggestion.as_deref(), Some("folder_id"));
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let note = catalog.find("orders_add_note").expect("a tool");
    assert_eq!(missing(note, &Map::new()), ["order_id", "content"]);
}

#[test]
fn what_belongs_into_the_record_is_told_so() {
    let told = |tool, arguments, path: &str| -> (String, Option<String>) {
        let found = run(tool, arguments).expect_err("refused");
        let problem = found.into_iter().find(|p| p.path == path).expect("told");
        (problem.message, problem.suggestion)
    };
    let update = told("products_update", json!({"product_id": 1, "stock": 3}), "/stock");
    assert_eq!(
        update.0,
        "is not an argument of this tool: belongs into product, as stock"
    );
    assert_eq!(update.1, None);
    for name in ["folder", "folder_name"] {
        let mut given = json!({"order": {}});
        given[name] = "New".into();
        let create = told("orders_create", given, &format!("/{name}"));
        assert!(create.0.ends_with("belongs into order, as folder_name"), "{create:?}");
    }
}

#[test]
fn what_is_no_id_is_told_where_to_find_it() {
    let digits = "must be an id: digits only; ";
    refused(
        "orders_get",
        json!({"order_id": "WEB-12402"}),
        &[&format!(
            "/order_id: {digits}orders_find, or orders_list with source_id, finds the id to a shop's order number"
        )],
    );
    refused(
        "orders_move_folder",
        json!({"order_ids": ["1", "#2"], "destination_folder_id": "Prepared"}),
        &[
            &format!(
                "/order_ids/1: {digits}orders_find, or orders_list with source_id, finds the id to a shop's order number"
            ),
            &format!("/destination_folder_id: {digits}a name belongs into destination_folder_name"),
        ],
    );
    refused(
        "products_get",
        json!({"product_id": "MUG-BLU"}),
        &[&format!(
            "/product_id: {digits}products_list with code finds the id to a code"
        )],
    );
    refused(
        "orders_list",
        json!({"folder_id": "New"}),
        &["/folder_id: must be one id, or several separated by commas; a name belongs into folder_name"],
    );
    refused(
        "order_items_update",
        json!({"order_id": "1", "item_id": "MUG", "item": {"quantity": 1}}),
        &["/item_id: must be an id: digits only"],
    );
}

#[test]
fn rules_beyond_the_schema_are_told_in_the_same_breath() {
    let paths = |arguments| -> Vec<String> {
        run("orders_mutate_full", arguments)
            .expect_err("refused")
            .into_iter()
            .map(|p| p.path)
            .collect()
    };
    assert_eq!(paths(json!({})), ["/order_id", ""]);
    assert_eq!(
        paths(json!({"order_id": "1", "mutation": {}, "ops": [{"op": "add_note"}]})),
        [""]
    );
    assert_eq!(
        paths(json!({"order_id": "x", "ops": [{"op": "explode"}]})),
        ["/order_id", "/ops/0/op"]
    );
    refused(
        "stores_update",
        json!({"store": "1"}),
        &[": name at least one of store_name, label and api_key"],
    );
}

#[test]
fn values_and_long_names_are_never_repeated() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2-hunter2";
    let arguments = json!({"store_id": secret, "api_key": {"key": secret}, "verify": secret, secret: 1});
    let told = format!("{:?}", run("stores_register", arguments).expect_err("refused"));
    assert!(!told.contains(secret), "{told}");
}

#[test]
fn hostile_shapes_are_refused_early() {
    let mut deep = json!("x");
    for _ in 0..100 {
        deep = json!({ "a": deep });
    }
    refused(
        "orders_mutate_full",
        json!({"order_id": "1", "mutation": deep}),
        &[": nested deeper than 32 levels"],
    );
    let big = "x".repeat(1024 * 1024 + 1);
    refused(
        "orders_add_note",
        json!({"order_id": "1", "content": big}),
        &[": larger than 1048576 bytes"],
    );
    let rows = vec![json!({"op": "add_items", "items": vec![json!({"name": "a"}); 1000]}); 2];
    refused(
        "orders_mutate_full",
        json!({"order_id": "1", "ops": rows}),
        &[": lists of more than 2000 entries together: split the call"],
    );
    let keys = |n: usize| (0..n).map(|n| (n.to_string(), Value::Null));
    refused(
        "orders_mutate_full",
        json!({"order_id": "1", "mutation": {"checkout_data": keys(50_000).collect::<Value>()}}),
        &[": more than 50000 values"],
    );
    let many: Map<String, Value> = (0..1000).map(|n| (format!("unknown_{n}"), json!(1))).collect();
    assert_eq!(run("stores_list", Value::Object(many)).expect_err("refused").len(), 51);
}

#[test]
fn a_flood_of_names_is_told_without_looking_for_what_each_may_have_meant() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let entry = catalog.find("orders_list").expect("a tool");
    // Two letters too many make a slip of so long a name.
    let letters = || ('a'..='z').take(20);
    let names = letters().flat_map(|one| letters().map(move |other| format!("shipping_company{one}{other}")));
    let given: Map<String, Value> = names.take(200).map(|name| (name, Value::Null)).collect();
    let given = Value::Object(given);
    let found: Vec<Problem> = entry
        .validator
        .iter_errors(&given)
        .flat_map(|error| problems(&entry.spec.input, &error))
        .collect();
    let suggested = found.iter().filter(|problem| problem.suggestion.is_some()).count();
    assert_eq!((found.len(), suggested), (200, MOST_PROBLEMS));
}
