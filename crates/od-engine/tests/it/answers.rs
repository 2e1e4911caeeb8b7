//! Writes whose answers nobody took, and identical writes at the same time: on one engine, and on two that share a
//! database as replicas do.

use std::sync::atomic::Ordering;
use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_engine::stores::Register;
use od_engine::{Call, Delivery, Lost, Outcome, Write};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::support::scope;

mod replicas;

use replicas::{A_WHILE, AT_ONCE, Add, Replicas, count, engine, given, warning};

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = 0;
    tell(async || {
        database += 1;
        format!("sqlite://{}", folder.path().join(format!("{database}.db")).display())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        tell(async || server.new_database().await.unwrap()).await;
    }
}

/// The write is done, and its end is not recorded yet: nobody was answered, so an identical call shares the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_at_work_until_its_end_is_recorded() {
    const LOCK: &str = "DO $$ BEGIN LOCK TABLE audit_heads IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(4); END $$";
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let house = Replicas::open(server.new_database().await.unwrap()).await;
    let store = house.sim.stores()[0].clone();
    let register = Register {
        store_id: store.store_id.clone(),
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    let scope_of_setup = scope(&house.identity);
    house.engines[0]
        .stores()
        .register(&scope_of_setup, register)
        .await
        .unwrap();
    let call = async |replica: usize| {
        let engine = house.engines[replica].clone();
        let scope = scope(&house.identity).with_delivery(given());
        let (within, write_scope, done) = (engine.clone(), scope.clone(), house.done.clone());
        let (store_id, db) = (store.store_id.clone(), house.db.clone());
        let work = Box::pin(async move {
            let arguments = serde_json::Map::new();
            let write = Write {
                tool: "stores.update",
                arguments: &arguments,
                in_store: false,
                repeatable: true,
                adds: false,
            };
            let (engine, scope) = (within.clone(), write_scope.clone());
            let work = Box::pin(async move {
                // The beginning of a change is recorded; its end will have to wait.
                engine.stores().use_store(&scope, &store_id).await?;
                tokio::spawn(async move { tamper(&db, LOCK).await.unwrap() });
                tokio::time::sleep(A_WHILE).await;
                done.fetch_add(1, Ordering::SeqCst);
                Ok(Outcome::new(json!({})))
            });
            within.once(&write_scope, write, work).await
        });
        let call = Call {
            tool: "stores.update".to_owned(),
            parameters: json!({}),
            cost: 2,
            needs: None,
        };
        engine.call(&scope, call, work).await
    };
    let later = async |replica: usize| {
        tokio::time::sleep(2 * A_WHILE).await;
        call(replica).await
    };
    let (first, second, third) = tokio::join!(call(0), later(0), later(1));
    assert_eq!(warning(&first), "");
    for shared in [second, third] {
        assert!(warning(&shared).contains("still at work"), "{}", warning(&shared));
    }
    assert_eq!(house.done(), 1);
    house.close().await;
}

async fn tell(mut new_database: impl AsyncFnMut() -> String) {
    let house = Replicas::open(new_database().await).await;
    what_was_answered_is_done_again(&house).await;
    what_was_lost_is_given_once(&house).await;
    a_lost_answer_is_kept_again_when_it_is_lost_again(&house).await;
    only_the_same_credential_and_arguments_count(&house).await;
    a_refusal_is_tried_anew_and_an_uncertainty_is_not(&house).await;
    ten_minutes_end_the_keeping(&house).await;
    another_write_on_the_record_ends_the_keeping(&house).await;
    what_adds_stays_kept(&house).await;
    writes_at_the_same_time_do_not_end_each_others_keeping(&house).await;
    a_colleagues_write_ends_the_keeping(&house).await;
    identical_calls_at_the_same_time_are_one(&house).await;
    what_becomes_known_late_is_kept(&house).await;
    what_becomes_known_after_another_write_is_past(&house).await;
    what_all_replicas_lost_is_kept(&house).await;
    what_one_replica_gave_is_not_kept(&house).await;
    whoever_asks_another_person_tries_itself(&house).await;
    rows_show_no_customer(&house).await;
    a_killed_process_holds_nobody_up(&house).await;
    what_the_database_missed_is_made_up_for(&house).await;
    what_was_missed_and_is_past_is_not_kept(&house).await;
    house.close().await;
    for seed in 0..6 {
        let house = Replicas::open(new_database().await).await;
        any_order_of_calls_does_each_once(&house, seed).await;
        house.close().await;
    }
}

async fn what_was_answered_is_done_again(house: &Replicas) {
    let before = house.done();
    for replica in [0, 0, 1, 0, 1, 1] {
        let outcome = house.answered(replica, "answered").await;
        assert_eq!(warning(&outcome), "");
    }
    assert_eq!(house.done() - before, 6);
}

async fn what_was_lost_is_given_once(house: &Replicas) {
    for (why, words) in [
        (Lost::HungUp, "connection"),
        (Lost::Cancelled, "stopped waiting"),
        (Lost::TimedOut, "longer than this server"),
    ] {
        for replica in [0, 1] {
            let before = house.done();
            house.dropped(0, "lost", why).await;
            house.pass(Duration::from_secs(2)).await;
            let given = house.answered(replica, "lost").await;
            assert_eq!(count(&given), i64::from(before) + 1);
            assert!(warning(&given).contains(words), "{}", warning(&given));
            assert_eq!(house.done() - before, 1, "not done again");
            let anew = house.answered(replica, "lost").await;
            assert_eq!((count(&anew), warning(&anew)), (i64::from(before) + 2, String::new()));
        }
    }
}

async fn a_lost_answer_is_kept_again_when_it_is_lost_again(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "unlucky", Lost::HungUp).await;
    house.dropped(1, "unlucky", Lost::Cancelled).await;
    house.dropped(0, "unlucky", Lost::HungUp).await;
    assert_eq!(count(&house.answered(1, "unlucky").await), i64::from(before) + 1);
    assert_eq!(house.done() - before, 1);
    house.answered(0, "unlucky").await.unwrap();
    assert_eq!(house.done() - before, 2);
}

async fn only_the_same_credential_and_arguments_count(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "mine", Lost::HungUp).await;
    assert_eq!(warning(&house.answered(0, "mine too").await), "");
    let theirs = Add {
        identity: &house.other,
        what: "mine",
        takes: AT_ONCE,
        repeatable: false,
    };
    let outcome = theirs.on(&house.engines[0], &house.done, &given()).await;
    assert_eq!(warning(&outcome), "");
    assert_eq!(house.done() - before, 3);
    assert_ne!(warning(&house.answered(0, "mine").await), "");
    assert_eq!(house.done() - before, 3);
}

async fn a_refusal_is_tried_anew_and_an_uncertainty_is_not(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "refused", Lost::HungUp).await;
    house.answered(1, "refused").await.unwrap_err();
    assert_eq!(house.done() - before, 2);

    house.dropped(0, "uncertain", Lost::HungUp).await;
    let given = house.answered(1, "uncertain").await.unwrap_err();
    assert_eq!(given.code(), "UNCERTAIN_OUTCOME");
    assert!(given.to_string().contains("the reply was lost."), "{given}");
    assert!(given.to_string().contains("connection"), "{given}");
    assert_eq!(house.done() - before, 3);
    house.answered(1, "uncertain").await.unwrap_err();
    assert_eq!(house.done() - before, 4);
}

async fn ten_minutes_end_the_keeping(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "old", Lost::HungUp).await;
    house.pass(Duration::from_secs(599)).await;
    assert_ne!(warning(&house.answered(1, "old").await), "");
    house.dropped(0, "old", Lost::HungUp).await;
    house.pass(Duration::from_mins(10)).await;
    assert_eq!(warning(&house.answered(1, "old").await), "");
    assert_eq!(house.done() - before, 3);
}

async fn another_write_on_the_record_ends_the_keeping(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "paint on order 12", Lost::HungUp).await;
    house.answered(1, "wash on order 13").await.unwrap();
    assert_ne!(warning(&house.answered(1, "paint on order 12").await), "");
    assert_eq!(house.done() - before, 2);

    house.dropped(0, "paint on order 12", Lost::HungUp).await;
    house.answered(1, "wash on order 12").await.unwrap();
    assert_eq!(warning(&house.answered(0, "paint on order 12").await), "");
    assert_eq!(house.done() - before, 5);
}

/// "Note, then try again" is what agents do.
async fn what_adds_stays_kept(house: &Replicas) {
    let before = house.done();
    house.dropped(0, "add a line on order 14", Lost::HungUp).await;
    house.answered(1, "note on order 14").await.unwrap();
    house.answered(0, "add another line on order 14").await.unwrap();
    let given = house.answered(1, "add a line on order 14").await;
    assert_eq!(count(&given), i64::from(before) + 1);
    assert_ne!(warning(&given), "");
    assert_eq!(house.done() - before, 3);
}

/// A client gives two writes on one order up, and repeats both.
async fn writes_at_the_same_time_do_not_end_each_others_keeping(house: &Replicas) {
    for (short, long) in [
        ("add a cup on order 15", "add a mug on order 15"),
        ("paint on order 15", "wash on order 15"),
    ] {
        let before = house.done();
        let gone = Delivery::default();
        gone.lose(Lost::HungUp);
        let (one, other) = tokio::join!(
            house.call(0, long, 2 * A_WHILE, &gone),
            house.call(1, short, A_WHILE, &gone)
        );
        assert_eq!(warning(&one) + &warning(&other), "");
        assert_ne!(warning(&house.answered(0, short).await), "", "{short}");
        assert_ne!(warning(&house.answered(1, long).await), "", "{long}");
        assert_eq!(house.done() - before, 2);
    }
}

async fn a_colleagues_write_ends_the_keeping(house: &Replicas) {
    let before = house.done();
    let mine = house.identity.credential();
    let hand_over = async |from: &str, to: &str| {
        let sql = format!("UPDATE answers SET credential_id = '{to}' WHERE credential_id = '{from}'");
        tamper(&house.db, &sql).await.unwrap();
    };
    house.dropped(0, "paint on order 16", Lost::HungUp).await;
    hand_over(mine, "a colleague").await;
    house.answered(1, "wash on order 16").await.unwrap();
    hand_over("a colleague", mine).await;
    assert_eq!(warning(&house.answered(0, "paint on order 16").await), "");
    assert_eq!(house.done() - before, 3);
}

async fn identical_calls_at_the_same_time_are_one(house: &Replicas) {
    for replicas in [[0, 0, 0], [0, 1, 1], [0, 1, 0]] {
        let before = house.done();
        let deliveries: [Delivery; 3] = Default::default();
        let mut calls = Vec::new();
        for (replica, delivery) in replicas.into_iter().zip(&deliveries) {
            calls.push(house.call(replica, "together", A_WHILE, delivery));
        }
        let outcomes = futures_util::future::join_all(calls).await;
        assert_eq!(house.done() - before, 1);
        let shared = outcomes.iter().filter(|outcome| warning(outcome).contains("at work"));
        assert_eq!(shared.count(), 2);
        assert!(outcomes.iter().all(|outcome| count(outcome) == i64::from(before) + 1));
        // One of them was answered: then it is done.
        deliveries[1].delivered();
        deliveries[0].lose(Lost::HungUp);
        deliveries[2].lose(Lost::HungUp);
        tokio::time::sleep(A_WHILE).await;
        assert_eq!(warning(&house.answered(0, "together").await), "");
        assert_eq!(house.done() - before, 2);
    }
    // Two at once come for a kept answer: it is given, to both or to the one that is there first.
    let before = house.done();
    house.dropped(0, "kept for two", Lost::HungUp).await;
    let deliveries: [Delivery; 2] = Default::default();
    let (one, other) = tokio::join!(
        house.call(0, "kept for two", AT_ONCE, &deliveries[0]),
        house.call(0, "kept for two", AT_ONCE, &deliveries[1])
    );
    assert_eq!(count(&one).min(count(&other)), i64::from(before) + 1);
    assert!(house.done() - before <= 2);
    for delivery in deliveries {
        delivery.delivered();
    }
    assert_eq!(warning(&house.answered(1, "kept for two").await), "");
}

/// The answer is on its way when the connection breaks.
async fn what_becomes_known_late_is_kept(house: &Replicas) {
    let before = house.done();
    let delivery = Delivery::default();
    let receipt = delivery.guard();
    house.call(0, "late", AT_ONCE, &delivery).await.unwrap();
    drop(receipt);
    tokio::time::sleep(A_WHILE).await;
    assert_ne!(warning(&house.answered(1, "late").await), "");
    assert_eq!(house.done() - before, 1);
}

/// The connection breaks only after another write was answered.
async fn what_becomes_known_after_another_write_is_past(house: &Replicas) {
    for (what, meanwhile, is_kept) in [
        ("paint on order 17", "wash on order 17", false),
        ("paint on order 17", "wash on order 18", true),
        ("add on order 17", "wash on order 17", true),
        // The second was answered: the third is not the first one's.
        ("add on order 17", "add on order 17", false),
    ] {
        let before = house.done();
        let delivery = Delivery::default();
        house.call(0, what, AT_ONCE, &delivery).await.unwrap();
        house.answered(0, meanwhile).await.unwrap();
        delivery.lose(Lost::HungUp);
        tokio::time::sleep(A_WHILE).await;
        let again = house.answered(1, what).await;
        assert_eq!(!warning(&again).is_empty(), is_kept, "{what}, {meanwhile}");
        assert_eq!(house.done() - before, if is_kept { 2 } else { 3 });
    }
}

/// Three callers on two replicas wait for one write, and all of them hang up as it ends.
async fn what_all_replicas_lost_is_kept(house: &Replicas) {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let before = house.done();
        let deliveries = together(house, "add, lost by all").await;
        for at in order {
            tokio::time::sleep(Duration::from_millis(30)).await;
            deliveries[at].lose(Lost::HungUp);
        }
        tokio::time::sleep(A_WHILE).await;
        let given = house.answered(1, "add, lost by all").await;
        assert_eq!(count(&given), i64::from(before) + 1, "{order:?}");
        assert!(warning(&given).contains("could not be given"), "{}", warning(&given));
        assert_eq!(house.done() - before, 1);
        assert_eq!(warning(&house.answered(0, "add, lost by all").await), "");
    }
}

async fn what_one_replica_gave_is_not_kept(house: &Replicas) {
    for one in 0..3 {
        let before = house.done();
        let deliveries = together(house, "add, given by one").await;
        deliveries[one].delivered();
        for delivery in &deliveries {
            delivery.lose(Lost::Cancelled);
        }
        tokio::time::sleep(A_WHILE).await;
        assert_eq!(warning(&house.answered(1, "add, given by one").await), "");
        assert_eq!(house.done() - before, 2);
    }
}

/// Identical calls on both replicas that are answered, and what becomes of their answers.
async fn together(house: &Replicas, what: &str) -> [Delivery; 3] {
    let deliveries: [Delivery; 3] = Default::default();
    let calls = [0, 1, 1].into_iter().zip(&deliveries);
    let calls = calls.map(|(replica, delivery)| house.call(replica, what, A_WHILE, delivery));
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
    deliveries
}

/// A question, a no, and a question that nobody answered are about that caller.
async fn whoever_asks_another_person_tries_itself(house: &Replicas) {
    for what in ["declined", "unanswered"] {
        let before = house.done();
        let (one, other) = (given(), given());
        let calls = tokio::join!(house.call(0, what, A_WHILE, &one), house.call(0, what, A_WHILE, &other));
        let codes = [calls.0, calls.1].map(|outcome| outcome.unwrap_err().code());
        assert_eq!(codes, ["CONFIRMATION_REQUIRED"; 2]);
        assert_eq!(house.done() - before, 2, "{what}");
    }
}

async fn rows_show_no_customer(house: &Replicas) {
    house.dropped(0, "sealed", Lost::HungUp).await;
    let columns = "id || tenant_id || credential_id || digest || result_ciphertext || result_tag || result_nonce";
    let showing = format!("UPDATE answers SET wanted = wanted WHERE {columns} LIKE '%Featherstone%'");
    assert_eq!(tamper(&house.db, &showing).await.unwrap(), 0);
    let any = "UPDATE answers SET wanted = wanted WHERE result_ciphertext <> ''";
    assert!(tamper(&house.db, any).await.unwrap() >= 1);
    assert_ne!(warning(&house.answered(1, "sealed").await), "");
}

async fn a_killed_process_holds_nobody_up(house: &Replicas) {
    for repeatable in [true, false] {
        let before = house.done();
        let what = format!("killed, {repeatable}");
        let victim = engine(&house.url, &house.root, &house.sim, &house.clock).await;
        let call = Add {
            identity: &house.identity,
            what: &what,
            takes: Duration::from_hours(1),
            repeatable,
        };
        let left = tokio::time::timeout(A_WHILE, call.on(&victim, &house.done, &given())).await;
        assert!(left.is_err(), "it is at work");
        // Its process stops renewing: time goes on, and nobody says so.
        house.pass(Duration::from_secs(5)).await;
        let again = Add { takes: AT_ONCE, ..call };
        let outcome = again.on(&house.engines[0], &house.done, &given()).await;
        if repeatable {
            assert_eq!(count(&outcome), i64::from(before) + 1);
        } else {
            let told = outcome.unwrap_err();
            assert_eq!(told.code(), "UNCERTAIN_OUTCOME");
            // Whether it was a change or a create is not known here.
            for way in [
                "changed or deleted: read it",
                "created: look",
                "orders_list, newest first",
            ] {
                assert!(told.hint().contains(way), "{}", told.hint());
            }
            let outcome = again.on(&house.engines[0], &house.done, &given()).await;
            assert_eq!(count(&outcome), i64::from(before) + 1);
        }
    }
}

/// The database is away when a write ends, and longer than the note of its work counts.
async fn what_the_database_missed_is_made_up_for(house: &Replicas) {
    for is_lost in [false, true] {
        let before = house.done();
        let what = format!("missed, {is_lost}");
        let delivery = Delivery::default();
        let away = async {
            tokio::time::sleep(A_WHILE / 2).await;
            tamper(&house.db, "ALTER TABLE answers RENAME TO away").await.unwrap();
        };
        let (outcome, ()) = tokio::join!(house.call(0, &what, A_WHILE, &delivery), away);
        assert_eq!(count(&outcome), i64::from(before) + 1);
        if is_lost {
            delivery.lose(Lost::HungUp);
        } else {
            delivery.delivered();
        }
        tamper(&house.db, "ALTER TABLE away RENAME TO answers").await.unwrap();
        house.pass(Duration::from_secs(5)).await;
        tokio::time::sleep(4 * A_WHILE).await;
        let again = house.answered(1, &what).await;
        assert_eq!(count(&again), i64::from(before) + 2 - i64::from(is_lost), "{again:?}");
        assert_eq!(warning(&again).contains("its connection ended"), is_lost, "{again:?}");
    }
}

/// The same, and before it is made up for, another write on the record is done.
async fn what_was_missed_and_is_past_is_not_kept(house: &Replicas) {
    let before = house.done();
    let delivery = Delivery::default();
    delivery.lose(Lost::HungUp);
    let away = async {
        tokio::time::sleep(A_WHILE / 2).await;
        tamper(&house.db, "ALTER TABLE answers RENAME TO away").await.unwrap();
    };
    let (outcome, ()) = tokio::join!(house.call(0, "paint on order 15", A_WHILE, &delivery), away);
    outcome.unwrap();
    tamper(&house.db, "ALTER TABLE away RENAME TO answers").await.unwrap();
    house.answered(0, "wash on order 15").await.unwrap();
    tokio::time::sleep(4 * A_WHILE).await;
    assert_eq!(warning(&house.answered(1, "paint on order 15").await), "");
    assert_eq!(house.done() - before, 3);
}

/// Whatever the order of calls, answers and losses on two replicas: a call is done unless the one before was lost.
async fn any_order_of_calls_does_each_once(house: &Replicas, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut is_kept = false;
    for step in 0..30 {
        let before = house.done();
        let delivery = Delivery::default();
        let (replica, early, lost) = (rng.random_range(0..2), rng.random(), rng.random_bool(0.5));
        if lost && early {
            delivery.lose(Lost::HungUp);
        }
        let outcome = house.call(replica, "any", AT_ONCE, &delivery).await;
        if lost {
            delivery.lose(Lost::Cancelled);
        } else {
            delivery.delivered();
        }
        assert_eq!(house.done() - before, u32::from(!is_kept), "seed {seed}, step {step}");
        assert_eq!(warning(&outcome).is_empty(), !is_kept, "seed {seed}, step {step}");
        is_kept = lost;
        if lost && !early {
            // The loss is noticed after the answer.
            tokio::time::sleep(A_WHILE / 2).await;
        }
    }
}
