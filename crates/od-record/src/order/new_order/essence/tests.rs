use serde_json::{Value, json};

use crate::order::NewOrder;
use crate::order::fixtures::map;

fn essence(fields: &Value) -> Value {
    let mut order = json!({"customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug", "price": 3}]});
    for (name, value) in fields.as_object().unwrap() {
        order[name] = value.clone();
    }
    NewOrder::of(&map(order), None).expect("an order").essence()
}

#[test]
fn another_spelling_is_the_same_order() {
    let check = |one: Value, spellings: &[Value]| {
        for spelled in spellings {
            assert_eq!(essence(&one), essence(spelled), "{one} {spelled}");
        }
    };
    let line = |line: Value| json!({"order_items": [line]});
    check(
        line(json!({"name": "Mug", "price": 3})),
        &[
            line(json!({"name": "Mug", "price": 3.0})),
            line(json!({"name": "Mug", "price": "3"})),
            line(json!({"price": "3.00", "name": " Mug "})),
            line(json!({"name": "Mug", "price": 3, "quantity": 1, "weight": 0, "delivery_type": "ship", "code": ""})),
            line(json!({"name": "Mug", "price": 3, "quantity": "1", "variation_list": {}, "metadata": {"a": null}})),
        ],
    );
    check(
        line(json!({"name": "Mug", "variation_list": {"Size": "3"}})),
        &[line(
            json!({"name": "Mug", "variation_list": {"Size": 3.0, "Color": ""}}),
        )],
    );
    check(
        json!({"email": "quill@example.test"}),
        &[
            json!({"email": " Quill@Example.test", "source_name": "Order Desk", "shipping_total": "0.00"}),
            json!({"email": "quill@example.test", "tag_name": "", "checkout_data": [], "discount_list": []}),
            json!({"email": "quill@example.test", "shipping": {"address2": ""}, "shipping_method": null}),
        ],
    );
    check(
        json!({"discount_list": [{"name": "Spring", "amount": 2.5}]}),
        &[json!({"discount_list": [{"amount": "2.50", "name": "Spring", "code": ""}]})],
    );
}

#[test]
fn rows_in_another_sequence_are_the_same_order() {
    let rows = |name: &str, rows: &[Value]| {
        let turned: Vec<Value> = rows.iter().rev().cloned().collect();
        assert_eq!(
            essence(&json!({ name: rows })),
            essence(&json!({ name: turned })),
            "{name}"
        );
        // The same note twice is one note.
        if name == "order_notes" {
            return;
        }
        let twice: Vec<Value> = rows.iter().chain(&rows[..1]).cloned().collect();
        let others: Vec<Value> = rows.iter().chain(&rows[1..]).cloned().collect();
        assert_ne!(
            essence(&json!({ name: twice })),
            essence(&json!({ name: others })),
            "{name}"
        );
    };
    rows(
        "order_items",
        &[
            json!({"name": "Mug", "price": 3, "variation_list": {"Size": "L", "Color": "Red"}}),
            json!({"price": "2.00", "name": "Cup"}),
        ],
    );
    rows(
        "discount_list",
        &[
            json!({"name": "Spring", "amount": 2.5}),
            json!({"name": "Club", "amount": 1}),
        ],
    );
    rows("order_notes", &[json!({"content": "One"}), json!({"content": "Two"})]);
}

#[test]
fn a_balance_of_nothing_is_not_one_that_order_desk_is_to_set() {
    assert_ne!(essence(&json!({"processor_balance": 0})), essence(&json!({})));
    assert_eq!(essence(&json!({"shipping_total": 0})), essence(&json!({})));
}

#[test]
fn another_order_is_another_one() {
    let check = |one: Value, other: Value| assert_ne!(essence(&one), essence(&other), "{one} {other}");
    let line = |line: Value| json!({"order_items": [line]});
    check(json!({}), line(json!({"name": "Mug", "price": 3.01})));
    check(json!({}), line(json!({"name": "Mug", "price": 3, "quantity": 2})));
    check(json!({}), line(json!({"name": "Mug", "price": 3, "quantity": 0})));
    check(
        json!({}),
        line(json!({"name": "Mug", "price": 3, "delivery_type": "download"})),
    );
    check(json!({}), line(json!({"name": "MUG", "price": 3})));
    check(
        json!({}),
        json!({"order_items": [{"name": "Mug", "price": 3}, {"name": "Mug", "price": 3}]}),
    );
    check(
        json!({}),
        json!({"customer": {"last_name": "Quill", "first_name": "Ada"}}),
    );
    check(json!({}), json!({"source_name": "Etsy"}));
    check(
        line(json!({"name": "Mug", "variation_list": {"Edition": "1.0"}})),
        line(json!({"name": "Mug", "variation_list": {"Edition": "1"}})),
    );
}
