//! What a token with few scopes and one store leaves of the server: the rest is not there, whichever way one looks.

use od_engine::{ClientInfo, CreatedToken, Grants, NewPersonalToken, Permission, RequestId, Scope, Source};
use od_mcp::{StdioOptions, StdioSession};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{House, rpc};

/// A house with the stores "Mug Shop" (90001) and "Outlet" (90002), and a token that reads orders of the outlet.
async fn house() -> (House, CreatedToken) {
    let house = House::open().await;
    house.register_second().await;
    let new = NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::of(&[Permission::OrdersRead, Permission::StoresRead]),
        stores: Some(vec!["Outlet".to_owned()]),
        expires_in: None,
    };
    let made = house
        .engine
        .tokens()
        .create(&owner(&house).await, new)
        .await
        .expect("a token");
    (house, made)
}

async fn owner(house: &House) -> Scope {
    let identity = house.engine.auth().sign_in(&house.key).await.expect("a good key");
    Scope::new(identity, RequestId::generate(), Source::Cli).with_client(ClientInfo::default())
}

async fn ask(house: &House, key: &SecretString, method: &str, params: Value) -> Value {
    let reply = house
        .post_as(Some(key), "/mcp", &[], &rpc(method, params).to_string())
        .await;
    reply.body
}

fn names(listed: &Value, of: &str, member: &str) -> Vec<String> {
    let rows = listed["result"][of]
        .as_array()
        .unwrap_or_else(|| panic!("no list: {listed}"));
    rows.iter()
        .map(|row| row[member].as_str().expect("a text").to_owned())
        .collect()
}

#[tokio::test]
async fn tools_outside_its_scopes_are_not_there() {
    let (house, made) = house().await;
    let listed = names(
        &ask(&house, &made.token, "tools/list", json!({})).await,
        "tools",
        "name",
    );
    assert!(listed.contains(&"orders_get".to_owned()) && listed.contains(&"stores_list".to_owned()));
    let all = house.listed("/mcp", &[]).await;
    for hidden in [
        "orders_mutate_full",
        "orders_delete",
        "stores_register",
        "products_list",
        "shipments_create",
    ] {
        assert!(
            !listed.contains(&hidden.to_owned()) && all.contains(&hidden.to_owned()),
            "{hidden}"
        );
    }
    // By name, under either spelling.
    for name in ["orders_delete", "orders.delete"] {
        let answer = ask(
            &house,
            &made.token,
            "tools/call",
            json!({"name": name, "arguments": {"order_id": "1"}}),
        )
        .await;
        assert!(answer.to_string().contains("PERMISSION_DENIED"), "{answer}");
    }
    // By what the references tell.
    for uri in ["orderdesk://reference/tools", "orderdesk://reference/api"] {
        let page = ask(&house, &made.token, "resources/read", json!({"uri": uri}))
            .await
            .to_string();
        assert!(
            page.contains("orders_get") && !page.contains("orders_mutate_full"),
            "{page}"
        );
    }
    // By prompts that need them.
    let prompts = names(
        &ask(&house, &made.token, "prompts/list", json!({})).await,
        "prompts",
        "name",
    );
    assert_eq!(prompts, ["morning_triage", "find_order", "end_of_day"]);
    let params = json!({"name": "fix_address", "arguments": {"order_id": "1", "correction": "x"}});
    let refused = ask(&house, &made.token, "prompts/get", params.clone()).await;
    assert!(
        refused["error"]["message"]
            .as_str()
            .is_some_and(|told| told.contains("unknown prompt")),
        "{refused}"
    );
    assert!(ask(&house, &house.key, "prompts/get", params).await["result"].is_object());
}

#[tokio::test]
async fn resource_templates_need_the_tool_that_reads_them() {
    let (house, _) = house().await;
    let new = NewPersonalToken {
        label: "products only".to_owned(),
        scopes: Grants::of(&[Permission::ProductsRead]),
        stores: None,
        expires_in: None,
    };
    let made = house
        .engine
        .tokens()
        .create(&owner(&house).await, new)
        .await
        .expect("a token");
    let listed = ask(&house, &made.token, "resources/templates/list", json!({})).await;
    assert_eq!(names(&listed, "resourceTemplates", "name"), Vec::<String>::new());
    let all = ask(&house, &house.key, "resources/templates/list", json!({})).await;
    assert_eq!(
        names(&all, "resourceTemplates", "name"),
        ["order", "folders", "settings", "report"]
    );
    let order = json!({"uri": format!("orderdesk://stores/90001/orders/{}", house.an_order())});
    assert!(ask(&house, &house.key, "resources/read", order.clone()).await["result"].is_object());
    let hidden = ask(&house, &made.token, "resources/read", order).await;
    assert!(hidden["error"].is_object(), "{hidden}");
}

#[tokio::test]
async fn other_stores_are_as_if_they_never_were() {
    let (house, made) = house().await;
    let stores = house.call_as(&made.token, "stores_list", json!({})).await;
    let ids: Vec<_> = stores["data"]["stores"]
        .as_array()
        .expect("stores")
        .iter()
        .map(|store| &store["store_id"])
        .collect();
    assert_eq!(ids, ["90002"]);

    let hidden = house.an_order();
    let told = async |store: &str| {
        let call = house
            .call_as(&made.token, "orders_get", json!({"store": store, "order_id": hidden}))
            .await;
        let resource = json!({"uri": format!("orderdesk://stores/{store}/orders/{hidden}")});
        let read = ask(&house, &made.token, "resources/read", resource).await;
        let resolved = house
            .call_as(&made.token, "stores_resolve", json!({"identifier": store}))
            .await;
        let used = house
            .call_as(&made.token, "stores_use_store", json!({"identifier": store}))
            .await;
        let text = [
            &call["error"]["message"],
            &call["error"]["details"],
            &read["error"]["message"],
            &read["error"]["data"]["error"]["message"],
            &resolved["error"]["message"],
            &resolved["error"]["details"],
            &used["error"]["message"],
        ]
        .map(ToString::to_string)
        .join("\n");
        assert!(text.contains("NOT_FOUND") || text.contains("was not found"), "{text}");
        text.replace(store, "STORE")
    };
    assert_eq!(told("90001").await, told("12345").await);

    // By completion.
    let complete = async |key: &SecretString, argument: &str, typed: &str, store: Option<&str>| {
        let reference = json!({"type": "ref/prompt", "name": "morning_triage"});
        let mut params = json!({"ref": reference, "argument": {"name": argument, "value": typed}});
        if let Some(store) = store {
            params["context"] = json!({"arguments": {"store": store}});
        }
        ask(&house, key, "completion/complete", params).await["result"]["completion"]["values"].clone()
    };
    assert_eq!(
        complete(&house.key, "store", "", None).await,
        json!(["Mug Shop", "Outlet"])
    );
    assert_eq!(complete(&made.token, "store", "", None).await, json!(["Outlet"]));
    assert_ne!(complete(&house.key, "folder", "", Some("Mug Shop")).await, json!([]));
    assert_eq!(complete(&made.token, "folder", "", Some("Mug Shop")).await, json!([]));
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_the_next_request_though_it_was_remembered() {
    let (house, made) = house().await;
    assert!(ask(&house, &made.token, "tools/list", json!({})).await["result"].is_object());
    let tokens = house.engine.tokens();
    tokens
        .revoke(&owner(&house).await, &made.view.token_id)
        .await
        .expect("ended");
    let body = rpc("tools/list", json!({})).to_string();
    let reply = house.post_as(Some(&made.token), "/mcp", &[], &body).await;
    assert_eq!(reply.status, 401, "{}", reply.body);
}

/// A token may start a process too; what it does not give is not there either.
#[tokio::test]
async fn a_process_may_be_started_with_a_token() {
    let (house, made) = house().await;
    let session = StdioSession::new(StdioOptions::default());
    session.sign_in(&house.tools, &made.token).await.expect("a good token");
    let mut client = crate::stdio::Client::connect(&house, session);
    client.initialize_with(json!({})).await;
    let listed = client.request("tools/list", json!({})).await;
    let listed = names(&listed, "tools", "name");
    assert!(listed.contains(&"orders_get".to_owned()) && !listed.contains(&"orders_delete".to_owned()));
    let call = json!({"name": "orders_delete", "arguments": {"order_id": "1"}});
    let answer = client.request("tools/call", call).await;
    assert_eq!(
        answer["result"]["structuredContent"]["error"]["code"], "PERMISSION_DENIED",
        "{answer}"
    );
    let call = json!({"name": "stores_resolve", "arguments": {"identifier": "Mug Shop"}});
    let answer = client.request("tools/call", call).await;
    assert_eq!(
        answer["result"]["structuredContent"]["error"]["code"], "NOT_FOUND",
        "{answer}"
    );
}
