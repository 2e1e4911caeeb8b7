//! Orders that are posted to a server, whose addresses are made and ended from the shell.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    program::Running,
    simulated::home_without_limits_and,
    stored::Upstream,
    wire::{Client, ask},
};

#[test]
fn an_address_made_in_a_shell_is_taken_by_a_server_that_runs_and_ends_there_too() {
    let (home, simulator) = home_without_limits_and(&[]);
    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let webhook = |action: &str| {
        let command = [
            "store", "webhook", "--store", "Shop", "--action", action, "--output", "json",
        ];
        home.run(&command).json()
    };
    assert_eq!(webhook("show")["enabled"], false);
    let made = webhook("enable");
    let (_, path) = made["address"].as_str().unwrap().split_once("/webhooks/").unwrap();
    let address = client.url.replace("/mcp", &format!("/webhooks/{path}"));

    let order = Upstream::new(&simulator).orders()[0]["id"].clone();
    let this = json!({ "order_id": order });
    client.done("orders_get", &this);
    let edit = |what: &str, body: &serde_json::Value| {
        let (control, store) = (simulator.told("control_url"), simulator.store(0, "store_id"));
        let url = format!("{control}/orders/{store}/{}/{what}", order.as_str().unwrap());
        ask("POST", &url, &[], Some(body)).json()
    };
    edit("edit", &json!({ "email": "new@example.test" }));
    assert_eq!(edit("post", &json!({ "url": address }))["tries"], json!([200]));
    assert_eq!(client.done("orders_get", &this)["email"], "new@example.test");
    let shown = home.run(&["store", "webhook", "Shop"]).ok();
    for told in ["Address:", "Last post:  20", "Post Order JSON"] {
        assert!(shown.contains(told), "{shown}");
    }
    let metrics = ask("GET", &client.url.replace("/mcp", "/metrics"), &[], None).body;
    assert!(
        metrics.contains(r#"orderdesk_mcp_webhook_deliveries_total{outcome="accepted"} 1"#),
        "{metrics}"
    );

    assert_eq!(webhook("disable"), json!({ "enabled": false }));
    let ended = Instant::now();
    while ask("POST", &address, &[], Some(&this)).status != 404 {
        assert!(ended.elapsed() < Duration::from_secs(5), "it goes on after its end");
    }
    let off = home.run(&["store", "webhook", "Shop"]).ok();
    assert!(off.contains("is off"), "{off}");
}
