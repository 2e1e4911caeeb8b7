//! Replies that are too large, too slow, too deep, broken, or not what they seem.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use od_client::{ClientOptions, Error, NetworkFault, OrderId, OrderQuery};

use crate::script::{Act, KEY, Server, json, store};

/// 39 bytes of JSON, compressed.
const ZIPPED: [u8; 56] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 46, 73, 44, 41, 45, 86, 178, 82, 42, 46, 77, 78, 78, 45, 46, 86, 210,
    81, 202, 5, 82, 137, 233, 169, 64, 177, 170, 204, 130, 130, 212, 20, 165, 90, 0, 207, 141, 136, 169, 39, 0, 0, 0,
];

/// 100,000 blanks, compressed to 133 bytes: head, zeros, tail.
const BOMB_HEAD: [u8; 29] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 42, 235, 159, 210, 26, 30, 64, 1, 0, 0,
];
const BOMB_ZEROS: usize = 94;
const BOMB_TAIL: [u8; 10] = [175, 6, 45, 240, 121, 202, 160, 134, 1, 0];

fn order() -> OrderId {
    OrderId::parse("1").expect("an id")
}

fn html(status: u16, body: &str) -> Act {
    let length = body.len();
    Act::Send(
        format!("HTTP/1.1 {status} X\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{body}")
            .into_bytes(),
    )
}

fn gzipped(body: &[u8]) -> Act {
    let length = body.len();
    let mut reply =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n").into_bytes();
    reply.extend_from_slice(body);
    Act::Send(reply)
}

/// What a single, never repeated read of an order answers to `act`.
async fn outcome(act: Act, change: impl FnOnce(&mut ClientOptions)) -> Result<od_client::Order, Error> {
    let server = Server::acting([act]).await;
    let mut options = ClientOptions {
        max_retries: 0,
        ..server.options()
    };
    change(&mut options);
    store(&options).orders().get(&order()).await
}

async fn check(act: Act, expected: Error) {
    assert_eq!(outcome(act.clone(), |_| {}).await, Err(expected), "{act:?}");
}

fn unreadable(excerpt: &str) -> Error {
    Error::Undecodable {
        excerpt: excerpt.to_owned(),
    }
}

#[tokio::test]
async fn a_flood_is_cut_off_without_being_held() {
    const MEGABYTE: usize = 1024 * 1024;
    let server = Server::acting([Act::Flood(200 * MEGABYTE)]).await;
    let options = ClientOptions {
        timeout: Duration::from_secs(30),
        max_retries: 0,
        ..server.options()
    };
    let refused = store(&options).orders().get(&order()).await;
    assert_eq!(refused, Err(Error::TooLarge { limit: MEGABYTE }));
    // The rest was in socket buffers at most.
    let taken = server.log.flooded.load(Ordering::SeqCst);
    assert!(taken < 20 * MEGABYTE, "{taken} bytes were taken");
}

#[tokio::test]
async fn an_announced_size_over_the_cap_is_refused_unread() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 209715200\r\n\r\n".to_vec();
    check(Act::Send(head), Error::TooLarge { limit: 1024 * 1024 }).await;
}

#[tokio::test]
async fn compressed_replies_are_read_and_their_real_size_counts() {
    let server = Server::acting([gzipped(&ZIPPED)]).await;
    let reply = server.store().test().await.expect("success");
    assert_eq!(reply.message.as_deref(), Some("zipped"));

    let bomb = [&BOMB_HEAD[..], &[0; BOMB_ZEROS], &BOMB_TAIL].concat();
    let unpacked = outcome(gzipped(&bomb), |_| {}).await;
    assert_eq!(unpacked, Err(unreadable("(an empty body)")), "100,000 blanks");
    let refused = outcome(gzipped(&bomb), |options| options.max_reply_bytes = 99_999).await;
    assert_eq!(refused, Err(Error::TooLarge { limit: 99_999 }));
    let garbage = outcome(gzipped(b"not gzip at all"), |_| {}).await;
    assert_eq!(
        garbage,
        Err(unreadable("the body is not what its encoding header says"))
    );
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_timeout() {
    let started = Instant::now();
    let failed = outcome(Act::Drip(Duration::from_millis(20)), |_| {}).await;
    assert_eq!(failed, Err(Error::Timeout { sent: true }));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_a_network_error() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"order\"".to_vec();
    check(
        Act::SendAndClose(half),
        Error::Network {
            sent: true,
            fault: NetworkFault::Broken,
        },
    )
    .await;
    check(
        Act::SendAndClose(b"SSH-2.0-x\r\n".to_vec()),
        Error::Network {
            sent: true,
            fault: NetworkFault::Broken,
        },
    )
    .await;
}

#[tokio::test]
async fn a_depth_bomb_is_not_parsed() {
    let bomb = format!(r#"{{"order":{}"#, "[".repeat(500_000));
    check(
        Act::Send(json(200, "", &bomb)),
        unreadable("JSON nested deeper than 64 levels"),
    )
    .await;
}

#[tokio::test]
async fn truncated_json_is_named_and_not_quoted() {
    let text = r#"{"status":"success","order":{"email":"ada@ex"#;
    check(
        Act::Send(json(200, "", text)),
        unreadable("(JSON that is cut off or broken, 44 bytes)"),
    )
    .await;
}

#[tokio::test]
async fn html_gives_a_short_excerpt_without_markup_and_key() {
    let page = format!(
        "<html><head><style>b{{}}</style></head><body><h1>502</h1> for {KEY}{}",
        "x".repeat(500)
    );
    let Err(Error::Server { status: 502, excerpt }) = outcome(html(502, &page), |_| {}).await else {
        panic!("a server error")
    };
    assert!(
        excerpt.starts_with("502 for [key]xxx") && excerpt.chars().count() == 201,
        "{excerpt}"
    );
    check(html(200, "<p>Please log in"), unreadable("Please log in")).await;
}

#[tokio::test]
async fn an_error_inside_a_success_is_an_error() {
    let body = format!(r#"{{"status":"error","message":"Not for {KEY}","errors":{{"a":["{KEY}"]}}}}"#);
    let expected = Error::Rejected {
        status: 200,
        message: "Not for [key]".to_owned(),
        errors: Some(serde_json::json!({"a": ["[key]"]})),
    };
    check(Act::Send(json(200, "", &body)), expected).await;
}

#[tokio::test]
async fn a_success_without_the_record_is_an_error() {
    check(
        Act::Send(json(200, "", r#"{"status":"success"}"#)),
        unreadable("no `order` object in the reply"),
    )
    .await;
    let server = Server::acting([Act::Send(json(200, "", r#"{"status":"success","orders":{"1":2}}"#))]).await;
    let listed = server.store().orders().list(&OrderQuery::default()).await;
    assert_eq!(listed, Err(unreadable("no `orders` list in the reply")));
}

#[tokio::test]
async fn a_store_reply_keeps_its_secrets_even_when_it_is_broken() {
    let broken = format!("smtp_password: hunter2 {KEY}");
    for act in [
        Act::Send(json(200, "", &broken)),
        Act::Send(json(500, "", &broken)),
        html(400, &broken),
    ] {
        let server = Server::acting([act]).await;
        let failed = store(&ClientOptions {
            max_retries: 0,
            ..server.options()
        })
        .settings()
        .await;
        let told = format!("{failed:?}");
        assert!(
            failed.is_err() && !told.contains("hunter2") && !told.contains(KEY),
            "{told}"
        );
    }
}

#[tokio::test]
async fn fields_nobody_knows_survive_in_order_and_type() {
    let text = r#"{"id":"1","future":{"b":[1,"1",1.0,null],"a":{}},"order_metadata":[],"total":54.5,"n":0.1}"#;
    let act = Act::Send(json(200, "", &format!(r#"{{"status":"success","order":{text}}}"#)));
    let order = outcome(act, |_| {}).await.expect("the order");
    assert_eq!(serde_json::to_string(order.as_map()).expect("JSON"), text);
    assert_eq!(order.map("order_metadata"), Some(serde_json::Map::new()));
    assert_eq!(order.list("order_items"), &[] as &[serde_json::Value]);
}
