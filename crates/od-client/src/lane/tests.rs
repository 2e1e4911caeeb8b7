use super::*;
use crate::budget::Priority;

fn lanes() -> Lanes {
    Lanes::new(
        Limits::new(20, 3.0, 0.8).expect("limits"),
        None,
        5,
        Duration::from_secs(3),
    )
}

fn count(lanes: &Lanes) -> usize {
    lock(&lanes.known).lanes.len()
}

/// As many callers as make the idle lanes be looked for.
fn visit_strangers(lanes: &Lanes, now: Instant) {
    for stranger in 0..10 * SWEEP_AT {
        lanes.get(&format!("stranger {stranger}"), now);
    }
}

#[test]
fn one_key_is_one_lane() {
    let (lanes, now) = (lanes(), Instant::now());
    assert!(Arc::ptr_eq(&lanes.get("a", now), &lanes.get("a", now)));
    assert!(!Arc::ptr_eq(&lanes.get("a", now), &lanes.get("b", now)));
}

#[test]
fn idle_lanes_are_dropped_and_busy_ones_kept() {
    let (lanes, now) = (lanes(), Instant::now());
    let held = lanes.get("held", now);
    lanes.get("failing", now).breaker.failed(now);
    visit_strangers(&lanes, now);
    assert!(count(&lanes) <= SWEEP_AT);
    assert!(Arc::ptr_eq(&held, &lanes.get("held", now)));
    assert!(!lanes.get("failing", now).breaker.is_untouched());
}

#[tokio::test]
async fn a_lane_with_tokens_missing_is_kept_until_they_are_back() {
    let (lanes, now) = (lanes(), Instant::now());
    let lane = lanes.get("used", now);
    let permit = lane
        .budget
        .reserve(3, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    permit.spend().expect("a token");
    assert!(!lane.budget.is_full(now));
    drop((lane, permit));
    visit_strangers(&lanes, now);
    assert!(
        !lanes.get("used", now).budget.is_full(now),
        "the one with a token missing"
    );
    visit_strangers(&lanes, now + Duration::from_secs(1));
    assert!(!lock(&lanes.known).lanes.contains_key("used"));
}

#[test]
fn lanes_in_use_are_looked_through_again_when_there_are_twice_as_many() {
    let (lanes, now) = (lanes(), Instant::now());
    let _in_use: Vec<_> = (0..=2 * SWEEP_AT)
        .map(|user| {
            let lane = lanes.get(&format!("user {user}"), now);
            let looked_at = if user < SWEEP_AT { SWEEP_AT } else { 2 * SWEEP_AT };
            if user < 2 * SWEEP_AT {
                assert_eq!(lock(&lanes.known).sweep_at, looked_at, "after {user}");
            }
            lane
        })
        .collect();
    assert_eq!(lock(&lanes.known).sweep_at, 4 * SWEEP_AT);
}

#[test]
fn a_bucket_of_twenty_has_shares_for_four_processes() {
    assert_eq!(lanes().shares(), 4);
}

#[test]
fn without_lanes_a_bucket_is_full_and_nobody_waits() {
    let standing = lanes().at(Instant::now());
    assert_eq!(
        (standing.fewest_tokens, standing.waiting, standing.open_breakers),
        (16.0, 0, 0)
    );
}

#[tokio::test]
async fn how_all_lanes_stand_is_the_fewest_tokens_and_the_sums_of_the_rest() {
    let lanes = Lanes::new(
        Limits::new(20, 1.0 / 3600.0, 0.8).expect("limits"),
        None,
        1,
        Duration::from_secs(3),
    );
    let now = Instant::now();
    let wait = Duration::from_hours(9);
    let mut held = Vec::new();
    let mut waiting = tokio::task::JoinSet::new();
    for (key, taken, waiters) in [("a", 14, 2), ("b", 15, 1), ("c", 3, 0)] {
        let lane = lanes.get(key, now);
        held.push(
            lane.budget
                .reserve(taken, Priority::Interactive, Duration::ZERO)
                .await
                .expect("a full bucket"),
        );
        for _ in 0..waiters {
            let budget = Arc::clone(&lane.budget);
            waiting.spawn(async move { budget.reserve(5, Priority::Interactive, wait).await.map(drop) });
        }
        if key != "c" {
            lane.breaker.failed(now);
        }
    }
    tokio::task::yield_now().await;
    let standing = lanes.at(now);
    assert!(
        (standing.fewest_tokens - 1.0).abs() < 0.01,
        "{}",
        standing.fewest_tokens
    );
    assert_eq!((standing.waiting, standing.open_breakers), (3, 2));
}
