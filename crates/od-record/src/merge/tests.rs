use serde_json::{Map, Value, json};

use super::set;
use crate::field::find;
use crate::order::fields::ORDER;
use crate::order::fixtures::map;

/// The record after a field of an order was set in it.
fn set_in(record: Value, name: &str, given: &Value) -> Map<String, Value> {
    let mut record = map(record);
    let field = find(ORDER, name).expect("a field of an order");
    set(&mut record, field, given).expect("can be set");
    record
}

#[test]
fn an_identifier_that_is_given_as_it_is_stored_stays_so() {
    let stored = || json!({"email": " ada@example.test"});
    let after = |given: &str| set_in(stored(), "email", &given.into())["email"].clone();
    assert_eq!(after(" ada@example.test"), " ada@example.test");
    assert_eq!(after(" new@example.test"), "new@example.test");
}

#[test]
fn the_return_address_is_cleared_part_by_part_and_other_maps_are_emptied() {
    let after = |name: &str, value: Value| set_in(json!({ name: value }), name, &Value::Null)[name].clone();
    assert_eq!(
        after("return_address", json!({"name": "Desk", "zone": 3, "city": "Salem"})),
        json!({"name": "", "zone": 3, "city": ""})
    );
    assert_eq!(after("order_metadata", json!({"rack": "A"})), json!([]));
}

#[test]
fn a_key_that_is_there_to_the_letter_is_meant_before_one_that_looks_like_it() {
    let both = || json!({"checkout_data": {"Gift\u{7}": "hidden", "Gift": "plain"}});
    let after = set_in(both(), "checkout_data", &json!({"Gift": "new"}));
    assert_eq!(after["checkout_data"], json!({"Gift\u{7}": "hidden", "Gift": "new"}));
    let hidden = json!({"checkout_data": {"Gift\u{7}": "hidden"}});
    let after = set_in(hidden, "checkout_data", &json!({"Gift": "new"}));
    assert_eq!(after["checkout_data"], json!({"Gift\u{7}": "new"}));
}
