use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn failing(times: u32) -> (Breaker, Instant) {
    let breaker = Breaker::new(3, 3 * SECOND);
    let start = Instant::now();
    for _ in 0..times {
        assert_eq!(breaker.admit(start), Ok(()));
        breaker.failed(start);
    }
    (breaker, start)
}

#[test]
fn opens_after_the_threshold_and_not_before() {
    let (breaker, start) = failing(2);
    assert!(!breaker.is_open());
    assert_eq!(breaker.admit(start), Ok(()));
    let (breaker, start) = failing(3);
    assert!(breaker.is_open());
    assert_eq!(breaker.check(start), Err(3 * SECOND));
    assert_eq!(breaker.admit(start + SECOND), Err(2 * SECOND));
}

#[test]
fn an_answer_between_failures_starts_the_count_again() {
    let (breaker, start) = failing(2);
    breaker.answered();
    assert!(breaker.is_untouched());
    breaker.failed(start);
    breaker.failed(start);
    assert_eq!(breaker.admit(start), Ok(()));
}

#[test]
fn lets_one_probe_through_per_interval_even_when_probes_hang() {
    let (breaker, start) = failing(3);
    for round in 1..=4 {
        let due = start + 3 * round * SECOND;
        assert_eq!(breaker.check(due), Ok(()), "round {round}");
        assert_eq!(breaker.admit(due), Ok(()), "round {round}");
        assert_eq!(breaker.admit(due), Err(3 * SECOND), "round {round}");
    }
}

#[test]
fn late_failures_of_earlier_calls_do_not_postpone_the_probe() {
    let (breaker, start) = failing(3);
    breaker.failed(start + 2 * SECOND);
    assert_eq!(breaker.admit(start + 3 * SECOND), Ok(()));
}

#[test]
fn closes_with_the_first_answer() {
    let (breaker, start) = failing(3);
    assert_eq!(breaker.admit(start + 3 * SECOND), Ok(()));
    breaker.answered();
    assert!(!breaker.is_open());
    assert_eq!(breaker.admit(start + 3 * SECOND), Ok(()));
    assert_eq!(breaker.admit(start + 3 * SECOND), Ok(()));
}
