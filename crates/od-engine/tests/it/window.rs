//! Whatever waits between the last read and the upload means reading again: the rule that keeps the window, in which
//! another writer's edit would be lost, as small as one round trip. Told by counting calls, not by time.

use od_sim::{Fault, FaultKind, Recorded, SimOptions};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Setup, Shop, mutation_of};

/// The calls about one order, as `GET 200`.
fn calls(shop: &Shop, id: &str) -> Vec<String> {
    let path = format!("/orders/{id}");
    let requests = shop.sim.requests().into_iter().filter(|request| request.path == path);
    requests
        .map(|Recorded { method, status, .. }| format!("{method} {}", status.unwrap_or(0)))
        .collect()
}

#[tokio::test]
async fn an_upload_that_had_to_wait_is_not_sent_on_what_was_read_before() {
    let refused = FaultKind::RateLimited { retry_after: 0.2 };
    let failed = FaultKind::ErrorBeforeCommit {
        status: 503,
        html: false,
    };
    for (kind, status) in [(refused, 429), (failed, 503)] {
        let shop = Shop::open().await;
        let id = shop.order_ids().remove(0);
        shop.sim.inject(Fault::new(kind).on("PUT", "/orders/*").times(2));
        // Another writer's edit falls into the pause: reading again is what saves it.
        let patch = json!({ "customer_id": "other" }).as_object().unwrap().clone();
        let edit = FaultKind::ConcurrentEdit { patch };
        shop.sim.inject(Fault::new(edit).on("GET", &format!("/orders/{id}")));
        shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();

        let calls = calls(&shop, &id);
        let uploads: Vec<usize> = (0..calls.len()).filter(|n| calls[*n].starts_with("PUT")).collect();
        assert_eq!(uploads.len(), 3, "{calls:?}");
        assert_eq!(calls[uploads[0]], format!("PUT {status}"));
        for upload in uploads {
            assert_eq!(calls[upload - 1], "GET 200", "{calls:?}");
        }
        let stored = shop.stored(&id);
        assert_eq!(
            (&stored["customer_id"], &stored["email"]),
            (&json!("other"), &json!("new@example.test"))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_exhausted_budget_is_waited_for_before_the_read_and_not_behind_it() {
    let shop = Shop::open_with(Setup {
        sim: SimOptions::default(),
        ..Setup::default()
    })
    .await;
    // Eight changes take 24 tokens; the bucket has 16 for us and gets 3 a second.
    let ids: Vec<String> = shop.order_ids().into_iter().take(8).collect();
    let mut changes = JoinSet::new();
    for id in &ids {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = mutation_of(id, json!({ "email": "new@example.test" }));
        changes.spawn(async move { engine.orders().mutate(&scope, change).await.map(drop) });
    }
    while let Some(change) = changes.join_next().await {
        change.unwrap().unwrap();
    }
    for id in &ids {
        assert_eq!(calls(&shop, id), ["GET 200", "PUT 200", "GET 200"], "order {id}");
    }
}
