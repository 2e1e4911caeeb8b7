use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_util::sync::CancellationToken;

use super::Listener;

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
