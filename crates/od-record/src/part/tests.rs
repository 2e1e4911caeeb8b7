use serde_json::{Value, json};

use super::{Part, new_ones};
use crate::{item, shipment};

type Record = serde_json::Map<String, Value>;

fn records(list: &Value) -> Vec<Record> {
    serde_json::from_value(list.clone()).expect("objects")
}

/// Sent `given`, and of the rows that are new `expected` is taken for it, by id.
fn check(part: &Part, given: &Value, after: &Value, expected: Option<&str>) {
    let before = records(&json!([{ "id": "1", "name": "Mug", "tracking_number": "A" }]));
    let new = new_ones(&before, records(after));
    let given = given.as_object().expect("an object");
    let found = part.made_from(given, &new).map(|index| new[index]["id"].clone());
    assert_eq!(found, expected.map(Value::from));
}

#[test]
fn only_a_row_that_was_not_there_before_can_be_the_new_one() {
    let mug = json!({ "name": "Mug" });
    check(&item::PART, &mug, &json!([{ "id": "1", "name": "Mug" }]), None);
    check(
        &item::PART,
        &mug,
        &json!([{ "id": "1", "name": "Mug" }, { "id": "2", "name": "Mug" }]),
        Some("2"),
    );
    check(&item::PART, &mug, &json!([{ "id": "2", "name": "Tote" }]), None);
}

#[test]
fn the_row_that_holds_what_was_sent_goes_before_one_that_is_like_it() {
    let given = json!({ "name": "Mug", "price": "14.50", "quantity": 2, "variation_list": {} });
    check(
        &item::PART,
        &given,
        &json!([
            { "id": "2", "name": "Mug", "price": 1, "quantity": 2, "variation_list": [] },
            { "id": "3", "name": "Mug", "price": 14.5, "quantity": 2, "variation_list": [] },
        ]),
        Some("3"),
    );
    check(
        &item::PART,
        &given,
        &json!([{ "id": "2", "name": "MUG", "price": 1 }]),
        Some("2"),
    );
}

#[test]
fn a_shipment_is_known_by_its_tracking_number() {
    let given = json!({ "tracking_number": "B", "weight": 2.1, "carrier_code": "ups" });
    check(
        &shipment::PART,
        &given,
        &json!([
            { "id": "2", "tracking_number": "C", "weight": "2.10", "carrier_code": "ups" },
            { "id": "3", "tracking_number": "b", "weight": "2.10", "carrier_code": "UPS" },
        ]),
        Some("3"),
    );
}
