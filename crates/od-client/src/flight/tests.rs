use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::*;

fn answer(number: u32) -> Arc<Map<String, Value>> {
    Arc::new(Map::from_iter([("number".to_owned(), number.into())]))
}

/// Starts read number `number` of `target` in the background; it ends when the returned sender is used.
fn start(flights: &Arc<Flights>, target: &str, number: u32) -> (tokio::task::JoinHandle<Reply>, oneshot::Sender<()>) {
    let (go, wait) = oneshot::channel::<()>();
    let (flights, target) = (Arc::clone(flights), target.to_owned());
    let wait = wait.shared();
    let work = move |_: &CancellationToken| {
        let wait = wait.clone();
        async move {
            wait.await.ok();
            Ok(answer(number))
        }
    };
    (tokio::spawn(async move { flights.join(target, None, work).await }), go)
}

async fn settle() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

#[tokio::test]
async fn the_same_target_is_asked_once() {
    let flights = Arc::new(Flights::default());
    let asked = Arc::new(AtomicU32::new(0));
    let joins = (0..50).map(|_| {
        let asked = Arc::clone(&asked);
        flights.join("orders/1".to_owned(), None, move |_| {
            let asked = Arc::clone(&asked);
            async move {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(answer(1))
            }
        })
    });
    for got in futures_util::future::join_all(joins).await {
        assert_eq!(got, Ok(answer(1)));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(lock(&flights.running).by_target.is_empty());
}

#[tokio::test]
async fn it_survives_the_caller_who_started_it() {
    let flights = Arc::new(Flights::default());
    let (first, go) = start(&flights, "orders/1", 1);
    settle().await;
    let (second, _) = start(&flights, "orders/1", 2);
    settle().await;
    first.abort();
    settle().await;
    go.send(()).expect("still running");
    assert_eq!(second.await.expect("joined"), Ok(answer(1)));
}

#[tokio::test]
async fn different_targets_and_later_reads_are_asked_again() {
    let flights = Arc::new(Flights::default());
    for number in 0..3 {
        let (read, go) = start(&flights, "orders/1", number);
        let (other, go_other) = start(&flights, "orders/2", 10 + number);
        settle().await;
        go.send(()).expect("running");
        go_other.send(()).expect("running");
        assert_eq!(read.await.expect("joined"), Ok(answer(number)));
        assert_eq!(other.await.expect("joined"), Ok(answer(10 + number)));
    }
}

#[tokio::test]
async fn a_read_after_a_write_does_not_join_one_from_before() {
    let flights = Arc::new(Flights::default());
    let (before, go_before) = start(&flights, "orders/1", 1);
    settle().await;
    flights.close();
    let (after, go_after) = start(&flights, "orders/1", 2);
    settle().await;
    go_before.send(()).expect("running");
    assert_eq!(before.await.expect("joined"), Ok(answer(1)));
    let (joining, _) = start(&flights, "orders/1", 3);
    settle().await;
    go_after
        .send(())
        .expect("the earlier read's end must not take the later one off the board");
    assert_eq!(after.await.expect("joined"), Ok(answer(2)));
    assert_eq!(joining.await.expect("joined"), Ok(answer(2)));
}

/// A read that waits in a queue until it is given up, and counts how often that was begun.
fn queued(begun: &Arc<AtomicU32>) -> impl Fn(&CancellationToken) -> BoxFuture<'static, Reply> + Send + use<> {
    let begun = Arc::clone(begun);
    move |all_gone| {
        let (begun, all_gone) = (Arc::clone(&begun), all_gone.clone());
        async move {
            begun.fetch_add(1, Ordering::SeqCst);
            all_gone.cancelled().await;
            Err(Error::Abandoned)
        }
        .boxed()
    }
}

#[tokio::test]
async fn it_is_given_up_when_the_last_of_its_callers_goes() {
    let flights = Arc::new(Flights::default());
    let begun = Arc::default();
    let callers: Vec<CancellationToken> = (0..3).map(|_| CancellationToken::new()).collect();
    let mut reads = Vec::new();
    for wanted in &callers {
        let (flights, wanted, work) = (Arc::clone(&flights), wanted.clone(), queued(&begun));
        reads.push(tokio::spawn(async move {
            flights.join("orders/1".to_owned(), Some(&wanted), work).await
        }));
    }
    settle().await;
    callers[0].cancel();
    reads[1].abort();
    settle().await;
    assert!(!reads[2].is_finished(), "somebody still waits");
    assert_eq!(lock(&flights.running).by_target.len(), 1);
    callers[2].cancel();
    settle().await;
    assert!(lock(&flights.running).by_target.is_empty());
    for read in [reads.remove(0), reads.remove(1)] {
        assert_eq!(read.await.expect("not cancelled"), Err(Error::Abandoned));
    }
    assert_eq!(begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_comes_while_it_is_given_up_has_it_begun_again() {
    let flights = Arc::new(Flights::default());
    let begun = Arc::new(AtomicU32::new(0));
    let gone = CancellationToken::new();
    let first = tokio::spawn({
        let (flights, gone, work) = (Arc::clone(&flights), gone.clone(), queued(&begun));
        async move { flights.join("orders/1".to_owned(), Some(&gone), work).await }
    });
    settle().await;
    // Without a pause in between: the work has not been told yet.
    gone.cancel();
    lock(&flights.running).by_target["orders/1"].callers.all_gone.cancel();
    let work = |_: &CancellationToken| async { Ok(answer(2)) };
    let second = flights
        .join("orders/1".to_owned(), Some(&CancellationToken::new()), work)
        .await;
    assert_eq!(second, Ok(answer(2)));
    assert_eq!(first.await.expect("not cancelled"), Err(Error::Abandoned));
}
