//! A whole story at the most talkative log level, and a search of everything it left behind for its secrets.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    collector::Collector,
    connected::connect,
    every_tool::call_every_tool,
    program::Running,
    simulated::home_without_limits_and,
    stored::Upstream,
    traces::about_shoppers,
    wire::{Client, ask},
};

/// Every way a secret could be written down: as it is, in hexadecimal, in both alphabets of base64. Base64 of the middle
/// of a longer text depends on where it begins, hence three times.
fn spellings(secret: &str) -> Vec<String> {
    let hex = secret
        .bytes()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut spellings = vec![secret.to_owned(), hex.to_uppercase(), hex];
    for skipped in 0..3 {
        let rest = &secret.as_bytes()[skipped..];
        let standard = base64(&rest[..rest.len() / 3 * 3]);
        spellings.extend([standard.replace('+', "-").replace('/', "_"), standard]);
    }
    spellings
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_usize, |word, byte| word << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..=chunk.len() {
            text.push(char::from(ALPHABET[word >> (18 - 6 * index) & 63]));
        }
    }
    text
}

#[track_caller]
fn search(place: &str, bytes: &[u8], secrets: &[(&str, String)]) {
    // Every spelling is ASCII, which survives here whatever stands around it.
    let text = String::from_utf8_lossy(bytes);
    for (what, secret) in secrets {
        for spelling in spellings(secret) {
            assert!(!text.contains(&spelling), "the {what} stands in {place} as {spelling}");
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn no_secret_is_left_behind_anywhere() {
    // The simulator's own keys say that they are none; these look as Order Desk's do.
    let keys = [
        "Xq3LwT9rVb27KdHm5ZsN8cJf4PyGt6QaRe1UoBiC",
        "m8YhW2kDx7PnZ4tRc9VbJ5sLg3QfT6aKe1HuXoNi",
    ];
    let (mut home, simulator) = home_without_limits_and(&["--api-key", keys[0], "--api-key", keys[1]]);
    home.set("LOG_LEVEL", "TRACE");
    let collector = Collector::start();
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url());
    let upstream = Upstream::new(&simulator);
    let api_key = simulator.store(0, "api_key").to_owned();
    let shoppers = about_shoppers(&upstream.orders());
    let settings = upstream.get("/store")["store"]["settings"].clone();
    assert_eq!(settings["api_key"], api_key.as_str(), "Order Desk echoes the key");
    let mut secrets = vec![
        ("root key", home.value("MCP_KMS_KEY")),
        ("master key", home.value("MCP_MASTER_KEY")),
        ("API key", api_key.clone()),
        ("other API key", simulator.store(1, "api_key").to_owned()),
        ("mail password", settings["smtp_password"].as_str().unwrap().to_owned()),
    ];
    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    for (tool, reply) in call_every_tool(&client, &simulator) {
        search(&format!("the reply of {tool}"), reply.to_string().as_bytes(), &secrets);
    }
    for (fault, reply) in broken_settings(&client, &upstream) {
        search(&format!("the error of {fault}"), reply.to_string().as_bytes(), &secrets);
    }
    misplaced(&client, &simulator, &secrets);
    secrets.push(("token in a webhook's address", posted(&client, &simulator)));

    let metrics = ask("GET", &client.url.replace("/mcp", "/metrics"), &[], None);
    assert_eq!(metrics.status, 200);
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        log.contains("DEBUG") && log.contains("request"),
        "the log is there: {log}"
    );
    search("the log", log.as_bytes(), &secrets);
    let traces = collector.bytes();
    assert!(collector.spans().len() > 100, "the traces are there");
    for (place, bytes) in [("the metrics", metrics.body.as_bytes()), ("the traces", &traces)] {
        search(place, bytes, &secrets);
        let text = String::from_utf8_lossy(bytes);
        let shown = shoppers.iter().find(|word| text.contains(word.as_str()));
        assert_eq!(shown, None, "of a shopper in {place}");
    }
    let commands = [
        ["audit", "export"],
        ["store", "list"],
        ["config", "show"],
        ["doctor", "--output=json"],
    ];
    for command in commands {
        let ended = format!("{:?}", home.run(&command));
        search(&format!("the output of {command:?}"), ended.as_bytes(), &secrets);
    }

    let left = files(home.folder());
    assert!(left.iter().any(|path| path.ends_with("app.db")), "{left:?}");
    for path in left {
        search(&path.display().to_string(), &fs::read(&path).unwrap(), &secrets);
    }
}

/// Has the simulator post an order to an address of this server, and others do so who know the address alone. The secret in it.
fn posted(client: &Client, simulator: &Running) -> String {
    let made = client.done("stores_webhook", &json!({ "store": "Shop", "action": "enable" }));
    let (_, token) = made["address"].as_str().unwrap().split_once("/orderdesk/").unwrap();
    let address = client.url.replace("/mcp", &format!("/webhooks/orderdesk/{token}"));
    let order = Upstream::new(simulator).orders()[0]["id"].as_str().unwrap().to_owned();
    let store = simulator.store(0, "store_id");
    let post = format!("{}/orders/{store}/{order}/post", simulator.told("control_url"));
    let posted = ask("POST", &post, &[], Some(&json!({ "url": address })));
    assert_eq!(posted.json()["tries"], json!([200]), "{}", posted.body);
    let forged = ask("POST", &address, &[], Some(&json!({ "id": order })));
    assert_eq!(forged.status, 401, "{}", forged.body);
    let unknown = ask("POST", &format!("{address}x"), &[], Some(&json!({ "id": order })));
    assert_eq!(unknown.status, 404, "{}", unknown.body);
    let log = client.done("stores_webhook", &json!({ "store": "Shop", "action": "show" }));
    assert!(log["last_post_at"].is_string(), "{log}");
    token.to_owned()
}

/// Every kind of credential that a tenant may have, made, used, replaced and ended at the most talkative log level, while the
/// root key is replaced as well.
#[test]
fn no_credential_is_left_behind_by_its_making_its_use_or_its_end() {
    let (mut home, _simulator) = home_without_limits_and(&[]);
    home.set("LOG_LEVEL", "TRACE");
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let id = text(
        &home.run(&["tenant", "list", "--output", "json"]).json()[0],
        "tenant_id",
    );
    let old_root = home.value("MCP_KMS_KEY");
    let mut secrets = vec![
        ("master key", home.value("MCP_MASTER_KEY")),
        ("root key before", old_root.clone()),
    ];
    let create = [
        "token",
        "create",
        "--label",
        "agent",
        "--scopes",
        "stores:read,orders:read",
        "--output",
        "json",
    ];
    let before = home.run(&create).json();
    let new_root = home.run(&["keygen"]).ok().trim().to_owned();
    home.set("MCP_KMS_KEY", &new_root);
    home.set("MCP_KMS_KEY_PREVIOUS", &old_root);
    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let token = home.run(&create).json();
    let rotate = [
        "tenant",
        "rotate-key",
        "--tenant",
        &id,
        "--reason",
        "in turn",
        "--output",
        "json",
    ];
    let rotated = home.run(&rotate).json();
    secrets.extend([
        ("root key", new_root),
        ("token of before", text(&before, "token")),
        ("token", text(&token, "token")),
        ("new master key", text(&rotated, "master_key")),
    ]);
    let origin = running.told("url").strip_suffix("/mcp").unwrap();
    let (_, _, of_a_client) = connect(origin, &text(&rotated, "master_key"), &[("store", "*")]);
    secrets.extend(
        of_a_client
            .into_iter()
            .map(|secret| ("secret of a connected client", secret)),
    );
    let keys: Vec<String> = secrets.iter().map(|(_, secret)| secret.clone()).collect();
    for key in &keys {
        let client = Client {
            url: running.told("url").to_owned(),
            key: Some(key.clone()),
        };
        for tool in ["stores_list", "orders_delete", "stores_nothing"] {
            let reply = client.send("tools/call", &json!({ "name": tool, "arguments": { "note": key } }));
            search(&format!("the head of {tool}"), reply.head.as_bytes(), &secrets);
        }
        let in_the_query = format!("{}?access_token={key}", client.url);
        let refused = ask("POST", &in_the_query, &[], Some(&json!({})));
        search("the refusal of a query", refused.body.as_bytes(), &secrets);
    }
    let mut told = String::new();
    let prefix = text(&token, "prefix");
    for command in [
        &["token", "list"][..],
        &["token", "revoke", "--prefix", &prefix],
        &["tenant", "keys", "--tenant", &id],
        &[
            "tenant",
            "revoke-key",
            "--tenant",
            &id,
            "--prefix",
            &text(&rotated, "prefix"),
        ],
        &["kms", "rotate"],
        &["kms", "rotate", "--status"],
        &["config", "show"],
        &["doctor"],
        &["audit", "export"],
        &["audit", "verify"],
    ] {
        told = format!("{told}{:?}", home.run(command));
    }
    search("what the commands tell", told.as_bytes(), &secrets);
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    search("the log", log.as_bytes(), &secrets);
    for path in files(home.folder()) {
        search(&path.display().to_string(), &fs::read(&path).unwrap(), &secrets);
    }
}

/// `GET /store` goes wrong in every way that leaves an error something to quote.
fn broken_settings(client: &Client, upstream: &Upstream) -> Vec<(&'static str, Value)> {
    let faults = [
        ("a cut-off reply", json!("truncate")),
        ("an HTML page", json!("html")),
        ("a refusal", json!({ "error_in_success": { "message": "no" } })),
        ("a server error", json!({ "error_after_commit": { "status": 403 } })),
        ("a deep reply", json!({ "deep": { "levels": 1000 } })),
    ];
    let broken = |(name, kind): (&'static str, Value)| {
        upstream.inject(&json!({ "kind": kind, "method": "GET", "path": "/store" }));
        (name, client.call("store_get_settings", &json!({ "fresh": true })))
    };
    faults.into_iter().map(broken).collect()
}

/// Secrets where they do not belong: a wrong key, a wrong argument, a wrong tool, an unknown field, a query.
fn misplaced(client: &Client, simulator: &Running, secrets: &[(&str, String)]) {
    let [_, (_, master_key), (_, api_key), (_, other_key), _] = secrets else {
        panic!("other secrets than expected")
    };
    let wrong = json!({ "store_id": simulator.store(1, "store_id"), "api_key": format!("{other_key}x") });
    let refused = client.call("stores_register", &wrong);
    search("the refusal of a wrong key", refused.to_string().as_bytes(), secrets);
    // What a caller sends in the wrong place may come back to this caller; it must not get anywhere else.
    client.call("stores_resolve", &json!({ "identifier": api_key }));
    client.call(
        "stores_list",
        &json!({ "api_key": api_key, "note": format!("Bearer {master_key}") }),
    );
    let in_the_query = format!("{}?token={master_key}", client.url);
    let refused = ask("POST", &in_the_query, &[], Some(&json!({})));
    assert_eq!(refused.status, 400, "{refused:?}");
    search("the refusal of a query", refused.body.as_bytes(), secrets);
}
