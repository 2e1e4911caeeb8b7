//! What a request looks like on the wire.

use od_client::{
    ClientOptions, Credentials, Destination, Error, FolderId, InventoryItemId, InventoryQuery, OrderId, OrderItemId,
    OrderQuery, ShipmentId, Store,
};
use serde_json::{Map, Value, json};

use crate::script::{Act, KEY, Server, credentials, fine, json as reply, store};

fn order() -> OrderId {
    OrderId::parse("80012345").expect("an id")
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("an object")
    };
    object
}

#[tokio::test]
async fn a_read_has_no_body_and_says_nothing_about_one() {
    let server = Server::acting([fine()]).await;
    server
        .store()
        .request_id("0198c0de-0000")
        .test()
        .await
        .expect("success");
    let seen = &server.seen()[0];
    assert_eq!(seen.line(), "GET /api/v2/test");
    assert_eq!(seen.body, b"");
    for absent in [
        "content-type",
        "content-length",
        "transfer-encoding",
        "authorization",
        "referer",
        "cookie",
    ] {
        assert_eq!(seen.header(absent), None, "{absent}");
    }
    assert_eq!(seen.header("orderdesk-store-id"), Some("90001"));
    assert_eq!(seen.header("orderdesk-api-key"), Some(KEY));
    assert_eq!(
        seen.header("user-agent"),
        Some(ClientOptions::default().user_agent.as_str())
    );
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("accept-encoding"), Some("gzip"));
    assert_eq!(seen.header("x-request-id"), Some("0198c0de-0000"));
    assert_eq!(seen.header("host"), Some(server.address.to_string().as_str()));
}

#[tokio::test]
async fn a_probe_is_one_request_that_names_no_store() {
    let refusal = reply(401, "", r#"{"status":"error","message":"Invalid store id or API key"}"#);
    let server = Server::acting([Act::Send(refusal)]).await;
    assert_eq!(server.options().probe().await, Ok(()));
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line(), "GET /api/v2/test");
    for absent in ["orderdesk-store-id", "orderdesk-api-key", "authorization"] {
        assert_eq!(seen[0].header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_write_carries_its_record_byte_for_byte() {
    let server = Server::acting([fine()]).await;
    let text = r#"{"z":1.0,"a":"é\"","m":12345678901234567890,"n":0.1,"e":[],"nested":{"b":null,"a":{}}}"#;
    let record: Map<String, Value> = serde_json::from_str(text).expect("JSON");
    server
        .store()
        .orders()
        .update(&order(), &record)
        .await
        .expect("success");
    let seen = &server.seen()[0];
    assert_eq!(seen.line(), "PUT /api/v2/orders/80012345");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(String::from_utf8_lossy(&seen.body), text);
}

#[tokio::test]
async fn connections_are_kept() {
    let server = Server::acting([fine()]).await;
    let store = server.store();
    for _ in 0..5 {
        store.test().await.expect("success");
    }
    assert!(server.seen().iter().all(|seen| seen.connection == 0));
}

#[tokio::test]
async fn a_redirect_is_refused_and_the_key_stays_here() {
    let elsewhere = Server::acting([fine()]).await;
    let location = format!("location: http://{}/api/v2/test\r\n", elsewhere.address);
    let server = Server::acting([302, 307, 308].map(|status| Act::Send(reply(status, &location, "")))).await;
    for expected in [302, 307, 308] {
        let refused = server.store().test().await;
        assert!(
            matches!(refused, Err(Error::Rejected { status, .. }) if status == expected),
            "{refused:?}"
        );
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn what_cannot_be_a_credential_never_leaves() {
    let server = Server::acting([fine()]).await;
    let client = od_client::Client::new(&server.options()).expect("sound options");
    let check = async |store_id: &str, api_key: &str| {
        let credentials = Credentials {
            store_id: store_id.to_owned(),
            api_key: api_key.into(),
            budget_key: "x".to_owned(),
        };
        let refused = client.store(&credentials).test().await;
        assert!(
            matches!(refused, Err(Error::InvalidArgument(_))),
            "{store_id:?}: {refused:?}"
        );
        assert!(!refused.expect_err("refused").to_string().contains("planted"));
    };
    check("../store", KEY).await;
    check("1\r\nx: y", KEY).await;
    check("", KEY).await;
    check("90001", "").await;
    check("90001", "planted\r\nx: y").await;
    check("90001", "planted key").await;
    check("90001", "plantedé").await;
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn an_unfit_request_id_is_left_out() {
    let server = Server::acting([fine()]).await;
    for unfit in ["", "a\r\nb: c", "é", &"x".repeat(129)] {
        server.store().request_id(unfit).test().await.expect("success");
    }
    assert!(server.seen().iter().all(|seen| seen.header("x-request-id").is_none()));
}

#[tokio::test]
async fn filters_are_encoded() {
    let server = Server::acting([Act::Send(reply(200, "", r#"{"orders":[]}"#))]).await;
    let query = OrderQuery {
        folder_id: Some("71001,71004".to_owned()),
        email: Some("a+b@example.test&limit=1".to_owned()),
        search_start_date: Some("2026-03-01 10:00:00".to_owned()),
        limit: Some(10),
        ..OrderQuery::default()
    };
    let page = server.store().orders().list(&query).await.expect("a page");
    assert_eq!(
        (page.orders.len(), page.total, page.offset, page.limit),
        (0, None, 0, 10)
    );
    assert_eq!(
        server.seen()[0].line(),
        "GET /api/v2/orders?folder_id=71001%2C71004&email=a%2Bb%40example.test%26limit%3D1\
         &search_start_date=2026-03-01+10%3A00%3A00&limit=10"
    );
}

/// Everything that any of the replies must hold.
const ANSWER: &str = r#"{"status":"success","order":{"id":"80012345"},"orders":[],"order_item":{"id":"1"},
    "order_items":[],"shipment":{"id":"1"},"shipments":[],"inventory_item":{"id":1},"inventory_items":[],
    "store":{"id":90001,"name":"x","folders":[],"settings":[]},"results":[]}"#;

#[tokio::test]
async fn all_operations_have_their_method_path_and_body() {
    let server = Server::acting([Act::Send(reply(200, "", ANSWER))]).await;
    let store = server.store();
    call_all(&store).await.expect("success");
    let seen: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| format!("{} {}", seen.line(), String::from_utf8_lossy(&seen.body)).replace("/api/v2", ""))
        .collect();
    let expected = [
        "GET /test ",
        "GET /store ",
        "GET /orders ",
        "GET /orders/80012345 ",
        "GET /orders/80012345?get_order_history=1 ",
        r#"POST /orders {"a":1}"#,
        r#"PUT /orders/80012345 {"a":1}"#,
        "DELETE /orders/80012345 ",
        r#"POST /orders/80012345/order-history {"note":"Called","source_name":"Phone"}"#,
        r#"POST /move-orders {"order_id_list":[80012345],"destination_folder_id":71001}"#,
        r#"POST /move-orders {"order_id_list":[80012345],"destination_folder_name":"New"}"#,
        "GET /orders/80012345/order-items ",
        "GET /orders/80012345/order-items/7 ",
        r#"POST /orders/80012345/order-items {"a":1}"#,
        r#"PUT /orders/80012345/order-items/7 {"a":1}"#,
        "DELETE /orders/80012345/order-items/7 ",
        "GET /orders/80012345/shipments ",
        "GET /orders/80012345/shipments/8 ",
        r#"POST /orders/80012345/shipments {"a":1}"#,
        r#"PUT /orders/80012345/shipments/8 {"a":1}"#,
        "DELETE /orders/80012345/shipments/8 ",
        r#"POST /batch-shipments [{"a":1}]"#,
        "GET /inventory-items?code=A%2CB&limit=5 ",
        "GET /inventory-items/9 ",
        r#"POST /inventory-items {"a":1}"#,
        r#"PUT /inventory-items/9 {"a":1}"#,
        "DELETE /inventory-items/9 ",
        r#"PUT /batch-inventory-items [{"a":1}]"#,
    ];
    assert_eq!(seen, expected);
}

async fn call_all(store: &Store) -> Result<(), Error> {
    let (id, record) = (order(), object(json!({"a": 1})));
    store.test().await?;
    store.settings().await?;
    store.orders().list(&OrderQuery::default()).await?;
    store.orders().get(&id).await?;
    store.orders().get_with_history(&id).await?;
    store.orders().create(&record).await?;
    store.orders().update(&id, &record).await?;
    store.orders().delete(&id).await?;
    store.orders().add_history(&id, "Called", Some("Phone")).await?;
    let folder = Destination::Id(FolderId::parse("71001")?);
    store
        .orders()
        .move_to_folder(std::slice::from_ref(&id), &folder)
        .await?;
    store
        .orders()
        .move_to_folder(std::slice::from_ref(&id), &Destination::Name("New".to_owned()))
        .await?;
    let item = OrderItemId::parse("7")?;
    store.order_items().list(&id).await?;
    store.order_items().get(&id, &item).await?;
    store.order_items().create(&id, &record).await?;
    store.order_items().update(&id, &item, &record).await?;
    store.order_items().delete(&id, &item).await?;
    let shipment = ShipmentId::parse("8")?;
    store.shipments().list(&id).await?;
    store.shipments().get(&id, &shipment).await?;
    store.shipments().create(&id, &record).await?;
    store.shipments().update(&id, &shipment, &record).await?;
    store.shipments().delete(&id, &shipment).await?;
    store.shipments().batch_create(std::slice::from_ref(&record)).await?;
    let codes = InventoryQuery {
        codes: vec!["A".to_owned(), "B".to_owned()],
        limit: Some(5),
        offset: None,
    };
    store.inventory().list(&codes).await?;
    let product = InventoryItemId::parse("9")?;
    store.inventory().get(&product).await?;
    store.inventory().create(&record).await?;
    store.inventory().update(&product, &record).await?;
    store.inventory().delete(&product).await?;
    store.inventory().batch_update(&[record]).await?;
    Ok(())
}

#[tokio::test]
async fn unfit_arguments_never_leave() {
    let server = Server::acting([fine()]).await;
    let store = server.store();
    let too_many = vec![Map::new(); 101];
    let refused = [
        store.orders().add_history(&order(), " ", None).await.map(drop),
        store
            .orders()
            .add_history(&order(), &"é".repeat(1801), None)
            .await
            .map(drop),
        store
            .orders()
            .move_to_folder(&[], &Destination::Name("New".to_owned()))
            .await
            .map(drop),
        store
            .orders()
            .list(&OrderQuery {
                limit: Some(501),
                ..OrderQuery::default()
            })
            .await
            .map(drop),
        store.shipments().batch_create(&too_many).await.map(drop),
        store.inventory().batch_update(&too_many).await.map(drop),
        store
            .inventory()
            .list(&InventoryQuery {
                codes: vec!["a,b".to_owned()],
                ..Default::default()
            })
            .await
            .map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_permit_pays_only_for_its_own_store() {
    let server = Server::acting([fine()]).await;
    let client = od_client::Client::new(&server.options()).expect("sound options");
    let other = Credentials {
        budget_key: "another".to_owned(),
        ..credentials()
    };
    let permit = client.store(&other).reserve(1).await.expect("a full bucket");
    let refused = client.store(&credentials()).with(&permit).test().await;
    assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
    assert_eq!(server.count(), 0);
}

#[test]
fn nothing_prints_the_key() {
    let options = ClientOptions {
        base_url: "http://127.0.0.1:9".to_owned(),
        ..ClientOptions::default()
    };
    let printed = format!("{:?} {:?}", credentials(), store(&options));
    assert!(!printed.contains(KEY), "{printed}");
}

#[test]
fn unusable_options_are_refused() {
    let base = ClientOptions::default;
    let check = |options: ClientOptions| assert!(od_client::Client::new(&options).is_err(), "{options:?}");
    check(ClientOptions {
        base_url: "app.orderdesk.me".to_owned(),
        ..base()
    });
    check(ClientOptions {
        user_agent: "a\nb".to_owned(),
        ..base()
    });
    check(ClientOptions {
        bucket_size: 0,
        ..base()
    });
    check(ClientOptions {
        headroom: 1.5,
        ..base()
    });
    check(ClientOptions {
        refill_per_second: 0.0,
        ..base()
    });
    assert!(od_client::Client::new(&base()).is_ok());
}
