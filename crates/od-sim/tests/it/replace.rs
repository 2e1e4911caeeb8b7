//! `PUT /orders/{id}`: full replacement, over the wire.

use od_sim::{Choices, Event, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

/// What a careful client uploads: the record as read, with the card's digits under the name they are written by.
fn upload(order: &Value) -> Value {
    let mut upload = order.clone();
    upload["cc_number"] = order["cc_number_masked"].clone();
    upload
}

#[tokio::test]
async fn a_whole_upload_changes_what_it_says_and_nothing_else() {
    let api = Api::start().await;
    for mut order in api.sim.orders("90001") {
        let path = format!("/orders/{}", text(&order, "/id"));
        let mut sent = upload(&order);
        sent["shipping"]["city"] = "Newtown".into();
        let answer = api.put(&path, sent).await;
        assert_eq!(
            (answer.status, text(&answer.json(), "/message")),
            (200, "Order Updated")
        );

        let after = api.order(text(&order, "/id"));
        order["shipping"]["city"] = "Newtown".into();
        order["date_updated"] = after["date_updated"].clone();
        assert_eq!(after.to_string(), order.to_string());
    }
}

#[tokio::test]
async fn a_partial_upload_loses_the_rest() {
    let api = Api::start().await;
    let order = api
        .sim
        .orders("90001")
        .into_iter()
        .find(|order| order["is_gift"] == true)
        .expect("an odd order");
    let id = text(&order, "/id");
    api.put(&format!("/orders/{id}"), json!({ "shipping": { "city": "Newtown" } }))
        .await;
    let after = api.order(id);
    assert_eq!(after["shipping"]["first_name"], "");
    assert_eq!(after["email"], "");
    assert_eq!(after["customer"]["city"], "");
    assert_eq!(after["order_notes"], json!([]));
    assert_eq!(after["currency_rate"], 0, "undocumented fields are no exception");
    assert_eq!(
        after["order_items"], order["order_items"],
        "left alone when the key is absent"
    );
    assert_eq!(after["folder_id"], order["folder_id"]);
}

#[tokio::test]
async fn the_envelope_sent_back_loses_everything() {
    let api = Api::start().await;
    let order = api.an_order();
    let id = text(&order, "/id");
    api.put(
        &format!("/orders/{id}"),
        json!({ "status": "success", "order": upload(&order) }),
    )
    .await;
    assert_eq!(api.order(id)["email"], "");
}

#[tokio::test]
async fn the_card_is_blanked_by_a_naive_round_trip() {
    let api = Api::start().await;
    let order = api
        .sim
        .orders("90001")
        .into_iter()
        .find(|order| order["cc_number_masked"] != "")
        .expect("a card");
    let id = text(&order, "/id");
    api.put(&format!("/orders/{id}"), order.clone()).await;
    assert_eq!(api.order(id)["cc_number_masked"], "");
}

#[tokio::test]
async fn lines_without_their_ids_are_doubled_and_left_out_ones_are_gone() {
    let api = Api::start().await;
    let order = api.an_order();
    let id = text(&order, "/id");
    let mut sent = upload(&order);
    let mut line = order["order_items"][0].clone();
    line["id"] = Value::Null;
    sent["order_items"] = json!([order["order_items"][0], line]);
    api.put(&format!("/orders/{id}"), sent).await;
    let after = api.order(id);
    let items = after["order_items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0], order["order_items"][0]);
    assert_ne!(items[1]["id"], items[0]["id"]);
    assert_eq!(items[1]["name"], items[0]["name"]);
}

#[tokio::test]
async fn choices_change_the_uncertain_parts() {
    let choices = Choices {
        put_without_items_removes: true,
        put_moves_folder: false,
        put_writes_history: false,
        ..Choices::default()
    };
    let api = Api::with(SimOptions {
        choices,
        ..SimOptions::default()
    })
    .await;
    let order = api.an_order();
    let id = text(&order, "/id");
    let history = api.sim.history("90001", id);
    api.put(&format!("/orders/{id}"), json!({ "folder_id": 71003 })).await;
    let after = api.order(id);
    assert_eq!(after["order_items"], json!([]));
    assert_eq!(after["folder_id"], order["folder_id"]);
    assert_eq!(api.sim.history("90001", id), history);
}

/// A desk that mails an order to the printer when it comes into the folder Closed.
async fn with_a_printer() -> Api {
    let options = SimOptions {
        rules: vec![Rule {
            note: Some("Order Emailed to Printer".to_owned()),
            ..Rule::on(Event::MovedInto("Closed".to_owned()))
        }],
        ..SimOptions::default()
    };
    Api::with(options).await
}

#[tokio::test]
async fn an_upload_moves_the_order_and_writes_its_history() {
    let api = with_a_printer().await;
    let order = api.an_order();
    let id = text(&order, "/id");
    let before = api.sim.history("90001", id).len();
    let path = format!("/orders/{id}");
    api.put(&path, upload(&order)).await;
    let mut moved = upload(&api.order(id));
    moved["folder_id"] = 71003.into();
    api.put(&path, moved).await;

    assert_eq!(api.order(id)["folder_id"], 71003);
    let history = api.sim.history("90001", id).split_off(before);
    let told: Vec<_> = history
        .iter()
        .map(|entry| (text(entry, "/source_name"), text(entry, "/note")))
        .collect();
    assert_eq!(
        told,
        [
            ("API", "Order Updated"),
            ("API", "Order Updated"),
            ("API", "Order Moved to Closed Folder"),
            ("Order Desk", "Order Emailed to Printer"),
        ]
    );
}

#[tokio::test]
async fn what_a_person_does_stands_in_the_history_and_a_move_runs_the_rules() {
    let api = with_a_printer().await;
    let id = text(&api.an_order(), "/id").to_owned();
    let before = api.sim.history("90001", &id).len();
    let edit = |patch: Value| {
        api.sim.edit_order("90001", &id, |record| {
            record.extend(patch.as_object().expect("a patch").clone());
        })
    };
    assert!(edit(json!({ "email": "new@example.test" })));
    assert!(edit(json!({ "folder_id": 71003 })));
    assert!(edit(json!({ "email": "new@example.test" })), "which changes nothing");

    assert_eq!(api.order(&id)["folder_id"], 71003);
    let history = api.sim.history("90001", &id).split_off(before);
    let told: Vec<_> = history
        .iter()
        .map(|entry| (text(entry, "/source_name"), text(entry, "/note")))
        .collect();
    assert_eq!(
        told,
        [
            ("Jo Sample", "Order Edited"),
            ("Jo Sample", "Order Moved to Closed Folder"),
            ("Order Desk", "Order Emailed to Printer"),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused() {
    let api = Api::start().await;
    let order = api.an_order();
    let path = format!("/orders/{}", text(&order, "/id"));
    let mut sent = upload(&order);
    sent["order_metadata"] = json!({ "blob": "x".repeat(2000) });
    assert_eq!(api.put(&path, sent).await.status, 400);
    assert_eq!(api.put(&path, json!("text")).await.status, 400);
    assert_eq!(api.put("/orders/1", upload(&order)).await.status, 404);
    assert_eq!(api.order(text(&order, "/id")), order);
}
