use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_util::sync::CancellationToken;

use super::{Listener, finish, in_time, logged};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

async fn ask(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

async fn listener() -> Listener {
    Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap()
}

#[tokio::test]
async fn handlers_know_the_address_of_the_caller() {
    let listener = listener().await;
    let address = listener.address();
    let router = Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
    );
    let stop = CancellationToken::new();
    let server = tokio::spawn(listener.serve(router, stop.clone(), Duration::from_secs(5)));
    assert!(ask(address).await.ends_with("127.0.0.1"));
    stop.cancel();
    assert!(server.await.unwrap());
}

#[tokio::test]
async fn a_running_request_finishes_and_a_new_one_is_refused() {
    let listener = listener().await;
    let address = listener.address();
    let (began, mut has_begun) = tokio::sync::mpsc::channel::<()>(1);
    let finish = CancellationToken::new();
    let gate = finish.clone();
    let router = Router::new().route(
        "/",
        get(move || async move {
            began.send(()).await.unwrap();
            gate.cancelled().await;
            "finished"
        }),
    );
    let stop = CancellationToken::new();
    let server = tokio::spawn(listener.serve(router, stop.clone(), Duration::from_secs(30)));
    let running = tokio::spawn(ask(address));
    has_begun.recv().await.unwrap();

    stop.cancel();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    finish.cancel();
    assert!(running.await.unwrap().ends_with("finished"));
    assert!(server.await.unwrap());
}

#[tokio::test]
async fn a_request_that_outlasts_the_grace_is_told() {
    let listener = listener().await;
    let address = listener.address();
    let (began, mut has_begun) = tokio::sync::mpsc::channel::<()>(1);
    let router = Router::new().route(
        "/",
        get(move || async move {
            began.send(()).await.unwrap();
            std::future::pending::<()>().await;
        }),
    );
    let stop = CancellationToken::new();
    let server = tokio::spawn(listener.serve(router, stop.clone(), Duration::from_millis(20)));
    let hanging = tokio::spawn(ask(address));
    has_begun.recv().await.unwrap();
    stop.cancel();
    assert!(!server.await.unwrap());
    hanging.abort();
}

/// Two clients with a write timeout of a fifth of a second: one never reads what it asked for again and again, the other
/// waits for a call that takes a second.
#[tokio::test]
async fn who_never_reads_is_cut_off_and_who_waits_is_not() {
    let mut listener = listener().await;
    listener.write_timeout = Duration::from_millis(200);
    let address = listener.address();
    let router = Router::new()
        .route(
            "/",
            get(async || {
                tokio::time::sleep(Duration::from_secs(1)).await;
                "late"
            }),
        )
        .route("/much", get(async || Body::from(vec![b'a'; 1024 * 1024])));
    let stop = CancellationToken::new();
    let server = tokio::spawn(listener.serve(router, stop.clone(), Duration::from_secs(5)));
    let patient = tokio::spawn(ask(address));

    let mut greedy = TcpStream::connect(address).await.unwrap();
    let request = "GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    let sent_until_cut = async {
        // The server stops reading soon, and then it hangs up.
        while greedy.write_all(request.as_bytes()).await.is_ok() {}
    };
    tokio::time::timeout(Duration::from_secs(20), sent_until_cut)
        .await
        .expect("the connection of a client that never reads must end");

    assert!(patient.await.unwrap().ends_with("late"));
    stop.cancel();
    assert!(server.await.unwrap());
}

/// A server with these places, of which a test needs the address.
async fn small_server(most_connections: usize, head_timeout: Duration) -> (SocketAddr, CancellationToken) {
    let mut listener = listener().await;
    listener.most_connections = most_connections;
    listener.head_timeout = head_timeout;
    let address = listener.address();
    let router = Router::new()
        .route("/", get(|| async { "served" }))
        .route(
            "/take",
            post(|body: Bytes| async move { format!("{} bytes", body.len()) }),
        )
        .route("/health", get(|| async { "well" }));
    let stop = CancellationToken::new();
    tokio::spawn(listener.serve(router, stop.clone(), Duration::from_secs(5)));
    (address, stop)
}

/// A connection from one of this machine's own addresses.
async fn connect(from: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// A request head of which the end is missing.
async fn half_head(from: &str, to: SocketAddr) -> TcpStream {
    let mut stream = connect(from, to).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: local").await.unwrap();
    stream
}

async fn get_from(from: &str, to: SocketAddr, path: &str) -> String {
    let mut stream = connect(from, to).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut reply));
    read.await.expect("an answer in bounded time").unwrap();
    reply
}

#[tokio::test]
async fn who_sends_no_head_is_cut_off_and_who_pauses_between_requests_is_not() {
    let (address, stop) = small_server(64, Duration::from_millis(300)).await;
    let mut idle = connect("127.0.0.1", address).await;
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    idle.write_all(request).await.unwrap();
    let mut half = half_head("127.0.0.1", address).await;
    let mut nothing = connect("127.0.0.1", address).await;
    for silent in [&mut half, &mut nothing] {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut rest));
        end.await.expect("cut off").unwrap();
        assert!(rest.is_empty());
    }
    idle.write_all(request).await.unwrap();
    let mut two = vec![0; 2 * "HTTP/1.1 200 OK".len()];
    idle.read_exact(&mut two).await.unwrap();
    let mut reply = String::from_utf8(two).unwrap();
    while reply.matches("served").count() < 2 {
        let mut more = [0; 1024];
        let count = idle.read(&mut more).await.unwrap();
        assert!(count > 0, "still open: {reply}");
        reply.push_str(std::str::from_utf8(&more[..count]).unwrap());
    }
    stop.cancel();
}

#[tokio::test]
async fn a_head_has_a_largest_size() {
    let (address, stop) = small_server(64, Duration::from_secs(10)).await;
    let ask = async |padding: usize| {
        let mut stream = connect("127.0.0.1", address).await;
        let head = format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Padding: {}\r\n\r\n",
            "x".repeat(padding)
        );
        // The server may hang up before it has read it all.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply).await;
        String::from_utf8_lossy(&reply).into_owned()
    };
    assert!(ask(60_000).await.ends_with("served"));
    let refused = ask(70_000).await;
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431"), "{refused}");
    stop.cancel();
}

// Other systems have no more than one loopback address.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn half_heads_of_one_address_keep_out_nobody_else_and_no_supervisor() {
    let (address, stop) = small_server(64, Duration::from_secs(30)).await;
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(half_head("127.0.0.2", address).await);
    }
    assert!(get_from("127.0.0.3", address, "/").await.ends_with("served"));
    assert!(get_from("127.0.0.2", address, "/health").await.ends_with("well"));
    let refused = get_from("127.0.0.2", address, "/").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.to_ascii_lowercase().contains("retry-after: 5"), "{refused}");
    drop(held);
    stop.cancel();
}

// Other systems have no more than one loopback address.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_full_of_half_heads_still_answers_its_supervisor() {
    let (address, stop) = small_server(64, Duration::from_secs(30)).await;
    let mut held = Vec::new();
    for host in 2..10 {
        for _ in 0..8 {
            held.push(half_head(&format!("127.0.0.{host}"), address).await);
        }
    }
    // And so many others that nobody has more than one, and the spare places are full.
    for host in 100..164 {
        held.push(half_head(&format!("127.0.0.{host}"), address).await);
    }
    assert!(get_from("127.0.0.99", address, "/health").await.ends_with("well"));
    assert!(get_from("127.0.0.99", address, "/").await.starts_with("HTTP/1.1 503"));
    held.drain(..8);
    let mut reply = String::new();
    for _ in 0..50 {
        reply = get_from("127.0.0.99", address, "/").await;
        if reply.ends_with("served") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        reply.ends_with("served"),
        "places that are free again are given out: {reply}"
    );
    stop.cancel();
}

#[tokio::test]
async fn what_is_at_no_address_is_told_where_the_endpoint_is() {
    let router = finish(Router::new(), None, "https://orders.example.com/od/mcp", None);
    let request = axum::http::Request::get("/sse").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), 404);
    let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
    let told = std::str::from_utf8(&body).unwrap();
    assert!(
        told.contains("the MCP endpoint is https://orders.example.com/od/mcp"),
        "{told}"
    );
}

/// Programs and people are told the same in their own ways.
#[tokio::test]
async fn a_browser_is_shown_a_page_where_there_is_nothing() {
    const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
    let page = Router::new().fallback(|| async { (axum::http::StatusCode::NOT_FOUND, "a page") });
    let store = get(|axum::extract::Path(id): axum::extract::Path<String>| async move { id });
    let shop = Router::new().route("/stores/{id}", store);
    let router = finish(shop, None, "/mcp", Some(page));
    for (method, path, accept, is_page) in [
        ("GET", "/nowhere", BROWSER, true),
        ("GET", "/stores/1/2/3", "text/html", true),
        ("GET", "/stores/%ff", "text/html", true),
        ("GET", "/stores/%ff", "*/*", false),
        ("GET", "/nowhere", "*/*", false),
        ("GET", "/nowhere", "application/json, text/event-stream", false),
        ("POST", "/nowhere", BROWSER, false),
        ("GET", "/mcp/nowhere", BROWSER, false),
        ("GET", "/.well-known/openid-configuration", BROWSER, false),
        ("GET", "/health/nowhere", BROWSER, false),
    ] {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("accept", accept);
        let response = tower::ServiceExt::oneshot(router.clone(), request.body(Body::empty()).unwrap());
        let response = response.await.unwrap();
        assert_eq!(response.status(), 404, "{method} {path}");
        let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        assert_eq!(body.as_ref() == b"a page", is_page, "{method} {path} {accept}");
    }
    let request = axum::http::Request::post("/stores/1").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), 405);
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
}

#[tokio::test]
async fn who_forgets_the_endpoints_path_is_told_it() {
    let listener = listener().await;
    let address = listener.address();
    let router = finish(Router::new().route("/", get(|| async { "a page" })), None, "/mcp", None);
    let stop = CancellationToken::new();
    tokio::spawn(listener.serve(router, stop.clone(), Duration::from_secs(5)));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(REQUEST.replace("GET", "POST").as_bytes())
        .await
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 405"), "{reply}");
    assert!(reply.contains("allow: GET"), "{reply}");
    assert!(reply.contains("the MCP endpoint is /mcp"), "{reply}");
    stop.cancel();
}

/// Sends the head of a form of five bytes, and so much of it.
async fn begin_form(from: &str, to: SocketAddr, body: &str) -> TcpStream {
    let mut stream = connect(from, to).await;
    let head = "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_body_that_is_not_whole_in_time_ends_its_request_and_its_connection() {
    let listener = listener().await;
    let address = listener.address();
    let route = post(|body: Bytes| async move { format!("{} bytes", body.len()) });
    let routes = in_time(Router::new().route("/take", route), Duration::from_millis(400));
    let stop = CancellationToken::new();
    tokio::spawn(listener.serve(finish(routes, None, "/mcp", None), stop.clone(), Duration::from_secs(5)));
    let end = async |mut stream: TcpStream| {
        let mut reply = String::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut reply));
        read.await.expect("an answer, and the end").unwrap();
        reply
    };
    let late = end(begin_form("127.0.0.1", address, "w").await).await;
    assert!(late.starts_with("HTTP/1.1 408"), "{late}");
    assert!(late.contains("did not come in time"), "{late}");
    // Who sends a byte now and then is no better.
    let mut dripping = begin_form("127.0.0.1", address, "").await;
    for byte in [b"w", b"h", b"o"] {
        tokio::time::sleep(Duration::from_millis(200)).await;
        // It may have ended.
        let _ = dripping.write_all(byte).await;
    }
    let late = end(dripping).await;
    assert!(late.starts_with("HTTP/1.1 408"), "{late}");
    let mut whole = begin_form("127.0.0.1", address, "who").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    whole.write_all(b"le").await.unwrap();
    let mut reply = [0; 64];
    let count = whole.read(&mut reply).await.unwrap();
    assert!(reply[..count].starts_with(b"HTTP/1.1 200"));
    stop.cancel();
}

/// Sends the head of a request for what is not there, then its body, and reads the answer; then asks for what is there on the
/// same connection. The first answer, and whether the second came.
async fn refused_and_again(to: SocketAddr, headers: &str, body: &[u8]) -> (String, bool) {
    answered_and_again(to, "/nowhere", headers, body).await
}

async fn answered_and_again(to: SocketAddr, path: &str, headers: &str, body: &[u8]) -> (String, bool) {
    let mut stream = connect("127.0.0.1", to).await;
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    // It may be gone already.
    let _ = stream.write_all(body).await;
    // As a client does it that lets connections rest.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut answer = [0; 1024];
    let count = stream.read(&mut answer).await.unwrap_or_default();
    let answer = String::from_utf8_lossy(&answer[..count]).into_owned();
    let again = async {
        stream.write_all(REQUEST.as_bytes()).await.ok()?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.ok()?;
        Some(reply)
    };
    (answer, again.await.is_some_and(|reply| reply.ends_with("served")))
}

#[tokio::test]
async fn a_connection_outlives_a_refusal_that_needed_no_body_or_its_end_is_told() {
    let (address, stop) = small_server(64, Duration::from_secs(30)).await;
    let small = vec![b'x'; 60_000];
    let chunked = b"5\r\nwhole\r\n0\r\n\r\n";
    for (headers, body) in [
        ("Content-Length: 60000\r\n", &small[..]),
        ("Transfer-Encoding: chunked\r\n", &chunked[..]),
        ("Content-Length: 0\r\n", &[]),
    ] {
        let (answer, again) = refused_and_again(address, headers, body).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{headers}: {answer}");
        assert!(!answer.contains("connection: close"), "{headers}: {answer}");
        assert!(again, "{headers}");
    }
    for (headers, body) in [
        ("Content-Length: 5\r\n", &b"who"[..]),
        ("Content-Length: 1000000\r\n", &small[..]),
        ("Content-Length: 5\r\nExpect: 100-continue\r\n", &[]),
    ] {
        let (answer, again) = refused_and_again(address, headers, body).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{headers}: {answer}");
        assert!(answer.contains("connection: close"), "{headers}: {answer}");
        assert!(!again, "{headers}");
    }
    // A body that was read is nothing that is left.
    let headers = "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n";
    let (answer, again) = answered_and_again(address, "/take", headers, chunked).await;
    assert!(
        answer.contains("HTTP/1.1 200") && !answer.contains("connection: close"),
        "{answer}"
    );
    assert!(again);
    stop.cancel();
}

// Other systems have no more than one loopback address.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_full_of_half_bodies_serves_callers_and_those_that_send_theirs() {
    let (address, stop) = small_server(64, Duration::from_secs(30)).await;
    let mut held = Vec::new();
    for host in 2..10 {
        for _ in 0..8 {
            held.push(begin_form(&format!("127.0.0.{host}"), address, "w").await);
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    for from in ["127.0.0.98", "127.0.0.99"] {
        let reply = get_from(from, address, "/").await;
        assert!(reply.ends_with("served"), "{reply}");
        let reply = get_from(from, address, "/health").await;
        assert!(reply.ends_with("well"), "{reply}");
    }
    let mut slow = begin_form("127.0.0.97", address, "w").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    slow.write_all(b"hole").await.unwrap();
    let mut reply = [0; 256];
    let count = slow.read(&mut reply).await.unwrap();
    assert!(String::from_utf8_lossy(&reply[..count]).ends_with("5 bytes"));
    stop.cancel();
}

#[test]
fn a_path_in_the_log_is_printable_ascii() {
    let path = "/a\u{202e}b\u{9b}c d\u{e9}\u{7f}";
    assert_eq!(logged(path, 200), "/a%E2%80%AEb%C2%9Bc%20d%C3%A9%7F");
    assert_eq!(
        logged("/mcp/x/orders,shipments?%20", 200),
        "/mcp/x/orders,shipments?%20"
    );
    assert_eq!(logged("/abc", 2), "/a");
    assert_eq!(
        logged("/webhooks/orderdesk/odwh_secret", 200),
        "/webhooks/orderdesk/..."
    );
}
