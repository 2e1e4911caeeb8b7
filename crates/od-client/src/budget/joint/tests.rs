use std::time::Instant;

use super::super::{Limits, Priority};
use super::elsewhere::Elsewhere;
use super::*;
use crate::error::{BusyCause, Error};

const HOUR: Duration = Duration::from_hours(1);
const TICK: Duration = Duration::from_millis(20);
/// What waiting is rounded up by.
const DUST: Duration = Duration::from_secs(1);
/// Long enough for what is to be told to have been told.
const SOON: Duration = Duration::from_millis(150);

/// A bucket of 16 at Order Desk's of 20.
fn limits(every: Duration) -> Limits {
    Limits::new(20, 1.0 / every.as_secs_f64(), 0.8).expect("limits")
}

/// The budget of one process that spends with others. A token comes back `every` so often.
fn budget(bucket: &Arc<Elsewhere>, number: u32, every: Duration) -> Arc<Budget> {
    let with = bucket.process(number);
    Arc::new(Budget::new(limits(every), Some(("shop", &with)), Instant::now()))
}

async fn take(budget: &Arc<Budget>, tokens: u32) -> Permit {
    let taken = budget.reserve(tokens, Priority::Interactive, HOUR * 100).await;
    taken.expect("they are there")
}

fn asks_later(budget: &Arc<Budget>, tokens: u32, priority: Priority) -> tokio::task::JoinHandle<Result<Permit, Error>> {
    let budget = Arc::clone(budget);
    tokio::spawn(async move { budget.reserve(tokens, priority, HOUR * 100).await })
}

fn wait_of(refused: Result<Permit, Error>) -> Duration {
    match refused {
        Err(Error::Busy {
            retry_after,
            cause: BusyCause::Budget,
        }) => retry_after,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_one_process_takes_no_other_has() {
    let bucket = Elsewhere::new();
    let (one, other) = (budget(&bucket, 1, HOUR), budget(&bucket, 2, HOUR));
    let _held = take(&one, 10).await;
    let _more = take(&other, 6).await;
    let refused = other.reserve(1, Priority::Interactive, SOON).await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
}

#[tokio::test]
async fn at_most_a_bucket_is_taken_at_once_and_a_whole_one_can_be() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    assert_eq!(budget.most_at_once(), 16);
    let refused = budget.reserve(17, Priority::Interactive, HOUR).await;
    assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
    assert_eq!(bucket.asked(), [], "nobody was asked for what nobody gives");
    assert_eq!(take(&budget, 16).await.remaining(), 16);
}

#[tokio::test]
async fn a_wait_that_would_be_too_long_is_refused_by_what_was_told_last() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    let _held = take(&budget, 16).await;
    bucket.asked();
    let wait = wait_of(budget.reserve(4, Priority::Interactive, HOUR).await);
    assert!(wait > 3 * HOUR && wait <= 4 * HOUR + DUST, "{wait:?}");
    assert!(
        bucket.asked().iter().all(|ask| ask.take == 0),
        "nobody was asked in vain"
    );
    // What others spent is known as soon as the bucket told of it.
    bucket.loses(2.0);
    let waiting = asks_later(&budget, 1, Priority::Interactive);
    bucket.until(1, |ask| ask.take == 1).await;
    tokio::time::sleep(SOON).await;
    let wait = wait_of(budget.reserve(1, Priority::Bulk, HOUR).await);
    assert!(
        wait > 3 * HOUR && wait <= 4 * HOUR + DUST,
        "two owed and one ahead: {wait:?}"
    );
    waiting.abort();
}

#[tokio::test]
async fn requests_in_flight_are_told_until_they_have_landed() {
    let bucket = Elsewhere::new();
    let (one, other) = (budget(&bucket, 1, TICK), budget(&bucket, 2, TICK));
    let permit = take(&one, 10).await;
    let in_flight: Vec<_> = (0..10).map(|_| permit.spend().expect("a token")).collect();
    drop(permit);
    tokio::time::sleep(20 * TICK).await;
    // A whole bucket would have come back by now.
    let refused = other.reserve(7, Priority::Interactive, TICK / 2).await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "ten are out: {refused:?}");
    drop(in_flight);
    bucket.until(1, |ask| ask.out == 0 && ask.take == 0).await;
    let began = Instant::now();
    let _all = take(&other, 16).await;
    assert!(began.elapsed() < 40 * TICK, "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_was_held_and_not_used_is_given_back_once() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    let permit = take(&budget, 5).await;
    drop(permit.spend().expect("a token"));
    let unsent = permit.spend().expect("a token");
    unsent.unsent();
    drop(unsent);
    drop(permit);
    bucket.until(1, |ask| ask.out == 0 && ask.take == 0).await;
    tokio::time::sleep(SOON).await;
    let returned: u32 = bucket.asked().iter().map(|ask| ask.returned).sum();
    assert_eq!(returned, 4, "three of the permit and one that never left");
    assert!((14.9..15.1).contains(&bucket.tokens()), "{}", bucket.tokens());
}

#[tokio::test]
async fn what_order_desk_says_is_left_corrects_the_bucket_for_all() {
    let bucket = Elsewhere::new();
    let (one, other) = (budget(&bucket, 1, HOUR), budget(&bucket, 2, HOUR));
    let permit = take(&one, 2).await;
    // Of 20 there should be 18, and 4 are left, at most 5: 13 were spent by somebody else.
    for remaining in [5.0, 4.0] {
        permit.spend().expect("a token").observed(remaining);
    }
    bucket.until(1, |ask| ask.spent.is_some()).await;
    let left = bucket.tokens();
    assert!((0.9..1.1).contains(&left), "{left}");
    let _last = take(&other, 1).await;
    let wait = wait_of(other.reserve(1, Priority::Interactive, SOON).await);
    assert!(wait <= HOUR + DUST, "{wait:?}");
}

#[tokio::test]
async fn a_refusal_by_order_desk_holds_all_back() {
    let bucket = Elsewhere::new();
    let (one, other) = (budget(&bucket, 1, HOUR), budget(&bucket, 2, HOUR));
    let permit = take(&one, 1).await;
    permit.spend().expect("a token").refused(4 * HOUR);
    let told = bucket.until(1, |ask| ask.park.is_some()).await;
    assert_eq!(told.park, Some(4 * HOUR));
    let waiting = asks_later(&other, 1, Priority::Interactive);
    bucket.until(2, |ask| ask.take == 1).await;
    tokio::time::sleep(SOON).await;
    let wait = wait_of(other.reserve(1, Priority::Bulk, SOON).await);
    assert!(wait > 4 * HOUR && wait <= 5 * HOUR + DUST, "{wait:?}");
    waiting.abort();
}

#[tokio::test]
async fn interactive_calls_are_asked_for_before_bulk_and_first_come_first_served() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, 2 * TICK);
    let held = take(&budget, 16).await;
    let served = Arc::new(std::sync::Mutex::new(Vec::new()));
    let calls = [
        ("bulk 1", Priority::Bulk),
        ("bulk 2", Priority::Bulk),
        ("person 1", Priority::Interactive),
        ("person 2", Priority::Interactive),
    ];
    bucket.loses(2.0);
    let mut tasks = Vec::new();
    for (name, priority) in calls {
        let (budget, served) = (Arc::clone(&budget), Arc::clone(&served));
        tasks.push(tokio::spawn(async move {
            let permit = budget.reserve(1, priority, HOUR).await.expect("its turn");
            lock(&served).push(name);
            drop(permit.spend().expect("a token"));
        }));
        tokio::task::yield_now().await;
    }
    // Nothing comes back while sixteen are held.
    assert!(lock(&served).is_empty());
    drop(held);
    for task in tasks {
        task.await.expect("served");
    }
    assert_eq!(*lock(&served), ["person 1", "person 2", "bulk 1", "bulk 2"]);
}

#[tokio::test]
async fn who_gives_up_while_he_is_answered_gives_back() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    bucket.holds_back(true);
    let gone = asks_later(&budget, 6, Priority::Interactive);
    bucket.until(1, |ask| ask.take == 6).await;
    gone.abort();
    assert!(gone.await.is_err());
    assert!((9.9..10.1).contains(&bucket.tokens()), "they were granted");
    bucket.holds_back(false);
    let told = bucket.until(1, |ask| ask.returned > 0).await;
    assert_eq!((told.returned, told.out), (6, 0));
    assert!((15.9..16.1).contains(&bucket.tokens()), "{}", bucket.tokens());
}

#[tokio::test]
async fn who_gives_up_waiting_says_so() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    bucket.loses(16.0);
    let waiting = asks_later(&budget, 4, Priority::Interactive);
    bucket.until(1, |ask| ask.take == 4 && ask.waits).await;
    waiting.abort();
    let began = Instant::now();
    let told = bucket.until(1, |ask| ask.take == 0 && !ask.waits).await;
    assert!(began.elapsed() < SOON, "at once, and not with the next sign of life");
    assert_eq!(told.out, 0);
}

#[tokio::test]
async fn a_process_shows_that_it_lives_as_long_as_it_holds_something_and_no_longer() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    let permit = take(&budget, 3).await;
    tokio::time::sleep(SOON).await;
    bucket.asked();
    tokio::time::sleep(2 * BEAT + SOON).await;
    let shown = bucket.asked();
    assert!((2..=3).contains(&shown.len()), "{shown:?}");
    assert!(shown.iter().all(|ask| ask.out == 3 && ask.take == 0), "{shown:?}");
    drop(permit);
    bucket.until(1, |ask| ask.returned == 3).await;
    tokio::time::sleep(SOON).await;
    bucket.asked();
    tokio::time::sleep(BEAT + SOON).await;
    assert_eq!(bucket.asked(), []);
}

#[tokio::test]
async fn one_question_is_asked_at_a_time() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, Duration::from_millis(1));
    let calls: Vec<_> = (0..60).map(|_| asks_later(&budget, 1, Priority::Interactive)).collect();
    for call in calls {
        let permit = call.await.expect("it ends").expect("its turn");
        drop(permit.spend().expect("a token"));
    }
    assert_eq!(bucket.most_open(), 1);
}

/// How things stand when there is nothing to share through.
fn apart(among: u32) -> Standing {
    Standing {
        together: false,
        among,
        since: Some(Instant::now()),
    }
}

#[tokio::test]
async fn who_waits_while_the_bucket_goes_goes_on_with_a_share_that_begins_empty() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, TICK);
    bucket.loses(18.0);
    let waiting = asks_later(&budget, 4, Priority::Interactive);
    bucket.until(1, |ask| ask.take == 4).await;
    bucket.is_away(true);
    bucket.stand(apart(2));
    let began = Instant::now();
    let permit = waiting.await.expect("it ends").expect("its share");
    let waited = began.elapsed();
    // Half of what comes back: four tokens in eight ticks, and two are owed.
    assert!(waited >= 7 * TICK && waited < BEAT + 20 * TICK, "{waited:?}");
    // What is left of a share is not told to a bucket that was not asked for it.
    bucket.is_away(false);
    bucket.asked();
    drop(permit);
    tokio::time::sleep(SOON).await;
    assert_eq!(bucket.asked(), []);
    assert_eq!(budget.most_at_once(), 8);
}

#[tokio::test]
async fn of_tokens_of_before_the_bucket_went_nothing_is_told_to_the_one_that_came() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    let permit = take(&budget, 8).await;
    let (spent, unsent) = (permit.spend().expect("a token"), permit.spend().expect("a token"));
    tokio::time::sleep(SOON).await;
    // It went and came between two looks.
    bucket.stand(Standing {
        together: true,
        among: 1,
        since: Some(Instant::now()),
    });
    assert!(budget.at(Instant::now()).0 < 0.1, "nobody knows what was spent");
    bucket.asked();
    spent.observed(0.0);
    unsent.unsent();
    drop((spent, unsent, permit));
    bucket.until(1, |ask| ask.out == 0).await;
    let told = bucket.asked();
    assert!(
        told.iter().all(|ask| ask.returned == 0 && ask.spent.is_none()),
        "{told:?}"
    );
}

#[tokio::test]
async fn tokens_of_a_bucket_that_went_are_not_added_to_the_share() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, HOUR);
    let permit = take(&budget, 8).await;
    let spent = permit.spend().expect("a token");
    bucket.stand(apart(1));
    assert!(budget.at(Instant::now()).0 < 0.1, "nobody knows what was spent");
    drop((spent, permit));
    assert!(budget.at(Instant::now()).0 < 0.1, "{:?}", budget.at(Instant::now()));
}

#[tokio::test]
async fn a_bucket_that_has_just_come_begins_empty_and_an_old_one_as_it_is() {
    for (age, begins_empty) in [(0, true), (15, true), (17, false), (60, false)] {
        let bucket = Elsewhere::new();
        bucket.stand(Standing {
            together: true,
            among: 1,
            since: Instant::now().checked_sub(Duration::from_secs(age)),
        });
        // One a second: sixteen seconds fill a bucket.
        let budget = budget(&bucket, 1, Duration::from_secs(1));
        let waiting = asks_later(&budget, 1, Priority::Interactive);
        let asked = bucket.until(1, |ask| ask.take == 1).await;
        assert_eq!(asked.begin_empty, begins_empty, "after {age} s");
        waiting.abort();
    }
}

#[tokio::test]
async fn a_bucket_that_comes_to_a_process_that_spent_without_it_begins_empty_once() {
    let bucket = Elsewhere::new();
    bucket.stand(apart(1));
    let budget = budget(&bucket, 1, TICK);
    let _held = take(&budget, 1).await;
    bucket.stand(Standing {
        together: true,
        among: 1,
        since: Some(Instant::now()),
    });
    let waiting = asks_later(&budget, 1, Priority::Interactive);
    let first = bucket.until(1, |ask| ask.take == 1).await;
    assert!(first.begin_empty, "{first:?}");
    let permit = waiting.await.expect("it ends").expect("its turn");
    bucket.asked();
    drop(permit);
    let later = bucket.until(1, |ask| ask.take == 0).await;
    assert!(!later.begin_empty, "{later:?}");
}

#[tokio::test]
async fn a_question_whose_answer_is_lost_leaves_the_bucket_empty() {
    let bucket = Elsewhere::new();
    let budget = budget(&bucket, 1, TICK);
    bucket.is_away(true);
    let waiting = asks_later(&budget, 2, Priority::Interactive);
    bucket.until(1, |ask| ask.take == 2).await;
    bucket.until(1, |ask| ask.begin_empty).await;
    bucket.is_away(false);
    let began = Instant::now();
    waiting.await.expect("it ends").expect("its turn");
    assert!(began.elapsed() > TICK, "what was asked for may have been taken");
}

#[test]
fn each_kind_of_news_is_something_by_itself() {
    assert!(!News::default().is_something());
    let mut spent = News::default();
    spent.must_be_spent(1.0);
    let mut parked = News::default();
    parked.parked(TICK);
    let returned = News {
        returned: 1,
        ..News::default()
    };
    let landed = News {
        landed: true,
        ..News::default()
    };
    for (name, news) in [
        ("spent", spent),
        ("parked", parked),
        ("returned", returned),
        ("landed", landed),
    ] {
        assert!(news.is_something(), "{name}");
    }
}
