//! Every figure is what reading all orders gives. `PROPTEST_CASES` chooses how many shops are tried.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::naive::Shopkeeper;
use super::shops::{Event, ZONES, event, order};
use super::*;

/// What is tried where nobody chose a number.
const FEW: u32 = 12;
/// proptest's own default.
const UNCHOSEN: u32 = 256;

#[test]
fn figures_are_those_of_reading_every_order() {
    let chosen = Config::default().cases;
    let config = Config {
        cases: if chosen == UNCHOSEN { FEW } else { chosen },
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let story = (
        prop::sample::select(ZONES.to_vec()),
        prop::sample::select(vec![Some("USD"), Some("EUR"), None]),
        prop::collection::vec(order(), 0..25),
        prop::collection::vec((0..40_u64, prop::collection::vec(event(), 0..6)), 1..4),
    );
    let told = TestRunner::new(config).run(&story, |(zone, currency, orders, rounds)| {
        runtime.block_on(live(zone, currency, orders, rounds));
        Ok(())
    });
    told.unwrap();
}

async fn live(
    zone: &str,
    currency: Option<&str>,
    orders: Vec<serde_json::Map<String, Value>>,
    rounds: Vec<(u64, Vec<Event>)>,
) {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone(zone, currency);
    let (shop, clock) = shop_with(setup(vec![store])).await;
    for order in &orders {
        shop.sim.put_order("90001", order).unwrap();
    }
    let mut known = shop.sim.orders("90001");
    let (mut second, mut asked) = (0, 0);
    let at = |second: u64| now() + Duration::from_secs(second);
    judge(&shop, (&known, at(0)), (zone, currency), false).await;
    for (pause, events) in rounds {
        for event in &events {
            event.happen(&shop);
        }
        second += pause;
        clock.set(now() + Duration::from_secs(second));
        let fresh = !events.iter().all(Event::shows);
        // Until it is asked what has changed, an answer is as of the moment before.
        if fresh || second - asked >= 15 {
            known = shop.sim.orders("90001");
            asked = second;
        }
        judge(&shop, (&known, at(second)), (zone, currency), fresh).await;
    }
}

/// Compares all that is told with the orders as they are.
async fn judge(
    shop: &Shop,
    (orders, at): (&Vec<Value>, Timestamp),
    (zone, currency): (&str, Option<&str>),
    fresh: bool,
) {
    let folders = shop.sim.folders("90001");
    let naive = Shopkeeper {
        orders,
        folders: &folders,
        zone,
        currency,
        now: at.as_second(),
    };
    // All within the copy, whatever the zone; and the nights on which clocks change.
    let told = queue(shop, json!({ "fresh": fresh })).await.unwrap().data;
    assert_eq!(told["complete"], true);
    let rows = told["folders"].as_array().unwrap();
    assert_eq!(rows.len(), folders.len());
    for (row, (id, _)) in rows.iter().zip(&folders) {
        for (name, expected) in naive.folder_stands(id, 7).as_object().unwrap() {
            assert_eq!(row[name], *expected, "{name} of folder {id}");
        }
    }
    for hours in [1, 24 * 20] {
        let naive = duplicates::naive(orders, &folders, hours);
        // Of larger groups a reply shows the beginning.
        if naive.iter().all(|(orders, _)| orders.len() <= 12) {
            assert_eq!(duplicates::told(shop, hours).await, naive, "{hours} hours");
        }
    }
    for (from, to) in [
        (date(2026, 6, 5), date(2026, 11, 30)),
        (date(2026, 11, 1), date(2026, 11, 1)),
        (date(2026, 10, 25), date(2026, 10, 26)),
    ] {
        let asked =
            |report: &str| json!({ "report": report, "from": from.to_string(), "to": to.to_string(), "top": 1000 });
        for key in ["day", "month", "source", "country", "shipping_method", "folder"] {
            let (rows, totals) = naive.sales(&[key], from, to);
            compare(shop, asked(&format!("sales_by_{key}")), &[key], rows, Some(totals)).await;
        }
        let (rows, totals) = naive.sales(&["source", "month"], from, to);
        let mut input = asked("sales_by_source");
        input["group_by"] = "month".into();
        compare(shop, input, &["source", "month"], rows, Some(totals)).await;
        compare(shop, asked("sales_by_sku"), &["sku"], naive.by_sku(from, to), None).await;
        compare(
            shop,
            asked("unshipped_by_age"),
            &["age"],
            naive.unshipped(from, to),
            None,
        )
        .await;
        compare(
            shop,
            asked("returns_and_refunds"),
            &["payment_status"],
            naive.refunds(from, to),
            None,
        )
        .await;
        compare(
            shop,
            asked("discounts_used"),
            &["code"],
            naive.discounts(from, to),
            None,
        )
        .await;

        let told = report(shop, asked("time_to_ship")).await.unwrap().data;
        let (seconds, by_day) = naive.seconds_to_ship(from, to);
        assert_eq!(told["totals"]["counted_to_date_shipped"], by_day);
        assert_eq!(told["totals"]["counted_to_date_added"], seconds.len() - by_day);
        assert_eq!(told["totals"]["orders_shipped"], seconds.len());
        let rank = |percent: usize| seconds.get((seconds.len() * percent).div_ceil(100).max(1) - 1);
        for (name, percent) in [("median_hours", 50), ("p90_hours", 90)] {
            let told = told["totals"][name].as_str();
            // Hundredths of an hour.
            let told = told.map(|hours| hours.replace('.', "").parse::<i64>().unwrap());
            assert_eq!(told, rank(percent).map(|seconds| (seconds + 18) / 36), "{name}");
        }
        let late = seconds.iter().filter(|took| **took > 48 * 3600).count();
        assert_eq!(told["totals"]["over_target"], late);
        assert_eq!(
            told["totals"]["unshipped_over_target"],
            naive.late_without_shipment(from, to, 48)
        );

        let told = report(shop, asked("new_and_returning_customers")).await.unwrap().data;
        let (new, returning, without, again) = naive.customers(from, to);
        let expected = json!({
            "new_customers": new, "returning_customers": returning, "orders_without_email": without,
            "ordered_more_than_once": again,
        });
        assert_eq!(told["totals"], expected);
    }
}

/// Compares a report's rows, whatever their order, and its totals. A reply has room for few rows: all pages are read.
async fn compare(
    shop: &Shop,
    mut input: Value,
    keys: &[&str],
    expected: BTreeMap<Vec<String>, Value>,
    totals: Option<Value>,
) {
    let mut told = BTreeMap::new();
    loop {
        let page = report(shop, input.clone()).await.unwrap();
        assert!(page.data.to_string().len() < 8_000);
        if let Some(totals) = &totals {
            assert_eq!(page.data["totals"], *totals, "{input}");
        }
        assert_eq!(page.data["total_rows"], expected.len(), "{input}");
        for row in page.data["rows"].as_array().unwrap() {
            let mut row = row.as_object().unwrap().clone();
            let key = keys
                .iter()
                .map(|key| row.remove(*key).unwrap().as_str().unwrap().to_owned())
                .collect();
            assert!(told.insert(key, Value::Object(row)).is_none(), "each row once");
        }
        match page.data.get("next_offset") {
            Some(next) => input["offset"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(told, expected, "{input}");
}

#[tokio::test]
async fn amounts_of_different_currencies_stand_apart() {
    let stores = vec![
        SeedStore::new("90001", "Here", ShopKind::Empty, 0).in_zone("America/Denver", Some("USD")),
        SeedStore::new("90002", "There", ShopKind::Empty, 0).in_zone("Europe/Berlin", Some("EUR")),
    ];
    let (shop, _) = shop_with(setup(stores)).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    let order = json!({
        "source_name": "Etsy", "date_added": "2026-11-20 12:00:00", "customer": {"company": "X"},
        "order_items": [{"name": "Mug", "code": "MUG", "price": "10.00"}],
    });
    for store in ["90001", "90002", "90002"] {
        shop.sim.put_order(store, order.as_object().unwrap()).unwrap();
    }
    let mut input = sales();
    input["stores"] = "all".into();
    let told = report(&shop, input).await.unwrap().data;
    let rows: Vec<_> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["currency"], &row["order_total"]))
        .collect();
    assert_eq!(
        rows,
        [(&json!("EUR"), &json!("20.00")), (&json!("USD"), &json!("10.00"))]
    );
    assert_eq!(told["totals"]["orders"], 3);
    assert_eq!(told["totals"].get("order_total"), None, "{told}");
    assert_eq!(told["stores"][1]["window"]["zone"], "Europe/Berlin");
}

#[tokio::test]
async fn amounts_of_stores_that_name_no_currency_are_not_added_together() {
    let stores = vec![
        SeedStore::new("90001", "Here", ShopKind::Empty, 0).in_zone("UTC", None),
        SeedStore::new("90002", "There", ShopKind::Empty, 0).in_zone("UTC", None),
    ];
    let (shop, _) = shop_with(setup(stores)).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    for (store, price) in [("90001", "11.00"), ("90002", "12.00")] {
        let order = json!({
            "source_name": "Etsy", "date_added": "2026-11-20 12:00:00", "customer": {"company": "X"},
            "order_items": [{"name": "Mug", "code": "MUG", "price": price}],
        });
        shop.sim.put_order(store, order.as_object().unwrap()).unwrap();
    }
    for (name, amount) in [("sales_by_source", "order_total"), ("sales_by_sku", "sales")] {
        let input = json!({ "report": name, "from": "last_90_days", "stores": "all" });
        let told = report(&shop, input).await.unwrap().data;
        let of = |rows: &Value| -> Vec<Value> {
            let rows = rows.as_array().unwrap().iter();
            rows.map(|row| json!([row["currency"], row["store_id"], row[amount]]))
                .collect()
        };
        let expected = json!([[null, "90001", "11.00"], [null, "90002", "12.00"]]);
        let mut rows = of(&told["rows"]);
        rows.sort_by_key(ToString::to_string);
        assert_eq!(json!(rows), expected, "{told}");
        assert_eq!(json!(of(&told["totals"]["by_currency"])), expected, "{told}");
        assert_eq!(told["totals"]["orders"], 2);
        let one = report(
            &shop,
            json!({ "report": name, "from": "last_90_days", "store": "90001" }),
        )
        .await
        .unwrap()
        .data;
        assert_eq!(one["totals"][amount], "11.00");
        assert_eq!(one["rows"][0].get("store_id"), None, "{one}");
    }
}

#[tokio::test]
async fn filters_cut_a_report_and_unknown_ones_are_named() {
    let (shop, _) = shop_of(40).await;
    let mut input = sales();
    input["where"] = json!({ "folder_name": "canceled", "source_name": "Etsy" });
    let told = report(&shop, input).await.unwrap().data;
    let canceled: u64 = shop.sim.folders("90001")[3].0.parse().unwrap();
    let fits = |order: &&Value| order["source_name"] == "Etsy" && order["folder_id"] == canceled;
    assert_eq!(
        told["totals"]["orders"],
        shop.sim.orders("90001").iter().filter(fits).count()
    );
    let judged = od_engine::insight::judge_report(
        od_engine::insight::ReportName::TimeToShip,
        json!({ "group_by": "day", "sort": "units", "target_hours": 5, "where": { "folder": "New" } })
            .as_object()
            .unwrap(),
    );
    let paths: Vec<&str> = judged.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["/group_by", "/sort", "/where/folder"]);
}

#[tokio::test]
async fn a_window_that_begins_before_the_copy_is_not_whole() {
    let (shop, _) = shop_of(3).await;
    let told = report(&shop, json!({ "report": "sales_by_day", "from": "2026-01-01" }))
        .await
        .unwrap()
        .data;
    assert_eq!(told["complete"], false);
    assert!(told["reason"].as_str().unwrap().contains("2026-06-02"), "{told}");
}
