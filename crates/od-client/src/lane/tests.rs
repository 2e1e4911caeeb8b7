use super::*;
use crate::budget::Priority;

fn lanes() -> Lanes {
    Lanes::new(Limits::new(20, 3.0, 0.8).expect("limits"), 5, Duration::from_secs(3))
}

fn count(lanes: &Lanes) -> usize {
    lock(&lanes.known).lanes.len()
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
    for stranger in 0..10 * SWEEP_AT {
        lanes.get(&format!("stranger {stranger}"), now);
    }
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
    assert!(!lanes.get("used", now).is_idle(Instant::now()), "one token is missing");
    let lanes_later = Instant::now() + Duration::from_secs(1);
    let lane = Arc::clone(lock(&lanes.known).lanes.get("used").expect("kept"));
    assert!(lane.budget.is_full(lanes_later));
}
