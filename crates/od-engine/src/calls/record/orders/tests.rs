use serde_json::json;

use super::*;

#[test]
fn a_call_is_about_the_orders_it_names_and_those_it_altered() {
    let check = |arguments: Value, altered: &[Altered], expected: Option<&str>| {
        assert_eq!(orders(&arguments, altered).as_deref(), expected, "{arguments}");
    };
    check(json!({}), &[], None);
    check(json!({ "order_id": "5001" }), &[], Some("5001"));
    check(json!({ "order_id": 5001 }), &[], Some("5001"));
    check(json!({ "order_ids": ["8", "007", "8"] }), &[], Some("8 7"));
    check(
        json!({ "shipments": [{ "order_id": "8" }, { "order_id": "9" }, {}] }),
        &[],
        Some("8 9"),
    );
    check(json!({ "order_id": "7 OR", "order_ids": "7" }), &[], None);
    check(json!(["7"]), &[], None);

    let made = [
        Altered::order(Some("12".to_owned()), Vec::new()),
        Altered::part("shipment", "5001", Some("3".to_owned()), Vec::new()),
        Altered::inventory_item(Some("4".to_owned()), Vec::new()),
        Altered::order(None, Vec::new()),
    ];
    check(json!({ "order_id": "5001" }), &made, Some("5001 12"));
}

#[test]
fn what_nobody_carries_out_fills_no_log() {
    let many: Vec<String> = (1..1000).map(|id| id.to_string()).collect();
    let orders = orders(&json!({ "order_ids": many }), &[]).unwrap();
    assert_eq!(orders.split(' ').count(), 100);
}
