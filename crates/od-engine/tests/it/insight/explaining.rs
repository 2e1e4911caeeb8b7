//! What became of an order, against stories made by hand.

use od_engine::insight::ExplainOrder;

use super::*;

async fn explain(shop: &Shop, id: &str) -> Result<Outcome<Value>, Error> {
    let input: ExplainOrder = serde_json::from_value(json!({ "order_id": id })).unwrap();
    shop.engine.insight().explain(&shop.scope(), input).await
}

async fn empty_shop() -> Shop {
    let store = SeedStore::new("90001", "Empty", ShopKind::Empty, 0).in_zone("UTC", None);
    shop_with(setup(vec![store])).await.0
}

fn put(shop: &Shop, change: impl FnOnce(&mut Value)) -> String {
    let mut order = json!({
        "source_name": "Etsy", "email": "a@x.test", "date_added": "2026-11-25 10:00:00", "payment_status": "Captured",
        "shipping": {"first_name": "Ada", "last_name": "Quill", "address1": "1 Row", "city": "Springtown", "state": "CO",
            "postal_code": "80202", "country": "US"},
        "order_items": [
            {"name": "Mug", "code": "MUG", "quantity": 2, "price": 1,
                "metadata": {"print_sku": "P-MUG", "print_url_1": "https://img.example.test/1.png"}},
        ],
    });
    change(&mut order);
    shop.sim.put_order("90001", order.as_object().unwrap()).unwrap()
}

fn tools(data: &Value) -> Vec<&str> {
    data["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["tool"].as_str().unwrap())
        .collect()
}

fn lacks(data: &Value) -> Vec<(&str, &str)> {
    let missing = data["missing"].as_array().unwrap().iter();
    missing
        .map(|missing| (missing["what"].as_str().unwrap(), missing["path"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn an_order_that_a_service_refused_says_so_and_what_to_do() {
    let shop = empty_shop().await;
    let prepared: u64 = shop.sim.folders("90001")[1].0.parse().unwrap();
    let id = put(&shop, |order| {
        order["order_notes"] =
            json!([{"username": "Desk", "content": "Call first", "date_added": "2026-11-25 11:00:00"}]);
    });
    shop.sim.edit_order("90001", &id, |order| {
        _ = order.insert("folder_id".to_owned(), prepared.into());
    });
    shop.sim
        .add_history("90001", &id, "PrintCo", "Order Moved to Prepared Folder");
    shop.sim
        .add_history("90001", &id, "PrintCo", "PrintCo Error: artwork could not be read");
    shop.sim.add_history("90001", &id, "Order Desk", "Order Exported");
    let data = explain(&shop, &id).await.unwrap().data;
    let error = &data["last_error"];
    assert_eq!(
        (&error["by"], &error["text"]),
        (&json!("PrintCo"), &json!("PrintCo Error: artwork could not be read"))
    );
    assert_eq!(
        (&error["events_after"], &error["shipped_after"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(
        (&data["order"]["folder_name"], &data["order"]["age_days"]),
        (&json!("Prepared"), &json!(4))
    );
    assert_eq!(lacks(&data), []);
    assert_eq!(tools(&data), ["orders_move_folder", "only in Order Desk"]);
    assert!(
        data["actions"][0]["action"]
            .as_str()
            .unwrap()
            .contains("Order Moved to Prepared Folder"),
        "{data}"
    );
    let events: Vec<&str> = data["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(events[..3], ["history", "history", "folder_move"], "{data}");
    assert_eq!(events[events.len() - 2..], ["note", "added"], "{data}");
    // Once it is on its way, the error is history.
    let shipment =
        json!([{"id": "1", "carrier_code": "UPS", "tracking_number": "1Z", "date_added": "2026-11-29 23:00:00"}]);
    shop.sim.edit_order("90001", &id, |order| {
        _ = order.insert("order_shipments".to_owned(), shipment);
    });
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(
        (&data["last_error"]["shipped_after"], tools(&data).len()),
        (&json!(true), 0)
    );
    assert_eq!(data["timeline"][0]["text"], "Shipment UPS 1Z");
    // Somebody enters it later than it went.
    shop.sim.edit_order("90001", &id, |order| {
        order["order_shipments"][0]["date_shipped"] = "2026-11-27".into();
    });
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(
        (&data["timeline"][0]["text"], &data["timeline"][0]["at"]),
        (
            &json!("Shipment UPS 1Z, sent on 2026-11-27"),
            &json!("2026-11-29T23:00:00Z")
        )
    );
}

#[tokio::test]
async fn what_an_order_lacks_is_told_with_its_place() {
    let shop = empty_shop().await;
    let id = put(&shop, |order| {
        order["payment_status"] = "Rejected".into();
        order["shipping"] = json!({"address1": "1 Row", "city": " ", "country": "CA"});
        order["order_items"] = json!([
            {"name": "Mug", "code": "MUG", "quantity": 2, "metadata": {"print_sku": "P-MUG", "print_url_1": ""}},
            {"name": "Tote", "code": "", "metadata": {"print_url_1": "https://img.example.test/1.png"}},
            {"name": "Book", "code": "", "delivery_type": "download"},
            {"name": "Cap", "code": "CAP", "metadata": {"print_sku": "C", "print_url_front": "https://img.example.test/2.png"}},
        ]);
    });
    for (code, stock) in [("MUG", -1), ("CAP", 0)] {
        let item = json!({"name": code, "code": code, "stock": stock});
        shop.sim.put_product("90001", item.as_object().unwrap()).unwrap();
    }
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(
        lacks(&data),
        [
            ("payment", "/payment_status"),
            ("address", "/shipping/city"),
            ("address", "/shipping/state"),
            ("address", "/shipping/postal_code"),
            ("address", "/shipping/last_name"),
            ("print_data", "/order_items/0/metadata/print_url_1"),
            ("stock", "/order_items/0"),
            ("sku", "/order_items/1/code"),
            ("print_data", "/order_items/1/metadata/print_sku"),
        ]
    );
    let expected = [
        "only in Order Desk",
        "orders_update_address",
        "order_items_update",
        "products_update",
    ];
    assert_eq!(tools(&data), expected);
    assert_eq!(data["last_error"], Value::Null);
}

#[tokio::test]
async fn an_order_that_waits_for_nothing_is_left_to_a_person_and_one_that_is_not_there_is_not_explained() {
    let shop = empty_shop().await;
    let id = put(&shop, |_| {});
    shop.sim.clear_requests();
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(
        (lacks(&data), tools(&data)),
        (vec![], vec!["a person decides", "shipments_create"])
    );
    let advice = data["actions"][0]["action"].as_str().unwrap();
    assert!(
        advice.contains("in the folder New since 2026-11-25T10:00:00Z"),
        "{advice}"
    );
    assert_eq!(lists(&shop), 0, "no copy is made for one order");
    assert_eq!(explain(&shop, "1").await.unwrap_err().code(), "NOT_FOUND");
    for number in 0..60 {
        shop.sim
            .add_history("90001", &id, "Rule", &format!("{number} {}", "checked ".repeat(30)));
    }
    let data = explain(&shop, &id).await.unwrap().data;
    assert!(
        data.to_string().len() < 8_000 && data["next_offset"].as_u64() > Some(3),
        "{data}"
    );
}

#[tokio::test]
async fn a_canceled_order_is_told_as_canceled() {
    let shop = empty_shop().await;
    let id = put(&shop, |order| order["payment_status"] = "Fully Refunded".into());
    let canceled: u64 = shop.sim.folders("90001")[3].0.parse().unwrap();
    shop.sim.edit_order("90001", &id, |order| {
        _ = order.insert("folder_id".to_owned(), canceled.into());
    });
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(tools(&data), ["a person decides"]);
    let advice = data["actions"][0]["action"].as_str().unwrap();
    assert!(
        advice.contains("is canceled: it is in the folder Canceled since"),
        "{advice}"
    );
    assert_eq!(lacks(&data), [("payment", "/payment_status")]);
}

#[tokio::test]
async fn what_a_long_order_lacks_is_cut_in_the_reply_and_not_in_the_advice() {
    let shop = empty_shop().await;
    let id = put(&shop, |order| {
        let line = |at: usize| json!({"name": format!("Thing {at}"), "code": "", "quantity": 1, "price": 1});
        let mut lines: Vec<Value> = (0..20).map(line).collect();
        lines.push(json!({"name": "Mug", "code": "MUG", "quantity": 2, "price": 1}));
        order["order_items"] = lines.into();
    });
    let item = json!({"name": "Mug", "code": "MUG", "stock": -1});
    shop.sim.put_product("90001", item.as_object().unwrap()).unwrap();
    let data = explain(&shop, &id).await.unwrap().data;
    assert_eq!(lacks(&data).len(), 12);
    assert_eq!(tools(&data), ["order_items_update", "products_update"]);
}

#[tokio::test]
async fn stock_and_folders_come_from_memory_until_they_are_asked_for_anew() {
    let shop = empty_shop().await;
    let id = put(&shop, |_| {});
    let explained = async |fresh: bool| {
        let input: ExplainOrder = serde_json::from_value(json!({ "order_id": id, "fresh": fresh })).unwrap();
        shop.engine.insight().explain(&shop.scope(), input).await.unwrap().data
    };
    let before = explained(false).await;
    assert_eq!(
        (lacks(&before), &before["order"]["folder_name"]),
        (vec![], &json!("New"))
    );
    let item = json!({ "name": "Mug", "code": "MUG", "stock": -1 });
    shop.sim.put_product("90001", item.as_object().unwrap()).unwrap();
    assert!(shop.sim.rename_folder("90001", "New", "Incoming"));
    let remembered = explained(false).await;
    assert_eq!(
        (lacks(&remembered), &remembered["order"]["folder_name"]),
        (vec![], &json!("New"))
    );
    let anew = explained(true).await;
    assert_eq!(lacks(&anew)[0].0, "stock", "{anew}");
    assert_eq!(anew["order"]["folder_name"], "Incoming");
}

#[tokio::test]
async fn quantities_beyond_every_number_are_no_panic() {
    let shop = empty_shop().await;
    let line = json!({"name": "Mug", "code": "MUG", "quantity": "70000000000000000000000000000", "price": 1});
    let id = put(&shop, |order| order["order_items"] = json!([line, line]));
    shop.sim
        .put_product(
            "90001",
            json!({"name": "Mug", "code": "MUG", "stock": -1}).as_object().unwrap(),
        )
        .unwrap();
    let told = explain(&shop, &id).await.unwrap().data;
    assert!(lacks(&told).contains(&("stock", "/order_items/0")), "{told}");
}

/// What a customer asks who got one parcel of two.
#[tokio::test]
async fn what_is_in_which_parcel_and_what_is_left_is_told() {
    let shop = empty_shop().await;
    let lines = json!([
        {"id": "901", "name": "Mug", "code": "MUG", "quantity": 3, "price": 1},
        {"id": "902", "name": "Tee", "code": "TEE", "quantity": 1, "price": 1},
        {"id": "903", "name": "Pattern", "code": "PDF", "quantity": 1, "price": 1, "delivery_type": "download"},
    ]);
    let unsent = put(&shop, |order| order["order_items"] = lines.clone());
    let data = explain(&shop, &unsent).await.unwrap().data;
    assert!(data.get("parcels").is_none(), "{data}");
    let part = json!({"id": "71", "tracking_number": "1Z1", "carrier_code": "UPS", "date_shipped": "2026-11-26",
        "date_added": "2026-11-26 10:00:00", "tracking_url": "https://track.example.test/1Z1",
        "order_items": [{"id": "901", "quantity": 2}]});
    let sent = |shipments: Value| {
        let id = put(&shop, |_| {});
        shop.sim.edit_order("90001", &id, |order| {
            order["order_items"] = lines.clone();
            order["order_shipments"] = shipments;
        });
        id
    };
    let parted = sent(json!([part]));
    let data = explain(&shop, &parted).await.unwrap().data;
    assert_eq!(
        data["parcels"],
        json!({
            "shipments": [{"id": "71", "tracking_number": "1Z1", "carrier": "UPS", "date_shipped": "2026-11-26",
                "tracking_url": "https://track.example.test/1Z1", "contents": ["2 of MUG"]}],
            "lines": [
                {"code": "MUG", "ordered": 3, "in_parcels": 2, "left": 1},
                {"code": "TEE", "ordered": 1, "in_parcels": 0, "left": 1},
            ],
            "not_to_be_sent": ["PDF"],
        })
    );
    let action = data["actions"][0]["action"].as_str().unwrap();
    assert!(
        action.contains("in no parcel that names it: 1 of MUG, 1 of TEE"),
        "{action}"
    );
    assert_eq!(tools(&data), ["shipments_create"]);

    let mut rest = part.clone();
    rest["id"] = "73".into();
    rest["order_items"] = json!([{"id": "901", "quantity": 1}, {"id": "902", "quantity": 1}]);
    let whole = sent(json!([part, rest]));
    let parcels = explain(&shop, &whole).await.unwrap().data["parcels"].clone();
    assert_eq!(
        (&parcels["all_shipped"], &parcels["lines"][0]["left"]),
        (&json!(true), &json!(0)),
        "{parcels}"
    );

    // Nobody is to send the rest of an order that was paid back.
    shop.sim.edit_order("90001", &parted, |order| {
        order.insert("payment_status".to_owned(), "Fully Refunded".into());
    });
    let data = explain(&shop, &parted).await.unwrap().data;
    assert!(!tools(&data).contains(&"shipments_create"), "{data}");

    // Of many parcels and lines those that matter are told, and that there are others.
    let many: Vec<Value> = (0..14)
        .map(|n| json!({"id": n.to_string(), "tracking_number": format!("1Z{n}"), "order_items": [{"id": "901", "quantity": 0}]}))
        .collect();
    let id = sent(json!(many));
    shop.sim.edit_order("90001", &id, |order| {
        let line =
            |n: u32| json!({"id": (900 + n).to_string(), "code": format!("C{n}"), "quantity": u32::from(n == 19)});
        order["order_items"] = (1..20).map(line).collect();
    });
    let parcels = explain(&shop, &id).await.unwrap().data["parcels"].clone();
    assert_eq!(
        (&parcels["earlier_shipments"], &parcels["more_lines"]),
        (&json!(2), &json!(7)),
        "{parcels}"
    );
    assert_eq!(parcels["lines"][0]["code"], "C19", "{parcels}");

    // One that does not say what it holds may hold the rest.
    let silent = json!({"id": "72", "tracking_number": "1Z2", "order_items": "", "date_added": "2026-11-27 10:00:00"});
    let unsure = sent(json!([part, silent]));
    let data = explain(&shop, &unsure).await.unwrap().data;
    let parcels = &data["parcels"];
    assert_eq!(
        parcels["lines"][0],
        json!({"code": "MUG", "ordered": 3, "in_parcels": 2, "left": null})
    );
    assert!(parcels["note"].as_str().unwrap().contains("not known"), "{parcels}");
    assert!(parcels.get("all_shipped").is_none(), "{parcels}");
    assert!(parcels["shipments"][1].get("contents").is_none(), "{parcels}");
    assert_eq!(tools(&data), [""; 0]);
}
