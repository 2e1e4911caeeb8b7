use od_engine::Error;
use od_engine::orders::{Filters, GetOrder, ListOrders, SortOrder, View};
use serde_json::{Value, json};

use crate::support::Shop;

fn list(filters: Filters) -> ListOrders {
    ListOrders {
        filters,
        limit: 50,
        ..ListOrders::default()
    }
}

#[tokio::test]
async fn every_documented_filter_is_sent_under_its_own_name() {
    let shop = Shop::open().await;
    let names = [
        "folder_id",
        "folder_name",
        "source_id",
        "source_name",
        "search_start_date",
        "search_end_date",
        "search_start_date_local",
        "search_end_date_local",
        "modified_start_date",
        "modified_end_date",
        "email",
        "customer_id",
        "customer_first_name",
        "customer_last_name",
        "customer_company",
        "customer_address1",
        "customer_phone",
        "shipping_first_name",
        "shipping_last_name",
        "shipping_company",
        "shipping_address1",
        "shipping_phone",
        "order_by",
    ];
    let mut arguments = serde_json::Map::new();
    for name in names {
        let value = match name {
            "folder_id" => "71001, 71004",
            "folder_name" => "New",
            "order_by" => "date_updated",
            name if name.contains("date") => "2026-03-02 10:00:00",
            _ => "x y",
        };
        arguments.insert(name.to_owned(), value.into());
    }
    arguments.insert("order".to_owned(), "ASC".into());
    arguments.insert("get_order_history".to_owned(), true.into());
    arguments.insert("limit".to_owned(), 7.into());
    arguments.insert("offset".to_owned(), 14.into());
    let input: ListOrders = serde_json::from_value(Value::Object(arguments)).unwrap();
    let listed = shop.engine.orders().list(&shop.scope(), input).await.unwrap();
    let query = shop.sent("GET").pop().unwrap().query;
    for name in names.iter().chain(&["order", "get_order_history", "limit", "offset"]) {
        assert!(
            query.split('&').any(|pair| pair.split('=').next() == Some(*name)),
            "{name} is missing in {query}"
        );
    }
    assert_eq!(listed.data["applied"]["folder_id"], "71001,71004");
    assert_eq!(listed.page.unwrap().limit, 7);
}

#[tokio::test]
async fn dates_are_sent_in_utc_and_what_they_mean_is_told() {
    let shop = Shop::open().await;
    let filters = Filters {
        search_start_date: Some("2026-02-01T10:00:00+02:00".to_owned()),
        search_end_date: Some("2026-03-02".to_owned()),
        ..Filters::default()
    };
    let listed = shop.engine.orders().list(&shop.scope(), list(filters)).await.unwrap();
    assert_eq!(listed.data["applied"]["search_start_date"], "2026-02-01 08:00:00");
    assert_eq!(listed.data["applied"]["search_end_date"], "2026-03-02");
    assert!(
        listed.warnings[0].contains("start of that day"),
        "{:?}",
        listed.warnings
    );
}

#[tokio::test]
async fn bad_filters_are_told_all_at_once_and_nothing_is_sent() {
    let shop = Shop::open().await;
    let filters = Filters {
        folder_id: Some("New".to_owned()),
        search_start_date: Some("yesterday".to_owned()),
        search_start_date_local: Some("2026-02-01T10:00:00Z".to_owned()),
        email: Some(" ".to_owned()),
        order_by: Some("date added".to_owned()),
        ..Filters::default()
    };
    let input = ListOrders {
        limit: 501,
        fields: Some(vec![]),
        ..list(filters)
    };
    let Err(Error::Invalid(problems)) = shop.engine.orders().list(&shop.scope(), input).await else {
        panic!("accepted");
    };
    let mut paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    paths.sort_unstable();
    let expected = [
        "/email",
        "/fields",
        "/folder_id",
        "/limit",
        "/order_by",
        "/search_start_date",
        "/search_start_date_local",
    ];
    assert_eq!(paths, expected);
    assert!(shop.sim.requests().is_empty());
}

#[tokio::test]
async fn an_unknown_folder_is_told_instead_of_answering_with_no_orders() {
    let shop = Shop::open().await;
    let orders = shop.engine.orders();
    let named = |name: &str| {
        list(Filters {
            folder_name: Some(name.to_owned()),
            ..Filters::default()
        })
    };
    let with_id = |id: &str| {
        list(Filters {
            folder_id: Some(id.to_owned()),
            ..Filters::default()
        })
    };
    let listed = orders.list(&shop.scope(), named("New")).await.unwrap();
    assert!(listed.page.as_ref().unwrap().returned > 0);
    let spelled = orders.list(&shop.scope(), named("nEW")).await.unwrap();
    assert_eq!(spelled.data["applied"]["folder_name"], "New");
    assert_eq!(spelled.page.unwrap().returned, listed.page.unwrap().returned);
    let sent = shop.sent("GET").len();
    orders.list(&shop.scope(), with_id("71001,71002")).await.unwrap();
    assert_eq!(shop.sent("GET").len(), sent + 1, "the folders are remembered");

    for (input, unknown, expected) in [
        (named("Nwe"), "Nwe", Some("New")),
        (named("news"), "news", Some("New")),
        (with_id("71001,999"), "999", None),
    ] {
        let refused = orders.list(&shop.scope(), input).await;
        let Err(Error::NotFound {
            what,
            name,
            nearest,
            hint,
        }) = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!((what, nearest.as_deref()), ("Folder", expected));
        assert!(name.contains(unknown), "{name}");
        assert!(hint.contains("folders_list"), "{hint}");
    }
    let again = shop.sent("GET").split_off(sent + 1);
    assert!(
        again.iter().all(|request| request.path.ends_with("/store")),
        "{again:?}"
    );
    assert_eq!(again.len(), 3, "the folders are read anew once for each");
}

#[tokio::test]
async fn remembered_folders_are_looked_at_again_when_asked_to() {
    let shop = Shop::open().await;
    let orders = shop.engine.orders();
    let folder = |email: Option<&str>| {
        list(Filters {
            folder_id: Some("71001".to_owned()),
            email: email.map(str::to_owned),
            ..Filters::default()
        })
    };
    let calls = async |input: ListOrders| {
        shop.sim.clear_requests();
        orders.list(&shop.scope(), input).await.unwrap();
        let paths = shop.calls().into_iter();
        paths
            .map(|call| call.rsplit('/').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(calls(folder(None)).await, ["store", "orders"]);
    let fresh = ListOrders {
        fresh: true,
        ..folder(None)
    };
    assert_eq!(calls(fresh).await, ["store", "orders"]);
    let nobody = folder(Some("nobody@example.test"));
    assert_eq!(calls(nobody.clone()).await, ["orders"], "the folders were just read");
    assert!(calls(nobody).await.is_empty(), "an empty page is remembered too");
}

#[tokio::test]
async fn a_field_that_no_order_has_is_told_also_from_memory() {
    let shop = Shop::open().await;
    let orders = shop.engine.orders();
    let fields = Some(vec!["shiping".to_owned(), "email".to_owned()]);
    let told = "field \"shiping\". Did you mean shipping?";
    for _ in 0..2 {
        let filters = Filters {
            order_by: Some("date_aded".to_owned()),
            ..Filters::default()
        };
        let input = ListOrders {
            fields: fields.clone(),
            ..list(filters)
        };
        let listed = orders.list(&shop.scope(), input).await.unwrap();
        assert!(listed.warnings[0].contains(told), "{:?}", listed.warnings);
        assert!(
            listed.warnings[1].contains("Did you mean date_added?"),
            "{:?}",
            listed.warnings
        );
        assert_eq!(listed.warnings.len(), 2);
        // It was sent all the same.
        assert_eq!(listed.data["applied"]["order_by"], "date_aded");
        let get = GetOrder {
            order_id: shop.order_ids().remove(0),
            fields: fields.clone(),
            ..GetOrder::default()
        };
        let order = orders.get(&shop.scope(), get).await.unwrap();
        assert!(order.warnings[0].contains(told), "{:?}", order.warnings);
    }
    let products = serde_json::from_value(json!({ "fields": ["stok", "code"] })).unwrap();
    let listed = shop.engine.products().list(&shop.scope(), products).await.unwrap();
    assert_eq!(
        listed.warnings,
        ["Nothing in this reply has a field \"stok\". Did you mean stock?"]
    );
}

#[tokio::test]
async fn what_a_summary_tells_is_asked_for_by_its_name() {
    let shop = Shop::open().await;
    let names = ["customer_name", "folder_name", "item_count"];
    let input = ListOrders {
        fields: Some(names.map(str::to_owned).to_vec()),
        ..list(Filters::default())
    };
    let picked = shop.engine.orders().list(&shop.scope(), input.clone()).await.unwrap();
    assert_eq!(picked.warnings, [""; 0]);
    let summed = shop
        .engine
        .orders()
        .list(&shop.scope(), list(Filters::default()))
        .await
        .unwrap();
    for (picked, summed) in picked.data["orders"]
        .as_array()
        .unwrap()
        .iter()
        .zip(summed.data["orders"].as_array().unwrap())
    {
        assert_eq!(picked.as_object().unwrap().len(), 4, "{picked}");
        for name in ["id"].iter().chain(&names) {
            assert_eq!(picked[name], summed[name], "{picked}");
        }
    }
    let both = ListOrders {
        view: Some(View::Summary),
        ..input
    };
    let told = shop.engine.orders().list(&shop.scope(), both).await.unwrap();
    assert!(told.warnings[0].contains("view did not count"), "{:?}", told.warnings);
}

#[tokio::test]
async fn a_walk_over_all_orders_is_as_many_calls_as_pages_and_sees_each_once() {
    let shop = Shop::open().await;
    let mut seen = Vec::new();
    let mut offset = Some(0);
    while let Some(at) = offset {
        let filters = Filters {
            order: Some(SortOrder::Asc),
            ..Filters::default()
        };
        let input = ListOrders {
            limit: 25,
            offset: at,
            fields: Some(vec!["email".to_owned()]),
            ..list(filters)
        };
        let listed = shop.engine.orders().list(&shop.scope(), input).await.unwrap();
        let orders = listed.data["orders"].as_array().unwrap().clone();
        assert!(
            orders.iter().all(|order| order.as_object().unwrap().len() == 2),
            "id and email only"
        );
        seen.extend(orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()));
        offset = listed.page.unwrap().next_offset;
    }
    let mut all = shop.order_ids();
    all.sort();
    seen.sort();
    assert_eq!(seen, all);
    assert_eq!(shop.sent("GET").len(), all.len().div_ceil(25));
}

#[tokio::test]
async fn a_summary_has_what_is_needed_to_recognise_an_order() {
    let shop = Shop::open().await;
    let listed = shop
        .engine
        .orders()
        .list(&shop.scope(), list(Filters::default()))
        .await
        .unwrap();
    for order in listed.data["orders"].as_array().unwrap() {
        for key in [
            "id",
            "source_id",
            "source_name",
            "email",
            "customer_name",
            "order_total",
            "item_count",
            "folder_id",
            "folder_name",
            "date_added",
            "date_updated",
        ] {
            assert!(order.get(key).is_some(), "{key} is missing in {order}");
        }
    }
    assert_eq!(listed.data["applied"]["view"], "summary");
    assert!(listed.data["applied"]["more"].as_str().unwrap().contains("orders_get"));
}

#[tokio::test]
async fn other_parameters_are_never_answered_from_the_same_memory() {
    let shop = Shop::open().await;
    let orders = shop.engine.orders();
    let by = |id: &str| {
        list(Filters {
            customer_id: Some(id.to_owned()),
            ..Filters::default()
        })
    };
    let first = orders.list(&shop.scope(), by("7")).await.unwrap();
    assert!(!first.cache.unwrap().hit);
    assert!(!orders.list(&shop.scope(), by("8")).await.unwrap().cache.unwrap().hit);
    let full = ListOrders {
        view: Some(View::Full),
        ..by("7")
    };
    assert!(!orders.list(&shop.scope(), full).await.unwrap().cache.unwrap().hit);
    assert!(orders.list(&shop.scope(), by("7")).await.unwrap().cache.unwrap().hit);
    let fresh = ListOrders { fresh: true, ..by("7") };
    assert!(!orders.list(&shop.scope(), fresh).await.unwrap().cache.unwrap().hit);
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_read_and_other_orders_stay_in_memory() {
    let shop = Shop::open().await;
    let ids = shop.order_ids();
    let get = |id: &str| GetOrder {
        order_id: id.to_owned(),
        ..GetOrder::default()
    };
    let orders = shop.engine.orders();
    for id in &ids[..2] {
        orders.get(&shop.scope(), get(id)).await.unwrap();
    }
    shop.change(&ids[0], json!({ "email": "new@example.test" }))
        .await
        .unwrap();
    let changed = orders.get(&shop.scope(), get(&ids[0])).await.unwrap();
    assert_eq!(changed.data["email"], "new@example.test");
    assert!(!changed.cache.unwrap().hit);
    assert!(
        orders
            .get(&shop.scope(), get(&ids[1]))
            .await
            .unwrap()
            .cache
            .unwrap()
            .hit
    );
}

#[tokio::test]
async fn hidden_characters_are_gone_from_replies_and_still_in_the_store() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order.insert("shipping_method".to_owned(), "Gro\u{7}und\u{202E}x".into());
    });
    let get = GetOrder {
        order_id: id.clone(),
        fields: Some(vec!["shipping_method".to_owned()]),
        ..GetOrder::default()
    };
    let shown = shop.engine.orders().get(&shop.scope(), get).await.unwrap();
    assert_eq!(
        Value::Object(shown.data),
        json!({ "id": id, "shipping_method": "Groundx" })
    );
    let changed = shop.change(&id, json!({ "shipping_method": "Air" })).await.unwrap();
    assert_eq!(
        changed.data["changes"][0]["before"], "Groundx",
        "differences are shown clean too"
    );
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order.insert("shipping_method".to_owned(), "Gro\u{7}und\u{202E}x".into());
    });
    // What was shown, sent back, is no change; and any other change leaves the bytes alone.
    let same = shop.change(&id, json!({ "shipping_method": "Groundx" })).await.unwrap();
    assert_eq!(same.data["changes"], json!([]));
    shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(shop.stored(&id)["shipping_method"], "Gro\u{7}und\u{202E}x");
}

#[tokio::test]
async fn a_summary_shows_the_history_that_was_asked_for() {
    let shop = Shop::open().await;
    for asked in [false, true] {
        let list = serde_json::from_value(json!({ "get_order_history": asked, "limit": 3 })).unwrap();
        let listed = shop.engine.orders().list(&shop.scope(), list).await.unwrap();
        let orders = listed.data["orders"].as_array().unwrap();
        assert_eq!(orders.len(), 3);
        for order in orders {
            assert_eq!(
                order.get("order_history").is_some_and(Value::is_array),
                asked,
                "{order}"
            );
        }
    }
}

/// A name that is given in part finds nothing, which is no answer to who asked for it.
#[tokio::test]
async fn an_empty_list_says_how_names_are_compared() {
    let shop = Shop::open().await;
    let doubt = async |filters: Filters| {
        let listed = shop.engine.orders().list(&shop.scope(), list(filters)).await.unwrap();
        let is_empty = listed.data["orders"].as_array().unwrap().is_empty();
        let doubt = listed
            .warnings
            .iter()
            .find(|warning| warning.contains("orders_find"))
            .cloned();
        (is_empty, doubt.unwrap_or_default())
    };
    let nobody = Filters {
        source_name: Some("nowhere".to_owned()),
        shipping_last_name: Some("Nobo".to_owned()),
        ..Filters::default()
    };
    let (is_empty, told) = doubt(nobody).await;
    assert!(
        is_empty && told.contains("source_name and shipping_last_name are compared with the whole field"),
        "{told}"
    );
    let by_email = Filters {
        email: Some("nobody@desk.test".to_owned()),
        ..Filters::default()
    };
    assert_eq!(doubt(by_email).await, (true, String::new()));
    let name = shop.stored(&shop.order_ids()[0])["source_name"]
        .as_str()
        .unwrap()
        .to_owned();
    let there = Filters {
        source_name: Some(name),
        ..Filters::default()
    };
    assert_eq!(doubt(there).await, (false, String::new()));
}
