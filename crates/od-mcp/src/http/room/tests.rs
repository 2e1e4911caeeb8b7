use std::time::Duration;

use axum::body::Body;

use super::{READING, Room, SMALL_BODY, WORKING, permits};

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
    drop(room.turn("c"));
    assert_eq!(
        room.turns.lock().expect("no panic").len(),
        1,
        "nobody is remembered who waits for nothing"
    );
}

#[tokio::test]
async fn work_is_estimated_from_bytes_and_values_and_given_back() {
    let room = room();
    let mut little = room.read(Body::from("[0]"), Some(3), "a", TIME).await.expect("small");
    let work = room.work(&mut little, 2).await.expect("small");
    assert!(work.estimate.is_none() && work.parsing.is_none());

    let mut text = room.read(large(), None, "a", TIME).await.expect("room for it");
    let work = room.work(&mut text, 60_000).await.expect("room for it");
    let left = room.working.available_permits();
    assert!(left < permits(WORKING) as usize * 2 / 3, "{left}");
    assert_eq!(room.parsing.available_permits(), 0);
    assert!(room.read(large(), None, "a", TIME).await.is_err(), "not parsed yet");
    drop(work.parsing);
    assert_eq!(room.parsing.available_permits(), 1);
    let mut next = room
        .read(large(), None, "a", TIME)
        .await
        .expect("the bytes were given back");
    let refused = room.work(&mut next, 120_000).await.is_err();
    assert!(refused, "what the first was made into is still there");
    drop(work.estimate);
    assert_eq!(room.working.available_permits(), permits(WORKING) as usize);
}

#[tokio::test]
async fn whatever_the_operator_allows_fits_alone() {
    let most = 64 * 1024 * 1024;
    let room = Room::new(most);
    let mut text = room
        .read(Body::from(vec![b' '; SMALL_BODY + 1]), Some(most), "a", TIME)
        .await
        .expect("all of the room");
    assert!(room.work(&mut text, most).await.is_ok());
}
