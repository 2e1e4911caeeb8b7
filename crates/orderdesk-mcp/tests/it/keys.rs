//! Keys and tokens over time, from the shell, beside a server that runs.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_without_limits,
    wire::Client,
};

/// How soon what a command did must hold elsewhere, with some room for a busy machine.
const SOON: Duration = Duration::from_millis(1_500);

fn tenant(home: &Home) -> String {
    let tenants = home.run(&["tenant", "list", "--output", "json"]).json();
    tenants[0]["tenant_id"].as_str().unwrap().to_owned()
}

fn client(server: &Running, key: &str) -> Client {
    Client {
        url: server.told("url").to_owned(),
        key: Some(key.to_owned()),
    }
}

fn status(client: &Client) -> u16 {
    client
        .send("tools/call", &json!({ "name": "stores_list", "arguments": {} }))
        .status
}

fn soon(client: &Client, expected: u16) {
    let began = Instant::now();
    while status(client) != expected {
        assert!(began.elapsed() < SOON, "still {}", status(client));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_master_key_is_replaced_and_ended_at_the_shell() {
    let (mut home, _simulator) = home_without_limits();
    let (id, old) = (tenant(&home), home.value("MCP_MASTER_KEY"));
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let with_old = client(&server, &old);
    assert_eq!(status(&with_old), 200);

    let rotated = home
        .run(&["tenant", "rotate-key", "--tenant", &id, "--output", "json"])
        .json();
    let members: Vec<_> = rotated.as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["tenant_id", "master_key", "prefix", "old_key_expires_at"]);
    let new = text(&rotated, "master_key");
    assert!(new.starts_with(&text(&rotated, "prefix")) && new.starts_with("odmk_"));
    let with_new = client(&server, &new);
    assert_eq!(
        (status(&with_old), status(&with_new)),
        (200, 200),
        "both work in the grace period"
    );

    let keys = home
        .run(&["tenant", "keys", "--tenant", &id, "--output", "json"])
        .json();
    let states: Vec<_> = keys.as_array().unwrap().iter().map(|key| text(key, "state")).collect();
    assert_eq!(states, ["active", "ending"]);
    assert_eq!(keys[1]["expires_at"], rotated["old_key_expires_at"]);
    assert!(
        home.run(&["tenant", "keys", "--tenant", &id])
            .ok()
            .contains("works until")
    );

    let prefix = &old[..12];
    let ended = home
        .run(&["tenant", "revoke-key", "--tenant", &id, "--prefix", prefix])
        .ok();
    assert!(ended.contains(prefix), "{ended}");
    soon(&with_old, 401);
    assert_eq!(status(&with_new), 200);
    assert!(home.run(&["store", "list"]).failed(1).contains("AUTH_ERROR"));
    let last = home
        .run(&["tenant", "revoke-key", "--tenant", &id, "--prefix", &new[..12]])
        .failed(2);
    assert!(last.contains("last one") && last.contains("--yes"), "{last}");

    home.set("MCP_MASTER_KEY", &new);
    let now = home
        .run(&[
            "tenant",
            "rotate-key",
            "--tenant",
            &id,
            "--immediately",
            "--output",
            "json",
        ])
        .json();
    soon(&with_new, 401);
    assert_eq!(status(&client(&server, &text(&now, "master_key"))), 200);
    let refused = home.run(&["tenant", "rotate-key", "--tenant", &id]).failed(1);
    assert!(refused.contains("AUTH_ERROR"), "{refused}");
    home.run(&["audit", "verify"]).ok();
}

#[test]
fn a_key_of_another_tenant_replaces_nothing() {
    let (home, _simulator) = home_without_limits();
    let other = home
        .run(&["tenant", "create", "--name", "Other", "--output", "json"])
        .json();
    let refused = home.run(&["tenant", "rotate-key", "--tenant", "Other"]).failed(1);
    assert!(refused.contains("not one of tenant"), "{refused}");
    let keys = home
        .run(&[
            "tenant",
            "keys",
            "--tenant",
            &text(&other, "tenant_id"),
            "--output",
            "json",
        ])
        .json();
    assert_eq!(keys.as_array().unwrap().len(), 1);
}

#[test]
fn a_token_does_what_it_says_and_nothing_else_over_http_and_at_the_shell() {
    let (mut home, simulator) = home_without_limits();
    let store = simulator.store(0, "store_id").to_owned();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let create = |more: &[&str]| {
        let create = ["token", "create", "--label", "reader", "--output", "json"];
        home.run(&[&create[..], more].concat())
    };
    let unknown = create(&["--scopes", "order:read"]).failed(2);
    assert!(unknown.contains("orders:read"), "the nearest is named: {unknown}");
    let foreign = create(&["--scopes", "orders:read", "--stores", "77777"]).failed(1);
    assert!(foreign.contains("NOT_FOUND"), "{foreign}");
    let made = create(&["--scopes", "stores:read,orders:read", "--stores", &store]).json();
    let members: Vec<_> = made.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        members,
        ["token_id", "token", "prefix", "label", "scopes", "stores", "expires_at"]
    );
    assert_eq!(made["stores"], json!([store]));
    assert_eq!(made["scopes"], json!(["stores:read", "orders:read"]));
    let forever = create(&["--scopes", "orders:read", "--no-expiry"]).json();
    assert!(forever["expires_at"].is_null() && forever["stores"].is_null());

    let listed = home.run(&["token", "list", "--output", "json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(&text(&made, "token")));
    let members: Vec<_> = listed[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        members,
        [
            "token_id",
            "prefix",
            "label",
            "scopes",
            "stores",
            "created_at",
            "last_used_at",
            "expires_at"
        ]
    );

    let token = client(&server, &text(&made, "token"));
    assert_eq!(status(&token), 200);
    let owner = home.value("MCP_MASTER_KEY");
    // The shell holds to what the token says.
    home.set("MCP_MASTER_KEY", &text(&made, "token"));
    assert!(home.run(&["store", "list"]).ok().contains(&store));
    for denied in [
        &["store", "remove", "--store", &store, "--yes"][..],
        &["store", "update", "--store", &store, "--name", "Mine now"],
        &[
            "store",
            "add",
            "--store-id",
            "77777",
            "--api-key-env",
            "MCP_MASTER_KEY",
            "--no-verify",
        ],
        &["token", "list"],
        &["token", "create", "--label", "x", "--scopes", "orders:read"],
        &["token", "revoke", "--token-id", &text(&forever, "token_id")],
        &["tenant", "rotate-key", "--tenant", "whoever"],
        &[
            "call",
            "orders_delete",
            "--args",
            "{\"order_id\":\"1\",\"confirm\":true}",
        ],
    ] {
        let ended = home.run(denied);
        let told = format!("{ended:?}");
        assert!(
            told.contains("PERMISSION_DENIED") || told.contains("NOT_FOUND"),
            "{denied:?}: {told}"
        );
    }
    let narrow = text(&forever, "token");
    home.set("MCP_MASTER_KEY", &narrow);
    let denied = home.run(&["store", "list"]).failed(1);
    assert!(
        denied.contains("PERMISSION_DENIED") && denied.contains("stores:read"),
        "{denied}"
    );
    let denied = home.run(&["store", "test", "--store", &store]).failed(1);
    assert!(denied.contains("PERMISSION_DENIED"), "{denied}");

    home.set("MCP_MASTER_KEY", &owner);
    home.run(&["token", "revoke", "--prefix", &text(&made, "prefix")]).ok();
    soon(&token, 401);
    let gone = home
        .run(&["token", "revoke", "--token-id", &text(&made, "token_id")])
        .failed(1);
    assert!(gone.contains("NOT_FOUND"), "{gone}");
}

#[test]
fn the_root_key_is_replaced_while_a_server_runs() {
    let (mut home, _simulator) = home_without_limits();
    let (old, key) = (home.value("MCP_KMS_KEY"), home.value("MCP_MASTER_KEY"));
    let token = home
        .run(&[
            "token",
            "create",
            "--label",
            "agent",
            "--scopes",
            "stores:read",
            "--output",
            "json",
        ])
        .json();
    let remaining = |home: &Home| {
        let status = home.run(&["kms", "rotate", "--status", "--output", "json"]).json();
        status["remaining"].as_u64().unwrap()
    };
    assert_eq!(remaining(&home), 0);
    let refused = home.run(&["kms", "rotate"]).failed(2);
    assert!(refused.contains("MCP_KMS_KEY_PREVIOUS"), "{refused}");

    let new = home.run(&["keygen"]).ok().trim().to_owned();
    home.set("MCP_KMS_KEY", &new);
    let refused = home.run(&["kms", "rotate", "--status"]).failed(2);
    assert!(refused.contains("another root key"), "{refused}");
    home.set("MCP_KMS_KEY_PREVIOUS", &new);
    assert!(
        home.run(&["store", "list"])
            .failed(2)
            .contains("the same as MCP_KMS_KEY")
    );
    home.set("MCP_KMS_KEY_PREVIOUS", &old);
    assert!(remaining(&home) >= 2, "nothing has gone over yet");

    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    assert_eq!(remaining(&home), 2, "what is signed goes over at the start");
    assert_eq!(status(&client(&server, &key)), 200);
    assert_eq!(remaining(&home), 1);
    let told = home.run(&["kms", "rotate"]).ok();
    assert!(
        told.contains(&text(&token, "prefix")) && !told.contains(&text(&token, "token")),
        "{told}"
    );
    assert!(home.run(&["doctor"]).ok().contains("1 still need it"));
    assert_eq!(status(&client(&server, &text(&token, "token"))), 200);
    assert_eq!(remaining(&home), 0);
    let done = home.run(&["kms", "rotate", "--output", "json"]).json();
    assert_eq!((&done["remaining"], &done["went_over"]), (&json!(0), &json!(false)));
    server.terminate();
    let (code, log) = server.ended();
    assert_eq!(code, Some(0), "{log}");

    home.set("MCP_KMS_KEY_PREVIOUS", "");
    for key in [key, text(&token, "token")] {
        home.set("MCP_MASTER_KEY", &key);
        home.run(&["store", "list"]).ok();
    }
    home.run(&["audit", "verify"]).ok();
    home.set("MCP_KMS_KEY", &old);
    assert!(home.run(&["store", "list"]).failed(2).contains("another root key"));
}

#[test]
fn who_drops_the_root_key_before_too_early_is_told_how_many_are_shut_out() {
    let (mut home, _simulator) = home_without_limits();
    let old = home.value("MCP_KMS_KEY");
    let new = home.run(&["keygen"]).ok().trim().to_owned();
    home.set("MCP_KMS_KEY", &new);
    home.set("MCP_KMS_KEY_PREVIOUS", &old);
    home.run(&["kms", "rotate"]).ok();
    home.set("MCP_KMS_KEY_PREVIOUS", "");
    let doctor = format!("{:?}", home.run(&["doctor"]));
    assert!(
        doctor.contains("1 credentials were made with another root key"),
        "{doctor}"
    );
    assert!(home.run(&["store", "list"]).failed(1).contains("AUTH_ERROR"));
    // Put back, it opens them again.
    home.set("MCP_KMS_KEY_PREVIOUS", &old);
    home.run(&["store", "list"]).ok();
    home.set("MCP_KMS_KEY_PREVIOUS", "");
    home.run(&["store", "list"]).ok();
}
