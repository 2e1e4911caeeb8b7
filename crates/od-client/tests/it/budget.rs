//! The request budget at the documented rate, against a server with Order Desk's bucket.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use od_client::{Client, ClientOptions, Error, OrderId, Store};
use tokio::task::JoinSet;

use crate::script::{Act, Server, credentials, json, refusal};

/// 20 tokens, 3 a second, one a request; counts the refusals.
struct Bucket {
    tokens: f64,
    at: Instant,
    refused: usize,
}

impl Bucket {
    fn new() -> Self {
        Self {
            tokens: 20.0,
            at: Instant::now(),
            refused: 0,
        }
    }

    fn refill(&mut self) {
        let now = Instant::now();
        self.tokens = (self.tokens + (now - self.at).as_secs_f64() * 3.0).min(20.0);
        self.at = now;
    }

    fn count(&mut self) -> Act {
        self.refill();
        if self.tokens < 1.0 {
            self.refused += 1;
            return refusal(&format!("{:.2}", (1.0 - self.tokens) / 3.0));
        }
        self.tokens -= 1.0;
        Act::Send(json(
            200,
            &format!("x-tokens-remaining: {}\r\n", self.tokens.floor()),
            r#"{"order_items":[]}"#,
        ))
    }
}

async fn order_desk() -> (Server, Arc<Mutex<Bucket>>) {
    let bucket = Arc::new(Mutex::new(Bucket::new()));
    let shared = Arc::clone(&bucket);
    (
        Server::start(move |_, _| shared.lock().expect("no panic").count()).await,
        bucket,
    )
}

fn documented(server: &Server) -> Store {
    let options = ClientOptions {
        base_url: server.options().base_url,
        ..ClientOptions::default()
    };
    Client::new(&options).expect("sound options").store(&credentials())
}

/// Reads a different order each time, so that nothing is shared.
async fn agent(store: Store, number: u32) {
    for turn in 0.. {
        let order = OrderId::parse(&format!("{number}000{turn}")).expect("an id");
        match store.order_items().list(&order).await {
            Ok(_) => {}
            Err(Error::Busy { retry_after, .. }) => tokio::time::sleep(retry_after / 4).await,
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_agents_use_the_whole_budget_and_are_never_refused() {
    const SECONDS: f64 = 8.0;
    let (server, bucket) = order_desk().await;
    let store = documented(&server);
    let mut agents = JoinSet::new();
    for number in 1..=50 {
        agents.spawn(agent(store.clone(), number));
    }
    tokio::time::sleep(Duration::from_secs_f64(SECONDS)).await;
    let answered = server.count();
    agents.shutdown().await;
    assert_eq!(bucket.lock().expect("no panic").refused, 0);
    // What may be spent: the part of the bucket that is ours, and every token that came back.
    let available = 16.0 + 3.0 * SECONDS;
    let used = f64::from(u32::try_from(answered).expect("a count"));
    assert!(
        used >= 0.9 * available && used <= available + 1.0,
        "{used} of {available}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_that_reserve_together_are_never_refused_either() {
    let (server, bucket) = order_desk().await;
    let store = documented(&server);
    let mut changes = JoinSet::new();
    for number in 0..10 {
        let store = store.clone();
        changes.spawn(async move {
            let permit = store.reserve(3).await?;
            let paid = store.with(&permit);
            let order = OrderId::parse(&number.to_string())?;
            paid.order_items().list(&order).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            paid.order_items().list(&order).await?;
            paid.order_items().list(&order).await
        });
    }
    for change in changes.join_all().await {
        change.expect("a change");
    }
    assert_eq!(server.count(), 30);
    assert_eq!(bucket.lock().expect("no panic").refused, 0);
}

#[tokio::test]
async fn other_integrations_of_the_store_are_noticed() {
    let (server, bucket) = order_desk().await;
    let store = documented(&server);
    {
        let mut bucket = bucket.lock().expect("no panic");
        bucket.refill();
        bucket.tokens = 6.0;
    }
    let mut agents = JoinSet::new();
    agents.spawn(agent(store.clone(), 1));
    tokio::time::sleep(Duration::from_secs(3)).await;
    agents.shutdown().await;
    let answered = server.count();
    assert!((6..=14).contains(&answered), "{answered}");
    assert_eq!(
        bucket.lock().expect("no panic").refused,
        0,
        "slowed down by the header, not by refusals"
    );
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_told_with_an_estimate() {
    let (server, _) = order_desk().await;
    let options = ClientOptions {
        base_url: server.options().base_url,
        max_wait: Duration::from_secs(2),
        ..ClientOptions::default()
    };
    let store = Client::new(&options).expect("sound options").store(&credentials());
    let permit = store.reserve(16).await.expect("a full bucket");
    let started = Instant::now();
    let refused = store.reserve(9).await;
    assert!(started.elapsed() < Duration::from_millis(500), "decided up front");
    let Err(Error::Busy { retry_after, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert!((2.5..=3.1).contains(&retry_after.as_secs_f64()), "{retry_after:?}");
    drop(permit);
    store.reserve(9).await.expect("unused tokens came back");
    assert_eq!(server.count(), 0);
}
