//! What the tools do, told from the client's side.

use od_engine::tenants::NewTenant;
use od_engine::{Grants, NewPersonalToken, Permission, RequestId, Scope, Source};
use od_mcp::{HttpOptions, ToolOptions};
use serde_json::{Value, json};

use crate::support::{House, NO_LIMITS, post, router, rpc};

#[tokio::test]
async fn a_stranger_finds_reads_and_changes_an_order() {
    let house = House::open().await;
    let listed = house.call("orders.list", json!({"limit": 5})).await;
    assert_eq!(listed["store"]["store_name"], "Mug Shop");
    assert_eq!(listed["page"]["returned"], 5);
    assert_eq!(listed["page"]["next_offset"], 5);
    assert_eq!(listed["cache"]["hit"], false);
    let summary = &listed["data"]["orders"][0];
    for field in [
        "id",
        "source_id",
        "source_name",
        "email",
        "customer_name",
        "order_total",
        "item_count",
        "date_added",
    ] {
        assert!(summary.get(field).is_some(), "no {field} in {summary}");
    }
    let id = summary["id"].as_str().expect("an id");
    let order = house.call("orders_get", json!({"order_id": id})).await["data"].clone();
    assert!(order["order_items"].is_array());

    house.sim.clear_requests();
    let changed = house
        .call(
            "orders_mutate_full",
            json!({"order_id": id, "mutation": {"shipping": {"city": "Leeds"}}}),
        )
        .await;
    assert_eq!(changed["status"], "success", "{changed}");
    assert_eq!(changed["data"]["order"]["shipping"]["city"], "Leeds");
    assert_eq!(changed["data"]["changes"][0]["path"], "/shipping/city");
    assert_eq!(changed["data"]["verified"], true);
    let uploads: Vec<_> = house
        .sim
        .requests()
        .into_iter()
        .filter(|request| request.method == "PUT")
        .collect();
    let [upload] = uploads.as_slice() else {
        panic!("{} uploads", uploads.len())
    };
    let sent = upload.body.as_ref().expect("a body");
    for (field, value) in order.as_object().expect("a record") {
        if field != "shipping" {
            assert_eq!(&sent[field], value, "{field} was lost");
        }
    }

    let noted = house
        .call(
            "orders_add_note",
            json!({"order_id": id, "content": "Called the customer"}),
        )
        .await;
    assert!(
        noted["data"]["order"]["order_notes"]
            .to_string()
            .contains("Called the customer"),
        "{noted}"
    );
    let again = house
        .call(
            "orders_add_note",
            json!({"order_id": id, "content": "called  the CUSTOMER"}),
        )
        .await;
    assert_eq!(again["data"]["changes"], json!([]));
    assert!(again["warnings"].is_array(), "{again}");
}

#[tokio::test]
async fn stores_are_found_chosen_renamed_and_tested() {
    let house = House::open().await;
    house.register_second().await;
    let second = house.sim.stores()[1].clone();
    let resolved = house.call("stores.resolve", json!({"identifier": "OUTLET"})).await;
    assert_eq!(resolved["data"]["matched_by"], "store_name");
    assert_eq!(
        house
            .call("stores_resolve", json!({"identifier": second.store_id}))
            .await["data"]["matched_by"],
        "store_id"
    );
    let unclear = house.call("orders_list", json!({})).await;
    assert_eq!(unclear["error"]["code"], "STORE_REQUIRED");
    assert!(unclear["error"]["details"].to_string().contains("Outlet"), "{unclear}");
    house.call("stores_use_store", json!({"identifier": "Outlet"})).await;
    assert_eq!(
        house.call("orders_list", json!({"limit": 1})).await["store"]["store_name"],
        "Outlet"
    );
    let renamed = house
        .call(
            "stores_update",
            json!({"store": "Outlet", "store_name": "Bargains", "label": "EU"}),
        )
        .await;
    assert_eq!(renamed["data"]["store_name"], "Bargains", "{renamed}");
    assert_eq!(
        house.call("stores_test", json!({"store": "bargains"})).await["data"]["message"],
        "Connection Successful"
    );
    let folders = house.call("folders_list", json!({})).await;
    assert!(folders["data"]["folders"][0]["id"].is_string(), "{folders}");
    let settings = house.call("store.get_settings", json!({})).await;
    assert_eq!(settings["status"], "success");
    for secret in [second.api_key.as_str(), "smtp_password", "api_key"] {
        assert!(!settings.to_string().contains(secret), "{secret} passed");
    }
    let twice = json!({"store_id": second.store_id, "api_key": second.api_key});
    assert_eq!(house.call("stores_register", twice).await["error"]["code"], "DUPLICATE");
    let wrong = json!({"store_id": "777", "api_key": "not-the-key"});
    let refused = house.call("stores_register", wrong).await;
    assert_eq!(refused["error"]["code"], "ORDERDESK_API_ERROR", "{refused}");
    assert!(!refused.to_string().contains("not-the-key"));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_missed_at_the_call_too() {
    let house = House::open().await;
    let identity = house.engine.auth().sign_in(&house.key).await.expect("a good key");
    let scope = Scope::new(identity, RequestId::generate(), Source::Cli);
    let new = NewPersonalToken {
        label: "reads".to_owned(),
        scopes: Grants::of(&[Permission::StoresRead, Permission::OrdersRead]),
        stores: None,
        expires_in: None,
    };
    let made = house.engine.tokens().create(&scope, new).await.expect("a token");
    let reads = house.engine.auth().sign_in(&made.token).await.expect("a good token");
    let options = HttpOptions {
        open: Some(reads),
        ..HttpOptions::default()
    };
    let router = router(&house.tools, options);
    let call = async |method: &str, params: Value| {
        post(&router, None, "/mcp", &[], &rpc(method, params).to_string())
            .await
            .body
    };
    let listed = call("tools/list", json!({})).await["result"]["tools"].to_string();
    let order = house.an_order();
    for (tool, arguments, allowed) in [
        ("orders_get", json!({"order_id": order}), true),
        ("orders_add_note", json!({"order_id": order, "content": "x"}), false),
        ("orders_delete", json!({"order_id": order, "confirm": true}), false),
        ("stores_delete", json!({"store_id": "90001", "confirm": true}), false),
        ("products_list", json!({}), false),
    ] {
        assert_eq!(listed.contains(&format!("\"name\":\"{tool}\"")), allowed, "{tool}");
        let reply = call("tools/call", json!({"name": tool, "arguments": arguments})).await;
        let told = &reply["result"]["structuredContent"];
        let code = told["error"]["code"].as_str();
        assert_eq!(code, (!allowed).then_some("PERMISSION_DENIED"), "{tool}: {reply}");
    }
    assert!(house.sim.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn over_http_a_key_is_confirmed_and_never_switched_to() {
    let house = House::open().await;
    let other = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant")
        .master_key;
    let use_key = async |as_whom, key: &secrecy::SecretString| {
        let key = secrecy::ExposeSecret::expose_secret(key).to_owned();
        house
            .call_as(as_whom, "tenant.use_master_key", json!({ "master_key": key }))
            .await
    };
    assert_eq!(use_key(&house.key, &house.key).await["data"]["stores_count"], 1);
    let refused = use_key(&house.key, &other).await;
    assert_eq!(refused["error"]["code"], "AUTH_ERROR", "{refused}");
    assert_eq!(
        house.call("stores_list", json!({})).await["data"]["stores"][0]["store_name"],
        "Mug Shop"
    );
}

#[tokio::test]
async fn another_tenants_things_do_not_exist() {
    let house = House::open().await;
    let other = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant")
        .master_key;
    let store = house.sim.stores()[0].store_id.clone();
    let order = house.an_order();
    let calls = [
        ("stores_use_store", json!({"identifier": store})),
        ("stores_resolve", json!({"identifier": "Mug Shop"})),
        ("stores_delete", json!({"store_id": store, "confirm": true})),
        ("stores_update", json!({"store": store, "label": "mine"})),
        ("stores_test", json!({"store": store})),
        ("store_get_settings", json!({"store": store})),
        ("folders_list", json!({"store": store})),
        ("orders_list", json!({"store": store})),
        ("orders_get", json!({"store": store, "order_id": order})),
        (
            "orders_mutate_full",
            json!({"store": store, "order_id": order, "mutation": {"email": "a@example.com"}}),
        ),
        (
            "orders_add_note",
            json!({"store": store, "order_id": order, "content": "x"}),
        ),
        (
            "orders_move_folder",
            json!({"store": store, "order_ids": [order], "destination_folder_name": "New", "confirm": true}),
        ),
    ];
    let same_shape = |reply: &Value| {
        let mut error = reply["error"].clone();
        for name in ["request_id", "timestamp", "message"] {
            error[name] = Value::Null;
        }
        error
    };
    for (tool, arguments) in calls {
        let foreign = house.call_as(&other, tool, arguments.clone()).await;
        assert_eq!(foreign["error"]["code"], "NOT_FOUND", "{tool}: {foreign}");
        let never: Value = serde_json::from_str(
            &arguments
                .to_string()
                .replace(&store, "31337")
                .replace("Mug Shop", "Nope"),
        )
        .expect("JSON");
        assert_eq!(
            same_shape(&foreign),
            same_shape(&house.call_as(&other, tool, never).await),
            "{tool}"
        );
    }
    assert!(house.sim.requests().is_empty());
}

#[tokio::test]
async fn no_reply_is_larger_than_allowed_and_a_walk_still_sees_every_order() {
    let most = 40_000;
    let options = ToolOptions {
        max_response_bytes: most,
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let total = house.sim.orders(&house.sim.stores()[0].store_id).len();
    let (mut seen, mut offset) = (std::collections::BTreeSet::new(), Some(json!(0)));
    while let Some(at) = offset {
        let reply = house
            .call("orders_list", json!({"view": "full", "limit": 25, "offset": at}))
            .await;
        let text = reply.to_string();
        assert!(2 * text.len() <= most, "{} bytes", text.len());
        for order in reply["data"]["orders"].as_array().expect("orders") {
            seen.insert(order["id"].as_str().expect("an id").to_owned());
        }
        offset = reply["page"].get("next_offset").cloned();
    }
    assert_eq!(seen.len(), total);
}
