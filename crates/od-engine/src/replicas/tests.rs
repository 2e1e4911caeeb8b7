use std::sync::Arc;
use std::time::{Duration, Instant};

use od_db::Living;
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

const fn living(count: u32) -> Living {
    Living {
        count,
        is_other_cut_off: false,
        is_any_ahead: false,
    }
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
    alive.seen(living(1), now);
    assert_eq!((alive.since(), alive.alone()), (None, Some(0)));
    alive.seen(living(3), now);
    assert_eq!((alive.count(), alive.since(), alive.alone()), (3, Some(now), None));
    alive.seen(living(1), now);
    assert_eq!(alive.alone(), Some(2));
}

#[test]
fn who_has_not_looked_for_long_does_not_know() {
    let alive = Alive::default();
    let Some(long_ago) = Instant::now().checked_sub(Duration::from_secs(3)) else {
        return;
    };
    alive.seen(living(1), long_ago);
    assert_eq!(alive.alone(), None);
    assert_eq!(alive.count(), 1);
}

#[test]
fn who_sees_one_that_cannot_tell_or_has_not_looked_for_long_relies_on_nobody() {
    let alive = Alive::default();
    assert!(alive.can_all_tell(), "there is nobody");
    let now = Instant::now();
    let cut_off = Living {
        is_other_cut_off: true,
        ..living(2)
    };
    for (seen, can_all) in [(living(2), true), (cut_off, false), (living(2), true)] {
        alive.seen(seen, now);
        assert_eq!(alive.can_all_tell(), can_all, "{seen:?}");
    }
    if let Some(long_ago) = now.checked_sub(Duration::from_secs(3)) {
        alive.seen(living(2), long_ago);
        assert!(!alive.can_all_tell());
    }
}

#[test]
fn who_comes_to_others_begins_with_an_empty_share() {
    let alive = Alive::default();
    let now = Instant::now();
    alive.seen(living(2), now);
    assert_eq!(alive.since(), Some(now));
}

#[tokio::test]
async fn more_than_there_are_shares_are_too_many_unless_redis_keeps_the_budget() {
    let redis = RedisServer::start().expect("Redis starts");
    let (alone, together) = (with(None).await, with(Some(&redis)).await);
    for (count, too_many) in [(1, false), (4, false), (5, true)] {
        alone.alive.seen(living(count), Instant::now());
        together.alive.seen(living(count), Instant::now());
        assert_eq!(alone.health(4).are_too_many, too_many, "{count}");
        assert!(!together.health(4).are_too_many, "{count}");
    }
    drop(redis);
    while together.health(4).redis == Some(true) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(together.health(4).are_too_many);
}
