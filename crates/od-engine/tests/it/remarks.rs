//! What is said beside a change that is made or shown as asked for.

use od_engine::orders::{AddItems, AddNote, MutateOrder, UpdateAddress};
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Shop, mutation_of, ops_of};

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

#[tokio::test]
async fn a_single_step_is_told_of_by_the_names_of_its_arguments() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let items = json!([{"name": "Enamel mug", "quantity": 1}]);
    for dry_run in [true, false] {
        let input = json!({"order_id": order, "items": items, "dry_run": dry_run});
        let input: AddItems = serde_json::from_value(input).unwrap();
        let done = shop.engine.orders().add_items(&shop.scope(), input).await.unwrap();
        assert!(
            remark(&done, "/items/0: the new line has no price").is_some_and(|told| told.starts_with("/items")),
            "{:?}",
            done.warnings
        );
    }
    let input = json!({"order_id": order, "address_type": "shipping", "address": {}});
    let input: UpdateAddress = serde_json::from_value(input).unwrap();
    let done = shop.engine.orders().update_address(&shop.scope(), input).await.unwrap();
    assert!(
        done.warnings[0].starts_with("/address: an empty object"),
        "{:?}",
        done.warnings
    );
    let note = async |content: &str| {
        let input: AddNote = serde_json::from_value(json!({"order_id": order, "content": content})).unwrap();
        shop.engine.orders().add_note(&shop.scope(), input).await
    };
    note("Called").await.unwrap();
    let done = note(" called").await.unwrap();
    assert!(
        done.warnings[0].starts_with("the order already has a note"),
        "{:?}",
        done.warnings
    );
    let Err(Error::Invalid(problems)) = note(" ").await else {
        panic!("accepted");
    };
    assert_eq!(problems[0].path, "/content");
}

#[tokio::test]
async fn new_lines_are_told_with_their_ids() {
    let shop = Shop::open().await;
    let order = shop.order_ids().remove(0);
    let added = |done: &Outcome<Value>| -> Vec<(Value, Value)> {
        let changes = done.data["changes"].as_array().unwrap();
        let lines = changes.iter().map(|change| &change["after"]);
        let lines = lines.filter(|line| line.get("name").is_some());
        lines.map(|line| (line["name"].clone(), line["id"].clone())).collect()
    };
    let stored = |shop: &Shop| -> Vec<(Value, Value)> {
        let order = shop.stored(&order);
        let lines = order["order_items"].as_array().unwrap();
        lines
            .iter()
            .map(|line| (line["name"].clone(), line["id"].clone()))
            .collect()
    };
    let shown = add(&shop, &order, true).await;
    assert_eq!(added(&shown), [(json!("Enamel mug"), Value::Null)]);
    let done = add(&shop, &order, false).await;
    let last = stored(&shop).pop().unwrap();
    assert_eq!(added(&done), [last]);
    let lines = json!([{"name": "Tote", "price": 5}, {"name": "Cup", "price": 2}]);
    let done = shop.change(&order, json!({ "order_items": lines })).await.unwrap();
    let all = stored(&shop);
    assert_eq!(added(&done), all[all.len() - 2..]);
}

/// Whether somebody else edits meanwhile or not.
#[tokio::test]
async fn the_id_of_a_line_that_the_same_change_removes_is_told_as_that() {
    for is_edited in [false, true] {
        let shop = Shop::open().await;
        let has_two = |id: &String| shop.stored(id)["order_items"].as_array().unwrap().len() > 1;
        let order = shop.order_ids().into_iter().find(has_two).unwrap();
        let line = shop.stored(&order)["order_items"][0].clone();
        if is_edited {
            let patch = json!({ "customer_id": "other" }).as_object().unwrap().clone();
            let edit = FaultKind::ConcurrentEdit { patch };
            shop.sim.inject(Fault::new(edit).on("GET", &format!("/orders/{order}")));
        }
        let ops = json!([{"op": "remove_items", "item_ids": [line["id"]]}, {"op": "add_items", "items": [line]}]);
        let input = MutateOrder {
            confirmed: true,
            ..ops_of(&order, ops)
        };
        let done = shop.engine.orders().mutate(&shop.scope(), input).await.unwrap();
        let id = line["id"].as_str().unwrap();
        let told = remark(&done, "/ops/1/items: these ids are of lines that this change removes");
        assert!(told.is_some_and(|told| told.ends_with(id)), "{:?}", done.warnings);
        assert_eq!(remark(&done, "of no line of this order"), None);
    }
}
