use super::*;

fn tenant(n: u32) -> TenantId {
    TenantId::parse(&format!("00000000-0000-7000-8000-{n:012}")).unwrap()
}

#[test]
fn a_rested_tenant_may_spend_the_burst_and_then_waits_for_the_refill() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 3,
    });
    let start = Instant::now();
    for _ in 0..3 {
        assert!(limiter.spend(&tenant(1), 1, start).is_ok());
    }
    let wait = limiter.spend(&tenant(1), 2, start).unwrap_err();
    assert_eq!(wait.as_millis(), 2000);
    assert!(limiter.spend(&tenant(1), 2, start + wait).is_ok());
}

#[test]
fn a_refusal_costs_nothing() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 2,
    });
    let start = Instant::now();
    assert!(limiter.spend(&tenant(1), 1, start).is_ok());
    for _ in 0..50 {
        assert!(limiter.spend(&tenant(1), 2, start).is_err());
    }
    assert!(limiter.spend(&tenant(1), 1, start).is_ok());
}

#[test]
fn asking_whether_a_call_fits_spends_nothing() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 2,
    });
    let start = Instant::now();
    for _ in 0..10 {
        limiter.check(&tenant(1), 2, start).unwrap();
    }
    limiter.spend(&tenant(1), 2, start).unwrap();
    assert_eq!(limiter.check(&tenant(1), 1, start), Err(Duration::from_secs(1)));
    limiter.check(&tenant(1), 1, start + Duration::from_secs(1)).unwrap();
}

#[test]
fn one_tenant_does_not_spend_anothers_tokens() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 1,
        burst: 1,
    });
    let start = Instant::now();
    assert!(limiter.spend(&tenant(1), 1, start).is_ok());
    assert!(limiter.spend(&tenant(1), 1, start).is_err());
    assert!(limiter.spend(&tenant(2), 1, start).is_ok());
}

#[test]
fn a_cost_above_the_burst_can_still_be_paid() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 5,
    });
    assert!(limiter.spend(&tenant(1), 20, Instant::now()).is_ok());
}

#[test]
fn full_buckets_are_forgotten_when_there_are_many() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 6000,
        burst: 10,
    });
    let start = Instant::now();
    for n in 0..=u32::try_from(PRUNE_ABOVE).unwrap() {
        limiter.spend(&tenant(n), 1, start).unwrap();
    }
    limiter.spend(&tenant(1), 1, start + Duration::from_secs(10)).unwrap();
    assert_eq!(limiter.buckets.lock().unwrap().len(), 1);
}

#[test]
fn an_allowance_is_spent_and_comes_back() {
    let now = Instant::now();
    let options = LimitOptions {
        per_minute: 60,
        burst: 2,
    };
    let allowance = Allowance::new(options, now);
    assert_eq!([1, 2, 3].map(|_| allowance.spend(now)), [true, true, false]);
    let later = now + Duration::from_secs(1);
    assert_eq!([1, 2].map(|_| allowance.spend(later)), [true, false]);
}
