use std::time::{Duration, Instant};

use super::Alive;

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
