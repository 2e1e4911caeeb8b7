use serde_json::{Value, json};

use crate::order::change::Change;
use crate::order::fixtures::order;
use crate::order::merge::{Applied, NoteDefaults, apply};
use crate::problem::Problem;

fn added(ops: &Value) -> Result<Applied, Vec<Problem>> {
    let change = Change::parse(None, Some(ops)).expect("well formed");
    apply(&order(), &change, &NoteDefaults::default())
}

#[test]
fn lines_of_another_order_are_added_without_their_ids() {
    let items = |id: &str| json!([{"op": "add_items", "items": [{"id": id, "name": "Pin", "price": 3}, {"name": "Tin", "price": 1}]}]);
    let applied = added(&items("999")).unwrap();
    let lines = applied.desired["order_items"].as_array().unwrap();
    let [.., pin, tin] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert_eq!(
        (pin, tin),
        (&json!({"name": "Pin", "price": 3}), &json!({"name": "Tin", "price": 1}))
    );
    assert_eq!(applied.warnings.len(), 1, "{:?}", applied.warnings);
    assert!(
        applied.warnings[0].contains("of no line of this order"),
        "{:?}",
        applied.warnings
    );
    let refused = added(&items("301")).unwrap_err();
    assert_eq!(refused[0].path, "/ops/0/items/0/id");
}

#[test]
fn the_ids_of_lines_that_one_change_replaces_are_said_to_be_left_out() {
    let ops = json!([
        {"op": "remove_items", "item_ids": ["301"]},
        {"op": "add_items", "items": [{"id": 301, "name": "Pin", "price": 3}]},
    ]);
    let applied = added(&ops).expect("added");
    assert_eq!(applied.desired["order_items"][1], json!({"name": "Pin", "price": 3}));
    assert_eq!(applied.warnings.len(), 1, "{:?}", applied.warnings);
    let told = &applied.warnings[0];
    assert!(
        told.contains("of lines that this change removes") && told.ends_with("ids of their own: 301"),
        "{told}"
    );
}

#[test]
fn a_code_is_found_without_what_stands_around_it() {
    let mut base = order();
    base["order_items"][1]["code"] = " TOTE\u{7}".into();
    let ops = json!([{"op": "update_items", "items": [{"code": "TOTE ", "quantity": 7}]}]);
    let change = Change::parse(None, Some(&ops)).expect("well formed");
    let applied = apply(&base, &change, &NoteDefaults::default()).expect("found");
    assert_eq!(applied.desired["order_items"][1]["quantity"], 7);
    assert_eq!(applied.desired["order_items"][1]["code"], " TOTE\u{7}");
}
