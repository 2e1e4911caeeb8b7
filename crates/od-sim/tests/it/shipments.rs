//! Shipments and their batch.

use od_sim::{Event, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

/// The newest order's id; it has not been shipped.
fn unshipped(api: &Api) -> String {
    let order = api.an_order();
    assert_eq!(order["order_shipments"], json!([]));
    text(&order, "/id").to_owned()
}

#[tokio::test]
async fn a_shipment_is_added_without_telling_its_id() {
    let api = Api::start().await;
    let id = unshipped(&api);
    let path = format!("/orders/{id}/shipments");
    let sent = json!({ "tracking_number": "1ZDEMO1", "carrier_code": "UPS", "weight": 2.1 });
    let body = api.post(&path, sent).await.json();
    assert_eq!(text(&body, "/message"), "Shipment Added");
    assert!(body.get("shipment").is_none() && !body.to_string().contains("\"id\""));

    let body = api.get(&path).await.json();
    let shipment = body["shipments"][0].clone();
    assert_eq!(body["total_records"], 1);
    let fields = ["order_id", "store_id", "weight", "cost", "order_items", "date_shipped"];
    let values = fields.map(|field| text(&shipment, &format!("/{field}")));
    assert_eq!(values, [id.as_str(), "90001", "2.10", "", "", "2026-03-02"]);
    assert!(text(&shipment, "/tracking_url").contains("1ZDEMO1"));
    assert_eq!(api.order(&id)["order_shipments"][0], shipment);
    let one = api.get(&format!("{path}/{}", text(&shipment, "/id"))).await.json();
    assert_eq!(one["shipment"], shipment);
}

#[tokio::test]
async fn a_duplicate_is_an_error_inside_success() {
    let api = Api::start().await;
    let path = format!("/orders/{}/shipments", unshipped(&api));
    let sent = json!({ "tracking_number": "1ZDEMO1" });
    api.post(&path, sent.clone()).await;
    let answer = api.post(&path, sent).await;
    let body = answer.json();
    assert_eq!(
        (answer.status, text(&body, "/status"), text(&body, "/message")),
        (200, "error", "Shipment Not Added")
    );

    for _ in 0..2 {
        assert_eq!(
            api.post(&path, json!({ "tracking_number": "n/a" })).await.json()["status"],
            "success"
        );
    }
    assert_eq!(api.get(&path).await.json()["total_records"], 3);
    assert_eq!(api.post(&path, json!({ "carrier_code": "UPS" })).await.status, 400);
}

#[tokio::test]
async fn shipments_are_replaced_and_deleted() {
    let api = Api::start().await;
    let path = format!("/orders/{}/shipments", unshipped(&api));
    let sent =
        json!({ "tracking_number": "A1", "status": "in_transit", "order_items": [{ "code": "MUG", "quantity": 1 }] });
    api.post(&path, sent).await;
    let before = api.get(&path).await.json()["shipments"][0].clone();
    assert!(before["order_items"].is_array());

    let one = format!("{path}/{}", text(&before, "/id"));
    assert_eq!(
        api.put(&one, json!({ "tracking_number": "B2" })).await.json()["message"],
        "Shipment Updated"
    );
    let after = api.get(&one).await.json()["shipment"].clone();
    assert_eq!((text(&after, "/tracking_number"), text(&after, "/status")), ("B2", ""));
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["date_added"], before["date_added"]);

    let body = api.delete(&one).await.json();
    assert_eq!(
        text(&body, "/message"),
        format!("Shipment {} Deleted", text(&before, "/id"))
    );
    assert_eq!(api.get(&one).await.status, 404);
}

#[tokio::test]
async fn a_batch_succeeds_with_failures_inside() {
    let api = Api::start().await;
    let id = unshipped(&api);
    let body = json!([
        { "order_id": id, "tracking_number": "A1" },
        { "order_id": id.parse::<u64>().expect("digits"), "tracking_number": "A1" },
        { "order_id": "1", "tracking_number": "A2" },
        { "order_id": id },
    ]);
    let answer = api.post("/batch-shipments", body).await;
    assert_eq!((answer.status, text(&answer.json(), "/status")), (200, "success"));
    let body = answer.json();
    let results = body["results"].as_array().expect("results");
    let outcomes: Vec<&str> = results.iter().map(|result| text(result, "/status")).collect();
    assert_eq!(outcomes, ["success", "error", "error", "error"]);

    assert_eq!(
        api.post("/batch-shipments", json!({ "shipments": [] })).await.status,
        400
    );
    assert_eq!(
        api.post("/batch-shipments", Value::from(vec![json!({}); 101]))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_shipment_runs_rules() {
    let rule = Rule {
        move_to: Some("Closed".into()),
        ..Rule::on(Event::ShipmentAdded)
    };
    let api = Api::with(SimOptions {
        rules: vec![rule],
        ..SimOptions::default()
    })
    .await;
    let id = unshipped(&api);
    api.post(&format!("/orders/{id}/shipments"), json!({ "tracking_number": "A1" }))
        .await;
    assert_eq!(api.order(&id)["folder_id"], 71003);
}
