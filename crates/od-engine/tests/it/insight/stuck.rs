//! Orders that wait for longer than they should, against a table made by hand.

use super::*;

/// Days since it came in, folder, whether it has a shipment.
const ORDERS: [(u64, usize, bool); 7] = [
    (3, 0, false),
    (8, 0, false),
    (9, 1, false),
    (20, 1, true),
    (30, 2, true),
    (40, 2, false),
    (50, 3, false),
];

#[tokio::test]
async fn stuck_orders_that_are_not_shipped_are_told_apart_and_the_oldest_ones_are_named() {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    let folders = shop.sim.folders("90001");
    let mut ids = Vec::new();
    for (days, folder, is_shipped) in ORDERS {
        let added = now() - Duration::from_hours(24 * days + 1);
        let order = json!({
            "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(), "source_id": format!("S-{days}"),
            "folder_id": folders[folder].0.parse::<u64>().unwrap(), "customer": {"last_name": "Quill"},
            "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        });
        let id = shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
        if is_shipped {
            shop.sim.edit_order("90001", &id, |order| {
                // Without any date, it is a shipment all the same.
                order.insert(
                    "order_shipments".to_owned(),
                    json!([{"id": "1", "tracking_number": "T"}]),
                );
            });
        }
        ids.push(id);
    }
    let told = queue(&shop, json!({})).await.unwrap().data;
    let in_folders = |name: &str| -> Vec<u64> {
        let folders = told["folders"].as_array().unwrap();
        folders.iter().map(|folder| folder[name].as_u64().unwrap()).collect()
    };
    // In Closed and Canceled nothing waits.
    assert_eq!(in_folders("stuck"), [1, 1, 0, 0]);
    assert_eq!(told["stuck_orders_total"], 2);
    assert_eq!(
        told["folders"][0].get("stuck_unshipped"),
        None,
        "one word for one thing"
    );
    let named: Vec<_> = told["stuck_orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| {
            (
                order["source_id"].as_str().unwrap(),
                order["age_days"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(named, [("S-9", 9), ("S-8", 8)]);
    assert_eq!(
        (
            &told["stuck_orders"][0]["order_id"],
            &told["stuck_orders"][0]["folder_name"]
        ),
        (&json!(ids[2]), &json!("Prepared"))
    );
    let definition = told["definition"].as_str().unwrap();
    assert!(
        definition.contains("without any shipment and not in Canceled, Closed"),
        "{definition}"
    );
    let later = queue(&shop, json!({"stuck_after_days": 45})).await.unwrap().data;
    assert_eq!(later["stuck_orders"], json!([]));
    // Reports say the same of what is shipped, and have no hours where there is no date.
    let report = report(&shop, json!({"report": "time_to_ship", "from": "last_90_days"}))
        .await
        .unwrap()
        .data;
    assert_eq!(
        (
            &report["totals"]["orders_shipped"],
            &report["totals"]["orders_not_shipped"]
        ),
        (&json!(2), &json!(4))
    );
    assert_eq!(report["totals"]["median_hours"], Value::Null);
}

#[tokio::test]
async fn every_stuck_order_can_be_reached() {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    for hour in 0..43 {
        let added = now() - Duration::from_hours(24 * 20 + hour);
        let order = json!({
            "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(), "source_id": format!("S-{hour}"),
            "customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    let first = queue(&shop, json!({})).await.unwrap();
    assert_eq!(
        (&first.data["stuck_orders_total"], &first.data["next_stuck_offset"]),
        (&json!(43), &json!(8))
    );
    assert!(
        first.warnings[0].contains("43 orders are stuck"),
        "{:?}",
        first.warnings
    );
    let (mut named, mut pages) = (Vec::new(), 0);
    let mut input = json!({"stuck_offset": 0});
    loop {
        let told = queue(&shop, input.clone()).await.unwrap().data;
        assert!(told.to_string().len() < 8_000);
        assert_eq!(
            (&told["stuck_orders_total"], &told["folders"][0]["orders"]),
            (&json!(43), &json!(43))
        );
        let orders = told["stuck_orders"].as_array().unwrap();
        named.extend(
            orders
                .iter()
                .map(|order| order["source_id"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        match told.get("next_stuck_offset") {
            Some(next) => input["stuck_offset"] = next.clone(),
            None => break,
        }
    }
    let expected: Vec<String> = (0..43).rev().map(|hour| format!("S-{hour}")).collect();
    assert_eq!(named, expected, "the oldest first, each once");
    assert!(pages <= 3, "{pages} calls");
    let told = queue(&shop, json!({"stuck_after_days": 30})).await.unwrap();
    assert_eq!((&told.data["stuck_orders_total"], told.warnings.len()), (&json!(0), 0));
}

#[tokio::test]
async fn a_parcel_that_was_sent_before_its_order_came_in_took_less_than_no_time() {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    let order = json!({"date_added": "2026-11-20 12:00:00", "customer": {"last_name": "Quill"}, "order_items": []});
    let id = shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    shop.sim.edit_order("90001", &id, |order| {
        let shipments = json!([{"id": "1", "tracking_number": "T", "date_added": "2026-11-20 02:30:00"}]);
        order.insert("order_shipments".to_owned(), shipments);
    });
    let told = report(&shop, json!({"report": "time_to_ship", "from": "last_30_days"}))
        .await
        .unwrap()
        .data;
    assert_eq!(told["totals"]["median_hours"], "-9.50");
}
