use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use od_engine::ReplicaHealth;

use super::{Recent, degraded};

/// How often the database is asked when three ask at once and a fourth afterwards.
async fn asked(kept: Duration) -> usize {
    let (recent, asked) = (Recent::new(kept), AtomicUsize::new(0));
    let ask = || {
        recent.get(async || {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            true
        })
    };
    let at_once = tokio::join!(ask(), ask(), ask());
    assert_eq!(at_once, (true, true, true));
    assert!(ask().await);
    asked.load(Ordering::Relaxed)
}

#[tokio::test]
async fn an_answer_is_shared_and_kept_for_its_time() {
    assert_eq!(asked(Duration::from_hours(1)).await, 1);
    assert_eq!(asked(Duration::ZERO).await, 4);
}

#[tokio::test]
async fn who_hangs_up_keeps_nobody_waiting() {
    let recent = Recent::new(Duration::from_hours(1));
    let asked = recent.get(std::future::pending);
    let impatient = tokio::time::timeout(Duration::from_millis(10), asked).await;
    assert!(impatient.is_err());
    assert!(recent.get(async || true).await);
}

#[test]
fn what_makes_it_slower_is_told() {
    let check = |redis: Option<bool>, are_too_many: bool, audit_is_refused: bool, expected: &[&str]| {
        let replicas = ReplicaHealth {
            alive: 5,
            redis,
            are_too_many,
        };
        assert_eq!(
            degraded(replicas, audit_is_refused),
            expected,
            "{redis:?} {are_too_many}"
        );
    };
    check(None, false, false, &[]);
    check(Some(true), false, false, &[]);
    check(Some(false), false, false, &["redis"]);
    check(None, true, false, &["request_budget"]);
    check(None, false, true, &["audit"]);
    check(Some(false), true, true, &["redis", "request_budget", "audit"]);
}
