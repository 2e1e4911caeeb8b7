use proptest::prelude::*;

use super::*;

fn documented() -> Limits {
    Limits::new(20, 3.0, 0.8).expect("the documented limits")
}

fn after(start: Instant, seconds: f64) -> Instant {
    start + Duration::from_secs_f64(seconds)
}

/// A state with `spent` tokens sent and answered at the start.
fn drained(spent: u32) -> (State, Instant) {
    let start = Instant::now();
    let mut state = State::since(documented(), None, start);
    for _ in 0..spent {
        assert!(state.reserve(1));
        state.spend();
        state.landed();
    }
    (state, start)
}

#[test]
fn limits() {
    let capacity = |bucket, headroom| Limits::new(bucket, 3.0, headroom).map(|limits| limits.capacity);
    assert_eq!(capacity(20, 0.8), Some(16.0));
    assert_eq!(capacity(20, 1.0), Some(20.0));
    assert_eq!(capacity(20, 0.01), Some(4.0));
    assert_eq!(capacity(10, 0.7), Some(7.0));
    assert_eq!(capacity(2, 0.5), Some(2.0));
    assert_eq!(capacity(0, 0.5), None);
    assert_eq!(capacity(20, 0.0), None);
    assert_eq!(capacity(20, 1.1), None);
    assert_eq!(capacity(20, f64::NAN), None);
    assert!(Limits::new(20, 0.0, 0.8).is_none());
    assert!(Limits::new(20, f64::INFINITY, 0.8).is_none());
}

fn shares_of(among: u32) -> Limits {
    documented().of(Standing {
        together: false,
        among,
        since: None,
    })
}

#[test]
fn shares_together_are_no_more_than_order_desk_holds() {
    let share = |among| shares_of(among).capacity;
    let shares = [1, 2, 3, 4, 5, 6, 7, 10, 20, 50].map(|among| (among, share(among)));
    let expected = [
        (1, 16.0),
        (2, 8.0),
        (3, 5.0),
        (4, 5.0),
        (5, 4.0),
        (6, 3.0),
        (7, 2.0),
        (10, 2.0),
        (20, 1.0),
        (50, 1.0),
    ];
    assert_eq!(shares, expected);
    for among in 1..=20 {
        assert!(share(among) * f64::from(among) <= 20.0, "{among}");
        assert!(
            (shares_of(among).refill * f64::from(among) - 3.0).abs() < 1e-9,
            "{among}"
        );
    }
    assert_eq!(documented().shares(), 4);
    assert_eq!(Limits::new(3, 3.0, 1.0).map(Limits::shares), Some(1));
}

#[test]
fn what_is_kept_together_is_nobody_s_share() {
    let together = documented().of(Standing {
        together: true,
        among: 4,
        since: None,
    });
    assert_eq!((together.capacity, together.refill), (16.0, 3.0));
}

#[test]
fn a_bucket_that_was_empty_fills_from_then_on() {
    let limits = documented();
    assert!((limits.fills_in().as_secs_f64() - 16.0 / 3.0).abs() < 1e-6);
    let start = Instant::now();
    let mut state = State::since(limits, Some(start), after(start, 2.0));
    assert!(state.reserve(6));
    assert!(!state.reserve(1));
    let mut full = State::since(limits, Some(start), after(start, 6.0));
    assert!(full.reserve(16) && !full.reserve(1));
}

#[test]
fn what_is_more_than_a_share_is_saved_up_for_who_is_next_and_for_nobody_else() {
    let start = Instant::now();
    let mut state = State::since(shares_of(8), None, start);
    state.advance(after(start, 60.0));
    assert!(!state.reserve(4), "nobody has said that he wants so many");
    state.save_for(4);
    let wait = state.wait_for(4);
    // Two are missing at three eighths a second.
    assert!((wait.as_secs_f64() - 16.0 / 3.0).abs() < 1e-3, "{wait:?}");
    state.advance(after(start, 60.0) + wait);
    assert!(!state.clone().reserve(5), "no more than what is wanted");
    state.save_for(0);
    assert!(!state.clone().reserve(3), "who went took it along");
    state.save_for(4);
    state.advance(after(start, 60.0) + wait + wait);
    assert!(state.reserve(4));
}

#[test]
fn refills_three_a_second_up_to_the_capacity() {
    let check = |seconds: f64, expected: u32| {
        let (mut state, start) = drained(16);
        state.advance(after(start, seconds));
        assert!(state.reserve(expected), "{expected} after {seconds} s");
        assert!(!state.reserve(1), "no more than {expected} after {seconds} s");
    };
    check(0.0, 0);
    check(1.0 / 3.0, 1);
    check(1.0, 3);
    check(5.0, 15);
    check(60.0, 16);
}

#[test]
fn waiting_ends_exactly_when_the_tokens_are_there() {
    for wanted in 1..=16 {
        let (mut state, start) = drained(16);
        let wait = state.wait_for(wanted);
        state.advance(start + wait);
        assert_eq!(state.wait_for(wanted), Duration::ZERO);
        assert!(state.reserve(wanted));
    }
}

#[test]
fn waiting_takes_what_the_refill_takes_for_the_missing_tokens() {
    let check = |spent: u32, wanted: u32, expected: f64| {
        let wait = drained(spent).0.wait_for(wanted).as_secs_f64();
        assert!(
            (wait - expected).abs() < 1e-5,
            "{wanted} after {spent}: {wait}, not {expected}"
        );
    };
    check(0, 0, 0.0);
    check(0, 16, 0.0);
    check(10, 6, 0.0);
    check(10, 7, 1.0 / 3.0);
    check(16, 1, 1.0 / 3.0);
    check(16, 3, 1.0);
    check(16, 16, 16.0 / 3.0);
    check(4, 100, 88.0 / 3.0);
}

#[test]
fn full_is_what_has_nothing_reserved_nothing_unanswered_and_nothing_missing() {
    let start = Instant::now();
    let mut state = State::since(documented(), None, start);
    assert!(state.is_full());
    assert!(state.reserve(1));
    state.advance(after(start, 60.0));
    assert!(!state.is_full(), "reserved");
    state.spend();
    state.advance(after(start, 120.0));
    assert!(!state.is_full(), "unanswered");
    state.landed();
    assert!(!state.is_full(), "missing");
    state.advance(after(start, 120.3));
    assert!(!state.is_full(), "still missing");
    state.advance(after(start, 120.4));
    assert!(state.is_full());
}

#[test]
fn a_request_that_never_left_costs_nothing_and_counts_as_unanswered_until_it_has_ended() {
    let mut state = State::since(documented(), None, Instant::now());
    assert!(state.reserve(1));
    state.spend();
    state.unspend();
    state.give_back(1);
    assert!(!state.is_full());
    state.landed();
    assert!(state.is_full());
}

#[test]
fn held_and_unanswered_tokens_are_not_refilled() {
    let start = Instant::now();
    let mut state = State::since(documented(), None, start);
    assert!(state.reserve(6));
    state.spend();
    state.spend();
    state.advance(after(start, 60.0));
    assert!(!state.reserve(11));
    assert!(state.reserve(10));
    state.landed();
    state.landed();
    state.advance(after(start, 120.0));
    assert!(state.reserve(2));
    assert!(!state.reserve(1));
}

#[test]
fn a_reply_that_fits_our_own_traffic_corrects_nothing() {
    // In order, out of order, and answered late: the header is what Order Desk had when it counted the request.
    let start = Instant::now();
    let mut state = State::since(documented(), None, start);
    assert!(state.reserve(16));
    let marks: Vec<Mark> = (0..16).map(|_| state.spend()).collect();
    for (sent, mark) in marks.iter().enumerate().rev() {
        state.observe(mark, f64::from(19 - u32::try_from(sent).expect("small")));
        state.landed();
    }
    state.advance(after(start, 1.0));
    assert!(state.reserve(3));
}

#[test]
fn a_reply_that_shows_other_callers_lowers_the_budget() {
    let start = Instant::now();
    let mut state = State::since(documented(), None, start);
    assert!(state.reserve(1));
    let mark = state.spend();
    state.observe(&mark, 5.0);
    state.landed();
    // 19 expected, 5 (at most 6) seen: 13 spent by others, 15 - 13 left.
    assert!(state.reserve(2));
    assert!(!state.reserve(1));
}

#[test]
fn what_others_spent_is_taken_once_however_many_replies_show_it() {
    let mut state = State::since(documented(), None, Instant::now());
    assert!(state.reserve(2));
    let marks = [state.spend(), state.spend()];
    // 19 and 18 expected, 5 and 4 (at most 6 and 5) seen: 13 spent by others, 14 - 13 left. The first reply shows only 12
    // of them: the second request may have been counted before it.
    state.observe(&marks[0], 5.0);
    assert_eq!(state.wait_for(2), Duration::ZERO);
    assert_ne!(state.wait_for(3), Duration::ZERO);
    state.observe(&marks[1], 4.0);
    assert_eq!(state.wait_for(1), Duration::ZERO);
    assert_ne!(state.wait_for(2), Duration::ZERO);
}

#[test]
fn a_request_that_never_left_is_not_taken_for_one_that_was_counted() {
    let mut state = State::since(documented(), None, Instant::now());
    assert!(state.reserve(2));
    let mark = state.spend();
    state.spend();
    state.unspend();
    state.give_back(1);
    state.observe(&mark, 5.0);
    // As if it had been alone: 19 expected, at most 6 seen, 15 - 13 left.
    assert!(state.reserve(2));
    assert!(!state.reserve(1));
}

#[test]
fn a_reply_after_a_refusal_takes_only_what_the_refusal_did_not_tell() {
    let check = |pause: f64, expected: f64| {
        let mut state = State::since(documented(), None, Instant::now());
        assert!(state.reserve(1));
        let mark = state.spend();
        state.park(Duration::from_secs_f64(pause));
        state.observe(&mark, 0.0);
        let wait = state.wait_for(1).as_secs_f64();
        assert!(
            (wait - expected).abs() < 1e-5,
            "{wait} after a refusal for {pause}, not {expected}"
        );
    };
    // The refusal left -5 or -2 of ours, which is -1 or 2 with the headroom, and at most 1 was seen.
    check(2.0, 2.0);
    check(1.0, 4.0 / 3.0);
}

#[test]
fn a_reply_never_raises_the_budget() {
    let (mut state, _) = drained(15);
    assert!(state.reserve(1));
    let mark = state.spend();
    state.observe(&mark, 1000.0);
    assert!(!state.reserve(1));
}

#[test]
fn a_refusal_empties_the_budget_for_as_long_as_it_says() {
    let check = |pause: f64, ready: f64| {
        let (mut state, start) = drained(2);
        state.park(Duration::from_secs_f64(pause));
        state.park(Duration::from_secs_f64(pause / 2.0));
        assert!(!state.reserve(1), "at once");
        state.advance(after(start, ready - 0.01));
        assert!(!state.reserve(1), "before {ready}");
        state.advance(after(start, ready));
        assert!(state.reserve(1), "after {ready}");
        assert!(!state.reserve(1), "only one after {ready}");
    };
    check(2.0, 2.0);
    check(0.7, 0.7);
    check(0.0, 1.0 / 3.0);
    check(60.0, 60.0);
}

/// Order Desk's own bucket, written from its documentation.
struct Upstream {
    tokens: f64,
    at: Instant,
}

impl Upstream {
    /// Takes one token and reports the header, or refuses.
    fn count(&mut self, now: Instant) -> Result<f64, ()> {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.tokens = (self.tokens + elapsed * 3.0).min(20.0);
        if self.tokens < 1.0 {
            return Err(());
        }
        self.tokens -= 1.0;
        Ok(self.tokens.floor())
    }
}

#[derive(Debug, Clone)]
enum Step {
    Pass {
        millis: u32,
    },
    Reserve {
        tokens: u32,
    },
    GiveBack,
    Send,
    /// The oldest, or another, request in flight reaches Order Desk.
    Arrive {
        index: prop::sample::Index,
    },
    /// One that arrived is answered.
    Answer {
        index: prop::sample::Index,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0_u32..3000).prop_map(|millis| Step::Pass { millis }),
        3 => (1_u32..6).prop_map(|tokens| Step::Reserve { tokens }),
        1 => Just(Step::GiveBack),
        6 => Just(Step::Send),
        4 => any::<prop::sample::Index>().prop_map(|index| Step::Arrive { index }),
        4 => any::<prop::sample::Index>().prop_map(|index| Step::Answer { index }),
    ];
    prop::collection::vec(step, 0..300)
}

proptest! {
    /// However requests are delayed and reordered on the way, Order Desk never has to refuse one, and its headers
    /// never take a token from us by mistake.
    #[test]
    fn alone_we_are_never_refused_and_never_corrected(steps in steps()) {
        let mut now = Instant::now();
        let mut state = State::since(documented(), None, now);
        let mut upstream = Upstream { tokens: 20.0, at: now };
        let mut on_the_way = Vec::new();
        let mut counted = Vec::new();
        for step in steps {
            match step {
                Step::Pass { millis } => {
                    now += Duration::from_millis(millis.into());
                    state.advance(now);
                }
                Step::Reserve { tokens } => {
                    state.reserve(tokens);
                }
                Step::GiveBack => {
                    let held = state.held;
                    state.let_go(held);
                    state.give_back(held);
                }
                Step::Send => {
                    if state.held > 0 {
                        on_the_way.push(state.spend());
                    }
                }
                Step::Arrive { index } => {
                    if !on_the_way.is_empty() {
                        let mark = on_the_way.swap_remove(index.index(on_the_way.len()));
                        let header = upstream.count(now);
                        prop_assert!(header.is_ok(), "429 with {state:?}");
                        counted.push((mark, header.unwrap_or_default()));
                    }
                }
                Step::Answer { index } => {
                    if !counted.is_empty() {
                        let (mark, header) = counted.swap_remove(index.index(counted.len()));
                        let before = state.tokens;
                        state.observe(&mark, header);
                        prop_assert!((state.tokens - before).abs() < DUST, "corrected by {}", before - state.tokens);
                        state.landed();
                    }
                }
            }
            prop_assert!(
                state.tokens + f64::from(state.held) + f64::from(state.in_flight) <= state.limits.capacity + DUST
            );
        }
    }

    /// Whatever the headers say, the budget only falls, and comes back within the refill time of a bucket.
    #[test]
    fn corrections_only_lower(remaining in -1e6_f64..1e6, spent in 0_u32..16, pause in 0.0_f64..5.0) {
        let (mut state, start) = drained(spent);
        prop_assert!(state.reserve(1));
        let mark = state.spend();
        let before = state.tokens;
        state.observe(&mark, remaining);
        prop_assert!(state.tokens <= before);
        prop_assert!(state.tokens >= -20.0);
        state.park(Duration::from_secs_f64(pause));
        prop_assert!(state.tokens <= before);
        state.landed();
        state.advance(after(start, 40.0 / 3.0));
        prop_assert!(state.is_full());
    }
}
