//! Keys whose time is over, or nearly: what is told of them, and the demo that had one.

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_without_limits,
    wire::Client,
};

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn tenant(home: &Home) -> String {
    let tenants = home.run(&["tenant", "list", "--output", "json"]).json();
    text(&tenants[0], "tenant_id")
}

/// What `doctor` found out about the key.
fn of_the_key(home: &Home) -> Value {
    let told = home.run(&["doctor", "--output", "json"]).stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    let checks = told["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["check"] == "master key")
        .unwrap()
        .clone()
}

#[test]
fn a_key_that_ends_or_ended_is_told_as_one() {
    let (mut home, _simulator) = home_without_limits();
    let id = tenant(&home);
    assert_eq!(of_the_key(&home)["verdict"], "ok");
    let token = home
        .run(&[
            "token",
            "create",
            "--label",
            "soon",
            "--scopes",
            "stores:read",
            "--expires-in-days",
            "3",
            "--output",
            "json",
        ])
        .json();
    let rotated = home
        .run(&["tenant", "rotate-key", "--tenant", &id, "--output", "json"])
        .json();
    let found = of_the_key(&home);
    assert_eq!(found["verdict"], "warning");
    let ends = text(&rotated, "old_key_expires_at");
    assert!(text(&found, "message").contains(&ends), "{found}");

    home.run(&[
        "tenant",
        "revoke-key",
        "--tenant",
        &id,
        "--prefix",
        &home.value("MCP_MASTER_KEY")[..12],
        "--reason",
        "leaked",
    ])
    .ok();
    let found = of_the_key(&home);
    assert_eq!(found["verdict"], "failed");
    let message = text(&found, "message");
    assert!(message.contains("it ended at") && message.contains("leaked"), "{found}");
    for command in [&["store", "list"][..], &["call", "stores.list"]] {
        let told = home.run(command).failed(1);
        assert!(told.contains("it ended at") && told.contains("AUTH_ERROR"), "{told}");
        assert!(!told.contains("No tenant is known"), "{told}");
    }
    let told = home.run(&["stdio"]).failed(2);
    assert!(
        told.contains("MCP_MASTER_KEY is refused") && told.contains("it ended at"),
        "{told}"
    );

    home.set("MCP_MASTER_KEY", &text(&token, "token"));
    let found = of_the_key(&home);
    assert_eq!(found["verdict"], "warning", "{found}");
    assert!(text(&found, "message").contains(&text(&token, "expires_at")), "{found}");
    home.set("MCP_MASTER_KEY", &text(&rotated, "master_key"));
    assert_eq!(of_the_key(&home)["verdict"], "ok");
    home.run(&["tenant", "close", "--tenant", &id, "--yes"]).ok();
    let found = of_the_key(&home);
    assert!(text(&found, "message").contains("is closed since"), "{found}");
    assert!(text(&found, "mend").contains("tenant reopen"), "{found}");
}

/// A demo is tried out, its key's rotation too, and goes on.
#[test]
fn a_demo_starts_again_whatever_became_of_its_key() {
    let home = Home::new();
    let start = || Running::start(&home, &["demo", "--port", "0", "--data", "kept", "--output", "json"]);
    let end = |running: Running| {
        running.terminate();
        let (code, log) = running.ended();
        assert_eq!(code, Some(0), "{log}");
        log
    };
    let running = start();
    let (file, first) = (
        running.told("settings_file").to_owned(),
        running.told("master_key").to_owned(),
    );
    let (tenant, keys) = (
        running.told("tenant_id").to_owned(),
        home.working_directory().join("kept/demo-keys.json"),
    );
    let rotate = |more: &[&str]| {
        let rotate = ["tenant", "rotate-key", "--tenant", "Demo", "--output", "json"];
        let ended = home.run(&[&["--config", &file][..], &rotate, more].concat());
        assert!(ended.stderr.contains("configuration file"), "{ended:?}");
        ended.json()["master_key"].as_str().unwrap().to_owned()
    };
    // Also while the one before still works.
    let second = rotate(&[]);
    end(running);
    // The new key is put where the rotation says that the old one stands.
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, settings.replace(&first, &second)).unwrap();
    let running = start();
    assert_eq!(
        (running.told("master_key"), running.told("tenant_id")),
        (&*second, &*tenant)
    );
    assert!(std::fs::read_to_string(&keys).unwrap().contains(&second));

    // It is put nowhere.
    rotate(&["--immediately"]);
    end(running);
    let running = start();
    let other = running.told("master_key").to_owned();
    assert!(other != second && running.told("tenant_id") != tenant);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(other.clone()),
    };
    let stores = client.done("stores_list", &json!({}));
    assert_eq!(stores["stores"].as_array().unwrap().len(), 2, "{stores}");
    let log = end(running);
    assert!(
        log.contains("ended at") && log.contains("demo-keys.json") && log.contains(&tenant),
        "{log}"
    );
    let running = start();
    assert_eq!(running.told("master_key"), other, "it stays");
    home.run(&[
        "--config",
        &file,
        "tenant",
        "close",
        "--tenant",
        running.told("tenant_id"),
        "--yes",
    ])
    .ok();
    end(running);
    let log = end(start());
    assert!(log.contains("is closed since"), "{log}");
}
