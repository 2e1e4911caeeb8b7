//! Stories of the tools, from the shell and over stdio.

use serde_json::{Value, json};

use crate::{
    program::Home,
    simulated::{home_with_tenant, home_without_limits},
    talk::Talk,
};

fn listed(home: &Home) -> Vec<String> {
    let tools = home.run(&["tools", "--json"]).json();
    tools
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_operator_decides_what_is_offered_and_how_it_is_spelled() {
    let home = Home::new();
    assert!(listed(&home).contains(&"orders_mutate_full".to_owned()));

    let mut dotted = Home::new();
    dotted.set("MCP_TOOL_NAMES", "dot");
    assert!(listed(&dotted).contains(&"orders.mutate_full".to_owned()));

    let mut read_only = Home::new();
    read_only.set("MCP_READ_ONLY", "true");
    let names = listed(&read_only);
    assert!(
        names.contains(&"orders_get".to_owned()) && !names.contains(&"orders_mutate_full".to_owned()),
        "{names:?}"
    );

    let mut narrow = Home::new();
    narrow.set("MCP_TOOLSETS", "stores");
    assert!(listed(&narrow).iter().all(|name| !name.starts_with("orders")));
    assert!(narrow.run(&["tools"]).ok().starts_with("TOOL"));
}

#[test]
fn a_tool_is_called_from_the_shell_as_an_agent_would() {
    let (home, simulator) = home_with_tenant();
    let id = simulator.store(0, "store_id");
    home.run(&[
        "store",
        "add",
        "--store-id",
        id,
        "--name",
        "Shop",
        "--api-key-env",
        "STORE_KEY",
    ])
    .ok();
    let reply = home
        .run(&["call", "orders.list", "--args", r#"{"limit":2}"#, "--output", "json"])
        .json();
    assert_eq!(reply["data"]["orders"].as_array().unwrap().len(), 2, "{reply}");
    assert_eq!(reply["store"]["store_id"], id);

    let spelled = r#"{"limit":"2","offset":0.0,"email":null,"order":"desc","layout":"table","toolCallId":"1"}"#;
    let table = home
        .run(&["call", "orders.list", "--args", spelled, "--output", "json"])
        .json();
    assert_eq!(table["data"]["rows"].as_array().unwrap().len(), 2, "{table}");
    assert_eq!(table["warnings"].as_array().unwrap().len(), 1, "{table}");

    let refused = home.run(&["call", "orders_get", "--output", "json"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let envelope: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(envelope["error"]["code"], "VALIDATION_ERROR");
    assert!(refused.stderr.contains("VALIDATION_ERROR"), "{refused:?}");

    assert!(home.run(&["call", "orders.lst"]).failed(2).contains("Did you mean"));
    assert!(
        home.run(&["call", "orders.list", "--args", "[1]"])
            .failed(2)
            .contains("--args")
    );
}

/// Whoever types a command is a client that cannot ask.
#[test]
fn the_command_line_takes_no_word_for_a_persons() {
    let (mut home, running) = home_without_limits();
    let id = running.store(0, "store_id");
    let listed = home.run(&["call", "orders.list", "--args", r#"{"limit":1}"#, "--output", "json"]);
    let order = listed.json()["data"]["orders"][0]["id"].as_str().unwrap().to_owned();
    let arguments = json!({"store": id, "order_ids": [order], "destination_folder_name": "Closed", "confirm": true});
    let arguments = arguments.to_string();
    let call = ["call", "orders.move_folder", "--args", &arguments, "--output", "json"];
    home.set("MCP_CONFIRM", "person");
    let refused = home.run(&call);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let envelope: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(envelope["error"]["code"], "CONFIRMATION_REQUIRED", "{envelope}");
    assert!(refused.stdout.contains("this client cannot ask one"), "{refused:?}");
    home.set("MCP_CONFIRM", "auto");
    assert_eq!(home.run(&call).json()["data"]["results"][0]["status"], "success");
}

/// Speaks to the program over stdio and gives its replies to these calls.
fn conversation(home: &Home, arguments: &[&str], calls: &[Value]) -> Vec<Value> {
    let mut talk = Talk::start(home, arguments);
    let replies = calls.iter().map(|call| talk.ask("tools/call", call)).collect();
    talk.end();
    replies
}

#[test]
fn standard_output_carries_nothing_but_protocol() {
    let mut home = Home::new();
    home.set("LOG_LEVEL", "TRACE");
    let calls = [
        json!({ "name": "stores_list", "arguments": {} }),
        json!({ "name": "nothing", "arguments": {} }),
    ];
    let replies = conversation(&home, &["demo", "--stdio"], &calls);
    assert!(replies.iter().all(|reply| reply["jsonrpc"] == "2.0"), "{replies:?}");
    assert_eq!(
        replies[0]["result"]["structuredContent"]["data"]["stores"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn over_stdio_the_setting_says_in_which_copies_replies_go_out() {
    let mut home = Home::new();
    for (mode, text, structured, schemas) in [
        ("both", true, true, true),
        ("text", true, false, false),
        ("structured", false, true, true),
    ] {
        home.set("MCP_REPLY", mode);
        let mut talk = Talk::start(&home, &["demo", "--stdio"]);
        let listed = talk.ask("tools/list", &json!({}));
        let tool = &listed["result"]["tools"][0];
        assert_eq!(tool.get("outputSchema").is_some(), schemas, "{mode}: {tool}");
        let done = talk.ask("tools/call", &json!({ "name": "stores_list" }));
        assert_eq!(
            done["result"]["content"].as_array().unwrap().len(),
            usize::from(text),
            "{mode}"
        );
        assert_eq!(done["result"].get("structuredContent").is_some(), structured, "{mode}");
        let refused = talk.ask("tools/call", &json!({ "name": "orders_get" }));
        let told = refused["result"]["content"][0]["text"].as_str().unwrap();
        assert!(told.contains("VALIDATION_ERROR"), "{mode}: {refused}");
        talk.end();
    }
}

#[test]
fn over_stdio_the_configured_key_and_store_count() {
    let (mut home, simulator) = home_with_tenant();
    for index in [0, 1] {
        home.set("STORE_KEY", simulator.store(index, "api_key"));
        let name = format!("Shop {index}");
        home.run(&[
            "store",
            "add",
            "--store-id",
            simulator.store(index, "store_id"),
            "--name",
            &name,
            "--api-key-env",
            "STORE_KEY",
        ])
        .ok();
    }
    home.set("MCP_DEFAULT_STORE", "shop 1");
    let replies = conversation(
        &home,
        &[],
        &[json!({ "name": "orders_list", "arguments": { "limit": 1 } })],
    );
    assert_eq!(
        replies[0]["result"]["structuredContent"]["store"]["store_name"], "Shop 1",
        "{replies:?}"
    );

    home.set("MCP_MASTER_KEY", "somebody else's key");
    let told = home.run(&["stdio"]).failed(2);
    assert!(
        told.contains("MCP_MASTER_KEY") && !told.contains("somebody else"),
        "{told}"
    );

    home.set("AUTO_PROVISION_TENANT", "true");
    home.set("MCP_DEFAULT_STORE", "");
    let replies = conversation(&home, &["stdio"], &[json!({ "name": "stores_list", "arguments": {} })]);
    assert_eq!(
        replies[0]["result"]["structuredContent"]["data"]["stores"],
        json!([]),
        "{replies:?}"
    );
}

#[test]
fn one_tool_has_a_page_under_both_spellings() {
    let mut home = Home::new();
    let page = home.run(&["tools", "orders.list"]).ok();
    assert!(page.starts_with("orders_list (or orders.list): "), "{page}");
    for words in [
        "GET /orders",
        "Scope       orders:read",
        "limit: integer",
        "orderdesk-mcp call orders_list --args '{",
    ] {
        assert!(page.contains(words), "{words:?} is not in {page}");
    }
    assert_eq!(home.run(&["tools", "orders_list"]).ok(), page);
    let data = home.run(&["tools", "orders.list", "--output", "json"]).json();
    assert_eq!(
        (&data["name"], &data["permissions"]),
        (&json!("orders_list"), &json!(["orders:read"]))
    );
    let told = home.run(&["tools", "orders.lst"]).failed(2);
    assert!(told.contains("Did you mean orders_list?"), "{told}");
    home.set("MCP_READ_ONLY", "true");
    let hidden = home.run(&["tools", "orders.delete"]);
    assert!(hidden.stderr.contains("not offered") && hidden.ok().contains("orders_delete"));
}
