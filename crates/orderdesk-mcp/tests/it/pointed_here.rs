//! Stories of other programs that use the simulator: what they are told, and what can be decided about it.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    wire::ask,
};

fn simulator(home: &Home, more: &[&str]) -> Running {
    Running::start(
        home,
        &[&["simulator", "--port", "0", "--output", "json"], more].concat(),
    )
}

/// A call to a store's API.
fn call(running: &Running, store: usize, method: &str, path: &str, body: Option<&Value>) -> Value {
    let headers = [
        ("ORDERDESK-STORE-ID", running.store(store, "store_id")),
        ("ORDERDESK-API-KEY", running.store(store, "api_key")),
    ];
    ask(method, &format!("{}{path}", running.told("url")), &headers, body).json()
}

fn control(running: &Running, method: &str, path: &str, body: Option<&Value>) -> Value {
    ask(method, &format!("{}{path}", running.told("control_url")), &[], body).json()
}

#[test]
fn keys_are_fixed_for_all_stores_or_for_each() {
    let home = Home::new();
    let running = simulator(&home, &["--api-key", "one-for-all"]);
    for store in 0..2 {
        assert_eq!(running.store(store, "api_key"), "one-for-all");
        assert_eq!(call(&running, store, "GET", "/test", None)["status"], "success");
    }
    let running = simulator(&home, &["--api-key", "first", "--api-key", "second"]);
    assert_eq!(
        (running.store(0, "api_key"), running.store(1, "api_key")),
        ("first", "second")
    );
    assert_eq!(call(&running, 1, "GET", "/test", None)["status"], "success");

    let made = |keys: &[&str]| home.run(&[&["simulator"], keys].concat()).failed(2);
    let three = made(&["--api-key", "a", "--api-key", "b", "--api-key", "c"]);
    assert!(three.contains("given 3 times, and there are 2 stores"), "{three}");
    assert!(made(&["--api-key", "with space"]).contains("visible ASCII"));
}

#[test]
fn the_demo_tells_how_its_simulator_is_reached() {
    let home = Home::new();
    let start = |more: &[&str]| Running::start(&home, &[&["demo", "--port", "0", "--output", "json"], more].concat());
    let demo = start(&["--api-key", "demo-key", "--choice", "numeric_store_id=on"]);
    let headers = [
        ("ORDERDESK-STORE-ID", demo.store(1, "store_id")),
        ("ORDERDESK-API-KEY", demo.store(1, "api_key")),
    ];
    assert_eq!(demo.store(1, "api_key"), "demo-key");
    let store = ask("GET", &format!("{}/store", demo.told("simulator_url")), &headers, None).json();
    assert_eq!(store["store"]["id"], 90002, "as chosen");
    let stores = format!("{}/stores", demo.told("simulator_control_url"));
    assert_eq!(
        ask("GET", &stores, &[], None).json()["stores"][0]["api_key"],
        "demo-key"
    );

    let both = home.run(&["demo", "--data", "kept", "--api-key", "demo-key"]).failed(2);
    assert!(both.contains("exclude each other"), "{both}");
    assert!(!home.working_directory().join("kept").exists());
}

#[test]
fn choices_are_made_at_the_start_and_while_it_runs() {
    let home = Home::new();
    let running = simulator(
        &home,
        &["--choice", "created_is_201=off", "--choice", "numeric_store_id=on"],
    );
    assert_eq!(call(&running, 0, "GET", "/store", None)["store"]["id"], 90001);
    let listed = control(&running, "PUT", "/choices", Some(&json!({ "numeric_store_id": false })));
    let value = |name: &str| {
        let all = listed["choices"].as_array().unwrap();
        all.iter().find(|choice| choice["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!(
        (value("created_is_201"), value("numeric_store_id")),
        (false.into(), false.into())
    );
    assert_eq!(call(&running, 0, "GET", "/store", None)["store"]["id"], "90001");

    for (choice, told) in [
        (
            "put_moves=on",
            "there is no choice \"put_moves\"; there are: strict_get, ",
        ),
        ("strict_get=maybe", "strict_get is on or off, not \"maybe\""),
    ] {
        let refused = home.run(&["simulator", "--choice", choice]).failed(2);
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn rules_come_from_a_file_and_post_again_after_the_pause_that_was_chosen() {
    let home = Home::new();
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let rules = json!([
        { "event": "imported", "note": "Checked", "move_to": "Prepared" },
        { "event": "imported",
          "post_order": { "url": format!("http://{}/hook", receiver.local_addr().unwrap()), "format": "json" } }
    ]);
    let file = home.path("rules.json");
    fs::write(&file, rules.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let running = simulator(&home, &["--rules", file, "--webhook-pause", "0.05"]);
    let order = json!({ "shipping": { "last_name": "Quill" }, "order_items": [{ "name": "Mug" }] });
    let made = call(&running, 0, "POST", "/orders", Some(&order));
    assert_eq!(made["order"]["folder_id"], 71002, "the rule moved it at once");
    let started = Instant::now();
    for answer in ["500 Oops", "200 OK"] {
        let (mut stream, _) = receiver.accept().unwrap();
        let body = taken(&mut stream);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["id"], made["order"]["id"]);
        write!(
            stream,
            "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
    }
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "the documented pause is 10 s"
    );
}

/// The body of a request.
fn taken(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length = length
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .unwrap();
            if body.len() >= length.parse().unwrap() {
                return body.to_owned();
            }
        }
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the request ended early: {text}");
        request.extend_from_slice(&piece[..read]);
    }
}

#[test]
fn a_file_that_holds_no_good_rules_says_what_is_wrong() {
    let home = Home::new();
    let file = home.path("rules.json");
    let path = file.to_str().unwrap();
    for (text, told) in [
        (r#"[{"event": "imprted", "note": "x"}]"#, "unknown variant `imprted`"),
        (r#"{"event": "imported"}"#, "not a JSON array of rules"),
        (r#"[{"event": "imported"}]"#, "rule 1: it does nothing"),
        (
            r#"[{"event": "imported", "note": "x"}, {"event": {"moved_into": "Prepard"}, "note": "x"}]"#,
            "rule 2: there is no folder \"Prepard\"; there are: New, Prepared",
        ),
        (
            r#"[{"event": "imported", "post_order": {"url": "https://a.example/"}}]"#,
            "rule 1: not an http:// address",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let refused = home.run(&["simulator", "--port", "0", "--rules", path]).failed(2);
        assert!(refused.contains(told) && refused.contains("rules.json"), "{refused}");
    }
    let missing = home.run(&["simulator", "--rules", "nowhere.json"]).failed(2);
    assert!(missing.contains("nowhere.json cannot be read"), "{missing}");
    for pause in ["--webhook-pause=-1", "--webhook-pause=soon"] {
        let refused = home.run(&["simulator", pause]).failed(2);
        assert!(refused.contains("a number of seconds such as 0.5"), "{refused}");
    }
}

/// A certificate for this machine and its key, as files.
fn certificate(home: &Home, name: &str) -> (String, String, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let write = |suffix: &str, text: String| {
        let file = home.path(&format!("{name}-{suffix}.pem"));
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let cert = write("cert", made.cert.pem());
    let key = write("key", made.signing_key.serialize_pem());
    (cert, key, made.cert.der().clone())
}

#[test]
fn a_client_that_wants_https_gets_it() {
    let home = Home::new();
    let (cert, key, trusted) = certificate(&home, "good");
    let running = simulator(&home, &["--tls-cert", &cert, "--tls-key", &key]);
    let rest = running.told("url").strip_prefix("https://").unwrap();
    let (host, _) = rest.split_once('/').unwrap();
    assert!(running.told("control_url").starts_with("https://"));

    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let ask = |path: &str| {
        let session = ClientConnection::new(config.clone(), ServerName::try_from("127.0.0.1").unwrap()).unwrap();
        let mut stream = StreamOwned::new(session, TcpStream::connect(host).unwrap());
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nORDERDESK-STORE-ID: {}\r\n\
             ORDERDESK-API-KEY: {}\r\n\r\n",
            running.store(0, "store_id"),
            running.store(0, "api_key")
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    // Somebody who connects and says nothing keeps nobody waiting.
    let _silent = TcpStream::connect(host).unwrap();
    assert!(ask("/api/v2/test").contains("Connection Successful"));
    assert!(
        ask("/_sim/stores").contains("Sample Outlet"),
        "the caller's address is known"
    );
}

#[test]
fn a_certificate_that_cannot_be_used_says_why() {
    let home = Home::new();
    let (cert, key, _) = certificate(&home, "one");
    let (_, other_key, _) = certificate(&home, "other");
    let refused = |cert: &str, key: &str| {
        home.run(&["simulator", "--port", "0", "--tls-cert", cert, "--tls-key", key])
            .failed(2)
    };
    for (cert, key, told) in [
        (&cert, &other_key, "certificate and key do not fit"),
        (&key, &key, "one-key.pem: holds no certificate"),
        (&cert, &cert, "one-cert.pem: holds no private key"),
    ] {
        let refused = refused(cert, key);
        assert!(refused.contains(told), "{refused}");
    }
    assert!(refused(&cert, "nowhere.pem").contains("nowhere.pem cannot be read"));
    assert!(
        home.run(&["simulator", "--tls-cert", &cert])
            .failed(2)
            .contains("--tls-key")
    );
}
