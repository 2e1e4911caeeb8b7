use serde_json::{Value, json};

use super::{Write, of, plain};

fn check(in_store: bool, arguments: &Value, expected: &[&str]) {
    let arguments = arguments.as_object().expect("arguments");
    let write = Write {
        tool: "a.write",
        arguments,
        in_store,
        repeatable: true,
        adds: false,
    };
    assert_eq!(of(&write, arguments), expected, "{arguments:?}");
}

#[test]
fn a_write_is_about_the_records_it_names() {
    check(true, &json!({"order_id": "0012", "item_id": "7"}), &["order_id 12"]);
    check(true, &json!({"order_id": 12}), &["order_id 12"]);
    check(true, &json!({"order_ids": ["1", 2]}), &["order_id 1", "order_id 2"]);
    check(true, &json!({"product_id": "5"}), &["product_id 5"]);
    check(true, &json!({"shipments": [{"order_id": "3"}]}), &["order_id 3"]);
    check(true, &json!({"products": [{"id": "4"}]}), &["product_id 4"]);
    check(true, &json!({"order": {"email": "a@example.com"}}), &[]);
    check(false, &json!({"store_id": "90001"}), &["stores"]);
}

#[test]
fn whole_numbers_are_the_same_however_they_are_spelled() {
    let check = |text: &str, expected: &str| {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        plain(&mut value);
        assert_eq!(value.to_string(), expected);
    };
    check(r#"{"a":[1.0,2.5,1e3,"1.0"]}"#, r#"{"a":[1,2.5,1000,"1.0"]}"#);
    check("1e300", "1e+300");
}

#[test]
fn lines_are_the_same_in_whatever_sequence_and_steps_are_not() {
    let is_same = |one: Value, other: Value| {
        let mut both = [one, other];
        both.iter_mut().for_each(plain);
        both[0] == both[1]
    };
    let (mug, tote) = (json!({"name": "Mug", "price": 3}), json!({"price": 5, "name": "Tote"}));
    let check = |wrap: fn(Value) -> Value| {
        assert!(is_same(wrap(json!([mug, tote])), wrap(json!([tote, mug]))));
        assert!(!is_same(wrap(json!([mug, tote])), wrap(json!([mug, tote, tote]))));
    };
    check(|lines| json!({ "items": lines }));
    check(|lines| json!({"order": {"order_items": lines}}));
    check(|lines| json!({"shipment": {"order_items": lines}}));
    check(|lines| json!({"ops": [{"op": "add_items", "items": lines}]}));
    let (one, other) = (
        json!({"op": "add_note", "content": "a"}),
        json!({"op": "add_note", "content": "b"}),
    );
    assert!(!is_same(json!({"ops": [one, other]}), json!({"ops": [other, one]})));
}
