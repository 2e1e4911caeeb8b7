//! Reports as CSV: what is in them, who reads them, and until when.

use od_engine::{Grants, NewPersonalToken, Permission, Scope};

use super::*;
use crate::support::{new_tenant, scope};

/// Asks for a report as CSV, and reads it.
async fn sheet(shop: &Shop, input: Value) -> Vec<Vec<String>> {
    let id = keep(shop, input).await;
    rows(&shop.engine.read_report(&shop.scope(), &id).await.unwrap())
}

async fn keep(shop: &Shop, mut input: Value) -> String {
    input["format"] = "csv".into();
    report(shop, input).await.unwrap().file.unwrap().id
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.unwrap());
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

fn shops() -> Vec<SeedStore> {
    vec![
        SeedStore::new("90001", "Here", ShopKind::Empty, 0).in_zone("UTC", Some("USD")),
        SeedStore::new("90002", "There", ShopKind::Empty, 0).in_zone("UTC", Some("EUR")),
    ]
}

/// Two shops with an order each, both registered.
async fn two_shops() -> (Shop, Clock) {
    let (shop, clock) = shop_with(setup(shops())).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    for (store, price) in [("90001", "1.50"), ("90002", "2.25")] {
        let order = json!({
            "source_name": "Etsy", "date_added": "2026-11-20 12:00:00", "customer": {"company": "X"},
            "order_items": [
                {"name": "Mug", "code": "=cmd|' /C calc'!A0", "price": price, "quantity": 2},
                {"name": "Tote", "code": "A,\"B\"", "price": -1, "quantity": 1},
            ],
        });
        shop.sim.put_order(store, order.as_object().unwrap()).unwrap();
    }
    (shop, clock)
}

/// A colleague who may read the orders of these stores.
async fn colleague(shop: &Shop, stores: &[&str]) -> Scope {
    let new = NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::of(&[Permission::OrdersRead]),
        stores: Some(stores.iter().map(|store| (*store).to_owned()).collect()),
        expires_in: None,
    };
    let token = shop.engine.tokens().create(&shop.scope(), new).await.unwrap().token;
    scope(&shop.engine.auth().sign_in(&token).await.unwrap())
}

async fn refusal(shop: &Shop, scope: &Scope, id: &str) -> String {
    let error = shop.engine.read_report(scope, id).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND", "{error}");
    error.to_string().replace(id, "#")
}

#[tokio::test]
async fn a_file_has_every_row_and_numbers_that_every_spreadsheet_reads() {
    let (shop, _) = shop_of(700).await;
    let asked = json!({ "report": "sales_by_sku", "from": "last_90_days", "group_by": "day" });
    let mut told = Vec::new();
    let mut page = asked.clone();
    let totals = loop {
        let data = report(&shop, page.clone()).await.unwrap().data;
        told.extend(data["rows"].as_array().unwrap().clone());
        match data.get("next_offset") {
            Some(next) => page["offset"] = next.clone(),
            None => break data["totals"].clone(),
        }
    };
    let mut input = asked.clone();
    input["format"] = "csv".into();
    let reply = report(&shop, input).await.unwrap();
    assert_eq!(reply.data["totals"], totals);
    assert_eq!(reply.data.get("rows"), None);
    let file = reply.file.unwrap();
    let text = shop.engine.read_report(&shop.scope(), &file.id).await.unwrap();
    assert_eq!(text.len(), file.bytes);
    assert!(
        text.starts_with("sku,day,currency,orders,units,sales,name\r\n"),
        "{}",
        &text[..60]
    );
    let mut sheet = rows(&text);
    assert_eq!(sheet.remove(0), file.columns);
    assert!(told.len() > 200 && sheet.len() == told.len() && file.rows == told.len());
    for (cells, row) in sheet.iter().zip(&told) {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let expected: Vec<String> = file.columns.iter().map(|name| plain(&row[*name])).collect();
        assert_eq!(*cells, expected);
        assert!(cells[5].split_once('.').is_some_and(|(_, cents)| cents.len() == 2));
        assert!(cells[4].bytes().all(|byte| byte.is_ascii_digit()), "{}", cells[4]);
    }
    let mut first = asked;
    first["top"] = 3.into();
    assert_eq!(self::sheet(&shop, first).await.len(), 4);
}

#[tokio::test]
async fn text_that_a_spreadsheet_would_run_is_text_and_each_store_has_its_rows() {
    let (shop, _) = two_shops().await;
    let mut asked = json!({ "report": "sales_by_sku", "from": "last_30_days", "store": "90001" });
    let one = sheet(&shop, asked.clone()).await;
    let expected = [
        vec!["sku", "currency", "orders", "units", "sales", "name"],
        vec!["'=cmd|' /C calc'!A0", "USD", "1", "2", "3.00", "Mug"],
        vec!["A,\"B\"", "USD", "1", "1", "-1.00", "Tote"],
    ];
    assert_eq!(one, expected);
    asked["store"].take();
    asked = json!({ "report": "sales_by_sku", "from": "last_30_days", "stores": "all" });
    let all = sheet(&shop, asked).await;
    let expected = [
        vec![
            "store", "store_id", "sku", "currency", "orders", "units", "sales", "name",
        ],
        vec!["Here", "90001", "'=cmd|' /C calc'!A0", "USD", "1", "2", "3.00", "Mug"],
        vec!["Here", "90001", "A,\"B\"", "USD", "1", "1", "-1.00", "Tote"],
        vec!["There", "90002", "'=cmd|' /C calc'!A0", "EUR", "1", "2", "4.50", "Mug"],
        vec!["There", "90002", "A,\"B\"", "EUR", "1", "1", "-1.00", "Tote"],
    ];
    assert_eq!(all, expected);
    // Also reports of one row, and those that have none: the columns are the same.
    let none = json!({ "report": "discounts_used", "from": "last_30_days", "store": "90001" });
    assert_eq!(sheet(&shop, none).await, [["code", "currency", "uses", "discount"]]);
    let shipped = json!({ "report": "time_to_ship", "from": "last_30_days", "stores": "all" });
    let shipped = sheet(&shop, shipped).await;
    assert_eq!(shipped[0][8], "percent_over_target");
    // A column has one name, in a reply, in a file and where there is no row.
    for name in od_engine::insight::REPORTS {
        let input = json!({ "report": name, "from": "last_30_days", "store": "90001" });
        let data = report(&shop, input.clone()).await.unwrap().data;
        let heading = sheet(&shop, input).await.swap_remove(0);
        let columns = od_engine::insight::report_columns(serde_json::from_value(json!(name)).unwrap(), None);
        assert_eq!(columns.unwrap(), heading, "{name}");
        if let Some(row) = data["rows"][0].as_object() {
            assert!(row.keys().eq(&heading), "{name}: {row:?}, {heading:?}");
        }
    }
    assert_eq!(
        shipped[1..],
        [
            ["Here", "90001", "0", "1", "", "", "48", "0", "", "1", "0", "0"],
            ["There", "90002", "0", "1", "", "", "48", "0", "", "1", "0", "0"],
        ]
    );
}

#[tokio::test]
async fn a_file_is_for_those_who_may_read_all_its_stores_and_goes_with_each_of_them() {
    let (shop, clock) = two_shops().await;
    let of_both = keep(
        &shop,
        json!({ "report": "sales_by_day", "from": "today", "stores": "all" }),
    )
    .await;
    let of_one = keep(
        &shop,
        json!({ "report": "sales_by_day", "from": "today", "store": "90001" }),
    )
    .await;
    let stranger = scope(&new_tenant(&shop.engine).await);
    let (here, there) = (colleague(&shop, &["90001"]).await, colleague(&shop, &["90002"]).await);
    let nobodys = "0192f0c1-7a51-7f8e-9a43-5b6d7e8f9a0b";
    let unknown = refusal(&shop, &shop.scope(), nobodys).await;
    for (who, id) in [
        (&stranger, &of_both),
        (&stranger, &of_one),
        (&here, &of_both),
        (&there, &of_one),
    ] {
        assert_eq!(refusal(&shop, who, id).await, unknown);
    }
    shop.engine.read_report(&here, &of_one).await.unwrap();
    shop.engine
        .read_report(&colleague(&shop, &["90001", "90002"]).await, &of_both)
        .await
        .unwrap();

    shop.engine.stores().delete(&shop.scope(), "90002").await.unwrap();
    assert_eq!(refusal(&shop, &shop.scope(), &of_both).await, unknown);
    shop.engine.read_report(&shop.scope(), &of_one).await.unwrap();
    clock.set(now() + Duration::from_secs(3_599));
    shop.engine.read_report(&shop.scope(), &of_one).await.unwrap();
    clock.set(now() + Duration::from_hours(1));
    assert_eq!(refusal(&shop, &shop.scope(), &of_one).await, unknown);
    let long = "x".repeat(5_000);
    assert_eq!(
        shop.engine.read_report(&shop.scope(), &long).await.unwrap_err().code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn a_file_outlives_the_process_and_nobody_reads_it_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let mut setup = setup(vec![SeedStore::new("90001", "Goods", ShopKind::PrintOnDemand, 60)]);
    setup.database = database.clone();
    let text = setup.root_key.to_base64();
    let (shop, clock) = shop_with(setup).await;
    let id = keep(&shop, json!({ "report": "sales_by_sku", "from": "last_90_days" })).await;
    let before = shop.engine.read_report(&shop.scope(), &id).await.unwrap();
    let again = Setup {
        database,
        root_key: od_engine::RootKey::from_base64(secrecy::ExposeSecret::expose_secret(&text)).unwrap(),
        ..Setup::default()
    };
    let other = od_engine::Engine::open(options(again, &shop.sim), clock).await.unwrap();
    assert_eq!(other.read_report(&shop.scope(), &id).await.unwrap(), before);
    shop.engine.checkpoint().await.unwrap();
    let file = std::fs::read(folder.path().join("app.db")).unwrap();
    let holds = |wanted: &[u8]| file.windows(wanted.len()).any(|part| part == wanted);
    let sku = rows(&before)[1][0].clone();
    assert!(!holds(sku.as_bytes()), "{sku}");
    assert!(holds(id.as_bytes()), "the file was read");
}

#[tokio::test]
async fn a_tenant_keeps_so_many_files_at_a_time() {
    let (shop, clock) = two_shops().await;
    let asked = json!({ "report": "sales_by_day", "from": "today", "store": "90001", "format": "csv" });
    for _ in 0..50 {
        report(&shop, asked.clone()).await.unwrap();
    }
    let refused = report(&shop, asked.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "RATE_LIMIT_EXCEEDED");
    assert_eq!(refused.retry_after(), Some(Duration::from_hours(1)));
    assert!(refused.to_string().contains("CSV reports"), "{refused}");
    report(
        &shop,
        json!({ "report": "sales_by_day", "from": "today", "store": "90001" }),
    )
    .await
    .unwrap();
    clock.set(now() + Duration::from_hours(1));
    report(&shop, asked).await.unwrap();
}
