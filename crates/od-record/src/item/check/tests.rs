use serde_json::{Value, json};

use super::{judge_change, judge_new};
use crate::order::fixtures::map;
use crate::problem::Problem;

fn paths(problems: Vec<Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn a_new_line_has_a_name_and_no_id() {
    let check = |item: Value, expected: &[&str]| assert_eq!(paths(judge_new(&map(item), "/item")), expected);
    check(json!({"name": "Mug", "quantity": 2}), &[]);
    check(json!({"name": "Mug", "id": "301"}), &["/item/id"]);
    check(json!({}), &["/item/name"]);
    check(json!({"name": " "}), &["/item/name"]);
    check(json!({"name": null}), &["/item/name"]);
    // Told once: it is there, and of the wrong type.
    check(json!({"name": {}, "prize": 1}), &["/item/name", "/item/prize"]);
}

#[test]
fn a_change_names_something_and_leaves_the_id_alone() {
    let check = |item: Value, expected: &[&str]| assert_eq!(paths(judge_change(&map(item), "/item")), expected);
    check(json!({"quantity": 2}), &[]);
    check(json!({"name": "Mug"}), &[]);
    check(json!({}), &["/item"]);
    check(json!({"id": "301", "quantity": 2}), &["/item/id"]);
    check(json!({"name": " "}), &["/item/name"]);
    check(json!({"prize": 1}), &["/item/prize"]);
}
