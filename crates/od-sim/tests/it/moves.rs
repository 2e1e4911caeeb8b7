//! `POST /move-orders`.

use od_sim::{Event, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

/// Two new orders' ids.
async fn two(api: &Api) -> [u64; 2] {
    let body = api.get("/orders?folder_name=New&limit=2").await.json();
    [0, 1].map(|index| text(&body, &format!("/orders/{index}/id")).parse().expect("digits"))
}

#[tokio::test]
async fn orders_move_by_id_or_exact_name() {
    let api = Api::start().await;
    let ids = two(&api).await;
    let body = json!({ "order_id_list": ids, "destination_folder_name": "Prepared" });
    let answer = api.post("/move-orders", body).await.json();
    assert_eq!(text(&answer, "/message"), "2 Orders Moved");
    assert_eq!(
        answer["results"][0],
        json!({ "order_id": ids[0], "message": "Order Moved to Prepared Folder", "original_folder_id": 71001 })
    );
    let id = ids[0].to_string();
    assert_eq!(api.order(&id)["folder_id"], 71002);
    let history = api.sim.history("90001", &id);
    assert_eq!(
        history.last().map(|entry| text(entry, "/note")),
        Some("Order Moved to Prepared Folder")
    );

    let back = json!({ "order_id_list": [ids[0].to_string()], "destination_folder_id": 71001 });
    let answer = api.post("/move-orders", back).await.json();
    assert_eq!(text(&answer, "/message"), "1 Order Moved");
    assert_eq!(answer["results"][0]["original_folder_id"], 71002);
}

#[tokio::test]
async fn an_unknown_order_fails_alone() {
    let api = Api::start().await;
    let [id, _] = two(&api).await;
    let answer = api
        .post(
            "/move-orders",
            json!({ "order_id_list": [1, id], "destination_folder_id": 71003 }),
        )
        .await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(text(&body, "/message"), "1 Order Moved");
    assert_eq!(text(&body, "/results/0/message"), "Order Not Found");
}

#[tokio::test]
async fn a_wrong_move_moves_nothing() {
    let api = Api::start().await;
    let ids = two(&api).await;
    let check = async |body: Value| {
        let answer = api.post("/move-orders", body).await;
        assert_eq!((answer.status, text(&answer.json(), "/status")), (400, "error"));
    };
    check(json!({ "order_id_list": ids, "destination_folder_name": "prepared" })).await;
    check(json!({ "order_id_list": ids, "destination_folder_id": 1 })).await;
    check(json!({ "order_id_list": ids })).await;
    check(json!({ "order_id_list": ids, "destination_folder_id": 71003, "destination_folder_name": "Closed" })).await;
    check(json!({ "order_id_list": [], "destination_folder_id": 71003 })).await;
    check(json!({ "order_id_list": 7, "destination_folder_id": 71003 })).await;
    for id in ids {
        assert_eq!(api.order(&id.to_string())["folder_id"], 71001);
    }
}

#[tokio::test]
async fn folder_changes_run_rules_once() {
    let rule = Rule {
        note: Some("Order Submitted to Print Partner".into()),
        set: json!({ "fulfillment_name": "Print Partner" })
            .as_object()
            .cloned()
            .expect("an object"),
        move_to: Some("Sent to Printer".into()),
        ..Rule::on(Event::MovedInto("Prepared".into()))
    };
    let api = Api::with(SimOptions {
        rules: vec![rule],
        ..SimOptions::default()
    })
    .await;
    let [id, _] = two(&api).await;
    let body = json!({ "order_id_list": [id], "destination_folder_name": "Prepared" });
    let id = id.to_string();
    let before = api.sim.history("90001", &id).len();
    api.post("/move-orders", body).await;
    let order = api.order(&id);
    assert_eq!(
        (text(&order, "/fulfillment_name"), &order["folder_id"]),
        ("Print Partner", &json!(71006))
    );
    let notes: Vec<Value> = api.sim.history("90001", &id).split_off(before);
    let notes: Vec<&str> = notes.iter().map(|entry| text(entry, "/note")).collect();
    assert_eq!(
        notes,
        [
            "Order Moved to Prepared Folder",
            "Order Submitted to Print Partner",
            "Order Moved to Sent to Printer Folder"
        ]
    );

    let stay = json!({ "order_id_list": [id], "destination_folder_name": "Sent to Printer" });
    assert_eq!(
        text(&api.post("/move-orders", stay).await.json(), "/message"),
        "1 Order Moved"
    );
    assert_eq!(
        api.sim.history("90001", &id).len(),
        before + 3,
        "already there: nothing runs"
    );
}
