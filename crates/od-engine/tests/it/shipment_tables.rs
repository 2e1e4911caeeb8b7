//! Tables of tracking numbers: rows are matched with orders and added, or say why not.

use od_engine::shipments::ImportShipments;
use od_engine::{Clock, Error, Outcome};
use od_sim::{Fault, FaultKind, SimOptions};
use serde_json::{Value, json};

use crate::support::{Setup, Shop};

mod contents;
mod copied;
mod doubtful;
mod overtaken;
mod reprinted;
mod spelled;
mod there;

const NUMBERS: [&str; 4] = [
    "1Z02WDG10356303923",
    "1ZV38B1YYW19566320",
    "9400196733437221367085",
    "RR662007787GB",
];

async fn import(shop: &Shop, rows: &str) -> Result<Outcome<Value>, Error> {
    import_with(shop, json!({ "rows": rows })).await
}

async fn import_with(shop: &Shop, input: Value) -> Result<Outcome<Value>, Error> {
    let input: ImportShipments = serde_json::from_value(input).unwrap();
    shop.engine.shipments().import(&shop.scope(), input).await
}

fn shipments(shop: &Shop, order: &str) -> Vec<Value> {
    shop.stored(order)["order_shipments"].as_array().unwrap().clone()
}

/// Orders that were not shipped yet, and are to be.
fn unshipped(shop: &Shop) -> Vec<String> {
    let folders = shop.sim.folders(&shop.store.store_id);
    let canceled = folders
        .iter()
        .find(|(_, name)| name == "Canceled")
        .map(|(id, _)| id.clone());
    let mut orders = shop.order_ids();
    orders.retain(|id| {
        let order = shop.stored(id);
        let is_canceled = Some(order["folder_id"].to_string()) == canceled;
        !is_canceled && order["payment_status"] == "Captured" && shipments(shop, id).is_empty()
    });
    orders
}

fn states(done: &Outcome<Value>) -> Vec<&str> {
    let rows = done.data["results"].as_array().unwrap();
    rows.iter().map(|row| row["status"].as_str().unwrap()).collect()
}

fn text<'a>(order: &'a serde_json::Map<String, Value>, name: &str) -> &'a str {
    order[name].as_str().unwrap()
}

#[tokio::test]
async fn rows_are_matched_by_order_id_source_id_and_e_mail_with_name() {
    let shop = Shop::open_at(Setup::default(), Clock::manual(SimOptions::default().now)).await;
    let mut orders = unshipped(&shop);
    // Somebody who ordered once.
    let all: Vec<_> = shop.order_ids().iter().map(|id| shop.stored(id)).collect();
    let orders_of = |email: &Value| all.iter().filter(|order| order["email"] == *email).count();
    let once = orders
        .iter()
        .skip(2)
        .position(|id| orders_of(&shop.stored(id)["email"]) == 1)
        .unwrap();
    orders.swap(2, once + 2);
    let (by_id, by_source, by_person) = (&orders[0], shop.stored(&orders[1]), shop.stored(&orders[2]));
    let shipping = by_person["shipping"].as_object().unwrap();
    let table = format!(
        "Order Number\tTracking Number\tCarrier\tShip Date\tE-Mail\tName\n\
         {by_id}\t{}\tUPS\t02/20/2026\t\t\n\
         #{}\t{}\t\t\t\t\n\
         \t{}\t\t\t{}\t{} {}\n",
        NUMBERS[0],
        text(&by_source, "source_id"),
        NUMBERS[1],
        NUMBERS[2],
        text(&by_person, "email").to_uppercase(),
        text(shipping, "first_name"),
        text(shipping, "last_name"),
    );
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(states(&done), ["posted", "posted", "posted"], "{}", done.data);
    // The store's settings tell the days of the copy.
    assert_eq!(
        shop.calls(),
        ["GET /store", "GET /orders", "GET /orders", "POST /batch-shipments"]
    );
    for (order, number) in orders.iter().zip(&NUMBERS[..3]) {
        assert_eq!(shipments(&shop, order)[0]["tracking_number"], *number);
    }
    let first = &shipments(&shop, by_id)[0];
    assert_eq!(first["carrier_code"], "UPS");
    assert!(
        first["date_shipped"].as_str().unwrap().starts_with("2026-02-20"),
        "{first}"
    );
    // The number alone names its carrier.
    assert_eq!(shipments(&shop, &orders[1])[0]["carrier_code"], "UPS");
    assert_eq!(done.data["counts"], json!({ "posted": 3 }));
}

#[tokio::test]
async fn the_same_table_twice_adds_nothing() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let table = format!(
        "Order,Tracking\n{},{}\n{},{}\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[1]
    );
    import(&shop, &table).await.unwrap();
    let again = import(&shop, &table).await.unwrap();
    assert_eq!(states(&again), ["already_there", "already_there"]);
    assert_eq!(shipments(&shop, &orders[0]).len(), 1);
    assert_eq!(shop.sent("POST").len(), 1);
}

#[tokio::test]
async fn what_cannot_be_added_says_why_and_the_rest_is_added() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let table = format!(
        "Order,Tracking\n{0},{1}\n{0},{1}\n{2},9.40019673343722E+021\n{2},5404525910014\nnope,{3}\n{2},\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[1],
    );
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(
        states(&done),
        [
            "posted",
            "same_parcel",
            "refused",
            "skipped",
            "unknown_order",
            "skipped"
        ],
        "{}",
        done.data
    );
    assert_eq!(
        done.data["lines"],
        json!({ "posted": "2", "same_parcel": "3", "unknown_order": "6", "refused": "4", "skipped": "5, 7" })
    );
    assert!(
        done.warnings[0].contains("wait for you: 1 (line 5)"),
        "{:?}",
        done.warnings
    );
    let reason = |row: usize| done.data["results"][row]["reason"].as_str().unwrap();
    assert_eq!(
        (reason(2), reason(3), reason(5)),
        ("scientific_notation", "unknown_format", "no_tracking_number")
    );
    assert_eq!(shipments(&shop, &orders[0]).len(), 1, "two lines of one parcel");
    assert!(shipments(&shop, &orders[1]).is_empty());
    assert!(
        done.warnings.iter().any(|warning| warning.contains("accept_warnings")),
        "{:?}",
        done.warnings
    );

    let accepted = import_with(&shop, json!({ "rows": table, "accept_warnings": true }))
        .await
        .unwrap();
    assert_eq!(
        states(&accepted)[..4],
        ["already_there", "already_there", "refused", "posted"],
        "{}",
        accepted.data
    );
}

#[tokio::test]
async fn an_order_that_could_be_two_is_not_guessed() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let source = text(&shop.stored(&orders[0]), "source_id").to_owned();
    // One order's source id is the other's id.
    let edited = shop.sim.edit_order(&shop.store.store_id, &orders[1], |order| {
        order.insert("source_id".to_owned(), json!(orders[0]));
    });
    assert!(edited);
    let table = format!(
        "Order,Tracking\n{},{}\n{source},{}\n{},{}\n",
        orders[0], NUMBERS[0], NUMBERS[1], orders[2], NUMBERS[2]
    );
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(states(&done), ["ambiguous", "posted", "posted"], "{}", done.data);
    assert!(done.data["results"][0]["reason"].as_str().unwrap().contains(&orders[1]));
}

#[tokio::test]
async fn a_dry_run_sends_nothing() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let table = format!("Order,Tracking\n{},{}\n", orders[0], NUMBERS[0]);
    let done = import_with(&shop, json!({ "rows": table, "dry_run": true }))
        .await
        .unwrap();
    assert_eq!(
        (states(&done), &done.data["dry_run"]),
        (vec!["would_post"], &json!(true))
    );
    assert!(shop.sent("POST").is_empty());
    // A single row is asked for by itself.
    assert_eq!(
        shop.calls(),
        [
            // With and without the mark of shops.
            "GET /orders".to_owned(),
            "GET /orders".to_owned(),
            format!("GET /orders/{}", orders[0]),
            // Which folders hold canceled orders.
            "GET /store".to_owned()
        ]
    );
}

#[tokio::test]
async fn a_table_that_cannot_be_read_changes_nothing() {
    let shop = Shop::open().await;
    for (rows, word) in [
        ("hello", "no_tracking_number"),
        ("Tracking\n1Z02WDG10356303923\n", "no_order_column"),
        (
            "Order,Tracking\n1,\"1Z02WDG10356303923\n2,1ZV38B1YYW19566320\n",
            "unclosed_quote",
        ),
        ("[1, 2]", "JSON list"),
    ] {
        let Err(Error::Invalid(problems)) = import(&shop, rows).await else {
            panic!("{rows}")
        };
        assert!(
            problems[0].path == "/rows" && problems[0].message.contains(word),
            "{problems:?}"
        );
    }
    assert!(shop.calls().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_found_out() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("POST", "/batch-shipments"));
    let table = format!("Order,Tracking\n{},{}\n", orders[0], NUMBERS[0]);
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(states(&done), ["posted"]);
    assert_eq!(shipments(&shop, &orders[0]).len(), 1);
}

/// Parcels of three orders with numbers of no known form.
fn many(orders: &[String], count: usize) -> String {
    let rows = (0..count).map(|n| format!("{},PARCEL{n:08}\n", orders[n % 3]));
    format!("Order,Tracking\n{}", rows.collect::<String>())
}

#[tokio::test]
async fn many_rows_go_in_batches_and_half_of_them_may_be_there() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let half = json!({ "rows": many(&orders, 75), "accept_warnings": true });
    import_with(&shop, half).await.unwrap();
    let done = import_with(&shop, json!({ "rows": many(&orders, 250), "accept_warnings": true }))
        .await
        .unwrap();
    assert_eq!(done.data["counts"], json!({ "posted": 175, "already_there": 75 }));
    assert_eq!(
        done.data["lines"],
        json!({ "posted": "77-251", "already_there": "2-76" })
    );
    assert_eq!(shop.sent("POST").len(), 1 + 2);
    assert_eq!(
        orders[..3].iter().map(|id| shipments(&shop, id).len()).sum::<usize>(),
        250
    );
}

#[tokio::test]
async fn what_follows_a_batch_that_failed_is_not_tried_and_said_to_be_so() {
    let shop = Shop::open().await;
    let orders = unshipped(&shop);
    let refused = FaultKind::ErrorBeforeCommit {
        status: 400,
        html: false,
    };
    shop.sim
        .inject(Fault::new(refused).on("POST", "/batch-shipments").after(1));
    let done = import_with(&shop, json!({ "rows": many(&orders, 250), "accept_warnings": true }))
        .await
        .unwrap();
    assert_eq!(
        done.data["counts"],
        json!({ "posted": 100, "skipped": 150 }),
        "{}",
        done.data["results"][100]
    );
    let reason = |row: usize| done.data["results"][row]["reason"].as_str().unwrap();
    assert!(!reason(100).is_empty() && reason(249).starts_with("not tried"));
    assert!(
        done.warnings
            .iter()
            .any(|warning| warning.contains("150 (lines 102-251)") && warning.contains("same table")),
        "{:?}",
        done.warnings
    );
    assert_eq!(shop.sent("POST").len(), 2);
    assert_eq!(
        orders[..3].iter().map(|id| shipments(&shop, id).len()).sum::<usize>(),
        100
    );
}
