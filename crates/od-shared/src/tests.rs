use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::testing::RedisServer;
use crate::{Ask, Bucket, Ear, Heard, Limit, Shared};
use gate::Gate;

mod gate;

const BUCKET: Bucket = Bucket {
    capacity: 16.0,
    refill: 100.0,
};
/// One that gives nothing back while a test looks at it.
const SLOW: Bucket = Bucket {
    capacity: 16.0,
    refill: 0.001,
};

async fn open(server: &RedisServer) -> Shared {
    let shared = Shared::open(&server.url()).await.expect("the address is good");
    assert!(shared.standing().is_up);
    shared
}

fn take(tokens: u32) -> Ask {
    Ask {
        take: tokens,
        ..Ask::default()
    }
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
async fn limits_hold_over_all_processes_and_a_refusal_costs_nothing() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let narrow = Limit {
        name: "tenant".to_owned(),
        per_minute: 60,
        burst: 6,
    };
    let wide = Limit {
        name: "network".to_owned(),
        per_minute: 60,
        burst: 60,
    };
    let both = [narrow.clone(), wide.clone()];
    for number in 0..6 {
        let shared = if number % 2 == 0 { &one } else { &other };
        let spent = shared.spend(&both, 1).await.map(|spent| spent.outcome);
        assert_eq!(spent, Some(Ok(())), "{number}");
    }
    let refused = one.spend(&both, 1).await.expect("Redis answers");
    assert!(refused.left < 1.0, "{refused:?}");
    let wait = refused.outcome.expect_err("the narrow one is empty");
    assert!(
        wait > Duration::from_millis(500) && wait <= Duration::from_secs(1),
        "{wait:?}"
    );
    // Of the wide one exactly what was granted is gone.
    assert_eq!(
        other
            .spend(std::slice::from_ref(&wide), 54)
            .await
            .map(|spent| spent.outcome),
        Some(Ok(()))
    );
    assert!(other.spend(&[wide], 2).await.expect("Redis answers").outcome.is_err());
    // A cost above the burst can be paid by a rested tenant.
    let rested = Limit {
        name: "rested".to_owned(),
        ..narrow
    };
    assert_eq!(one.spend(&[rested], 100).await.map(|spent| spent.outcome), Some(Ok(())));
}

#[tokio::test]
async fn calls_that_come_together_are_paid_one_after_the_other() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let limit = |tenant: u32| Limit {
        name: format!("tenant {tenant}"),
        per_minute: 1,
        burst: 50,
    };
    let calls = (0..200_u32).map(|number| {
        let shared = if number % 2 == 0 { &one } else { &other }.clone();
        let (tenant, cost) = (number / 2 % 2, 1 + number / 4 % 2);
        tokio::spawn(async move {
            let spent = shared.spend(&[limit(tenant)], cost).await.expect("Redis answers");
            (tenant, spent.outcome.map(|()| cost))
        })
    });
    let mut granted = [0, 0];
    for call in calls.collect::<Vec<_>>() {
        let (tenant, outcome) = call.await.expect("it ends");
        granted[tenant as usize] += outcome.unwrap_or_default();
    }
    // A call of two that no longer fits leaves the last token to a call of one.
    assert_eq!(granted, [50, 50]);
    let calls = server.calls("evalsha").await.expect("it is told");
    assert!(calls < 100, "{calls} requests for 200 calls");
}

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

/// The next news, with whether there may have been others before.
async fn news(ear: &mut Ear) -> (bool, String) {
    let mut missed = false;
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(5), ear.hear()).await;
        match heard.expect("it is told in time").expect("it goes on") {
            Heard::Missed => missed = true,
            Heard::News(news) => return (missed, news),
        }
    }
}

#[tokio::test]
async fn what_one_tells_all_hear_and_who_was_away_is_told_so() {
    let mut server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let mut ear = other.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
    server.start_again().expect("it starts again");
    until(Duration::from_secs(5), || one.standing().is_up).await;
    let again = async {
        loop {
            one.tell("another").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let heard = tokio::select! {
        heard = news(&mut ear) => heard,
        () = again => unreachable!("it tells for ever"),
    };
    assert_eq!(heard, (true, "another".to_owned()));
}

/// Waits until it hears that there may have been something.
async fn missed(ear: &mut Ear, limit: Duration) {
    let heard = async { while ear.hear().await.expect("it goes on") != Heard::Missed {} };
    tokio::time::timeout(limit, heard).await.expect("it is told in time");
}

#[tokio::test]
async fn who_was_cut_off_tells_all_when_it_comes_back() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    let other = open(&server).await;
    let mut ear = other.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
    gate.shut(true);
    gate.deafen();
    assert!(!one.tell("another").await, "nobody can be told");
    let before = other.generation("order/1").await.expect("Redis answers");
    let heard = tokio::time::timeout(Duration::from_millis(500), ear.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    gate.shut(false);
    missed(&mut ear, Duration::from_secs(8)).await;
    let after = other.generation("order/1").await.expect("Redis answers");
    assert_ne!(before.all, after.all);
    until(Duration::from_secs(2), || one.standing().is_up).await;
    assert!(one.tell("a third").await);
    assert_eq!(news(&mut ear).await, (false, "a third".to_owned()));
}

#[tokio::test]
async fn who_listens_to_a_connection_that_went_deaf_listens_anew() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    let other = open(&server).await;
    let mut ear = one.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    gate.deafen();
    missed(&mut ear, Duration::from_secs(8)).await;
    // The last one to come told of itself as well.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(other.tell("an order changed").await);
    assert_eq!(news(&mut ear).await.1, "an order changed");
}

#[tokio::test]
async fn who_cannot_listen_tries_again() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    gate.shut(true);
    let mut ear = one.listen();
    let heard = tokio::time::timeout(Duration::from_millis(300), ear.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    gate.shut(false);
    missed(&mut ear, Duration::from_secs(5)).await;
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
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
