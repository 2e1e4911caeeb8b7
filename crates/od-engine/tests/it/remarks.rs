//! What is said beside a change that is made or shown as asked for.

use od_engine::Outcome;
use od_engine::orders::{AddItems, MutateOrder};
use serde_json::{Value, json};

use crate::support::{Shop, mutation_of};

const AS_BEFORE: &str = "are shown as they were before";

fn remark<'a>(done: &'a Outcome<Value>, part: &str) -> Option<&'a String> {
    done.warnings.iter().find(|warning| warning.contains(part))
}

async fn add(shop: &Shop, order: &str, dry_run: bool) -> Outcome<Value> {
    let items = json!([{"name": "Enamel mug", "quantity": 2, "price": 14.5, "weight": "0.35"}]);
    let input: AddItems =
        serde_json::from_value(json!({"order_id": order, "items": items, "dry_run": dry_run})).unwrap();
    shop.engine.orders().add_items(&shop.scope(), input).await.unwrap()
}

#[tokio::test]
async fn a_dry_run_says_what_the_lines_come_to_and_the_change_agrees() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let shown = add(&shop, &order, true).await;
    let told = remark(&shown, AS_BEFORE).expect("it is said").clone();
    let done = add(&shop, &order, false).await;
    assert_eq!(remark(&done, AS_BEFORE), None);
    for name in ["quantity_total", "product_total", "weight_total"] {
        let sum = &done.data["order"][name];
        let sum = sum.as_str().map_or_else(|| sum.to_string(), str::to_owned);
        let number = format!("{name} {}", sum.trim_end_matches(".0"));
        assert!(told.contains(&number), "{number}: {told}");
    }
    let address = MutateOrder {
        dry_run: true,
        ..mutation_of(&order, json!({"shipping": {"phone": "77"}}))
    };
    let shown = shop.engine.orders().mutate(&shop.scope(), address).await.unwrap();
    assert_eq!(remark(&shown, AS_BEFORE), None);
}

#[tokio::test]
async fn what_stays_of_an_address_that_moves_and_what_is_hardly_meant_is_told() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let change = async |mutation: Value| {
        let input = mutation_of(&order, mutation);
        shop.engine.orders().mutate(&shop.scope(), input).await.unwrap()
    };
    let at = json!({"address1": "7 Rue Vieille", "address2": "app. 12", "city": "Québec", "country": "CA"});
    change(json!({ "shipping": at })).await;
    let moved =
        change(json!({"shipping": {"address1": "12 Rue Nouvelle", "city": "Reykjavík", "country": "IS"}})).await;
    assert!(
        remark(&moved, "shipping/address2 was left as it was").is_some(),
        "{:?}",
        moved.warnings
    );
    let line = shop.stored(&order)["order_items"][0]["id"].clone();
    let odd = change(json!({"email": "zoë@", "order_items": [{"id": line, "quantity": 0}]})).await;
    assert!(
        remark(&odd, "does not look like one e-mail address").is_some(),
        "{:?}",
        odd.warnings
    );
    assert!(
        remark(&odd, "order_items/0 has the quantity 0").is_some(),
        "{:?}",
        odd.warnings
    );
    let changes = odd.data["changes"].as_array().unwrap();
    let of_line = changes
        .iter()
        .find(|change| change["path"] == "/order_items/0/quantity")
        .unwrap();
    assert_eq!(of_line["id"], line);
    let of_order = changes.iter().find(|change| change["path"] == "/email").unwrap();
    assert_eq!(of_order.get("id"), None);
}
