//! The client against the simulator, which was written from the API's documentation and not from this client.

use std::time::{Duration, Instant};

use od_client::{
    Client, ClientOptions, Created, Credentials, Destination, Error, InventoryQuery, NetworkFault, OrderId, OrderQuery,
    Permit, Shipment, Store,
};
use od_sim::{Choices, Fault, FaultKind, SimOptions, Simulator};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

/// A simulator that refuses reads with body headers, without its rate limit unless asked.
async fn simulator(rate_limit: bool) -> Simulator {
    let choices = Choices {
        strict_get: true,
        ..Choices::default()
    };
    Simulator::start(SimOptions {
        rate_limit,
        choices,
        ..SimOptions::default()
    })
    .await
    .expect("a simulator")
}

fn options(simulator: &Simulator) -> ClientOptions {
    ClientOptions {
        base_url: simulator.base_url(),
        bucket_size: 1000,
        refill_per_second: 10_000.0,
        retry_backoff: Duration::from_millis(10),
        timeout: Duration::from_millis(500),
        max_reply_bytes: 1024 * 1024,
        ..ClientOptions::default()
    }
}

fn door(simulator: &Simulator, options: &ClientOptions) -> Store {
    let store = simulator.stores().remove(0);
    let credentials = Credentials {
        store_id: store.store_id,
        api_key: store.api_key.into(),
        budget_key: "x".to_owned(),
    };
    Client::new(options).expect("sound options").store(&credentials)
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("an object")
    };
    object
}

async fn newest(store: &Store) -> OrderId {
    let query = OrderQuery {
        limit: Some(1),
        ..OrderQuery::default()
    };
    store.orders().list(&query).await.expect("a page").orders[0]
        .id()
        .expect("an id")
}

#[tokio::test]
async fn store_and_credentials() {
    let simulator = simulator(false).await;
    let store = door(&simulator, &options(&simulator));
    let reply = store.test().await.expect("success");
    assert_eq!(reply.message.as_deref(), Some("Connection Successful"));
    assert!(reply.current_date_time.is_some());

    let settings = store.settings().await.expect("settings");
    assert_eq!(
        (settings.id.as_str(), settings.name.as_str()),
        ("90001", "Sample Goods")
    );
    assert!(settings.folders.iter().any(|folder| folder.name == "New"));
    let told = format!("{settings:?}");
    assert!(
        !told.contains(&simulator.stores()[0].api_key) && !told.contains("smtp"),
        "{told}"
    );

    let wrong = Credentials {
        store_id: "90001".to_owned(),
        api_key: "wrong".into(),
        budget_key: "y".to_owned(),
    };
    let client = Client::new(&options(&simulator)).expect("sound options");
    assert_eq!(client.store(&wrong).test().await, Err(Error::Unauthorized));
}

#[tokio::test]
async fn the_life_of_an_order() {
    let simulator = simulator(false).await;
    let store = door(&simulator, &options(&simulator));
    let orders = store.orders();
    let new = object(json!({
        "source_id": "T-1", "source_name": "Test", "shipping": {"first_name": "Ada", "last_name": "Quill"},
        "order_items": [{"name": "Enamel Mug", "price": 14.5, "quantity": 2, "code": "MUG"}],
    }));
    let Created {
        record: Some(order), ..
    } = orders.create(&new).await.expect("created")
    else {
        panic!("the order comes back")
    };
    let id = order.id().expect("an id");
    assert_eq!(
        order.map("checkout_data"),
        Some(Map::new()),
        "an empty map, whatever its shape"
    );

    let mut changed = orders.get(&id).await.expect("the order").into_map();
    changed.insert("email".to_owned(), "ada@example.test".into());
    orders.update(&id, &changed).await.expect("updated");
    let again = orders.get(&id).await.expect("the order");
    assert_eq!(again.text("email").as_deref(), Some("ada@example.test"));
    assert_eq!(
        again.list("order_items"),
        changed["order_items"].as_array().expect("items")
    );

    let noted = orders.add_history(&id, "Called", Some("Phone")).await.expect("noted");
    let told = noted.record.expect("the answer holds the order");
    assert_eq!(told.list("order_history").last().expect("an entry")["note"], "Called");
    let history = orders.get_with_history(&id).await.expect("the order");
    assert!(
        history
            .list("order_history")
            .iter()
            .any(|entry| entry["note"] == "Called")
    );

    let found = orders
        .list(&OrderQuery {
            source_id: Some("T-1".to_owned()),
            ..OrderQuery::default()
        })
        .await;
    assert_eq!(found.expect("a page").total, Some(1));

    let missing = OrderId::parse("99999999").expect("an id");
    let ids = [id.clone(), missing];
    let moved = orders
        .move_to_folder(&ids, &Destination::Name("Closed".to_owned()))
        .await
        .expect("an answer");
    let mine = moved.iter().find(|row| row.order_id == id).expect("its row");
    assert!(mine.moved && mine.original_folder_id == again.folder_id(), "{mine:?}");
    assert!(moved.iter().all(|row| row.order_id == id || !row.moved), "{moved:?}");
    let nowhere = orders
        .move_to_folder(&ids[..1], &Destination::Name("closed".to_owned()))
        .await;
    assert!(matches!(nowhere, Err(Error::Rejected { .. })), "{nowhere:?}");

    orders.delete(&id).await.expect("deleted");
    assert_eq!(orders.get(&id).await, Err(Error::NotFound));
}

#[tokio::test]
async fn lines_and_shipments() {
    let simulator = simulator(false).await;
    let store = door(&simulator, &options(&simulator));
    let (order, items, shipments) = (newest(&store).await, store.order_items(), store.shipments());

    items
        .create(&order, &object(json!({"name": "Tote", "price": 20, "quantity": 1})))
        .await
        .expect("added");
    let line = items.list(&order).await.expect("lines").pop().expect("the new line");
    let item = line.id().expect("an id");
    let mut fields = line.into_map();
    fields.insert("quantity".to_owned(), 3.into());
    items.update(&order, &item, &fields).await.expect("updated");
    assert_eq!(
        items
            .get(&order, &item)
            .await
            .expect("the line")
            .text("quantity")
            .as_deref(),
        Some("3")
    );
    items.delete(&order, &item).await.expect("deleted");
    assert_eq!(items.get(&order, &item).await, Err(Error::NotFound));

    let parcel = object(json!({"tracking_number": "1ZTEST", "carrier_code": "UPS"}));
    shipments.create(&order, &parcel).await.expect("added");
    let again = shipments.create(&order, &parcel).await;
    assert!(matches!(again, Err(Error::Rejected { status: 200, .. })), "{again:?}");
    let is_it = |shipment: &Shipment| shipment.text("tracking_number").as_deref() == Some("1ZTEST");
    let shipment = shipments
        .list(&order)
        .await
        .expect("shipments")
        .into_iter()
        .find(is_it)
        .expect("the new one");
    let sid = shipment.id().expect("an id");
    let mut fields = shipment.into_map();
    fields.insert("status".to_owned(), "delivered".into());
    shipments.update(&order, &sid, &fields).await.expect("updated");
    assert_eq!(
        shipments
            .get(&order, &sid)
            .await
            .expect("the shipment")
            .text("status")
            .as_deref(),
        Some("delivered")
    );
    shipments.delete(&order, &sid).await.expect("deleted");

    let row = |number: &str| object(json!({"order_id": order.as_str(), "tracking_number": number}));
    let batch = shipments
        .batch_create(&[row("B-1"), row("B-1"), row("B-2")])
        .await
        .expect("a batch");
    let accepted: Vec<bool> = batch.results.iter().map(|row| row.accepted).collect();
    assert_eq!(accepted, [true, false, true], "{batch:?}");
}

#[tokio::test]
async fn inventory() {
    let simulator = simulator(false).await;
    let store = door(&simulator, &options(&simulator));
    let inventory = store.inventory();
    inventory
        .create(&object(json!({"name": "Pin", "code": "PIN-1", "stock": 5})))
        .await
        .expect("created");
    let query = InventoryQuery {
        codes: vec!["PIN-1".to_owned()],
        ..InventoryQuery::default()
    };
    let item = inventory
        .list(&query)
        .await
        .expect("a page")
        .items
        .pop()
        .expect("the new item");
    let id = item.id().expect("an id");
    let mut fields = item.into_map();
    fields.insert("stock".to_owned(), 0.into());
    inventory.update(&id, &fields).await.expect("updated");
    assert_eq!(
        inventory.get(&id).await.expect("the item").field("stock"),
        Some(&json!(0))
    );
    fields.insert("stock".to_owned(), 9.into());
    inventory.batch_update(&[fields]).await.expect("updated");
    assert_eq!(
        inventory.get(&id).await.expect("the item").field("stock"),
        Some(&json!(9))
    );
    inventory.delete(&id).await.expect("deleted");
    assert_eq!(inventory.get(&id).await, Err(Error::NotFound));
}

#[tokio::test]
async fn every_fault_has_its_error() {
    let simulator = simulator(false).await;
    let store = door(
        &simulator,
        &ClientOptions {
            max_retries: 0,
            ..options(&simulator)
        },
    );
    let order = newest(&store).await;
    let check = async |kind: FaultKind, expected: fn(&Error) -> bool| {
        simulator.set_faults(vec![Fault::new(kind.clone())]);
        let error = store.orders().get(&order).await.expect_err("the fault");
        assert!(expected(&error), "{kind:?}: {error:?}");
        store.orders().get(&order).await.expect("the fault is over");
    };
    let broken = |error: &Error| {
        *error
            == Error::Network {
                sent: true,
                fault: NetworkFault::Broken,
            }
    };
    let late = |error: &Error| *error == Error::Timeout { sent: true };
    let unreadable = |error: &Error| matches!(error, Error::Undecodable { .. });
    let server = |error: &Error| matches!(error, Error::Server { status: 502, .. });
    check(
        FaultKind::ErrorBeforeCommit {
            status: 502,
            html: true,
        },
        server,
    )
    .await;
    check(
        FaultKind::ErrorAfterCommit {
            status: 502,
            html: false,
        },
        server,
    )
    .await;
    check(FaultKind::HangBeforeCommit, late).await;
    check(FaultKind::Slow { ms: 900 }, late).await;
    check(FaultKind::Drip { ms: 100 }, late).await;
    check(FaultKind::DropAfterCommit, broken).await;
    check(FaultKind::Truncate, broken).await;
    check(FaultKind::Html, unreadable).await;
    check(FaultKind::Deep { levels: 100_000 }, unreadable).await;
    check(FaultKind::Huge { megabytes: 200 }, |error| {
        matches!(error, Error::TooLarge { .. })
    })
    .await;
    let refused = |error: &Error| matches!(error, Error::Rejected { status: 200, .. });
    check(
        FaultKind::ErrorInSuccess {
            message: "Not now".to_owned(),
        },
        refused,
    )
    .await;
}

#[tokio::test]
async fn a_committed_write_without_an_answer_is_uncertain_and_sent_once() {
    let simulator = simulator(false).await;
    let store = door(&simulator, &options(&simulator));
    let order = newest(&store).await;
    for kind in [FaultKind::DropAfterCommit, FaultKind::HangAfterCommit] {
        simulator.set_faults(vec![Fault::new(kind.clone()).on("POST", "/orders/*/order-history")]);
        let note = kind.name();
        let error = store
            .orders()
            .add_history(&order, note, None)
            .await
            .expect_err("no answer");
        assert!(error.is_uncertain(), "{error:?}");
        let history = simulator.history("90001", order.as_str());
        assert_eq!(history.iter().filter(|entry| entry["note"] == note).count(), 1);
    }
}

/// A tenth of the agents make changes of three requests, the rest read.
async fn agent(store: Store, order: OrderId, number: u32) {
    for turn in 0_u32.. {
        let outcome = if number.is_multiple_of(10) {
            change(&store, &order).await
        } else {
            let query = OrderQuery {
                limit: Some(1),
                offset: Some(u64::from(turn * 50 + number)),
                ..OrderQuery::default()
            };
            store.interactive().orders().list(&query).await.map(drop)
        };
        match outcome {
            Ok(()) => {}
            Err(Error::Busy { retry_after, .. }) => tokio::time::sleep(retry_after / 4).await,
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn change(store: &Store, order: &OrderId) -> Result<(), Error> {
    let permit: Permit = store.reserve(3).await?;
    let paid = store.with(&permit);
    let record = paid.orders().get(order).await?.into_map();
    paid.orders().update(order, &record).await?;
    paid.orders().get(order).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_agents_at_the_documented_rate_see_no_refusal() {
    const SECONDS: u64 = 8;
    let simulator = simulator(true).await;
    let store = door(
        &simulator,
        &ClientOptions {
            base_url: simulator.base_url(),
            ..ClientOptions::default()
        },
    );
    let started = Instant::now();
    let order = newest(&store).await;
    let mut agents = JoinSet::new();
    for number in 1..=50 {
        agents.spawn(agent(store.clone(), order.clone(), number));
    }
    tokio::time::sleep(Duration::from_secs(SECONDS).saturating_sub(started.elapsed())).await;
    agents.shutdown().await;
    let requests = simulator.requests();
    assert!(requests.iter().all(|request| request.status != Some(429)), "no refusal");
    // Sixteen of the twenty tokens are ours, and all that come back.
    let available = 16 + 3 * usize::try_from(SECONDS).expect("a few");
    assert!(
        requests.len() * 10 >= available * 9,
        "{} of {available}",
        requests.len()
    );
}
