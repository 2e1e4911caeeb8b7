use serde_json::{Map, Value, json};

use super::{left_behind, remarks};
use crate::order::fixtures::map;

fn order(lines: &Value) -> Map<String, Value> {
    let shipment = json!({"id": "9", "tracking_number": "T1", "order_items": [{"id": "1", "quantity": 2}]});
    map(json!({ "order_items": lines, "order_shipments": [shipment] }))
}

fn of(mug: i64, tote: i64) -> Map<String, Value> {
    order(
        &json!([{"id": "1", "code": "MUG", "quantity": mug}, {"id": "2", "code": "TOTE", "quantity": tote.to_string()}]),
    )
}

#[test]
fn fewer_than_were_shipped_are_told() {
    let check = |desired: &Map<String, Value>, expected: Option<&str>| {
        let told = remarks(&of(3, 2), desired);
        assert_eq!(told.is_some(), expected.is_some(), "{told:?}");
        assert!(told.is_none_or(|told| told.contains(expected.unwrap_or_default())));
    };
    check(&of(1, 2), Some("2 of MUG, of which 1 are ordered now."));
    check(&of(0, 2), Some("2 of MUG, of which 0 are ordered now."));
    check(&of(2, 2), None);
    check(&of(3, 0), None);
    check(
        &order(&json!([{"id": 2, "code": "TOTE", "quantity": 2}])),
        Some("2 of MUG, which the order has no more."),
    );
    check(&order(&json!([{"id": "1", "code": "MUG", "quantity": 3}])), None);
    // It was so before.
    assert_eq!(remarks(&of(1, 2), &of(1, 1)), None);
}

#[test]
fn what_is_left_of_an_order_that_went_in_parts_is_told() {
    assert_eq!(
        left_behind(&of(3, 2)).as_deref(),
        Some("was shipped in part; in no shipment of it yet: 1 of MUG, 2 of TOTE")
    );
    assert_eq!(left_behind(&of(2, 0)), None);
    let mut unshipped = of(3, 2);
    unshipped["order_shipments"] = json!([]);
    assert_eq!(left_behind(&unshipped), None);
    let mut unsaid = of(3, 2);
    unsaid["order_shipments"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"id": "10", "tracking_number": "T2", "order_items": ""}));
    assert_eq!(left_behind(&unsaid), None);
}
