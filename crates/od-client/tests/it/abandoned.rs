//! Reads that nobody waits for any more.

use std::time::{Duration, Instant};

use od_client::{Client, ClientOptions, Error, OrderId, OrderItem, Store};
use serde_json::Map;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::script::{Act, Server, credentials, fine, json};

type Read = JoinHandle<Result<Vec<OrderItem>, Error>>;

fn id(number: usize) -> OrderId {
    OrderId::parse(&number.to_string()).expect("an id")
}

async fn order_desk() -> Server {
    Server::acting([Act::Send(json(200, "", r#"{"status":"success","order_items":[]}"#))]).await
}

/// At the documented rate: 16 of the 20 tokens at once, then 3 a second.
fn documented(server: &Server) -> Store {
    let options = ClientOptions {
        base_url: server.options().base_url,
        ..ClientOptions::default()
    };
    Client::new(&options).expect("sound options").store(&credentials())
}

/// Reads until no token is left.
async fn drain(store: &Store) {
    for number in 0..16 {
        store.order_items().list(&id(number + 1)).await.expect("a full bucket");
    }
}

fn read(store: &Store, number: usize) -> (Read, CancellationToken) {
    let wanted = CancellationToken::new();
    let store = store.while_wanted(&wanted);
    let read = tokio::spawn(async move { store.order_items().list(&id(number)).await });
    (read, wanted)
}

#[tokio::test]
async fn abandoned_reads_leave_the_queue_and_cost_nothing() {
    let server = order_desk().await;
    let store = documented(&server);
    drain(&store).await;
    let waiting: Vec<(Read, CancellationToken)> = (100..140).map(|number| read(&store, number)).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Half of them say so, half are just dropped.
    for (number, (read, wanted)) in waiting.into_iter().enumerate() {
        if number % 2 == 0 {
            read.abort();
        } else {
            wanted.cancel();
            assert_eq!(read.await.expect("not cancelled"), Err(Error::Abandoned));
        }
    }
    let began = Instant::now();
    store.order_items().list(&id(999)).await.expect("its turn");
    assert!(
        began.elapsed() < Duration::from_millis(333 + 500),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(server.count(), 17);
}

#[tokio::test]
async fn a_read_that_others_wait_for_keeps_its_place() {
    let server = order_desk().await;
    let store = documented(&server);
    drain(&store).await;
    let (first, first_wanted) = read(&store, 100);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let (second, _second_wanted) = read(&store, 100);
    let (behind, _behind_wanted) = read(&store, 200);
    tokio::time::sleep(Duration::from_millis(20)).await;
    first_wanted.cancel();
    second.await.expect("not cancelled").expect("its turn");
    assert!(!behind.is_finished(), "the one behind has overtaken it");
    first
        .await
        .expect("not cancelled")
        .expect("the answer came all the same");
    behind.await.expect("not cancelled").expect("its turn");
    assert_eq!(server.count(), 18);
}

#[tokio::test]
async fn a_read_that_was_sent_goes_on_to_its_answer() {
    let answer = json(200, "", r#"{"status":"success","order_items":[]}"#);
    let server = Server::acting([Act::Late(Duration::from_millis(200), answer)]).await;
    let store = server.store();
    let (sent, wanted) = read(&store, 1);
    tokio::time::sleep(Duration::from_millis(100)).await;
    wanted.cancel();
    let (late, _wanted) = read(&store, 1);
    sent.await.expect("not cancelled").expect("the answer");
    late.await.expect("not cancelled").expect("the same answer");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_pause_before_a_repetition_is_not_sat_out_for_nobody() {
    let server = Server::acting([Act::Send(json(503, "", "no"))]).await;
    let options = ClientOptions {
        base_url: server.options().base_url,
        retry_backoff: Duration::from_secs(4),
        ..ClientOptions::default()
    };
    let store = Client::new(&options).expect("sound options").store(&credentials());
    let (pausing, wanted) = read(&store, 1);
    tokio::time::sleep(Duration::from_millis(200)).await;
    wanted.cancel();
    let ended = tokio::time::timeout(Duration::from_millis(500), pausing).await;
    assert_eq!(ended.expect("at once").expect("not cancelled"), Err(Error::Abandoned));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_write_is_never_given_up() {
    let server = Server::acting([fine()]).await;
    let store = documented(&server);
    let permit = store.reserve(16).await.expect("a full bucket");
    let wanted = CancellationToken::new();
    let writing = store.while_wanted(&wanted);
    let write = tokio::spawn(async move { writing.orders().update(&id(1), &Map::new()).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    wanted.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(permit);
    write.await.expect("not cancelled").expect("made");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn tokens_are_not_reserved_for_nobody() {
    let server = order_desk().await;
    let store = documented(&server);
    let permit = store.reserve(16).await.expect("a full bucket");
    let wanted = CancellationToken::new();
    let reserving = store.while_wanted(&wanted);
    let reserved = tokio::spawn(async move { reserving.reserve(3).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    wanted.cancel();
    assert_eq!(reserved.await.expect("not cancelled"), Err(Error::Abandoned));
    drop(permit);
    store.reserve(16).await.expect("they are all there");
}
