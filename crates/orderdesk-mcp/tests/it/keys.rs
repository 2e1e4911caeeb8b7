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

    let ended = home.run(&["tenant", "rotate-key", "--tenant", &id, "--output", "json"]);
    let outdated = "MCP_MASTER_KEY (environment) still holds the old key";
    assert!(ended.stderr.contains(outdated), "{}", ended.stderr);
    let rotated = ended.json();
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

/// A full disk at the wrong moment: whoever has the old key goes on as the program says.
#[cfg(target_os = "linux")]
#[test]
fn a_key_that_cannot_be_printed_locks_nobody_out() {
    for at_once in [&["--immediately"][..], &["--grace-days", "0"]] {
        let (mut home, _simulator) = home_without_limits();
        let id = tenant(&home);
        let rotate = [&["tenant", "rotate-key", "--tenant", &id], at_once].concat();
        let told = home.run_unprinted(&rotate).failed(1);
        assert!(told.contains("could not be printed"), "{told}");
        assert!(told.contains("The old one works until"), "{told}");
        home.run(&["store", "list"]).ok();

        let old = home.value("MCP_MASTER_KEY");
        let again = home.run(&[&rotate[..], &["--output", "json"]].concat()).json();
        assert!(home.run(&["store", "list"]).failed(1).contains("AUTH_ERROR"), "ended");
        home.set("MCP_MASTER_KEY", &text(&again, "master_key"));
        home.run(&["store", "list"]).ok();
        let (_, lost) = told.split_once("--prefix ").unwrap();
        let lost = lost.split_whitespace().next().unwrap().trim_matches(['`', '\'']);
        home.run(&["tenant", "revoke-key", "--tenant", &id, "--prefix", lost])
            .ok();
        let keys = home
            .run(&["tenant", "keys", "--tenant", &id, "--output", "json"])
            .json();
        let states: Vec<_> = keys.as_array().unwrap().iter().map(|key| text(key, "state")).collect();
        assert_eq!(states, ["active", "ended", "ended"]);
        let reason = &keys[2]["reason"];
        assert!(
            text(&keys[2], "prefix").starts_with(&old[..12]) && *reason == "replaced",
            "{keys}"
        );
        home.run(&["audit", "verify"]).ok();
    }
}

/// An own key is in its owner's hands, printed or not.
#[cfg(target_os = "linux")]
#[test]
fn an_own_key_is_not_called_lost() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    let told = home.run_unprinted(&["tenant", "create", "--own-key"]).failed(1);
    assert!(
        told.contains("which works") && !told.contains("tenant delete"),
        "{told}"
    );
    home.run(&["store", "list"]).ok();
    let lost = home.run_unprinted(&["tenant", "create", "--name", "Lost"]).failed(1);
    let (_, tenant) = lost.split_once("--tenant ").unwrap();
    let tenant = tenant.split('`').next().unwrap();
    home.run(&["tenant", "delete", "--yes", "--tenant", tenant]).ok();
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
        .failed(2);
    assert!(
        gone.contains(&text(&made, "prefix")) && gone.contains("was ended already"),
        "{gone}"
    );
    let never = home.run(&["token", "revoke", "--prefix", "odpt_Ab3dE6g"]).failed(1);
    assert!(never.contains("Token \"odpt_Ab3dE6g\" was not found"), "{never}");
}

/// The prefix of the tenant's key that lives.
fn living_prefix(home: &Home, tenant: &str) -> String {
    let keys = home
        .run(&["tenant", "keys", "--tenant", tenant, "--output", "json"])
        .json();
    text(&keys[0], "prefix")
}

#[test]
fn what_goes_on_after_the_last_key_is_told_and_the_operator_ends_it() {
    let (home, _simulator) = home_without_limits();
    let id = tenant(&home);
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let made = home
        .run(&[
            "token",
            "create",
            "--label",
            "report",
            "--scopes",
            "stores:read",
            "--output",
            "json",
        ])
        .json();
    let token = client(&server, &text(&made, "token"));
    assert_eq!(status(&token), 200);

    let prefix = living_prefix(&home, &id);
    let revoke = ["tenant", "revoke-key", "--tenant", &id, "--prefix", &prefix];
    let asked = home.run(&revoke).failed(2);
    assert!(asked.contains(" 1 token goes on working"), "{asked}");
    assert!(asked.contains(&format!("Key {prefix} is the last one")), "{asked}");
    let ended = home.run(&[&revoke[..], &["--yes"]].concat());
    assert!(
        ended
            .stderr
            .contains("note: no web session was open. 1 token goes on working. To end them: `orderdesk-mcp grant list"),
        "{}",
        ended.stderr
    );
    let again = home.run(&revoke).failed(2);
    assert!(again.contains("was ended already"), "{again}");
    assert_eq!(status(&token), 200, "it has a copy of its own");

    // Nobody has a master key any more; the operator needs none to look and to end.
    let mut operator = home;
    operator.set("MCP_MASTER_KEY", "");
    let listed = operator
        .run(&["token", "list", "--tenant", &id, "--output", "json"])
        .json();
    assert_eq!(text(&listed[0], "prefix"), text(&made, "prefix"));
    assert!(!listed.to_string().contains(&text(&made, "token")));
    assert_eq!(
        operator
            .run(&["grant", "list", "--tenant", &id, "--output", "json"])
            .json(),
        json!([])
    );
    let prefix = text(&made, "prefix");
    operator
        .run(&["token", "revoke", "--tenant", &id, "--prefix", &prefix])
        .ok();
    soon(&token, 401);
    let told = operator.run(&["token", "list", "--tenant", "nobody"]).failed(1);
    assert!(told.contains("NOT_FOUND"), "{told}");
    let acts = operator
        .run(&["audit", "export", "--tenant", &id, "--format", "json"])
        .ok();
    let acts: Value = serde_json::from_str(&acts).unwrap();
    let acts = acts.as_array().unwrap();
    let act = acts
        .iter()
        .rev()
        .find(|act| act["tool_name"] == "token.revoke")
        .unwrap();
    assert!(act.to_string().contains(&prefix), "{act}");
    assert_eq!(act["actor"], "operator", "{act}");
    operator.run(&["audit", "verify"]).ok();
}

#[test]
fn the_key_that_a_rotation_made_is_to_be_kept() {
    let (home, _simulator) = home_without_limits();
    let id = tenant(&home);
    let old = living_prefix(&home, &id);
    let new = home
        .run(&["tenant", "rotate-key", "--tenant", &id, "--output", "json"])
        .json();
    let ended = home.run(&["tenant", "revoke-key", "--tenant", &id, "--prefix", &old]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stderr.contains(&format!(
            "key {} goes on working: it is now the tenant's only key. Keep it.",
            text(&new, "prefix")
        )),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("ends it"), "{}", ended.stderr);
}

#[test]
fn a_new_token_tells_how_it_is_ended_and_half_a_scope_all_that_it_may_mean() {
    let (home, _simulator) = home_without_limits();
    let create = |scopes: &str| home.run(&["token", "create", "--label", "report", "--scopes", scopes]);
    let told = create("orders:read").ok();
    let id = told.lines().find_map(|line| line.strip_prefix("Id:")).unwrap().trim();
    assert!(
        told.contains(&format!("End it with: orderdesk-mcp token revoke --token-id {id}")),
        "{told}"
    );
    home.run(&["token", "revoke", "--token-id", id]).ok();
    let told = create("read").failed(2);
    assert!(
        told.contains("Did you mean stores:read or orders:read or products:read?"),
        "{told}"
    );
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
    for said_by in [&["config", "check"][..], &["doctor"]] {
        let told = home.run(said_by).failed(2);
        assert!(
            told.contains("MCP_KMS_KEY_PREVIOUS is the same as MCP_KMS_KEY"),
            "{told}"
        );
    }
    home.set("MCP_KMS_KEY_PREVIOUS", &old);
    assert!(remaining(&home) >= 2, "nothing has gone over yet");
    let told = home.run(&["kms", "rotate", "--status"]).ok();
    assert!(
        told.contains("records of deleted tenants: 0 and their number"),
        "{told}"
    );

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
