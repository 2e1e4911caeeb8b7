//! Numbers that people spell in other letters, and numbers as long as those of parcels.

use super::doubtful::{edit, open};
use super::*;

fn source(shop: &Shop, order: &str, number: &str) {
    edit(shop, order, |order| {
        order.insert("source_id".to_owned(), number.into());
    });
}

#[tokio::test]
async fn capital_and_small_letters_are_no_matter_where_nothing_fits_to_the_letter() {
    let shop = open().await;
    let orders = unshipped(&shop);
    source(&shop, &orders[0], "Web-77b");
    source(&shop, &orders[1], "WEB-88");
    source(&shop, &orders[2], "Web-88");
    let row = |order: &str, number: &str| format!("Order,Tracking\n{order},{number}\n");
    let done = import(&shop, &row("WEB-77B", NUMBERS[0])).await.unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
    assert_eq!(done.data["results"][0]["order_id"], *orders[0]);
    // Two fit.
    let done = import(&shop, &row("web-88", NUMBERS[1])).await.unwrap();
    assert_eq!(states(&done), ["ambiguous"], "{}", done.data);
    // One of them to the letter, in a short table and in a long one.
    let done = import(&shop, &row("#Web-88", NUMBERS[1])).await.unwrap();
    assert_eq!(done.data["results"][0]["order_id"], *orders[2], "{}", done.data);
    let long = format!(
        "Order,Tracking\nWEB-88,{}\nWEB-77B,{}\nnobody,{}\n",
        NUMBERS[2], NUMBERS[0], NUMBERS[3]
    );
    let done = import(&shop, &long).await.unwrap();
    assert_eq!(
        states(&done),
        ["posted", "already_there", "unknown_order"],
        "{}",
        done.data
    );
    assert_eq!(done.data["results"][0]["order_id"], *orders[1]);
}

#[tokio::test]
async fn without_a_copy_short_tables_find_other_letters_among_the_newest_and_by_asking() {
    let mirror = od_engine::insight::MirrorOptions {
        days: 0,
        ..Default::default()
    };
    let setup = Setup {
        mirror,
        ..Setup::default()
    };
    let shop = Shop::open_at(setup, Clock::manual(SimOptions::default().now)).await;
    let orders = unshipped(&shop);
    source(&shop, &orders[0], "wEb-77");
    let done = import(&shop, &format!("Order,Tracking\nWEB-77,{}\n", NUMBERS[0]))
        .await
        .unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
    // Digits have no other letters: nothing more is asked for.
    shop.sim.clear_requests();
    let done = import(&shop, &format!("Order,Tracking\n99887766,{}\n", NUMBERS[0]))
        .await
        .unwrap();
    assert_eq!(states(&done), ["unknown_order"]);
    assert_eq!(shop.calls().len(), 3, "{:?}", shop.calls());
}

#[tokio::test]
async fn numbers_without_headings_are_orders_where_the_store_has_them() {
    let shop = open().await;
    let orders = unshipped(&shop);
    source(&shop, &orders[0], "3456789012");
    source(&shop, &orders[1], "3456789013");
    let table = format!(
        "3456789012\t{}\n3456789013\t{}\n3456789999\t{}\n",
        NUMBERS[0], NUMBERS[1], NUMBERS[3]
    );
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(states(&done), ["posted", "posted", "unknown_order"], "{}", done.data);
    assert_eq!(done.data["results"][1]["order_id"], *orders[1]);
    // Beside telephone numbers they wait.
    let table = format!("5551234567\t3456789012\t{}\n", NUMBERS[2]);
    let done = import(&shop, &table).await.unwrap();
    assert_eq!(states(&done), ["skipped"], "{}", done.data);
    assert_eq!(done.data["results"][0]["order_id"], *orders[0]);
}
