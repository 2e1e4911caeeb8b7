//! A lease that is lost while a request waits: what it would send is not sent.

use std::time::Duration;

use od_engine::orders::{CreateHistory, CreateOrder, DeleteOrder, Destination, MoveOrders};
use od_engine::shipments::CreateShipments;
use od_engine::{Clock, Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, ops_of};

const EARLIER: &str = "2026-03-02T14:00:00Z";
const LATER: &str = "2026-03-02T15:00:00Z";

/// A shop and the clock that its engine goes by.
async fn shop() -> (Shop, Clock) {
    let clock = Clock::manual(EARLIER.parse().unwrap());
    (Shop::open_at(Setup::default(), clock.clone()).await, clock)
}

/// Carries `act` out while Order Desk refuses its write once, and meanwhile the process sleeps for an hour.
async fn asleep<T>(shop: &Shop, clock: &Clock, method: &str, path: &str, act: impl Future<Output = T>) -> T {
    let refused = FaultKind::RateLimited { retry_after: 0.3 };
    shop.sim.inject(Fault::new(refused).on(method, path));
    let sleeping = async {
        for _ in 0..2000 {
            if !shop.sent(method).is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        clock.set(LATER.parse().unwrap());
    };
    tokio::join!(act, sleeping).0
}

fn check_unsent(shop: &Shop, method: &str, outcome: Result<Outcome<Value>, Error>) {
    match outcome {
        Err(Error::RecordBusy { .. }) => {}
        other => panic!("not noticed: {other:?}"),
    }
    assert_eq!(shop.sent(method).len(), 1, "sent without the lease");
}

fn create(client_request_id: Option<&str>) -> CreateOrder {
    let order = json!({
        "source_id": "lease-1",
        "customer": {"first_name": "Grace", "last_name": "Tern"},
        "order_items": [{"name": "Enamel mug", "code": "NEW-MUG", "price": 14.5, "quantity": 2}],
    });
    CreateOrder {
        store: None,
        order: order.as_object().unwrap().clone(),
        client_request_id: client_request_id.map(str::to_owned),
        dry_run: false,
    }
}

#[tokio::test]
async fn orders_are_not_moved() {
    let (shop, clock) = shop().await;
    let input = MoveOrders {
        store: None,
        order_ids: shop.order_ids().into_iter().take(2).collect(),
        destination: Destination::Name("Closed".to_owned()),
        dry_run: false,
        confirmed: true,
    };
    let scope = shop.scope();
    let orders = shop.engine.orders();
    let moved = asleep(&shop, &clock, "POST", "/move-orders", orders.move_folder(&scope, input)).await;
    check_unsent(&shop, "POST", moved);
}

#[tokio::test]
async fn an_order_is_not_moved_after_its_change() {
    let (shop, clock) = shop().await;
    let id = shop.order_ids().remove(0);
    let mut change = ops_of(
        &id,
        json!([
            { "op": "move_folder", "destination_folder_name": "Closed" },
            { "op": "add_note", "content": "Packed" },
        ]),
    );
    change.confirmed = true;
    let scope = shop.scope();
    let orders = shop.engine.orders();
    let done = asleep(&shop, &clock, "POST", "/move-orders", orders.mutate(&scope, change)).await;
    let told = done.unwrap().warnings.join(" ");
    assert!(told.contains("the order was not moved"), "{told}");
    assert_eq!(shop.sent("POST").len(), 1, "sent without the lease");
}

#[tokio::test]
async fn a_history_entry_is_not_appended() {
    let (shop, clock) = shop().await;
    let input = CreateHistory {
        store: None,
        order_id: shop.order_ids().remove(0),
        message: "Called".to_owned(),
        dry_run: false,
    };
    let scope = shop.scope();
    let orders = shop.engine.orders();
    let path = "/orders/*/order-history";
    let appended = asleep(&shop, &clock, "POST", path, orders.create_history(&scope, input)).await;
    check_unsent(&shop, "POST", appended);
}

#[tokio::test]
async fn a_batch_of_shipments_is_not_added() {
    let (shop, clock) = shop().await;
    let id = shop.order_ids().remove(0);
    let rows = json!({ "shipments": [{ "order_id": id, "tracking_number": "L1" }] });
    let input: CreateShipments = serde_json::from_value(rows).unwrap();
    let scope = shop.scope();
    let shipments = shop.engine.shipments();
    let added = asleep(
        &shop,
        &clock,
        "POST",
        "/batch-shipments",
        shipments.batch_create(&scope, input),
    )
    .await;
    check_unsent(&shop, "POST", added);
}

#[tokio::test]
async fn an_order_is_not_created_and_its_name_is_free_again() {
    for name in [None, Some("create-0001")] {
        let (shop, clock) = shop().await;
        let scope = shop.scope();
        let orders = shop.engine.orders();
        let made = asleep(&shop, &clock, "POST", "/orders", orders.create(&scope, create(name))).await;
        check_unsent(&shop, "POST", made);
        orders.create(&scope, create(name)).await.unwrap();
    }
}

/// What a person agreed to is read again after every wait; whose lease was lost waits for it again.
#[tokio::test]
async fn an_order_is_deleted_only_as_it_was_read_right_before() {
    let (shop, clock) = shop().await;
    let id = shop.order_ids().remove(0);
    let delete = DeleteOrder {
        store: None,
        order_id: id.clone(),
        confirm: false,
        dry_run: false,
    };
    let orders = shop.engine.orders();
    let question = match orders.delete(&shop.scope(), delete.clone()).await {
        Err(Error::ConfirmationRequired { effects, .. }) => effects.question(),
        other => panic!("nobody is asked: {other:?}"),
    };
    let agreed = shop.scope().with_agreement(&question);
    shop.sim.clear_requests();
    asleep(&shop, &clock, "DELETE", "/orders/*", orders.delete(&agreed, delete))
        .await
        .unwrap();
    let path = format!("/orders/{id}");
    let mut methods = shop.sim.requests();
    methods.retain(|request| request.path == path);
    let methods: Vec<&str> = methods.iter().map(|request| request.method.as_str()).collect();
    let deletions: Vec<usize> = (0..methods.len()).filter(|n| methods[*n] == "DELETE").collect();
    assert_eq!(deletions.len(), 2, "{methods:?}");
    assert!(deletions.iter().all(|n| methods[n - 1] == "GET"), "{methods:?}");
}

#[tokio::test]
async fn an_order_that_changed_while_its_deletion_waited_is_asked_about_again() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let delete = DeleteOrder {
        store: None,
        order_id: id.clone(),
        confirm: false,
        dry_run: false,
    };
    let orders = shop.engine.orders();
    let Err(Error::ConfirmationRequired { effects, .. }) = orders.delete(&shop.scope(), delete.clone()).await else {
        panic!("nobody is asked");
    };
    let agreed = shop.scope().with_agreement(&effects.question());
    let refused = FaultKind::RateLimited { retry_after: 0.2 };
    shop.sim.inject(Fault::new(refused).on("DELETE", "/orders/*"));
    let renaming = async {
        for _ in 0..2000 {
            if !shop.sent("DELETE").is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        shop.sim.edit_order(&shop.store.store_id, &id, |order| {
            order["customer"]["last_name"] = "Else".into();
        })
    };
    let (deleted, renamed) = tokio::join!(orders.delete(&agreed, delete), renaming);
    assert!(renamed && shop.order_ids().contains(&id), "deleted unseen");
    match deleted {
        Err(Error::ConfirmationRequired { effects, .. }) => assert!(effects.question().contains("Else"), "{effects:?}"),
        other => panic!("nobody is asked again: {other:?}"),
    }
}
