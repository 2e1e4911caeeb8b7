//! What a customer gives is seldom what stands in the order.

use super::*;

pub(super) async fn empty_shop() -> Shop {
    let store = SeedStore::new("90001", "Empty", ShopKind::Empty, 0).in_zone("UTC", Some("EUR"));
    shop_with(setup(vec![store])).await.0
}

pub(super) fn put(shop: &Shop, order: Value) -> String {
    let mut whole = json!({
        "date_added": "2026-11-20 12:00:00", "source_name": "Etsy", "customer": {"last_name": "Quill"},
        "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
    });
    whole
        .as_object_mut()
        .unwrap()
        .extend(order.as_object().unwrap().clone());
    shop.sim.put_order("90001", whole.as_object().unwrap()).unwrap()
}

pub(super) async fn ask(shop: &Shop, input: Value) -> Outcome<Value> {
    let input: FindOrders = serde_json::from_value(input).unwrap();
    shop.engine.insight().find(&shop.scope(), input).await.unwrap()
}

pub(super) fn ids(data: &Value) -> Vec<String> {
    let orders = data["orders"].as_array().unwrap();
    orders
        .iter()
        .map(|order| order["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn all_that_fit_are_counted_and_none_is_out_of_reach() {
    let (shop, _) = shop_of(0).await;
    let mut put_ids: Vec<String> = (0..60)
        .map(|minute| {
            put(
                &shop,
                json!({"email": format!("a{minute}@x.test"), "date_added": format!("2026-11-20 12:{minute:02}:00")}),
            )
        })
        .collect();
    put_ids.reverse();
    let few = ask(&shop, json!({"query": "quill", "limit": 3})).await;
    assert_eq!(
        (&few.data["total_rows"], &few.data["next_offset"], ids(&few.data)),
        (&json!(60), &json!(3), put_ids[..3].to_vec())
    );
    assert!(
        few.warnings.iter().any(|told| told.contains("60 orders fit")),
        "{:?}",
        few.warnings
    );
    let mut all = Vec::new();
    let mut input = json!({"query": "quill", "limit": 50});
    loop {
        let page = ask(&shop, input.clone()).await.data;
        assert!(page.to_string().len() < 8_000);
        assert_eq!(page["total_rows"], 60);
        all.extend(ids(&page));
        match page.get("next_offset") {
            Some(next) => input["offset"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(all, put_ids);
    let one = ask(&shop, json!({"query": "a7@x.test"})).await;
    assert_eq!((&one.data["total_rows"], one.warnings.len()), (&json!(1), 0));
}

#[tokio::test]
async fn half_an_address_and_part_of_a_number_find_the_order() {
    let shop = empty_shop().await;
    let wanted = put(
        &shop,
        json!({"source_id": "WEB-0012385", "email": "marisol.y@example.test"}),
    );
    put(
        &shop,
        json!({"email": "b@x.test", "order_notes": [{"content": "For Marisol Y, from Marisol", "username": "D"}]}),
    );
    let number = put(&shop, json!({"source_id": "98765", "email": "c@x.test"}));
    put(&shop, json!({"source_id": "A-98765", "email": "d@x.test"}));
    for (query, by) in [
        ("marisol.y", "email"),
        ("Marisol.Y@ex", "email"),
        ("12385", "source_id"),
        ("#12385", "source_id"),
    ] {
        let found = find(&shop, query).await;
        assert_eq!(found[0], (wanted.clone(), by.to_owned()), "{query}: {found:?}");
    }
    let found = find(&shop, "98765").await;
    assert_eq!(
        (&found[0].0, found.len()),
        (&number, 2),
        "the whole number goes first: {found:?}"
    );
}

#[tokio::test]
async fn letters_that_a_keyboard_lacks_and_countries_codes_are_no_hindrance() {
    let shop = empty_shop().await;
    let people = [
        ("Groß", "gross"),
        ("Łucja", "lucja"),
        ("Bjørn", "BJORN"),
        ("Æbeltoft", "aebeltoft"),
        ("Weiss", "weiß"),
    ];
    // Until it is asked what has changed, what comes in later does not show.
    let local = put(
        &shop,
        json!({"customer": {"last_name": "Quill", "phone": "0170 5551234"}}),
    );
    let other = put(
        &shop,
        json!({"customer": {"last_name": "Quill", "phone": "+1 212 7771234"}}),
    );
    let ids = people.map(|(name, _)| {
        let order = json!({"customer": {"last_name": name, "address1": format!("{name} Straße 7")}});
        put(&shop, order)
    });
    for ((_, query), id) in people.into_iter().zip(ids) {
        assert_eq!(find(&shop, query).await, [(id.clone(), "name".to_owned())], "{query}");
        assert_eq!(
            find(&shop, &format!("{query} strasse")).await,
            [(id, "street".to_owned())],
            "{query}"
        );
    }
    for query in ["+49 170 5551234", "0049 170 5551234", "01705551234", "5551234"] {
        assert_eq!(
            find(&shop, query).await,
            [(local.clone(), "phone".to_owned())],
            "{query}"
        );
    }
    assert_eq!(find(&shop, "001-212-777-1234").await, [(other, "phone".to_owned())]);
    assert!(find(&shop, "0170 9991234").await.is_empty());
}

#[tokio::test]
async fn both_spellings_of_a_name_find_each_other() {
    let shop = empty_shop().await;
    let of = |first: &str, last: &str, street: &str, city: &str| {
        let address = json!({"first_name": first, "last_name": last, "address1": street, "city": city});
        put(&shop, json!({ "customer": address }))
    };
    let marked = of("Jörg", "Müller", "Grüner Weg 7", "Köln");
    let spelt = of("Kaethe", "Schroeder", "Koenigstrasse 3", "Muenchen");
    let north = of("Bjørn", "Ågren", "Ströget 1", "Ærø");
    for (query, id, by) in [
        ("Mueller", &marked, "name"),
        ("joerg MUELLER", &marked, "name"),
        ("Muller", &marked, "name"),
        ("Mu\u{308}ller", &marked, "name"),
        ("Gruener Weg 7", &marked, "street"),
        ("Koeln", &marked, "text"),
        ("Schröder", &spelt, "name"),
        ("Käthe Schröder", &spelt, "name"),
        ("Käthe Schroeder", &spelt, "name"),
        ("Königstraße 3", &spelt, "street"),
        ("München", &spelt, "text"),
        ("Schröder München", &spelt, "text"),
        ("Bjoern Aagren", &north, "name"),
        ("Bjorn Agren", &north, "name"),
        ("Aeroe", &north, "text"),
    ] {
        assert_eq!(find(&shop, query).await, [(id.clone(), by.to_owned())], "{query}");
    }
    assert!(
        find(&shop, "Schroder").await.is_empty(),
        "of two letters none is left out"
    );
}

#[tokio::test]
async fn a_street_and_a_city_find_an_order_together() {
    let shop = empty_shop().await;
    let address =
        |city: &str| json!({"last_name": "Quill", "address1": "12 Sample Row", "city": city, "postal_code": "80202"});
    let wanted = put(&shop, json!({"customer": address("Springtown")}));
    let other = put(&shop, json!({"customer": address("Otherville")}));
    for query in [
        "12 Sample Row, Springtown",
        "springtown",
        "80202 Springtown",
        "Sample Row 12, 80202 Springtown",
    ] {
        assert_eq!(
            find(&shop, query).await,
            [(wanted.clone(), "text".to_owned())],
            "{query}"
        );
    }
    assert_eq!(
        find(&shop, "Quill in Springtown").await,
        [(wanted.clone(), "name".to_owned())]
    );
    let mut both: Vec<String> = find(&shop, "12 Sample Row")
        .await
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    both.sort();
    assert_eq!(both, [wanted, other]);
}

#[tokio::test]
async fn several_numbers_find_an_order_each() {
    let shop = empty_shop().await;
    let one = put(&shop, json!({"source_id": "WEB-1001", "email": "one@x.test"}));
    let two = put(
        &shop,
        json!({"source_id": "1002", "email": "two@x.test", "customer": {"last_name": "Quill", "phone": "0170 5551234"}}),
    );
    shop.sim.edit_order("90001", &two, |order| {
        let shipments = json!([{"id": "1", "tracking_number": "9400 1967 3343 7222"}]);
        order.insert("order_shipments".to_owned(), shipments);
    });
    let ask_for = async |query: String| {
        let found = ask(&shop, json!({ "query": query })).await;
        let mut orders = ids(&found.data);
        orders.sort();
        (orders, found.warnings)
    };
    let both = vec![one.clone(), two.clone()];
    for query in [
        format!("{one} {two}"),
        format!("{one},{two}"),
        format!("#{one}; #{two}"),
        format!("orders {one}, {two}"),
        format!("{one} and {two}"),
        format!("{one} 1002"),
        "1001 1002".to_owned(),
        "#1001, #1002".to_owned(),
        "WEB-1001,1002".to_owned(),
        "1001 9400196733437222".to_owned(),
        "WEB-1001 and 1002".to_owned(),
        "one@x.test two@x.test".to_owned(),
    ] {
        let (found, warnings) = ask_for(query.clone()).await;
        assert_eq!(found, both, "{query}: {warnings:?}");
        assert!(
            warnings.iter().all(|told| !told.contains("left out")),
            "{query}: {warnings:?}"
        );
    }
    // One that there is not is told.
    let (found, warnings) = ask_for(format!("{one} 99999999")).await;
    assert_eq!(found, std::slice::from_ref(&one));
    assert!(
        warnings
            .iter()
            .any(|told| told.contains("\"99999999\"") && told.contains("by its id alone")),
        "{warnings:?}"
    );
    // Numbers that are written with blanks are one.
    for query in ["0170 5551234", "9400 1967 3343 7222"] {
        assert_eq!(ask_for(query.to_owned()).await.0, std::slice::from_ref(&two), "{query}");
    }
    for query in ["1001 1967 3343 7222", "0170 1002"] {
        assert!(ask_for(query.to_owned()).await.0.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn long_notes_hide_neither_place_nor_line() {
    let shop = empty_shop().await;
    let note = "A long story. ".repeat(400);
    let order = json!({
        "customer": {"last_name": "Quill", "city": "Springtown"},
        "order_items": [{"name": "Enamel Kettle", "code": "K", "price": 1}],
        "order_notes": [{"content": note, "username": "Desk"}],
    });
    let id = put(&shop, order);
    for query in ["springtown", "kettle", "long story"] {
        assert_eq!(find(&shop, query).await, [(id.clone(), "text".to_owned())], "{query}");
    }
}

#[tokio::test]
async fn an_order_that_is_older_than_the_copy_is_read_once_by_its_id() {
    let shop = empty_shop().await;
    let old = put(
        &shop,
        json!({"date_added": "2025-01-07 12:00:00", "source_id": "OLD-1"}),
    );
    put(&shop, json!({}));
    ask(&shop, json!({"query": "quill"})).await;
    shop.sim.clear_requests();
    let found = ask(&shop, json!({"query": format!("#{old}")})).await;
    assert_eq!(ids(&found.data), std::slice::from_ref(&old));
    assert_eq!(
        (
            &found.data["orders"][0]["matched_by"],
            &found.data["orders"][0]["source_id"]
        ),
        (&json!("id"), &json!("OLD-1"))
    );
    assert_eq!(shop.calls(), [format!("GET /orders/{old}")]);
    assert!(
        found.warnings[0].contains("read from Order Desk"),
        "{:?}",
        found.warnings
    );
    let since = ask(&shop, json!({"query": old, "since": "2026-11-01"})).await;
    assert_eq!(ids(&since.data), Vec::<String>::new());
    let nobody = ask(&shop, json!({"query": "80999999"})).await;
    assert_eq!((&nobody.data["total_rows"], nobody.warnings.len()), (&json!(0), 1));
    assert!(nobody.warnings[0].contains("No order fits"), "{:?}", nobody.warnings);
}

#[tokio::test]
async fn a_parcel_is_told_with_its_order() {
    let shop = empty_shop().await;
    let id = put(&shop, json!({}));
    shop.sim.edit_order("90001", &id, |order| {
        let shipments = json!([
            {"id": "1", "carrier_code": "UPS", "tracking_number": "1Z1", "date_shipped": "2026-11-21"},
            {"id": "2", "carrier_code": "USPS", "tracking_number": "94", "date_shipped": "2026-11-25"},
            {"id": "3", "carrier_code": "DHL", "tracking_number": "77", "date_shipped": "2026-11-22"},
        ]);
        order.insert("order_shipments".to_owned(), shipments);
    });
    let found = ask(&shop, json!({"query": "1z1"})).await.data;
    assert_eq!(
        found["orders"][0]["shipment"],
        json!({"carrier": "USPS", "tracking_number": "94", "date_shipped": "2026-11-25"})
    );
    let without = put(&shop, json!({"email": "z@x.test"}));
    let found = ask(&shop, json!({"query": without, "fresh": true})).await.data;
    assert_eq!(found["orders"][0].get("shipment"), None);
}

#[tokio::test]
async fn words_that_say_what_a_number_is_and_titles_are_no_hindrance() {
    let shop = empty_shop().await;
    let wanted = put(
        &shop,
        json!({"source_id": "WEB-12405", "customer": {"first_name": "Wanjiru", "last_name": "Kamau"}}),
    );
    put(
        &shop,
        json!({"order_notes": [{"content": "As order WEB-12405, tracking 7712DEMO4400252, for Ms. Wanjiru Kamau", "username": "D"}]}),
    );
    let doctor = put(&shop, json!({"email": "dr.smith@x.test"}));
    shop.sim.edit_order("90001", &wanted, |order| {
        order.insert(
            "order_shipments".to_owned(),
            json!([{"id": "1", "tracking_number": "7712DEMO4400252"}]),
        );
    });
    for (query, by) in [
        (format!("order {wanted}"), "id"),
        (format!("Order no. {wanted}"), "id"),
        (format!("order number: #{wanted}"), "id"),
        ("order WEB-12405".to_owned(), "source_id"),
        ("tracking 7712DEMO4400252".to_owned(), "tracking_number"),
        ("Parcel no 7712DEMO4400252".to_owned(), "tracking_number"),
        ("7712DEMO".to_owned(), "tracking_number"),
        ("WEB-124".to_owned(), "source_id"),
        ("Ms. Wanjiru Kamau".to_owned(), "name"),
    ] {
        let found = find(&shop, &query).await;
        assert_eq!(
            found.first(),
            Some(&(wanted.clone(), by.to_owned())),
            "{query}: {found:?}"
        );
    }
    // A title is a word of its own.
    assert_eq!(find(&shop, "dr.smith@x.test").await, [(doctor, "email".to_owned())]);
}

#[tokio::test]
async fn what_stands_in_different_places_of_an_order_finds_it_and_what_stands_nowhere_is_dropped() {
    let shop = empty_shop().await;
    let person = json!({"first_name": "Chloé", "last_name": "Tremblay"});
    let wanted = put(&shop, json!({"source_id": "WEB-12352", "customer": person}));
    let other = put(&shop, json!({"source_id": "WEB-12353", "customer": person}));
    let both = ask(&shop, json!({"query": "Chloé Tremblay WEB-12352"})).await;
    assert_eq!((ids(&both.data), both.warnings.len()), (vec![wanted.clone()], 0));
    let rest = ask(&shop, json!({"query": "Chloe Tremblay WEB-99999"})).await;
    let mut found = ids(&rest.data);
    found.sort();
    assert_eq!(found, [wanted, other]);
    assert!(
        rest.warnings[0].contains("\"WEB-99999\"") && !rest.warnings[0].contains("Tremblay"),
        "{:?}",
        rest.warnings
    );
    let none = ask(&shop, json!({"query": "nobody anywhere"})).await;
    assert_eq!((ids(&none.data), none.warnings.len()), (vec![], 1));
    // Each word stands in some of them, and no order has both.
    put(
        &shop,
        json!({"order_notes": [{"content": "A rhododendron", "username": "D"}]}),
    );
    let apart = ask(&shop, json!({"query": "Tremblay rhododendron", "fresh": true})).await;
    assert_eq!((ids(&apart.data), apart.warnings.len()), (vec![], 1));
}

#[tokio::test]
async fn a_reply_that_has_no_room_for_all_that_was_asked_for_says_why() {
    let shop = empty_shop().await;
    for minute in 0..60 {
        put(
            &shop,
            json!({"email": format!("somebody.with.a.long.address.{minute}@shop.example.test"),
                "date_added": format!("2026-11-20 12:{minute:02}:00")}),
        );
    }
    let told = ask(&shop, json!({"query": "quill", "limit": 50})).await;
    let shown = ids(&told.data).len();
    assert!(shown < 50);
    assert!(
        told.warnings
            .iter()
            .any(|told| told.contains(&format!("room for {shown}"))),
        "{:?}",
        told.warnings
    );
}

#[tokio::test]
async fn a_number_finds_its_order_whatever_stands_beside_it() {
    let shop = empty_shop().await;
    let wanted = put(&shop, json!({"source_id": "WEB-12405", "email": "a@x.test"}));
    let broken = put(
        &shop,
        json!({"source_id": "WEB-12406", "order_notes": [{"content": "Arrived broken", "username": "D"}]}),
    );
    // All of what is given stands here, but the number is another order's.
    let mentions = put(
        &shop,
        json!({"order_notes": [{"content": "The kettle of WEB-12405 came", "username": "D"}]}),
    );
    shop.sim.edit_order("90001", &wanted, |order| {
        order.insert(
            "order_shipments".to_owned(),
            json!([{"id": "1", "tracking_number": "1Z 02WDG1 0356303923"}]),
        );
    });
    let dropped = |told: &Outcome<Value>| told.warnings.join(" ");
    for (query, by) in [
        ("parcel 1Z02WDG10356303923 broken".to_owned(), "tracking_number"),
        ("1Z 02WDG1 0356303923 arrived broken".to_owned(), "tracking_number"),
        ("WEB-12405 broken".to_owned(), "source_id"),
        ("broken web 12405".to_owned(), "source_id"),
        (format!("order {wanted} broken"), "id"),
    ] {
        let found = ask(&shop, json!({ "query": query })).await;
        assert_eq!(ids(&found.data), std::slice::from_ref(&wanted), "{query}");
        assert_eq!(found.data["orders"][0]["matched_by"], by, "{query}");
        assert!(dropped(&found).contains("\"broken\""), "{query}: {}", dropped(&found));
        assert!(!dropped(&found).contains("12405"), "{query}: {}", dropped(&found));
    }
    let helps = ask(&shop, json!({"query": "WEB-12405 mug"})).await;
    assert_eq!(
        (&ids(&helps.data)[0], helps.warnings.len()),
        (&wanted, 0),
        "{:?}",
        helps.warnings
    );
    let first = ask(&shop, json!({"query": "WEB-12405 kettle"})).await;
    assert_eq!(
        ids(&first.data),
        [wanted.clone(), mentions],
        "its own order comes first"
    );
    let two = ask(&shop, json!({"query": "WEB-12405 or WEB-12406"})).await;
    let mut both = ids(&two.data);
    both.sort();
    assert_eq!(both, [wanted, broken]);
}

#[tokio::test]
async fn a_house_number_is_no_order() {
    let shop = empty_shop().await;
    let number = put(&shop, json!({"source_id": "1200"}));
    let street = json!({"last_name": "Quill", "address1": "1200 Sample Row"});
    let lives = put(&shop, json!({ "customer": street }));
    put(
        &shop,
        json!({"order_notes": [{"content": "A rhododendron", "username": "D"}]}),
    );
    assert_eq!(find(&shop, "1200 Sample Row").await, [(lives, "street".to_owned())]);
    // Where nothing else has all of it, it is one.
    assert_eq!(find(&shop, "1200 rhododendron").await[0].0, number);
}

#[tokio::test]
async fn an_old_order_is_read_by_its_id_beside_words_too() {
    let shop = empty_shop().await;
    let old = put(&shop, json!({"date_added": "2025-01-07 12:00:00"}));
    put(
        &shop,
        json!({"order_notes": [{"content": "Arrived broken", "username": "D"}]}),
    );
    let found = ask(&shop, json!({"query": format!("order {old} broken")})).await;
    assert_eq!(ids(&found.data), [old]);
}
