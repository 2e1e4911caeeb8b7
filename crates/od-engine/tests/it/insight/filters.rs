//! Filters of reports, against reading every order.

use super::*;

/// Three orders, a day apart; the store's clock is seven hours behind in November.
async fn three() -> Shop {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone("America/Denver", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    for (day, customer) in [("18", "C-1"), ("19", "C-2"), ("20", "C-2")] {
        let order = json!({
            "source_name": "Etsy", "date_added": format!("2026-11-{day} 12:00:00"), "customer": {"company": "X"},
            "customer_id": customer, "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    shop
}

#[tokio::test]
async fn reports_take_the_filters_that_a_copy_answers_exactly() {
    let shop = three().await;
    let check = async |filters: Value, expected: u64| {
        let asked = json!({ "report": "sales_by_day", "from": "last_30_days", "where": filters });
        let told = report(&shop, asked).await.unwrap().data;
        assert_eq!(told["totals"]["orders"], expected, "{filters}");
        // As Order Desk itself answers it.
        let listed: od_engine::orders::ListOrders = serde_json::from_value(filters.clone()).unwrap();
        let listed = shop.engine.orders().list(&shop.scope(), listed).await.unwrap();
        assert_eq!(
            listed.data["orders"].as_array().unwrap().len() as u64,
            expected,
            "{filters}"
        );
    };
    check(json!({ "customer_id": "C-2" }), 2).await;
    check(json!({ "customer_id": "c-2" }), 0).await;
    check(json!({ "search_start_date": "2026-11-19 12:00:00" }), 2).await;
    check(json!({ "search_end_date": "2026-11-19 12:00:00" }), 1).await;
    check(
        json!({ "search_start_date": "2026-11-19T13:00:00+01:00", "search_end_date": "2026-11-20" }),
        1,
    )
    .await;
    check(json!({ "search_start_date_local": "2026-11-19 05:00:01" }), 1).await;
    check(json!({ "search_end_date_local": "2026-11-19 05:00:00" }), 1).await;
    check(
        json!({ "search_start_date": "2026-11-18", "search_start_date_local": "2026-11-20" }),
        1,
    )
    .await;
    // The simulator changed them all when it took them.
    check(
        json!({ "modified_start_date": "2026-11-29 15:00:00", "modified_end_date": "2026-11-30" }),
        3,
    )
    .await;
    check(json!({ "modified_start_date": "2026-11-30" }), 0).await;
    check(
        json!({ "modified_end_date": "2026-11-29 15:00:00", "source_name": "Etsy" }),
        0,
    )
    .await;
}

#[tokio::test]
async fn the_last_day_of_time_is_a_day() {
    let shop = three().await;
    let order = json!({
        "source_name": "Etsy", "date_added": "9999-12-31 23:59:59", "customer": {"company": "X"},
        "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
    });
    shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    let asked = |to: &str, filters: Value| {
        let input = json!({ "report": "sales_by_day", "from": "2026-11-01", "to": to, "where": filters });
        report(&shop, input)
    };
    let counted = async |to: &str, filters: Value| asked(to, filters).await.unwrap().data["totals"]["orders"].clone();
    assert_eq!(counted("9999-12-30", json!({})).await, 3);
    assert_eq!(counted("9999-12-31", json!({})).await, 4);
    let told = asked("9999-12-31", json!({})).await.unwrap().data;
    assert_eq!(told["complete"], true, "{told}");
    assert!(
        told["window"]["ends_at"].as_str().unwrap().starts_with("9999-12-30"),
        "{told}"
    );
    for name in ["search_end_date", "search_end_date_local", "modified_end_date"] {
        let last = json!({ name: "9999-12-31 23:59:59" });
        assert_eq!(counted("2026-11-29", last).await, 3, "{name}");
    }
    for name in ["search_start_date", "search_start_date_local", "modified_start_date"] {
        let last = json!({ name: "9999-12-31 23:59:59" });
        assert_eq!(counted("2026-11-29", last).await, 0, "{name}");
    }
    let since = async |day: &str| {
        let input = json!({ "query": "mug", "since": day });
        let input: FindOrders = serde_json::from_value(input).unwrap();
        shop.engine.insight().find(&shop.scope(), input).await.unwrap().data["total_rows"].clone()
    };
    assert_eq!(since("2026-11-19").await, 3);
    assert_eq!(since("9999-12-30").await, 1);
}

#[test]
fn filters_that_a_copy_cannot_answer_are_refused_by_name() {
    let judge = |filters: Value| {
        let report = od_engine::insight::ReportName::SalesByDay;
        od_engine::insight::judge_report(report, json!({ "where": filters }).as_object().unwrap())
    };
    for name in [
        "customer_first_name",
        "shipping_phone",
        "customer_address1",
        "shipping_company",
    ] {
        let told = judge(json!({ name: "x" }));
        assert_eq!(told[0].path, format!("/where/{name}"));
        assert!(told[0].message.contains("orders_list takes it"), "{}", told[0].message);
    }
    let told = judge(json!({ "limit": 3, "search_start": "x" }));
    assert_eq!((told[0].path.as_str(), told.len()), ("/where/limit", 2));
    assert_eq!(told[1].suggestion.as_deref(), Some("search_start_date"));
    for (filters, word) in [
        (json!({ "search_start_date": "soon" }), "must be a date"),
        (
            json!({ "search_end_date_local": "2026-11-19T12:00:00Z" }),
            "takes no zone",
        ),
        (json!({ "customer_id": 7 }), "must be a text"),
        // Whoever writes these means something else: nothing is in between.
        (
            json!({ "search_start_date": "2026-11-19", "search_end_date": "2026-11-19" }),
            "must be before search_end_date",
        ),
        (
            json!({ "search_start_date_local": "2026-11-20 00:00:01", "search_end_date_local": "2026-11-20" }),
            "must be before search_end_date_local",
        ),
        (
            json!({ "modified_start_date": "2026-11-19T01:00:00+02:00", "modified_end_date": "2026-11-18" }),
            "must be before modified_end_date",
        ),
    ] {
        let told = judge(filters);
        assert!(told.len() == 1 && told[0].message.contains(word), "{told:?}");
    }
}

/// Looking for what each of thousands of made-up names may mean, and saying what there is with each, takes seconds.
#[test]
fn of_thousands_of_unknown_filters_the_first_are_explained() {
    let filters: serde_json::Map<String, Value> = (0..5_000).map(|n| (format!("folder_idd{n}"), json!(1))).collect();
    let report = od_engine::insight::ReportName::SalesByDay;
    let told = od_engine::insight::judge_report(report, json!({ "where": filters }).as_object().unwrap());
    assert_eq!(told.len(), 5_000);
    assert_eq!(told.iter().filter(|problem| problem.suggestion.is_some()).count(), 100);
    assert!(told[0].message.contains("they have folder_id"), "{:?}", told[0]);
    assert!(
        told[1..]
            .iter()
            .all(|problem| problem.message == "is no filter of reports")
    );
}

#[tokio::test]
async fn a_report_says_which_filters_apply_and_how_their_dates_are_read() {
    let shop = three().await;
    let asked = json!({ "report": "sales_by_day", "from": "last_30_days" });
    let plain = report(&shop, asked.clone()).await.unwrap();
    assert!(
        plain.data.get("applied").is_none() && plain.warnings.is_empty(),
        "{:?}",
        plain.warnings
    );
    let mut asked = asked;
    asked["where"] = json!({ "source_name": " Etsy ", "search_end_date": "2026-11-19", "search_start_date_local": "2026-11-01 00:00:00" });
    let told = report(&shop, asked).await.unwrap();
    assert_eq!(
        told.data["applied"],
        json!({ "source_name": "Etsy", "search_end_date": "2026-11-19", "search_start_date_local": "2026-11-01 00:00:00" })
    );
    assert!(
        told.data["definition"]
            .as_str()
            .unwrap()
            .ends_with("Only orders that fit the filters in applied.")
    );
    assert_eq!(
        told.warnings,
        [
            "search_end_date 2026-11-19 has no time of day and is read as the start of that day in UTC, so an end date leaves that day out. \
             Give a time to be exact.",
            "search_start_date_local has no zone and is read as the store's local time."
        ]
    );
}

/// A shop with two orders in New, one in Canceled, and what a report says of filters that leave none of them.
#[tokio::test]
async fn a_report_says_why_its_filters_leave_nothing() {
    let shop = three().await;
    let canceled = json!({
        "source_name": "Amazon", "date_added": "2026-11-20 12:00:00", "customer": {"company": "X"}, "folder_id": "71004",
        "customer_id": "C-9", "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
    });
    shop.sim.put_order("90001", canceled.as_object().unwrap()).unwrap();
    let told = async |from: &str, to: &str, filters: Value| {
        let asked = json!({ "report": "sales_by_day", "from": from, "to": to, "where": filters });
        let told = report(&shop, asked).await.unwrap();
        assert_eq!(told.data["totals"]["orders"], 0, "{filters}");
        let of_dates = |told: &String| told.contains("no time of day") || told.contains("no zone");
        told.warnings
            .into_iter()
            .filter(|told| !of_dates(told))
            .collect::<Vec<_>>()
    };
    let check = async |filters: Value, expected: &str| {
        let warnings = told("2026-11-01", "2026-11-20", filters.clone()).await;
        assert!(
            warnings.len() == 1 && warnings[0].contains(expected),
            "{filters}: {warnings:?}"
        );
    };
    check(
        json!({ "folder_id": "71001", "folder_name": "Canceled" }),
        "folder_id and folder_name are different folders",
    )
    .await;
    check(
        json!({ "search_start_date": "2026-11-25" }),
        "leave nothing of the window",
    )
    .await;
    check(
        json!({ "search_end_date_local": "2026-11-01" }),
        "leave nothing of the window",
    )
    .await;
    check(
        json!({ "search_start_date": "2026-11-10 12:00:00", "search_end_date_local": "2026-11-10 05:00:00" }),
        "no moment in common",
    )
    .await;
    check(
        json!({ "modified_end_date": "2026-11-01" }),
        "changed before they were added",
    )
    .await;
    check(
        json!({ "source_name": "Etsy", "customer_id": "C-9" }),
        "fits all of source_name, customer_id together, in any window",
    )
    .await;
    check(
        json!({ "customer_id": "C-9" }),
        "that would fit and are not counted: 1. Their folders",
    )
    .await;
    // Of these there are some, on other days.
    let warnings = told(
        "2026-11-01",
        "2026-11-02",
        json!({ "source_name": "Etsy", "customer_id": "C-1" }),
    )
    .await;
    assert_eq!(warnings, Vec::<String>::new());
}

/// Refunded orders are filed where canceled ones are, and sums of refunds leave that folder out.
#[tokio::test]
async fn a_report_of_refunds_says_that_there_are_more_where_nothing_counts() {
    let shop = three().await;
    let refunded = |folder: &str| {
        json!({
            "source_name": "Amazon", "date_added": "2026-11-10 12:00:00", "folder_id": folder, "payment_status": "Fully Refunded",
            "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        })
    };
    for folder in ["71001", "71004"] {
        let order = refunded(folder);
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    let asked = |filters: Value| json!({ "report": "returns_and_refunds", "from": "2026-11-01", "to": "2026-11-20", "where": filters });
    let told = report(&shop, asked(json!({}))).await.unwrap();
    assert_eq!(told.data["totals"]["orders"], 1, "{:?}", told.data);
    let expected = "Orders of the window that have refunds and are not counted: 1.";
    assert!(
        told.warnings.len() == 1 && told.warnings[0].starts_with(expected),
        "{:?}",
        told.warnings
    );
    let told = report(&shop, asked(json!({ "folder_name": "Canceled" })))
        .await
        .unwrap();
    assert_eq!((&told.data["totals"]["orders"], told.warnings), (&json!(1), Vec::new()));
}

#[tokio::test]
async fn a_list_says_that_an_id_and_a_name_are_two_folders() {
    let shop = three().await;
    let told = async |filters: Value| {
        let listed: od_engine::orders::ListOrders = serde_json::from_value(filters).unwrap();
        shop.engine.orders().list(&shop.scope(), listed).await.unwrap().warnings
    };
    let two = told(json!({ "folder_id": "71001,71002", "folder_name": "canceled" })).await;
    assert_eq!(
        two,
        ["folder_id and folder_name are different folders: no order is in both."]
    );
    let one = told(json!({ "folder_id": "71001,71004", "folder_name": "canceled" })).await;
    assert_eq!(one, Vec::<String>::new());
}
