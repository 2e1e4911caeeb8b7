//! What happens to an order after a table's rows were compared with it, and before they are sent.

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
