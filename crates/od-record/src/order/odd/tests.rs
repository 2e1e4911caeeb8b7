use serde_json::{Value, json};

use super::{is_address, remarks};
use crate::order::fixtures::map;

#[test]
fn an_address_has_a_sign_and_a_domain() {
    for address in ["a@b.c", "zoë@bücher.example", "o'neil+tag@mail.example.com"] {
        assert!(is_address(address), "{address}");
    }
    for none in [
        "not an email",
        "zoë@",
        "@example.com",
        "a@b@c.de",
        "a@localhost",
        "a@b..de",
        "a b@c.de",
        "a@.de",
    ] {
        assert!(!is_address(none), "{none}");
    }
}

#[test]
fn only_what_a_change_sets_is_told() {
    let base = json!({"email": "none", "order_items": [{"id": "1", "name": "Mug", "quantity": 0}, {"id": "2", "quantity": 2}]});
    let told = |after: Value| remarks(&map(base.clone()), &map(after)).join("\n");
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut after = base.clone();
        edit(&mut after);
        told(after)
    };
    assert_eq!(with(&|_| {}), "");
    assert_eq!(with(&|order| order["email"] = "".into()), "");
    let email = with(&|order| order["email"] = "zoë@".into());
    assert!(
        email.contains("does not look like one e-mail address") && email.ends_with("\"zoë@\""),
        "{email}"
    );
    let negative = with(&|order| order["order_items"][1]["quantity"] = "-3".into());
    assert!(negative.starts_with("order_items/1 has the quantity -3"), "{negative}");
    let nothing = with(&|order| {
        let lines = order["order_items"].as_array_mut().expect("a list");
        lines.push(json!({"name": "Tee", "quantity": 0}));
    });
    assert!(nothing.starts_with("order_items/2 has the quantity 0"), "{nothing}");
}
