use serde_json::{Value, json};

use super::{judge_change, judge_new};
use crate::problem::Problem;

fn paths(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.path.as_str()).collect()
}

/// A change to these fields has faults at exactly these places.
fn check(change: &Value, expected: &[&str]) {
    let problems = judge_change(change.as_object().expect("an object"), "/shipment");
    assert_eq!(paths(&problems), expected, "{change}: {problems:?}");
}

#[test]
fn what_a_caller_may_set_is_accepted() {
    check(
        &json!({
            "tracking_number": "n/a", "carrier_code": "UPS", "shipment_method": "Ground", "weight": "2.10", "cost": 4,
            "status": null, "tracking_url": null, "date_shipped": "2026-02-28",
            "order_items": [{ "id": 301, "quantity": 1 }, { "id": "302", "code": "MUG", "quantity": "2" }],
        }),
        &[],
    );
    check(&json!({ "order_items": null, "date_shipped": null }), &[]);
}

#[test]
fn what_cannot_be_right_is_refused_where_it_stands() {
    check(&json!({}), &["/shipment"]);
    check(&json!({ "tracking_number": " " }), &["/shipment/tracking_number"]);
    check(&json!({ "date_shipped": " 2026-02-28\u{200b} " }), &[]);
    check(&json!({ "date_shipped": "2026-02-29" }), &["/shipment/date_shipped"]);
    check(
        &json!({ "date_shipped": "2026-02-28 10:00:00" }),
        &["/shipment/date_shipped"],
    );
    check(&json!({ "weight": "heavy" }), &["/shipment/weight"]);
    check(
        &json!({ "id": "1", "label_image": "x" }),
        &["/shipment/id", "/shipment/label_image"],
    );
    check(&json!({ "order_items": { "301": 1 } }), &["/shipment/order_items"]);
    check(
        &json!({ "order_items": [{ "id": "301" }] }),
        &["/shipment/order_items/0/quantity"],
    );
    check(
        &json!({ "order_items": [{ "code": "MUG", "quantity": 1 }] }),
        &["/shipment/order_items/0/id"],
    );
    check(
        &json!({ "order_items": [{ "id": "301", "quantity": -1, "qty": 1 }] }),
        &["/shipment/order_items/0/quantity", "/shipment/order_items/0/qty"],
    );
}

#[test]
fn the_day_of_shipping_has_no_time() {
    for given in ["2026-02-28 10:00:00", "2026-02-28T10:00:00Z", "2026-02-28T10:00"] {
        let given = json!({ "date_shipped": given });
        let problems = judge_change(given.as_object().expect("an object"), "/shipment");
        assert!(
            problems[0].message.contains("a day alone, without a time"),
            "{problems:?}"
        );
    }
}

#[test]
fn a_new_shipment_needs_a_tracking_number() {
    let judge = |shipment: Value| judge_new(shipment.as_object().expect("an object"), "/shipments/3");
    assert_eq!(paths(&judge(json!({}))), ["/shipments/3/tracking_number"]);
    assert_eq!(
        paths(&judge(json!({ "tracking_number": "" }))),
        ["/shipments/3/tracking_number"]
    );
    assert!(judge(json!({ "tracking_number": "n/a" })).is_empty());
    let meant = judge(json!({ "tracking_number": "1Z", "carier_code": "UPS" }));
    assert_eq!(meant[0].suggestion.as_deref(), Some("carrier_code"));
}
