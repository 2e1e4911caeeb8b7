//! What Order Desk posts to one of several processes.

use std::time::{Duration, Instant};

use od_engine::webhooks::{Accepted, Format, Post};
use od_engine::{ClientInfo, RequestId};
use od_sim::PostFormat;

use super::{Service, Wanted};
use crate::support::scope;

/// The other processes notice after some three seconds that they cannot be told any more. Who sends a post did not write anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_post_is_answered_at_once_when_redis_was_just_lost() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(mut service) = Service::open(wanted).await else {
        return;
    };
    let store = service.sim.stores()[0].store_id.clone();
    let (engine, scope) = (&service.engines[1], scope(&service.identities[1]));
    let webhook = engine.webhooks().enable(&scope, &store).await.unwrap().data;
    let token = webhook.address.unwrap().rsplit('/').next().unwrap().to_owned();
    let written = |order: &str| {
        let post = od_sim::Post {
            format: PostFormat::Json,
            ..od_sim::Post::to("http://127.0.0.1:9/")
        };
        service.sim.written(&store, order, &post).unwrap()
    };
    let sends = async |written: &od_sim::Written| {
        let address = engine.webhooks().find(token.clone(), None).await.unwrap();
        let post = Post {
            format: Format::Json,
            body: &written.body,
            store_id: None,
            hash: Some(&written.hash),
            request_id: RequestId::generate(),
            client: ClientInfo::default(),
        };
        engine.webhooks().accept(&address, post).await
    };
    let [first, second] = [0, 1].map(|order| written(&service.ids[order]));
    assert_eq!(sends(&first).await.unwrap(), Accepted::New);
    service.redis.take().unwrap().stop();
    let began = Instant::now();
    assert_eq!(sends(&second).await.unwrap(), Accepted::New);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    // What follows is done, and then noted.
    let noted = async {
        while sends(&second).await.unwrap() != Accepted::Duplicate {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), noted).await.unwrap();
}
