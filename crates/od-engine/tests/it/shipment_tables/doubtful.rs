//! Rows that something speaks against wait for the caller's word, and nothing vanishes.

use super::*;

/// At the moment that the shop's orders lie before.
pub(super) async fn open() -> Shop {
    Shop::open_at(Setup::default(), Clock::manual(SimOptions::default().now)).await
}

pub(super) fn edit(shop: &Shop, order: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    assert!(shop.sim.edit_order(&shop.store.store_id, order, change));
}

fn folder(shop: &Shop, named: &str) -> Value {
    let folders = shop.sim.folders(&shop.store.store_id);
    let found = folders.iter().find(|(_, name)| name == named).unwrap();
    json!(found.0.parse::<u64>().unwrap())
}

fn name(shop: &Shop, order: &str, first: &str, last: &str) {
    edit(shop, order, |order| {
        for part in ["customer", "shipping"] {
            order[part]["first_name"] = first.into();
            order[part]["last_name"] = last.into();
        }
    });
}

async fn tried(shop: &Shop, rows: &str) -> Outcome<Value> {
    import_with(shop, json!({ "rows": rows, "dry_run": true }))
        .await
        .unwrap()
}

/// What a dry run says, and then the call, each with what it calls a row that is added.
async fn of_both(shop: &Shop, rows: &str) -> [(Outcome<Value>, &'static str); 2] {
    let would_be = tried(shop, rows).await;
    [(would_be, "would_post"), (import(shop, rows).await.unwrap(), "posted")]
}

async fn accepted(shop: &Shop, rows: &str) -> Outcome<Value> {
    import_with(shop, json!({ "rows": rows, "accept_warnings": true }))
        .await
        .unwrap()
}

/// A dry run and a real one say so, nothing is sent, and the caller's word sends it.
async fn waits(shop: &Shop, rows: &str, reason: &str) {
    for done in [tried(shop, rows).await, import(shop, rows).await.unwrap()] {
        let row = &done.data["results"][0];
        assert_eq!(
            (&row["status"], &row["reason"]),
            (&json!("skipped"), &json!(reason)),
            "{rows}\n{}",
            done.data
        );
        assert!(
            done.data["reasons"][reason]
                .as_str()
                .unwrap()
                .contains("accept_warnings")
        );
        assert!(done.warnings.iter().any(|warning| warning.contains("accept_warnings")));
    }
    assert!(shop.sent("POST").is_empty());
    let done = accepted(shop, rows).await;
    assert_eq!(done.data["results"][0]["status"], "posted", "{rows}\n{}", done.data);
    shop.sim.clear_requests();
}

#[tokio::test]
async fn a_canceled_order_gets_no_parcel_unasked() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let canceled = folder(&shop, "Canceled");
    edit(&shop, &orders[0], |order| {
        order.insert("folder_id".to_owned(), canceled);
    });
    edit(&shop, &orders[1], |order| {
        order.insert("payment_status".to_owned(), "Voided".into());
    });
    waits(
        &shop,
        &format!("Order,Tracking\n{},{}\n", orders[0], NUMBERS[0]),
        "order_closed",
    )
    .await;
    waits(
        &shop,
        &format!("Order,Tracking\n{},{}\n", orders[1], NUMBERS[1]),
        "order_closed",
    )
    .await;
    // As the copy has them.
    let three = format!(
        "Order,Tracking\n{},{}\n{},{}\n{},{}\n",
        orders[0], NUMBERS[1], orders[1], NUMBERS[2], orders[2], NUMBERS[3]
    );
    for (done, added) in of_both(&shop, &three).await {
        assert_eq!(states(&done), ["skipped", "skipped", added], "{}", done.data);
        assert!(done.data["results"][0]["detail"].as_str().unwrap().contains("Canceled"));
    }
}

#[tokio::test]
async fn of_several_reasons_the_worst_is_told_with_its_detail() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let canceled = folder(&shop, "Canceled");
    edit(&shop, &orders[0], |order| {
        order.insert("folder_id".to_owned(), canceled);
    });
    let done = tried(&shop, &format!("Order,Tracking\n{},CANC12345678\n", orders[0])).await;
    let row = &done.data["results"][0];
    assert_eq!(
        (&row["reason"], &row["notes"]),
        (&json!("order_closed"), &json!(["unknown_format"])),
        "{row}"
    );
    assert!(row["detail"].as_str().unwrap().contains("Canceled"));
}

#[tokio::test]
async fn of_two_orders_of_somebody_the_canceled_one_is_not_meant() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let canceled = folder(&shop, "Canceled");
    for order in &orders[..2] {
        name(&shop, order, "Hank", "Abernathy");
        edit(&shop, order, |order| {
            order.insert("email".to_owned(), "abernathy@desk.test".into());
        });
    }
    edit(&shop, &orders[0], |order| {
        order.insert("folder_id".to_owned(), canceled);
    });
    let row = |number: &str| format!("E-Mail,Name,Tracking\nabernathy@desk.test,Hank Abernathy,{number}\n");
    let done = import(&shop, &row(NUMBERS[0])).await.unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
    assert_eq!(done.data["results"][0]["order_id"], *orders[1]);
}

#[tokio::test]
async fn a_line_that_stands_there_twice_is_one_parcel() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = format!("Order,Tracking\n{0},{1}\n{0},{1}\n", orders[0], NUMBERS[0]);
    for (done, first) in of_both(&shop, &rows).await {
        assert_eq!(states(&done), [first, "same_parcel"]);
        assert_eq!(done.data["counts"], json!({ first: 1, "same_parcel": 1 }));
    }
}

#[tokio::test]
async fn a_row_that_contradicts_itself_or_another_waits() {
    let shop = open().await;
    let orders = unshipped(&shop);
    name(&shop, &orders[0], "Hank", "Abernathy");
    let rows = |row: &str| format!("Order,Carrier,Name,Shipped,Tracking\n{row}\n");
    let order = &orders[0];
    let far = format!("{order},,,2027-05-01,{}", NUMBERS[2]);
    waits(
        &shop,
        &rows(&format!("{order},FedEx,,,{}", NUMBERS[0])),
        "other_carrier",
    )
    .await;
    waits(
        &shop,
        &rows(&format!("{order},,Thu Nguyen,,{}", NUMBERS[1])),
        "other_name",
    )
    .await;
    waits(&shop, &rows(&far), "future_date").await;
    // The same person in other words.
    let own = import(
        &shop,
        &rows(&format!("{order},,\"Abernathy, H.\",2026-03-02,{}", NUMBERS[3])),
    )
    .await
    .unwrap();
    assert_eq!(states(&own), ["posted"], "{}", own.data);
    shop.sim.clear_requests();
    // One number, two orders.
    let two = format!("Order,Tracking\n{},{2}\n{},{2}\n", orders[1], orders[2], "LX12345678AB");
    let two = two.replace("LX12345678AB", "RR024334856GB");
    waits(&shop, &two, "several_orders").await;
}

#[tokio::test]
async fn two_columns_that_name_two_orders_are_ambiguous() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let source = text(&shop.stored(&orders[0]), "source_id").to_owned();
    let rows = |id: &str, number: &str| format!("Order ID,Order Number,Tracking\n{id},{source},{number}\n");
    let done = import(&shop, &rows(&orders[1], NUMBERS[0])).await.unwrap();
    assert_eq!(states(&done), ["ambiguous"], "{}", done.data);
    waits(&shop, &rows("99887766", NUMBERS[1]), "other_number_unknown").await;
    let done = import(&shop, &rows(&orders[0], NUMBERS[0])).await.unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
}

#[tokio::test]
async fn an_order_column_that_no_heading_names_waits() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = format!("Kolli,Tracking Number\n{},{}\n", orders[0], NUMBERS[0]);
    waits(&shop, &rows, "guessed_order_column").await;
}

#[tokio::test]
async fn what_is_there_already_is_found_however_it_is_spelled() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let shipments = json!([{ "id": "7", "tracking_number": "lx-1234-5678-ab", "date_added": "2026-03-02 14:00:00" }]);
    edit(&shop, &orders[0], |order| {
        order.insert("order_shipments".to_owned(), shipments);
    });
    let order = &orders[0];
    let rows = format!("Order,Tracking\n{order},lx-1234-5678-ab\n{order},LX12345678AB\n");
    // No carrier's form, which is no matter where it is there.
    for done in [
        tried(&shop, &rows).await,
        import(&shop, &rows).await.unwrap(),
        accepted(&shop, &rows).await,
    ] {
        assert_eq!(states(&done), ["already_there", "already_there"], "{}", done.data);
        assert_eq!(done.data["results"][0]["shipment_id"], "7");
    }
    assert!(shop.sent("POST").is_empty());
}

#[tokio::test]
async fn a_parcel_without_tracking_is_not_added_again_and_again() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = format!("Order,Tracking\n{},n/a\n{},{}\n", orders[0], orders[1], NUMBERS[0]);
    let done = accepted(&shop, &rows).await;
    assert_eq!(states(&done), ["skipped", "posted"], "{}", done.data);
    assert_eq!(done.data["results"][0]["reason"], "no_tracking_number");
    assert!(shipments(&shop, &orders[0]).is_empty());
}

#[tokio::test]
async fn a_row_that_cannot_be_sent_stops_no_other_and_shows_in_a_dry_run() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = format!(
        "Order,Carrier,Tracking\n{},\"UPS\nGround\",{}\n{},A\u{7}B,{}\n{},UPS,{}\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[3], orders[2], NUMBERS[1]
    );
    for (done, added) in of_both(&shop, &rows).await {
        assert_eq!(states(&done), [added, "refused", added], "{}", done.data);
        assert!(
            done.data["results"][1]["reason"]
                .as_str()
                .unwrap()
                .contains("carrier_code")
        );
        assert_eq!(done.data["results"][0]["carrier_code"], "UPS Ground");
    }
}

#[tokio::test]
async fn the_day_that_is_used_is_told() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let rows = format!(
        "Order,Shipped,Tracking\n{},20.02.2026,{}\n{},03/04/2026,{}\n{},tomorrow,{}\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[1], orders[2], NUMBERS[2]
    );
    for (done, added) in of_both(&shop, &rows).await {
        let results = done.data["results"].as_array().unwrap();
        assert_eq!(states(&done), [added; 3]);
        assert_eq!(
            (&results[0]["date_shipped"], &results[0]["carrier_code"]),
            (&json!("2026-02-20"), &json!("UPS"))
        );
        assert!(results[1]["date_shipped"].is_null());
        assert!(
            done.data["reasons"]["ambiguous_date"].is_string() && done.data["reasons"]["unreadable_date"].is_string()
        );
        assert!(
            done.warnings.iter().any(|warning| warning.contains("day of the call")),
            "{:?}",
            done.warnings
        );
    }
}

#[tokio::test]
async fn people_and_numbers_are_found_however_they_are_written() {
    let shop = open().await;
    let orders = unshipped(&shop);
    name(&shop, &orders[0], "Thu", "Nguy\u{1ec5}n");
    for (order, email) in [(&orders[0], "nguyen@desk.test"), (&orders[1], "abernathy@desk.test")] {
        edit(&shop, order, |order| {
            order.insert("email".to_owned(), email.into());
        });
    }
    name(&shop, &orders[1], "Hank", "Abernathy");
    edit(&shop, &orders[2], |order| {
        order.insert("source_id".to_owned(), "WEB-12405".into());
    });
    let rows = format!(
        "Order,E-Mail,Name,Tracking\n,nguyen@desk.test,Thu Nguyen,{}\n,abernathy@desk.test,\"Abernathy, Hank\",{}\n",
        NUMBERS[0], NUMBERS[1]
    );
    let done = import(&shop, &rows).await.unwrap();
    assert_eq!(states(&done), ["posted", "posted"], "{}", done.data);
    let done = import(&shop, &format!("Order,Tracking\nweb-12405,{}\n", NUMBERS[2]))
        .await
        .unwrap();
    assert_eq!(states(&done), ["posted"], "{}", done.data);
}

#[tokio::test]
async fn those_who_share_an_address_share_the_request() {
    let shop = open().await;
    let orders = unshipped(&shop);
    for (order, last) in orders[..2].iter().zip(["Abernathy", "Tremblay"]) {
        name(&shop, order, "Hank", last);
        edit(&shop, order, |order| {
            order.insert("email".to_owned(), "office@desk.test".into());
        });
    }
    shop.sim.clear_requests();
    let rows = format!(
        "E-Mail,Name,Tracking\noffice@desk.test,Hank Abernathy,{}\noffice@desk.test,Hank Tremblay,{}\n",
        NUMBERS[0], NUMBERS[1]
    );
    let done = import(&shop, &rows).await.unwrap();
    assert_eq!(states(&done), ["posted", "posted"], "{}", done.data);
    let lists = shop.calls().iter().filter(|call| *call == "GET /orders").count();
    assert_eq!(
        lists,
        1 + 1,
        "one for both, and one before the batch: {:?}",
        shop.calls()
    );
}

#[tokio::test]
async fn a_number_with_and_without_its_mark_can_be_two_orders_in_a_short_table_too() {
    let shop = open().await;
    let orders = unshipped(&shop);
    for (order, source) in [(&orders[0], "777001"), (&orders[1], "#777001")] {
        edit(&shop, order, |order| {
            order.insert("source_id".to_owned(), source.into());
        });
    }
    for written in ["777001", "#777001"] {
        let done = import(&shop, &format!("Order,Tracking\n{written},{}\n", NUMBERS[0]))
            .await
            .unwrap();
        assert_eq!(states(&done), ["ambiguous"], "{}", done.data);
    }
}

#[tokio::test]
async fn a_void_label_waits() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    let table = format!("Order,Tracking,Status\n{order},{},Voided\n", NUMBERS[0]);
    let told = tried(&shop, &table).await;
    assert_eq!(told.data["results"][0]["detail"], "Status: Voided");
    waits(&shop, &table, "label_void").await;
}

#[tokio::test]
async fn a_day_long_before_the_order_waits() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    for (day, number) in ["1926-11-20", "2024-11-20", "0001-01-01"].into_iter().zip(NUMBERS) {
        let table = format!("Order,Tracking,Ship Date\n{order},{number},{day}\n");
        waits(&shop, &table, "past_date").await;
    }
}

/// Order numbers are the same in many shops, and a carrier's table may be of several.
#[tokio::test]
async fn a_row_of_another_store_goes_to_no_order_of_this_one() {
    let shop = open().await;
    let orders = unshipped(&shop);
    let own = shop.store.store_id.as_str();
    let row = |store: &str, at: usize| format!("{store},{},1Z999AA1{:010}\n", orders[at], at);
    let of = async |heading: &str, cells: [&str; 2]| {
        let rows = format!("{heading},Order,Tracking\n{}{}", row(cells[0], 0), row(cells[1], 1));
        let asked = json!({ "store": own, "rows": rows, "dry_run": true, "accept_warnings": true });
        let told = import_with(&shop, asked).await.unwrap();
        [0, 1].map(|at| {
            told.data["results"][at]["reason"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
    };
    let other = "other_store";
    assert_eq!(of("Shop", [own, "Somebody Else"]).await[1], other);
    assert_ne!(of("Shop", [own, "Somebody Else"]).await[0], other);
    // Of a store that nobody knows nothing can be said.
    assert!(
        of("Shop", ["Somebody Else", "Somebody Else"])
            .await
            .iter()
            .all(|reason| reason != other)
    );
    shop.register(&shop.scope(), 1, Some("Outlet")).await.unwrap();
    for (heading, cell) in [("Store Name", "outlet "), ("Store ID", "90002"), ("Merchant", "Outlet")] {
        assert_eq!(of(heading, [cell, ""]).await[0], other, "{heading}");
    }
    assert_ne!(of("Colour", ["Outlet", ""]).await[0], other);
}
