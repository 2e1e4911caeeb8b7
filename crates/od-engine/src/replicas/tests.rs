use std::sync::Arc;
use std::time::{Duration, Instant};

use od_shared::testing::RedisServer;
use od_vault::RootKey;

use super::{Alive, ReplicaOptions, Replicas};
use crate::roots::Lasting;

async fn with(redis: Option<&RedisServer>) -> Arc<Replicas> {
    let options = ReplicaOptions {
        redis: redis.map(RedisServer::url),
    };
    let shared = options.open().await.expect("the address is good");
    Replicas::new(shared, Arc::new(Lasting::of(&RootKey::generate())))
}

#[test]
fn a_process_that_nobody_counts_is_alone() {
    let alive = Alive::default();
    assert_eq!((alive.count(), alive.since(), alive.alone()), (1, None, Some(0)));
}

#[test]
fn who_was_not_alone_in_between_keeps_nothing_from_before() {
    let alive = Alive::default();
    let now = Instant::now();
    alive.seen(1, now);
    assert_eq!((alive.since(), alive.alone()), (None, Some(0)));
    alive.seen(3, now);
    assert_eq!((alive.count(), alive.since(), alive.alone()), (3, Some(now), None));
    alive.seen(1, now);
    assert_eq!(alive.alone(), Some(2));
}

#[test]
fn who_has_not_looked_for_long_does_not_know() {
    let alive = Alive::default();
    let Some(long_ago) = Instant::now().checked_sub(Duration::from_secs(3)) else {
        return;
    };
    alive.seen(1, long_ago);
    assert_eq!(alive.alone(), None);
    assert_eq!(alive.count(), 1);
}

#[test]
fn who_comes_to_others_begins_with_an_empty_share() {
    let alive = Alive::default();
    let now = Instant::now();
    alive.seen(2, now);
    assert_eq!(alive.since(), Some(now));
}

#[tokio::test]
async fn more_than_there_are_shares_are_too_many_unless_redis_keeps_the_budget() {
    let redis = RedisServer::start().expect("Redis starts");
    let (alone, together) = (with(None).await, with(Some(&redis)).await);
    for (count, too_many) in [(1, false), (4, false), (5, true)] {
        alone.alive.seen(count, Instant::now());
        together.alive.seen(count, Instant::now());
        assert_eq!(alone.health(4).are_too_many, too_many, "{count}");
        assert!(!together.health(4).are_too_many, "{count}");
    }
    drop(redis);
    while together.health(4).redis == Some(true) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(together.health(4).are_too_many);
}

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_change_that_cannot_be_told_waits_until_nobody_gives_what_was_before() {
    let redis = RedisServer::start().expect("Redis starts");
    let replicas = with(Some(&redis)).await;
    let before = replicas.current("order").await;
    redis.hang().expect("it is told");
    let began = Instant::now();
    let back = async {
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        redis.go_on().expect("it is told");
    };
    let subjects = ["another".to_owned()];
    tokio::join!(replicas.changed(&subjects, MINUTE), back);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(replicas.health(4).redis, Some(true), "it was not waited for");
    assert_ne!(
        replicas.current("order").await,
        before,
        "what others keep is within their reach"
    );
}

#[tokio::test]
async fn a_change_waits_two_seconds_for_a_redis_that_went_and_not_at_all_for_one_that_is_away() {
    let redis = RedisServer::start().expect("Redis starts");
    let replicas = with(Some(&redis)).await;
    redis.hang().expect("it is told");
    let subjects = ["order".to_owned()];
    let began = Instant::now();
    replicas.changed(&subjects, MINUTE).await;
    let waited = began.elapsed();
    assert!(
        waited > super::PATIENCE && waited < Duration::from_secs(3),
        "{waited:?}"
    );
    let began = Instant::now();
    replicas.changed(&subjects, MINUTE).await;
    assert!(began.elapsed() < Duration::from_millis(300), "{:?}", began.elapsed());
}
