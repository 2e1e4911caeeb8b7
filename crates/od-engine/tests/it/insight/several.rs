//! Questions about every store at once.

use od_engine::Call;

use super::*;

async fn two_shops() -> Shop {
    two_shops_in(DbOptions::default()).await
}

async fn two_shops_in(database: DbOptions) -> Shop {
    let store = |id: &str, name: &str| SeedStore::new(id, name, ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let mut setup = setup(vec![store("90001", "Here"), store("90002", "There")]);
    setup.database = database;
    let (shop, _) = shop_with(setup).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop
}

fn put(shop: &Shop, store: &str, day: &str, email: &str) {
    let order = json!({
        "date_added": format!("2026-11-{day} 12:00:00"), "email": email, "customer": {"last_name": "Quill"},
        "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
    });
    shop.sim.put_order(store, order.as_object().unwrap()).unwrap();
}

#[tokio::test]
async fn who_named_no_store_is_told_of_all_of_them_where_they_can_be_asked_at_once() {
    let shop = two_shops().await;
    let (insight, scope) = (shop.engine.insight(), shop.scope());
    let sales = |from: &str| json!({"report": "sales_by_day", "from": from});
    let for_all = [
        queue(&shop, json!({})).await,
        report(&shop, sales("last_7_days")).await,
        // The day that it is has to be asked of a store.
        report(&shop, sales("2027-01-01")).await,
        insight
            .find(&scope, serde_json::from_value(json!({"query": "ada"})).unwrap())
            .await,
    ];
    for refused in for_all {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "STORE_REQUIRED");
        assert!(error.hint().contains("stores set to \"all\""), "{}", error.hint());
        assert_eq!(error.details().unwrap()["stores"].as_array().unwrap().len(), 2);
    }
    let of_one = [
        insight
            .duplicates(&scope, serde_json::from_value(json!({})).unwrap())
            .await,
        insight.stock(&scope, serde_json::from_value(json!({})).unwrap()).await,
    ];
    for refused in of_one {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "STORE_REQUIRED");
        assert!(!error.hint().contains("\"all\""), "{}", error.hint());
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_a_part_that_is_not_whole() {
    let shop = two_shops().await;
    put(&shop, "90001", "20", "a@x.test");
    let refused = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).in_store("90002").times(0));
    let all = json!({"report": "sales_by_day", "from": "last_30_days", "stores": "all"});
    let told = report(&shop, all.clone()).await.unwrap();
    assert_eq!(
        (&told.data["complete"], &told.data["totals"]["orders"]),
        (&json!(false), &json!(1))
    );
    let [here, there] = &told.data["stores"].as_array().unwrap()[..] else {
        panic!("{}", told.data)
    };
    assert_eq!((&here["store_id"], &here["complete"]), (&json!("90001"), &json!(true)));
    assert_eq!(
        (&there["store_id"], &there["complete"], &there["error"]),
        (&json!("90002"), &json!(false), &json!("ORDERDESK_API_ERROR"))
    );
    assert!(told.warnings[0].contains("store 90002"), "{:?}", told.warnings);
    let folders = queue(&shop, json!({"stores": "all"})).await.unwrap().data;
    assert_eq!(folders["stores"][1]["complete"], false);
    let one = json!({"report": "sales_by_day", "from": "last_30_days", "store": "90002"});
    assert_eq!(report(&shop, one).await.unwrap_err().code(), "ORDERDESK_API_ERROR");
    shop.sim.set_faults(Vec::new());
    let refused = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).times(0));
    let fresh = json!({"report": "sales_by_day", "from": "last_30_days", "stores": "all", "fresh": true});
    assert_eq!(
        report(&shop, fresh).await.unwrap_err().code(),
        "ORDERDESK_API_ERROR",
        "none answers"
    );
}

#[tokio::test]
async fn a_folder_that_one_store_has_is_a_folder() {
    let shop = two_shops().await;
    assert!(shop.sim.rename_folder("90001", "New", "Backorder"));
    put(&shop, "90001", "20", "a@x.test");
    put(&shop, "90002", "20", "a@x.test");
    let asked = |folder: &str| json!({"report": "sales_by_day", "from": "last_30_days", "stores": "all", "where": {"folder_name": folder}});
    let told = report(&shop, asked("backorder")).await.unwrap();
    assert_eq!(
        (&told.data["totals"]["orders"], &told.data["complete"]),
        (&json!(1), &json!(true))
    );
    assert!(told.warnings[0].contains("store 90002"), "{:?}", told.warnings);
    let refused = report(&shop, asked("Nowhere")).await.unwrap_err();
    assert!(refused.to_string().contains("folder"), "{refused}");
}

/// As where orders are moved and listed.
#[tokio::test]
async fn a_folders_name_is_meant_to_the_letter_where_one_has_it() {
    let shop = two_shops().await;
    assert!(shop.sim.rename_folder("90001", "New", "CANCELED"));
    put(&shop, "90001", "20", "a@x.test");
    let counted = async |folder: &str| {
        let asked = json!({"report": "sales_by_day", "from": "last_30_days", "store": "90001", "where": {"folder_name": folder}});
        report(&shop, asked).await.unwrap().data["totals"]["orders"].clone()
    };
    assert_eq!(counted("CANCELED").await, 1);
    assert_eq!(counted(" Canceled ").await, 0);
    assert_eq!(counted("canceled").await, 1, "both");
}

#[tokio::test]
async fn a_folder_may_be_that_of_the_store_that_does_not_answer() {
    let shop = two_shops().await;
    assert!(shop.sim.rename_folder("90002", "New", "Backorder"));
    put(&shop, "90001", "20", "a@x.test");
    let refused = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).in_store("90002").times(0));
    let asked = json!({"report": "sales_by_day", "from": "last_30_days", "stores": "all", "where": {"folder_name": "Backorder"}});
    let told = report(&shop, asked).await.unwrap();
    assert_eq!(
        (&told.data["complete"], &told.data["stores"][1]["error"]),
        (&json!(false), &json!("ORDERDESK_API_ERROR"))
    );
    assert!(told.warnings[0].contains("not whole"), "{:?}", told.warnings);
}

#[tokio::test]
async fn who_buys_in_two_stores_is_one_customer() {
    let shop = two_shops().await;
    for (store, day, email) in [
        ("90001", "20", "a@x.test"),
        ("90002", "21", "A@x.test "),
        ("90001", "20", "b@x.test"),
        ("90002", "05", "b@x.test"),
        ("90002", "22", "c@x.test"),
        ("90002", "04", "d@x.test"),
        ("90001", "23", ""),
    ] {
        put(&shop, store, day, email);
    }
    let asked = |which: Value| {
        let mut input = json!({"report": "new_and_returning_customers", "from": "2026-11-10"});
        input
            .as_object_mut()
            .unwrap()
            .extend(which.as_object().unwrap().clone());
        input
    };
    let all = report(&shop, asked(json!({"stores": "all"}))).await.unwrap().data;
    assert_eq!(
        all["totals"],
        json!({"new_customers": 2, "returning_customers": 1, "orders_without_email": 1, "ordered_more_than_once": 1})
    );
    let one = report(&shop, asked(json!({"store": "90001"}))).await.unwrap().data;
    assert_eq!(
        one["totals"],
        json!({"new_customers": 2, "returning_customers": 0, "orders_without_email": 1, "ordered_more_than_once": 0})
    );
}

#[tokio::test]
async fn who_bought_before_a_narrower_date_comes_again() {
    let shop = two_shops().await;
    for (day, email) in [
        ("05", "a@x.test"),
        ("24", "a@x.test"),
        ("20", "b@x.test"),
        ("21", "c@x.test"),
    ] {
        put(&shop, "90001", day, email);
    }
    for (from, filters) in [
        ("2026-11-15", json!({})),
        ("2026-11-01", json!({ "search_start_date": "2026-11-15" })),
        ("2026-11-01", json!({ "search_start_date_local": "2026-11-15" })),
        ("2026-11-01", json!({ "search_start_date": "2026-11-05 12:00:01" })),
    ] {
        let input = json!({
            "report": "new_and_returning_customers", "from": from, "where": filters, "store": "90001",
        });
        assert_eq!(
            report(&shop, input.clone()).await.unwrap().data["totals"],
            json!({
                "new_customers": 2, "returning_customers": 1, "orders_without_email": 0, "ordered_more_than_once": 0,
            }),
            "{input}"
        );
    }
}

#[tokio::test]
async fn a_store_whose_turn_comes_when_the_time_is_up_blames_nobody_else() {
    let store = |id: &str, name: &str| SeedStore::new(id, name, ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let mut setup = setup(vec![store("90001", "Here"), store("90002", "There")]);
    setup.mirror.patience = Duration::ZERO;
    let (shop, _) = shop_with(setup).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop.sim.clear_requests();
    for fresh in [false, true] {
        let told = queue(&shop, json!({ "stores": "all", "fresh": fresh }))
            .await
            .unwrap()
            .data;
        for store in told["stores"].as_array().unwrap() {
            assert_eq!(store["complete"], false, "{store}");
            let reason = store["reason"].as_str().unwrap();
            assert!(reason.contains("time of this call"), "{reason}");
        }
    }
    assert_eq!(lists(&shop), 0, "nothing is asked for that nobody can wait for");
}

#[tokio::test]
async fn the_best_orders_of_all_stores_come_first_page_after_page() {
    let shop = two_shops().await;
    for day in ["20", "22", "24"] {
        put(&shop, "90001", day, "a@x.test");
        put(
            &shop,
            "90002",
            &format!("{}", day.parse::<u64>().unwrap() + 1),
            "a@x.test",
        );
    }
    let mut told = Vec::new();
    for offset in 0..6 {
        let input = json!({"query": "a@x.test", "stores": "all", "limit": 1, "offset": offset});
        let input: FindOrders = serde_json::from_value(input).unwrap();
        let data = shop.engine.insight().find(&shop.scope(), input).await.unwrap().data;
        assert_eq!(data["total_rows"], 6);
        told.push(data["orders"][0]["date_added"].as_str().unwrap()[8..10].to_owned());
    }
    assert_eq!(told, ["25", "24", "23", "22", "21", "20"]);
}

#[tokio::test]
async fn what_was_asked_of_all_stores_stands_under_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let shop = two_shops_in(database.clone()).await;
    let (engine, scope) = (shop.engine.clone(), shop.scope());
    for input in [json!({"stores": "all"}), json!({"store": "90002"})] {
        let call = Call {
            tool: "orders.queue".to_owned(),
            parameters: input.clone(),
            cost: 1,
            needs: None,
        };
        let (engine, whose) = (engine.clone(), scope.clone());
        let work = async move {
            engine
                .insight()
                .queue(&whose, serde_json::from_value(input).unwrap())
                .await
        };
        shop.engine.call(&scope, call, Box::pin(work)).await.unwrap();
    }
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let db = od_db::Db::open(&database).await.unwrap();
    let (filter, page) = (od_db::AuditFilter::default(), od_db::AuditPage::default());
    let page = db.audit().list(scope.tenant(), &filter, page).await.unwrap();
    let asked = page.iter().filter(|row| row.entry.tool_name == "orders.queue");
    // The newest first.
    let stores: Vec<Option<&str>> = asked.map(|row| row.entry.store_id.as_deref()).collect();
    assert_eq!(stores, [Some("90002"), None]);
}

/// A shop whose stores are in these zones; in Kiritimati it is tomorrow already.
async fn shops_in(here: &str, there: &str) -> Shop {
    let store = |id: &str, name: &str, zone: &str| SeedStore::new(id, name, ShopKind::Empty, 0).in_zone(zone, None);
    let stores = vec![store("90001", "Here", here), store("90002", "There", there)];
    let (shop, _) = shop_with(setup(stores)).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop
}

#[tokio::test]
async fn the_day_that_is_told_is_that_of_the_zone_that_is_named() {
    let shop = shops_in("America/Denver", "Pacific/Kiritimati").await;
    let refused = async |input: Value| {
        let refused = report(&shop, input).await.unwrap_err();
        assert_eq!(refused.code(), "VALIDATION_ERROR");
        refused.to_string()
    };
    for from in ["2026-12-24", "2026-11-30"] {
        let told = refused(json!({"report": "sales_by_day", "from": from, "store": "90001"})).await;
        assert!(told.contains("2026-11-29 in America/Denver"), "{told}");
    }
    let told = refused(json!({"report": "sales_by_day", "from": "2026-12-24", "stores": "all"})).await;
    assert!(
        told.contains("2026-11-29 in America/Denver") && told.contains("2026-11-30 in Pacific/Kiritimati"),
        "{told}"
    );
    assert_eq!(
        lists(&shop),
        1,
        "of one store it had to be known which day it is: {:?}",
        shop.calls()
    );
    let one = json!({"report": "sales_by_day", "from": "2026-11-30", "stores": "all"});
    let one = report(&shop, one).await.unwrap();
    let stores = one.data["stores"].as_array().unwrap();
    assert!(
        stores[0]["reason"]
            .as_str()
            .unwrap()
            .contains("2026-11-29 in America/Denver"),
        "{}",
        stores[0]
    );
    assert_eq!(stores[1]["complete"], true);
    let ahead = json!({"report": "sales_by_day", "from": "today", "stores": "all"});
    assert_eq!(report(&shop, ahead).await.unwrap().data["complete"], true);
    let ahead = json!({"report": "sales_by_day", "from": "2026-11-29", "to": "2026-12-24", "store": "90001"});
    let told = report(&shop, ahead).await.unwrap().warnings.join(" ");
    assert!(told.contains("2026-11-29 in America/Denver"), "{told}");
}

#[tokio::test]
async fn what_is_told_of_several_stores_is_told_once_with_their_names() {
    let shop = shops_in("UTC", "UTC").await;
    let asked = json!({"report": "sales_by_day", "from": "last_7_days", "stores": "all"});
    let told = report(&shop, asked).await.unwrap().warnings;
    let currency: Vec<&String> = told.iter().filter(|told| told.contains("store_currency")).collect();
    let [once] = currency[..] else { panic!("{told:?}") };
    assert!(once.contains("\"Here\"") && once.contains("\"There\""), "{once}");

    let shop = shops_in("UTC", "Mars/Olympus").await;
    let asked = json!({"report": "sales_by_day", "from": "last_7_days", "stores": "all"});
    let told = report(&shop, asked).await.unwrap().warnings;
    let zone: Vec<&String> = told.iter().filter(|told| told.contains("Mars/Olympus")).collect();
    let [once] = zone[..] else { panic!("{told:?}") };
    assert!(once.contains("\"There\"") && !once.contains("\"Here\""), "{once}");

    // Of one store it goes without saying.
    let asked = json!({"report": "sales_by_day", "from": "last_7_days", "store": "90002"});
    let told = report(&shop, asked).await.unwrap().warnings;
    assert!(told.iter().all(|told| !told.contains("\"There\"")), "{told:?}");
}

#[tokio::test]
async fn why_answers_of_several_stores_are_not_whole_is_told_once() {
    let shop = two_shops().await;
    let long_ago = json!({"report": "sales_by_month", "from": "2025-01-01", "stores": "all"});
    let told = report(&shop, long_ago).await.unwrap().warnings;
    let begins: Vec<&String> = told.iter().filter(|told| told.contains("MIRROR_DAYS")).collect();
    let [once] = begins[..] else { panic!("{told:?}") };
    assert!(once.contains("\"Here\"") && once.contains("\"There\""), "{once}");
}

#[tokio::test]
async fn the_first_months_are_not_taken_for_the_best() {
    let shop = two_shops().await;
    for (day, code, price) in [("02", "MUG", 1), ("03", "TOTE", 9)] {
        let order = json!({
            "date_added": format!("2026-11-{day} 12:00:00"), "customer": {"last_name": "Quill"},
            "order_items": [{"name": code, "code": code, "price": price}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    let asked = |more: Value| {
        let mut input = json!({
            "report": "sales_by_month", "group_by": "sku", "from": "2026-11-01", "top": 1, "store": "90001"
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let first = report(&shop, asked(json!({}))).await.unwrap();
    assert_eq!(first.data["rows"][0]["sku"], "MUG");
    assert!(first.warnings[0].contains("not the largest"), "{:?}", first.warnings);
    let best = report(&shop, asked(json!({"sort": "amount"}))).await.unwrap();
    assert_eq!((&best.data["rows"][0]["sku"], best.warnings.len()), (&json!("TOTE"), 0));
    let all = report(&shop, asked(json!({"top": 2}))).await.unwrap();
    assert!(all.warnings.is_empty(), "{:?}", all.warnings);
}

#[tokio::test]
async fn a_word_that_no_order_of_either_has_is_told_once() {
    let shop = two_shops().await;
    for store in ["90001", "90002"] {
        put(&shop, store, "20", "a@x.test");
    }
    let asked = serde_json::from_value(json!({"query": "Quill Lindquist", "stores": "all"})).unwrap();
    let found = shop.engine.insight().find(&shop.scope(), asked).await.unwrap();
    let told: Vec<_> = found
        .warnings
        .iter()
        .filter(|told| told.contains("Lindquist"))
        .collect();
    assert_eq!(told.len(), 1, "{:?}", found.warnings);
    assert!(told[0].contains("90001") && told[0].contains("90002"), "{told:?}");
}
