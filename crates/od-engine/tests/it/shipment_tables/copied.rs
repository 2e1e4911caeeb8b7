//! Orders of a table are looked for in the store's copy, and read from Order Desk before something is sent to them.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use od_engine::insight::MirrorOptions;
use od_engine::insight::RunReport;
use od_sim::{SeedStore, ShopKind};

use super::*;

const NOW: &str = "2026-11-29T15:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// As by default, where the machine may be slow.
fn patient() -> MirrorOptions {
    MirrorOptions {
        patience: Duration::from_mins(10),
        ..MirrorOptions::default()
    }
}

async fn shop_of(orders: usize, mirror: MirrorOptions) -> (Shop, Clock) {
    let setup = Setup {
        sim: SimOptions {
            now: now(),
            stores: vec![SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, orders)],
            ..Setup::default().sim
        },
        mirror,
        // Pages are long, and machines may be slow.
        timeout: Duration::from_mins(1),
        ..Setup::default()
    };
    let clock = Clock::manual(now());
    (Shop::open_at(setup, clock.clone()).await, clock)
}

/// So many orders from all over the shop.
fn spread(shop: &Shop, count: usize) -> Vec<String> {
    let orders = shop.order_ids();
    let step = orders.len() / count;
    assert!(step > 0, "{} orders", orders.len());
    orders.into_iter().step_by(step).take(count).collect()
}

/// A parcel of no known carrier for each order.
fn table(orders: &[String]) -> Value {
    let mut rows = "Order,Tracking\n".to_owned();
    for (at, order) in orders.iter().enumerate() {
        writeln!(rows, "{order},PARCEL{at:08}").unwrap();
    }
    json!({ "rows": rows, "accept_warnings": true })
}

fn dry(mut table: Value) -> Value {
    table["dry_run"] = true.into();
    table
}

/// How many requests of each kind there were since the last time.
fn requests(shop: &Shop) -> (usize, usize, usize) {
    let calls = shop.calls();
    shop.sim.clear_requests();
    let of = |beginning: &str| calls.iter().filter(|call| call.starts_with(beginning)).count();
    let lists = calls.iter().filter(|call| *call == "GET /orders").count();
    (lists, of("GET /orders/"), of("POST"))
}

#[tokio::test]
async fn five_hundred_rows_cost_the_fill_and_the_posts_and_then_one_request() {
    let (shop, clock) = shop_of(6_000, patient()).await;
    let orders = spread(&shop, 500);
    let all = json!({ "posted": 500 });
    // The first time the copy is made, and what is read for it is not read again.
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], all, "{:?}", done.warnings);
    // What is in the other parcels of some orders the copy does not tell: these are read. Each batch is compared once more before it
    // is sent: with the newest orders, and with those that have changed.
    assert_eq!(requests(&shop), (12 + 8 + 2 * 5, 0, 5));
    // What was written comes with the changes.
    let again = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(again.data["counts"], json!({ "already_there": 500 }));
    // Five hundred, and what else changed in the minutes before.
    assert_eq!(requests(&shop), (2, 0, 0));
    clock.set(now() + Duration::from_mins(1));
    let dry_run = import_with(&shop, dry(table(&orders))).await.unwrap();
    assert_eq!(dry_run.data["counts"], json!({ "already_there": 500 }));
    assert!(dry_run.data["results"][0]["shipment_id"].is_string());
    assert_eq!(requests(&shop), (1, 0, 0));
}

#[tokio::test]
async fn orders_that_were_not_read_for_the_call_are_read_in_pages_before_anything_is_sent() {
    let (shop, clock) = shop_of(2_600, patient()).await;
    let orders = spread(&shop, 200);
    let foretold = import_with(&shop, dry(table(&orders))).await.unwrap();
    assert_eq!(foretold.data["counts"], json!({ "would_post": 200 }));
    // And four pages with orders that have other parcels.
    assert_eq!(requests(&shop), (6 + 4, 0, 0));
    clock.set(now() + Duration::from_mins(1));
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], json!({ "posted": 200 }));
    let (lists, singles, posts) = requests(&shop);
    // One asks for changes, six pages have all orders, and each batch is compared twice more.
    assert!(
        (4..=11).contains(&lists) && singles <= 1 && posts == 2,
        "{lists} {singles} {posts}"
    );
}

#[tokio::test]
async fn what_an_order_has_is_judged_from_order_desk_and_not_from_the_copy() {
    let (shop, _) = shop_of(900, patient()).await;
    let orders = spread(&shop, 5);
    let shipped = |number: &str| json!([{ "id": "7", "tracking_number": number, "date_added": "2026-11-29 14:00:00" }]);
    let put = |id: &str, shipments: Value| {
        shop.sim.edit_order_unseen("90001", id, |order| {
            order.insert("order_shipments".to_owned(), shipments);
        })
    };
    // One that will not be there any more.
    assert!(put(&orders[1], shipped("PARCEL00000001")));
    import_with(&shop, dry(table(&orders))).await.unwrap();
    // Nothing of this shows in a date of change, nor to the copy.
    assert!(put(&orders[0], shipped(" PARCEL00000000")));
    assert!(put(&orders[1], json!([])));
    assert!(shop.sim.delete_order("90001", &orders[2]));
    shop.sim.clear_requests();
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(
        states(&done),
        ["already_there", "posted", "unknown_order", "posted", "posted"],
        "{}",
        done.data
    );
    assert_eq!(done.data["results"][0]["shipment_id"], "7");
    assert_eq!(shop.sent("POST").len(), 1);
    assert_eq!(shipments(&shop, &orders[0]).len(), 1, "not once more");
}

#[tokio::test]
async fn old_orders_are_found_by_number_and_by_person() {
    let (shop, _) = shop_of(1_700, patient()).await;
    let mut oldest = unshipped(&shop);
    oldest.sort_by_key(|id| shop.stored(id)["date_added"].as_str().unwrap().to_owned());
    let (first, second) = (&oldest[0], &oldest[1]);
    let edited = shop.sim.edit_order_unseen("90001", second, |order| {
        order.insert("email".to_owned(), "Ada@Old.test".into());
        order.insert("source_id".to_owned(), "#WEB-77".into());
        for part in ["customer", "shipping"] {
            order[part]["first_name"] = "Ada".into();
            order[part]["last_name"] = "Quill".into();
        }
    });
    assert!(edited);
    let person = "Order Number\tTracking Number\tE-Mail\tName\n";
    let table = format!(
        "{person}{first}\t{}\t\t\nweb-77\t{}\t\t\n\t{}\tada@old.TEST\tada  quill\n\t{}\tada@old.test\tAda Marie Quill\n",
        NUMBERS[0], NUMBERS[1], NUMBERS[2], NUMBERS[3]
    );
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(
        states(&done),
        ["posted", "posted", "posted", "unknown_order"],
        "{}",
        done.data
    );
    assert_eq!(
        requests(&shop).0,
        4 + 1 + 1,
        "the fill, one for the address that nobody has, and one before the batch"
    );
    assert_eq!(shipments(&shop, second).len(), 2);
}

#[tokio::test]
async fn a_copy_that_is_being_made_makes_no_order_unknown() {
    let patience = MirrorOptions {
        patience: Duration::from_secs(2),
        ..MirrorOptions::default()
    };
    let (shop, _) = shop_of(1_300, patience).await;
    let mut newest = unshipped(&shop);
    newest.sort_by_key(|id| std::cmp::Reverse(shop.stored(id)["date_added"].as_str().unwrap().to_owned()));
    let orders = [&newest[..3], &newest[newest.len() - 2..]].concat();
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 3_000 }).on("GET", "/orders").after(1));
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], json!({ "posted": 5 }), "{}", done.data);
}

#[tokio::test]
async fn without_copies_the_newest_orders_are_read_and_the_others_one_by_one() {
    let off = MirrorOptions {
        days: 0,
        ..MirrorOptions::default()
    };
    let (shop, _) = shop_of(1_300, off).await;
    let mut orders = unshipped(&shop);
    orders.sort_by_key(|id| std::cmp::Reverse(shop.stored(id)["date_added"].as_str().unwrap().to_owned()));
    let orders = [&orders[..20], &orders[orders.len() - 2..]].concat();
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], json!({ "posted": 22 }));
    // With and without the mark of shops; the two old ones once more before the batch is sent.
    assert_eq!(requests(&shop), (1 + 2 * 2 + 1, 2 + 2, 1));
}

#[tokio::test]
async fn rows_that_were_not_looked_for_everywhere_are_not_called_unknown() {
    let (shop, _) = shop_of(10, patient()).await;
    let orders: Vec<String> = (0..70).map(|n| format!("NOBODY-{n}")).collect();
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], json!({ "unknown_order": 60, "skipped": 10 }));
    assert_eq!(done.data["results"][69]["reason"], "not_looked_for");
    assert!(
        done.warnings.iter().any(|warning| warning.contains("10 orders")),
        "{:?}",
        done.warnings
    );
}

#[tokio::test]
async fn what_was_added_shows_in_the_copy_at_once() {
    let (shop, _) = shop_of(60, patient()).await;
    let waiting = async || {
        let input: RunReport =
            serde_json::from_value(json!({ "report": "unshipped_by_age", "from": "2026-06-03" })).unwrap();
        let told = shop.engine.insight().report(&shop.scope(), input).await.unwrap().data;
        told["totals"]["orders"].as_u64().unwrap()
    };
    let before = waiting().await;
    let canceled: u64 = shop.sim.folders("90001")[3].0.parse().unwrap();
    let mut orders = unshipped(&shop);
    orders.retain(|id| shop.stored(id)["folder_id"] != canceled);
    orders.truncate(4);
    let done = import_with(&shop, table(&orders)).await.unwrap();
    assert_eq!(done.data["counts"], json!({ "posted": 4 }), "{}", done.data);
    assert_eq!(waiting().await, before - 4);
}

#[tokio::test]
async fn a_number_that_an_order_outside_the_table_has_waits() {
    let (shop, _) = shop_of(60, patient()).await;
    let orders = unshipped(&shop);
    let shipped = |number: &str| json!([{ "id": "7", "tracking_number": number, "date_added": "2026-11-29 14:00:00" }]);
    let put = |id: &str, shipments: Value| {
        assert!(shop.sim.edit_order("90001", id, |order| {
            order.insert("order_shipments".to_owned(), shipments);
        }));
    };
    let other = &orders[5];
    put(other, shipped("1z 02wdg1 03 5630 3923"));
    put(&orders[4], shipped(NUMBERS[3]));
    let rows = format!(
        "Order,Tracking\n{},{}\n{},{}\n{},{}\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[1], orders[2], NUMBERS[2]
    );
    for dry_run in [true, false] {
        let done = import_with(&shop, json!({ "rows": rows, "dry_run": dry_run }))
            .await
            .unwrap();
        let other_rows = if dry_run { "would_post" } else { "posted" };
        assert_eq!(states(&done), ["skipped", other_rows, other_rows], "{}", done.data);
        let row = &done.data["results"][0];
        assert_eq!(row["reason"], "other_order_has_it", "{row}");
        assert!(row["detail"].as_str().unwrap().contains(other.as_str()), "{row}");
        assert!(
            done.data["reasons"]["other_order_has_it"]
                .as_str()
                .unwrap()
                .contains("accept_warnings")
        );
    }
    // A short table is told by the copy as it stands: nothing more is asked for.
    shop.sim.clear_requests();
    let short = format!("Order,Tracking\n{},{}\n", orders[3], NUMBERS[3]);
    let done = import(&shop, &short).await.unwrap();
    assert_eq!(done.data["results"][0]["reason"], "other_order_has_it", "{}", done.data);
    assert_eq!(requests(&shop), (2, 1, 0));
    let done = import_with(&shop, json!({ "rows": short, "accept_warnings": true }))
        .await
        .unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
    assert_eq!(done.data["results"][0]["notes"], json!(["other_order_has_it"]));
    // What Order Desk says now counts for more than what the copy has: the parcel of this order is gone.
    let gone = shop.sim.edit_order_unseen("90001", other, |order| {
        order.insert("order_shipments".to_owned(), json!([]));
    });
    assert!(gone);
    let both = format!(
        "Order,Tracking\n{},{}\n{other},{}\n",
        orders[0], NUMBERS[0], "9400195718707852345345"
    );
    let done = import(&shop, &both).await.unwrap();
    assert_eq!(done.data["results"][0]["status"], "posted", "{}", done.data);
}
