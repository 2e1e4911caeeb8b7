//! Reports as CSV: a link in the reply, and the resource that it leads to.

use od_engine::{Grants, NewPersonalToken, Permission, RequestId, Scope, Source};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{House, rpc};

const ASKED: &str = r#"{"report": "sales_by_source", "from": "2026-02-01", "to": "2026-03-02", "format": "csv"}"#;

async fn ask(house: &House, key: &SecretString, headers: &[(&str, &str)], method: &str, params: Value) -> Value {
    let request = rpc(method, params).to_string();
    house.post_as(Some(key), "/mcp", headers, &request).await.body
}

async fn report(house: &House, headers: &[(&str, &str)], arguments: Value) -> Value {
    let params = json!({ "name": "orders_report", "arguments": arguments });
    ask(house, &house.key, headers, "tools/call", params).await["result"].clone()
}

fn asked() -> Value {
    serde_json::from_str(ASKED).expect("JSON")
}

async fn read(house: &House, key: &SecretString, uri: &Value) -> Value {
    ask(house, key, &[], "resources/read", json!({ "uri": uri })).await
}

/// A token of the tenant's for these stores.
async fn token(house: &House, stores: &[&str]) -> SecretString {
    let identity = house.engine.auth().sign_in(&house.key).await.expect("the owner");
    let new = NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::of(&[Permission::OrdersRead]),
        stores: Some(stores.iter().map(|store| (*store).to_owned()).collect()),
        expires_in: None,
    };
    let owner = Scope::new(identity, RequestId::generate(), Source::Mcp);
    house.engine.tokens().create(&owner, new).await.expect("a token").token
}

/// A refusal, without the address that was asked for.
fn without_address(mut reply: Value) -> Value {
    assert!(reply["error"]["data"]["uri"].take().is_string(), "{reply}");
    reply["error"].take()
}

#[tokio::test]
async fn a_link_leads_to_the_whole_table() {
    let house = House::open_at_the_shops_time().await;
    let result = report(&house, &[], asked()).await;
    let data = &result["structuredContent"]["data"];
    let link = &result["content"][1];
    assert_eq!(
        (&link["type"], &link["mimeType"]),
        (&json!("resource_link"), &json!("text/csv")),
        "{result}"
    );
    let named = link["name"].as_str().expect("a name");
    assert!(
        named.starts_with("sales_by_source_2026-02-01_2026-03-02_") && named.strip_suffix(".csv").is_some(),
        "{named}"
    );
    assert_eq!(link["uri"], data["csv"]["uri"]);
    assert_eq!(data.get("rows"), None);
    assert!(data["totals"]["orders"].as_u64().is_some_and(|orders| orders > 0));
    let said: Value = serde_json::from_str(result["content"][0]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(said, result["structuredContent"]);
    let page = read(&house, &house.key, &link["uri"]).await;
    let contents = &page["result"]["contents"][0];
    assert_eq!(
        (&contents["mimeType"], &contents["uri"]),
        (&json!("text/csv"), &link["uri"])
    );
    let text = contents["text"].as_str().unwrap_or_else(|| panic!("no text: {page}"));
    assert!(text.starts_with("source,currency,orders,units,order_total,"), "{text}");
    assert_eq!(
        text.lines().count(),
        1 + usize::try_from(data["csv"]["rows"].as_u64().expect("a number")).expect("few")
    );
    assert_eq!(json!(text.len()), link["size"]);
    // It is recorded like any read, and no row stands in the log.
    let recorded = house.recorded("reports.read").await;
    assert_eq!(
        (recorded.len(), &recorded[0]["status"]),
        (1, &json!("success")),
        "{recorded:?}"
    );
    assert!(!json!(recorded).to_string().contains("Shopify"), "{recorded:?}");
    let templates = ask(&house, &house.key, &[], "resources/templates/list", json!({})).await;
    assert!(
        templates.to_string().contains("orderdesk://reports/{id}.csv"),
        "{templates}"
    );
}

#[tokio::test]
async fn somebody_elses_report_is_answered_like_one_that_never_was() {
    let house = House::open_at_the_shops_time().await;
    house.register_second().await;
    let mut asked = asked();
    asked["stores"] = "all".into();
    let uri = report(&house, &[], asked).await["content"][1]["uri"].clone();
    let told = async |key: &SecretString, uri: &Value| without_address(read(&house, key, uri).await);
    let limited = token(&house, &["90001"]).await;
    let never = json!("orderdesk://reports/0192f0c1-7a51-4f8e-9a43-5b6d7e8f9a0b.csv");
    let nowhere = told(&house.key, &never).await;
    assert_eq!(told(&limited, &uri).await, nowhere);
    assert!(
        nowhere["message"]
            .as_str()
            .is_some_and(|told| told.contains("Ask for the report again")),
        "{nowhere}"
    );
    let both = token(&house, &["90001", "90002"]).await;
    assert!(read(&house, &both, &uri).await["result"].is_object());
    // Who does not have the tool does not have what it made.
    let hidden = house
        .post(
            "/mcp/x/stores",
            &[],
            &rpc("resources/read", json!({ "uri": uri })).to_string(),
        )
        .await
        .body;
    assert_eq!(without_address(hidden), nowhere);
}

#[tokio::test]
async fn a_client_of_a_revision_without_links_finds_it_in_the_data() {
    let house = House::open_at_the_shops_time().await;
    for (version, blocks) in [("2025-03-26", 1), ("2025-06-18", 2), ("2025-11-25", 2)] {
        let result = report(&house, &[("mcp-protocol-version", version)], asked()).await;
        assert_eq!(
            result["content"].as_array().map(Vec::len),
            Some(blocks),
            "{version}: {result}"
        );
        assert!(result["structuredContent"]["data"]["csv"]["uri"].is_string());
    }
    let alone = report(&house, &[("x-mcp-reply", "structured")], asked()).await;
    assert!(alone["content"].to_string().contains("resource_link"), "{alone}");
}

#[tokio::test]
async fn a_file_has_no_pages() {
    let house = House::open_at_the_shops_time().await;
    let mut asked = asked();
    asked["offset"] = 3.into();
    let refused = house.call("orders_report", asked).await;
    assert_eq!(
        refused["error"]["details"]["problems"][0]["path"], "/offset",
        "{refused}"
    );
    let wrong = json!({ "report": "sales_by_day", "from": "today", "format": "xlsx" });
    assert_eq!(
        house.call("orders_report", wrong).await["error"]["code"],
        "VALIDATION_ERROR"
    );
}
