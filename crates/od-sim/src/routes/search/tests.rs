use axum::http::Method;
use serde_json::{Value, json};

use super::orders;
use crate::call::Call;
use crate::choices::Choices;
use crate::options::{SeedStore, ShopKind, SimOptions};
use crate::seed;
use crate::state::Shop;

/// Three orders, a day apart from one another, the last one the newest.
fn shop() -> Shop {
    let options = SimOptions::default();
    let mut shop = seed::shop(&SeedStore::new("90001", "Test", ShopKind::Empty, 0), &options);
    for (day, name, folder) in [("01", "Ada", 71001), ("02", "adam", 71002), ("03", "Bob", 71001)] {
        let date = format!("2026-03-{day} 12:00:00");
        let order = json!({
            "email": format!("{name}@example.test"), "source_name": "Shopify", "source_id": format!("WEB-{day}"),
            "shipping": { "first_name": name, "last_name": "Q" }, "date_added": date,
            "order_items": [{ "name": "Mug", "price": day }]
        });
        let order = order.as_object().cloned().expect("an object");
        crate::routes::orders::add(&mut shop, &order, folder, &date);
    }
    shop
}

fn search(query: &str, choices: Choices) -> Value {
    let call = Call {
        method: Method::GET,
        segments: vec!["orders"],
        query: serde_urlencoded::from_str(query).expect("a query"),
        body: b"",
        now: SimOptions::default().now,
        choices,
        rules: &[],
    };
    let reply = orders(&shop(), &call).unwrap_or_else(|refusal| refusal);
    reply.render(std::time::Duration::ZERO)
}

fn names(reply: &Value) -> Vec<&str> {
    let orders = reply["orders"].as_array().map_or(&[][..], Vec::as_slice);
    orders
        .iter()
        .filter_map(|order| order["shipping"]["first_name"].as_str())
        .collect()
}

fn check(query: &str, expected: &[&str]) {
    assert_eq!(names(&search(query, Choices::default())), expected, "{query}");
}

#[test]
fn newest_first_unless_asked_otherwise() {
    check("", &["Bob", "adam", "Ada"]);
    check("order=ASC", &["Ada", "adam", "Bob"]);
    check("order=asc&order_by=shipping_first_name", &["Ada", "adam", "Bob"]);
    check("order_by=order_total", &["Bob", "adam", "Ada"]);
    check("order_by=no_such_field&order=asc", &["Ada", "adam", "Bob"]);
}

#[test]
fn every_filter_must_match() {
    check("folder_id=71001", &["Bob", "Ada"]);
    check("folder_id=71001,71002", &["Bob", "adam", "Ada"]);
    check("folder_name=Prepared", &["adam"]);
    check("folder_name=prepared", &[]);
    check("folder_id=71001&shipping_first_name=ADA", &["Ada"]);
    check("shipping_first_name=ad", &[]);
    check("customer_first_name=Ada", &["Ada"]);
    check("email=BOB%40example.test", &["Bob"]);
    check("source_id=WEB-02", &["adam"]);
    check("source_name=Etsy", &[]);
}

#[test]
fn dates_begin_inclusive_and_end_exclusive() {
    check("search_start_date=2026-03-02+12:00:00", &["Bob", "adam"]);
    check("search_end_date=2026-03-02+12:00:00", &["Ada"]);
    check("search_end_date=2026-03-02", &["Ada"]);
    check("search_start_date_local=2026-03-02+05:00:01", &["Bob"]);
    check("modified_start_date=2026-03-03", &["Bob"]);
    let refused = search("search_start_date=soon", Choices::default());
    assert_eq!(refused["status"], "error");
}

#[test]
fn unknown_parameters_are_ignored() {
    check("status=open&page=2&include_order_history=1", &["Bob", "adam", "Ada"]);
}

#[test]
fn pages_tell_the_whole_number() {
    let page = search("limit=2&offset=2", Choices::default());
    assert_eq!(names(&page), ["Ada"]);
    let numbers = ["total_records", "records_returned", "offset", "limit"].map(|key| page[key].as_u64());
    assert_eq!(numbers, [Some(3), Some(1), Some(2), Some(2)]);
    assert_eq!(search("limit=1000", Choices::default())["limit"], 500);
    assert_eq!(search("", Choices::default())["limit"], 50);
}

#[test]
fn parts_match_by_choice() {
    let choices = Choices {
        substring_search: true,
        ..Choices::default()
    };
    assert_eq!(names(&search("shipping_first_name=ad", choices)), ["adam", "Ada"]);
}

#[test]
fn history_comes_only_when_asked_for() {
    let plain = search("limit=1", Choices::default());
    assert!(plain["orders"][0].get("order_history").is_none());
    let full = search("limit=1&get_order_history=1", Choices::default());
    assert_eq!(full["orders"][0]["order_history"][0]["note"], "Order Imported");
}
