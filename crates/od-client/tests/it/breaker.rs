//! A dead Order Desk is left in peace and its return is noticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use od_client::{BusyCause, ClientOptions, Error, Store};

use crate::script::{Act, Server, fine, refusal, status, store};

/// Opens after three failures, probes every 100 ms, does not repeat.
fn quick(server: &Server) -> Store {
    store(&ClientOptions {
        breaker_threshold: 3,
        breaker_probe: Duration::from_millis(100),
        max_retries: 0,
        ..server.options()
    })
}

fn is_open<T>(outcome: &Result<T, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::Busy {
            cause: BusyCause::Breaker,
            ..
        })
    )
}

#[tokio::test]
async fn it_opens_after_the_threshold_and_answers_at_once() {
    let server = Server::acting([status(503)]).await;
    let store = quick(&server);
    for _ in 0..3 {
        assert!(matches!(store.test().await, Err(Error::Server { .. })));
    }
    let started = Instant::now();
    for _ in 0..20 {
        assert!(is_open(&store.test().await));
        assert!(is_open(&store.reserve(3).await));
    }
    assert!(started.elapsed() < Duration::from_millis(100));
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_repeated_read_reports_why_it_failed_not_that_the_breaker_opened() {
    let server = Server::acting([status(503)]).await;
    let options = ClientOptions {
        breaker_threshold: 2,
        breaker_probe: Duration::from_mins(1),
        ..server.options()
    };
    let failed = store(&options).test().await;
    assert!(matches!(failed, Err(Error::Server { status: 503, .. })), "{failed:?}");
    assert_eq!(server.count(), 2, "and was not repeated against an open breaker");
}

#[tokio::test]
async fn answers_that_say_no_never_open_it() {
    for act in [status(400), status(401), status(404), refusal("60")] {
        let server = Server::acting([act]).await;
        let store = quick(&server);
        for _ in 0..10 {
            let outcome = store.test().await;
            assert!(!is_open(&outcome), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn it_closes_when_order_desk_is_back() {
    let up = Arc::new(AtomicBool::new(false));
    let server = Server::start({
        let up = Arc::clone(&up);
        move |_, _| if up.load(Ordering::SeqCst) { fine() } else { Act::Close }
    })
    .await;
    let store = quick(&server);
    for _ in 0..3 {
        store.test().await.expect_err("down");
    }
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(matches!(store.test().await, Err(Error::Network { .. })), "the probe");
    assert!(is_open(&store.test().await));
    up.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(120)).await;
    for _ in 0..10 {
        store.test().await.expect("back");
    }
}

#[tokio::test]
async fn a_probe_that_hangs_does_not_hide_the_return() {
    let server = Server::start(|number, _| if number <= 3 { Act::Hang } else { fine() }).await;
    let store = store(&ClientOptions {
        breaker_threshold: 3,
        breaker_probe: Duration::from_millis(100),
        max_retries: 0,
        timeout: Duration::from_secs(1),
        ..server.options()
    });
    let order = |number: u32| od_client::OrderId::parse(&number.to_string()).expect("an id");
    let calls = (0..3).map(|number| {
        let store = store.clone();
        async move { store.order_items().list(&order(number)).await }
    });
    futures_util::future::join_all(calls).await;
    tokio::time::sleep(Duration::from_millis(120)).await;
    let hanging = tokio::spawn({
        let store = store.clone();
        async move { store.order_items().list(&order(3)).await }
    });
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert_eq!(server.count(), 4, "the probe is out");
    store.test().await.expect("the next probe, while the first hangs");
    hanging.abort();
}

#[tokio::test]
async fn each_store_has_its_own() {
    let server = Server::acting([status(503)]).await;
    let options = ClientOptions {
        breaker_threshold: 1,
        breaker_probe: Duration::from_mins(1),
        max_retries: 0,
        ..server.options()
    };
    let client = od_client::Client::new(&options).expect("sound options");
    let door = |key: &str| {
        client.store(&od_client::Credentials {
            budget_key: key.to_owned(),
            ..crate::script::credentials()
        })
    };
    door("a").test().await.expect_err("down");
    assert!(is_open(&door("a").test().await));
    assert!(!is_open(&door("b").test().await));
}
