use std::collections::HashSet;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;

use crate::testing::RedisServer;
use crate::{Ask, Bucket, Ear, Heard, Limit, Shared};
use gate::Gate;

mod buckets;
mod gate;
mod limits;
mod news;

const BUCKET: Bucket = Bucket {
    capacity: 16.0,
    refill: 100.0,
};
/// One that gives nothing back while a test looks at it.
const SLOW: Bucket = Bucket {
    capacity: 16.0,
    refill: 0.001,
};

fn take(tokens: u32) -> Ask {
    Ask {
        take: tokens,
        ..Ask::default()
    }
}

async fn open(server: &RedisServer) -> Shared {
    let shared = Shared::open(&server.url()).await.expect("the address is good");
    assert!(shared.standing().is_up);
    shared
}

/// Waits until `is` is so.
async fn until(limit: Duration, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < limit, "it did not become so within {limit:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_one_changed_no_other_finds_under_the_number_of_before() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let before = other.generation("order/1").await.expect("Redis answers");
    let neighbour = other.generation("order/2").await.expect("Redis answers");
    assert!(one.renew(&["order/1".to_owned()], Duration::from_mins(1)).await);
    let after = other.generation("order/1").await.expect("Redis answers");
    assert_ne!(before, after);
    assert_eq!(other.generation("order/2").await, Some(neighbour));
    // Many at once, each its own.
    let many = (0..500).map(|number| {
        let (one, name) = (one.clone(), if number % 2 == 0 { "order/1" } else { "order/2" });
        tokio::spawn(async move { (name, one.generation(name).await) })
    });
    for answer in many.collect::<Vec<_>>() {
        let (name, found) = answer.await.expect("it ends");
        assert_eq!(found, Some(if name == "order/1" { after } else { neighbour }), "{name}");
    }
}

#[tokio::test]
async fn no_number_ever_comes_back() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let name = ["order/1".to_owned()];
    let mut seen = vec![shared.generation(&name[0]).await.expect("Redis answers")];
    for _ in 0..3 {
        assert!(shared.renew(&name, Duration::from_millis(20)).await);
        seen.push(shared.generation(&name[0]).await.expect("Redis answers"));
        // It has expired, or was thrown out.
        tokio::time::sleep(Duration::from_millis(40)).await;
        let first = shared.generation(&name[0]).await.expect("Redis answers");
        assert_eq!(
            shared.generation(&name[0]).await,
            Some(first),
            "and it stays until something changes"
        );
        seen.push(first);
    }
    let distinct: HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "{seen:?}");
}

#[tokio::test]
async fn who_comes_back_finds_nothing_that_was_kept() {
    let mut server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let before = shared.generation("order/1").await.expect("Redis answers");
    let epoch = shared.standing().epoch;
    server.stop();
    assert_eq!(shared.generation("order/1").await, None);
    assert!(!shared.standing().is_up);
    assert_eq!(shared.spend(&[], 1).await, None);
    assert!(!shared.renew(&["order/1".to_owned()], Duration::from_mins(1)).await);
    server.start_again().expect("it starts again");
    until(Duration::from_secs(5), || shared.standing().is_up).await;
    assert!(shared.standing().epoch > epoch);
    // The numbers of before come back in no other way either: a Redis that lost its data begins with new ones.
    assert_ne!(shared.generation("order/1").await, Some(before));
}

#[tokio::test]
async fn a_redis_that_hangs_delays_one_call_and_is_left_alone() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    server.hang().expect("it is told");
    let began = Instant::now();
    assert_eq!(shared.generation("order/1").await, None);
    assert!(began.elapsed() < Duration::from_secs(2));
    assert!(!shared.standing().is_up);
    let began = Instant::now();
    for _ in 0..100 {
        assert_eq!(shared.generation("order/1").await, None);
        assert_eq!(shared.ask("shop", "one", BUCKET, take(1)).await, None);
    }
    assert!(began.elapsed() < Duration::from_millis(400));
    server.go_on().expect("it is told");
    until(Duration::from_secs(10), || shared.standing().is_up).await;
}

#[tokio::test]
async fn a_redis_that_takes_no_writes_counts_as_away() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let full = ["maxmemory", "1"];
    server.configure(full).await.expect("it is told");
    until(Duration::from_secs(5), || !shared.standing().is_up).await;
    server.configure(["maxmemory", "0"]).await.expect("it is told");
    until(Duration::from_secs(10), || shared.standing().is_up).await;
}

#[tokio::test]
async fn everything_expires_and_is_called_ours() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    shared.renew(&["subject".to_owned()], Duration::from_secs(90)).await;
    shared.keep_reply("reply", b"sealed", Duration::from_secs(9)).await;
    let (sealed, left) = shared.reply("reply").await.expect("it is there");
    assert_eq!(sealed, b"sealed");
    assert!(
        left > Duration::from_secs(7) && left <= Duration::from_secs(9),
        "{left:?}"
    );
    assert_eq!(shared.reply("none").await, None);
    let limit = Limit {
        name: "tenant".to_owned(),
        per_minute: 60,
        burst: 6,
    };
    shared
        .spend(&[limit], 1)
        .await
        .expect("Redis answers")
        .outcome
        .expect("it fits");
    shared.ask("shop", "one", BUCKET, take(1)).await.expect("Redis answers");
    let dump = server.dump().await.expect("it answers");
    assert!(dump.lines().count() >= 6, "{dump}");
    for line in dump.lines().filter(|line| line.starts_with("odm:")) {
        let life: i64 = line.split(' ').nth(1).expect("a life").parse().expect("a number");
        assert!(life > 0, "{line}");
    }
    let foreign = dump
        .lines()
        .find(|line| !line.starts_with("odm:") && line.contains("odm:"));
    assert_eq!(foreign, None);
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_its_password() {
    let refused = Shared::open(&"redis://user:hunter2@:nonsense".to_owned().into()).await;
    let words = refused.expect_err("it is no address").to_string();
    assert!(!words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn replies_that_are_taken_late_once_are_no_loss_and_again_they_are() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let epoch = shared.standing().epoch;
    server
        .hold_writes(Duration::from_millis(600))
        .await
        .expect("it is told");
    let began = Instant::now();
    let keep = async |name: &str| shared.keep_reply(name, b"sealed", Duration::from_secs(9)).await;
    tokio::join!(keep("one"), keep("two"), keep("three"));
    assert!(began.elapsed() > Duration::from_millis(450), "they were taken at once");
    assert_eq!(shared.standing().epoch, epoch);
    assert!(shared.standing().is_up);
    // What is asked meanwhile is answered.
    assert!(shared.generation("order/1").await.is_some());
    keep("one").await;

    server.hold_writes(Duration::from_secs(3)).await.expect("it is told");
    keep("one").await;
    assert_eq!(shared.standing().epoch, epoch);
    keep("one").await;
    assert_ne!(shared.standing().epoch, epoch);
    assert!(!shared.standing().is_up);
}

#[tokio::test]
async fn of_replies_that_are_taken_in_between_none_counts_as_late() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let epoch = shared.standing().epoch;
    for _ in 0..3 {
        server
            .hold_writes(Duration::from_millis(600))
            .await
            .expect("it is told");
        shared.keep_reply("one", b"sealed", Duration::from_secs(9)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        shared.keep_reply("one", b"sealed", Duration::from_secs(9)).await;
    }
    assert_eq!(shared.standing().epoch, epoch);
}

#[tokio::test]
async fn everything_can_be_put_out_of_reach_and_is_told() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let mut ear = other.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    let before = other.generation("order/1").await.expect("Redis answers");
    assert!(one.renew_all().await);
    assert_ne!(other.generation("order/1").await.expect("Redis answers"), before);
    assert_eq!(ear.hear().await, Some(Heard::Missed));
}

#[tokio::test]
async fn the_kind_of_trouble_is_known_until_it_is_over() {
    let mut server = RedisServer::start().expect("Redis starts");
    let url = server
        .url()
        .expose_secret()
        .replace("redis://", "redis://:a-password-that-none-asked-for@");
    let refused = Shared::open(&url.into()).await.expect("the address is good");
    assert!(!refused.standing().is_up);
    let words = |shared: &Shared| shared.trouble().map(|trouble| trouble.words);
    assert_eq!(words(&refused).as_deref(), Some("authentication failed"));
    assert!(refused.trouble().is_some_and(|trouble| trouble.is_answered));
    let shared = open(&server).await;
    assert_eq!(shared.trouble(), None);
    server.stop();
    until(Duration::from_secs(5), || {
        words(&shared).is_some_and(|words| words.starts_with("I/O error: Connection refused"))
    })
    .await;
    assert!(shared.trouble().is_some_and(|trouble| !trouble.is_answered));
    server.start_again().expect("Redis starts");
    until(Duration::from_secs(10), || shared.trouble().is_none()).await;
}

#[tokio::test]
async fn what_redis_says_of_its_trouble_is_told() {
    let server = RedisServer::start().expect("Redis starts");
    let at = |url: String| async move { Shared::open(&url.into()).await.expect("the address is good").trouble() };
    let url = server.url().expose_secret().to_owned();
    let told = async |url: &str| at(url.to_owned()).await.expect("it cannot be used");

    let other = told(&url.replace("/0", "/99")).await;
    assert_eq!(other.words, "ERR DB index is out of range");
    assert!(other.is_answered);

    server.configure(["maxmemory", "1"]).await.expect("it is told");
    let full = told(&url).await;
    assert!(full.words.starts_with("OOM command not allowed"), "{full:?}");
    server.configure(["maxmemory", "0"]).await.expect("it is told");
    server.configure(["requirepass", "hunter2"]).await.expect("it is told");
    assert_eq!(told(&url).await.words, "NOAUTH Authentication required.");
}

#[test]
fn what_a_server_repeats_of_a_password_is_not_told() {
    let said = |line: &str| {
        let line = format!("-{line}\r\n");
        let error = redis::parse_redis_value(line.as_bytes()).and_then(redis::Value::extract_error);
        crate::trouble::words(&error.expect_err("an error"), "hunter2")
    };
    assert_eq!(
        said("ERR unknown command 'AUTH', with args beginning with: 'hunter2' "),
        "ERR unknown command 'AUTH'"
    );
    assert_eq!(said("ERR what is hunter2?"), "ERR");
    assert_eq!(
        said("NOPERM User default has no permissions"),
        "NOPERM User default has no permissions"
    );
    assert_eq!(said("LOADING Redis is loading"), "LOADING Redis is loading");
}
