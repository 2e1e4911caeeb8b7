//! In which copies replies go out, and lists as tables.

use axum::body::Body;
use axum::http::Request;
use od_mcp::{HttpOptions, ReplyMode, ToolOptions, Tools};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{House, NO_LIMITS, router, rpc};

/// The result of a request at this address.
async fn result(house: &House, path: &str, headers: &[(&str, &str)], method: &str, params: Value) -> Value {
    let reply = house.post(path, headers, &rpc(method, params).to_string()).await;
    assert_eq!(reply.status, 200, "{path} {headers:?}: {}", reply.body);
    reply.body["result"].clone()
}

/// Which copies replies at this address have: of the schemas in the list of tools, of a success, and of a failure.
async fn copies(house: &House, path: &str, headers: &[(&str, &str)]) -> [&'static str; 3] {
    let listed = result(house, path, headers, "tools/list", json!({})).await;
    let tools = listed["tools"].as_array().expect("tools");
    let schemas = tools.iter().filter(|tool| tool.get("outputSchema").is_some()).count();
    assert!(
        schemas == 0 || schemas == tools.len(),
        "{path}: {schemas} of {}",
        tools.len()
    );
    let seen = async |arguments: Value, status: &str| {
        let call = json!({"name": "folders_list", "arguments": arguments});
        let result = result(house, path, headers, "tools/call", call).await;
        let text = result["content"][0]["text"].as_str();
        let text = text.map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        let structured = result.get("structuredContent");
        assert!(result["content"].is_array(), "{result}");
        for copy in text.iter().chain(structured) {
            assert_eq!(copy["status"], status, "{path}: {result}");
        }
        match (text.is_some(), structured.is_some()) {
            (true, true) => "both",
            (true, false) => "text",
            (false, true) => "structured",
            (false, false) => "none",
        }
    };
    [
        if schemas > 0 { "schemas" } else { "no schemas" },
        seen(json!({}), "success").await,
        seen(json!({"store": "nowhere"}), "error").await,
    ]
}

const BOTH: [&str; 3] = ["schemas", "both", "both"];
const TEXT: [&str; 3] = ["no schemas", "text", "text"];
const STRUCTURED: [&str; 3] = ["schemas", "structured", "both"];

#[tokio::test]
async fn the_path_chooses_the_copies_beside_whatever_else_it_says() {
    let house = House::open().await;
    for (path, expected) in [
        ("/mcp", BOTH),
        ("/mcp/readonly", BOTH),
        ("/mcp/text", TEXT),
        ("/mcp/text/", TEXT),
        ("/mcp/readonly/text", TEXT),
        ("/mcp/readonly/text/", TEXT),
        ("/mcp/x/stores/text", TEXT),
        ("/mcp/x/orders,stores/text/", TEXT),
        ("/mcp/structured", STRUCTURED),
        ("/mcp/x/stores/structured/", STRUCTURED),
    ] {
        assert_eq!(copies(&house, path, &[]).await, expected, "{path}");
    }
    assert_eq!(house.listed("/mcp/text", &[]).await, house.listed("/mcp", &[]).await);
    assert_eq!(
        house.listed("/mcp/readonly/text", &[]).await,
        house.listed("/mcp/readonly", &[]).await
    );
    assert_eq!(
        house.listed("/mcp/x/stores/text", &[]).await,
        house.listed("/mcp/x/stores", &[]).await
    );
    for path in [
        "/mcp/both",
        "/mcp/text/text",
        "/mcp/text/readonly",
        "/mcp/x/text/readonly",
    ] {
        let reply = house.post(path, &[], &rpc("tools/list", json!({})).to_string()).await;
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_header_chooses_for_one_request_and_the_setting_for_the_rest() {
    let options = ToolOptions {
        reply: ReplyMode::Text,
        ..ToolOptions::default()
    };
    let mut house = House::open().await;
    let tools = Tools::new(house.engine.clone(), options).expect("good tools");
    house.router = router(&tools, HttpOptions::default());
    for (path, headers, expected) in [
        ("/mcp", &[][..], TEXT),
        ("/mcp", &[("x-mcp-reply", "both")], BOTH),
        ("/mcp", &[("x-mcp-reply", "Structured")], STRUCTURED),
        ("/mcp/structured", &[], STRUCTURED),
        ("/mcp/structured", &[("x-mcp-reply", "text")], TEXT),
        (
            "/mcp/readonly",
            &[("x-mcp-readonly", "true"), ("x-mcp-reply", "both")],
            BOTH,
        ),
    ] {
        assert_eq!(copies(&house, path, headers).await, expected, "{path} {headers:?}");
    }
    let unknown = house
        .post(
            "/mcp",
            &[("x-mcp-reply", "xml")],
            &rpc("tools/list", json!({})).to_string(),
        )
        .await;
    assert_eq!(unknown.status, 400);
    assert!(
        unknown.body.to_string().contains("both, text or structured"),
        "{}",
        unknown.body
    );
}

#[tokio::test]
async fn the_copies_have_no_part_in_which_store_is_active() {
    let house = House::open().await;
    house.register_second().await;
    let active = async |path: &str| {
        let listed = result(&house, path, &[], "tools/call", json!({"name": "stores_list"})).await;
        let text = listed["content"][0]["text"].as_str().expect("text");
        let listed: Value = serde_json::from_str(text).expect("JSON");
        let stores = listed["data"]["stores"].as_array().expect("stores").clone();
        stores
            .iter()
            .find(|store| store["active"] == true)
            .map(|store| store["store_name"].clone())
    };
    let choose = async |path: &str, store: &str| {
        let call = json!({"name": "stores_use_store", "arguments": {"identifier": store}});
        result(&house, path, &[], "tools/call", call).await;
    };
    choose("/mcp/text", "Outlet").await;
    assert_eq!(active("/mcp").await, Some(json!("Outlet")));
    choose("/mcp/readonly/text", "Mug Shop").await;
    assert_eq!(active("/mcp/readonly").await, Some(json!("Mug Shop")));
    assert_eq!(active("/mcp").await, Some(json!("Outlet")));
    assert_eq!(active("/mcp/text/").await, Some(json!("Outlet")));
}

#[tokio::test]
async fn what_goes_out_once_may_be_twice_as_long() {
    let most = 20_000;
    let options = ToolOptions {
        max_response_bytes: most,
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    let given = async |path: &str| {
        let call = json!({"name": "orders_list", "arguments": {"view": "full", "limit": 100}});
        let result = result(&house, path, &[], "tools/call", call).await;
        let size = result.to_string().len();
        assert!(size <= most, "{path}: {size} bytes");
        let structured = result.get("structuredContent").cloned();
        let envelope = structured.unwrap_or_else(|| {
            serde_json::from_str(result["content"][0]["text"].as_str().expect("text")).expect("JSON")
        });
        let orders = envelope["data"]["orders"].as_array().expect("orders").len();
        assert_eq!(envelope["page"]["next_offset"], orders);
        orders
    };
    let (both, text, structured) = (
        given("/mcp").await,
        given("/mcp/text").await,
        given("/mcp/structured").await,
    );
    assert!(both < text && text < structured, "{both} {text} {structured}");
}

#[tokio::test]
async fn lists_come_as_tables_with_everything_around_them() {
    let house = House::open().await;
    let order = house.an_order();
    let lists = [
        ("orders_list", "orders", json!({"limit": 3, "offset": 1})),
        ("orders_list", "orders", json!({"limit": 2, "view": "full"})),
        (
            "orders_list",
            "orders",
            json!({"limit": 2, "fields": ["email", "nothing_of_it"]}),
        ),
        ("products_list", "products", json!({"limit": 2})),
        ("order_items_list", "order_items", json!({"order_id": order})),
        ("shipments_list", "shipments", json!({"order_id": order})),
    ];
    for (tool, key, arguments) in lists {
        let objects = house.call(tool, arguments.clone()).await;
        let mut as_objects = arguments.clone();
        as_objects["layout"] = json!("objects");
        assert_eq!(house.call(tool, as_objects).await["data"], objects["data"], "{tool}");
        let mut as_table = arguments;
        as_table["layout"] = json!("TABLE");
        let table = house.call(tool, as_table).await;
        assert_eq!(table["page"], objects["page"], "{tool}");
        assert_eq!(table["warnings"], objects["warnings"], "{tool}");
        let columns = table["data"]["columns"].as_array().expect("columns");
        let rows = table["data"]["rows"].as_array().expect("rows");
        let records = objects["data"][key].as_array().expect("records");
        assert_eq!(rows.len(), records.len(), "{tool}");
        for (row, record) in rows.iter().zip(records) {
            let cells = columns.iter().zip(row.as_array().expect("a row"));
            for (column, value) in cells.clone() {
                assert_eq!(&record[column.as_str().expect("a name")], value, "{tool} {column}");
            }
            assert!(cells.count() >= record.as_object().expect("a record").len(), "{tool}");
        }
        assert!(table["data"].get(key).is_none(), "{tool}");
    }
    let refused = house.call("orders_list", json!({"layout": "csv"})).await;
    assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{refused}");
    let refused = house
        .call("orders_get", json!({"order_id": order, "layout": "table"}))
        .await;
    assert_eq!(refused["error"]["code"], "VALIDATION_ERROR", "{refused}");
}

#[tokio::test]
async fn a_page_in_a_browser_may_choose_its_copies() {
    let house = House::open().await;
    let preflight = Request::options("/mcp/x/orders/text/")
        .header("host", "localhost:8080")
        .header("origin", "http://localhost:6274")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization, content-type, x-mcp-reply",
        )
        .body(Body::empty())
        .expect("a request");
    let answer = house.router.clone().oneshot(preflight).await.expect("infallible");
    assert_eq!(answer.status(), 204);
    let allowed = answer.headers()["access-control-allow-headers"].to_str().expect("text");
    assert!(allowed.contains("x-mcp-reply"), "{allowed}");
}

#[tokio::test]
async fn a_table_whose_results_have_no_room_still_says_how_each_row_ended() {
    let house = House::open().await;
    let listed = house.call("orders_list", json!({"limit": 1})).await;
    let order = listed["data"]["orders"][0]["id"].as_str().expect("an id");
    let mut rows = vec!["Order,Tracking".to_owned()];
    rows.extend((0..400).map(|n| format!("{order},PARCEL{n:08}")));
    rows.extend(["nobody,PARCEL99999999".to_owned(), format!("{order},9.4E+021\n")]);
    let rows = rows.join("\n");
    let call = json!({"rows": rows, "accept_warnings": true, "dry_run": true});
    let told = house.call("shipments_import", call).await;
    let data = &told["data"];
    assert_eq!(
        data["counts"],
        json!({"would_post": 400, "unknown_order": 1, "refused": 1})
    );
    assert_eq!(
        data["lines"],
        json!({"would_post": "2-401", "unknown_order": "402", "refused": "403"})
    );
    let lines: Vec<_> = data["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|row| &row["line"])
        .collect();
    assert_eq!(lines, [&json!(402), &json!(403)]);
    let warnings = told["warnings"].to_string();
    assert!(
        warnings.contains("Not all 402 results") && warnings.contains("(lines 402-403)"),
        "{warnings}"
    );
}
