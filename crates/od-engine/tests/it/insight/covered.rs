//! What windows and words of reports mean, and that they say so.

use super::*;

async fn shop_with_orders(days: &[(&str, &str)]) -> Shop {
    let store = SeedStore::new("90001", "Mug & Shop", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    for (day, email) in days {
        let order = json!({
            "date_added": format!("{day} 12:00:00"), "source_name": "Etsy", "email": email,
            "customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug", "code": "MUG", "price": 2}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    shop
}

#[tokio::test]
async fn a_day_without_orders_is_a_row_of_nothing() {
    let shop = shop_with_orders(&[("2026-11-25", "a@x.test"), ("2026-11-28", "b@x.test")]).await;
    let told = report(
        &shop,
        json!({"report": "sales_by_day", "from": "2026-11-24", "to": "2026-12-24"}),
    )
    .await
    .unwrap();
    let rows: Vec<(&str, u64, &str)> = told.data["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (text("day"), row["orders"].as_u64().unwrap(), text("order_total"))
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("2026-11-24", 0, "0.00"),
            ("2026-11-25", 1, "2.00"),
            ("2026-11-26", 0, "0.00"),
            ("2026-11-27", 0, "0.00"),
            ("2026-11-28", 1, "2.00"),
            ("2026-11-29", 0, "0.00"),
        ],
        "no day that is still to come"
    );
    assert_eq!(
        (&told.data["rows"][0]["currency"], &told.data["total_rows"]),
        (&json!("USD"), &json!(6))
    );
    let definition = told.data["definition"].as_str().unwrap();
    assert!(definition.contains("days without orders"), "{definition}");
    // It is not over.
    assert!(
        told.warnings
            .iter()
            .any(|told| told.contains("2026-12-24") && told.contains("still to come")),
        "{:?}",
        told.warnings
    );
    // A day before the copy begins is nobody's nothing.
    let early = report(
        &shop,
        json!({"report": "sales_by_day", "from": "2026-05-30", "to": "2026-06-03"}),
    )
    .await
    .unwrap()
    .data;
    assert_eq!(
        (&early["rows"][0]["day"], &early["total_rows"]),
        (&json!("2026-06-02"), &json!(2))
    );
    let by_both = json!({"report": "sales_by_day", "from": "2026-11-24", "group_by": "source"});
    assert_eq!(report(&shop, by_both).await.unwrap().data["total_rows"], 2);
}

#[tokio::test]
async fn a_definition_tells_the_columns_that_there_are() {
    let shop = shop_with_orders(&[("2026-11-25", "a@x.test")]).await;
    let told = report(
        &shop,
        json!({"report": "sales_by_source", "from": "last_30_days", "group_by": "sku"}),
    )
    .await
    .unwrap()
    .data;
    let definition = told["definition"].as_str().unwrap();
    assert_eq!(told["rows"][0]["sales"], "2.00");
    assert!(definition.contains("sales = price x quantity"), "{definition}");
    assert!(
        !definition.contains("name =") && !definition.contains("the totals are"),
        "{definition}"
    );
}

#[tokio::test]
async fn who_ordered_twice_in_the_window_is_told_beside_who_came_back() {
    let days = [
        ("2026-10-01", "old@x.test"),
        ("2026-11-20", "old@x.test"),
        ("2026-11-21", "new@x.test"),
        ("2026-11-22", "NEW@x.test"),
        ("2026-11-23", "once@x.test"),
    ];
    let shop = shop_with_orders(&days).await;
    let told = report(
        &shop,
        json!({"report": "new_and_returning_customers", "from": "2026-11-10"}),
    )
    .await
    .unwrap()
    .data;
    assert_eq!(
        told["totals"],
        json!({"new_customers": 2, "returning_customers": 1, "orders_without_email": 0, "ordered_more_than_once": 1})
    );
    let definition = told["definition"].as_str().unwrap();
    assert!(
        definition.contains("returning =") && definition.contains("ordered_more_than_once ="),
        "{definition}"
    );
}

#[tokio::test]
async fn what_waits_for_longer_than_the_target_is_told_beside_what_was_shipped() {
    // 49, 47 and 600 hours ago.
    let shop = shop_with_orders(&[]).await;
    for hours in [49, 47, 600] {
        let added = now() - Duration::from_hours(hours);
        let order = json!({
            "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(), "customer": {"last_name": "Quill"},
            "order_items": [{"name": "Mug", "code": "MUG", "price": 2}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    let told = async |hours: u64| {
        let input = json!({"report": "time_to_ship", "from": "last_30_days", "target_hours": hours});
        report(&shop, input).await.unwrap().data
    };
    let data = told(48).await;
    assert_eq!(
        (
            &data["totals"]["orders_not_shipped"],
            &data["totals"]["unshipped_over_target"]
        ),
        (&json!(3), &json!(2))
    );
    assert_eq!(told(700).await["totals"]["unshipped_over_target"], 0);
    assert!(
        data["definition"].as_str().unwrap().contains("unshipped_over_target ="),
        "{data}"
    );
}

#[tokio::test]
async fn a_file_is_named_after_its_report_its_days_and_its_store() {
    let shop = shop_with_orders(&[("2026-11-25", "a@x.test")]).await;
    let named = async |stores: Value| {
        let mut input =
            json!({"report": "sales_by_country", "from": "2026-11-01", "to": "2026-11-20", "format": "csv"});
        input
            .as_object_mut()
            .unwrap()
            .extend(stores.as_object().unwrap().clone());
        report(&shop, input).await.unwrap().file.unwrap().name
    };
    assert_eq!(
        named(json!({})).await,
        "sales_by_country_2026-11-01_2026-11-20_mug-shop.csv"
    );
    assert_eq!(
        named(json!({"stores": "all"})).await,
        "sales_by_country_2026-11-01_2026-11-20_all-stores.csv"
    );
}

#[tokio::test]
async fn a_folder_that_there_is_not_names_those_there_are() {
    let shop = shop_with_orders(&[]).await;
    let input = json!({"report": "sales_by_day", "from": "last_14_days", "where": {"folder_name": "Nope"}});
    let Error::Invalid(problems) = report(&shop, input).await.unwrap_err() else {
        panic!("it is an argument that is wrong");
    };
    assert_eq!(problems[0].path, "/where/folder_name");
    assert!(
        problems[0].message.contains("\"New\", \"Prepared\"") && problems[0].message.contains("\"Canceled\""),
        "{}",
        problems[0].message
    );
}
