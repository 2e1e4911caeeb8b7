//! What goes to a collector of traces, and what a collector that does not answer costs.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    collector::{Collector, Seen},
    program::{Home, Running},
    simulated::home_without_limits,
    stored::Upstream,
    talk::Talk,
    wire::{Client, Reply, ask},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
/// The same as a request id.
const REQUEST: &str = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";

fn serve(home: &Home) -> (Running, Client) {
    let running = Running::start(home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: running.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    (running, client)
}

fn call(client: &Client, headers: &[(&str, &str)], tool: &str, arguments: &Value) -> Reply {
    let bearer = format!("Bearer {}", client.key.as_deref().unwrap());
    let headers = [&[("Authorization", bearer.as_str())], headers].concat();
    let params = json!({ "name": tool, "arguments": arguments });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    ask("POST", &client.url, &headers, Some(&message))
}

/// What is written about shoppers in these orders, as far as it is long enough to be no accident.
pub fn about_shoppers(orders: &[Value]) -> BTreeSet<String> {
    fn texts(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if text.len() >= 7 => {
                found.insert(text.clone());
            }
            Value::Object(members) => members.values().for_each(|value| texts(value, found)),
            Value::Array(items) => items.iter().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for order in orders {
        for part in [
            "email",
            "shipping",
            "customer",
            "return_address",
            "order_notes",
            "id",
            "source_id",
        ] {
            texts(&order[part], &mut found);
        }
    }
    found
}

fn of<'a>(spans: &'a [Seen], name: &str) -> &'a Seen {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| {
        let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
        panic!("{name} is missing among {names:#?}")
    })
}

#[test]
fn a_request_is_one_trace_from_the_door_to_order_desk_and_the_database() {
    let (mut home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let orders = upstream.orders();
    let order = orders[0]["id"].as_str().unwrap();
    let collector = Collector::start();
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url());
    let (running, client) = serve(&home);

    let parent = format!("00-{TRACE}-{PARENT}-01");
    let note = json!({ "order_id": order, "content": "Leave it at the back door, please." });
    let reply = call(&client, &[("traceparent", &parent)], "orders_add_note", &note);
    assert!(reply.head.contains(&format!("x-request-id: {REQUEST}")), "{reply:?}");
    assert_eq!(reply.json()["result"]["structuredContent"]["status"], "success");
    let own = "0192f0c1-7a51-7f8e-9a43-5b6d7e8f9a0b";
    call(
        &client,
        &[("X-Request-Id", own)],
        "orders_get",
        &json!({ "order_id": "999999999" }),
    );
    let unwanted = format!("00-{}-{PARENT}-00", "5".repeat(32));
    call(&client, &[("traceparent", &unwanted)], "stores_list", &json!({}));
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");

    let spans = collector.spans();
    let of_change: Vec<_> = spans.into_iter().filter(|span| span.trace == TRACE).collect();
    let request = of(&of_change, "request");
    assert_eq!(request.parent, PARENT);
    let called = of(&of_change, "call orders.add_note");
    assert_eq!(called.parent, request.id);
    assert_eq!(called.attributes["outcome"], "success");
    let uploaded = of(&of_change, "upstream PUT /orders/{id}");
    assert_eq!(
        (uploaded.parent.as_str(), uploaded.attributes["status"].as_str()),
        (called.id.as_str(), "200")
    );
    of(&of_change, "wait request budget");
    assert!(
        of_change.iter().any(|span| span.name.starts_with("sql ")),
        "{of_change:#?}"
    );
    let ids: BTreeSet<_> = of_change.iter().map(|span| span.id.as_str()).collect();
    for span in &of_change {
        assert_eq!(span.attributes["request_id"], REQUEST, "{span:?}");
        assert!(
            span.parent == PARENT || ids.contains(span.parent.as_str()),
            "{span:?} hangs nowhere"
        );
    }
    // The log and the audit log know it by the same id.
    assert!(log.contains(REQUEST), "{log}");
    let entries = home.run(&["audit", "export"]).json();
    let found = entries
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["request_id"] == REQUEST);
    assert_eq!(found.unwrap()["tool_name"], "orders.add_note");

    // Without a trace of the caller's the request id is the trace's.
    let spans = collector.spans();
    let failed = of(&spans, "call orders.get");
    assert_eq!(
        (failed.trace.as_str(), failed.attributes["outcome"].as_str()),
        (own.replace('-', "").as_str(), "NOT_FOUND")
    );
    assert!(
        spans.iter().all(|span| span.name != "call stores.list"),
        "it was not wanted"
    );

    let text = String::from_utf8_lossy(&collector.bytes()).into_owned();
    let mut hidden = about_shoppers(&orders);
    assert!(hidden.len() > 20, "{hidden:?}");
    hidden.extend([
        "back door".to_owned(),
        "999999999".to_owned(),
        home.value("MCP_MASTER_KEY"),
    ]);
    for word in hidden {
        assert!(!text.contains(&word), "{word} stands in a trace");
    }
    let names: BTreeSet<_> = spans.iter().flat_map(|span| span.attributes.keys().cloned()).collect();
    let allowed = ["kind", "operation", "outcome", "request_id", "rows", "status", "tool"];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), allowed);
}

#[test]
fn a_trace_goes_on_over_stdio() {
    let (mut home, _simulator) = home_without_limits();
    let collector = Collector::start();
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url());
    let mut talk = Talk::start(&home, &["stdio"]);
    let traced = json!({
        "name": "stores_list", "arguments": {}, "_meta": { "traceparent": format!("00-{TRACE}-{PARENT}-01") },
    });
    let reply = talk.ask("tools/call", &traced);
    assert_eq!(reply["result"]["structuredContent"]["request_id"], REQUEST, "{reply}");
    talk.end();
    let spans = collector.spans();
    let request = of(&spans, "request");
    assert_eq!((request.trace.as_str(), request.parent.as_str()), (TRACE, PARENT));
    assert_eq!(of(&spans, "call stores.list").trace, TRACE);
}

/// Over HTTP a client may tell of it in the message as well. The door has answered to a request of its own by then, whose id
/// finds both.
#[test]
fn a_trace_goes_on_that_only_the_message_tells_of() {
    let (mut home, _simulator) = home_without_limits();
    let collector = Collector::start();
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url());
    let (running, client) = serve(&home);
    let traced = json!({
        "name": "stores_list", "arguments": {}, "_meta": { "traceparent": format!("00-{TRACE}-{PARENT}-01") },
    });
    let reply = client.send("tools/call", &traced);
    let id = reply.json()["result"]["structuredContent"]["request_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(reply.head.contains(&format!("x-request-id: {id}")), "{reply:?}");
    running.terminate();
    let (_, log) = running.ended();
    assert!(log.contains("\"tenant\":"), "{log}");
    let spans = collector.spans();
    let called = of(&spans, "call stores.list");
    assert_eq!(
        (&called.trace, &called.attributes["request_id"]),
        (&TRACE.to_owned(), &id)
    );
    let above = spans.iter().find(|span| span.id == called.parent).unwrap();
    assert_eq!((above.name.as_str(), above.parent.as_str()), ("request", PARENT));
    let door = spans
        .iter()
        .find(|span| span.name == "request" && span.trace == id.replace('-', ""));
    assert_eq!(door.unwrap().attributes["request_id"], id);
}

/// Calls go on, the end is not held up, and the log tells of it once.
#[track_caller]
fn check_bad_collector(url: &str) {
    let (mut home, _simulator) = home_without_limits();
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", url);
    let (running, client) = serve(&home);
    // Longer than the exporter waits for company, so that it fails several times.
    let end = Instant::now() + Duration::from_secs(9);
    let mut slowest = Duration::ZERO;
    while Instant::now() < end {
        let began = Instant::now();
        client.done("stores_list", &json!({}));
        slowest = slowest.max(began.elapsed());
        sleep(Duration::from_millis(50));
    }
    assert!(
        slowest < Duration::from_secs(4),
        "a call waited for the collector: {slowest:?}"
    );
    let began = Instant::now();
    running.terminate();
    let (code, log) = running.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(began.elapsed() < Duration::from_secs(15), "the end was held up");
    assert_eq!(log.matches("traces are not taken").count(), 1, "{log}");
}

#[test]
fn a_collector_that_is_down_delays_nothing_and_is_told_of_once() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    check_bad_collector(&format!("http://127.0.0.1:{port}"));
}

#[test]
fn a_collector_that_hangs_delays_nothing_and_is_told_of_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    check_bad_collector(&format!("http://{}", silent.local_addr().unwrap()));
}

#[test]
fn a_collector_gets_what_is_under_way_without_waiting_for_the_end() {
    let (mut home, _simulator) = home_without_limits();
    let collector = Collector::start();
    // As many write it.
    home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("{}/", collector.url()));
    let (_running, client) = serve(&home);
    client.done("stores_list", &json!({}));
    collector.wait_for("call stores.list");
}
