//! What is counted, and who may see it.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    program::{Home, Running},
    simulated::{home_with_tenant, home_without_limits},
    stored::Upstream,
    wire::{Client, Reply, ask},
};

const TOKEN: &str = "a-token-of-the-operator";

fn serve(home: &Home) -> (Running, Client) {
    let running = Running::start(home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    (running, client)
}

fn page(client: &Client, path: &str, headers: &[(&str, &str)]) -> Reply {
    ask("GET", &client.url.replace("/mcp", path), headers, None)
}

/// The page's series whose values are whole, by their names with labels.
pub struct Scrape(BTreeMap<String, u64>);

impl Scrape {
    pub fn of(client: &Client) -> Self {
        let reply = page(client, "/metrics", &[]);
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(
            reply.head.contains("content-type: text/plain; version=0.0.4"),
            "{reply:?}"
        );
        let lines = reply.body.lines().filter(|line| !line.starts_with('#'));
        let series = lines.filter_map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let name = name.strip_prefix("orderdesk_mcp_").unwrap();
            Some((name.to_owned(), value.parse().ok()?))
        });
        Self(series.collect())
    }

    /// The value of one series; 0 of one that is not there.
    fn value(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Series of this name whose value is not 0, without it.
    fn of_name(&self, name: &str) -> BTreeMap<&str, u64> {
        let series = self.0.iter().filter(|(_, value)| **value != 0);
        series
            .filter_map(|(series, value)| Some((series.strip_prefix(name)?, *value)))
            .collect()
    }
}

fn counts<'a>(expected: &[(&'a str, u64)]) -> BTreeMap<&'a str, u64> {
    expected.iter().copied().collect()
}

#[test]
fn every_metric_has_its_name_its_kind_and_its_meaning() {
    let (home, _simulator) = home_with_tenant();
    let (_running, client) = serve(&home);
    let body = page(&client, "/metrics", &[]).body;
    let told: Vec<_> = body.lines().filter(|line| line.starts_with('#')).collect();
    insta::assert_snapshot!(told.join("\n"));
    let names: Vec<_> = told.iter().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert_eq!(names.len() * 2, told.len(), "one HELP for each TYPE");
    // The page in docs/ is made from this.
    let listed = home.run(&["reference", "metrics", "--output", "json"]).json();
    let listed: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| {
            format!(
                "{} {}",
                metric["name"].as_str().unwrap(),
                metric["kind"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(names, listed);
}

#[test]
fn a_story_of_calls_is_counted_exactly() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let (_running, client) = serve(&home);
    let begun = Scrape::of(&client);
    assert_eq!(
        begun.value("tool_calls_total{tool=\"orders.get\",outcome=\"success\"}"),
        0
    );
    let order = upstream.orders()[0]["id"].as_str().unwrap().to_owned();
    let sent_before = upstream.requests();

    let get = json!({ "order_id": order });
    client.done("orders_get", &get);
    client.done("orders_get", &get);
    client.done("orders_get", &json!({ "order_id": order, "fresh": true }));
    let note = client.done("orders_add_note", &json!({ "order_id": order, "content": "Counted." }));
    assert_eq!(note["verified"], true, "{note}");
    // It is so already.
    let city = note["order"]["shipping"]["city"].clone();
    let same = json!({ "order_id": order, "mutation": { "shipping": { "city": city } } });
    client.done("orders_mutate_full", &same);
    assert_eq!(
        client.call("orders_get", &json!({}))["error"]["code"],
        "VALIDATION_ERROR"
    );
    assert_eq!(
        client.call("orders_get", &json!({ "order_id": "999999999" }))["error"]["code"],
        "NOT_FOUND"
    );
    client.send("tools/call", &json!({ "name": "Ada Lovelace", "arguments": {} }));
    for (key, status) in [
        (None, 401),
        (Some("odmk_0123456789"), 401),
        (Some("${ORDERDESK_KEY}"), 401),
    ] {
        let stranger = Client {
            url: client.url.clone(),
            key: key.map(str::to_owned),
        };
        assert_eq!(stranger.send("tools/list", &json!({})).status, status);
    }

    let counted = Scrape::of(&client);
    assert_eq!(
        counted.of_name("tool_calls_total"),
        counts(&[
            ("{tool=\"orders.get\",outcome=\"success\"}", 3),
            ("{tool=\"orders.get\",outcome=\"VALIDATION_ERROR\"}", 1),
            ("{tool=\"orders.get\",outcome=\"NOT_FOUND\"}", 1),
            ("{tool=\"orders.add_note\",outcome=\"success\"}", 1),
            ("{tool=\"orders.mutate_full\",outcome=\"success\"}", 1),
            ("{tool=\"unknown\",outcome=\"NOT_FOUND\"}", 1),
        ])
    );
    assert_eq!(counted.value("tool_call_seconds_count"), 8);
    assert_eq!(counted.value("tool_call_seconds_bucket{le=\"+Inf\"}"), 8);
    assert_eq!(
        counted.of_name("cache_requests_total"),
        counts(&[
            ("{result=\"hit\"}", 1),
            ("{result=\"miss\"}", 2),
            ("{result=\"fresh\"}", 1)
        ])
    );
    assert_eq!(
        counted.of_name("upstream_requests_total"),
        counts(&[
            // Two for the reads, two for the note, one for the change that was none.
            ("{operation=\"GET /orders/{id}\",status=\"200\"}", 5),
            ("{operation=\"GET /orders/{id}\",status=\"404\"}", 1),
            ("{operation=\"PUT /orders/{id}\",status=\"200\"}", 1),
        ])
    );
    let sent = upstream.requests() - sent_before;
    assert_eq!(sent, 7, "Order Desk was asked as often as was counted");
    assert_eq!(counted.value("upstream_seconds_count"), 7);
    assert_eq!(
        counted.of_name("order_changes_total"),
        counts(&[("{outcome=\"verified\"}", 1), ("{outcome=\"unchanged\"}", 1)])
    );
    assert_eq!(counted.value("order_change_attempts_count"), 2);
    assert_eq!(counted.value("order_change_attempts_sum"), 2);
    assert_eq!(
        counted.of_name("auth_failures_total"),
        counts(&[
            ("{reason=\"missing\"}", 1),
            ("{reason=\"malformed\"}", 1),
            ("{reason=\"unfilled\"}", 1),
        ])
    );
    assert_eq!(counted.of_name("audit_entries_total{result=\"lost\"}"), counts(&[]));
    assert!(
        counted.value("audit_entries_total{result=\"written\"}") >= 2,
        "the change"
    );
    let version = format!("build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(counted.value(&version), 1);
    let pool = counted.of_name("db_pool_connections");
    assert_eq!(pool.values().sum::<u64>(), 4, "all there may be: {pool:?}");
}

#[test]
fn conflicts_retries_and_refusals_are_counted() {
    let (mut home, simulator) = home_without_limits();
    home.set("RATE_LIMIT_RPM", "1");
    home.set("RATE_LIMIT_BURST", "6");
    let upstream = Upstream::new(&simulator);
    let order = upstream.orders()[0]["id"].as_str().unwrap().to_owned();
    let (_running, client) = serve(&home);
    upstream.inject(&json!({ "kind": { "error_before_commit": { "status": 503 } }, "method": "GET" }));
    client.done("orders_get", &json!({ "order_id": order }));
    upstream.inject(&json!({ "kind": { "error_before_commit": { "status": 409 } }, "method": "PUT" }));
    let note = client.done("orders_add_note", &json!({ "order_id": order, "content": "At last." }));
    assert_eq!(note["attempts"], 2, "{note}");
    let mut refused = 0;
    for _ in 0..8 {
        let envelope = client.call("orders_get", &json!({ "order_id": order }));
        if envelope["error"]["code"] == "RATE_LIMIT_EXCEEDED" {
            refused += 1;
        }
    }
    assert!(refused > 1);
    let counted = Scrape::of(&client);
    assert_eq!(counted.value("upstream_retries_total"), 1);
    assert_eq!(counted.value("order_change_conflicts_total"), 1);
    assert_eq!(counted.value("order_change_attempts_sum"), 2);
    assert_eq!(counted.value("limit_refusals_total{limit=\"tenant\"}"), refused);
}

#[test]
fn the_operators_pages_can_be_switched_off() {
    let (mut home, _simulator) = home_with_tenant();
    {
        let (_running, client) = serve(&home);
        assert_eq!(page(&client, "/metrics", &[]).status, 200);
        assert_eq!(page(&client, "/health/detailed", &[]).status, 200);
    }
    home.set("ENABLE_METRICS", "false");
    home.set("ENABLE_DETAILED_HEALTH", "false");
    let (_running, client) = serve(&home);
    assert_eq!(page(&client, "/metrics", &[]).status, 404);
    assert_eq!(page(&client, "/health/detailed", &[]).status, 404);
    assert_eq!(page(&client, "/health/ready", &[]).status, 200);
}

#[test]
fn the_detailed_health_tells_what_the_server_depends_on() {
    let (home, _simulator) = home_without_limits();
    let (_running, client) = serve(&home);
    client.done("orders_list", &json!({ "limit": 1 }));
    let reply = page(&client, "/health/detailed", &[]);
    assert!(reply.head.contains("cache-control: no-store"), "{reply:?}");
    let health = reply.json();
    assert_eq!(health["status"], "ok", "{health}");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(health["uptime_seconds"].is_u64(), "{health}");
    assert_eq!(health["database"]["status"], "ok");
    assert!(health["database"]["latency_ms"].as_f64().unwrap() > 0.0, "{health}");
    assert_eq!(health["database"]["pool"]["max"], 4);
    assert_eq!(health["upstream"]["status"], "ok");
    assert_eq!(health["upstream"]["breakers_open"], 0);
    assert!(health["audit"]["queued"].is_u64(), "{health}");
    assert_eq!(health["audit"]["lost"], 0);
    assert_eq!(health["replicas"], 1);
    assert_eq!(health["redis"]["status"], "none");
}

/// Asks for both pages, which have one lock.
#[track_caller]
fn check(client: &Client, headers: &[(&str, &str)], expected: u16) {
    for path in ["/metrics", "/health/detailed"] {
        let reply = page(client, path, headers);
        assert_eq!(reply.status, expected, "{path} {headers:?}: {reply:?}");
        if expected != 200 {
            assert!(
                !reply.body.contains("tool_calls") && !reply.body.contains("uptime"),
                "{reply:?}"
            );
        }
        assert_eq!(
            reply.head.contains("www-authenticate: bearer"),
            expected == 401,
            "{reply:?}"
        );
    }
}

#[test]
fn behind_a_trusted_proxy_the_forwarded_address_counts() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("TRUST_PROXY", "true");
    {
        let (_running, client) = serve(&home);
        check(&client, &[], 200);
        check(&client, &[("X-Forwarded-For", "203.0.113.7")], 403);
        let refused = page(&client, "/metrics", &[("X-Forwarded-For", "203.0.113.7")]);
        assert!(refused.body.contains("METRICS_TOKEN is not set"), "{refused:?}");
    }
    home.set("METRICS_TOKEN", TOKEN);
    let (_running, client) = serve(&home);
    let stranger = ("X-Forwarded-For", "203.0.113.7");
    let good = format!("Bearer {TOKEN}");
    check(&client, &[], 200);
    check(&client, &[stranger], 401);
    check(
        &client,
        &[stranger, ("Authorization", "Bearer wrong-token-of-nobody")],
        401,
    );
    check(&client, &[stranger, ("Authorization", &format!("{good}x"))], 401);
    check(&client, &[stranger, ("Authorization", &good)], 200);
    // What the caller wrote himself stands left of what the proxy wrote.
    check(&client, &[("X-Forwarded-For", "127.0.0.1, 203.0.113.7")], 401);
    check(&client, &[stranger, ("X-Real-IP", "127.0.0.1")], 401);
    // A master key opens nothing here.
    let master = format!("Bearer {}", home.value("MCP_MASTER_KEY"));
    check(&client, &[stranger, ("Authorization", &master)], 401);
    let counted = Scrape::of(&client);
    assert_eq!(counted.value("auth_failures_total{reason=\"operator\"}"), 12);
}

#[test]
fn what_a_proxy_hands_on_is_nobody_of_this_machine_also_when_it_is_not_trusted() {
    let (home, _simulator) = home_with_tenant();
    let (_running, client) = serve(&home);
    check(&client, &[], 200);
    check(&client, &[("X-Forwarded-For", "203.0.113.7")], 403);
    check(&client, &[("Via", "1.1 proxy")], 403);
    check(&client, &[("Host", "orders.example.com")], 403);
    // A forged header lets nobody in whom it would not have been for.
    check(&client, &[("X-Forwarded-For", "127.0.0.1")], 200);
}

/// nginx hands on with the name of the place it asks, and says nothing of whom it asks for, unless it is told to.
#[test]
fn behind_a_proxy_that_says_nothing_everybody_needs_the_token() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("PUBLIC_URL", "https://orders.example.com");
    {
        let (_running, client) = serve(&home);
        check(&client, &[], 403);
        let refused = page(&client, "/metrics", &[]);
        assert!(refused.body.contains("METRICS_TOKEN is not set"), "{refused:?}");
    }
    home.set("METRICS_TOKEN", TOKEN);
    home.set("METRICS_PORT", "0");
    {
        let (running, client) = serve(&home);
        let health = |headers: &[(&str, &str)]| page(&client, "/health/detailed", headers).status;
        assert_eq!(health(&[]), 401);
        assert_eq!(health(&[("Authorization", &format!("Bearer {TOKEN}"))]), 200);
        // No proxy leads to the other listener.
        assert_eq!(ask("GET", running.told("metrics_url"), &[], None).status, 200);
    }
    home.set("TRUST_PROXY", "true");
    let (_running, client) = serve(&home);
    assert_eq!(page(&client, "/health/detailed", &[]).status, 200);
    let stranger = [("X-Forwarded-For", "203.0.113.7")];
    assert_eq!(page(&client, "/health/detailed", &stranger).status, 401);
}

#[test]
fn metrics_can_have_a_listener_of_their_own() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("METRICS_PORT", "0");
    let (running, client) = serve(&home);
    assert_eq!(page(&client, "/metrics", &[]).status, 404);
    assert_eq!(page(&client, "/health/detailed", &[]).status, 200);
    let own = running.told("metrics_url").to_owned();
    assert!(own.starts_with("http://127.0.0.1:"), "{own}");
    assert_eq!(ask("GET", &own, &[], None).status, 200);
    let base = own.trim_end_matches("/metrics");
    for path in ["/health/live", "/health/ready", "/health/detailed"] {
        assert_eq!(ask("GET", &format!("{base}{path}"), &[], None).status, 200, "{path}");
    }
    assert_eq!(ask("POST", &format!("{base}/mcp"), &[], Some(&json!({}))).status, 404);
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    let missing = {
        home.set("METRICS_HOST", "0.0.0.0");
        home.run(&["config", "check"]).failed(2)
    };
    assert!(missing.contains("METRICS_TOKEN is missing"), "{missing}");
}

#[test]
fn the_doctor_says_who_cannot_see_the_metrics() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("HOST", "0.0.0.0");
    home.set("ALLOWED_HOSTS", "orders.internal");
    let finding = |home: &Home| {
        let told = home.run(&["doctor", "--output", "json"]).json();
        let checks = told["checks"].as_array().unwrap().clone();
        checks
            .into_iter()
            .find(|finding| finding["check"] == "metrics")
            .unwrap()
    };
    let open = finding(&home);
    assert_eq!(open["verdict"], "warning", "{open}");
    assert!(
        open["message"].as_str().unwrap().contains("METRICS_TOKEN is missing"),
        "{open}"
    );
    home.set("METRICS_TOKEN", TOKEN);
    assert_eq!(finding(&home)["verdict"], "ok");
    let checked = home.run(&["config", "check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(!format!("{checked:?}").contains(TOKEN), "{checked:?}");
}
