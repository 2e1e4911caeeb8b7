use proptest::prelude::*;

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
fn the_wait_is_what_the_rate_takes_for_the_missing_tokens() {
    let check = |per_minute: u32, burst: u32, spent: u32, cost: u32, expected: f64| {
        let limiter = Limiter::new(LimitOptions { per_minute, burst });
        let start = Instant::now();
        limiter.spend(&tenant(1), spent, start).unwrap();
        let wait = limiter.spend(&tenant(1), cost, start).unwrap_err().as_secs_f64();
        assert!(
            (wait - expected).abs() < 1e-6,
            "{cost} after {spent} of {burst} at {per_minute} a minute: {wait}, not {expected}"
        );
    };
    check(60, 10, 10, 2, 2.0);
    check(120, 240, 240, 1, 0.5);
    check(120, 240, 200, 60, 10.0);
    check(6, 5, 4, 3, 20.0);
    check(1, 1, 1, 1, 60.0);
    check(6_000, 1_000, 900, 350, 2.5);
    check(90, 30, 30, 99, 20.0);
}

#[test]
fn full_buckets_are_forgotten_when_there_are_many() {
    let check = |tenants: usize, remembered: usize| {
        let limiter = Limiter::new(LimitOptions {
            per_minute: 60,
            burst: 10,
        });
        let start = Instant::now();
        limiter.spend(&tenant(0), 10, start).unwrap();
        for n in 1..u32::try_from(tenants).unwrap() {
            limiter.spend(&tenant(n), 1, start).unwrap();
        }
        let later = start + Duration::from_secs(5);
        limiter.spend(&tenant(1), 1, later).unwrap();
        assert_eq!(many(&limiter), remembered, "of {tenants}");
        assert_eq!(limiter.check(&tenant(0), 6, later), Err(Duration::from_secs(1)));
    };
    check(PRUNE_ABOVE, PRUNE_ABOVE);
    // The one that is not full, and the one that has just spent.
    check(PRUNE_ABOVE + 1, 2);
}

fn many<K>(limiter: &Limiter<K>) -> usize {
    limiter.buckets.lock().unwrap().of.len()
}

#[test]
fn all_buckets_are_walked_once_a_second_at_most() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60_000,
        burst: 1,
    });
    let start = Instant::now();
    let flood = |from: usize, now: Instant| {
        for n in from..=from + PRUNE_ABOVE {
            limiter.spend(&n, 1, now).unwrap();
        }
    };
    flood(0, start);
    // All are full again.
    let later = start + Duration::from_millis(900);
    flood(100_000, later);
    assert_eq!(many(&limiter), PRUNE_ABOVE + 1, "all of before were forgotten");
    flood(200_000, later + Duration::from_millis(900));
    assert_eq!(many(&limiter), 2 * (PRUNE_ABOVE + 1));
    limiter.spend(&0, 1, later + PRUNE_EVERY).unwrap();
    assert_eq!(many(&limiter), 1);
}

#[test]
fn a_flood_of_callers_is_bounded_and_takes_nobodys_bucket_who_asks_often() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 1_000,
    });
    let start = Instant::now();
    let busy = 0..1_000_usize;
    for who in busy.clone() {
        limiter.spend(&who, 1_000, start).unwrap();
    }
    let mut now = start;
    for n in 0..4 * MOST {
        // Three seconds' worth, so that none of them is full again.
        now = start + Duration::from_secs(3) * u32::try_from(n).unwrap() / u32::try_from(4 * MOST).unwrap();
        let newcomer = 1_000_000 + n;
        limiter.spend(&newcomer, 10, now).expect("nobody is refused for others");
        assert!(many(&limiter) <= MOST, "{n}");
    }
    for who in busy {
        limiter.spend(&who, 10, now).expect_err("its tokens are spent");
    }
}

#[test]
fn of_as_many_as_there_may_be_the_fullest_quarter_is_forgotten() {
    let check = |callers: usize, remembered: usize| {
        let limiter = Limiter::new(LimitOptions {
            per_minute: 1,
            burst: 100,
        });
        let start = Instant::now();
        // Looked through while they are few, and not again before all are there.
        for who in 0..callers {
            let cost = if who < 20_000 { 50 } else { 2 };
            limiter.spend(&who, cost, start).unwrap();
        }
        let later = start + PRUNE_EVERY;
        limiter.spend(&0, 1, later).unwrap();
        assert_eq!(many(&limiter), remembered, "of {callers}");
        for who in 1..20_000 {
            limiter
                .check(&who, 52, later)
                .expect_err("it asked for most, and is remembered");
        }
    };
    check(49_999, 49_999);
    check(50_000, 37_500);
}

#[test]
fn what_those_say_who_keep_the_limit_for_all_is_known_here() {
    let limiter = Limiter::new(LimitOptions {
        per_minute: 60,
        burst: 20,
    });
    let start = Instant::now();
    assert_eq!(limiter.left(&7, start), 20);
    limiter.set(&7, 4.5, start);
    assert_eq!(limiter.left(&7, start), 4);
    assert_eq!(limiter.check(&7, 6, start), Err(Duration::from_millis(1_500)));
    assert_eq!(limiter.left(&7, start + Duration::from_secs(1)), 5);
    assert_eq!(limiter.options().burst, 20);

    for who in 100..50_099 {
        limiter.set(&who, 1.0, start);
    }
    assert_eq!(many(&limiter), 50_000);
    limiter.set(&8, 3.0, start);
    assert_eq!(many(&limiter), 50_000, "one more than there may be is not remembered");
    limiter.set(&7, 2.0, start);
    assert_eq!(limiter.left(&7, start), 2, "who is known is kept up to date");
}

#[test]
fn so_many_a_minute_may_come_at_once() {
    let options = LimitOptions::a_minute(7);
    assert_eq!((options.per_minute, options.burst), (7, 7));
}

#[test]
fn the_networks_of_an_address_spend_with_it() {
    let limiter = AddressLimiter::new(LimitOptions {
        per_minute: 60,
        burst: 3,
    });
    let start = Instant::now();
    let spend = |address: &str| limiter.spend(Some(address.parse().unwrap()), start).is_ok();

    assert_eq!(["203.0.113.7"; 4].map(spend), [true, true, true, false]);
    assert!(spend("203.0.113.8"), "the next address of IPv4 is somebody else");

    // One caller has 2^64 addresses; twice as much is for 256 such networks, four times as much for 65,536.
    let one = [
        "2001:db8:0:1::1",
        "2001:db8:0:1::2",
        "2001:db8:0:1::3",
        "2001:db8:0:1::4",
    ];
    assert_eq!(one.map(spend), [true, true, true, false]);
    let neighbours = [
        "2001:db8:0:2::1",
        "2001:db8:0:3::1",
        "2001:db8:0:4::1",
        "2001:db8:0:5::1",
    ];
    assert_eq!(neighbours.map(spend), [true, true, true, false]);
    assert!(spend("2001:db8:0:100::1"), "of the next 256");

    let names = |address: &str| limiter.buckets(Some(address.parse().unwrap()));
    let burst = |address: &str| {
        names(address)
            .iter()
            .map(|(_, options)| options.burst)
            .collect::<Vec<_>>()
    };
    assert_eq!(burst("203.0.113.7"), [3]);
    assert_eq!(burst("2001:db8:0:1::1"), [3, 6, 12]);
    let shared = |a: &str, b: &str| names(a).iter().zip(names(b)).filter(|(a, b)| a.0 == b.0).count();
    assert_eq!(shared("2001:db8:0:1::1", "2001:db8:0:1::2"), 3);
    assert_eq!(shared("2001:db8:0:1::1", "2001:db8:0:2::1"), 2);
    assert_eq!(shared("2001:db8:0:1::1", "2001:db8:0:100::1"), 1);
    assert_eq!(shared("203.0.113.7", "203.0.113.8"), 0);
}

#[test]
fn an_allowance_is_spent_and_comes_back() {
    let now = Instant::now();
    let options = LimitOptions {
        per_minute: 60,
        burst: 2,
    };
    let allowance = Allowance::new(options, now);
    assert_eq!(
        [1, 2, 3].map(|_| allowance.spend(now)),
        [Ok(()), Ok(()), Err(Duration::from_secs(1))]
    );
    let later = now + Duration::from_secs(1);
    assert_eq!([1, 2].map(|_| allowance.spend(later).is_ok()), [true, false]);
}

proptest! {
    /// Whatever is asked for and when, no more is spent than the burst and what came back since the start; who is refused
    /// is told the time after which the same call fits, and no longer one.
    #[test]
    fn what_is_spent_keeps_to_the_rate_and_waits_are_exact(
        per_minute in 1_u32..20_000,
        burst in 1_u32..500,
        calls in prop::collection::vec((0_u64..5_000, 1_u32..600), 1..60),
    ) {
        let limiter = Limiter::new(LimitOptions { per_minute, burst });
        let unnoticed = Duration::from_secs_f64(2.0 * DUST * 60.0 / f64::from(per_minute));
        let start = Instant::now();
        let (mut now, mut spent) = (start, 0.0);
        for (pause, cost) in calls {
            now += Duration::from_millis(pause);
            match limiter.spend(&tenant(1), cost, now) {
                Ok(()) => spent += f64::from(cost.min(burst)),
                Err(wait) => {
                    prop_assert!(limiter.check(&tenant(1), cost, now + wait).is_ok(), "after {wait:?}");
                    let early = wait.saturating_sub(unnoticed);
                    prop_assert!(limiter.check(&tenant(1), cost, now + early).is_err(), "after {early:?} of {wait:?}");
                }
            }
            let earned = (now - start).as_secs_f64() * f64::from(per_minute) / 60.0;
            prop_assert!(spent <= f64::from(burst) + earned + 1e-3, "{spent} of {burst} and {earned}");
        }
    }

    /// Rest restores the burst, and nothing above it.
    #[test]
    fn a_rested_tenant_has_the_burst_again(
        per_minute in 1_u32..20_000, burst in 1_u32..500, rest in 1_u32..10,
    ) {
        let limiter = Limiter::new(LimitOptions { per_minute, burst });
        let start = Instant::now();
        prop_assert!(limiter.spend(&tenant(1), burst, start).is_ok());
        let refill = Duration::from_secs_f64(f64::from(burst) * 60.0 / f64::from(per_minute));
        let rested = start + rest * refill + Duration::from_micros(1);
        prop_assert!(limiter.spend(&tenant(1), burst, rested).is_ok());
        prop_assert!(limiter.spend(&tenant(1), 1, rested).is_err());
    }
}
