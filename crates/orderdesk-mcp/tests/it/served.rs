//! Stories over HTTP, against the program as a stranger starts it.

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
    talk::Talk,
    wire::{Client, ask},
};

fn demo(home: &Home, more: &[&str]) -> Running {
    Running::start(home, &[&["demo", "--port", "0", "--output", "json"], more].concat())
}

fn client(running: &Running) -> Client {
    Client {
        url: running.told("url").to_owned(),
        key: Some(running.told("master_key").to_owned()),
    }
}

/// What a mail says signs in: a server for others keeps it out of its log, and offers none.
#[test]
fn a_server_for_others_offers_no_link_that_it_would_print() {
    let (mut home, _simulator) = home_with_tenant();
    for (name, value) in [
        ("ENABLE_WEBUI", "true"),
        ("ENABLE_PUBLIC_SIGNUP", "true"),
        ("REQUIRE_EMAIL_VERIFICATION", "true"),
    ] {
        home.set(name, value);
    }
    let told = |home: &Home| {
        let running = Running::start(home, &["serve", "--port", "0", "--output", "json"]);
        let page = |path| ask("GET", &running.told("url").replace("/mcp", path), &[], None);
        let (login, sign_up) = (page("/login"), page("/signup"));
        assert_eq!(login.status, 200, "{login:?}");
        running.terminate();
        (login.body, sign_up.status, running.ended().1)
    };
    for here in ["", "http://127.0.0.1:8080"] {
        home.set("PUBLIC_URL", here);
        let (login, sign_up, log) = told(&home);
        assert!(
            login.contains("Send me a link") && login.contains("Create an account"),
            "{login}"
        );
        assert_eq!(sign_up, 200);
        assert!(!log.contains("EMAIL_PROVIDER"), "{log}");
    }
    home.set("PUBLIC_URL", "https://orders.example.invalid");
    let (login, sign_up, log) = told(&home);
    assert!(
        !login.contains("Send me a link") && !login.contains("Create an account"),
        "{login}"
    );
    assert_eq!(sign_up, 404);
    let lines: Vec<_> = log.lines().filter(|line| line.contains("EMAIL_PROVIDER")).collect();
    assert!(
        matches!(lines[..], [line] if line.starts_with('{') && line.contains("EMAIL_PROVIDER=smtp, SMTP_HOST and SMTP_FROM")),
        "{log}"
    );
    // The name leads nowhere, which is no matter of mail.
    let told = home.run(&["doctor"]).stdout;
    assert!(told.contains("warning mail: EMAIL_PROVIDER is console"), "{told}");
}

/// The demo has pages whatever is set, so what needs pages works there.
#[test]
fn strangers_sign_up_in_the_demo_where_that_is_allowed() {
    let mut home = Home::new();
    home.set("ENABLE_PUBLIC_SIGNUP", "true");
    home.set("ENABLE_WEBUI", "false");
    let running = demo(&home, &[]);
    let page = running.told("url").replace("/mcp", "/signup");
    let page = ask("GET", &page, &[], None);
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("Create account"), "{}", page.body);
    assert!(
        home.run(&["serve", "--port", "0"])
            .failed(2)
            .contains("ENABLE_WEBUI=true")
    );
}

/// What ALLOWED_HOSTS says it is about, and what it says it is not.
#[test]
fn a_foreign_name_is_refused_where_it_is_said_to_be() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    home.set("ENABLE_WEBUI", "true");
    home.set("ENABLE_DETAILED_HEALTH", "true");
    home.set("ALLOWED_HOSTS", "orders.example.com");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").trim_end_matches("/mcp").to_owned();
    let asked = |path: &str, host: &str| ask("GET", &format!("{origin}{path}"), &[("Host", host)], None);
    for (path, known, listed, foreign) in [
        ("/mcp", 401, 401, 403),
        ("/mcp/readonly", 401, 401, 403),
        ("/metrics", 200, 403, 403),
        ("/health/detailed", 200, 403, 403),
        ("/health", 200, 200, 200),
        ("/login", 200, 200, 200),
        ("/authorize", 400, 400, 400),
        ("/.well-known/oauth-authorization-server", 200, 200, 200),
    ] {
        for (host, status) in [
            ("localhost", known),
            ("orders.example.com", listed),
            ("evil.example", foreign),
        ] {
            let reply = asked(path, host);
            assert_eq!(reply.status, status, "{path} at {host}: {reply:?}");
            assert!(!reply.body.contains("evil.example"), "{path}: {reply:?}");
        }
    }
    let told = asked("/.well-known/oauth-authorization-server", "orders.example.com");
    assert!(told.body.contains("http://orders.example.com"), "{told:?}");
    let form = [("Host", "evil.example"), ("Origin", "http://evil.example")];
    let posted = ask("POST", &format!("{origin}/login"), &form, Some(&json!({})));
    assert_eq!(posted.status, 403, "{posted:?}");
    server.terminate();
    let (_, log) = server.ended();
    assert!(log.contains(&format!("\"url\":\"{origin}/mcp\"")), "{log}");
}

#[test]
fn an_order_of_the_demo_is_changed_and_nothing_is_lost() {
    let running = demo(&Home::new(), &[]);
    let client = client(&running);
    let store = running.store(0, "store_id");

    let tools = client.send("tools/list", &json!({})).json();
    assert!(tools["result"]["tools"].as_array().unwrap().len() > 10, "{tools}");
    let orders = client.done("orders_list", &json!({ "store": store, "limit": 3 }));
    let id = &orders["orders"][0]["id"];
    let before = client.done("orders_get", &json!({ "store": store, "order_id": id }));

    let change = json!({ "store": store, "order_id": id, "mutation": { "shipping": { "city": "Port Orford" } } });
    let changed = client.done("orders_mutate_full", &change);
    assert_eq!(changed["changes"][0]["path"], "/shipping/city", "{changed}");
    let note = json!({ "store": store, "order_id": id, "content": "Called the customer." });
    client.done("orders_add_note", &note);

    let after = client.done("orders_get", &json!({ "store": store, "order_id": id, "fresh": true }));
    assert_eq!(after["shipping"]["city"], "Port Orford");
    for (name, value) in before.as_object().unwrap() {
        let touched = ["shipping", "order_notes", "date_updated"].contains(&name.as_str());
        assert!(
            touched || after[name] == *value,
            "{name}: {value} became {}",
            after[name]
        );
    }

    let origin = running.told("simulator_url").trim_end_matches("/api/v2").to_owned();
    let record = ask("GET", &format!("{origin}/_sim/requests"), &[], None).json();
    let record = record
        .as_array()
        .or_else(|| record["requests"].as_array())
        .unwrap()
        .clone();
    let uploads: Vec<&Value> = record.iter().filter(|request| request["method"] == "PUT").collect();
    assert_eq!(uploads.len(), 2);
    for upload in uploads {
        for name in before.as_object().unwrap().keys() {
            assert!(upload["body"].get(name).is_some(), "{name} is missing from the upload");
        }
    }
}

#[test]
fn the_demos_link_signs_in_once() {
    let running = demo(&Home::new(), &[]);
    let link = running.told("pages_url").to_owned();
    let opened = ask("GET", &link, &[], None);
    assert_eq!(opened.status, 303, "{}", opened.head);
    assert!(opened.head.contains("location: /\r\n"), "{}", opened.head);
    assert!(opened.head.contains("httponly; samesite=strict"), "{}", opened.head);
    assert_eq!(ask("GET", &link, &[], None).status, 404);
}

#[test]
fn without_a_key_only_the_open_demo_answers() {
    let home = Home::new();
    for (flags, status) in [(&[][..], 401), (&["--open"][..], 200)] {
        let running = demo(&home, flags);
        let stranger = Client {
            url: running.told("url").to_owned(),
            key: None,
        };
        let reply = stranger.send("tools/call", &json!({ "name": "stores_list", "arguments": {} }));
        assert_eq!(reply.status, status, "{reply:?}");
        assert_eq!(
            reply.head.contains("www-authenticate: bearer"),
            status == 401,
            "{reply:?}"
        );
        let wrong = Client {
            key: Some("nobody's key, but long enough".to_owned()),
            ..stranger
        };
        assert_eq!(wrong.send("tools/list", &json!({})).status, 401);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_running_server_is_nobody_elses() {
    let home = Home::new();
    let running = demo(&home, &[]);
    let limits = running.proc("limits").unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let bounds: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(bounds, ["0", "0"], "{core}");
    // Root may read it whatever the program says; the program's own test sees that it said so.
    let is_root = running.proc("status").unwrap().contains("\nUid:\t0\t");
    assert_eq!(running.proc("environ").is_ok(), is_root);
}

#[test]
fn the_demo_touches_nothing_of_a_real_installation() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", "qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghj=");
    home.set("DATABASE_URL", "postgres://od:pw@db.invalid/real");
    home.set("MCP_MASTER_KEY", "the-real-master-key");
    home.set("MCP_DEFAULT_STORE", "Real Shop");
    home.set("ORDERDESK_API_BASE_URL", "https://orderdesk.invalid/api/v2");
    let running = demo(&home, &[]);
    assert_eq!(
        client(&running).done("stores_list", &json!({}))["stores"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let files = std::fs::read_dir(home.folder()).unwrap().count()
        + std::fs::read_dir(home.working_directory()).unwrap().count();
    assert_eq!(files, 1, "only the working directory itself");
}

#[test]
fn a_demo_with_a_folder_keeps_its_key_and_its_stores() {
    let home = Home::new();
    let first = demo(&home, &["--data", "kept"]);
    let (key, tenant) = (first.told("master_key").to_owned(), first.told("tenant_id").to_owned());
    let named = json!({
        "store": first.store(0, "store_id"),
        "client_request_id": "the-same-at-each-start",
        "order": { "customer": { "company": "Mugs" }, "order_items": [{ "name": "Mug", "code": "MUG", "quantity": 1, "price": 5 }] },
    });
    client(&first).done("orders_create", &named);
    let asked = json!({ "stores": "all", "query": "Mugs" });
    let before = client(&first).done("orders_find", &asked);
    assert_eq!(before["orders"].as_array().unwrap().len(), 1, "{before}");
    first.terminate();
    assert_eq!(first.ended().0, Some(0));
    let second = demo(&home, &["--data", "kept"]);
    assert_eq!(
        (second.told("master_key"), second.told("tenant_id")),
        (key.as_str(), tenant.as_str())
    );
    let orders = client(&second).done(
        "orders_list",
        &json!({ "store": second.store(1, "store_id"), "limit": 1 }),
    );
    assert_eq!(orders["orders"].as_array().unwrap().len(), 1);
    // The shop began anew, so that the order of then is not in it, nor in what is remembered of it.
    let after = client(&second).done("orders_find", &asked);
    assert_eq!(after["orders"].as_array().unwrap().len(), 0, "{after}");
    let made = client(&second).done("orders_create", &named);
    let found = json!({ "store": second.store(0, "store_id"), "order_id": made["order"]["id"] });
    client(&second).done("orders_get", &found);
}

/// The commands open the database themselves: the demo says with which settings, or that there is nothing to open.
#[test]
fn the_demo_is_asked_from_a_shell_by_the_settings_in_its_folder() {
    let home = Home::new();
    let running = demo(&home, &["--data", "kept"]);
    let file = running.told("settings_file").to_owned();
    let told = home
        .run(&["--config", &file, "call", "stores.list", "--output", "json"])
        .json();
    assert_eq!(told["data"]["stores"].as_array().unwrap().len(), 2, "{told}");
    let store = running.store(0, "store_id").to_owned();
    // The demo has two stores: what it prints answers for both.
    let report = home
        .run(&["--config", &file, "report", "sales_by_day", "--stores-all", "--json"])
        .json();
    assert_eq!(report["data"]["stores"].as_array().unwrap().len(), 2, "{report}");
    assert!(report["data"]["orders_counted"].as_u64() > Some(0), "{report}");
    // The address that Order Desk posts to is the demo's own.
    let args = ["--config", &file, "store", "webhook", "--store", &store];
    let webhook = home.run(&args).ok();
    let base = running.told("url").trim_end_matches("/mcp");
    assert!(webhook.contains(&format!("{base}/webhooks/orderdesk/")), "{webhook}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "it holds keys");
    }
    running.terminate();
    assert_eq!(running.ended().0, Some(0));
    // Another start has another address, which the file follows.
    let again = demo(&home, &["--data", "kept"]);
    assert_eq!(again.told("settings_file"), file);
    let named = json!({ "store": store }).to_string();
    home.run(&["--config", &file, "call", "stores.test", "--args", &named])
        .ok();
}

#[test]
fn health_tells_whether_the_server_can_work() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("LOG_LEVEL", "DEBUG");
    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let base = running.told("url").trim_end_matches("/mcp").to_owned();
    for path in [
        "/health",
        "/health/live",
        "/health/ready",
        "/",
        "/.well-known/oauth-protected-resource/mcp",
    ] {
        assert_eq!(ask("GET", &format!("{base}{path}"), &[], None).status, 200, "{path}");
    }
    let resource = ask(
        "GET",
        &format!("{base}/.well-known/oauth-protected-resource/mcp"),
        &[],
        None,
    )
    .json();
    assert_eq!(resource["resource"], running.told("url"));
    let nowhere = ask("GET", &format!("{base}/nowhere?token=secret"), &[], None);
    assert_eq!(nowhere.status, 404);
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0));
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
    }
    assert!(log.contains("/nowhere") && !log.contains("token=secret"), "{log}");
}

#[test]
fn a_change_under_way_outlives_the_signal_that_ends_the_server() {
    let (mut home, simulator) = home_with_tenant();
    home.run(&[
        "store",
        "add",
        "--store-id",
        simulator.store(0, "store_id"),
        "--name",
        "Shop",
        "--api-key-env",
        "STORE_KEY",
    ])
    .ok();
    home.set("SHUTDOWN_GRACE", "30");
    let running = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let id = client.done("orders_list", &json!({ "limit": 1 }))["orders"][0]["id"].clone();

    let origin = simulator.told("url").trim_end_matches("/api/v2").to_owned();
    let slow = json!({ "kind": { "slow": { "ms": 1500 } }, "method": "PUT" });
    let injected = ask("POST", &format!("{origin}/_sim/faults"), &[], Some(&slow));
    assert!(injected.status < 300, "{injected:?}");

    let note = json!({ "order_id": id, "content": "Written while the server ends." });
    let writer = std::thread::spawn(move || client.call("orders_add_note", &note));
    while !ask("GET", &format!("{origin}/_sim/requests"), &[], None)
        .body
        .contains("PUT")
    {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    running.terminate();
    let envelope = writer.join().unwrap();
    assert_eq!(envelope["status"], "success", "{envelope}");
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
}

#[test]
fn a_busy_port_is_said_plainly() {
    let (home, simulator) = home_with_tenant();
    let port = simulator
        .told("url")
        .trim_end_matches("/api/v2")
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let told = home.run(&["serve", "--port", &port]).failed(1);
    assert!(told.contains("cannot listen on") && told.contains("--port"), "{told}");
}

/// A client's entry for the demo, started as the client would.
#[test]
fn the_demo_gives_an_entry_for_either_kind_of_client() {
    let home = Home::new();
    let running = demo(&home, &["--data", "kept"]);
    let clients = &running.told["clients"];
    let http = &clients["http"]["orderdesk-demo"];
    assert_eq!(http["url"], running.told("url"));
    let key = format!("Bearer {}", running.told("master_key"));
    assert_eq!(http["headers"]["Authorization"], key);

    let stdio = &clients["stdio"]["orderdesk-demo"];
    let program = env!("CARGO_BIN_EXE_orderdesk-mcp");
    assert_eq!(
        std::fs::canonicalize(stdio["command"].as_str().unwrap()).unwrap(),
        std::fs::canonicalize(program).unwrap()
    );
    let arguments: Vec<_> = stdio["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    let folder = home.working_directory().join("kept");
    assert_eq!(arguments, ["demo", "--stdio", "--data", folder.to_str().unwrap()]);
    // Beside the one that runs, on the same folder.
    let mut talk = Talk::start(&home, &arguments);
    let stores = talk.ask("tools/call", &json!({ "name": "stores_list", "arguments": {} }));
    assert!(stores.to_string().contains("90001"), "{stores}");
    // It has a shop of its own: what is made there is not in what the other remembers.
    let made = json!({ "name": "orders_create", "arguments": {
        "store": running.store(0, "store_id"),
        "order": { "customer": { "company": "Elsewhere" }, "order_items": [{ "name": "Mug", "code": "MUG", "price": 5 }] },
    } });
    let made = talk.ask("tools/call", &made).to_string();
    assert!(made.contains("Elsewhere"), "{made}");
    let asked = json!({ "stores": "all", "query": "Elsewhere" });
    let asked_there = talk.ask("tools/call", &json!({ "name": "orders_find", "arguments": asked }));
    assert_eq!(
        asked_there["result"]["structuredContent"]["data"]["orders"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let found = client(&running).done("orders_find", &asked);
    assert_eq!(found["orders"].as_array().unwrap().len(), 0, "{found}");
    talk.end();
}

#[test]
fn a_shell_is_told_when_the_demo_it_asks_is_gone_and_that_no_store_stays_chosen() {
    let home = Home::new();
    let running = demo(&home, &["--data", "kept"]);
    let file = running.told("settings_file").to_owned();
    let chosen = json!({ "identifier": running.store(0, "store_id") }).to_string();
    let told = home.run(&["--config", &file, "call", "stores.use_store", "--args", &chosen]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stderr.contains("MCP_DEFAULT_STORE"), "{told:?}");
    let told = home.run(&["--config", &file, "call", "orders.list"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("MCP_DEFAULT_STORE"), "{told:?}");
    running.terminate();
    assert_eq!(running.ended().0, Some(0));
    let told = home.run(&["--config", &file, "queue", "--stores-all"]).failed(1);
    assert!(
        told.contains("still runs") && told.contains("http://127.0.0.1:"),
        "{told}"
    );
}

#[test]
fn demos_that_start_at_once_on_one_folder_have_one_key_and_one_of_them_keeps_its_shop() {
    let home = Home::new();
    let started = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| demo(&home, &["--data", "kept"])))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect::<Vec<_>>()
    });
    for running in &started {
        assert_eq!(running.told("master_key"), started[0].told("master_key"));
        let stores = client(running).done("stores_list", &json!({}));
        assert_eq!(stores["stores"].as_array().unwrap().len(), 2, "{stores}");
    }
    let keeping = started
        .iter()
        .filter(|running| running.told["settings_file"].is_string());
    assert_eq!(keeping.count(), 1);
}
