//! Inventory items that run out, against tables made by hand.

use od_engine::insight::Stock;

use super::*;

/// Codes and quantities.
type Lines = &'static [(&'static str, i64)];

/// Orders of so many days ago with their lines; what is shipped, and what is canceled.
const ORDERS: [(i64, Lines, bool, bool); 6] = [
    (0, &[("MUG", 2), ("TOTE", 1)], false, false),
    (6, &[("MUG", 3)], true, false),
    (7, &[("MUG", 4)], true, false),
    (29, &[("MUG", 1), ("TEE", 9)], true, false),
    (30, &[("TEE", 5), ("CAP", 1)], false, false),
    (1, &[("MUG", 100), ("CAP", 100)], false, true),
];

async fn stocked(stock: &[(&str, i64)]) -> (Shop, Clock) {
    let store = SeedStore::new("90001", "Empty", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, clock) = shop_with(setup(vec![store])).await;
    let canceled = &shop.sim.folders("90001")[3].0;
    for (days, lines, is_shipped, is_canceled) in ORDERS {
        let added = now() - Duration::from_hours(1 + 24 * u64::try_from(days).unwrap());
        let items: Vec<Value> = lines
            .iter()
            .map(|(code, quantity)| json!({"name": code, "code": code, "price": 1, "quantity": quantity}))
            .collect();
        let mut order = json!({
            "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(), "email": "a@x.test", "order_items": items,
        });
        if is_canceled {
            order["folder_id"] = canceled.as_str().into();
        }
        let id = shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
        if is_shipped {
            shop.sim.edit_order("90001", &id, |order| {
                let shipments = json!([{"id": "1", "tracking_number": "T1", "date_added": "2026-11-29 15:00:00"}]);
                order.insert("order_shipments".to_owned(), shipments);
            });
        }
    }
    for (code, stock) in stock {
        let item = json!({"name": format!("A {code}"), "code": code, "stock": stock});
        shop.sim.put_product("90001", item.as_object().unwrap()).unwrap();
    }
    (shop, clock)
}

async fn stock(shop: &Shop, input: Value) -> Value {
    let input: Stock = serde_json::from_value(input).unwrap();
    shop.engine.insight().stock(&shop.scope(), input).await.unwrap().data
}

fn row(row: &Value) -> (&str, &str, i64, i64, i64, i64, Option<&str>) {
    let number = |name: &str| row[name].as_i64().unwrap();
    (
        row["code"].as_str().unwrap(),
        row["status"].as_str().unwrap(),
        number("stock"),
        number("units_waiting"),
        number("units_7_days"),
        number("units_30_days"),
        row["days_of_cover"].as_str(),
    )
}

#[tokio::test]
async fn items_that_run_out_are_told_the_worst_first() {
    let levels = [
        ("PIN", 3),
        ("TEE", 0),
        ("TOTE", -1),
        ("CAP", -2),
        ("MUG", 7),
        ("BAG", 10),
        ("POT", -4),
    ];
    let (shop, _) = stocked(&levels).await;
    let told = stock(&shop, json!({})).await;
    let rows: Vec<_> = told["rows"].as_array().unwrap().iter().map(row).collect();
    assert_eq!(
        rows,
        [
            ("TOTE", "oversold", -1, 1, 1, 1, Some("0.0")),
            ("CAP", "oversold", -2, 1, 0, 0, None),
            ("POT", "negative", -4, 0, 0, 0, None),
            ("TEE", "out", 0, 5, 0, 9, Some("0.0")),
            // 10 in 30 days.
            ("MUG", "low", 7, 2, 5, 10, Some("21.0")),
            ("PIN", "low", 3, 0, 0, 0, None),
        ]
    );
    assert_eq!(
        told["totals"],
        json!({"items": 7, "oversold": 2, "negative": 1, "out": 1, "low": 2, "runs_out": 0})
    );
    assert_eq!(
        (&told["complete"], &told["window"]["from"]),
        (&json!(true), &json!("2026-10-31"))
    );
    assert_eq!(told["orders_counted"], 4);
    let told = stock(&shop, json!({"below": 4, "offset": 4})).await;
    let rows: Vec<_> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| row(told).0)
        .collect();
    // Of MUG there are seven, and five are sold in a week.
    assert_eq!(rows, ["PIN", "MUG"]);
}

#[tokio::test]
async fn every_page_of_items_is_read_once_and_kept() {
    let levels: Vec<(String, i64)> = (0..501).map(|item| (format!("C{item:03}"), item)).collect();
    let levels: Vec<(&str, i64)> = levels.iter().map(|(code, stock)| (code.as_str(), *stock)).collect();
    let (shop, _) = stocked(&levels).await;
    let pages = || {
        shop.calls()
            .iter()
            .filter(|call| *call == "GET /inventory-items")
            .count()
    };
    let told = stock(&shop, json!({"below": 1_000})).await;
    assert_eq!((&told["totals"]["items"], pages()), (&json!(501), 2));
    assert!(
        told["rows"].as_array().unwrap().len() < 60 && told.to_string().len() < 8_000,
        "{told}"
    );
    stock(&shop, json!({})).await;
    assert_eq!(pages(), 2);
    stock(&shop, json!({"fresh": true})).await;
    assert_eq!(pages(), 4);
}

#[tokio::test]
async fn what_is_sold_faster_than_it_lasts_is_listed_with_the_day_it_runs_out() {
    // Of MUG 10 were sold in 30 days and 5 in seven; of TEE 9 in 30 days and none in seven.
    let (shop, _) = stocked(&[("MUG", 12), ("TEE", 90), ("BAG", 40)]).await;
    let told = stock(&shop, json!({"cover_days": 17})).await;
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{told}");
    // 12 pieces of 5 in 7 days last 16.8 days.
    assert_eq!(row(&rows[0]), ("MUG", "runs_out", 12, 2, 5, 10, Some("36.0")));
    assert_eq!(
        (&rows[0]["days_of_cover_7_days"], &rows[0]["runs_out_on"]),
        (&json!("16.8"), &json!("2026-12-15"))
    );
    assert_eq!(
        (&told["totals"]["runs_out"], &told["cover_days"]),
        (&json!(1), &json!(17))
    );
    let definition = told["definition"].as_str().unwrap();
    assert!(
        definition.contains("runs_out =") && definition.contains("runs_out_on ="),
        "{definition}"
    );
    let few = stock(&shop, json!({"cover_days": 16})).await;
    assert_eq!(few["rows"], json!([]));
    let slow = stock(&shop, json!({"cover_days": 0, "below": 100})).await;
    let of = |code: &str| {
        slow["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["code"] == code)
            .unwrap()
            .clone()
    };
    // 90 of 9 in 30 days last 300 days; none was sold in the last seven.
    assert_eq!(
        (&of("TEE")["days_of_cover_7_days"], &of("TEE")["runs_out_on"]),
        (&Value::Null, &json!("2027-09-25"))
    );
    assert_eq!(of("BAG")["runs_out_on"], Value::Null);
}
