//! Inventory items, told from the client's side.

use std::collections::BTreeSet;

use od_engine::tenants::NewTenant;
use serde_json::{Value, json};

use crate::support::House;

async fn first(house: &House) -> Value {
    let listed = house.call("products_list", json!({"limit": 1})).await;
    let item = listed["data"]["products"][0].clone();
    house.sim.clear_requests();
    item
}

fn sent(house: &House, method: &str) -> usize {
    house
        .sim
        .requests()
        .iter()
        .filter(|request| request.method == method)
        .count()
}

#[tokio::test]
async fn items_are_found_by_code_changed_and_read_again() {
    let house = House::open().await;
    let item = first(&house).await;
    let found = house
        .call("products.list", json!({"code": item["code"], "fields": ["stock"]}))
        .await;
    assert_eq!(
        found["data"]["products"],
        json!([{"id": item["id"], "stock": item["stock"]}])
    );
    assert!(found["page"].get("total").is_none(), "{found}");

    // Ids are numbers in replies and may be given as such.
    let arguments = json!({"product_id": item["id"], "product": {"stock": 0}, "expected_stock": item["stock"]});
    let changed = house.call("products_update", arguments.clone()).await;
    assert_eq!(changed["data"]["product"]["stock"], 0, "{changed}");
    assert_eq!(changed["data"]["changes"][0]["path"], "/stock");
    let stale = house.call("products_update", arguments).await;
    assert_eq!(stale["error"]["code"], "CONFLICT_ERROR", "{stale}");
    assert_eq!(stale["error"]["details"]["stock"], 0);
    let read = house.call("products_get", json!({"product_id": item["id"]})).await;
    assert_eq!(read["data"]["stock"], 0);
    assert_eq!(read["data"]["name"], item["name"]);
}

#[tokio::test]
async fn an_item_is_added_once_and_deleted_when_a_person_agrees() {
    let house = House::open().await;
    let product = json!({"product": {"name": "Tin Mug", "code": "MUG-TIN", "price": 8.5}});
    let added = house.call("products_create", product.clone()).await;
    assert_eq!(added["data"]["verified"], true, "{added}");
    let again = house.call("products_create", product).await;
    assert_eq!(again["error"]["code"], "DUPLICATE");
    assert_eq!(sent(&house, "POST"), 1);

    let mut arguments = json!({"product_id": added["data"]["product"]["id"]});
    let refused = house.call("products_delete", arguments.clone()).await;
    assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED");
    assert_eq!(sent(&house, "DELETE"), 0);
    arguments["confirm"] = true.into();
    let deleted = house.call("products_delete", arguments).await;
    assert_eq!(deleted["data"]["product"]["code"], "MUG-TIN", "{deleted}");
    assert_eq!(sent(&house, "DELETE"), 1);
}

#[tokio::test]
async fn a_batch_tells_of_each_row() {
    let house = House::open().await;
    let item = first(&house).await;
    let rows = json!([{"id": item["id"], "stock": 3}, {"id": "1", "stock": 3}]);
    let shown = house
        .call("products_batch_update", json!({"products": rows, "dry_run": true}))
        .await;
    assert_eq!(shown["data"]["dry_run"], true);
    assert_eq!(sent(&house, "PUT"), 0);
    let done = house.call("products_batch_update", json!({"products": rows})).await;
    assert_eq!(done["data"]["results"][0]["status"], "success", "{done}");
    assert_eq!(done["data"]["results"][1]["status"], "error");
    assert_eq!(done["warnings"].as_array().expect("warnings").len(), 1);
}

#[tokio::test]
async fn another_tenants_items_do_not_exist() {
    let house = House::open().await;
    let item = first(&house).await;
    let other = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant");
    let store = &house.sim.stores()[0].store_id;
    let product = json!({"name": "Tin Mug", "code": "MUG-TIN"});
    let calls = [
        ("products_list", json!({"store": store})),
        ("products_get", json!({"store": store, "product_id": item["id"]})),
        ("products_create", json!({"store": store, "product": product})),
        (
            "products_update",
            json!({"store": store, "product_id": item["id"], "product": {"stock": 1}}),
        ),
        (
            "products_batch_update",
            json!({"store": store, "products": [{"id": item["id"], "stock": 1}]}),
        ),
        (
            "products_delete",
            json!({"store": store, "product_id": item["id"], "confirm": true}),
        ),
    ];
    for (tool, arguments) in calls {
        let reply = house.call_as(&other.master_key, tool, arguments).await;
        assert_eq!(reply["error"]["code"], "NOT_FOUND", "{tool}: {reply}");
    }
    assert!(house.sim.requests().is_empty());
}

#[tokio::test]
async fn wrong_fields_are_told_all_at_once_and_nothing_is_sent() {
    let house = House::open().await;
    let check = async |tool: &str, arguments: Value, paths: &[&str]| {
        let refused = house.call(tool, arguments).await;
        assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{refused}");
        let problems = refused["error"]["details"]["problems"]
            .as_array()
            .expect("problems")
            .clone();
        let told: BTreeSet<&str> = problems
            .iter()
            .map(|problem| problem["path"].as_str().expect("a path"))
            .collect();
        assert_eq!(told, paths.iter().copied().collect(), "{refused}");
    };
    check(
        "products_create",
        json!({"product": {"name": "Tin Mug", "prise": 1}, "dryrun": true}),
        &["/dryrun", "/product/code", "/product/prise"],
    )
    .await;
    check(
        "products_update",
        json!({"product_id": "x", "product": {"stock": "many"}, "expected_stock": 1.5}),
        &["/expected_stock", "/product_id", "/product/stock"],
    )
    .await;
    check(
        "products_batch_update",
        json!({"products": [{"stock": 3}, {"id": 7}]}),
        &["/products/0/id", "/products/1"],
    )
    .await;
    assert!(house.sim.requests().is_empty());
}
