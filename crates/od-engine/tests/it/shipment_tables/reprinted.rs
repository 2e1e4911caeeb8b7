//! Parcels of a re-print: what went once goes again, on a line of its own beside the first one.

use super::contents::{run, stocked};
use super::doubtful::{edit, open};
use super::*;

/// An order of two lines of caps, one each, and what its parcel holds of them; a table whose row names the cap.
async fn reprinted(held: &Value, quantity: &str) -> (Shop, String, String) {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    edit(&shop, &order, |record| {
        record["order_shipments"] = json!([{ "id": "77", "tracking_number": NUMBERS[0], "order_items": held }]);
    });
    let rows = format!("Order,Tracking,SKU,Qty\n{order},{},CAP-3,{quantity}\n", NUMBERS[1]);
    (shop, order, rows)
}

#[tokio::test]
async fn a_row_is_of_the_one_line_that_has_anything_left() {
    for (gone, left) in [("903", "904"), ("904", "903")] {
        let (shop, order, rows) = reprinted(&json!([{ "id": gone, "quantity": 1 }]), "1").await;
        let shown = run(&shop, &rows, "dry_run").await;
        assert_eq!(states(&shown), ["would_post"], "{}", shown.data);
        let done = run(&shop, &rows, "").await;
        assert_eq!(states(&done), ["posted"], "{}", done.data);
        assert_eq!(done.data["results"][0]["contents"], json!(["1 of CAP-3"]));
        let added = shipments(&shop, &order).remove(1);
        assert_eq!(added["order_items"], json!([{ "id": left, "quantity": 1 }]));
        // The same again is there.
        assert_eq!(states(&run(&shop, &rows, "").await), ["already_there"]);
    }
}

#[tokio::test]
async fn a_row_waits_where_the_line_is_not_sure() {
    let (first, both) = (
        json!([{ "id": "903", "quantity": 1 }]),
        json!([{ "id": "903", "quantity": 1 }, { "id": "904", "quantity": 1 }]),
    );
    // Both have some, the one that has has too few, none has any, and how many there are is not said.
    let others = json!([{ "id": "901", "quantity": 1 }]);
    for (held, quantity) in [(&others, "1"), (&first, "2"), (&both, "1"), (&first, "")] {
        let (shop, _, rows) = reprinted(held, quantity).await;
        let done = run(&shop, &rows, "").await;
        assert_eq!(done.data["results"][0]["reason"], "ambiguous_item", "{}", done.data);
        assert!(shop.sent("POST").is_empty());
    }
    // What an order's other parcel does not say it may hold.
    let (shop, _, rows) = reprinted(&json!([{ "id": "903", "quantity": 1 }]), "1").await;
    let order = unshipped_but_one(&shop, &rows);
    edit(&shop, &order, |record| {
        let shipments = record["order_shipments"].as_array_mut().unwrap();
        shipments.push(json!({ "id": "78", "tracking_number": NUMBERS[2] }));
    });
    let done = run(&shop, &rows, "").await;
    assert_eq!(done.data["results"][0]["reason"], "more_than_left", "{}", done.data);
}

/// The order that a table's one row names.
fn unshipped_but_one(shop: &Shop, rows: &str) -> String {
    let order = rows.lines().nth(1).and_then(|row| row.split(',').next()).unwrap();
    assert!(shop.order_ids().iter().any(|id| id == order));
    order.to_owned()
}
