//! Days, months and money that were counted by hand.

use super::*;

/// A report's rows: the first key, and a sum.
async fn rows(shop: &Shop, mut input: Value, key: &str, sum: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all = Vec::new();
    loop {
        let told = report(shop, input.clone()).await.unwrap().data;
        let rows = told["rows"].as_array().unwrap();
        all.extend(rows.iter().map(|row| (text(&row[key]), text(&row[sum]))));
        match told.get("next_offset") {
            Some(next) => input["offset"] = next.clone(),
            None => return all,
        }
    }
}

async fn shop_in(zone: &str, added: &[&str]) -> Shop {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone(zone, Some("EUR"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    for added in added {
        put(&shop, "90001", added, &[("MUG", "1.00", 1)]);
    }
    shop
}

fn put(shop: &Shop, store: &str, added: &str, lines: &[(&str, &str, u32)]) -> String {
    let items: Vec<Value> = lines
        .iter()
        .map(|(code, price, quantity)| json!({"name": code, "code": code, "price": price, "quantity": quantity}))
        .collect();
    let order = json!({"source_name": "Etsy", "email": "a@x.test", "date_added": added, "order_items": items});
    shop.sim.put_order(store, order.as_object().unwrap()).unwrap()
}

/// Moments in UTC, and how many orders they are on which days of a zone.
async fn check(zone: &str, report: &str, key: &str, added: &[&str], expected: &[(&str, &str)]) {
    let shop = shop_in(zone, added).await;
    let told = rows(&shop, json!({"report": report, "from": "2026-06-05"}), key, "orders").await;
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|(key, orders)| (key.as_str(), orders.as_str()))
        // Of days there are rows without orders too.
        .filter(|(_, orders)| *orders != "0")
        .collect();
    assert_eq!(told, expected, "{zone}");
}

#[tokio::test]
async fn a_day_of_twenty_five_hours_and_one_of_twenty_three() {
    // In Berlin the clocks go back on 25 October at three, in Sydney forward on 4 October at two, on Lord Howe by half an hour.
    let around = [
        "2026-10-24 21:59:59",
        "2026-10-24 22:00:00",
        "2026-10-25 22:59:59",
        "2026-10-25 23:00:00",
    ];
    check(
        "Europe/Berlin",
        "sales_by_day",
        "day",
        &around,
        &[("2026-10-24", "1"), ("2026-10-25", "2"), ("2026-10-26", "1")],
    )
    .await;
    let around = [
        "2026-10-03 13:59:59",
        "2026-10-03 14:00:00",
        "2026-10-04 12:59:59",
        "2026-10-04 13:00:00",
    ];
    check(
        "Australia/Sydney",
        "sales_by_day",
        "day",
        &around,
        &[("2026-10-03", "1"), ("2026-10-04", "2"), ("2026-10-05", "1")],
    )
    .await;
    let around = [
        "2026-10-03 13:29:59",
        "2026-10-03 13:30:00",
        "2026-10-04 12:59:59",
        "2026-10-04 13:00:00",
    ];
    check(
        "Australia/Lord_Howe",
        "sales_by_day",
        "day",
        &around,
        &[("2026-10-03", "1"), ("2026-10-04", "2"), ("2026-10-05", "1")],
    )
    .await;
    // The hour that comes twice belongs to one day.
    let twice = [
        "2026-11-01 05:59:59",
        "2026-11-01 06:00:00",
        "2026-11-01 08:30:00",
        "2026-11-02 06:59:59",
        "2026-11-02 07:00:00",
    ];
    check(
        "America/Denver",
        "sales_by_day",
        "day",
        &twice,
        &[("2026-10-31", "1"), ("2026-11-01", "3"), ("2026-11-02", "1")],
    )
    .await;
}

#[tokio::test]
async fn months_end_where_the_store_is() {
    let around = [
        "2026-08-31 10:59:59",
        "2026-08-31 11:00:00",
        "2026-08-31 23:59:59",
        "2026-09-01 00:00:00",
        "2026-09-01 06:00:00",
    ];
    // Thirteen hours ahead.
    check(
        "Pacific/Apia",
        "sales_by_month",
        "month",
        &around,
        &[("2026-08", "1"), ("2026-09", "4")],
    )
    .await;
    check(
        "UTC",
        "sales_by_month",
        "month",
        &around,
        &[("2026-08", "3"), ("2026-09", "2")],
    )
    .await;
    check(
        "America/Denver",
        "sales_by_month",
        "month",
        &around,
        &[("2026-08", "4"), ("2026-09", "1")],
    )
    .await;
}

#[tokio::test]
async fn today_and_last_month_are_the_stores() {
    // It is three in the afternoon of 29 November in Greenwich, and four in the morning of the 30th in Apia.
    let added = [
        "2026-11-29 10:59:59",
        "2026-11-29 11:00:00",
        "2026-10-31 10:59:59",
        "2026-10-31 11:00:00",
        "2026-09-30 11:00:00",
    ];
    for (zone, window, expected) in [
        ("Pacific/Apia", "today", ("2026-11-30", "2026-11-30", 1)),
        ("UTC", "today", ("2026-11-29", "2026-11-29", 2)),
        ("Pacific/Apia", "this_month", ("2026-11-01", "2026-11-30", 3)),
        ("Pacific/Apia", "last_month", ("2026-10-01", "2026-10-31", 2)),
        ("UTC", "last_month", ("2026-10-01", "2026-10-31", 2)),
        ("America/Denver", "last_7_days", ("2026-11-23", "2026-11-29", 2)),
    ] {
        let shop = shop_in(zone, &added).await;
        let told = report(&shop, json!({"report": "sales_by_day", "from": window}))
            .await
            .unwrap()
            .data;
        let (from, to, orders) = expected;
        assert_eq!(
            (
                &told["window"]["from"],
                &told["window"]["to"],
                &told["totals"]["orders"]
            ),
            (&json!(from), &json!(to), &json!(orders)),
            "{zone} {window}"
        );
    }
}

#[tokio::test]
async fn money_is_decimal_and_rounded_once_a_row() {
    let shop = shop_in("UTC", &[]).await;
    let day = "2026-11-20 12:00:00";
    // 0.1 and 0.2 are 0.3; three times a third is one; twice 0.004 is 0.01; halves go away from zero; no float holds the last.
    put(
        &shop,
        "90001",
        day,
        &[
            ("A", "0.1", 1),
            ("A", "0.2", 1),
            ("B", "0.333333", 3),
            ("C", "0.004", 1),
        ],
    );
    put(
        &shop,
        "90001",
        day,
        &[
            ("C", "0.004", 1),
            ("D", "1.005", 1),
            ("E", "0.07", 100),
            ("F", "90071992547.41", 3),
        ],
    );
    let told = rows(
        &shop,
        json!({"report": "sales_by_sku", "from": "2026-11-01"}),
        "sku",
        "sales",
    )
    .await;
    let told: std::collections::BTreeMap<_, _> = told.into_iter().collect();
    let expected = [
        ("A", "0.30"),
        ("B", "1.00"),
        ("C", "0.01"),
        ("D", "1.01"),
        ("E", "7.00"),
        ("F", "270215977642.23"),
    ];
    let expected = expected.map(|(code, sales)| (code.to_owned(), sales.to_owned()));
    assert_eq!(told, expected.into_iter().collect());
}

#[tokio::test]
async fn an_order_that_is_shipped_in_parts_is_shipped_when_the_first_part_went() {
    let shop = shop_in("UTC", &["2026-11-20 12:00:00", "2026-11-20 12:00:00"]).await;
    let id = shop.order_ids()[0].clone();
    shop.sim.edit_order("90001", &id, |order| {
        order["order_shipments"] = json!([
            {"id": "2", "tracking_number": "T2", "date_added": "2026-11-24 12:00:00"},
            {"id": "1", "tracking_number": "T1", "date_added": "2026-11-21 18:00:00"},
        ]);
    });
    let told = report(&shop, json!({"report": "time_to_ship", "from": "2026-11-01"}))
        .await
        .unwrap()
        .data;
    let totals = &told["totals"];
    assert_eq!(
        (
            &totals["median_hours"],
            &totals["orders_shipped"],
            &totals["orders_not_shipped"]
        ),
        (&json!("30.00"), &json!(1), &json!(1))
    );
    let waiting = json!({"report": "unshipped_by_age", "from": "2026-11-01"});
    assert_eq!(
        rows(&shop, waiting, "age", "orders").await,
        [("over_7_days".to_owned(), "1".to_owned())]
    );
}

#[tokio::test]
async fn two_currencies_never_meet() {
    let stores = vec![
        SeedStore::new("90001", "Here", ShopKind::Empty, 0).in_zone("America/Denver", Some("USD")),
        SeedStore::new("90002", "There", ShopKind::Empty, 0).in_zone("Pacific/Apia", Some("EUR")),
    ];
    let (shop, _) = shop_with(setup(stores)).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    // One moment, which is on two days.
    put(&shop, "90001", "2026-11-20 12:00:00", &[("MUG", "0.10", 3)]);
    put(&shop, "90002", "2026-11-20 12:00:00", &[("MUG", "0.20", 1)]);
    put(&shop, "90002", "2026-11-20 10:00:00", &[("MUG", "5.05", 2)]);
    let told = report(
        &shop,
        json!({"report": "sales_by_sku", "from": "last_30_days", "group_by": "day", "stores": "all"}),
    )
    .await
    .unwrap()
    .data;
    let row = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (
            text("currency"),
            text("day"),
            text("sales"),
            row["units"].as_i64().unwrap(),
        )
    };
    let mut told_rows: Vec<_> = told["rows"].as_array().unwrap().iter().map(row).collect();
    told_rows.sort();
    let expected = [
        ("EUR", "2026-11-20", "10.10", 2),
        ("EUR", "2026-11-21", "0.20", 1),
        ("USD", "2026-11-20", "0.30", 3),
    ];
    assert_eq!(
        told_rows,
        expected.map(|(currency, day, sales, units)| (currency.to_owned(), day.to_owned(), sales.to_owned(), units))
    );
    assert_eq!(
        (&told["totals"]["orders"], &told["totals"]["units"]),
        (&json!(3), &json!(6))
    );
    let by_currency: Vec<_> = told["totals"]["by_currency"]
        .as_array()
        .unwrap()
        .iter()
        .map(|total| &total["sales"])
        .collect();
    assert_eq!(by_currency, [&json!("10.30"), &json!("0.30")]);
}
