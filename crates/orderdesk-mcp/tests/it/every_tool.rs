//! One good call of every tool there is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{program::Running, stored::Upstream, wire::Client};

/// The calls made so far: tool and reply.
struct Tour<'a> {
    client: &'a Client,
    replies: Vec<(&'static str, Value)>,
}

impl Tour<'_> {
    /// Calls a tool that must succeed and gives its data.
    #[track_caller]
    fn call(&mut self, tool: &'static str, arguments: &Value) -> Value {
        let envelope = self.client.call(tool, arguments);
        assert_eq!(envelope["status"], "success", "{tool} {arguments}: {envelope}");
        let data = envelope["data"].clone();
        self.replies.push((tool, envelope));
        data
    }
}

/// Calls every tool that the server lists, as a signed-in client with the simulator's first store registered as "Shop"
/// and its second one not yet. Gives the tools and their replies.
pub fn call_every_tool(client: &Client, simulator: &Running) -> Vec<(&'static str, Value)> {
    let mut tour = Tour {
        client,
        replies: Vec::new(),
    };
    let order = Upstream::new(simulator).orders()[5]["id"].clone();
    stores(&mut tour, simulator);
    orders(&mut tour, &order);
    items(&mut tour, &order);
    shipments(&mut tour, &order);
    products(&mut tour);
    insight(&mut tour, &order);
    let key = client.key.as_deref().unwrap_or_default();
    tour.call("tenant_use_master_key", &json!({ "master_key": key }));

    let tools = client.send("tools/list", &json!({})).json();
    let tools = tools["result"]["tools"].as_array().unwrap();
    let listed: BTreeSet<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    let called: BTreeSet<&str> = tour.replies.iter().map(|(tool, _)| *tool).collect();
    assert_eq!(called, listed, "a tool is missing from the tour");
    tour.replies
}

fn stores(tour: &mut Tour, simulator: &Running) {
    let (id, api_key) = (simulator.store(1, "store_id"), simulator.store(1, "api_key"));
    tour.call("stores_register", &json!({ "store_id": id, "api_key": api_key }));
    tour.call(
        "stores_update",
        &json!({ "store": id, "api_key": api_key, "label": "second" }),
    );
    tour.call("stores_webhook", &json!({ "store": id, "action": "enable" }));
    tour.call("stores_list", &json!({}));
    tour.call("stores_resolve", &json!({ "identifier": id }));
    tour.call("stores_delete", &json!({ "store_id": id, "confirm": true }));
    tour.call("stores_use_store", &json!({ "identifier": "Shop" }));
    tour.call("stores_test", &json!({}));
    tour.call("store_get_settings", &json!({}));
    tour.call("folders_list", &json!({}));
}

fn orders(tour: &mut Tour, order: &Value) {
    let this = json!({ "order_id": order });
    let with = |more: Value| joined(&this, &more);
    tour.call("orders_list", &json!({ "limit": 3, "view": "full" }));
    tour.call("orders_add_note", &with(json!({ "content": "Called the customer." })));
    tour.call(
        "orders_create_history",
        &with(json!({ "message": "Called the customer." })),
    );
    let line = json!({ "name": "Enamel mug", "code": "MUG-X", "quantity": 1, "price": 14.5 });
    tour.call("orders_add_items", &with(json!({ "items": [line] })));
    let address = json!({ "address_type": "shipping", "address": { "city": "Leith" } });
    tour.call("orders_update_address", &with(address));
    tour.call(
        "orders_mutate_full",
        &with(json!({ "mutation": { "shipping_method": "Express" } })),
    );
    let mut whole = tour.call("orders_get", &with(json!({ "fresh": true })));
    whole["customer_id"] = "77".into();
    tour.call("orders_update_full", &with(json!({ "order": whole })));

    let new = json!({ "source_id": "1001", "source_name": "Fair", "customer": { "first_name": "Ada" }, "order_items": [line] });
    let created = tour.call(
        "orders_create",
        &json!({ "order": new, "client_request_id": "first-of-its-kind" }),
    );
    let created = &created["order"]["id"];
    let folders = tour.call("folders_list", &json!({}));
    let folder = &folders["folders"][2]["name"];
    let movement = json!({ "order_ids": [created], "destination_folder_name": folder, "confirm": true });
    tour.call("orders_move_folder", &movement);
    tour.call("orders_delete", &json!({ "order_id": created, "confirm": true }));
}

fn items(tour: &mut Tour, order: &Value) {
    let this = json!({ "order_id": order });
    let item = json!({ "name": "Poster", "code": "POSTER-X", "quantity": 1, "price": 9 });
    tour.call("order_items_create", &joined(&this, &json!({ "item": item })));
    let listed = tour.call("order_items_list", &this);
    let rows = listed["order_items"].as_array().unwrap();
    let new = rows.iter().find(|row| row["code"] == "POSTER-X").unwrap();
    let this = joined(&this, &json!({ "item_id": new["id"] }));
    tour.call("order_items_get", &this);
    tour.call(
        "order_items_update",
        &joined(&this, &json!({ "item": { "quantity": 2 } })),
    );
    tour.call("order_items_delete", &joined(&this, &json!({ "confirm": true })));
}

fn shipments(tour: &mut Tour, order: &Value) {
    let this = json!({ "order_id": order });
    let shipment = |number: &str| json!({ "tracking_number": number, "carrier_code": "UPS" });
    tour.call(
        "shipments_create",
        &joined(&this, &json!({ "shipment": shipment("1Z999") })),
    );
    let row = joined(&this, &shipment("1Z998"));
    tour.call("shipments_batch_create", &json!({ "shipments": [row] }));
    let table = format!(
        "Order,Tracking\n{},1Z02WDG10356303923\n",
        this["order_id"].as_str().unwrap()
    );
    tour.call("shipments_import", &json!({ "rows": table }));
    let listed = tour.call("shipments_list", &this);
    let rows = listed["shipments"].as_array().unwrap();
    let new = rows.iter().find(|row| row["tracking_number"] == "1Z999").unwrap();
    let this = joined(&this, &json!({ "shipment_id": new["id"] }));
    tour.call("shipments_get", &this);
    tour.call(
        "shipments_update",
        &joined(&this, &json!({ "shipment": { "status": "delivered" } })),
    );
    tour.call("shipments_delete", &joined(&this, &json!({ "confirm": true })));
}

fn products(tour: &mut Tour) {
    let product = json!({ "name": "Enamel mug", "code": "MUG-NEW", "price": 14.5, "stock": 40 });
    tour.call("products_create", &json!({ "product": product }));
    let listed = tour.call("products_list", &json!({ "code": "MUG-NEW" }));
    let id = listed["products"][0]["id"].to_string();
    let this = json!({ "product_id": id.trim_matches('"') });
    tour.call("products_get", &this);
    tour.call(
        "products_update",
        &joined(&this, &json!({ "product": { "stock": 38 } })),
    );
    tour.call(
        "products_batch_update",
        &json!({ "products": [{ "id": id.trim_matches('"'), "stock": 0 }] }),
    );
    tour.call("products_delete", &joined(&this, &json!({ "confirm": true })));
}

fn insight(tour: &mut Tour, order: &Value) {
    tour.call("orders_queue", &json!({ "fresh": true }));
    tour.call(
        "orders_report",
        &json!({ "report": "sales_by_sku", "from": "last_30_days", "group_by": "day" }),
    );
    let found = tour.call("orders_find", &json!({ "query": order }));
    assert_eq!(found["orders"][0]["matched_by"], "id", "{found}");
    let explained = tour.call("orders_explain", &json!({ "order_id": order }));
    assert_eq!(
        explained["timeline"].as_array().map(Vec::is_empty),
        Some(false),
        "{explained}"
    );
    let duplicates = tour.call("orders_duplicates", &json!({ "window_hours": 2 }));
    assert_eq!(duplicates["complete"], true, "{duplicates}");
    let stock = tour.call("products_stock", &json!({ "below": 20 }));
    assert_eq!(stock["complete"], true, "{stock}");
}

fn joined(left: &Value, right: &Value) -> Value {
    let mut joined = left.as_object().unwrap().clone();
    joined.extend(right.as_object().unwrap().clone());
    joined.into()
}
