use od_engine::orders::Change;
use serde_json::{Value, json};

use super::{kinds, of_fault};

/// The example for what is wrong with these operations.
fn example(ops: &Value) -> Option<Value> {
    let arguments = json!({ "ops": ops });
    let problems = Change::parse(None, Some(ops)).expect_err("faulty");
    of_fault(&kinds(arguments.as_object().expect("an object")), &problems)
}

#[test]
fn a_fault_in_an_operation_is_answered_with_one_of_its_kind() {
    let check = |ops: Value, kind: &str| {
        let example = example(&ops).expect("an example");
        assert_eq!(example["ops"][0]["op"], kind, "{ops}");
    };
    check(
        json!([{"op": "add_note", "content": "a"}, {"op": "move_folder"}]),
        "move_folder",
    );
    check(json!([{"op": "add_items", "items": [{}]}]), "add_items");
    check(json!([{"op": "update_adress", "address": {}}]), "update_address");
    check(json!([{"op": "teleport"}]), "add_note");
    check(json!([{}]), "add_note");
    check(json!("x"), "add_note");
}

#[test]
fn every_operation_has_an_example_that_is_valid() {
    let problems = Change::parse(None, Some(&json!([{}]))).expect_err("faulty");
    let (_, all) = problems[0].message.split_once("one of ").expect("all are named");
    for kind in all.split(", ") {
        let example = example(&json!([{"op": kind, "made_up": 1}])).expect("an example");
        assert_eq!(example["ops"][0]["op"], kind);
        Change::parse(None, Some(&example["ops"])).expect("valid");
    }
}

#[test]
fn what_is_no_fault_of_an_operation_has_the_tools_own_example() {
    let problems = Change::parse(None, None).expect_err("faulty");
    assert_eq!(of_fault(&[], &problems), None);
}
