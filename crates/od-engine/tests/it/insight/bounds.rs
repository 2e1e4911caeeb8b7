//! Replies are bounded, and say so.

use super::*;

fn order(source: &str, day: &str) -> Value {
    json!({
        "date_added": format!("2026-11-{day} 12:00:00"), "source_name": source, "email": "a@x.test",
        "customer": {"last_name": "Quill"}, "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
    })
}

/// A shop with one order of each of so many sales channels.
async fn channels(count: usize) -> Shop {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone("UTC", Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    for channel in 0..count {
        let order = order(&format!("Sales channel number {channel:03}"), "20");
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    shop
}

#[tokio::test]
async fn the_first_rows_are_the_first_rows_on_every_page() {
    let shop = channels(90).await;
    let mut input = json!({"report": "sales_by_source", "from": "last_30_days", "top": 50});
    let mut rows = 0;
    loop {
        let page = report(&shop, input.clone()).await.unwrap().data;
        assert_eq!(page["total_rows"], 90);
        rows += page["rows"].as_array().unwrap().len();
        match page.get("next_offset") {
            Some(next) => input["offset"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(rows, 50);
    input["offset"] = 60.into();
    let beyond = report(&shop, input).await.unwrap().data;
    assert_eq!(
        (&beyond["rows"], beyond.get("next_offset"), &beyond["totals"]["orders"]),
        (&json!([]), None, &json!(90))
    );
}

#[tokio::test]
async fn rows_that_there_is_no_room_for_are_told() {
    let shop = channels(90).await;
    let asked = json!({"report": "sales_by_source", "from": "last_30_days"});
    let told = report(&shop, asked).await.unwrap();
    let (shown, next) = (told.data["rows"].as_array().unwrap().len(), &told.data["next_offset"]);
    assert!(
        told.warnings
            .iter()
            .any(|told| told.contains("90 rows") && told.contains(&format!("offset {next}"))),
        "{shown} of 90 are shown: {:?}",
        told.warnings
    );
    let all = json!({"report": "sales_by_source", "from": "last_30_days", "top": 3});
    assert_eq!(report(&shop, all).await.unwrap().warnings, Vec::<String>::new());
}

#[tokio::test]
async fn a_folder_of_many_channels_names_the_largest() {
    let shop = channels(400).await;
    for _ in 0..2 {
        let order = order("Sales channel number 123", "21");
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    }
    let told = queue(&shop, json!({})).await.unwrap().data;
    let length = told.to_string().len();
    assert!(length < 8_000, "{length} bytes");
    let folder = &told["folders"][0];
    let sources = folder["sources"].as_object().unwrap();
    assert_eq!((sources.len(), &folder["orders"]), (10, &json!(402)));
    assert_eq!(
        sources.iter().next().unwrap(),
        (&"Sales channel number 123".to_owned(), &json!(3))
    );
    // What the ten leave out: 390 channels with one order each.
    assert_eq!(folder["other_sources"], json!({"sources": 390, "orders": 390}));
}
