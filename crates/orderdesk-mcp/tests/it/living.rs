//! `doctor --live`: whether the server answers, from HOST and PORT alone.

use std::time::{Duration, Instant};

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
    wire::ask,
};

#[test]
fn only_host_and_port_are_looked_at() {
    let (furnished, _simulator) = home_with_tenant();
    let server = Running::start(&furnished, &["serve", "--port", "0", "--output", "json"]);
    let port = server
        .told("url")
        .rsplit(':')
        .next()
        .unwrap()
        .trim_end_matches("/mcp")
        .to_owned();

    let mut home = Home::new();
    // What the check does not need is neither used nor judged.
    home.set("MCP_KMS_KEY_FILE", "/nowhere");
    home.set("DATABASE_URL", "nothing");
    home.set("MCP_READONLY", "true");
    home.set("HTTP_PROXY", "http://127.0.0.1:9");
    home.set("http_proxy", "http://127.0.0.1:9");
    home.set("PORT", &port);
    let told = home.run(&["doctor", "--live"]).ok();
    assert!(told.contains(&format!("127.0.0.1:{port} answers")), "{told}");
    home.set("HOST", "0.0.0.0");
    home.run(&["doctor", "--live"]).ok();

    server.terminate();
    assert_eq!(server.ended().0, Some(0));
    let began = Instant::now();
    let ended = home.run(&["doctor", "--live"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("does not answer"), "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
    home.set("PORT", "many");
    assert_eq!(home.run(&["doctor", "--live"]).code, Some(1));
}

/// Whatever else has the port is not this server.
#[test]
fn another_server_at_the_port_is_no_answer() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut home = Home::new();
    home.set("PORT", &listener.local_addr().unwrap().port().to_string());
    let stranger = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            .unwrap();
    });
    let ended = home.run(&["doctor", "--live"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("another server answers"), "{ended:?}");
    stranger.join().unwrap();
}

/// Replicas without their Redis go on, each with its share: readiness stays, says so, and the doctor too.
#[test]
fn a_redis_that_is_away_is_told_and_stops_nothing() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("REDIS_URL", "redis://:hunter2@127.0.0.1:1/0");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let ready = ask("GET", &server.told("url").replace("/mcp", "/health/ready"), &[], None);
    assert_eq!(ready.status, 200, "{ready:?}");
    assert_eq!(ready.json()["degraded"], serde_json::json!(["redis"]));
    let told = home.run(&["doctor"]).ok();
    assert!(
        told.contains("warning redis: it cannot be used: I/O error: Connection refused"),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}
