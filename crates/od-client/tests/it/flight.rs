//! Identical reads in flight are one request.

use std::time::Duration;

use futures_util::future::join_all;
use od_client::{OrderId, OrderQuery};
use serde_json::Map;

use crate::script::{Act, Server, fine, json};

fn id(text: &str) -> OrderId {
    OrderId::parse(text).expect("an id")
}

fn slow_order() -> Act {
    Act::Late(
        Duration::from_millis(100),
        json(200, "", r#"{"status":"success","order":{"id":"1","n":0.1}}"#),
    )
}

#[tokio::test]
async fn fifty_reads_are_one_request() {
    let server = Server::acting([slow_order()]).await;
    let store = server.store();
    let order = id("1");
    let orders = store.orders();
    for got in join_all((0..50).map(|_| orders.get(&order))).await {
        assert_eq!(got.expect("the order").text("n").as_deref(), Some("0.1"));
    }
    assert_eq!(server.count(), 1);
    orders.get(&order).await.expect("the order");
    assert_eq!(server.count(), 2, "later reads ask again");
}

#[tokio::test]
async fn a_failure_is_shared_too() {
    let server = Server::acting([Act::Late(Duration::from_millis(50), json(404, "", "{}"))]).await;
    let store = server.store();
    let (order, orders) = (id("1"), store.orders());
    for got in join_all((0..10).map(|_| orders.get(&order))).await {
        assert_eq!(got, Err(od_client::Error::NotFound));
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_first_caller_may_hang_up() {
    let server = Server::acting([slow_order()]).await;
    let store = server.store();
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.orders().get(&id("1")).await }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    let second = tokio::spawn(async move { store.orders().get(&id("1")).await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    first.abort();
    second.await.expect("not cancelled").expect("the order");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn different_reads_and_permits_are_requests_of_their_own() {
    let answer = r#"{"order":{"id":"1"},"orders":[]}"#;
    let server = Server::acting([Act::Late(Duration::from_millis(50), json(200, "", answer))]).await;
    let store = server.store();
    let permit = store.reserve(1).await.expect("a full bucket");
    let with_permit = store.with(&permit);
    let (one, two) = (id("1"), id("2"));
    let (first, second) = (
        OrderQuery::default(),
        OrderQuery {
            limit: Some(1),
            ..OrderQuery::default()
        },
    );
    let (orders, own) = (store.orders(), with_permit.orders());
    let (ok_1, ok_2, paid, listed, listed_1) = tokio::join!(
        orders.get(&one),
        orders.get(&two),
        own.get(&one),
        orders.list(&first),
        orders.list(&second)
    );
    assert!(ok_1.is_ok() && ok_2.is_ok() && paid.is_ok() && listed.is_ok() && listed_1.is_ok());
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn a_read_after_a_write_sees_the_write() {
    let server = Server::start(|number, _| match number {
        0 => Act::Late(
            Duration::from_millis(200),
            json(200, "", r#"{"order":{"id":"1","state":"before"}}"#),
        ),
        1 => fine(),
        _ => Act::Send(json(200, "", r#"{"order":{"id":"1","state":"after"}}"#)),
    })
    .await;
    let store = server.store();
    let early = tokio::spawn({
        let store = store.clone();
        async move { store.orders().get(&id("1")).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    store.orders().update(&id("1"), &Map::new()).await.expect("success");
    let late = store.orders().get(&id("1")).await.expect("the order");
    assert_eq!(late.text("state").as_deref(), Some("after"));
    let early = early.await.expect("not cancelled").expect("the order");
    assert_eq!(early.text("state").as_deref(), Some("before"));
}
