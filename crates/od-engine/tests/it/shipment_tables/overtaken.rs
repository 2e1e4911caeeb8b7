//! What happens to an order after a table's rows were compared with it, and before they are sent.

use std::time::Duration;

use od_sim::{Recorded, SeedStore, ShopKind};

use super::doubtful::{edit, open};
use super::*;

/// An order of three mugs that somebody changes right after it was read.
fn changed_meanwhile(shop: &Shop, order: &str, patch: &Value) {
    edit(shop, order, |record| {
        record["order_items"] = json!([{ "id": "901", "name": "Mug", "code": "MUG-1", "quantity": 3, "price": 5 }]);
    });
    let patch = patch.as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", &format!("/orders/{order}")));
}

fn shipment(number: &str, quantity: u32) -> Value {
    json!({ "order_shipments": [{ "id": "77", "tracking_number": number, "order_items": [{ "id": "901", "quantity": quantity }] }] })
}

#[tokio::test]
async fn a_row_that_was_overtaken_is_not_sent() {
    let folder = |shop: &Shop| {
        let folders = shop.sim.folders(&shop.store.store_id);
        let canceled = folders.into_iter().find(|(_, name)| name == "Canceled").unwrap();
        json!({ "folder_id": canceled.0.parse::<u64>().unwrap() })
    };
    for (at, state, words) in [
        (0, "already_there", "its id is 77"),
        (1, "refused", "changed since it was read: of MUG-1 1 are left"),
        (
            2,
            "refused",
            "changed since it was read: the order is in the folder Canceled",
        ),
        (3, "refused", "changed since it was read: it has no line 901 any more"),
    ] {
        let shop = open().await;
        let order = unshipped(&shop).remove(0);
        let patch = [
            // The same parcel, spelled otherwise.
            shipment(&NUMBERS[0].to_lowercase(), 2),
            shipment(NUMBERS[1], 2),
            folder(&shop),
            json!({ "order_items": [{ "id": "902", "name": "Tee", "code": "TEE", "quantity": 1 }] }),
        ];
        changed_meanwhile(&shop, &order, &patch[at]);
        let rows = format!("Order,Tracking,SKU,Qty\n{order},{},MUG-1,2\n", NUMBERS[0]);
        let done = import(&shop, &rows).await.unwrap();
        let row = &done.data["results"][0];
        assert_eq!(row["status"], state, "{row}");
        let why = if state == "refused" {
            assert_eq!(row["reason"], "overtaken", "{row}");
            assert!(done.data["reasons"]["overtaken"].is_string(), "{}", done.data);
            &row["detail"]
        } else {
            &row["reason"]
        };
        assert!(why.as_str().unwrap().contains(words), "{row}");
        assert!(row.get("contents").is_none(), "nothing was sent: {row}");
        assert!(shop.sent("POST").is_empty(), "{row}");
    }
}

/// Who looked at it may send more than is left; and a row that still fits goes.
#[tokio::test]
async fn a_row_that_fits_all_the_same_is_sent() {
    for (quantity, how) in [(1, ""), (2, "accept_warnings")] {
        let shop = open().await;
        let order = unshipped(&shop).remove(0);
        changed_meanwhile(&shop, &order, &shipment(NUMBERS[1], quantity));
        let rows = format!("Order,Tracking,SKU,Qty\n{order},{},MUG-1,2\n", NUMBERS[0]);
        let input = json!({ "rows": rows, "accept_warnings": how == "accept_warnings" });
        let done = import_with(&shop, input).await.unwrap();
        assert_eq!(states(&done), ["posted"], "{}", done.data);
        assert_eq!(shipments(&shop, &order).len(), 2);
    }
}

/// However many orders a batch has, they are compared again by one request.
#[tokio::test]
async fn a_batch_is_compared_again_by_one_request() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = (0..4).map(|n| format!("{},{}\n", orders[n], NUMBERS[n]));
    let table = format!("Order,Tracking\n{}", rows.collect::<String>());
    import(&shop, &table).await.unwrap();
    let calls = shop.calls();
    let sent = calls.iter().position(|call| call.starts_with("POST")).unwrap();
    let lists = calls.iter().filter(|call| *call == "GET /orders").count();
    assert_eq!(lists, 1 + 1, "the fill of the copy, and this one: {calls:?}");
    assert_eq!(calls[sent - 1..], ["GET /orders", "POST /batch-shipments"], "{calls:?}");
    assert_eq!(
        calls.iter().filter(|call| call.starts_with("GET /orders/")).count(),
        0,
        "{calls:?}"
    );
}

/// A parcel that says nothing stands for the whole order: not where somebody has sent a part of it meanwhile.
#[tokio::test]
async fn a_parcel_for_the_whole_order_is_not_sent_after_a_part_of_it() {
    for (accepts, state) in [(false, "refused"), (true, "posted")] {
        let shop = open().await;
        let order = unshipped(&shop).remove(0);
        changed_meanwhile(&shop, &order, &shipment(NUMBERS[1], 1));
        let rows = format!("Order,Tracking\n{order},{}\n", NUMBERS[0]);
        let input = json!({ "rows": rows, "accept_warnings": accepts });
        let done = import_with(&shop, input).await.unwrap();
        let row = &done.data["results"][0];
        assert_eq!(row["status"], state, "{row}");
        assert_eq!(shop.sent("POST").len(), usize::from(accepts), "{row}");
        if !accepts {
            assert_eq!(row["reason"], "overtaken", "{row}");
            let words = "changed since it was read: parts of it are in shipments 77";
            assert!(row["detail"].as_str().unwrap().contains(words), "{row}");
        }
    }
}

/// A registered letter's number.
fn letter(number: u32) -> String {
    let digits = format!("{number:08}");
    let weighed = digits
        .bytes()
        .zip([8, 6, 4, 2, 3, 5, 9, 7])
        .map(|(digit, weight)| u32::from(digit - b'0') * weight);
    let check = match 11 - weighed.sum::<u32>() % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    format!("RR{digits}{check}GB")
}

/// A store with as many orders, not among the newest, as the table has parcels for. Its lists come late.
async fn with_old_orders(count: usize) -> (Shop, Vec<String>, String) {
    let mut setup = Setup::default();
    setup.sim.stores = vec![SeedStore::new("90001", "Large", ShopKind::Outlet, 620)];
    let shop = Shop::open_at(setup, Clock::manual(SimOptions::default().now)).await;
    let mut all = shop.order_ids();
    all.sort_by_key(|id| shop.stored(id)["date_added"].as_str().unwrap().to_owned());
    let old: Vec<String> = all.into_iter().take(count).collect();
    let open = unshipped(&shop).remove(0);
    let folder = shop.stored(&open)["folder_id"].clone();
    for order in &old {
        edit(&shop, order, |order| {
            order["order_shipments"] = json!([]);
            order["payment_status"] = "Captured".into();
            order["folder_id"] = folder.clone();
        });
    }
    let row = |(order, n): (&String, u32)| format!("{order},{}\n", letter(n));
    let table = format!("Order,Tracking\n{}", old.iter().zip(0..).map(row).collect::<String>());
    let tried = import_with(&shop, json!({ "rows": table, "dry_run": true }))
        .await
        .unwrap();
    assert!(
        states(&tried).iter().all(|state| *state == "would_post"),
        "{}",
        tried.data
    );
    let late = FaultKind::Slow { ms: 300 };
    shop.sim.inject(Fault::new(late).on("GET", "/orders").times(0));
    (shop, old, table)
}

/// Waits until the newest orders are being read again, right before a batch is sent.
async fn newest_are_read(shop: &Shop, before: usize) {
    let is_newest = |call: &Recorded| call.method == "GET" && call.path == "/orders" && !call.query.contains("date");
    while !shop.sim.requests()[before..].iter().any(is_newest) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Orders that are not among the newest 500 are compared again as well: a few by themselves, of many those that have changed.
#[tokio::test]
async fn old_orders_are_compared_again() {
    for (count, requests) in [(3, 1), (12, 2)] {
        let (shop, old, table) = with_old_orders(count).await;
        let before = shop.sim.requests().len();
        // While the newest orders are read again, right before the batch is sent, somebody sends a part of the first one.
        let meanwhile = async {
            newest_are_read(&shop, before).await;
            edit(&shop, &old[0], |order| {
                order["order_shipments"] = shipment("1Z999", 1)["order_shipments"].clone();
            });
        };
        let (done, ()) = tokio::join!(import(&shop, &table), meanwhile);
        let done = done.unwrap();
        let mut expected = vec!["posted"; count];
        expected[0] = "refused";
        assert_eq!(states(&done), expected, "{}", done.data);
        let calls = &shop.calls()[before..];
        let sent = calls.iter().position(|call| call == "POST /batch-shipments").unwrap();
        let lists = calls[..sent]
            .iter()
            .rev()
            .skip_while(|call| call.starts_with("GET /orders/"));
        let lists: Vec<&str> = lists.take(requests).map(String::as_str).collect();
        assert_eq!(lists, vec!["GET /orders"; requests], "{calls:?}");
    }
}

/// Nothing but the reply says that they were not compared.
#[tokio::test]
async fn old_orders_that_could_not_be_read_again_are_told() {
    let (shop, _, table) = with_old_orders(12).await;
    let before = shop.sim.requests().len();
    let meanwhile = async {
        newest_are_read(&shop, before).await;
        let refused = FaultKind::ErrorBeforeCommit {
            status: 400,
            html: false,
        };
        shop.sim.set_faults(vec![Fault::new(refused).on("GET", "/orders")]);
    };
    let (done, ()) = tokio::join!(import(&shop, &table), meanwhile);
    let done = done.unwrap();
    assert!(states(&done).iter().all(|state| *state == "posted"), "{}", done.data);
    let told = "12 orders could not be read again";
    assert!(
        done.warnings.iter().any(|warning| warning.starts_with(told)),
        "{:?}",
        done.warnings
    );
}
