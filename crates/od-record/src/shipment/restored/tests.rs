use serde_json::{Value, json};

use super::take_out;
use crate::order::fixtures::map;
use crate::shipment::judge_new;

#[test]
fn what_a_parcel_holds_is_given_as_it_was_shown() {
    let check = |contents: Value, expected: &Value| {
        let mut shipment = map(json!({
            "tracking_number": "T1", "cost": "", "order_items": contents, "date_added": "2026-11-23 08:00:00",
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
