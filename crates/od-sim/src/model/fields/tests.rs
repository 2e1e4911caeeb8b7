use serde_json::{Value, json};

use super::{Kind, Layout, Record, compose, decimal};

const LAYOUT: &Layout = &[
    ("id", Kind::Kept),
    ("name", Kind::Text),
    ("state", Kind::TextOr("open")),
    ("sku", Kind::TextOrNull),
    ("weight", Kind::NumberText("0")),
    ("tax", Kind::Number),
    ("price", Kind::Amount),
    ("quantity", Kind::Whole(1)),
    ("extras", Kind::Bag),
    ("address", Kind::Address(&["city", "country"])),
];

fn record(value: Value) -> Record {
    serde_json::from_value(value).expect("an object")
}

fn check(sent: &Value, expected: &Value) {
    let old = record(json!({ "id": "7", "name": "old", "flag": { "a": 1 }, "rank": 3, "code": "x" }));
    let composed = Value::Object(compose(LAYOUT, &record(sent.clone()), Some(&old)));
    assert_eq!(composed.to_string(), expected.to_string(), "{sent}");
}

#[test]
fn what_is_left_out_is_blank() {
    check(
        &json!({}),
        &json!({
            "id": "7", "name": "", "state": "open", "sku": null, "weight": "0", "tax": 0, "price": 0, "quantity": 1,
            "extras": [], "address": { "city": "", "country": "" }, "flag": [], "rank": 0, "code": ""
        }),
    );
}

#[test]
fn what_is_sent_is_stored_in_the_fields_own_type() {
    check(
        &json!({
            "id": "8", "name": 12, "state": "", "sku": "M", "weight": 2.1, "tax": "4.360", "price": "18.00",
            "quantity": "3", "extras": { "k": 1 }, "address": { "city": "Oslo", "planet": "Earth" },
            "flag": { "b": 2 }, "rank": 4, "code": "y", "unheard_of": true
        }),
        &json!({
            "id": "7", "name": "12", "state": "open", "sku": "M", "weight": "2.10", "tax": 4.36, "price": "18.00",
            "quantity": 3, "extras": { "k": 1 }, "address": { "city": "Oslo", "country": "" },
            "flag": { "b": 2 }, "rank": 4, "code": "y"
        }),
    );
}

#[test]
fn nonsense_counts_as_blank() {
    check(
        &json!({ "tax": "a lot", "price": {}, "quantity": null, "extras": {}, "address": "Oslo", "weight": [] }),
        &json!({
            "id": "7", "name": "", "state": "open", "sku": null, "weight": "0", "tax": 0, "price": 0, "quantity": 1,
            "extras": [], "address": { "city": "", "country": "" }, "flag": [], "rank": 0, "code": ""
        }),
    );
}

#[test]
fn sums_are_written_short() {
    for (value, places, expected) in [
        (54.5, 2, "54.5"),
        (20.0, 2, "20"),
        (0.1 + 0.2, 2, "0.3"),
        (-0.001, 2, "0"),
        (100.0, 0, "100"),
    ] {
        assert_eq!(decimal(value, places).to_string(), expected);
    }
}
