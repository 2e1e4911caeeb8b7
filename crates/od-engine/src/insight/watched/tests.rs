use std::time::Duration;

use super::{Watched, Watches};
use crate::error::Error;

#[test]
fn one_at_a_time_brings_it_up_to_date_and_not_too_often() {
    let watched = Watched::new();
    assert!(watched.begin(false), "nothing is known yet");
    assert!(!watched.begin(true), "somebody is at it");
    watched.end(None);
    assert!(watched.begin(false), "it was not read to its end");
    watched.end(Some(Error::Internal("the store answers nothing")));
    let glance = watched.glance();
    assert!(!glance.is_reading && glance.failure.is_some(), "{glance:?}");
    assert!(!watched.begin(false), "what failed is not tried again at once");
    assert!(watched.begin(true), "but by whoever asks for it");
}

#[tokio::test]
async fn who_looks_waits_for_the_end_and_who_leaves_is_missed() {
    let watched = Watches::default().of("row");
    assert!(watched.begin(false));
    let moment = Duration::from_millis(50);
    let waiting = tokio::time::timeout(moment, watched.ended());
    assert!(waiting.await.is_err(), "it has not ended");
    watched.end(None);
    watched.ended().await;
    let left = tokio::time::timeout(moment, watched.left());
    assert!(left.await.is_err(), "somebody looked just now");
}
