//! What a connection may not write it cannot steer: the active store stays with the kind of connection that chose it.

use od_mcp::{Narrowing, ToolOptions, Tools};
use serde_json::{Value, json};

use crate::support::{House, rpc};

/// Calls a tool through a connection of one's choice; answers with the structured content.
async fn call(house: &House, (path, headers): Door<'_>, tool: &str, arguments: Value) -> Value {
    let request = rpc("tools/call", json!({ "name": tool, "arguments": arguments }));
    let reply = house.post(path, headers, &request.to_string()).await;
    reply.body["result"]["structuredContent"].clone()
}

type Door<'a> = (&'a str, &'a [(&'a str, &'a str)]);

const FULL: Door<'static> = ("/mcp", &[]);

/// Doors that leave less than everything.
const NARROW: [Door<'static>; 7] = [
    ("/mcp/readonly", &[]),
    ("/mcp/readonly", &[("x-mcp-reply", "structured")]),
    ("/mcp", &[("x-mcp-readonly", "true")]),
    ("/mcp/x/stores", &[]),
    ("/mcp/x/stores,orders,order_items,shipments", &[]),
    ("/mcp", &[("x-mcp-toolsets", "stores,products")]),
    ("/mcp/x/stores", &[("x-mcp-readonly", "yes")]),
];

async fn active(house: &House, door: Door<'_>) -> Option<String> {
    let listed = call(house, door, "stores_list", json!({})).await;
    let stores = listed["data"]["stores"].as_array().expect("stores");
    let active = stores.iter().find(|store| store["active"] == true)?;
    Some(active["store_name"].as_str().expect("a name").to_owned())
}

fn draft(source: &str) -> Value {
    json!({ "order": {
        "source_id": source,
        "customer": { "first_name": "Grace", "last_name": "Tern" },
        "order_items": [{ "name": "Enamel mug", "code": "MUG", "quantity": 1, "price": 14.5 }],
    } })
}

#[tokio::test]
async fn a_narrower_door_never_moves_the_active_store_of_a_wider_one() {
    let house = House::open().await;
    house.register_second().await;
    for (index, door) in NARROW.into_iter().enumerate() {
        // Nobody chose: the narrower door alone has an active store afterwards.
        let chosen = call(&house, door, "stores_use_store", json!({ "identifier": "Outlet" })).await;
        assert_eq!(chosen["status"], "success", "{door:?}: {chosen}");
        assert_eq!(active(&house, door).await.as_deref(), Some("Outlet"), "{door:?}");
        if index == 0 {
            assert_eq!(active(&house, FULL).await, None);
            let refused = call(&house, FULL, "orders_create", draft("nowhere")).await;
            assert_eq!(refused["error"]["code"], "STORE_REQUIRED", "{refused}");
        }
        call(&house, FULL, "stores_use_store", json!({ "identifier": "Mug Shop" })).await;
        call(&house, door, "stores_use_store", json!({ "identifier": "Outlet" })).await;
        let made = call(&house, FULL, "orders_create", draft(&format!("writer-{index}"))).await;
        assert_eq!(made["store"]["store_name"], "Mug Shop", "{door:?}: {made}");
        assert_eq!(active(&house, door).await.as_deref(), Some("Outlet"), "{door:?}");
    }
}

#[tokio::test]
async fn a_door_where_nobody_chose_follows_the_widest_one() {
    let house = House::open().await;
    house.register_second().await;
    call(&house, FULL, "stores_use_store", json!({ "identifier": "Outlet" })).await;
    let orders_only = ("/mcp/x/orders", &[] as &[_]);
    let listed = call(&house, orders_only, "orders_list", json!({ "limit": 1 })).await;
    assert_eq!(listed["store"]["store_name"], "Outlet", "{listed}");
}

#[tokio::test]
async fn a_server_that_only_reads_steers_no_other_one_on_its_database() {
    let house = House::open().await;
    house.register_second().await;
    let reading = ToolOptions {
        narrowing: Narrowing::read_only(),
        ..ToolOptions::default()
    };
    let tools = Tools::new(house.engine.clone(), reading).expect("good tools");
    let router = crate::support::router(&tools, od_mcp::HttpOptions::default());
    let choose = rpc(
        "tools/call",
        json!({ "name": "stores_use_store", "arguments": { "identifier": "Outlet" } }),
    );
    call(&house, FULL, "stores_use_store", json!({ "identifier": "Mug Shop" })).await;
    let reply = crate::support::post(&router, Some(&house.key), "/mcp", &[], &choose.to_string()).await;
    assert_eq!(reply.body["result"]["structuredContent"]["status"], "success");
    assert_eq!(active(&house, FULL).await.as_deref(), Some("Mug Shop"));
    assert_eq!(
        active(&house, ("/mcp/readonly", &[])).await.as_deref(),
        Some("Outlet"),
        "the operator's narrowing and the path's are the same"
    );
}

#[tokio::test]
async fn completions_speak_of_the_store_of_their_door() {
    let house = House::open().await;
    house.register_second().await;
    call(&house, FULL, "stores_use_store", json!({ "identifier": "Mug Shop" })).await;
    call(&house, NARROW[0], "stores_use_store", json!({ "identifier": "Outlet" })).await;
    let folders = async |path: &str| {
        let complete = rpc(
            "completion/complete",
            json!({
                "ref": { "type": "ref/prompt", "name": "morning_triage" },
                "argument": { "name": "folder", "value": "" },
            }),
        );
        let reply = house.post(path, &[], &complete.to_string()).await;
        reply.body["result"]["completion"]["values"].clone()
    };
    let (mine, theirs) = (folders("/mcp").await, folders("/mcp/readonly").await);
    let of = async |store: &str| {
        let listed = house.call("folders_list", json!({ "store": store })).await;
        let folders = listed["data"]["folders"].as_array().expect("folders").clone();
        folders.iter().map(|folder| folder["name"].clone()).collect::<Value>()
    };
    assert_eq!(mine, of("Mug Shop").await);
    assert_eq!(theirs, of("Outlet").await);
    assert_ne!(mine, theirs, "the shops' folders differ, or this test shows nothing");
}

#[tokio::test]
async fn a_create_says_which_store_it_took_when_none_was_named() {
    let house = House::open().await;
    let product = json!({ "product": { "name": "Mug", "code": "MUG-NEW" } });
    let creates = |mark: &str| {
        let mut named = draft(&format!("{mark}-2"));
        named["client_request_id"] = format!("request-{mark}").into();
        let mut dry = draft(&format!("{mark}-3"));
        dry["dry_run"] = true.into();
        let mut product = product.clone();
        product["product"]["code"] = format!("MUG-{mark}").into();
        let mut dry_product = product.clone();
        dry_product["product"]["code"] = format!("DRY-{mark}").into();
        dry_product["dry_run"] = true.into();
        [
            ("orders_create", draft(&format!("{mark}-1"))),
            ("orders_create", named.clone()),
            // The first result again.
            ("orders_create", named),
            ("orders_create", dry),
            ("products_create", product),
            ("products_create", dry_product),
        ]
    };
    let told = "store was not named; used the active store 90002 (\"Outlet\")";
    let warned = |reply: &Value| {
        let warnings = reply["warnings"].as_array().cloned().unwrap_or_default();
        warnings.iter().filter(|warning| *warning == told).count()
    };
    for (tool, arguments) in creates("only") {
        let made = call(&house, FULL, tool, arguments).await;
        assert_eq!(made["status"], "success", "{made}");
        assert!(!made.to_string().contains("was not named"), "a single store: {made}");
    }
    house.register_second().await;
    call(&house, FULL, "stores_use_store", json!({ "identifier": "Outlet" })).await;
    for (tool, arguments) in creates("active") {
        let made = call(&house, FULL, tool, arguments.clone()).await;
        assert_eq!(
            (made["store"]["store_id"].as_str(), warned(&made)),
            (Some("90002"), 1),
            "{tool} {arguments}: {made}"
        );
    }
    for (tool, mut arguments) in creates("named") {
        arguments["store"] = "outlet".into();
        let made = call(&house, FULL, tool, arguments).await;
        assert_eq!(
            (made["store"]["store_id"].as_str(), warned(&made)),
            (Some("90002"), 0),
            "{made}"
        );
    }
}
