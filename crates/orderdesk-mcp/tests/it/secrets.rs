//! A whole story at the most talkative log level, and a search of everything it left behind for its secrets.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    program::Running,
    simulated::home_with_tenant,
    wire::{Client, ask},
};

/// Every way a secret could be written down: as it is, in hexadecimal, in both alphabets of base64.
fn spellings(secret: &str) -> Vec<String> {
    let hex = secret
        .bytes()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let standard = base64(secret.as_bytes());
    let url_safe = standard.replace('+', "-").replace('/', "_");
    [
        secret.to_owned(),
        hex.to_uppercase(),
        hex,
        standard.trim_end_matches('=').to_owned(),
        url_safe.trim_end_matches('=').to_owned(),
    ]
    .into()
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
    for (what, secret) in secrets {
        for spelling in spellings(secret) {
            let found = bytes
                .windows(spelling.len())
                .any(|window| window == spelling.as_bytes());
            assert!(!found, "the {what} stands in {place} as {spelling}");
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
    let (mut home, simulator) = home_with_tenant();
    home.set("LOG_LEVEL", "TRACE");
    let api_key = simulator.store(0, "api_key").to_owned();
    let other_key = simulator.store(1, "api_key").to_owned();
    let secrets = [
        ("root key", home.value("MCP_KMS_KEY")),
        ("master key", home.value("MCP_MASTER_KEY")),
        ("API key", api_key.clone()),
        ("other API key", other_key.clone()),
    ];
    let id = simulator.store(0, "store_id");
    let added = home.run(&[
        "store",
        "add",
        "--store-id",
        id,
        "--name",
        "Shop",
        "--api-key-env",
        "STORE_KEY",
    ]);
    search("the output of store add", format!("{added:?}").as_bytes(), &secrets);

    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let register = |key: &str| json!({ "store_id": simulator.store(1, "store_id"), "api_key": key });
    let replies = [
        client.done("orders_list", &json!({ "limit": 1 })),
        client.done("store_get_settings", &json!({})),
        client.call("stores_register", &register(&format!("{other_key}x"))),
        client.call("stores_register", &register(&other_key)),
        client.call(
            "tenant_use_master_key",
            &json!({ "master_key": home.value("MCP_MASTER_KEY") }),
        ),
        // Secrets where they do not belong: a wrong argument, a wrong tool, an unknown field.
        client.call("stores_resolve", &json!({ "identifier": api_key })),
        client.call(
            "stores_list",
            &json!({ "api_key": api_key, "note": format!("Bearer {}", home.value("MCP_MASTER_KEY")) }),
        ),
    ];
    for reply in &replies[..5] {
        search("a reply", reply.to_string().as_bytes(), &secrets);
    }
    let in_the_query = format!("{}?token={}", client.url, home.value("MCP_MASTER_KEY"));
    let refused = ask("POST", &in_the_query, &[], Some(&json!({})));
    assert_eq!(refused.status, 400, "{refused:?}");
    search("the refusal", refused.body.as_bytes(), &secrets);

    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        log.contains("orders.list") || log.contains("request"),
        "the log is there: {log}"
    );
    search("the log", log.as_bytes(), &secrets);

    let left = files(home.folder());
    assert!(left.iter().any(|path| path.ends_with("app.db")), "{left:?}");
    for path in left {
        search(&path.display().to_string(), &fs::read(&path).unwrap(), &secrets);
    }
}
