use super::*;
use od_db::DbOptions;

const SEVEN: Subject<'_> = order("7");
const EIGHT: Subject<'_> = order("8");

const fn order(id: &str) -> Subject<'_> {
    Subject::Order { shop: "1", id }
}

async fn database() -> Db {
    Db::open(&DbOptions::default()).await.unwrap()
}

#[tokio::test]
async fn one_record_is_held_by_one_change_and_others_are_free() {
    let (db, clock, locks) = (database().await, Clock::system(), Locks::default());
    let first = locks.hold(&db, &clock, SEVEN).await.unwrap();
    let other = locks.hold(&db, &clock, EIGHT).await.unwrap();
    let same = tokio::time::timeout(Duration::from_millis(100), locks.hold(&db, &clock, SEVEN)).await;
    assert!(same.is_err(), "held twice");
    let product = Subject::Product { shop: "1", id: "7" };
    locks.hold(&db, &clock, product).await.unwrap().release().await;
    first.release().await;
    other.release().await;
    locks.hold(&db, &clock, SEVEN).await.unwrap().release().await;
}

#[tokio::test]
async fn another_process_waits_for_the_lease() {
    let (db, clock) = (database().await, Clock::system());
    let (mine, theirs) = (Locks::default(), Locks::default());
    let held = mine.hold(&db, &clock, SEVEN).await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(100), theirs.hold(&db, &clock, SEVEN)).await;
    assert!(waiting.is_err(), "held in two processes");
    held.release().await;
    theirs.hold(&db, &clock, SEVEN).await.unwrap().release().await;
}

#[tokio::test]
async fn what_a_killed_process_left_behind_ends_by_itself() {
    let db = database().await;
    let clock = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
    let dead = Locks::default().hold(&db, &clock, SEVEN).await.unwrap();
    std::mem::forget(dead);
    clock.set(jiff::Timestamp::from_millisecond(millis(LEASE) + 1).unwrap());
    Locks::default().hold(&db, &clock, SEVEN).await.unwrap().release().await;
}

#[tokio::test]
async fn a_queue_that_nobody_waits_in_is_forgotten() {
    let (db, clock, locks) = (database().await, Clock::system(), Locks::default());
    for id in 0..50 {
        locks
            .hold(&db, &clock, order(&id.to_string()))
            .await
            .unwrap()
            .release()
            .await;
    }
    assert!(locks.queues.lock().unwrap().len() <= 1);
}

#[tokio::test]
async fn several_records_are_held_together_or_not_at_all() {
    let (db, clock, locks) = (database().await, Clock::system(), Locks::default());
    // In opposite orders, one of them named twice.
    let (one, two) = tokio::join!(
        async {
            let held = locks.hold_all(&db, &clock, vec![SEVEN, EIGHT, SEVEN]).await.unwrap();
            assert!(held.are_still_ours());
            held.release().await;
        },
        async {
            let held = locks.hold_all(&db, &clock, vec![EIGHT, SEVEN]).await.unwrap();
            held.release().await;
        }
    );
    assert_eq!((one, two), ((), ()));

    let eight = locks.hold(&db, &clock, EIGHT).await.unwrap();
    let both = tokio::time::timeout(
        Duration::from_millis(100),
        locks.hold_all(&db, &clock, vec![SEVEN, EIGHT]),
    );
    assert!(both.await.is_err(), "held twice");
    eight.release().await;
}
