use od_engine::shipments::CreateShipments;
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::Shop;

const PATH: &str = "/batch-shipments";

async fn send(shop: &Shop, shipments: Value) -> Result<Outcome<Value>, Error> {
    send_with(shop, json!({ "shipments": shipments })).await
}

async fn send_with(shop: &Shop, input: Value) -> Result<Outcome<Value>, Error> {
    let input: CreateShipments = serde_json::from_value(input).unwrap();
    shop.engine.shipments().batch_create(&shop.scope(), input).await
}

fn count(shop: &Shop, order: &str) -> usize {
    shop.stored(order)["order_shipments"].as_array().unwrap().len()
}

/// Orders that were not shipped yet, and are to be.
fn unshipped(shop: &Shop, most: usize) -> Vec<String> {
    let mut orders = shop.order_ids();
    orders.retain(|id| count(shop, id) == 0 && shop.stored(id)["payment_status"] == "Captured");
    orders.truncate(most);
    orders
}

fn states(results: &Value) -> Vec<&str> {
    let rows = results.as_array().unwrap();
    rows.iter().map(|row| row["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_batch_is_one_request_with_a_bare_list_and_rows_come_back_in_order() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 3);
    let number: u64 = orders[1].parse().unwrap();
    let done = send(
        &shop,
        json!([
            { "order_id": orders[0], "tracking_number": "B1", "carrier_code": "UPS" },
            { "order_id": number, "tracking_number": "B2" },
            { "order_id": orders[2], "tracking_number": "n/a" },
        ]),
    )
    .await
    .unwrap();
    // What the orders have is looked at first.
    let read = orders.iter().map(|order| format!("GET /orders/{order}"));
    let calls: Vec<String> = read.chain([format!("POST {PATH}")]).collect();
    assert_eq!(shop.calls(), calls);
    assert_eq!(
        shop.sent("POST").remove(0).body,
        Some(json!([
            { "order_id": orders[0], "tracking_number": "B1", "carrier_code": "UPS" },
            { "order_id": orders[1], "tracking_number": "B2" },
            { "order_id": orders[2], "tracking_number": "n/a" },
        ]))
    );
    assert_eq!(states(&done.data["results"]), ["success", "success", "success"]);
    assert_eq!(done.data["results"][1]["order_id"], orders[1]);
    assert!(done.warnings.is_empty());
    assert!(orders.iter().all(|order| count(&shop, order) == 1));
}

#[tokio::test]
async fn rows_that_fail_are_told_one_by_one() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 2);
    send(&shop, json!([{ "order_id": orders[0], "tracking_number": "TAKEN" }]))
        .await
        .unwrap();
    let rows = json!([
        { "order_id": orders[0], "tracking_number": "TAKEN" },
        { "order_id": orders[1], "tracking_number": "B2" },
        { "order_id": "1", "tracking_number": "B3" },
    ]);
    let mixed = send(&shop, rows.clone()).await.unwrap();
    let results = &mixed.data["results"];
    assert_eq!(states(results), ["error", "success", "error"]);
    assert_eq!(
        results[0]["shipment_id"],
        shop.stored(&orders[0])["order_shipments"][0]["id"]
    );
    assert!(results[2]["message"].as_str().unwrap().contains("no such order"));
    assert_eq!(mixed.warnings.len(), 1);
    assert_eq!((count(&shop, &orders[0]), count(&shop, &orders[1])), (1, 1));

    let error = send(&shop, rows).await.unwrap_err();
    assert_eq!(error.code(), "ORDERDESK_API_ERROR");
    assert_eq!(
        states(&error.details().unwrap()["results"]),
        ["error", "error", "error"]
    );
}

/// What is only compared keeps no batch from being sent.
#[tokio::test]
async fn orders_that_cannot_be_read_before_a_batch_are_told_and_refuse_nothing() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 12);
    shop.sim
        .inject(Fault::new(FaultKind::Huge { megabytes: 40 }).on("GET", "/orders"));
    let rows = orders
        .iter()
        .map(|order| json!({ "order_id": order, "tracking_number": "B3" }));
    let done = send(&shop, rows.collect()).await.unwrap();
    assert!(states(&done.data["results"]).iter().all(|state| *state == "success"));
    assert!(
        done.warnings.iter().any(|told| told.contains("12 orders")),
        "{:?}",
        done.warnings
    );
}

#[tokio::test]
async fn a_number_that_the_order_has_in_another_spelling_is_not_sent() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 12);
    send(
        &shop,
        json!([{ "order_id": orders[0], "tracking_number": "jjd000390007852" }]),
    )
    .await
    .unwrap();
    let again = json!({ "order_id": orders[0], "tracking_number": "JJD 0003 9000 7852" });
    let rows = json!([again, { "order_id": orders[1], "tracking_number": "B2" }]);
    let shown = send_with(&shop, json!({ "shipments": rows, "dry_run": true })).await;
    assert_eq!(states(&shown.unwrap().data["results"]), ["error", "success"]);
    let done = send(&shop, rows).await.unwrap();
    assert_eq!(states(&done.data["results"]), ["error", "success"]);
    let told = &done.data["results"][0];
    assert_eq!(told["shipment_id"], shop.stored(&orders[0])["order_shipments"][0]["id"]);
    assert!(told["message"].as_str().unwrap().contains("already has"), "{told}");
    assert_eq!(shop.sent("POST").remove(1).body.unwrap().as_array().unwrap().len(), 1);

    // Also among many, which are read in one request.
    shop.sim.clear_requests();
    let many = orders
        .iter()
        .map(|order| json!({ "order_id": order, "tracking_number": "JJD000390007852" }));
    let done = send(&shop, many.collect()).await.unwrap();
    assert_eq!(states(&done.data["results"])[..2], ["error", "success"]);
    assert_eq!(shop.calls(), ["GET /orders".to_owned(), format!("POST {PATH}")]);
    assert!(
        orders
            .iter()
            .all(|order| count(&shop, order) == if *order == orders[1] { 2 } else { 1 })
    );

    // Nothing is left to send.
    let error = send(&shop, json!([again])).await.unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    assert_eq!(shop.sent("POST").len(), 1);
}

#[tokio::test]
async fn what_speaks_against_a_parcel_is_warned_of_by_its_order() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 2);
    let settings = shop.engine.stores().settings(&shop.scope(), None, false).await;
    settings.unwrap();
    let folders = shop.sim.folders(&shop.store.store_id);
    let canceled: u64 = folders
        .iter()
        .find(|(_, name)| name == "Canceled")
        .unwrap()
        .0
        .parse()
        .unwrap();
    shop.sim.edit_order(&shop.store.store_id, &orders[0], |record| {
        record["folder_id"] = canceled.into();
    });
    let rows = json!([
        { "order_id": orders[0], "tracking_number": "C1" },
        { "order_id": orders[1], "tracking_number": "n/a" },
        { "order_id": orders[1], "tracking_number": "n/a" },
    ]);
    let shown = send_with(&shop, json!({ "shipments": rows, "dry_run": true })).await;
    for done in [shown, send(&shop, rows).await] {
        let warnings = done.unwrap().warnings;
        let told = |words: [&str; 2]| warnings.iter().any(|told| words.iter().all(|word| told.contains(word)));
        assert!(told([&orders[0], "folder Canceled"]), "{warnings:?}");
        assert!(told([&orders[1], "like it"]), "{warnings:?}");
    }
}

#[tokio::test]
async fn faults_of_all_rows_are_told_at_once_and_nothing_is_sent() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let rows = json!([
        { "tracking_number": "B1" },
        { "order_id": "../store", "tracking_number": "B2" },
        { "order_id": order, "tracking": "B3" },
        { "order_id": order, "tracking_number": "B4" },
        { "order_id": order, "tracking_number": "B4" },
        { "order_id": order, "tracking_number": "b 4" },
    ]);
    let Err(Error::Invalid(problems)) = send(&shop, rows).await else {
        panic!("accepted");
    };
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/shipments/0/order_id",
            "/shipments/1/order_id",
            "/shipments/2/tracking_number",
            "/shipments/2/tracking",
            "/shipments/4/tracking_number",
            "/shipments/5/tracking_number",
        ]
    );
    let many: Vec<Value> = (0..101)
        .map(|n| json!({ "order_id": order, "tracking_number": n.to_string() }))
        .collect();
    for rows in [json!([]), json!(many)] {
        assert_eq!(send(&shop, rows).await.unwrap_err().code(), "VALIDATION_ERROR");
    }
    assert!(shop.calls().is_empty());
}

#[tokio::test]
async fn the_parcels_of_a_batch_share_what_their_order_has_left() {
    let shop = Shop::open().await;
    let order = unshipped(&shop, 1).remove(0);
    let line = shop.stored(&order)["order_items"][0].clone();
    let row = |number: &str, id: &Value, quantity: &Value| json!({ "order_id": order, "tracking_number": number, "order_items": [{ "id": id, "quantity": quantity }] });
    let one = json!(1);
    let mut input = json!({ "shipments": [
        row("T1", &line["id"], &line["quantity"]),
        row("T2", &line["id"], &one),
        row("T3", &json!("999"), &one),
    ] });
    for dry_run in [true, false] {
        input["dry_run"] = dry_run.into();
        let Error::Invalid(problems) = send_with(&shop, input.clone()).await.unwrap_err() else {
            panic!("not refused")
        };
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(
            paths,
            ["/shipments/1/order_items/0/quantity", "/shipments/2/order_items/0/id"]
        );
    }
    assert!(shop.sent("POST").is_empty());
    // Each order is read once, whole: its lines and shipments by themselves would be two requests.
    let whole = format!("/orders/{order}");
    let reads = shop.sent("GET");
    assert_eq!(reads.iter().filter(|read| read.path.ends_with(&whole)).count(), 2);
    assert!(reads.iter().all(|read| !read.path.ends_with("/order-items")));
    input["shipments"].as_array_mut().unwrap().pop();
    input["allow_excess"] = true.into();
    let done = send_with(&shop, input).await.unwrap();
    assert_eq!(states(&done.data["results"]), ["success", "success"]);
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_settled_row_by_row() {
    let failed_after = FaultKind::ErrorAfterCommit {
        status: 502,
        html: true,
    };
    let failed_before = FaultKind::ErrorBeforeCommit {
        status: 503,
        html: false,
    };
    for (kind, expected) in [
        (failed_after, Ok(["success", "success", "unknown"])),
        (FaultKind::DropAfterCommit, Ok(["success", "success", "unknown"])),
        (FaultKind::Truncate, Ok(["success", "success", "unknown"])),
        (failed_before, Err("UNCERTAIN_OUTCOME")),
        (FaultKind::DropBeforeCommit, Err("UNCERTAIN_OUTCOME")),
    ] {
        let shop = Shop::open().await;
        let orders = unshipped(&shop, 3);
        shop.sim.inject(Fault::new(kind.clone()).on("POST", PATH));
        // Without a tracking number nothing tells one parcel from another.
        let done = send(
            &shop,
            json!([
                { "order_id": orders[0], "tracking_number": "B1" },
                { "order_id": orders[1], "tracking_number": "B2" },
                { "order_id": orders[2], "tracking_number": "n/a" },
            ]),
        )
        .await;
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
        match (done, expected) {
            (Ok(done), Ok(expected)) => assert_eq!(states(&done.data["results"]), expected, "{kind:?}"),
            (Err(error), Err(expected)) => assert_eq!(error.code(), expected, "{kind:?}"),
            (done, _) => panic!("{kind:?}: {done:?}"),
        }
    }
}

#[tokio::test]
async fn a_shipment_of_long_ago_is_not_told_as_added() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 2);
    let row = json!({ "order_id": orders[0], "tracking_number": "OLD1", "carrier_code": "FedEx" });
    send(&shop, json!([row])).await.unwrap();
    let error = send(&shop, json!([row])).await.unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    let told = error.details().unwrap()["results"][0]["message"].to_string();
    assert!(told.contains("already has a shipment"), "{told}");
    assert_eq!(shop.sent("POST").len(), 1, "what is there is not sent");
    // Rows without a number were looked for in vain: that says nothing of them.
    let kind = FaultKind::DropAfterCommit;
    shop.sim.inject(Fault::new(kind).on("POST", PATH));
    let error = send(&shop, json!([{ "order_id": orders[1], "tracking_number": "n/a" }]))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "UNCERTAIN_OUTCOME");
    assert!(error.to_string().contains("cannot be told from others"), "{error}");
}

#[tokio::test]
async fn an_answer_that_says_no_is_taken_at_its_word() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 1);
    let refused = FaultKind::ErrorBeforeCommit {
        status: 503,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).on("POST", PATH));
    let error = send(&shop, json!([{ "order_id": orders[0], "tracking_number": "B1" }]))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "ORDERDESK_API_ERROR");
    assert_eq!(error.details().unwrap()["results"][0]["status"], "error");
}

#[tokio::test]
async fn a_dry_run_says_which_rows_would_fail_and_sends_only_reads() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 2);
    send(&shop, json!([{ "order_id": orders[0], "tracking_number": "TAKEN" }]))
        .await
        .unwrap();
    shop.sim.clear_requests();
    let rows = json!([
        { "order_id": orders[0], "tracking_number": "TAKEN" },
        { "order_id": orders[1], "tracking_number": "B2" },
        { "order_id": "1", "tracking_number": "B3" },
    ]);
    let shown = send_with(&shop, json!({ "shipments": rows, "dry_run": true }))
        .await
        .unwrap();
    assert_eq!(states(&shown.data["results"]), ["error", "success", "error"]);
    assert_eq!(shown.data["dry_run"], true);
    assert!(shop.calls().iter().all(|call| call.starts_with("GET ")));
    assert_eq!(count(&shop, &orders[1]), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_over_the_same_orders_neither_wait_for_each_other_for_ever_nor_add_twice() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop, 4);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let mut rows: Vec<Value> = orders
            .iter()
            .map(|order| json!({ "order_id": order, "tracking_number": format!("B{}", n / 2) }))
            .collect();
        if n % 2 == 1 {
            rows.reverse();
        }
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        tasks.spawn(async move {
            let input: CreateShipments = serde_json::from_value(json!({ "shipments": rows })).unwrap();
            engine.shipments().batch_create(&scope, input).await.is_ok()
        });
    }
    let mut accepted = 0;
    while let Some(done) = tasks.join_next().await {
        accepted += usize::from(done.unwrap());
    }
    assert_eq!(accepted, 4, "of two equal batches one is refused whole");
    assert!(orders.iter().all(|order| count(&shop, order) == 4));
}
