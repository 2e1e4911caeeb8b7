use serde_json::{Value, json};

use super::{Origin, create, problems, replace};
use crate::choices::Choices;
use crate::model::fields::Record;

const NOW: &str = "2026-03-02 15:00:00";

fn record(value: Value) -> Record {
    serde_json::from_value(value).expect("an object")
}

fn ids() -> impl FnMut() -> u64 {
    let mut last = 0;
    move || {
        last += 1;
        last
    }
}

fn created(input: Value) -> Record {
    create(
        &record(input),
        &Origin {
            id: 7,
            folder_id: 71001,
            now: NOW,
        },
        ids(),
    )
}

fn sample() -> Record {
    created(json!({
        "source_name": "Shopify", "source_id": "WEB-1", "email": "ada@example.test", "cc_number": "4111111111111881",
        "shipping_total": 6.95, "tax_total": "4.36", "shipping": { "first_name": "Ada", "city": "Springtown" },
        "checkout_data": { "Gift Message": "Enjoy!" }, "discount_list": [{ "name": "Spring", "amount": "5.00" }],
        "order_notes": [{ "content": "Back door" }],
        "order_items": [
            { "name": "Enamel Mug", "price": 14.5, "weight": 0.7 },
            { "name": "Canvas Tote", "price": "20.00", "quantity": 2, "weight": 0.7 }
        ]
    }))
}

#[test]
fn a_minimal_order_gets_the_documented_defaults() {
    let order = created(json!({ "customer": { "last_name": "Quill" }, "order_items": [{ "name": "Mug" }] }));
    let expected = json!({
        "id": "7", "source_id": "7", "source_name": "Order Desk", "payment_status": "Captured", "folder_id": 71001,
        "order_total": 0, "processor_balance": 0, "date_added": NOW, "checkout_data": [], "order_shipments": []
    });
    for (key, value) in record(expected) {
        assert_eq!(order[&key], value, "{key}");
    }
    assert_eq!(order["shipping"]["last_name"], "Quill");
    assert_eq!(order["shipping"]["address4"], "");
    assert_eq!(order["order_items"][0]["quantity"], 1);
    assert_eq!(order["order_items"][0]["delivery_type"], "ship");
}

#[test]
fn the_server_keeps_the_sums() {
    let order = sample();
    assert_eq!(order["product_total"], 54.5);
    assert_eq!(order["order_total"], 60.81);
    assert_eq!(order["processor_balance"], 60.81);
    assert_eq!(order["quantity_total"], 3);
    assert_eq!(order["weight_total"], 2.1);
    assert_eq!(order["discount_total"], 5);
    assert_eq!(order["cc_number_masked"], "xxxxxxxxxxxx1881");
}

#[test]
fn orders_without_items_or_names_are_refused() {
    let check = |input: Value, expected: usize| assert_eq!(problems(&record(input.clone())).len(), expected, "{input}");
    check(json!({}), 2);
    check(json!({ "order_items": [], "shipping": { "company": "ACME" } }), 1);
    check(
        json!({ "order_items": [{ "name": "Mug" }], "customer_first_name": "Ada" }),
        1,
    );
    check(
        json!({ "order_items": [{ "name": "Mug" }], "customer": { "first_name": "Ada" } }),
        0,
    );
    let long = "x".repeat(3500);
    check(
        json!({ "order_items": [{}], "customer": { "company": "A" }, "checkout_data": { "a": long } }),
        1,
    );
}

fn upload(change: impl FnOnce(&mut Record)) -> Record {
    let old = sample();
    let mut sent = old.clone();
    sent.insert("cc_number".into(), "1881".into());
    change(&mut sent);
    let mut next = ids();
    replace(&sent, &old, "2026-03-03 00:00:00", Choices::default(), move || {
        100 + next()
    })
}

#[test]
fn a_partial_upload_blanks_the_rest() {
    let order = upload(|sent| *sent = record(json!({ "email": "new@example.test" })));
    for key in ["shipping_method", "source_name", "payment_status", "cc_number_masked"] {
        assert_eq!(order[key], "", "{key}");
    }
    for key in ["checkout_data", "order_metadata", "discount_list", "order_notes"] {
        assert_eq!(order[key], json!([]), "{key}");
    }
    assert_eq!(order["shipping"]["city"], "");
    assert_eq!(order["tax_total"], 0);
    // The server's own fields, and the items because the key was absent.
    assert_eq!((&order["id"], &order["folder_id"]), (&json!("7"), &json!(71001)));
    assert_eq!(order["date_added"], NOW);
    assert_eq!(order["order_items"].as_array().map(Vec::len), Some(2));
    assert_eq!(order["order_total"], 54.5);
}

#[test]
fn items_are_replaced_added_and_removed() {
    let order = upload(|sent| {
        let mut first = sent["order_items"][0].clone();
        first["quantity"] = 4.into();
        sent["order_items"] = json!([first, { "name": "Sticker", "price": 1 }, { "id": "999", "name": "Lost" }]);
    });
    let items = order["order_items"].as_array().expect("items");
    let short: Vec<_> = items
        .iter()
        .map(|item| (item["id"].as_str(), item["name"].as_str()))
        .collect();
    assert_eq!(
        short,
        [
            (Some("1"), Some("Enamel Mug")),
            (Some("101"), Some("Sticker")),
            (Some("102"), Some("Lost"))
        ]
    );
    assert_eq!(order["product_total"], 59);

    let bare = upload(|sent| sent["order_items"] = json!([{ "id": 1, "name": "Mug" }]));
    assert_eq!(bare["order_items"][0]["price"], 0, "an item is replaced in full too");
}

#[test]
fn what_is_not_the_callers_stays() {
    let order = upload(|sent| {
        sent["folder_id"] = 71004.into();
        sent["id"] = "8".into();
        sent["order_total"] = 1.into();
        sent["order_shipments"] = json!([{ "tracking_number": "1Z" }]);
        sent["source_id"] = "OTHER".into();
        sent["date_updated"] = "2001-01-01 00:00:00".into();
        sent.insert("undocumented".into(), 1.into());
    });
    assert_eq!(order["folder_id"], 71001);
    assert_eq!(order["id"], "7");
    assert_eq!(order["order_total"], 60.81);
    assert_eq!(order["order_shipments"], json!([]));
    assert_eq!(order["source_id"], "WEB-1");
    assert_eq!(order["date_updated"], "2026-03-03 00:00:00");
    assert!(!order.contains_key("undocumented"));
}

#[test]
fn the_strict_switch_removes_items_that_are_not_sent() {
    let order = replace(
        &record(json!({})),
        &sample(),
        NOW,
        Choices {
            put_without_items_removes: true,
            ..Choices::default()
        },
        ids(),
    );
    assert_eq!(order["order_items"], json!([]));
}

#[test]
fn notes_share_two_thousand_characters() {
    let long = "n".repeat(1500);
    let order = upload(|sent| {
        sent["order_notes"] = json!([{ "content": long }, { "content": long, "username": "Ana" }, { "content": "c" }]);
    });
    let notes = order["order_notes"].as_array().expect("notes");
    let sizes: Vec<usize> = notes
        .iter()
        .map(|note| note["content"].as_str().map_or(0, str::len))
        .collect();
    // 2000 - (19 + 3 + 1500) = 478 are left, of which the second date and name take 22.
    assert_eq!(sizes, [1500, 456]);
    assert_eq!(notes[0]["username"], "API");
    assert_eq!(notes[0]["date_added"], "2026-03-03 00:00:00");
}
