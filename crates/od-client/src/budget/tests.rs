use super::permit::Spent;
use super::*;

/// A bucket of 10, all used, that refills every `tick`.
const TICK: Duration = Duration::from_millis(20);

fn budget() -> Arc<Budget> {
    let refill = 1.0 / TICK.as_secs_f64();
    Arc::new(Budget::new(
        Limits::new(10, refill, 1.0).expect("limits"),
        None,
        Instant::now(),
    ))
}

/// A bucket of 10 that refills once an hour: nothing comes back while a test runs.
fn slow() -> Arc<Budget> {
    let limits = Limits::new(10, 1.0 / HOUR.as_secs_f64(), 1.0).expect("limits");
    Arc::new(Budget::new(limits, None, Instant::now()))
}

const HOUR: Duration = Duration::from_hours(1);

/// The wait that a refusal tells, in whole hours, which a little of the first has passed of.
fn hours(refused: Result<Permit, Error>) -> u64 {
    match refused {
        Err(Error::Busy {
            retry_after,
            cause: BusyCause::Budget,
        }) => (retry_after + Duration::from_mins(1)).as_secs() / HOUR.as_secs(),
        other => panic!("{other:?}"),
    }
}

fn minute() -> Duration {
    Duration::from_mins(1)
}

fn tokens(budget: &Budget) -> u32 {
    let mut inner = lock(&budget.inner);
    inner.state.advance(Instant::now());
    (0..=10)
        .rev()
        .find(|wanted| inner.state.wait_for(*wanted) == Duration::ZERO)
        .expect("0 is always there")
}

/// Takes and spends everything there is.
async fn drain(budget: &Arc<Budget>) {
    let permit = budget
        .reserve(10, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    while permit.remaining() > 0 {
        permit.spend().expect("a token");
    }
}

#[tokio::test]
async fn a_reservation_is_all_or_nothing_and_what_is_left_comes_back() {
    let budget = budget();
    let permit = budget
        .reserve(6, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    assert_eq!(tokens(&budget), 4);
    drop(permit.spend().expect("a token"));
    assert_eq!(permit.remaining(), 5);
    let clone = permit.clone();
    drop(permit);
    assert!(tokens(&budget) <= 5, "the clone still holds five");
    drop(clone);
    assert!(tokens(&budget) >= 9);
}

#[tokio::test]
async fn a_spent_permit_pays_for_nothing() {
    let budget = budget();
    let permit = budget
        .reserve(1, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    permit.spend().expect("a token");
    assert!(matches!(
        permit.spend(),
        Err(Error::Busy {
            cause: BusyCause::Budget,
            ..
        })
    ));
}

#[tokio::test]
async fn what_can_never_be_served_is_an_error_of_the_caller() {
    assert_eq!(budget().most_at_once(), 10);
    let refused = budget().reserve(11, Priority::Interactive, minute()).await;
    assert!(matches!(refused, Err(Error::InvalidArgument(_))), "{refused:?}");
}

#[tokio::test]
async fn a_wait_that_would_be_too_long_is_refused_at_once() {
    let budget = budget();
    drain(&budget).await;
    let started = Instant::now();
    let refused = budget.reserve(10, Priority::Interactive, 3 * TICK).await;
    assert!(started.elapsed() < 3 * TICK, "decided up front");
    let Err(Error::Busy {
        retry_after,
        cause: BusyCause::Budget,
    }) = refused
    else {
        panic!("{refused:?}")
    };
    assert!(retry_after > 3 * TICK && retry_after <= 10 * TICK, "{retry_after:?}");
}

#[tokio::test]
async fn a_refusal_tells_when_those_ahead_have_been_served_and_counts_nobody_behind() {
    let budget = slow();
    drain(&budget).await;
    let wait = |tokens, priority| {
        let budget = Arc::clone(&budget);
        tokio::spawn(async move { budget.reserve(tokens, priority, 100 * HOUR).await })
    };
    let waiting = [wait(4, Priority::Interactive), wait(3, Priority::Bulk)];
    tokio::task::yield_now().await;
    let ask = |tokens, priority| budget.reserve(tokens, priority, HOUR / 2);
    assert_eq!(hours(ask(1, Priority::Interactive).await), 5);
    assert_eq!(hours(ask(2, Priority::Interactive).await), 6);
    assert_eq!(hours(ask(1, Priority::Bulk).await), 8);
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn interactive_before_bulk_and_first_come_first_served() {
    let budget = budget();
    drain(&budget).await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut calls = Vec::new();
    let order = [
        ("bulk 1", Priority::Bulk),
        ("bulk 2", Priority::Bulk),
        ("person 1", Priority::Interactive),
        ("person 2", Priority::Interactive),
    ];
    for (name, priority) in order {
        let (budget, served) = (Arc::clone(&budget), Arc::clone(&served));
        calls.push(tokio::spawn(async move {
            let permit = budget.reserve(1, priority, minute()).await.expect("its turn");
            lock(&served).push(name);
            permit.spend().expect("a token");
        }));
        tokio::task::yield_now().await;
    }
    for call in calls {
        call.await.expect("served");
    }
    assert_eq!(*lock(&served), ["person 1", "person 2", "bulk 1", "bulk 2"]);
}

#[tokio::test]
async fn bulk_that_urgent_calls_overtake_gives_up_in_time() {
    let budget = budget();
    drain(&budget).await;
    let crowd = Arc::clone(&budget);
    let bulk = budget.reserve(5, Priority::Bulk, 10 * TICK);
    let crowd = tokio::spawn(async move {
        loop {
            let permit = crowd
                .reserve(1, Priority::Interactive, minute())
                .await
                .expect("its turn");
            permit.spend().expect("a token");
        }
    });
    let started = Instant::now();
    let refused = bulk.await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    assert!(started.elapsed() >= 9 * TICK);
    crowd.abort();
}

#[tokio::test]
async fn a_caller_who_leaves_the_queue_blocks_nobody() {
    let budget = budget();
    drain(&budget).await;
    let greedy = Arc::clone(&budget);
    let greedy = tokio::spawn(async move { greedy.reserve(10, Priority::Interactive, minute()).await });
    tokio::task::yield_now().await;
    let next = Arc::clone(&budget);
    let next = tokio::spawn(async move { next.reserve(1, Priority::Interactive, minute()).await });
    tokio::task::yield_now().await;
    greedy.abort();
    let started = Instant::now();
    next.await.expect("not cancelled").expect("its turn");
    assert!(
        started.elapsed() < 8 * TICK,
        "without waiting for the ten tokens of the one who left"
    );
    assert!(lock(&budget.inner).queue.is_empty());
}

#[tokio::test]
async fn a_token_that_was_never_used_comes_back() {
    let budget = budget();
    let permit = budget
        .reserve(1, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    let spent = permit.spend().expect("a token");
    spent.unsent();
    drop(spent);
    assert_eq!(tokens(&budget), 10);
}

#[tokio::test]
async fn a_request_holds_its_token_until_it_has_ended() {
    let budget = budget();
    let permit = budget
        .reserve(1, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    let spent = permit.spend().expect("a token");
    let later = |hours| Instant::now() + hours * HOUR;
    assert!(!budget.is_full(later(1)));
    drop(spent);
    assert!(budget.is_full(later(2)));
}

#[tokio::test]
async fn a_permit_belongs_to_the_budget_that_gave_it() {
    let (budget, other) = (budget(), budget());
    let permit = budget
        .reserve(1, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    assert!(permit.belongs_to(&budget));
    assert!(!permit.belongs_to(&other));
}

#[tokio::test]
async fn what_a_reply_says_is_left_is_believed() {
    let budget = slow();
    let permit = budget
        .reserve(1, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    permit.spend().expect("a token").observed(3.0);
    assert_eq!(tokens(&budget), 4, "a header of 3 is less than 4 tokens");
}

#[tokio::test]
async fn a_refusal_by_order_desk_holds_back_those_who_come_and_those_who_wait() {
    let budget = budget();
    let permit = budget
        .reserve(10, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    let waiting = Arc::clone(&budget);
    let waiting = tokio::spawn(async move { waiting.reserve(1, Priority::Interactive, 4 * TICK).await });
    tokio::task::yield_now().await;
    permit.spend().expect("a token").refused(4 * HOUR);
    assert_eq!(hours(budget.reserve(1, Priority::Bulk, HOUR).await), 4);
    assert_eq!(hours(waiting.await.expect("not cancelled")), 4);
}

#[tokio::test]
async fn what_was_in_flight_for_long_is_not_refilled_when_it_lands() {
    let budget = budget();
    let permit = budget
        .reserve(10, Priority::Interactive, Duration::ZERO)
        .await
        .expect("a full bucket");
    let in_flight: Vec<Spent> = (0..10).map(|_| permit.spend().expect("a token")).collect();
    // Order Desk may have counted them all a moment ago; nobody asks for anything meanwhile.
    tokio::time::sleep(20 * TICK).await;
    drop(in_flight);
    assert!(tokens(&budget) <= 2, "{} are there", tokens(&budget));
}

#[derive(Debug)]
struct Eight;

impl Sharing for Eight {
    fn standing(&self) -> Standing {
        Standing {
            together: false,
            among: 8,
            since: None,
        }
    }

    fn ask(
        &self,
        _: Arc<str>,
        _: crate::sharing::Bucket,
        _: crate::sharing::Ask,
    ) -> std::pin::Pin<Box<dyn Future<Output = Option<crate::sharing::Told>> + Send>> {
        Box::pin(std::future::ready(None))
    }
}

#[tokio::test]
async fn a_change_that_is_more_than_a_share_waits_until_it_was_saved_up() {
    let with: Arc<dyn Sharing> = Arc::new(Eight);
    let limits = Limits::new(10, 8.0 / TICK.as_secs_f64(), 1.0).expect("limits");
    let budget = Arc::new(Budget::new(limits, Some(("shop", &with)), Instant::now()));
    assert_eq!(budget.most_at_once(), 1);
    let began = Instant::now();
    let permit = budget
        .reserve(4, Priority::Interactive, minute())
        .await
        .expect("saved up");
    assert!(began.elapsed() >= 2 * TICK, "three of them were missing");
    assert_eq!(permit.remaining(), 4);
    drop(permit);
    assert!(
        budget.at(Instant::now()).0 <= 1.0,
        "what was not needed is no more than a share"
    );
}
