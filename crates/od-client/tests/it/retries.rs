//! Each rule of repeating, against a server that provokes it.

use std::time::{Duration, Instant};

use od_client::{ClientOptions, Error, NetworkFault, OrderId, Store};
use serde_json::Map;
use tokio::net::TcpListener;

use crate::script::{Act, Server, fine, json, options, refusal, status, store};

async fn read(store: &Store) -> Result<(), Error> {
    store.test().await.map(drop)
}

async fn create(store: &Store) -> Result<(), Error> {
    store.orders().create(&Map::new()).await.map(drop)
}

async fn update(store: &Store) -> Result<(), Error> {
    store
        .orders()
        .update(&OrderId::parse("1").expect("an id"), &Map::new())
        .await
}

async fn delete(store: &Store) -> Result<(), Error> {
    store.orders().delete(&OrderId::parse("1").expect("an id")).await
}

/// All writes against a server that always acts so: each is sent once and has this outcome.
async fn writes_are_sent_once(act: Act, matches: fn(&Error) -> bool) {
    let server = Server::acting([act]).await;
    let store = server.store();
    for outcome in [create(&store).await, update(&store).await, delete(&store).await] {
        let error = outcome.expect_err("a failure");
        assert!(matches(&error), "{error:?}");
        assert!(error.is_uncertain(), "{error:?}");
    }
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_refusal_is_waited_out_by_reads_and_writes() {
    let server = Server::acting([refusal("0.3"), fine(), refusal("0.3"), fine(), refusal("0.3"), fine()]).await;
    let store = server.store();
    read(&store).await.expect("after the wait");
    create(&store).await.expect("after the wait");
    delete(&store).await.expect("after the wait");
    for pair in server.seen().chunks(2) {
        let waited = pair[1].at - pair[0].at;
        assert!(waited >= Duration::from_millis(290), "{waited:?}");
    }
    assert_eq!(server.count(), 6);
}

#[tokio::test]
async fn refusals_are_not_counted_as_retries() {
    let server = Server::acting([refusal("0.01"), refusal("0.01"), refusal("0.01"), status(500), fine()]).await;
    let store = store(&ClientOptions {
        max_retries: 1,
        ..server.options()
    });
    read(&store).await.expect("after three refusals and one retry");
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn one_reply_does_not_shut_a_store_for_an_hour() {
    let server = Server::acting([refusal("3600")]).await;
    let store = server.store();
    for refused in [create(&store).await, read(&store).await] {
        let wait = refused.expect_err("a refusal").retry_after().expect("an estimate");
        assert!((1..=61).contains(&wait.as_secs()), "{wait:?}");
    }
    assert_eq!(server.count(), 1, "the second call was not sent");
}

#[tokio::test]
async fn endless_refusals_end_with_the_longest_wait() {
    let server = Server::acting([refusal("0.1")]).await;
    let store = store(&ClientOptions {
        max_wait: Duration::from_millis(450),
        ..server.options()
    });
    let started = Instant::now();
    let refused = create(&store).await;
    assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!((2..=5).contains(&server.count()), "{}", server.count());
}

#[tokio::test]
async fn a_refusal_longer_than_the_longest_wait_is_reported_at_once() {
    let server = Server::acting([refusal("31.5")]).await;
    let store = server.store();
    let refused = read(&store).await;
    assert_eq!(
        refused,
        Err(Error::RateLimited {
            retry_after: Duration::from_millis(31_500)
        })
    );
    let next = read(&store).await;
    assert!(
        matches!(next, Err(Error::Busy { retry_after, .. }) if retry_after > Duration::from_secs(30)),
        "{next:?}"
    );
    assert_eq!(server.count(), 1, "the second call did not go out");
}

#[tokio::test]
async fn a_refusal_without_its_header_or_with_nonsense_still_pauses() {
    let nonsense = json(429, "x-retry-after: soon\r\nx-tokens-remaining: -3\r\n", "");
    let server = Server::acting([Act::Send(json(429, "", "")), fine(), Act::Send(nonsense), fine()]).await;
    let store = server.store();
    read(&store).await.expect("in the end");
    read(&store).await.expect("in the end");
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_read_is_repeated_after_server_errors() {
    let server = Server::acting([status(500), status(502), status(503), fine()]).await;
    read(&server.store()).await.expect("the third repetition");
    assert_eq!(server.count(), 4);
    let pauses: Vec<Duration> = server.seen().windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    for (pause, least) in pauses.iter().zip([10, 20, 40]) {
        assert!(*pause >= Duration::from_millis(least), "{pauses:?}");
    }
}

#[tokio::test]
async fn repeating_ends() {
    let server = Server::acting([status(503)]).await;
    let failed = read(&server.store()).await;
    assert_eq!(
        failed,
        Err(Error::Server {
            status: 503,
            excerpt: "no".to_owned()
        })
    );
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_read_is_repeated_after_a_broken_connection() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\"".to_vec();
    let server = Server::acting([Act::Close, Act::SendAndClose(half), fine()]).await;
    read(&server.store()).await.expect("the second repetition");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_read_is_repeated_after_a_timeout() {
    let server = Server::acting([Act::Hang, fine()]).await;
    read(&server.store()).await.expect("the repetition");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_write_that_may_have_been_executed_is_not_repeated() {
    let broken = |error: &Error| {
        *error
            == Error::Network {
                sent: true,
                fault: NetworkFault::Broken,
            }
    };
    writes_are_sent_once(status(500), |error| matches!(error, Error::Server { status: 500, .. })).await;
    writes_are_sent_once(Act::Close, broken).await;
    writes_are_sent_once(
        Act::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
        broken,
    )
    .await;
    writes_are_sent_once(Act::Hang, |error| *error == Error::Timeout { sent: true }).await;
    writes_are_sent_once(Act::Send(json(200, "", "{\"status\":")), |error| {
        matches!(error, Error::Undecodable { .. })
    })
    .await;
}

#[tokio::test]
async fn a_write_that_never_left_is_repeated() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let store = store(&ClientOptions {
        retry_backoff: Duration::from_millis(200),
        ..options(address)
    });
    let call = tokio::spawn(async move { create(&store).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let server = Server::on(TcpListener::bind(address).await.expect("the same port"), |_, _| fine());
    call.await
        .expect("not cancelled")
        .expect("a repetition found the server");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn nobody_listening_is_certain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let failed = update(&store(&options(address))).await.expect_err("nobody listens");
    assert_eq!(
        failed,
        Error::Network {
            sent: false,
            fault: NetworkFault::Connect
        }
    );
    assert!(!failed.is_uncertain());
}

#[tokio::test]
async fn an_answer_is_not_repeated() {
    for code in [400, 401, 403, 404, 405, 409, 412, 422] {
        let server = Server::acting([status(code)]).await;
        let failed = read(&server.store()).await.expect_err("an answer");
        assert!(!failed.is_uncertain(), "{code}: {failed:?}");
        assert_eq!(server.count(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_permit_never_waits_and_never_repeats() {
    for act in [status(500), refusal("0.1"), Act::Close, Act::Hang] {
        let server = Server::acting([act.clone()]).await;
        let store = server.store();
        let permit = store.reserve(2).await.expect("a full bucket");
        read(&store.with(&permit)).await.expect_err("the act");
        create(&store.with(&permit)).await.expect_err("the act");
        assert_eq!(server.count(), 2, "{act:?}");
        let spent = read(&store.with(&permit)).await;
        assert!(matches!(spent, Err(Error::Busy { .. })), "{spent:?}");
        assert_eq!(server.count(), 2, "a spent permit pays for nothing");
    }
}
