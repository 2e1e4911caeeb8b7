//! What the processes tell each other.

use super::*;

/// The next news, with whether there may have been others before.
async fn news(ear: &mut Ear) -> (bool, String) {
    let mut missed = false;
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(5), ear.hear()).await;
        match heard.expect("it is told in time").expect("it goes on") {
            Heard::Missed => missed = true,
            Heard::News(news) => return (missed, news),
        }
    }
}

#[tokio::test]
async fn what_one_tells_all_hear_and_who_was_away_is_told_so() {
    let mut server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let mut ear = other.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
    server.start_again().expect("it starts again");
    until(Duration::from_secs(5), || one.standing().is_up).await;
    let again = async {
        loop {
            one.tell("another").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let heard = tokio::select! {
        heard = news(&mut ear) => heard,
        () = again => unreachable!("it tells for ever"),
    };
    assert_eq!(heard, (true, "another".to_owned()));
}

/// Waits until it hears that there may have been something.
async fn missed(ear: &mut Ear, limit: Duration) {
    let heard = async { while ear.hear().await.expect("it goes on") != Heard::Missed {} };
    tokio::time::timeout(limit, heard).await.expect("it is told in time");
}

#[tokio::test]
async fn who_was_cut_off_tells_all_when_it_comes_back() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    let other = open(&server).await;
    let mut ear = other.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
    gate.shut(true);
    gate.deafen();
    assert!(!one.tell("another").await, "nobody can be told");
    let before = other.generation("order/1").await.expect("Redis answers");
    let heard = tokio::time::timeout(Duration::from_millis(500), ear.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    gate.shut(false);
    missed(&mut ear, Duration::from_secs(8)).await;
    let after = other.generation("order/1").await.expect("Redis answers");
    assert_ne!(before.all, after.all);
    until(Duration::from_secs(2), || one.standing().is_up).await;
    assert!(one.tell("a third").await);
    assert_eq!(news(&mut ear).await, (false, "a third".to_owned()));
}

#[tokio::test]
async fn who_listens_to_a_connection_that_went_deaf_listens_anew() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    let other = open(&server).await;
    let mut ear = one.listen();
    assert_eq!(ear.hear().await, Some(Heard::Missed), "it listens from here on");
    gate.deafen();
    missed(&mut ear, Duration::from_secs(8)).await;
    // The last one to come told of itself as well.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(other.tell("an order changed").await);
    assert_eq!(news(&mut ear).await.1, "an order changed");
}

#[tokio::test]
async fn who_cannot_listen_tries_again() {
    let server = RedisServer::start().expect("Redis starts");
    let gate = Gate::before(&server).await;
    let one = Shared::open(&gate.url()).await.expect("the address is good");
    gate.shut(true);
    let mut ear = one.listen();
    let heard = tokio::time::timeout(Duration::from_millis(300), ear.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    gate.shut(false);
    missed(&mut ear, Duration::from_secs(5)).await;
    assert!(one.tell("an order changed").await);
    assert_eq!(news(&mut ear).await, (false, "an order changed".to_owned()));
}
