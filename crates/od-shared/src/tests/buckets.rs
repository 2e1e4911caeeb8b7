//! The request budget of a store, spent by all.

use super::*;

/// Lets the Redis be old enough for full buckets.
async fn an_old_one(server: &RedisServer) {
    server.set("odm:since", "1000").await.expect("it is told");
}

#[tokio::test]
async fn a_bucket_is_spent_by_all_and_no_token_twice() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    an_old_one(&server).await;
    let asks = (0..40).map(|number| {
        let (shared, me) = if number % 2 == 0 {
            (one.clone(), "one")
        } else {
            (other.clone(), "other")
        };
        tokio::spawn(async move {
            shared
                .ask("shop", me, SLOW, take(1))
                .await
                .expect("Redis answers")
                .taken
        })
    });
    let mut taken = 0;
    for ask in asks.collect::<Vec<_>>() {
        taken += u32::from(ask.await.expect("it ends"));
    }
    assert_eq!(taken, 16);
    // What was not needed is there for others.
    let back = Ask {
        returned: 3,
        ..Ask::default()
    };
    one.ask("shop", "one", SLOW, back).await.expect("Redis answers");
    assert!(
        other
            .ask("shop", "other", SLOW, take(3))
            .await
            .expect("Redis answers")
            .taken
    );
    assert!(
        !other
            .ask("shop", "other", SLOW, take(1))
            .await
            .expect("Redis answers")
            .taken
    );
}

#[tokio::test]
async fn a_bucket_of_a_redis_that_has_just_come_begins_empty() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    let told = shared.ask("shop", "one", SLOW, take(1)).await.expect("Redis answers");
    assert!(!told.taken && told.tokens < 1.0, "{told:?}");
    // And one that was spent from behind its back.
    an_old_one(&server).await;
    let anew = Ask {
        begin_empty: true,
        ..take(1)
    };
    let told = shared.ask("another", "one", SLOW, anew).await.expect("Redis answers");
    assert!(!told.taken && told.tokens <= 0.0, "{told:?}");
}

#[tokio::test]
async fn what_is_in_flight_anywhere_is_not_refilled_until_its_process_is_dead() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    an_old_one(&server).await;
    assert!(
        one.ask("shop", "one", BUCKET, take(10))
            .await
            .expect("Redis answers")
            .taken
    );
    let out = |out| Ask { out, ..Ask::default() };
    tokio::time::sleep(Duration::from_millis(300)).await;
    let told = other.ask("shop", "other", BUCKET, out(0)).await.expect("Redis answers");
    assert!((5.9..6.1).contains(&told.tokens), "{told:?}");
    // The first shows that it lives; four of its requests were answered.
    one.ask("shop", "one", BUCKET, out(6)).await.expect("Redis answers");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let told = other.ask("shop", "other", BUCKET, out(0)).await.expect("Redis answers");
    assert!((9.9..10.1).contains(&told.tokens), "{told:?}");
    tokio::time::sleep(crate::budget::LIFE + Duration::from_millis(200)).await;
    other.ask("shop", "other", BUCKET, out(0)).await.expect("Redis answers");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let told = other.ask("shop", "other", BUCKET, out(0)).await.expect("Redis answers");
    assert!((15.9..16.1).contains(&told.tokens), "{told:?}");
}

#[tokio::test]
async fn who_waited_first_is_served_first() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    an_old_one(&server).await;
    assert!(
        one.ask("shop", "one", SLOW, take(14))
            .await
            .expect("Redis answers")
            .taken
    );
    let waits = |take| Ask {
        take,
        out: 14,
        waits: true,
        ..Ask::default()
    };
    // Two are left, four are wanted.
    assert!(
        !one.ask("shop", "one", SLOW, waits(4))
            .await
            .expect("Redis answers")
            .taken
    );
    let passed = other.ask("shop", "other", SLOW, take(1)).await.expect("Redis answers");
    assert!(!passed.taken, "the small one passed the large one");
    assert!(passed.wait > Duration::from_secs(2000), "{passed:?}");
    // Who gave up waiting holds nobody up.
    let gone = Ask {
        out: 14,
        ..Ask::default()
    };
    one.ask("shop", "one", SLOW, gone).await.expect("Redis answers");
    assert!(
        other
            .ask("shop", "other", SLOW, take(1))
            .await
            .expect("Redis answers")
            .taken
    );
}

#[tokio::test]
async fn replies_of_order_desk_correct_the_bucket_downwards_once() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    an_old_one(&server).await;
    let told = shared.ask("shop", "one", SLOW, take(1)).await.expect("Redis answers");
    assert!((14.9..15.1).contains(&told.tokens), "{told:?}");
    // Of a bucket of 20, 9 are left after our one request: ten were spent by others.
    let seen = Ask {
        spent: Some(told.mark + 4.0 - (9.0 + 1.0)),
        ..Ask::default()
    };
    let told = shared.ask("shop", "one", SLOW, seen).await.expect("Redis answers");
    assert!((5.9..6.1).contains(&told.tokens), "{told:?}");
    let told = shared.ask("shop", "one", SLOW, seen).await.expect("Redis answers");
    assert!((5.9..6.1).contains(&told.tokens), "the same was taken twice: {told:?}");
    let parked = Ask {
        park: Some(Duration::from_secs(2000)),
        ..Ask::default()
    };
    let told = shared.ask("shop", "one", SLOW, parked).await.expect("Redis answers");
    assert!((-1.1..-0.9).contains(&told.tokens), "{told:?}");
}

#[tokio::test]
async fn no_more_is_taken_for_lost_than_a_bucket_holds() {
    let server = RedisServer::start().expect("Redis starts");
    let shared = open(&server).await;
    an_old_one(&server).await;
    let told = shared.ask("shop", "one", SLOW, take(1)).await.expect("Redis answers");
    let made_up = Ask {
        spent: Some(told.mark + 1e9),
        ..Ask::default()
    };
    let told = shared.ask("shop", "one", SLOW, made_up).await.expect("Redis answers");
    assert!((-1.1..-0.9).contains(&told.tokens), "15 less a whole bucket: {told:?}");
    // Of a bucket that was forgotten the mark tells nothing.
    let told = shared
        .ask("another", "one", SLOW, made_up)
        .await
        .expect("Redis answers");
    assert!((15.9..16.1).contains(&told.tokens), "{told:?}");
}
