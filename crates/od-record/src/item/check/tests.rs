use serde_json::{Value, json};

use super::{foreign_id, judge_change, judge_new};
use crate::order::fixtures::map;
use crate::problem::Problem;

fn paths(problems: Vec<Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn a_new_line_has_a_name() {
    let check = |item: Value, expected: &[&str]| assert_eq!(paths(judge_new(&map(item), "/item")), expected);
    check(json!({"name": "Mug", "quantity": 2}), &[]);
    check(json!({"name": "Mug", "id": "301"}), &[]);
    check(json!({"name": "Mug", "id": {}}), &["/item/id"]);
    check(json!({}), &["/item/name"]);
    check(json!({"name": " "}), &["/item/name"]);
    check(json!({"name": null}), &["/item/name"]);
    // Told once: it is there, and of the wrong type.
    check(json!({"name": {}, "prize": 1}), &["/item/name", "/item/prize"]);
}

#[test]
fn an_id_of_another_order_is_left_out_and_one_of_this_order_is_not_copied() {
    let told = |item: Value| foreign_id(&map(item), ["301", "302"].map(str::to_owned).into_iter(), "/item");
    assert_eq!(told(json!({"name": "Mug"})), Ok(false));
    assert_eq!(told(json!({"name": "Mug", "id": ""})), Ok(false));
    assert_eq!(told(json!({"id": 401})), Ok(true));
    for id in [json!("301"), json!(302), json!("0301")] {
        let refused = told(json!({"id": id})).expect_err("it is a line of the order");
        assert_eq!(refused.path, "/item/id");
    }
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
