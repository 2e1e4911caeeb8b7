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
