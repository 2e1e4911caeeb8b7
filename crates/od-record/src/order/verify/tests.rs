use serde_json::{Map, Value, json};

use super::verify;
use crate::order::change::Change;
use crate::order::fixtures::order;
use crate::order::merge::{NoteDefaults, apply};
use crate::verify::Verification;

/// What reading back shows after `mutation` was uploaded and Order Desk (or somebody) did `then` to the record.
fn after(mutation: &Value, then: impl FnOnce(&mut Map<String, Value>)) -> Verification {
    let change = Change::parse(Some(mutation), None).unwrap();
    let desired = apply(&order(), &change, &NoteDefaults { username: "agent" })
        .unwrap()
        .desired;
    let mut read_back = desired.clone();
    read_back.remove("cc_number");
    then(&mut read_back);
    verify(&order(), &desired, &read_back)
}

fn paths(verification: &Verification) -> (Vec<&str>, Vec<&str>) {
    assert_eq!(verification.stuck, verification.not_applied.is_empty());
    (
        verification
            .not_applied
            .iter()
            .map(|change| change.path.as_str())
            .collect(),
        verification.foreign.iter().map(|change| change.path.as_str()).collect(),
    )
}

#[test]
fn what_order_desk_adds_is_no_difference() {
    let mutation = json!({
        "shipping": {"city": "Salem"}, "cc_number": "4242", "tax_total": "5.10", "return_address": {"name": "Desk"},
        "order_notes": [{"content": "Call first"}], "order_metadata": {"k": 5},
        "order_items": [{"id": "301", "quantity": 3}, {"name": "Pin", "price": 2, "variation_list": {"Size": "L"}}],
    });
    let verification = after(&mutation, |order| {
        order["cc_number_masked"] = json!("xxxxxxxxxxxx4242");
        order["date_updated"] = json!("2026-03-03 00:00:00");
        for total in [
            "quantity_total",
            "weight_total",
            "product_total",
            "discount_total",
            "order_total",
        ] {
            order[total] = json!(1.5);
        }
        order["email_count"] = json!("3");
        order["tax_total"] = json!("5.10");
        order["order_metadata"]["k"] = json!("5");
        order["return_address"]["city"] = json!("");
        order["order_notes"][1]["date_added"] = json!("2026-03-03 00:00:00");
        order["order_items"][2]["id"] = json!("303");
        order["order_items"][2]["price"] = json!("2.00");
        order["order_items"][2]["delivery_type"] = json!("ship");
        order["order_items"][2]["metadata"] = json!([]);
        order["order_items"].as_array_mut().unwrap().reverse();
        order.insert("order_history".to_owned(), json!([{"note": "updated"}]));
    });
    assert_eq!(
        verification,
        Verification {
            stuck: true,
            not_applied: vec![],
            foreign: vec![],
            took: true,
            elsewhere: false,
        }
    );
}

#[test]
fn what_did_not_stick_is_told_with_both_values() {
    let mutation = json!({"shipping": {"city": "salem", "phone": "555 0199"}, "checkout_data": {"Wrap": null}});
    let verification = after(&mutation, |order| {
        order["shipping"]["city"] = json!("Salem");
        order["checkout_data"]["Wrap"] = json!("yes");
    });
    assert_eq!(
        paths(&verification),
        (vec!["/shipping/city", "/checkout_data/Wrap"], vec![])
    );
    let city = &verification.not_applied[0];
    assert_eq!(
        (city.before.clone(), city.after.clone()),
        (Some(json!("salem")), Some(json!("Salem")))
    );
}

#[test]
fn what_others_changed_is_told_apart() {
    let verification = after(&json!({"email": "new@example.test"}), |order| {
        order["shipping"]["city"] = json!("Elsewhere");
        order["folder_id"] = json!(71002);
        order["order_items"][0]["quantity"] = json!(7);
        order["order_items"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": "400", "name": "Sticker"}));
        order["order_notes"]
            .as_array_mut()
            .unwrap()
            .push(json!({"content": "by another", "username": "x"}));
        order["order_shipments"] = json!([{"id": "1", "tracking_number": "n/a"}]);
    });
    let foreign = [
        "/folder_id",
        "/shipping/city",
        "/order_notes/1",
        "/order_items/0/quantity",
        "/order_items/2",
        "/order_shipments/0",
    ];
    assert_eq!(paths(&verification), (vec![], foreign.to_vec()));
}

#[test]
fn rows_that_vanish_or_stay_are_noticed() {
    let check = |mutation: Value, then: fn(&mut Map<String, Value>), not_applied: &[&str], foreign: &[&str]| {
        assert_eq!(
            paths(&after(&mutation, then)),
            (not_applied.to_vec(), foreign.to_vec()),
            "{mutation}"
        );
    };
    let drop_first = |order: &mut Map<String, Value>| {
        order["order_items"].as_array_mut().unwrap().remove(0);
    };
    check(json!({"email": "x@example.test"}), drop_first, &[], &["/order_items/0"]);
    check(
        json!({"order_items": [{"id": "301", "quantity": 5}]}),
        drop_first,
        &["/order_items/0"],
        &[],
    );
    let drop_last = |order: &mut Map<String, Value>| {
        order["order_items"].as_array_mut().unwrap().pop();
        order["order_notes"].as_array_mut().unwrap().pop();
    };
    let added = json!({"order_items": [{"name": "Pin"}], "order_notes": [{"content": "new"}]});
    check(added, drop_last, &["/order_notes/1", "/order_items/2"], &[]);
    let restore = |order: &mut Map<String, Value>| {
        order["discount_list"] = crate::order::fixtures::order()["discount_list"].clone();
    };
    check(json!({"discount_list": []}), restore, &["/discount_list/0"], &[]);
}

#[test]
fn a_new_line_is_recognised_though_the_store_rewrote_it() {
    let mutation = json!({"order_items": [{"name": "enamel pin", "quantity": 2}]});
    let verification = after(&mutation, |order| {
        order["order_items"][2] = json!({"id": "303", "name": "Enamel Pin", "quantity": 2, "price": 0});
    });
    assert_eq!(paths(&verification), (vec!["/order_items/2/name"], vec![]));
}

#[test]
fn card_digits_are_looked_for_behind_the_mask() {
    let check = |given: Value, masked: &str, stuck: bool| {
        let verification = after(&json!({ "cc_number": given }), |order| {
            order["cc_number_masked"] = masked.into();
        });
        assert_eq!((verification.stuck, verification.foreign.len()), (stuck, 0));
    };
    check(json!("4242"), "xxxxxxxxxxxx4242", true);
    check(json!("4242"), "xxxxxxxxxxxx1881", false);
    check(json!("4242"), "", false);
    check(json!(null), "", true);
    check(json!(null), "xxxxxxxxxxxx1881", false);
}

/// Whether an update of a value, a note, a line and the card looks erased when the order is as `then` makes it from how it
/// was before.
fn erased(then: impl FnOnce(&mut Map<String, Value>)) -> bool {
    let mutation = json!({
        "shipping": {"city": "Salem"}, "cc_number": "4242", "order_notes": [{"content": "Call first"}],
        "order_items": [{"name": "Pin", "code": "PIN", "price": 2}, {"id": "301", "quantity": 3}],
        "checkout_data": {"Wrap": null},
    });
    let change = Change::parse(Some(&mutation), None).unwrap();
    let desired = apply(&order(), &change, &NoteDefaults { username: "agent" })
        .unwrap()
        .desired;
    let mut read_back = order();
    then(&mut read_back);
    verify(&order(), &desired, &read_back).was_erased()
}

#[test]
fn an_update_of_which_nothing_is_left_was_erased_when_somebody_changed_something_else() {
    assert!(erased(|order| drop(
        order.insert("email".to_owned(), "b@example.test".into())
    )));
    // A line that nobody knows may be the one that was added, in another spelling.
    assert!(!erased(|order| {
        let lines = order["order_items"].as_array_mut().unwrap();
        lines.push(json!({"id": "999", "name": "Cap", "code": "CAP", "price": 4}));
    }));
    assert!(!erased(|_| {}), "a store that ignores everything changes nothing else");
}

#[test]
fn an_update_of_which_something_is_left_was_not_erased() {
    let with_email = |then: &dyn Fn(&mut Map<String, Value>)| {
        erased(|order| {
            order.insert("email".to_owned(), "b@example.test".into());
            then(order);
        })
    };
    assert!(with_email(&|_| {}));
    assert!(!with_email(&|order| order["shipping"]["city"] = "Salem".into()));
    assert!(!with_email(&|order| order["shipping"]["city"] = "Bend".into()));
    assert!(!with_email(
        &|order| order["cc_number_masked"] = "xxxxxxxxxxxx4242".into()
    ));
    assert!(!with_email(&|order| order["cc_number_masked"] = "".into()));
    assert!(!with_email(&|order| order["order_items"][0]["quantity"] = 3.into()));
    assert!(!with_email(&|order| {
        order["checkout_data"].as_object_mut().unwrap().remove("Wrap");
    }));
    assert!(!with_email(&|order| {
        let notes = order["order_notes"].as_array_mut().unwrap();
        notes.push(json!({"content": "Call first", "username": "agent"}));
    }));
    assert!(!with_email(&|order| {
        let lines = order["order_items"].as_array_mut().unwrap();
        lines.push(json!({"id": "900", "name": "Pin", "code": "PIN", "price": 2}));
    }));
    assert!(!with_email(&|order| drop(
        order["order_items"].as_array_mut().unwrap().remove(0)
    )));
}
