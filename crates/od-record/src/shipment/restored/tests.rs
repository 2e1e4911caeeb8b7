use serde_json::{Value, json};

use super::{must_be_gone, take_out};
use crate::order::fixtures::map;
use crate::shipment::judge_new;

#[test]
fn what_a_parcel_holds_is_given_as_it_was_shown() {
    let check = |contents: Value, expected: &Value| {
        let mut shipment = map(json!({
            "id": "7", "tracking_number": "T1", "cost": "", "order_items": contents, "date_added": "2026-11-23 08:00:00",
        }));
        assert_eq!(judge_new(&shipment, "/shipment"), []);
        take_out(&mut shipment).expect("it is told");
        assert_eq!(shipment.get("order_items").unwrap_or(&Value::Null), expected);
        assert_eq!(shipment.get("cost"), None);
    };
    let entry = || json!({"id": "301", "quantity": 2});
    check(json!([entry()]), &json!([entry()]));
    check(json!([{"id": "301", "quantity": 2, "price": 3}]), &json!([entry()]));
    check(json!([{"id": "301"}]), &json!([{"id": "301", "quantity": 1}]));
    check(json!({"301": 2}), &json!([entry()]));
    check(json!({"0": entry()}), &json!([entry()]));
    check(json!(""), &Value::Null);
}

#[test]
fn one_that_is_there_is_not_added_again() {
    let others = [map(json!({"id": 7, "tracking_number": "n/a"}))];
    let check = |given: Value, refused: bool| {
        let told = must_be_gone(&map(given), &others, "/shipment");
        assert_eq!(told.is_err_and(|problem| problem.path == "/shipment/id"), refused);
    };
    check(json!({"id": "7"}), true);
    check(json!({"id": "007"}), true);
    check(json!({"id": "8"}), false);
    check(json!({}), false);
}
