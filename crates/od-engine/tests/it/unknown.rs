//! What was before a change whose outcome nobody knows is kept as well.

use std::time::Duration;

use od_engine::orders::{CreateHistory, DeleteOrder};
use od_engine::{Engine, Error, Outcome, Scope};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::differences::{call, entry, input};
use crate::support::{Setup, Shop, mutation_of};

/// What is kept of a change whose outcome is not known, as `{"records": [..]}`, when requests of this method and path are
/// lost and, for an upload, nothing can be read afterwards.
async fn unknown<F>(
    (tool, method, path): (&str, &'static str, &'static str),
    work: impl FnOnce(Engine, Scope, Vec<String>) -> F,
) -> Value
where
    F: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
{
    let setup = Setup {
        timeout: Duration::from_millis(300),
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let ids = shop.order_ids();
    let is_upload = method == "PUT";
    let lost = if is_upload {
        FaultKind::DropAfterCommit
    } else {
        FaultKind::DropBeforeCommit
    };
    shop.sim.inject(Fault::new(lost).on(method, path));
    if is_upload {
        let (status, html) = (401, false);
        let refused = Fault::new(FaultKind::ErrorBeforeCommit { status, html });
        shop.sim.inject(refused.on("GET", path).after(1).times(0));
    }
    let (request, outcome) = call(&shop.engine, &shop.identity, (tool, json!({})), |engine, scope| {
        work(engine, scope, ids)
    })
    .await;
    assert_eq!(outcome.unwrap_err().code(), "UNCERTAIN_OUTCOME", "{tool}");
    let found = entry(&shop.engine, &request).await;
    assert!(found.entry.has_difference, "{tool}");
    let opened = found.open(&shop.identity).unwrap().expect("it is kept");
    assert!(opened.records.iter().all(|record| record.is_uncertain), "{tool}");
    shop.engine.shutdown(Duration::from_secs(5)).await;
    json!(opened.records)
}

#[tokio::test]
async fn what_was_before_a_change_of_unknown_outcome_is_kept() {
    let kept = unknown(
        ("orders.delete", "DELETE", "/orders/*"),
        async move |engine, scope, ids| {
            let delete = DeleteOrder {
                store: None,
                order_id: ids[0].clone(),
                confirm: true,
                dry_run: false,
            };
            engine.orders().delete(&scope, delete).await
        },
    );
    assert!(kept.await[0]["changes"][0]["before"]["email"].is_string());

    let kept = unknown(
        ("orders.mutate_full", "PUT", "/orders/*"),
        async move |engine, scope, ids| {
            let change = mutation_of(&ids[0], json!({ "email": "new@example.test" }));
            engine.orders().mutate(&scope, change).await
        },
    );
    let kept = kept.await;
    assert_eq!(kept[0]["changes"][0]["path"], "/email");
    assert!(kept[0]["changes"][0]["before"].is_string());

    let kept = unknown(("orders.create", "POST", "/orders"), async move |engine, scope, _| {
        let order = json!({ "order": { "email": "made@example.test", "shipping": { "last_name": "Quince" },
            "order_items": [{ "name": "Mug", "quantity": 1, "price": 5 }] } });
        engine.orders().create(&scope, input(&order)).await
    });
    assert_eq!(kept.await[0]["changes"][0]["after"]["email"], "made@example.test");

    let history = ("orders.create_history", "POST", "/orders/*/order-history");
    let kept = unknown(history, async move |engine, scope, ids| {
        let entry = CreateHistory {
            store: None,
            order_id: ids[0].clone(),
            message: "Called back".to_owned(),
            dry_run: false,
        };
        engine.orders().create_history(&scope, entry).await
    });
    assert_eq!(kept.await[0]["changes"][0]["after"]["note"], "Called back");

    let items = ("order_items.create", "POST", "/orders/*/order-items");
    let kept = unknown(items, async move |engine, scope, ids| {
        let line = json!({ "order_id": ids[3], "item": { "name": "Spoon", "quantity": 2, "price": 1 } });
        engine.order_items().create(&scope, input(&line)).await
    });
    assert_eq!(kept.await[0]["changes"][0]["after"]["name"], "Spoon");

    let product = ("products.create", "POST", "/inventory-items");
    let kept = unknown(product, async move |engine, scope, _| {
        let product = json!({ "product": { "name": "Kettle", "code": "KET-1", "stock": 4 } });
        engine.products().create(&scope, input(&product)).await
    });
    assert_eq!(kept.await[0]["changes"][0]["after"]["name"], "Kettle");
}
