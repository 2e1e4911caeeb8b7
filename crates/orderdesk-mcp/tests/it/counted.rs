//! Every call has its entry in the audit log: under load, and when the server is killed right after its answer.

use std::{
    collections::BTreeMap,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::{home_with_tenant, home_without_limits},
    stored::Upstream,
    wire::Client,
};

const CALLERS: usize = 12;
const ROUNDS: usize = 8;
/// How often the server is killed in every test run; more on demand.
const KILLS: usize = 3;

fn serve(home: &Home) -> Running {
    Running::start(home, &["serve", "--port", "0", "--output", "json"])
}

fn client(home: &Home, server: &Running) -> Client {
    Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    }
}

/// The entries, by tool and outcome.
fn entries(home: &Home) -> BTreeMap<(String, String), usize> {
    let log = home.run(&["audit", "export"]).json();
    let mut counted = BTreeMap::new();
    for entry in log.as_array().unwrap() {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        *counted.entry((text("tool_name"), text("status"))).or_default() += 1;
    }
    counted
}

/// Reads, changes, and calls that are refused in every way, many at once.
#[test]
fn there_are_as_many_entries_as_calls() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let orders: Vec<String> = upstream
        .orders()
        .iter()
        .map(|order| order["id"].as_str().unwrap().to_owned())
        .collect();
    let before = entries(&home);
    let server = serve(&home);
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (client, orders) = (client(&home, &server), &orders);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let order = &orders[(caller * ROUNDS + round) % orders.len()];
                    client.done("orders_get", &json!({ "order_id": order }));
                    client.done(
                        "orders_add_note",
                        &json!({ "order_id": order, "content": format!("{caller}/{round}") }),
                    );
                    assert_eq!(
                        client.call("orders_get", &json!({}))["error"]["code"],
                        "VALIDATION_ERROR"
                    );
                    let code =
                        client.call("orders_add_note", &json!({ "order_id": "1", "content": "x" }))["error"]["code"]
                            .clone();
                    assert_eq!(code, "NOT_FOUND");
                    let unknown = client.send("tools/call", &json!({ "name": "orders_fly", "arguments": {} }));
                    assert_eq!(unknown.json()["error"]["code"], -32602, "{unknown:?}");
                }
            });
        }
    });
    server.terminate();
    assert_eq!(server.ended().0, Some(0));
    let mut made = entries(&home);
    for (call, count) in before {
        *made.get_mut(&call).unwrap() -= count;
    }
    made.retain(|_, count| *count > 0);
    // The export before is an act of its own.
    let count = |tool: &str, status: &str, n: usize| ((tool.to_owned(), status.to_owned()), n);
    let each = CALLERS * ROUNDS;
    let expected = BTreeMap::from([
        count("audit.export", "success", 1),
        count("orders.add_note", "error", each),
        count("orders.add_note", "success", each),
        count("orders.get", "error", each),
        count("orders.get", "success", each),
        count("orders_fly", "error", each),
    ]);
    assert_eq!(made, expected);
    let verified = home.run(&["audit", "verify", "--output", "json"]).json();
    assert_eq!(
        (&verified["ok"], &verified["unfinished_count"]),
        (&true.into(), &0.into())
    );
}

/// How many kills to play: few in every test run, more on demand.
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
fn kills() -> usize {
    std::env::var("ORDERDESK_AUDIT_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(KILLS)
}

#[test]
fn an_answered_change_is_in_the_log_whatever_happens_then() {
    let (home, simulator) = home_without_limits();
    let orders = Upstream::new(&simulator).orders();
    for round in 0..kills() {
        let server = serve(&home);
        let mark = format!("kill {round}");
        // One order's notes have an end.
        let order = &orders[round % orders.len()]["id"];
        client(&home, &server).done("orders_add_note", &json!({ "order_id": order, "content": mark }));
        server.kill();
        let log = home.run(&["audit", "export", "--tool", "orders.add_note"]).json();
        let log = log.as_array().unwrap();
        assert_eq!(log.len(), round + 1, "{log:?}");
        assert_eq!(log[round]["status"], "success");
    }
    let verified = home.run(&["audit", "verify", "--output", "json"]).json();
    assert_eq!(
        (&verified["ok"], &verified["unfinished_count"]),
        (&true.into(), &0.into())
    );
}

#[test]
fn a_change_that_was_cut_by_a_kill_is_named() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let order = upstream.orders()[0]["id"].as_str().unwrap().to_owned();
    let server = serve(&home);
    upstream.inject(&json!({ "kind": { "slow": { "ms": 3000 } }, "method": "PUT" }));
    let client = client(&home, &server);
    let call = json!({ "name": "orders_add_note", "arguments": { "order_id": order, "content": "cut short" } });
    let caller = std::thread::spawn(move || client.try_to_send("tools/call", &call));
    let deadline = Instant::now() + Duration::from_secs(20);
    while !upstream.order(&order)["order_notes"].to_string().contains("cut short") {
        assert!(Instant::now() < deadline, "the upload never came");
        sleep(Duration::from_millis(10));
    }
    server.kill();
    caller.join().unwrap().unwrap_err();

    let begun = home.run(&["audit", "export", "--status", "begun"]).json();
    let [begun] = begun.as_array().unwrap().as_slice() else {
        panic!("{begun}")
    };
    assert_eq!(begun["tool_name"], "orders.add_note");
    let verified = home.run(&["audit", "verify", "--output", "json"]).json();
    assert_eq!(verified["ok"], true, "no damage");
    assert_eq!(verified["unfinished"][0]["request_id"], begun["request_id"]);
    let told = home.run(&["audit", "verify"]);
    assert_eq!(told.code, Some(0));
    let request = begun["request_id"].as_str().unwrap();
    assert!(
        told.stderr.contains(request) && told.stderr.contains("Changes without an end: 1."),
        "{told:?}"
    );
}

/// Whoever calls what is not there pays like everybody, and whoever sends wrong keys is on record.
#[test]
fn unknown_tools_cost_and_refused_keys_are_recorded() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("RATE_LIMIT_RPM", "1");
    home.set("RATE_LIMIT_BURST", "3");
    let server = serve(&home);
    let known = client(&home, &server);
    let secret = "odmk_0123456789abcdefghijklmnopqrstuvwxyz0123456789";
    let call = json!({ "name": "orders_fly", "arguments": { "api_key": secret, "note": "x" } });
    for _ in 0..3 {
        let unknown = known.send("tools/call", &call).json();
        assert!(
            unknown["error"]["message"]
                .as_str()
                .unwrap()
                .starts_with("Unknown tool: orders_fly"),
            "{unknown}"
        );
    }
    let limited = known.send("tools/call", &call).json();
    assert_eq!(
        limited["result"]["structuredContent"]["error"]["code"], "RATE_LIMIT_EXCEEDED",
        "{limited}"
    );
    let stranger = Client {
        url: known.url.clone(),
        key: Some(secret.to_owned()),
    };
    assert_eq!(stranger.send("tools/list", &json!({})).status, 401);
    let nobody = Client {
        url: known.url.clone(),
        key: None,
    };
    assert_eq!(nobody.send("tools/list", &json!({})).status, 401);
    let in_the_address = Client {
        url: format!("{}?token={secret}", known.url),
        key: None,
    };
    assert_eq!(in_the_address.send("tools/list", &json!({})).status, 400);
    server.terminate();
    assert_eq!(server.ended().0, Some(0));

    let log = home.run(&["audit", "export"]).json();
    let of = |tool: &str| -> Vec<&Value> {
        log.as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["tool_name"] == tool)
            .collect()
    };
    let codes: Vec<_> = of("orders_fly")
        .iter()
        .map(|entry| entry["error_code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "RATE_LIMIT_EXCEEDED"]);
    assert_eq!(
        of("orders_fly")[0]["parameters"]["note"],
        "***",
        "what people write is not recorded"
    );
    let refused = of("auth.sign_in");
    assert_eq!(refused.len(), 2, "who sends no key did not try: {log}");
    for entry in refused {
        assert_eq!(
            (&entry["error_code"], &entry["actor"]),
            (&"AUTH_ERROR".into(), &"anonymous".into())
        );
        assert_eq!(
            (&entry["tenant_id"], &entry["ip_address"]),
            (&Value::Null, &"127.0.0.1".into())
        );
    }
    assert!(!log.to_string().contains(secret), "{log}");
}
