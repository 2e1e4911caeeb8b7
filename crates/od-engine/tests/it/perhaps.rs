//! What is kept sealed of changes that nobody knows the outcome of: each record by itself, and each caller's own. And that
//! nothing that is sent beside a change takes away what was before it.

use std::time::Duration;

use od_engine::audit::Difference;
use od_engine::orders::{Destination, MoveOrders, MutateOrder};
use od_engine::products::UpdateProducts;
use od_engine::shipments::CreateShipments;
use od_engine::{Engine, Error, Outcome, Scope};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::differences::call;
use crate::products::{all, id};
use crate::support::{Setup, Shop, mutation_of, ops_of};

async fn impatient() -> Shop {
    let timeout = Duration::from_millis(300);
    Shop::open_with(Setup {
        timeout,
        ..Setup::default()
    })
    .await
}

fn refused() -> Fault {
    let (status, html) = (401, false);
    Fault::new(FaultKind::ErrorBeforeCommit { status, html })
}

/// What a call came to, by its code, and what is kept of it.
async fn kept<F>(
    shop: &Shop,
    (tool, parameters): (&str, Value),
    work: impl FnOnce(Engine, Scope) -> F,
) -> (&'static str, Option<Difference>)
where
    F: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
{
    let (request, outcome) = call(&shop.engine, &shop.identity, (tool, parameters), work).await;
    let found = shop.engine.audit_log().find(&request).await.unwrap().remove(0);
    let opened = found.open(&shop.identity).unwrap();
    (outcome.map_or_else(|error| error.code(), |_| "success"), opened)
}

/// The ids of the records that are kept, and whether each is uncertain.
fn told(kept: &Difference) -> Vec<(&str, bool)> {
    let id = |record: &od_engine::Altered| record.is_uncertain;
    let records = kept.records.iter();
    records
        .map(|record| {
            let of = record.order_id.as_deref().or(record.id.as_deref());
            (of.unwrap_or_default(), id(record))
        })
        .collect()
}

#[tokio::test]
async fn of_a_batch_of_products_the_rows_that_nobody_knows_of_are_kept() {
    // The answer is lost. Then one of the items, or none, can be read.
    for (pass, code, certain) in [(3, "success", [false, true]), (2, "UNCERTAIN_OUTCOME", [true, true])] {
        let shop = impatient().await;
        let items = all(&shop).await;
        let ids: Vec<String> = items[..2].iter().map(id).collect();
        let lost = Fault::new(FaultKind::DropAfterCommit).on("PUT", "/batch-inventory-items");
        shop.sim.inject(lost);
        shop.sim.inject(refused().on("GET", "/inventory-items").times(0));
        shop.sim
            .inject(refused().on("GET", "/inventory-items/*").after(pass).times(0));
        let rows = json!({ "products": [{ "id": ids[0], "stock": 1000 }, { "id": ids[1], "stock": 1001 }] });
        let input: UpdateProducts = serde_json::from_value(rows.clone()).unwrap();
        let (ended, kept) = kept(&shop, ("products.batch_update", rows), async move |engine, scope| {
            engine.products().batch_update(&scope, input).await
        })
        .await;
        assert_eq!(ended, code);
        let kept = kept.expect("it is kept");
        assert_eq!(told(&kept), [(&*ids[0], certain[0]), (&*ids[1], certain[1])]);
        for (record, item) in kept.records.iter().zip(&items) {
            let change = &record.changes[0];
            assert_eq!((&*change.path, change.before.as_ref()), ("/stock", item.get("stock")));
        }
    }
}

#[tokio::test]
async fn of_a_move_the_orders_that_may_still_move_are_kept() {
    let shop = impatient().await;
    let folders = shop.engine.stores().folders(&shop.scope(), None, false).await.unwrap();
    let closed = folders.data.iter().find(|folder| folder.name == "Closed").unwrap();
    let target: u64 = closed.id.parse().unwrap();
    let mut ids = shop.order_ids();
    ids.retain(|id| shop.stored(id)["folder_id"] != target);
    let to = |ids: &[String]| MoveOrders {
        store: None,
        order_ids: ids.to_vec(),
        destination: Destination::Id(target),
        dry_run: false,
        confirmed: true,
    };
    let moving = async |ids: &[String]| {
        let lost = Fault::new(FaultKind::DropBeforeCommit).on("POST", "/move-orders");
        shop.sim.inject(lost);
        let input = to(ids);
        let call = ("orders.move_folder", json!({ "order_ids": ids }));
        kept(&shop, call, async move |engine, scope| {
            engine.orders().move_folder(&scope, input).await
        })
        .await
    };
    let (ended, kept) = moving(&ids[..2]).await;
    assert_eq!(ended, "UNCERTAIN_OUTCOME");
    let kept = kept.expect("it is kept");
    assert_eq!(told(&kept), [(&*ids[0], true), (&*ids[1], true)]);
    let before = shop.stored(&ids[1])["folder_id"].clone();
    assert_eq!(kept.records[1].changes[0].before, Some(before));

    // One is there already: the call succeeds, and the other one may still move.
    let first = to(&ids[..1]);
    shop.engine.orders().move_folder(&shop.scope(), first).await.unwrap();
    let (ended, kept) = moving(&ids[..2]).await;
    assert_eq!(ended, "success");
    assert_eq!(told(&kept.expect("it is kept")), [(&*ids[1], true)]);

    // A move that follows other changes.
    let lost = Fault::new(FaultKind::DropBeforeCommit).on("POST", "/move-orders");
    shop.sim.inject(lost);
    let ops = json!([{ "op": "set_fields", "fields": { "email": "new@example.test" } },
        { "op": "move_folder", "destination_folder_id": target }]);
    let change = MutateOrder {
        confirmed: true,
        ..ops_of(&ids[1], ops)
    };
    let call = ("orders.mutate_full", json!({ "order_id": ids[1] }));
    let (ended, kept) = self::kept(&shop, call, async move |engine, scope| {
        engine.orders().mutate(&scope, change).await
    })
    .await;
    let kept = kept.expect("it is kept");
    assert_eq!(
        (ended, told(&kept)),
        ("success", vec![(&*ids[1], false), (&*ids[1], true)])
    );
    assert_eq!(kept.records[1].changes[0].path, "/folder_id");
}

#[tokio::test]
async fn of_a_batch_of_shipments_the_rows_that_nobody_knows_of_are_kept() {
    for (kind, code, certain) in [
        // The order may have had the first one already.
        (FaultKind::DropAfterCommit, "success", [true, true]),
        (FaultKind::DropBeforeCommit, "UNCERTAIN_OUTCOME", [true, true]),
    ] {
        let shop = impatient().await;
        let mut ids = shop.order_ids();
        ids.retain(|id| shop.stored(id)["order_shipments"] == json!([]));
        shop.sim.inject(Fault::new(kind).on("POST", "/batch-shipments"));
        let rows = json!({ "shipments": [
            { "order_id": ids[0], "tracking_number": "B1" },
            // Without a number nothing tells one parcel from another.
            { "order_id": ids[1], "tracking_number": "n/a" },
        ] });
        let input: CreateShipments = serde_json::from_value(rows.clone()).unwrap();
        let (ended, kept) = kept(&shop, ("shipments.batch_create", rows), async move |engine, scope| {
            engine.shipments().batch_create(&scope, input).await
        })
        .await;
        assert_eq!(ended, code);
        let kept = kept.expect("it is kept");
        assert_eq!(told(&kept), [(&*ids[0], certain[0]), (&*ids[1], certain[1])]);
        let sent = kept.records[1].changes[0].after.as_ref().unwrap();
        assert_eq!(sent["tracking_number"], "n/a");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_changes_that_went_up_together_each_caller_keeps_its_own() {
    let shop = impatient().await;
    let order = shop.order_ids().remove(0);
    let before = shop.stored(&order);
    // All of them wait while the order is read for the first.
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("GET", "/orders/*"));
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("PUT", "/orders/*"));
    shop.sim.inject(refused().on("GET", "/orders/*").times(0));
    let changing = async |name: &str, value: &str| {
        let change = mutation_of(&order, json!({ name: value }));
        let call = (
            "orders.mutate_full",
            json!({ "order_id": order, "mutation": { name: value } }),
        );
        kept(&shop, call, async move |engine, scope| {
            engine.orders().mutate(&scope, change).await
        })
        .await
    };
    let all = tokio::join!(
        changing("email", "new@example.test"),
        changing("customer_id", "C-77"),
        changing("shipping_method", "By hand"),
    );
    assert_eq!(shop.sent("PUT").len(), 1, "one upload for all");
    for ((ended, kept), name) in [(all.0, "email"), (all.1, "customer_id"), (all.2, "shipping_method")] {
        assert_eq!(ended, "UNCERTAIN_OUTCOME");
        let kept = kept.expect("it is kept");
        assert_eq!(told(&kept), [(&*order, true)]);
        let changes: Vec<_> = kept.records[0].changes.iter().collect();
        assert_eq!(changes.len(), 1, "{name}: {changes:?}");
        assert_eq!(changes[0].path, format!("/{name}"));
        assert_eq!(changes[0].before.as_ref(), before.get(name));
    }
}

#[tokio::test]
async fn what_was_before_is_kept_however_much_is_sent_beside_it() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let before = shop.stored(&order)["shipping"]["city"].clone();
    let noise = || -> String {
        (0..2500)
            .map(|_| char::from(b'!' + rand::random::<u8>() % 90))
            .collect()
    };
    let items: Vec<Value> = (0..240)
        .map(|n| json!({ "name": "Padding", "code": format!("P-{n}"), "quantity": 1, "metadata": { "x": noise() } }))
        .collect();
    let mutation = json!({ "shipping": { "city": "Elsewhere" }, "order_items": items });
    let change = mutation_of(&order, mutation);
    let call = ("orders.mutate_full", json!({ "order_id": order }));
    let (ended, kept) = kept(&shop, call, async move |engine, scope| {
        engine.orders().mutate(&scope, change).await
    })
    .await;
    assert_eq!(ended, "success");
    let kept = kept.expect("it is kept");
    let changes = &kept.records[0].changes;
    let city = changes.iter().find(|change| change.path == "/shipping/city").unwrap();
    assert_eq!(
        (city.before.as_ref(), city.after.as_ref()),
        (Some(&before), Some(&json!("Elsewhere")))
    );
    assert!(kept.left_out_bytes > Some(240 * 2500), "{:?}", kept.left_out_bytes);
    assert!(changes.iter().any(|change| change.after_left_out_bytes > Some(2500)));
}

/// `index` counts among the notes as they were read, and of those one is gone when the second change is laid.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_notes_that_are_taken_back_at_once_by_their_places_the_second_is_read_again() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let note = |name: &str| json!({ "content": "x", "username": name, "date_added": "2026-01-01 00:00:00" });
    shop.sim.edit_order(&shop.store.store_id, &order, |order| {
        order.insert("order_notes".to_owned(), json!([note("a"), note("b"), note("c")]));
    });
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("GET", "/orders/*"));
    let taking = async |index: usize| {
        let change = ops_of(&order, json!([{ "op": "remove_note", "content": "x", "index": index }]));
        shop.engine.orders().mutate(&shop.scope(), change).await
    };
    let adding = async || shop.note(&order, "A new one moves none").await;
    let (added, first, second) = tokio::join!(adding(), taking(0), taking(1));
    added.unwrap();
    first.unwrap();
    let second = second.unwrap_err();
    assert_eq!(second.code(), "CONFLICT_ERROR");
    assert_eq!(second.details().unwrap()["fields"], json!(["/order_notes"]));
    let stored = shop.stored(&order);
    let notes: Vec<&Value> = stored["order_notes"].as_array().unwrap().iter().collect();
    let names: Vec<&Value> = notes.iter().map(|note| &note["username"]).collect();
    assert_eq!(names[..2], [&json!("b"), &json!("c")], "{notes:?}");
}
