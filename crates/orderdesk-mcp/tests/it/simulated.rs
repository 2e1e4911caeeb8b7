//! Stories against the simulated Order Desk, run by the program itself.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use serde_json::Value;

use crate::program::{Home, Running};

/// A simulator that a story can ask for its stores' credentials.
pub fn simulator(home: &Home) -> Running {
    Running::start(home, &["simulator", "--port", "0", "--output", "json"])
}

/// A home with a root key, a tenant, and Order Desk's address set to the simulator's.
pub fn home_with_tenant() -> (Home, Running) {
    let home = Home::new();
    let running = simulator(&home);
    furnished(home, running)
}

/// The same where no limit, ours or Order Desk's, slows a story down, with the simulator's first store as "Shop".
pub fn home_without_limits() -> (Home, Running) {
    home_without_limits_and(&[])
}

/// The same with further options for the simulator.
pub fn home_without_limits_and(options: &[&str]) -> (Home, Running) {
    let mut home = Home::new();
    let simulator = ["simulator", "--port", "0", "--no-rate-limit", "--output", "json"];
    let running = Running::start(&home, &[&simulator, options].concat());
    home.set("RATE_LIMIT_RPM", "1000000");
    home.set("ORDERDESK_BUCKET_SIZE", "10000");
    home.set("ORDERDESK_REFILL_PER_SECOND", "10000");
    home.set("ORDERDESK_HEADROOM", "1");
    let (home, running) = furnished(home, running);
    home.add_store(&running);
    (home, running)
}

fn furnished(mut home: Home, running: Running) -> (Home, Running) {
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.set("ORDERDESK_API_BASE_URL", running.told("url"));
    let created = home.run(&["tenant", "create", "--output", "json"]).json();
    home.set("MCP_MASTER_KEY", created["master_key"].as_str().unwrap());
    home.set("STORE_KEY", running.store(0, "api_key"));
    (home, running)
}

#[test]
fn a_store_is_added_listed_tested_and_removed() {
    let (home, running) = home_with_tenant();
    let id = running.store(0, "store_id");
    home.run(&[
        "store",
        "add",
        "--store-id",
        id,
        "--name",
        "Mug Shop",
        "--api-key-env",
        "STORE_KEY",
    ])
    .ok();
    assert!(home.run(&["store", "list"]).ok().contains("Mug Shop"));
    home.run(&["store", "test", "mug shop"]).ok();
    home.run(&["store", "test", "--store", "Mug Shop"]).ok();
    let both = home.run(&["store", "test", "Mug Shop", "--store", id]).failed(2);
    assert!(both.contains("cannot be used with"), "{both}");
    home.run(&["store", "update", id, "--label", "EU warehouse"]).ok();
    assert!(
        home.run(&["store", "test", "--store", "eu warehouse"])
            .ok()
            .contains("Order Desk")
    );
    let twice = home
        .run(&["store", "add", "--store-id", id, "--api-key-env", "STORE_KEY"])
        .failed(1);
    assert!(twice.contains("DUPLICATE"), "{twice}");
    let which = home.run(&["store", "remove", "--yes"]).failed(2);
    assert!(which.contains("--store <STORE>"), "{which}");
    home.run(&["store", "remove", "--store", id, "--yes"]).ok();
    assert_eq!(
        home.run(&["store", "list", "--output", "json"]).json(),
        serde_json::json!([])
    );
}

#[test]
fn a_store_gets_a_new_key_and_a_new_name() {
    let (mut home, running) = home_with_tenant();
    let id = running.store(0, "store_id");
    home.set("WRONG_KEY", "not-the-key-of-this-store");
    home.run(&[
        "store",
        "add",
        "--store-id",
        id,
        "--api-key-env",
        "WRONG_KEY",
        "--no-verify",
    ])
    .ok();
    let refused = home.run(&["store", "test", id]).failed(1);
    assert!(refused.contains("`orderdesk-mcp store update`"), "{refused}");

    let update = |options: &[&str]| home.run(&[&["store", "update", "--store"], options].concat());
    assert!(update(&["nowhere"]).failed(1).contains("NOT_FOUND"));
    assert!(update(&[id]).failed(2).contains("--api-key-env"), "nobody to ask");
    assert!(
        update(&[id, "--api-key-env", "WRONG_KEY"])
            .failed(1)
            .contains("refused")
    );
    let renamed = update(&[id, "--name", "Mugs", "--label", "EU", "--output", "json"]).json();
    assert_eq!(
        (&renamed["store_name"], &renamed["label"]),
        (&"Mugs".into(), &"EU".into())
    );
    assert!(update(&["mugs", "--api-key-env", "STORE_KEY"]).ok().contains("Mugs"));
    home.run(&["store", "test", "Mugs"]).ok();
    let failed = home
        .run(&["audit", "export", "--store", id, "--status", "error"])
        .json();
    let failed = failed.as_array().unwrap().iter().map(|entry| &entry["tool_name"]);
    assert_eq!(failed.collect::<Vec<_>>(), ["stores.test", "stores.update"]);
    let log = home.run(&["audit", "export", "--tool", "stores.update"]).json();
    let ended = log.as_array().unwrap().iter().map(|entry| &entry["status"]);
    assert_eq!(ended.collect::<Vec<_>>(), ["error", "success", "success"], "{log}");
    assert!(!log.to_string().contains("not-the-key-of-this-store"), "{log}");
}

#[test]
fn wrong_credentials_are_not_stored() {
    let (mut home, running) = home_with_tenant();
    home.set("WRONG_KEY", "not-the-key-of-this-store");
    let id = running.store(0, "store_id");
    let refused = home
        .run(&["store", "add", "--store-id", id, "--api-key-env", "WRONG_KEY"])
        .failed(1);
    assert!(!refused.contains("not-the-key-of-this-store"), "{refused}");
    assert!(refused.contains("Check store id and API key"), "{refused}");
    assert!(
        !refused.contains("store update"),
        "there is nothing to update: {refused}"
    );
    assert_eq!(
        home.run(&["store", "list", "--output", "json"]).json(),
        serde_json::json!([])
    );
}

#[test]
fn the_doctor_tries_every_store() {
    let (mut home, running) = home_with_tenant();
    let id = running.store(0, "store_id");
    home.run(&["store", "add", "--store-id", id, "--api-key-env", "STORE_KEY"])
        .ok();
    home.set("ORDERDESK_TEST_ENABLED", "true");
    home.set("ORDERDESK_TEST_STORE_ID", running.store(1, "store_id"));
    home.set("ORDERDESK_TEST_API_KEY", running.store(1, "api_key"));
    let report = home.run(&["doctor", "--output", "json"]).json();
    assert_eq!(report["ok"], true, "{report}");
    let accepted = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["message"].as_str().unwrap().contains("Order Desk accepts"));
    assert_eq!(accepted.count(), 2, "{report}");
}

#[test]
fn the_doctor_says_that_a_token_is_one_and_what_it_leaves_out() {
    let (mut home, running) = home_with_tenant();
    let (first, second) = (running.store(0, "store_id"), running.store(1, "store_id"));
    home.run(&["store", "add", "--store-id", first, "--api-key-env", "STORE_KEY"])
        .ok();
    home.set("STORE_KEY", running.store(1, "api_key"));
    home.run(&["store", "add", "--store-id", second, "--api-key-env", "STORE_KEY"])
        .ok();
    let owner = home.value("MCP_MASTER_KEY");
    let mut told = |options: &[&str]| {
        let create = [
            "token",
            "create",
            "--label",
            "watch",
            "--no-expiry",
            "--output",
            "json",
            "--scopes",
        ];
        home.set("MCP_MASTER_KEY", &owner);
        let token = home.run(&[&create[..], options].concat()).json();
        home.set("MCP_MASTER_KEY", token["token"].as_str().unwrap());
        let ended = home.run(&["doctor"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.stdout
    };
    let all = told(&["stores:read,orders:read"]);
    assert!(all.contains("ok      master key: it is a token of tenant "), "{all}");
    for words in [
        "and no master key, for ",
        "stores:read",
        "orders:read",
        " and all stores",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert_eq!(all.matches("Order Desk accepts its credentials").count(), 2, "{all}");
    let one = told(&["orders:read", "--stores", first]);
    assert!(
        one.contains(&format!("the stores {first}; no others are checked")),
        "{one}"
    );
    assert_eq!(one.matches("Order Desk accepts its credentials").count(), 1, "{one}");
}

/// The address of a web server that answers everything with this.
fn web_server(answer: &str) -> String {
    let answer = answer.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/v2", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            // A connection that was only tried sends nothing and takes no answer.
            if connection.read(&mut [0; 4096]).is_ok_and(|length| length > 0) {
                connection.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    url
}

#[test]
fn the_doctor_notices_that_something_else_answers_at_the_address() {
    let mut home = Home::new();
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html></html>",
    ] {
        let url = web_server(answer);
        home.set("ORDERDESK_API_BASE_URL", &url);
        let ended = home.run(&["doctor"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stdout.contains("FAILED  Order Desk: "), "{ended:?}");
        let mend = format!("The address was {url}: check ORDERDESK_API_BASE_URL");
        assert!(ended.stdout.contains(&mend), "{ended:?}");
    }
}

#[test]
fn a_wrong_address_is_told_where_a_store_is_added() {
    let (mut home, running) = home_with_tenant();
    let add = [
        "store",
        "add",
        "--store-id",
        running.store(0, "store_id"),
        "--api-key-env",
        "STORE_KEY",
    ];
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ] {
        let url = web_server(answer);
        home.set("ORDERDESK_API_BASE_URL", &url);
        let told = home.run(&add).failed(1);
        assert!(
            told.contains(&format!("The address was {url}: check ORDERDESK_API_BASE_URL")),
            "{told}"
        );
    }
    home.set("ORDERDESK_API_BASE_URL", running.told("url"));
    home.set("STORE_KEY", "not-a-key-of-this-store");
    let told = home.run(&add).failed(1);
    assert!(
        told.contains("hint: Check store id and API key in Order Desk"),
        "{told}"
    );
}

/// Who refuses need not be Order Desk: proxies, portals and other people's servers do as well.
#[test]
fn the_doctor_knows_order_desk_by_its_own_refusal() {
    let mut home = Home::new();
    let mut told = |status: u16, body: &str| {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        home.set("ORDERDESK_API_BASE_URL", &web_server(&answer));
        home.run(&["doctor"]).stdout
    };
    for status in [400, 401, 403, 405, 407, 409, 429] {
        let told = told(status, "<html>No</html>");
        let message =
            format!("FAILED  Order Desk: something answers (HTTP {status}) that is not recognisably Order Desk");
        assert!(
            told.contains(&message) && told.contains("check ORDERDESK_API_BASE_URL"),
            "{told}"
        );
    }
    let told = told(401, r#"{"status":"error","message":"Invalid store id or API key"}"#);
    assert!(told.contains("ok      Order Desk: "), "{told}");
}

#[test]
fn a_wrong_default_store_is_told_and_in_nobody_elses_way() {
    let (mut home, running) = home_with_tenant();
    let id = running.store(0, "store_id");
    home.set("MCP_DEFAULT_STORE", "Nowhere");
    home.run(&["store", "add", "--store-id", id, "--api-key-env", "STORE_KEY"])
        .ok();
    assert!(home.run(&["store", "list"]).ok().contains(id));
    home.run(&["store", "test", id]).ok();
    for command in [&["store", "test"][..], &["call", "folders.list"]] {
        let told = home.run(command).failed(2);
        assert!(
            told.contains("MCP_DEFAULT_STORE is none of the tenant's stores"),
            "{told}"
        );
    }
    let ended = home.run(&["doctor"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stdout.contains("FAILED  default store: MCP_DEFAULT_STORE"),
        "{ended:?}"
    );
    assert!(ended.stdout.contains("Order Desk accepts its credentials"), "{ended:?}");
}

#[test]
fn setup_makes_everything_that_is_missing() {
    let mut home = Home::new();
    let running = simulator(&home);
    home.set("ORDERDESK_API_BASE_URL", running.told("url"));
    home.set("STORE_KEY", running.store(0, "api_key"));
    let client = home.path("mcp.json");
    let arguments = [
        "setup",
        "--store-id",
        running.store(0, "store_id"),
        "--store-name",
        "Mug Shop",
        "--api-key-env",
        "STORE_KEY",
        "--client-config",
        client.to_str().unwrap(),
        "--output",
        "json",
    ];
    let done = home.run(&arguments).json();
    assert_eq!(done["store"]["store_name"], "Mug Shop");
    assert!(home.path(".config/orderdesk-mcp/root.key").exists());

    let written: Value = serde_json::from_str(&std::fs::read_to_string(&client).unwrap()).unwrap();
    let key = &written["mcpServers"]["orderdesk"]["env"]["MCP_MASTER_KEY"];
    assert_eq!(key, &done["master_key"]);
    home.set("MCP_MASTER_KEY", key.as_str().unwrap());
    assert!(home.run(&["store", "list"]).ok().contains("Mug Shop"));
}

/// What happens to the calls of a database that can only be read: they are answered, but not in silence.
#[test]
fn a_lost_audit_entry_is_a_failure_of_the_command() {
    let (home, running) = home_with_tenant();
    let id = running.store(0, "store_id");
    home.run(&["store", "add", "--store-id", id, "--api-key-env", "STORE_KEY"])
        .ok();
    home.make_database_read_only();
    for command in [&["store", "list", "--output", "json"][..], &["call", "stores.list"]] {
        let ended = home.run(command);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stdout.contains(id), "the answer is there: {ended:?}");
        assert!(
            ended.stderr.contains("error: this was done, but the audit log"),
            "{ended:?}"
        );
        assert!(ended.stderr.contains("doctor"), "{ended:?}");
    }
    let ended = home.run(&["doctor"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stdout
            .contains("takes no writes: the database is unavailable: the file is read-only"),
        "{ended:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_simulator_well() {
    let running = simulator(&Home::new());
    running.terminate();
    assert_eq!(running.ended().0, Some(0));
}
