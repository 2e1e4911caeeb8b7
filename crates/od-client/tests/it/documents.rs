//! Documents about OAuth clients: what is fetched, and above all what is not even connected to.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use od_client::{Document, DocumentError, DocumentOptions, Documents, Rehearsal};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

/// A web server on loopback that answers every request alike, and counts who comes.
struct Host {
    address: SocketAddr,
    certificate: Vec<u8>,
    connections: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Host {
    /// Answers with these bytes, each after the pause before it. `{port}` in them is its own port.
    async fn start(answer: &[(Duration, &str)]) -> Self {
        let made = rcgen::generate_simple_self_signed(["client.example".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let port = address.port().to_string();
        let answer: Vec<(Duration, String)> = answer
            .iter()
            .map(|(pause, bytes)| (*pause, bytes.replace("{port}", &port)))
            .collect();
        let (connections, heads) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (counted, seen) = (connections.clone(), heads.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (acceptor, answer, seen) = (acceptor.clone(), answer.clone(), seen.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let (mut head, mut byte) = (Vec::new(), [0]);
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read(&mut byte).await {
                            Ok(1) => head.push(byte[0]),
                            _ => return,
                        }
                    }
                    seen.lock()
                        .unwrap()
                        .push(String::from_utf8(head).unwrap().to_ascii_lowercase());
                    for (pause, bytes) in answer {
                        tokio::time::sleep(pause).await;
                        if stream.write_all(bytes.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                    drop(stream.shutdown().await);
                });
            }
        });
        Self {
            address,
            certificate,
            connections,
            heads,
            accepting,
        }
    }

    /// Answers 200 with a body, of which `{port}` is its own port.
    async fn with_body(headers: &str, body: &str) -> Self {
        // The port has five digits where tests run.
        let length = body.replace("{port}", "12345").len();
        let answer = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\n\r\n{body}");
        Self::start(&[(Duration::ZERO, &answer)]).await
    }

    fn address(&self) -> String {
        format!("https://client.example:{}/client", self.address.port())
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Fetches what is at `address`, in an internet in which names lead where `names` says.
    async fn fetch(
        &self,
        loopback: bool,
        names: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static,
        address: &str,
    ) -> Result<Document, DocumentError> {
        let options = DocumentOptions {
            timeout: Duration::from_millis(500),
            rehearsal: Some(Rehearsal {
                names: Arc::new(names),
                loopback,
                certificate: Some(self.certificate.clone()),
            }),
            ..DocumentOptions::default()
        };
        Documents::new(options).unwrap().fetch(address).await
    }

    /// Fetches its document, from this machine as if it were the internet.
    async fn found(&self) -> Result<Document, DocumentError> {
        self.fetch(true, |_| vec![LOOPBACK], &self.address()).await
    }
}

const BODY: &str = r#"{"client_id":"https://client.example:{port}/client","client_name":"A program"}"#;

#[tokio::test]
async fn a_document_is_fetched_with_what_it_says_of_its_age() {
    let host = Host::with_body("cache-control: max-age=60\r\n", BODY).await;
    let document = host.found().await.unwrap();
    assert_eq!(document.members["client_name"], json!("A program"));
    assert_eq!(document.keep, Duration::from_mins(1));
    let head = host.heads.lock().unwrap()[0].clone();
    assert!(head.starts_with("get /client http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\naccept: application/json\r\n"), "{head}");
    for absent in ["accept-encoding", "referer", "cookie", "authorization"] {
        assert!(!head.contains(absent), "{head}");
    }
}

#[tokio::test]
async fn nothing_connects_to_what_is_not_the_public_internet() {
    let host = Host::with_body("", BODY).await;
    let port = host.address.port();
    let check = async |address: &str, names: Vec<IpAddr>, expected: DocumentError| {
        let found = host.fetch(false, move |_| names.clone(), address).await;
        assert_eq!(found, Err(expected), "{address}");
    };
    for address in [
        format!("https://127.0.0.1:{port}/client"),
        format!("https://[::1]:{port}/client"),
        format!("https://[::ffff:7f00:1]:{port}/client"),
        format!("https://[64:ff9b::7f00:1]:{port}/client"),
        format!("https://0.0.0.0:{port}/client"),
        format!("https://169.254.169.254:{port}/client"),
        format!("https://10.0.0.1:{port}/client"),
    ] {
        check(&address, vec![], DocumentError::NotPublic).await;
    }
    for names in [
        vec![LOOPBACK],
        vec!["::1".parse().unwrap()],
        vec!["::ffff:127.0.0.1".parse().unwrap()],
        vec![PRIVATE],
        vec!["169.254.169.254".parse().unwrap()],
        // One of the public internet beside it makes it no better.
        vec!["1.1.1.1".parse().unwrap(), LOOPBACK],
        vec![LOOPBACK, "1.1.1.1".parse().unwrap()],
        vec![],
    ] {
        check(&host.address(), names, DocumentError::NotPublic).await;
    }
    for address in [
        format!("http://127.0.0.1:{port}/client"),
        format!("http://client.example:{port}/client"),
        format!("https://user@client.example:{port}/client"),
        format!("https://client.example:{port}/"),
    ] {
        check(&address, vec![LOOPBACK], DocumentError::Address).await;
    }
    assert_eq!(host.connections(), 0);
}

#[tokio::test]
async fn the_machines_own_resolver_leads_nowhere_either() {
    let host = Host::with_body("", BODY).await;
    let documents = Documents::new(DocumentOptions::default()).unwrap();
    assert_eq!(
        documents.fetch("https://localhost/client").await,
        Err(DocumentError::NotPublic)
    );
    assert_eq!(host.connections(), 0);
}

/// A name that leads to the internet first and somewhere else a moment later.
#[tokio::test]
async fn what_was_looked_at_is_what_is_connected_to() {
    let host = Host::with_body("", BODY).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let rebinding = {
        let asked = asked.clone();
        move |_: &str| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => vec![LOOPBACK],
            _ => vec![PRIVATE],
        }
    };
    let rehearsal = Rehearsal {
        names: Arc::new(rebinding),
        loopback: true,
        certificate: Some(host.certificate.clone()),
    };
    let documents = Documents::new(DocumentOptions {
        rehearsal: Some(rehearsal),
        ..DocumentOptions::default()
    })
    .unwrap();
    assert!(documents.fetch(&host.address()).await.is_ok());
    assert_eq!((asked.load(Ordering::SeqCst), host.connections()), (1, 1));
    // The next one is looked at again, also while a connection of the first might still stand.
    assert_eq!(documents.fetch(&host.address()).await, Err(DocumentError::NotPublic));
    assert_eq!((asked.load(Ordering::SeqCst), host.connections()), (2, 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Host::with_body("", BODY).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} There\r\nlocation: https://client.example:{}/client\r\ncontent-length: 0\r\n\r\n",
            elsewhere.address.port()
        );
        let host = Host::start(&[(Duration::ZERO, &answer)]).await;
        assert_eq!(host.found().await, Err(DocumentError::Status(status)));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_large_document_is_not_read_however_it_comes() {
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(20_000));
    let announced = Host::with_body("", &large).await;
    assert_eq!(announced.found().await, Err(DocumentError::TooLarge(16 * 1024)));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4e28\r\n{}\r\n0\r\n\r\n",
        "x".repeat(0x4e28)
    );
    let chunked = Host::start(&[(Duration::ZERO, &chunked)]).await;
    assert_eq!(chunked.found().await, Err(DocumentError::TooLarge(16 * 1024)));
    // Whatever it would unpack to.
    let packed = Host::with_body("content-encoding: gzip\r\n", "small").await;
    assert_eq!(packed.found().await, Err(DocumentError::NotJson));
}

#[tokio::test]
async fn a_slow_host_is_not_waited_for() {
    let begun = Instant::now();
    let silent = Host::start(&[(Duration::from_secs(30), "HTTP/1.1 200 OK\r\n\r\n")]).await;
    assert_eq!(silent.found().await, Err(DocumentError::Unreachable));
    let drip = [(Duration::from_millis(200), "x"); 50];
    let begins = [(Duration::ZERO, "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n")];
    let dripping = Host::start(&[&begins[..], &drip[..]].concat()).await;
    assert_eq!(dripping.found().await, Err(DocumentError::Unreachable));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_is_no_document_about_this_client_is_told_apart() {
    let check = async |body: &str, expected: DocumentError| {
        let host = Host::with_body("", body).await;
        assert_eq!(host.found().await, Err(expected), "{body}");
    };
    check("<html>", DocumentError::NotJson).await;
    check("[]", DocumentError::NotJson).await;
    check("{}", DocumentError::AnotherClient).await;
    check(r#"{"client_id":7}"#, DocumentError::AnotherClient).await;
    check(
        r#"{"client_id":"https://client.example:{port}/client/"}"#,
        DocumentError::AnotherClient,
    )
    .await;
    check(
        r#"{"client_id":"https://CLIENT.example:{port}/client"}"#,
        DocumentError::AnotherClient,
    )
    .await;
    let gone = Host::start(&[(Duration::ZERO, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")]).await;
    let error = gone.found().await.unwrap_err();
    assert!(error == DocumentError::Status(404) && !error.is_passing());
    let down = Host::start(&[(Duration::ZERO, "HTTP/1.1 503 Down\r\ncontent-length: 0\r\n\r\n")]).await;
    assert!(down.found().await.unwrap_err().is_passing());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_enough() {
    let (host, other) = (Host::with_body("", BODY).await, Host::with_body("", BODY).await);
    let found = other.fetch(true, |_| vec![LOOPBACK], &host.address()).await;
    assert_eq!(found, Err(DocumentError::Unreachable));
    assert!(host.heads.lock().unwrap().is_empty());
}
