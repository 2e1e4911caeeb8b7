use serde_json::{Value, json};

use super::shop;
use crate::choices::Choices;
use crate::model::fields::Record;
use crate::model::order;
use crate::options::{SeedStore, SimOptions};
use crate::state::Shop;

fn shops() -> Vec<Shop> {
    let options = SimOptions::default();
    options.stores.iter().map(|store| shop(store, &options)).collect()
}

fn everything(shop: &Shop) -> Value {
    let orders: Vec<Value> = shop.orders.values().map(|order| order.public(true)).collect();
    json!([orders, shop.inventory.values().collect::<Vec<&Record>>()])
}

#[test]
fn the_same_seed_gives_the_same_shops_and_keys() {
    for (one, other) in shops().iter().zip(&shops()) {
        assert_eq!(everything(one), everything(other));
        assert_eq!(one.api_key, other.api_key);
    }
    let keys: Vec<_> = shops().into_iter().map(|shop| shop.api_key).collect();
    assert_eq!(keys, ["simulated-key-of-store-90001", "simulated-key-of-store-90002"]);
}

#[test]
fn each_person_has_a_telephone_of_their_own() {
    let shops = shops();
    let orders = shops.iter().flat_map(|shop| shop.orders.values());
    let mut phones: Vec<(String, String)> = orders
        .map(|order| {
            let phone = order.fields["customer"]["phone"].as_str().unwrap().to_owned();
            assert!(phone.len() == 8 && phone.starts_with("555-01"), "{phone}");
            (order.text("email").to_owned(), phone)
        })
        .collect();
    phones.sort();
    phones.dedup();
    let people: Vec<_> = phones.iter().map(|(email, _)| email).collect();
    assert!(people.len() > 20, "{}", people.len());
    assert!(people.windows(2).all(|pair| pair[0] != pair[1]), "one each: {phones:?}");
}

#[test]
fn things_go_wrong_where_that_is_asked_for() {
    let options = SimOptions::default();
    let store = SeedStore {
        days: 75,
        incidents: true,
        ..options.stores[0].clone()
    };
    let shop = shop(&store, &options);
    assert_eq!(shop.orders.len(), 61);
    let mut newest = shop.orders.values().rev();
    let (again, first) = (newest.next().unwrap(), newest.next().unwrap());
    assert_eq!(again.text("email"), first.text("email"));
    assert_ne!(again.text("source_id"), first.text("source_id"));
    assert_eq!(
        again.fields["order_items"][0]["code"],
        first.fields["order_items"][0]["code"]
    );
    assert!(again.text("date_added") > first.text("date_added"));
    let text = everything(&shop).to_string();
    assert!(text.contains("Order submission failed"));
    let oldest = shop.orders.values().next().unwrap();
    assert!(
        oldest.text("date_added") < "2025-12-25",
        "{}",
        oldest.text("date_added")
    );
}

#[test]
fn the_shops_have_what_real_ones_have() {
    let shops = shops();
    let [goods, outlet] = shops.as_slice() else {
        panic!("two shops")
    };
    assert_eq!((goods.orders.len(), outlet.orders.len()), (60, 25));
    assert_eq!((goods.inventory.len(), outlet.inventory.len()), (18, 12));

    for folder in &goods.folders {
        let inside = goods
            .orders
            .values()
            .filter(|order| order.folder_id() == Some(folder.id))
            .count();
        assert!(inside > 0, "{} is empty", folder.name);
    }
    let text = everything(goods).to_string();
    for expected in [
        "Łódź",
        "札幌市",
        "Amazon",
        "Etsy",
        "TikTok Shop US",
        "Gift Message",
        "print_url_1",
        "xxxxxxxxxxxx",
        "1ZDEMO",
        "ignore all previous instructions",
        "<script>",
        "=HYPERLINK",
        "is_gift",
        "\\u0007",
        "SPRING5",
    ] {
        assert!(text.contains(expected), "{expected} is missing");
    }
    assert!(text.contains("\"checkout_data\":[]") && text.contains("\"checkout_data\":{"));
}

/// The law every client relies on: uploading an order as it was read changes nothing, if the masked card number is
/// sent back as its digits.
#[test]
fn uploading_what_was_read_changes_nothing_but_the_date() {
    for shop in shops() {
        for stored in shop.orders.values() {
            let mut upload = stored.fields.clone();
            upload.insert("cc_number".into(), upload["cc_number_masked"].clone());
            let now = stored.text("date_updated");
            let strict = Choices {
                put_without_items_removes: true,
                ..Choices::default()
            };
            let after = order::replace(&upload, &stored.fields, now, strict, || panic!("no new line"));
            assert_eq!(Value::Object(after).to_string(), stored.public(false).to_string());
        }
    }
}

#[test]
fn so_many_orders_are_so_many_also_where_one_comes_twice() {
    let options = SimOptions::default();
    for orders in [1, 2, 30, 1_500] {
        let mut store = SeedStore {
            incidents: true,
            ..options.stores[0].clone()
        };
        store.hold(orders);
        let shop = shop(&store, &options);
        assert_eq!(shop.orders.len() as u64 + store.made, orders);
    }
}
