//! Orders that nothing tells from one that was created a moment ago.

use od_engine::Clock;
use od_engine::orders::CreateOrder;
use serde_json::json;

use crate::creating::create;
use crate::support::{Setup, Shop};

#[tokio::test]
async fn the_same_create_is_refused_for_a_while_after_one_that_was_made() {
    let start = Clock::system().now();
    let clock = Clock::manual(start);
    let passed = |seconds: i64| clock.set(start + jiff::SignedDuration::from_secs(seconds));
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    let wanted = |name: Option<&str>| create(json!({"email": "tern@example.test"}), name);
    let first = shop.create(wanted(None)).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap().to_owned();
    passed(119);
    let spelled = || create(json!({"email": " tern@example.test "}), None);
    let shown = CreateOrder {
        dry_run: true,
        ..spelled()
    };
    for again in [spelled(), shown] {
        let refused = shop.create(again).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE");
        let told = refused.to_string();
        assert!(told.contains(&format!("created 119 s ago; its id is {id}")), "{told}");
        assert!(refused.hint().contains("client_request_id"), "{}", refused.hint());
    }
    assert_eq!(shop.posts(), 1);
    // Whoever means a second one says so, and what differs is another order.
    shop.create(wanted(Some("second-one"))).await.unwrap();
    shop.create(create(json!({"email": "other@example.test"}), None))
        .await
        .unwrap();
    assert_eq!(shop.posts(), 3);
    passed(120);
    shop.create(wanted(None)).await.unwrap();
    assert_eq!(shop.posts(), 4);
    let refused = shop.create(wanted(None)).await.unwrap_err();
    assert!(refused.to_string().contains("created 0 s ago"), "{refused}");
}

#[tokio::test]
async fn another_spelling_of_an_order_is_the_same_one() {
    let shop = Shop::open().await;
    let spelled = |price: serde_json::Value| {
        let line = json!({"name": "Enamel mug", "price": price, "quantity": "1", "code": ""});
        json!({"email": "Tern@example.test", "tag_name": "", "order_items": [line]})
    };
    let line = json!({"order_items": [{"name": "Enamel mug", "price": 3}], "email": "tern@example.test"});
    shop.create(create(line.clone(), None)).await.unwrap();
    for price in [json!(3), json!(3.0), json!("3"), json!("3.00")] {
        let refused = shop.create(create(spelled(price.clone()), None)).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE", "{price}");
    }
    let first = shop.create(create(line, Some("request-1"))).await.unwrap();
    let again = shop
        .create(create(spelled(json!("3.00")), Some("request-1")))
        .await
        .unwrap();
    assert_eq!(again.data["order"], first.data["order"]);
    assert_eq!(shop.posts(), 2);
    let other = shop
        .create(create(spelled(json!("3.01")), Some("request-1")))
        .await
        .unwrap_err();
    assert_eq!(other.code(), "DUPLICATE");
    shop.create(create(spelled(json!(3.01)), None)).await.unwrap();
}

#[tokio::test]
async fn the_same_create_is_made_again_when_the_first_order_is_gone() {
    let shop = Shop::open().await;
    let first = shop.create(create(json!({}), None)).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap();
    let gone = json!({"order_id": id, "confirm": true});
    let gone = serde_json::from_value(gone).unwrap();
    shop.engine.orders().delete(&shop.scope(), gone).await.unwrap();
    shop.create(create(json!({}), None)).await.unwrap();
    assert_eq!(shop.posts(), 2);
}
