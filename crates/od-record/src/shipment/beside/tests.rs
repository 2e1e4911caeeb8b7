use serde_json::{Value, json};

use super::{doubts_beside, left_beside};
use crate::order::fixtures::map;
use crate::shipment::Packing;

fn check(given: Value, other: Value, expected: &[&str]) {
    let (given, other) = (map(given), map(other));
    let doubts = doubts_beside(&given, std::slice::from_ref(&other));
    assert_eq!(doubts.len(), expected.len(), "{given:?} {other:?}: {doubts:?}");
    for (doubt, words) in doubts.iter().zip(expected) {
        assert!(doubt.contains(words), "{doubt}");
    }
}

#[test]
fn a_parcel_without_a_number_may_be_the_one_that_is_there() {
    let stored = || json!({"id": "7", "tracking_number": "n/a", "carrier_code": "UPS", "weight": "2.10", "order_items": "", "date_added": "2026-11-23 08:00:00"});
    let like = ["like it already, without a tracking number too: shipment 7, added 2026-11-23 08:00:00 UTC"];
    check(json!({"tracking_number": "n/a"}), stored(), &like);
    check(
        json!({"tracking_number": "N/A", "carrier_code": "UPS", "weight": 2.1}),
        stored(),
        &like,
    );
    let again = ["may hold all of it already (7)"];
    check(
        json!({"tracking_number": "n/a", "carrier_code": "DHL"}),
        stored(),
        &again,
    );
    check(json!({"tracking_number": "T1"}), stored(), &again);
    // One of the same batch is its other parcel.
    check(json!({"tracking_number": "T1"}), json!({"tracking_number": "T2"}), &[]);
    let parts = json!({"tracking_number": "n/a", "order_items": [{"id": "301", "quantity": 1}]});
    check(parts, stored(), &[]);
}

#[test]
fn what_a_parcel_without_a_number_holds_is_compared_and_not_how_it_is_written() {
    let like = ["like it already"];
    let entry = |id: &str, quantity: i64| json!({"id": id, "quantity": quantity});
    let holding = |entries: Value| json!({"id": "7", "tracking_number": "n/a", "order_items": entries});
    let stored = || holding(json!([entry("301", 2), entry("302", 1)]));
    check(holding(json!([entry("302", 1), entry("301", 2)])), stored(), &like);
    check(
        holding(json!([entry("301", 1), entry("302", 1), entry("0301", 1)])),
        stored(),
        &like,
    );
    check(
        holding(json!([entry("302", 1), entry("301", 2)])),
        holding(json!({"301": 2, "302": "1"})),
        &like,
    );
    check(holding(json!([entry("302", 2), entry("301", 1)])), stored(), &[]);
    check(holding(json!([entry("301", 2)])), stored(), &[]);
}

#[test]
fn a_parcel_of_everything_after_one_of_a_part_is_told() {
    let stored = || json!({"id": "7", "tracking_number": "T1", "order_items": {"301": 2}});
    check(
        json!({"tracking_number": "T2"}),
        stored(),
        &["in other shipments (7). This one does not say"],
    );
    let parts = json!({"tracking_number": "T2", "order_items": [{"id": "301", "quantity": 1}]});
    check(parts, stored(), &[]);
    check(
        json!({"tracking_number": "T2"}),
        json!({"id": "7", "tracking_number": "T1", "order_items": []}),
        &["may hold all of it already (7)"],
    );
}

#[test]
fn what_is_left_beside_the_parcels_is_said_where_it_is_known() {
    let lines = [
        map(json!({"id": "301", "code": "MUG", "quantity": 2})),
        map(json!({"id": "302", "code": "", "quantity": 1})),
    ];
    let beside = |contents: Value| {
        let parcel = map(json!({"id": "7", "order_items": contents}));
        left_beside(&Packing::of(&lines, [&parcel]))
    };
    assert_eq!(
        beside(json!({"301": 1})).as_deref(),
        Some("In no shipment of the order yet: 1 of MUG, 1 of 302.")
    );
    assert_eq!(beside(json!({"301": 2, "302": 1})), None);
    assert_eq!(beside(json!("")), None);
}
