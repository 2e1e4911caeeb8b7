//! What an answer says of itself, and that it says nothing that nobody knows.

use super::*;

async fn one_order(zone: &str) -> Shop {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone(zone, Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    put(&shop, "90001", json!({}));
    shop
}

fn put(shop: &Shop, store: &str, order: Value) {
    let mut whole = json!({
        "date_added": "2026-11-20 12:00:00", "source_name": "Etsy", "customer": {"last_name": "Quill"},
        "order_items": [{"name": "Mug", "code": "MUG", "price": "2.50"}],
    });
    whole
        .as_object_mut()
        .unwrap()
        .extend(order.as_object().unwrap().clone());
    shop.sim.put_order(store, whole.as_object().unwrap()).unwrap();
}

async fn path(shop: &Shop, from: &str, to: Option<&str>) -> String {
    let mut input = json!({"report": "sales_by_day", "from": from});
    if let Some(to) = to {
        input["to"] = to.into();
    }
    match report(shop, input).await {
        Ok(_) => String::new(),
        Err(Error::Invalid(problems)) => problems[0].path.clone(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_day_is_judged_where_the_store_is() {
    let here = |zone: &'static str| async move {
        let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone(zone, Some("USD"));
        shop_with(setup(vec![store])).await.0
    };
    // It is 15:00 UTC on the 29th: the 30th in Auckland already.
    let auckland = here("Pacific/Auckland").await;
    assert_eq!(path(&auckland, "2026-11-30", None).await, "");
    assert_eq!(path(&auckland, "2026-12-01", None).await, "/from");
    let denver = here("America/Denver").await;
    assert_eq!(path(&denver, "2026-11-29", Some("2026-12-24")).await, "");
    assert_eq!(path(&denver, "2026-11-30", None).await, "/from");
    denver.sim.clear_requests();
    assert_eq!(path(&denver, "2026-12-01", Some("2026-12-24")).await, "/from");
    assert_eq!(path(&denver, "last_month", Some("this_month")).await, "/to");
    assert_eq!(
        denver.calls(),
        Vec::<String>::new(),
        "what is wrong everywhere is not asked"
    );
}

#[tokio::test]
async fn an_answer_from_nothing_has_no_totals_and_says_so_first() {
    let store = SeedStore::new("90001", "Shop", ShopKind::PrintOnDemand, 600);
    let mut setup = setup(vec![store]);
    setup.mirror.patience = Duration::from_millis(600);
    let (shop, _) = shop_with(setup).await;
    // The second page, with the newest orders, does not come.
    shop.sim.inject(
        Fault::new(FaultKind::HangBeforeCommit)
            .on("GET", "/orders")
            .after(1)
            .times(0),
    );
    let half = report(&shop, json!({"report": "sales_by_day", "from": "today"}))
        .await
        .unwrap();
    assert_eq!(half.data["complete"], false);
    assert_eq!(half.data.get("totals"), None, "{}", half.data);
    assert!(
        half.warnings[0].contains("not whole: the copy is being made"),
        "{:?}",
        half.warnings
    );
    assert!(half.warnings[0].contains("Ask again in"), "{:?}", half.warnings);
}

#[tokio::test]
async fn a_sum_that_begins_later_than_was_asked_says_so_first() {
    let shop = one_order("UTC").await;
    let told = report(&shop, json!({"report": "sales_by_day", "from": "year_to_date"}))
        .await
        .unwrap();
    assert!(
        told.warnings[0].contains("not whole") && told.warnings[0].contains("they start on 2026-06-02"),
        "{:?}",
        told.warnings
    );
    assert_eq!(told.data["totals"]["orders"], 1);
    let before = json!({"report": "sales_by_day", "from": "2026-01-01", "to": "2026-01-31"});
    assert_eq!(report(&shop, before).await.unwrap().data.get("totals"), None);
}

#[tokio::test]
async fn a_name_that_is_misspelt_makes_no_sum_of_nothing() {
    let shop = one_order("UTC").await;
    put(&shop, "90001", json!({"source_name": "Shopify"}));
    let told = async |filters: Value| {
        let input = json!({"report": "sales_by_day", "from": "last_30_days", "where": filters});
        let told = report(&shop, input).await.unwrap();
        (told.data["totals"]["orders"].as_u64().unwrap(), told.warnings)
    };
    assert_eq!(told(json!({"source_name": "etsy"})).await, (1, vec![]));
    let (orders, warnings) = told(json!({"source_name": "Etzy"})).await;
    assert_eq!(orders, 0);
    assert!(warnings[0].contains("source_name \"Etzy\""), "{warnings:?}");
    assert!(
        warnings[0].ends_with("There are \"Etsy\", \"Shopify\"."),
        "{warnings:?}"
    );
    let (_, warnings) = told(json!({"email": "nobody@x.test"})).await;
    assert!(warnings[0].contains("nobody@x.test"), "{warnings:?}");
    // There is such an order, on another day.
    let input = json!({"report": "sales_by_day", "from": "today", "where": {"source_name": "Etsy"}});
    assert_eq!(report(&shop, input).await.unwrap().warnings, Vec::<String>::new());
}

#[tokio::test]
async fn rows_by_code_have_the_newest_name_and_the_order_that_was_asked_for() {
    let shop = one_order("UTC").await;
    put(
        &shop,
        "90001",
        json!({"date_added": "2026-11-21 12:00:00", "order_items": [{"name": "Enamel Mug", "code": "MUG", "price": 1}]}),
    );
    put(
        &shop,
        "90001",
        json!({"order_items": [{"name": "Pin", "code": "PIN", "price": "0.10", "quantity": 9}]}),
    );
    let told = async |sort: Option<&str>| {
        let mut input = json!({"report": "sales_by_sku", "from": "last_30_days"});
        if let Some(sort) = sort {
            input["sort"] = sort.into();
        }
        report(&shop, input).await.unwrap().data
    };
    let rows = |data: &Value| -> Vec<(String, String)> {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let rows = data["rows"].as_array().unwrap();
        rows.iter().map(|row| (text(row, "sku"), text(row, "name"))).collect()
    };
    let pair = |sku: &str, name: &str| (sku.to_owned(), name.to_owned());
    let (mug, pin) = (pair("MUG", "Enamel Mug"), pair("PIN", "Pin"));
    let plain = told(None).await;
    assert_eq!(rows(&plain), [mug.clone(), pin.clone()]);
    assert!(
        plain["definition"]
            .as_str()
            .unwrap()
            .ends_with("Rows by sales, the largest first.")
    );
    let by_units = told(Some("units")).await;
    assert_eq!(rows(&by_units), [pin, mug]);
    assert!(
        by_units["definition"]
            .as_str()
            .unwrap()
            .ends_with("Rows by units, the largest first.")
    );
    let refused = report(
        &shop,
        json!({"report": "time_to_ship", "from": "last_30_days", "sort": "units"}),
    );
    assert_eq!(refused.await.unwrap_err().code(), "VALIDATION_ERROR");
}

#[tokio::test]
async fn what_one_report_alone_understands_is_refused_by_the_others() {
    let (shop, _) = shop_of(3).await;
    for name in od_engine::insight::REPORTS
        .into_iter()
        .filter(|name| *name != "time_to_ship")
    {
        let input = json!({"report": name, "from": "last_30_days", "target_hours": 48});
        let Err(Error::Invalid(problems)) = report(&shop, input.clone()).await else {
            panic!("{name} took target_hours");
        };
        assert_eq!(problems[0].path, "/target_hours");
        let told = &problems[0].message;
        assert!(told.contains("time_to_ship only") && told.contains(name), "{told}");
        // The door says the same before anything is read.
        let report = serde_json::from_value(json!(name)).unwrap();
        let judged = od_engine::insight::judge_report(report, input.as_object().unwrap());
        assert_eq!(judged[0].message, *told);
    }
    let own = json!({"report": "time_to_ship", "from": "last_30_days", "target_hours": 24});
    assert_eq!(report(&shop, own).await.unwrap().data["totals"]["target_hours"], 24);
}
