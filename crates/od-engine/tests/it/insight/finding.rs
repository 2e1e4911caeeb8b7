//! Orders are found by whatever a customer gives.

use super::*;

#[tokio::test]
async fn orders_are_found_by_what_a_customer_gives() {
    let store = SeedStore::new("90001", "Empty", ShopKind::Empty, 0);
    let (shop, clock) = shop_with(setup(vec![store])).await;
    let put = |order: Value| shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    let wanted = put(json!({
        "source_id": "WEB-10042", "email": "Ada.Quill@Example.test",
        "customer": {"first_name": "Zoë", "last_name": "O'Brien", "phone": "+1 (555) 010-0199", "address1": "12 Sample Row",
            "city": "Springtown"},
        "order_items": [{"name": "Enamel Mug", "code": "MUG-BLU", "price": 14.5}],
        "order_notes": [{"username": "Desk", "content": "Leave it behind the rhododendron"}],
    }));
    let other = put(json!({
        "source_id": "WEB-10043", "email": "ada.quill@example.test.other",
        "customer": {"first_name": "Bo", "last_name": "Brien", "phone": "555-7777", "address1": "12 Other Row"},
        "order_items": [{"name": "Canvas Tote", "code": "TOTE", "price": 20}],
    }));
    shop.sim.edit_order("90001", &wanted, |order| {
        let shipments =
            json!([{"id": "1", "tracking_number": "1Z 02WDG1 0356303923", "date_added": "2026-11-29 15:00:00"}]);
        order.insert("order_shipments".to_owned(), shipments);
    });
    clock.set(now() + Duration::from_secs(3));
    let check = async |query: &str, by: &str| {
        assert_eq!(find(&shop, query).await, [(wanted.clone(), by.to_owned())], "{query}");
    };
    check(&wanted, "id").await;
    check("#web-10042", "source_id").await;
    check("web 10042", "source_id").await;
    check("1z02wdg10356303923", "tracking_number").await;
    check(" ADA.QUILL@example.test", "email").await;
    check("555 0100199", "phone").await;
    check("010-0199", "phone").await;
    check("mug_blu", "sku").await;
    check("zoe obrien", "name").await;
    check("O'BRIEN zoë", "name").await;
    check("zoeobrien", "name").await;
    check("12 sample row", "street").await;
    check("rhododendron", "text").await;
    check("behind rhodo", "text").await;
    check("springtown", "text").await;
    let both = find(&shop, "brien").await;
    assert_eq!(both.len(), 2, "both have the word: {both:?}");
    assert!(find(&shop, "zoe brien tote").await.is_empty());
    assert!(
        find(&shop, "\"quoted\" AND (NOT").await.is_empty(),
        "nothing of a query is code"
    );
    assert_eq!(find(&shop, &other).await.len(), 1);
}

#[tokio::test]
async fn nothing_to_look_for_is_refused() {
    let (shop, _) = shop_of(3).await;
    let input: FindOrders = serde_json::from_value(json!({ "query": " -- " })).unwrap();
    let refused = shop.engine.insight().find(&shop.scope(), input).await.unwrap_err();
    assert_eq!(refused.code(), "VALIDATION_ERROR");
}

#[tokio::test]
async fn of_several_parcels_the_newest_is_told_and_how_many_there_are() {
    let (shop, _) = shop_of(3).await;
    let ids = shop.order_ids();
    for (id, sent) in ids.iter().zip([&["20", "22", "21"][..], &["20"]]) {
        let parcel = |day: &&str| json!({"id": day, "tracking_number": format!("T{day}"), "date_shipped": format!("2026-11-{day}")});
        let parcels: Vec<Value> = sent.iter().map(parcel).collect();
        shop.sim.edit_order("90001", id, |order| {
            order.insert("order_shipments".to_owned(), parcels.into());
        });
    }
    let told = async |id: &str| {
        let input: FindOrders = serde_json::from_value(json!({ "query": id })).unwrap();
        let found = shop.engine.insight().find(&shop.scope(), input).await.unwrap();
        let order = &found.data["orders"][0];
        (
            order["shipment"]["tracking_number"].clone(),
            order.get("shipments").cloned(),
        )
    };
    assert_eq!(told(&ids[0]).await, (json!("T22"), Some(json!(3))));
    assert_eq!(told(&ids[1]).await, (json!("T20"), None));
}
