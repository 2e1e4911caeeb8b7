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

/// The other process is killed right after it has taken the record: the next change begins within five seconds.
#[tokio::test]
async fn what_a_killed_process_held_is_free_within_five_seconds() {
    let (db, clock) = (database().await, Clock::system());
    let (mine, theirs) = (Locks::default(), Locks::default());
    let held = theirs.hold_all(&db, &clock, vec![SEVEN, EIGHT]).await.unwrap();
    theirs.pulse.stop().await;
    let killed = Instant::now();
    let all = mine.hold_all(&db, &clock, vec![SEVEN, EIGHT]).await.unwrap();
    let waited = killed.elapsed();
    assert!(
        waited > Duration::from_secs(2),
        "it might only have been late: {waited:?}"
    );
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    all.release().await;
    assert!(!held.are_still_ours(), "a process that only slept must not write");
}

/// Longer than a life without renewal: whoever lives keeps what it holds.
#[tokio::test]
async fn what_is_held_stays_held_while_the_process_lives() {
    let (db, clock) = (database().await, Clock::system());
    let (mine, theirs) = (Locks::default(), Locks::default());
    let held = theirs.hold(&db, &clock, SEVEN).await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_secs(6), mine.hold(&db, &clock, SEVEN)).await;
    assert!(waiting.is_err(), "taken away from the living");
    assert!(held.is_still_ours());
    held.release().await;
    mine.hold(&db, &clock, SEVEN).await.unwrap().release().await;
}

#[tokio::test]
async fn a_process_that_was_taken_for_dead_waits_for_its_record_again() {
    let (db, clock) = (database().await, Clock::system());
    let (mine, theirs) = (Locks::default(), Locks::default());
    let slept = mine.hold(&db, &clock, SEVEN).await.unwrap();
    mine.pulse.forget(&db).await;
    assert!(!slept.is_still_ours());
    let held = theirs.hold(&db, &clock, SEVEN).await.unwrap();
    let regained = tokio::time::timeout(Duration::from_millis(300), slept.regain()).await;
    assert!(regained.is_err(), "held twice");
    held.release().await;
    slept.regain().await.unwrap();
    assert!(slept.is_still_ours());
    let waiting = tokio::time::timeout(Duration::from_millis(100), theirs.hold(&db, &clock, SEVEN)).await;
    assert!(waiting.is_err(), "held twice");
    slept.release().await;
}

#[tokio::test]
async fn what_was_held_by_work_that_panicked_is_free_again() {
    let (db, clock) = (database().await, Clock::system());
    let (mine, theirs) = (Locks::default(), Locks::default());
    drop(mine.hold(&db, &clock, SEVEN).await.unwrap());
    let free = tokio::time::timeout(Duration::from_secs(1), theirs.hold(&db, &clock, SEVEN)).await;
    free.expect("at once").unwrap().release().await;
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
