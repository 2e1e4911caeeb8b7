//! Orders in any number, made when they are asked for.

use od_sim::SimOptions;
use serde_json::{Value, json};

use crate::support::{Api, text};

async fn large() -> Api {
    let mut options = SimOptions {
        rate_limit: false,
        ..SimOptions::default()
    };
    options.stores[0].made = 3_000;
    Api::with(options).await
}

async fn total(api: &Api, query: &str) -> u64 {
    let body = api.get(&format!("/orders?limit=1&{query}")).await.json();
    body["total_records"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_walk_finds_each_order_once_and_the_same_when_it_is_read() {
    let api = large().await;
    let mut dates = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for page in 0..7 {
        let query = format!("/orders?order_by=date_added&order=ASC&limit=500&offset={}", page * 500);
        let body = api.get(&query).await.json();
        assert_eq!(body["total_records"], 3_060);
        for order in body["orders"].as_array().expect("orders") {
            assert!(ids.insert(text(order, "/id").to_owned()));
            dates.push(text(order, "/date_added").to_owned());
        }
    }
    assert_eq!(ids.len(), 3_060);
    assert!(dates.is_sorted());
    let listed = api.get("/orders?order=ASC&limit=1&offset=1234").await.json()["orders"][0].clone();
    assert!(!listed["order_items"].as_array().expect("lines").is_empty());
    let read = api.get(&format!("/orders/{}", text(&listed, "/id"))).await.json();
    assert_eq!(read["order"], listed);
    assert_eq!(total(&api, "").await, 3_060, "reading one makes no second one");
    let source = format!("source_id={}", text(&listed, "/source_id"));
    assert!(total(&api, &source).await >= 1, "also by what an outline does not have");
}

#[tokio::test]
async fn what_happens_to_one_stays() {
    let api = large().await;
    let listed = api.get("/orders?order=ASC&limit=3&offset=2000").await.json();
    let ids: Vec<&str> = (0..3).map(|at| text(&listed["orders"][at], "/id")).collect();
    let updated = text(&listed["orders"][0], "/date_updated");
    assert!(api.sim.edit_order_unseen("90001", ids[0], |order| {
        order.insert("email".to_owned(), "new@example.test".into());
    }));
    let read = api.get(&format!("/orders/{}", ids[0])).await.json();
    assert_eq!(
        (text(&read, "/order/email"), text(&read, "/order/date_updated")),
        ("new@example.test", updated)
    );
    assert!(api.sim.delete_order("90001", ids[1]));
    assert!(!api.sim.delete_order("90001", ids[1]));
    assert_eq!(api.get(&format!("/orders/{}", ids[1])).await.status, 404);
    assert_eq!(total(&api, "").await, 3_059);

    let folder: u64 = api.sim.folders("90001")[0].0.parse().expect("digits");
    let before = total(&api, &format!("folder_id={folder}")).await;
    let number: u64 = ids[2].parse().expect("digits");
    let body = json!({ "order_id_list": [number], "destination_folder_id": folder });
    let moved: Value = api.post("/move-orders", body).await.json();
    assert_eq!(text(&moved, "/results/0/message"), "Order Moved to New Folder");
    assert_eq!(total(&api, &format!("folder_id={folder}")).await, before + 1);
    assert_eq!(
        total(&api, "modified_start_date=2026-03-02%2015:00:00").await,
        1,
        "the moved one"
    );
}
