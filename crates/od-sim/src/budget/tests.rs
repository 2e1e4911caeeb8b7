use std::time::Duration;

use proptest::prelude::*;

use super::Bucket;

const START: Duration = Duration::ZERO;

#[test]
fn the_documented_bucket_gives_twenty_and_then_three_a_second() {
    let mut bucket = Bucket::new(20, 3.0, true);
    for _ in 0..20 {
        assert_eq!(bucket.spend(START), Ok(()));
    }
    let wait = bucket.spend(START).expect_err("empty");
    assert!((0.333..0.334).contains(&wait.as_secs_f64()), "{wait:?}");

    let later = Duration::from_millis(1010);
    let granted = (0..10).filter(|_| bucket.spend(later).is_ok()).count();
    assert_eq!(granted, 3);
}

#[test]
fn a_switched_off_limit_stays_full() {
    let mut bucket = Bucket::new(20, 3.0, false);
    assert!((0..1000).all(|_| bucket.spend(START).is_ok()));
    assert!((bucket.remaining(START) - 20.0).abs() < f64::EPSILON);
}

proptest! {
    #[test]
    fn no_window_grants_more_than_the_bucket_and_its_refill(gaps in prop::collection::vec(0u64..2000, 1..200)) {
        let mut bucket = Bucket::new(20, 3.0, true);
        let mut now = START;
        let mut granted = 0u32;
        for gap in gaps {
            now += Duration::from_millis(gap);
            if bucket.spend(now).is_ok() {
                granted += 1;
            }
            prop_assert!(f64::from(granted) <= 20.0 + 3.0 * now.as_secs_f64() + 1e-6);
        }
    }

    #[test]
    fn waiting_as_told_is_enough(spent in 20u32..40) {
        let mut bucket = Bucket::new(20, 3.0, true);
        let mut wait = START;
        for _ in 0..spent {
            if let Err(told) = bucket.spend(START) {
                wait = told;
            }
        }
        if wait > START {
            prop_assert!(bucket.spend(wait + Duration::from_micros(1)).is_ok());
        }
    }
}
