use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures_util::StreamExt;
use od_engine::RequestId;

use super::{READING, Refusal, Room, SMALL_BODY, STEP, WORKING, Work, permits};

const MOST: usize = 4 * 1024 * 1024;
const TIME: Duration = Duration::from_secs(30);

fn room() -> Room {
    Room::with(MOST, READING, WORKING, Duration::from_millis(50))
}

fn large() -> Body {
    Body::from(vec![b' '; SMALL_BODY + 1])
}

#[tokio::test]
async fn small_bodies_need_no_room_and_large_ones_are_refused_without_it() {
    let room = room();
    let all = room
        .reading
        .all
        .clone()
        .acquire_many_owned(permits(READING))
        .await
        .expect("open");
    let small = Body::from(vec![b' '; SMALL_BODY]);
    assert!(room.read(small, Some(SMALL_BODY), "a", TIME).await.is_ok());
    for declared in [Some(SMALL_BODY + 1), None] {
        assert!(room.read(large(), declared, "a", TIME).await.is_err(), "{declared:?}");
    }
    drop(all);
    for declared in [Some(SMALL_BODY + 1), None] {
        assert!(room.read(large(), declared, "a", TIME).await.is_ok(), "{declared:?}");
    }
}

#[tokio::test]
async fn one_tenant_has_one_large_body_on_its_way() {
    let room = room();
    let first = room.read(large(), None, "a", TIME).await.expect("room for it");
    assert!(
        room.read(large(), None, "a", TIME).await.is_err(),
        "the first is not parsed yet"
    );
    let other = room.read(large(), None, "b", TIME).await;
    assert!(other.is_ok(), "another tenant has a turn of its own");
    drop(first);
    assert!(room.read(large(), None, "a", TIME).await.is_ok());
    drop(other);
    drop(room.tenant("c"));
    assert_eq!(
        room.tenants.lock().expect("no panic").len(),
        1,
        "nobody is remembered who waits for nothing"
    );
}

#[tokio::test]
async fn work_is_estimated_from_bytes_and_values_and_given_back() {
    let room = room();
    let mut little = room.read(Body::from("[0]"), Some(3), "a", TIME).await.expect("small");
    let work = room.work(&mut little, 2, "a").await.expect("small");
    assert!(work.estimate.is_none() && work.parsing.is_none());

    let mut text = room.read(large(), None, "a", TIME).await.expect("room for it");
    let work = room.work(&mut text, 60_000, "a").await.expect("room for it");
    let left = room.working.all.available_permits();
    assert_eq!(left, permits(WORKING) as usize / 2, "it counts as half at most");
    assert_eq!(room.parsing.available_permits(), 0);
    assert!(room.read(large(), None, "a", TIME).await.is_err(), "not parsed yet");
    drop(work.parsing);
    assert_eq!(room.parsing.available_permits(), 1);
    let mut next = room
        .read(large(), None, "a", TIME)
        .await
        .expect("the bytes were given back");
    let refused = room.work(&mut next, 1, "a").await.is_err();
    assert!(refused, "what the first was made into is still there");
    drop(work.estimate);
    assert_eq!(room.working.all.available_permits(), permits(WORKING) as usize);
}

#[tokio::test]
async fn whatever_the_operator_allows_fits_alone() {
    let most = 64 * 1024 * 1024;
    let room = Room::new(most);
    let read = |tenant: &'static str| room.read(large(), Some(most), tenant, TIME);
    let mut text = read("a").await.expect("half of the room");
    let mut other = read("b").await.expect("the other half");
    let mut work = room.work(&mut text, most, "a").await.expect("half of the room");
    drop(work.parsing.take());
    assert!(
        room.work(&mut other, most, "b").await.is_ok(),
        "another's fits beside it"
    );
}

/// A small body of many values, as `{"_meta":{"x":[0,0,..]}}`.
async fn of_many_values(room: &Room, tenant: &str) -> Result<Work, Refusal> {
    let body = Body::from(vec![b' '; SMALL_BODY]);
    let mut text = room.read(body, Some(SMALL_BODY), tenant, TIME).await?;
    room.work(&mut text, 31_000, tenant).await
}

#[tokio::test]
async fn a_tenants_large_messages_wait_for_each_other_and_not_in_front_of_others() {
    let room = room();
    // More than its share, so that it is alone.
    let mut first = of_many_values(&room, "a").await.expect("room for it");
    drop(first.parsing.take());
    assert!(of_many_values(&room, "a").await.is_err(), "its share is taken");
    let mut waiting: Vec<_> = (0..20).map(|_| Box::pin(of_many_values(&room, "a"))).collect();
    for message in &mut waiting {
        assert!(futures_util::poll!(message).is_pending());
    }
    let mut other = of_many_values(&room, "b").await.expect("a share of its own");
    drop(other.parsing.take());
    assert!(room.read(large(), None, "b", TIME).await.is_ok());
    drop(first);
    assert!(waiting.swap_remove(0).await.is_ok(), "its turn has come");
}

/// A message of so many values that is all but nothing as text.
async fn of_values(room: &Room, values: usize, tenant: &str) -> Result<Work, Refusal> {
    let mut text = room.read(Body::from("[]"), Some(2), tenant, TIME).await?;
    room.work(&mut text, values, tenant).await
}

#[tokio::test]
async fn a_tenant_has_one_turn_to_parse() {
    let room = room();
    let parser = room.parsing.clone().acquire_owned().await.expect("open");
    let mut hammered: Vec<_> = (0..20).map(|_| Box::pin(of_values(&room, 400, "a"))).collect();
    for message in &mut hammered {
        assert!(futures_util::poll!(message).is_pending());
    }
    let mut other = Box::pin(of_values(&room, 400, "b"));
    assert!(futures_util::poll!(&mut other).is_pending());
    drop(parser);
    let first = hammered.swap_remove(0).await.expect("the first in the queue");
    drop(first);
    let other = futures_util::poll!(&mut other);
    assert!(
        matches!(other, Poll::Ready(Ok(_))),
        "second, before the others of the first"
    );
}

#[tokio::test]
async fn a_tenant_takes_a_quarter_of_what_is_worked_on() {
    let room = room();
    let mut kept = Vec::new();
    // A megabyte and a half each.
    let refused = loop {
        match of_values(&room, 2048, "a").await {
            Ok(work) => kept.push(work.estimate),
            Err(refusal) => break refusal,
        }
    };
    let status = refused.respond(RequestId::generate()).status();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(kept.len(), 10, "of 16 MB");
    let left = room.working.all.available_permits();
    assert!(left >= permits(WORKING) as usize * 3 / 4, "{left}");
    let small = of_values(&room, 10, "a").await;
    assert!(small.is_ok(), "small messages wait for nothing");
}

/// A body that says it is as large as may be, brings this much and then nothing.
fn stalled(bytes: usize) -> Body {
    let begun = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(vec![b' '; bytes]))]);
    Body::from_stream(begun.chain(futures_util::stream::pending()))
}

#[tokio::test]
async fn who_sends_slowly_keeps_nobody_out() {
    let room = Room {
        pace: Duration::from_millis(300),
        ..room()
    };
    let tenants: Vec<_> = (0..40).map(|n| n.to_string()).collect();
    let mut slow: Vec<_> = tenants
        .iter()
        .map(|tenant| Box::pin(room.read(stalled(SMALL_BODY + 1), Some(MOST), tenant, TIME)))
        .collect();
    for body in &mut slow {
        assert!(futures_util::poll!(body).is_pending());
    }
    let left = room.reading.all.available_permits();
    assert_eq!(
        left,
        permits(READING - 40 * STEP) as usize,
        "what did not arrive takes nothing"
    );
    let whole = Body::from(vec![b' '; MOST]);
    let read = room.read(whole, Some(MOST), "b", TIME).await.expect("room for it");
    let held = read
        .held
        .as_ref()
        .and_then(|held| held.bytes.as_ref())
        .expect("a large one");
    assert!(held.num_permits() * 1024 >= MOST - SMALL_BODY);
    for body in slow {
        let Err(refusal) = body.await else {
            panic!("it never came")
        };
        let status = refusal.respond(RequestId::generate()).status();
        assert_eq!(
            status,
            StatusCode::REQUEST_TIMEOUT,
            "long before the time of the whole body"
        );
    }
}
