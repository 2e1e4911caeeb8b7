//! Items and shipments of an order, told from the client's side.

use serde_json::{Value, json};

use crate::support::House;

/// An order with at least two items and no shipment yet.
fn an_open_order(house: &House) -> Value {
    let store = &house.sim.stores()[0].store_id;
    let open = |order: &Value| {
        let count = |list: &str| order[list].as_array().map_or(0, Vec::len);
        count("order_items") > 1 && count("order_shipments") == 0
    };
    house.sim.orders(store).into_iter().find(open).expect("an open order")
}

#[tokio::test]
async fn items_are_listed_added_changed_and_deleted() {
    let house = House::open().await;
    let order = an_open_order(&house);
    // Models write ids as numbers.
    let order_id: u64 = order["id"].as_str().expect("an id").parse().expect("digits");
    let listed = house.call("order_items_list", json!({"order_id": order_id})).await;
    assert_eq!(listed["data"]["order_items"], order["order_items"], "{listed}");
    assert_eq!(
        listed["page"]["returned"],
        order["order_items"].as_array().expect("items").len()
    );

    let item = json!({"name": "Enamel mug", "code": "MUG-9", "quantity": 1, "price": 14.5});
    let added = house
        .call("order_items.create", json!({"order_id": order_id, "item": item}))
        .await;
    let item_id = added["data"]["order_item"]["id"].clone();
    assert_eq!(added["data"]["verified"], true, "{added}");
    let named = json!({"order_id": order_id, "item_id": item_id});
    let got = house.call("order_items_get", named.clone()).await;
    assert_eq!(got["data"]["name"], "Enamel mug", "{got}");

    let mut change = named.clone();
    change["item"] = json!({"quantity": 3});
    let changed = house.call("order_items_update", change).await;
    assert_eq!(changed["data"]["changes"][0]["after"], 3, "{changed}");

    let refused = house.call("order_items_delete", named.clone()).await;
    assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED");
    let mut agreed = named.clone();
    agreed["confirm"] = true.into();
    let deleted = house.call("order_items_delete", agreed).await;
    assert_eq!(deleted["data"]["deleted"], true, "{deleted}");
    assert_eq!(house.call("order_items_get", named).await["error"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn shipments_are_added_changed_and_deleted() {
    let house = House::open().await;
    let order_id = an_open_order(&house)["id"].clone();
    let shipment = json!({"tracking_number": "1ZDOOR", "carrier_code": "UPS"});
    let create = json!({"order_id": order_id, "shipment": shipment});
    let added = house.call("shipments_create", create.clone()).await;
    let shipment_id = added["data"]["shipment"]["id"].clone();
    assert!(shipment_id.is_string(), "{added}");
    let again = house.call("shipments_create", create).await;
    assert_eq!(again["error"]["code"], "DUPLICATE");
    assert!(
        again["error"]["message"]
            .to_string()
            .contains(shipment_id.as_str().expect("text"))
    );

    let named = json!({"order_id": order_id, "shipment_id": shipment_id});
    let mut change = named.clone();
    change["shipment"] = json!({"status": "delivered"});
    let changed = house.call("shipments_update", change).await;
    assert_eq!(changed["data"]["shipment"]["status"], "delivered", "{changed}");
    assert_eq!(
        house.call("shipments_get", named.clone()).await["data"]["status"],
        "delivered"
    );
    let listed = house.call("shipments_list", json!({"order_id": order_id})).await;
    assert_eq!(listed["data"]["shipments"][0]["id"], shipment_id, "{listed}");
    let mut agreed = named;
    agreed["confirm"] = true.into();
    assert_eq!(house.call("shipments_delete", agreed).await["data"]["deleted"], true);
}

#[tokio::test]
async fn a_batch_of_shipments_answers_row_by_row() {
    let house = House::open().await;
    let order_id = an_open_order(&house)["id"].clone();
    let rows = json!([
        {"order_id": order_id, "tracking_number": "B1"},
        {"order_id": 1, "tracking_number": "B2"},
    ]);
    let sent = house.call("shipments_batch_create", json!({"shipments": rows})).await;
    let states = |reply: &Value| {
        let rows = reply["data"]["results"].as_array().expect("rows").iter();
        rows.map(|row| row["status"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(states(&sent), ["success", "error"], "{sent}");
    assert!(sent["warnings"][0].is_string());
}

#[tokio::test]
async fn faults_are_told_with_paths_before_anything_is_sent() {
    let house = House::open().await;
    let order_id = an_open_order(&house)["id"].clone();
    let calls = [
        (
            "order_items_create",
            json!({"order_id": order_id, "item": {"quantity": 1}}),
            "/item/name",
        ),
        (
            "order_items_update",
            json!({"order_id": order_id, "item_id": "1", "item": {"nmae": "x"}}),
            "/item/nmae",
        ),
        (
            "shipments_create",
            json!({"order_id": order_id, "shipment": {}}),
            "/shipment/tracking_number",
        ),
        (
            "shipments_update",
            json!({"order_id": order_id, "shipment_id": "1", "shipment": {"print_status": "1"}}),
            "/shipment/print_status",
        ),
        (
            "shipments_batch_create",
            json!({"shipments": [{"tracking_number": "B1"}]}),
            "/shipments/0/order_id",
        ),
    ];
    for (tool, arguments, path) in calls {
        let refused = house.call(tool, arguments).await;
        assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{tool}: {refused}");
        let problems = refused["error"]["details"]["problems"].as_array().expect("problems");
        assert_eq!(problems.len(), 1, "{tool}: {refused}");
        assert_eq!(problems[0]["path"], path, "{tool}");
        assert!(refused["error"]["example"].is_object());
    }
    assert!(house.sim.requests().is_empty());
}
