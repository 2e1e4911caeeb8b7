//! What goes away for a while, and what must not go with it.

use std::time::{Duration, Instant};

use od_engine::insight::Queue;
use od_engine::webhooks::News;
use serde_json::json;

use super::{Service, Wanted};
use crate::support::scope;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_ends_no_subscription_and_is_told_as_something_that_passes() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(mut service) = Service::open(wanted).await else {
        return;
    };
    let listener = scope(&service.identities[0]);
    let mut changes = service.engines[0].webhooks().changes(listener);
    // Until its credential has to be looked up again.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let Service {
        postgres,
        engines,
        identities,
        ..
    } = &mut service;
    drop(postgres.take());
    let began = Instant::now();
    let listed = engines[0].stores().list(&scope(&identities[0])).await;
    let refused = listed.expect_err("the database is away");
    assert_eq!(
        (refused.code(), refused.retryable()),
        ("UPSTREAM_BUSY", true),
        "{refused}"
    );
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());

    service.redis.as_mut().unwrap().start_again().unwrap();
    let news = tokio::time::timeout(Duration::from_secs(10), changes.next()).await;
    assert_eq!(news.expect("it is told"), Some(News::Missed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_orders_is_asked_about_again_while_nobody_would_tell_that_it_changed() {
    let Some(mut service) = Service::open(Wanted::default()).await else {
        return;
    };
    let ask = async |service: &Service| {
        service.sim.clear_requests();
        let queue: Queue = serde_json::from_value(json!({})).unwrap();
        let insight = service.engines[0].insight();
        insight.queue(&scope(&service.identities[0]), queue).await.unwrap();
        let lists = service
            .sim
            .requests()
            .into_iter()
            .filter(|request| request.path == "/orders");
        lists.count()
    };
    assert!(ask(&service).await > 0, "it is filled");
    assert!(ask(&service).await > 0, "others may have written meanwhile");
    for gone in service.engines.drain(1..) {
        assert!(gone.shutdown(Duration::from_secs(5)).await);
    }
    service.counted(1).await;
    ask(&service).await;
    assert_eq!(ask(&service).await, 0, "there are no others");
}

/// It may have changed something and have been unable to say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_is_read_anew_when_a_process_is_gone_and_listeners_are_told() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(mut service) = Service::open(wanted).await else {
        return;
    };
    let id = service.ids[0].clone();
    service.notes(0, &id).await.unwrap();
    assert!(service.notes(1, &id).await.unwrap().1);
    let mut changes = service.engines[0].webhooks().changes(scope(&service.identities[0]));
    let gone = service.engines.pop().unwrap();
    assert!(gone.shutdown(Duration::from_secs(5)).await);
    service.counted(2).await;
    assert!(!service.notes(1, &id).await.unwrap().1, "it was given what was before");
    let news = tokio::time::timeout(Duration::from_secs(5), changes.next()).await;
    assert_eq!(news.expect("it is told"), Some(News::Missed));
}
