//! Creating, replacing and deleting orders, from the client's side.

use od_engine::tenants::NewTenant;
use serde_json::{Value, json};

use crate::support::House;

fn sent(house: &House, method: &str) -> usize {
    let requests = house.sim.requests();
    requests.iter().filter(|request| request.method == method).count()
}

fn an_order() -> Value {
    json!({
        "email": "tern@example.test",
        "customer": {"first_name": "Grace", "last_name": "Tern"},
        "order_items": [{"name": "Enamel mug", "code": "NEW-MUG", "quantity": 2, "price": 14.5}],
    })
}

#[tokio::test]
async fn an_order_is_created_once_however_often_the_call_is_repeated() {
    let house = House::open().await;
    let arguments = json!({"order": an_order(), "client_request_id": "request-0001"});
    let created = house.call("orders_create", arguments.clone()).await;
    assert_eq!(created["status"], "success", "{created}");
    assert_eq!(created["data"]["verified"], true, "{created}");
    assert_eq!(created["data"]["order"]["source_id"], "request-0001");
    let again = house.call("orders.create", arguments).await;
    assert_eq!(again["data"], created["data"]);
    assert!(again["warnings"].to_string().contains("first result again"), "{again}");
    assert_eq!(sent(&house, "POST"), 1);

    let mut other = an_order();
    other["email"] = "other@example.test".into();
    let refused = house
        .call(
            "orders_create",
            json!({"order": other, "client_request_id": "request-0001"}),
        )
        .await;
    assert_eq!(refused["error"]["code"], "DUPLICATE", "{refused}");
    let mut same = an_order();
    same["source_id"] = "request-0001".into();
    let refused = house.call("orders_create", json!({"order": same})).await;
    assert_eq!(refused["error"]["code"], "DUPLICATE", "{refused}");
    let id = created["data"]["order"]["id"].as_str().expect("an id");
    assert!(
        refused["error"]["message"].as_str().expect("text").contains(id),
        "{refused}"
    );
    assert_eq!(sent(&house, "POST"), 1);
}

#[tokio::test]
async fn every_fault_of_an_order_is_told_with_an_example_and_nothing_sent() {
    let house = House::open().await;
    let wrong = json!({"order": {"shipping_city": "Leeds", "order_total": 3}, "client_request_id": "with a space"});
    let refused = house.call("orders_create", wrong).await;
    assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{refused}");
    assert!(refused["error"]["example"]["order"]["order_items"].is_array());
    let problems = refused["error"]["details"]["problems"]
        .as_array()
        .expect("problems")
        .clone();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem["path"].as_str().expect("a path"))
        .collect();
    let expected = [
        "/client_request_id",
        "/order/shipping_city",
        "/order/order_total",
        "/order/order_items",
        "/order/customer",
    ];
    assert_eq!(paths, expected);
    assert_eq!(problems[1]["suggestion"], "shipping/city");
    assert!(house.sim.requests().is_empty());
}

#[tokio::test]
async fn a_record_is_replaced_only_when_it_carries_everything() {
    let house = House::open().await;
    let id = house.an_order();
    let order = house.call("orders_get", json!({"order_id": id})).await["data"].clone();
    let unchanged = house
        .call("orders_update_full", json!({"order_id": id, "order": order}))
        .await;
    assert_eq!(unchanged["data"]["changes"], json!([]), "{unchanged}");

    let mut sparse = order.clone();
    sparse.as_object_mut().expect("a record").remove("order_items");
    let refused = house
        .call("orders_update_full", json!({"order_id": id, "order": sparse}))
        .await;
    assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{refused}");
    assert!(refused["error"]["details"].to_string().contains("line"), "{refused}");
    let stale = json!({"order_id": id, "order": order, "expected_date_updated": "2001-01-01 00:00:00"});
    let refused = house.call("orders_update_full", stale).await;
    assert_eq!(refused["error"]["code"], "CONFLICT_ERROR", "{refused}");
    assert_eq!(sent(&house, "PUT"), 0);

    let mut changed = order.clone();
    changed["shipping"]["city"] = "Leeds".into();
    let arguments = json!({
        "order_id": id, "order": changed, "expected_date_updated": order["date_updated"], "dry_run": true,
    });
    let shown = house.call("orders_update_full", arguments.clone()).await;
    assert_eq!(shown["data"]["changes"][0]["path"], "/shipping/city", "{shown}");
    assert_eq!(sent(&house, "PUT"), 0);
    let mut arguments = arguments;
    arguments["dry_run"] = false.into();
    let done = house.call("orders_update_full", arguments).await;
    assert_eq!(done["data"]["order"]["shipping"]["city"], "Leeds", "{done}");
}

#[tokio::test]
async fn items_and_addresses_have_tools_of_their_own() {
    let house = House::open().await;
    let id = house.an_order();
    let added = house
        .call(
            "orders_add_items",
            json!({"order_id": id, "items": [{"name": "Enamel mug"}]}),
        )
        .await;
    assert_eq!(added["data"]["verified"], true, "{added}");
    let moved = json!({"order_id": id, "address_type": "customer", "address": {"city": "Leeds"}});
    let moved = house.call("orders_update_address", moved).await;
    assert_eq!(moved["data"]["changes"][0]["path"], "/customer/city", "{moved}");
    let refused = house
        .call("orders_add_items", json!({"order_id": id, "items": [{"code": "MUG"}]}))
        .await;
    assert_eq!(
        refused["error"]["details"]["problems"][0]["path"], "/items/0/name",
        "{refused}"
    );
}

#[tokio::test]
async fn a_history_entry_is_shown_as_it_was_stored() {
    let house = House::open().await;
    let id = house.an_order();
    let appended = house
        .call(
            "orders_create_history",
            json!({"order_id": id, "message": "Customer called\u{7}"}),
        )
        .await;
    assert_eq!(appended["data"]["verified"], true, "{appended}");
    assert_eq!(appended["data"]["history_entry"]["note"], "Customer called");
    let history = house.sim.history(&house.sim.stores()[0].store_id, &id);
    assert_eq!(history.last().expect("an entry")["note"], "Customer called\u{7}");
    let long = json!({"order_id": id, "message": "x".repeat(1801)});
    assert_eq!(
        house.call("orders_create_history", long).await["error"]["code"],
        "VALIDATION_ERROR"
    );
}

#[tokio::test]
async fn an_order_is_deleted_after_a_person_agreed() {
    let house = House::open().await;
    let id = house.an_order();
    let refused = house.call("orders_delete", json!({"order_id": id})).await;
    assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED", "{refused}");
    assert!(
        refused["error"]["message"]
            .as_str()
            .expect("text")
            .contains("canceled orders")
    );
    let shown = house
        .call("orders_delete", json!({"order_id": id, "dry_run": true}))
        .await;
    assert_eq!(shown["data"]["changes"][0]["before"]["id"], id.as_str(), "{shown}");
    assert_eq!(sent(&house, "DELETE"), 0);
    let deleted = house
        .call("orders_delete", json!({"order_id": id, "confirm": true}))
        .await;
    assert_eq!(
        deleted["data"],
        json!({"order_id": id, "deleted": true, "verified": true})
    );
    assert_eq!(
        house.call("orders_get", json!({"order_id": id})).await["error"]["code"],
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn another_tenants_store_is_nobodys() {
    let house = House::open().await;
    let other = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant")
        .master_key;
    let store = house.sim.stores()[0].store_id.clone();
    let id = house.an_order();
    for (tool, mut arguments) in [
        (
            "orders_create",
            json!({"order": an_order(), "client_request_id": "request-0001"}),
        ),
        (
            "orders_update_full",
            json!({"order_id": id, "order": an_order(), "allow_loss": true}),
        ),
        ("orders_add_items", json!({"order_id": id, "items": [{"name": "x"}]})),
        (
            "orders_update_address",
            json!({"order_id": id, "address_type": "shipping", "address": {"city": "x"}}),
        ),
        ("orders_create_history", json!({"order_id": id, "message": "x"})),
        ("orders_delete", json!({"order_id": id, "confirm": true})),
    ] {
        arguments["store"] = store.as_str().into();
        let refused = house.call_as(&other, tool, arguments).await;
        assert_eq!(refused["error"]["code"], "NOT_FOUND", "{tool}: {refused}");
    }
    assert!(house.sim.requests().is_empty());
}

/// An order of another store is no order that does not exist.
#[tokio::test]
async fn what_is_not_found_is_told_with_the_store_that_was_looked_into() {
    let house = House::open().await;
    let told = async |tool: &str, arguments: Value| {
        let reply = house.call(tool, arguments).await;
        assert_eq!(reply["error"]["code"], "NOT_FOUND", "{reply}");
        reply["error"]["message"].as_str().expect("a message").to_owned()
    };
    let note = json!({ "order_id": "77", "content": "Called" });
    let only = told("orders_add_note", note.clone()).await;
    assert_eq!(
        only,
        "Order 77 was not found in store 90001 (\"Mug Shop\"). Nothing was done."
    );
    house.register_second().await;
    house
        .call("stores_use_store", json!({ "identifier": "Mug Shop" }))
        .await;
    let active = "Order 77 was not found in store 90001 (\"Mug Shop\"), the active one; there is 1 more store. Nothing was done.";
    assert_eq!(told("orders_add_note", note).await, active);
    assert_eq!(told("orders_get", json!({ "order_id": "77" })).await, active);
    let named = told("orders_get", json!({ "order_id": "77", "store": "Outlet" })).await;
    assert!(
        named.starts_with("Order 77 was not found in store ") && named.ends_with("(\"Outlet\"). Nothing was done."),
        "{named}"
    );
    let item = told("products_get", json!({ "product_id": "77" })).await;
    assert!(
        item.starts_with("Inventory item 77 was not found in store 90001"),
        "{item}"
    );
}
