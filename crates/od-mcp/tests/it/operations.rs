//! All operations of Order Desk's API: which tool performs each, and the request that Order Desk then gets.

use std::fmt::Write;

use od_sim::Recorded;
use serde_json::{Value, json};

use crate::play::Player;
use crate::support::{House, rpc};

/// Every operation that the API documents.
const OPERATIONS: [(&str, &str); 26] = [
    ("GET", "/test"),
    ("GET", "/store"),
    ("GET", "/orders"),
    ("GET", "/orders/{}"),
    ("POST", "/orders"),
    ("PUT", "/orders/{}"),
    ("DELETE", "/orders/{}"),
    ("POST", "/orders/{}/order-history"),
    ("POST", "/move-orders"),
    ("GET", "/orders/{}/order-items"),
    ("GET", "/orders/{}/order-items/{}"),
    ("POST", "/orders/{}/order-items"),
    ("PUT", "/orders/{}/order-items/{}"),
    ("DELETE", "/orders/{}/order-items/{}"),
    ("GET", "/orders/{}/shipments"),
    ("GET", "/orders/{}/shipments/{}"),
    ("POST", "/orders/{}/shipments"),
    ("PUT", "/orders/{}/shipments/{}"),
    ("DELETE", "/orders/{}/shipments/{}"),
    ("POST", "/batch-shipments"),
    ("GET", "/inventory-items"),
    ("GET", "/inventory-items/{}"),
    ("POST", "/inventory-items"),
    ("PUT", "/inventory-items/{}"),
    ("DELETE", "/inventory-items/{}"),
    ("PUT", "/batch-inventory-items"),
];

#[tokio::test]
async fn every_operation_is_performed_by_a_tool() {
    let mut player = Player::connect().await;
    player.play().await;
    player.call("orders.list", every_filter()).await;
    player
        .call("products.list", json!({"code": "MUG-BLU", "limit": 100, "offset": 0}))
        .await;
    let (house, calls) = player.finish().await;

    let mut table = String::new();
    for call in &calls {
        let _ = writeln!(table, "{}", call.tool);
        if call.requests.is_empty() {
            table.push_str("    nothing is sent\n");
        }
        for request in &call.requests {
            let _ = writeln!(table, "    {}", line(request));
            let gone = request.method == "GET" && call.tool.ends_with(".delete");
            assert!(matches!(request.status, Some(200..=299)) || gone, "{request:?}");
            assert!(
                request
                    .user_agent
                    .as_ref()
                    .is_some_and(|agent| agent.starts_with("orderdesk-mcp/"))
            );
            assert_eq!(request.content_type.is_some(), request.body.is_some(), "{request:?}");
        }
        let spec = &house.tools.catalog().find(call.tool).expect("a tool").spec;
        let declared = |(method, pattern): &&(&str, &str)| {
            let own = format!("{method} {pattern}");
            spec.operations.iter().any(|operation| unnamed(operation) == own)
        };
        for operation in OPERATIONS.iter().filter(declared) {
            let may_be_spared = operation.0 == "GET";
            let sent = call.requests.iter().any(|request| is(request, *operation));
            assert!(
                sent || may_be_spared,
                "{} declares {operation:?} and did not send it",
                call.tool
            );
        }
    }
    for operation in OPERATIONS {
        let performed = calls
            .iter()
            .flat_map(|call| &call.requests)
            .any(|request| is(request, operation));
        assert!(performed, "no tool performs {operation:?}");
    }
    insta::assert_snapshot!(table);
}

/// No tool can do what the API has no operation for; a call of one says so instead of "unknown tool".
#[tokio::test]
async fn what_no_operation_can_do_is_told() {
    let house = House::open().await;
    for tool in ["folders.create", "orders_merge", "customers_list", "refunds_create"] {
        let told = house.call(tool, json!({"name": "x"})).await;
        assert_eq!(told["error"]["code"], "NOT_SUPPORTED_BY_ORDERDESK", "{told}");
        assert!(
            told["error"]["message"]
                .as_str()
                .is_some_and(|text| text.ends_with("Nothing was done."))
        );
    }
    assert_eq!(house.sim.requests().len(), 0);
    let request = rpc("tools/call", json!({"name": "folders_lst", "arguments": {}}));
    let unknown = house.post("/mcp", &[], &request.to_string()).await.body;
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
}

/// Every documented parameter of the order search, under its own name.
fn every_filter() -> Value {
    json!({
        "folder_id": "71001,71002", "folder_name": "New", "source_id": "1001", "source_name": "Shopify",
        "email": "grace@example.com", "customer_id": "7", "customer_first_name": "Grace",
        "customer_last_name": "Tern", "customer_company": "Tern Ltd", "customer_address1": "12 Sample Row",
        "customer_phone": "555-0100", "shipping_first_name": "Grace", "shipping_last_name": "Tern",
        "shipping_company": "Tern Ltd", "shipping_address1": "12 Sample Row", "shipping_phone": "555-0100",
        "search_start_date": "2026-03-01T08:00:00+01:00", "search_end_date": "2026-03-02 15:00:00",
        "search_start_date_local": "2026-03-01", "search_end_date_local": "2026-03-02 08:00:00",
        "modified_start_date": "2026-03-01 00:00:00", "modified_end_date": "2026-03-02 15:00:00",
        "get_order_history": true, "order_by": "date_updated", "order": "ASC", "limit": 25, "offset": 50,
    })
}

fn is(request: &Recorded, (method, pattern): (&str, &str)) -> bool {
    let path = request.path.split('/').map(|part| {
        let is_id = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_id { "{}" } else { part }
    });
    request.method == method && path.collect::<Vec<_>>().join("/") == pattern
}

/// A declared operation without the names of its ids.
fn unnamed(operation: &str) -> String {
    let parts = operation
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Method, path, query, and the names in the body.
fn line(request: &Recorded) -> String {
    let mut line = format!("{} {}", request.method, request.path);
    if !request.query.is_empty() {
        let _ = write!(line, "?{}", request.query);
    }
    if let Some(body) = &request.body {
        let _ = write!(line, " {}", names(body));
    }
    line
}

fn names(body: &Value) -> String {
    match body {
        Value::Object(members) => format!("{{{}}}", members.keys().cloned().collect::<Vec<_>>().join(", ")),
        Value::Array(rows) => format!("[{}; {} rows]", rows.first().map(names).unwrap_or_default(), rows.len()),
        _ => "...".to_owned(),
    }
}
