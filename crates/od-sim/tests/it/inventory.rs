//! Inventory items and their batch.

use od_sim::{Choices, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

async fn first(api: &Api) -> (String, Value) {
    let item = api.get("/inventory-items?limit=1").await.json()["inventory_items"][0].clone();
    (format!("/inventory-items/{}", item["id"]), item)
}

#[tokio::test]
async fn inventory_is_listed_with_a_total_in_text() {
    let api = Api::start().await;
    let body = api.get("/inventory-items").await.json();
    assert_eq!(body["total_records"], "18");
    assert_eq!(
        (&body["records_returned"], &body["initial_records_returned"]),
        (&json!(18), &json!(18))
    );
    assert!(body["inventory_items"][0]["id"].is_u64());

    let check = async |query: &str, returned: u64| {
        let body = api.get(&format!("/inventory-items?{query}")).await.json();
        assert_eq!(body["records_returned"], returned, "{query}");
    };
    check("code=MUG-BLU-11", 1).await;
    check("code=MUG-BLU-11,TOTE-01,NONE", 2).await;
    check("search=hoodie", 2).await;
    check("limit=5&offset=16", 2).await;
}

#[tokio::test]
async fn the_total_may_lie() {
    let choices = Choices {
        untrue_inventory_total: true,
        ..Choices::default()
    };
    let api = Api::with(SimOptions {
        choices,
        ..SimOptions::default()
    })
    .await;
    let body = api.get("/inventory-items?code=TOTE-01").await.json();
    assert_eq!(
        (&body["total_records"], &body["records_returned"]),
        (&json!("0"), &json!(1))
    );
}

#[tokio::test]
async fn one_item_is_read() {
    let api = Api::start().await;
    let (path, item) = first(&api).await;
    let body = api.get(&path).await.json();
    assert_eq!((&body["inventory_item"], &body["records_returned"]), (&item, &json!(1)));
    assert_eq!(api.get("/inventory-items/1").await.status, 404);
}

#[tokio::test]
async fn creating_needs_a_name_and_a_new_code() {
    let api = Api::start().await;
    let answer = api
        .post(
            "/inventory-items",
            json!({ "name": "Pin", "code": "PIN-1", "stock": 0 }),
        )
        .await;
    assert_eq!(
        (answer.status, text(&answer.json(), "/message")),
        (201, "Inventory Item Added")
    );
    let item = answer.json()["inventory_item"].clone();
    assert_eq!((&item["stock"], &item["metadata"]), (&json!(0), &json!([])));

    assert_eq!(
        api.post("/inventory-items", json!({ "name": "Pin", "code": "PIN-1" }))
            .await
            .status,
        400
    );
    let bare = api.post("/inventory-items", json!({})).await;
    assert_eq!(bare.json()["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn updating_blanks_what_is_left_out() {
    let api = Api::start().await;
    let (path, item) = first(&api).await;
    let mut whole = item.clone();
    whole["stock"] = 0.into();
    let answer = api.put(&path, whole.clone()).await.json();
    assert_eq!(text(&answer, "/message"), "Inventory Item Updated");
    let after = api.get(&path).await.json()["inventory_item"].clone();
    whole["date_updated"] = after["date_updated"].clone();
    assert_eq!(after, whole);

    api.put(&path, json!({ "name": "Bare", "code": "B" })).await;
    let after = api.get(&path).await.json()["inventory_item"].clone();
    assert_eq!(
        (&after["price"], &after["location"], &after["variation_list"]),
        (&json!(0), &json!(""), &json!([]))
    );
}

#[tokio::test]
async fn a_batch_says_only_how_many() {
    let api = Api::start().await;
    let (path, mut item) = first(&api).await;
    item["price"] = 99.5.into();
    let answer = api
        .put(
            "/batch-inventory-items",
            json!([item, { "id": 1, "name": "x", "code": "y" }]),
        )
        .await;
    let body = answer.json();
    assert_eq!(
        (answer.status, text(&body, "/message")),
        (200, "1 Inventory Items Updated")
    );
    assert!(body.get("results").is_none());
    assert_eq!(api.get(&path).await.json()["inventory_item"]["price"], 99.5);
    assert_eq!(api.put("/batch-inventory-items", json!({})).await.status, 400);
}

#[tokio::test]
async fn deleting_removes() {
    let api = Api::start().await;
    let (path, item) = first(&api).await;
    let body = api.delete(&path).await.json();
    assert_eq!(
        text(&body, "/message"),
        format!("Inventory Item {} Deleted", item["id"])
    );
    assert_eq!(api.get(&path).await.status, 404);
}
