use serde_json::{Value, json};

use super::{customer_name, has_name};
use crate::order::fixtures::map;

#[test]
fn a_person_is_named_before_a_company_and_the_buyer_before_the_recipient() {
    let check = |order: Value, expected: &str| assert_eq!(customer_name(&map(order)), expected);
    check(
        json!({"customer": {"first_name": "Ada", "last_name": "Quill"}, "shipping": {"last_name": "Osterdahl"}}),
        "Ada Quill",
    );
    check(
        json!({"customer": {"first_name": " Ada ", "company": "Quill Ltd"}}),
        "Ada",
    );
    check(
        json!({"customer": {"first_name": " ", "last_name": "", "company": " Quill Ltd "}}),
        "Quill Ltd",
    );
    check(
        json!({"customer": {"first_name": ""}, "shipping": {"last_name": "Osterdahl"}}),
        "Osterdahl",
    );
    check(json!({"customer": "Ada", "shipping": {"last_name": 7}}), "");
    check(json!({"return_address": {"first_name": "Ada"}}), "");
}

#[test]
fn any_part_of_a_name_says_whose_an_order_is() {
    let check = |order: Value, expected: bool| assert_eq!(has_name(&map(order.clone())), expected, "{order}");
    for part in ["first_name", "last_name", "company"] {
        check(json!({"customer": {part: "x"}}), true);
        check(json!({"customer": {part: " "}, "shipping": {part: "x"}}), true);
        check(json!({"shipping": {part: "  "}}), false);
        check(json!({"return_address": {part: "x"}}), false);
    }
    check(json!({"customer": {"city": "Springtown"}}), false);
    check(json!({}), false);
}
