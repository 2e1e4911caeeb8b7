//! A server that does exactly what a test says, down to the byte: a real HTTP library would be too well-behaved.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use od_client::{Client, ClientOptions, Credentials, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The API key of every test, planted to be searched for.
pub const KEY: &str = "k3y-of-the-store";

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes after a pause.
    Late(Duration, Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Closes without an answer.
    Close,
    /// Keeps the connection and never answers.
    Hang,
    /// Begins a reply and sends a byte of it per interval.
    Drip(Duration),
    /// Sends a reply of so many bytes, as fast as they are taken.
    Flood(usize),
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Request line and header lines, lower case names.
    pub head: String,
    pub body: Vec<u8>,
    pub at: Instant,
    pub connection: usize,
}

impl Seen {
    /// Method and target.
    pub fn line(&self) -> &str {
        self.head
            .lines()
            .next()
            .and_then(|line| line.strip_suffix(" HTTP/1.1"))
            .expect("a request line")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

#[derive(Default)]
pub struct Log {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    /// Bytes of floods that were taken.
    pub flooded: AtomicUsize,
}

/// A scripted server on loopback; it ends with this value.
pub struct Server {
    pub address: SocketAddr,
    pub log: Arc<Log>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// `script` gets the number of the request, from 0, and the request.
    pub async fn start(script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, script)
    }

    pub fn on(listener: TcpListener, script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().expect("bound");
        let log = Arc::new(Log::default());
        let task = tokio::spawn(accept(listener, Arc::new(script), Arc::clone(&log)));
        Self { address, log, task }
    }

    /// One act after the other; the last goes on.
    pub async fn acting(acts: impl Into<Vec<Act>>) -> Self {
        let acts = acts.into();
        Self::start(move |number, _| acts[number.min(acts.len() - 1)].clone()).await
    }

    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.log.seen).clone()
    }

    pub fn count(&self) -> usize {
        lock(&self.log.seen).len()
    }

    pub fn options(&self) -> ClientOptions {
        options(self.address)
    }

    /// A store's door with [`options`] for tests.
    pub fn store(&self) -> Store {
        store(&self.options())
    }
}

/// Quick retries, a budget that never matters.
pub fn options(address: SocketAddr) -> ClientOptions {
    ClientOptions {
        base_url: format!("http://{address}/api/v2"),
        timeout: Duration::from_millis(400),
        retry_backoff: Duration::from_millis(20),
        bucket_size: 1000,
        refill_per_second: 10_000.0,
        breaker_threshold: 1000,
        max_reply_bytes: 1024 * 1024,
        ..ClientOptions::default()
    }
}

pub fn store(options: &ClientOptions) -> Store {
    Client::new(options).expect("sound options").store(&credentials())
}

pub fn credentials() -> Credentials {
    Credentials {
        store_id: "90001".to_owned(),
        api_key: KEY.into(),
        budget_key: "digest".to_owned(),
    }
}

/// A whole JSON reply with more header lines.
pub fn json(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// The shortest success.
pub fn fine() -> Act {
    Act::Send(json(200, "", r#"{"status":"success"}"#))
}

pub fn status(status: u16) -> Act {
    Act::Send(json(status, "", r#"{"status":"error","message":"no"}"#))
}

/// 429 with the pause in seconds as Order Desk writes it.
pub fn refusal(seconds: &str) -> Act {
    Act::Send(json(
        429,
        &format!("x-tokens-remaining: 0\r\nx-retry-after: {seconds}\r\n"),
        "Too Many Requests",
    ))
}

type Script = dyn Fn(usize, &Seen) -> Act + Send + Sync;

async fn accept(listener: TcpListener, script: Arc<Script>, log: Arc<Log>) {
    let mut open = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let connection = log.connections.fetch_add(1, Ordering::SeqCst);
        open.spawn(serve(stream, connection, Arc::clone(&script), Arc::clone(&log)));
    }
}

async fn serve(mut stream: TcpStream, connection: usize, script: Arc<Script>, log: Arc<Log>) {
    stream.set_nodelay(true).expect("a socket");
    while let Some(seen) = read(&mut stream, connection).await {
        let number = {
            let mut all = lock(&log.seen);
            all.push(seen.clone());
            all.len() - 1
        };
        let kept = act(&mut stream, script(number, &seen), &log).await;
        if !kept.unwrap_or(false) {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, connection: usize) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
    let mut seen = Seen {
        head,
        body: bytes[end + 4..].to_vec(),
        at: Instant::now(),
        connection,
    };
    let length = seen
        .header("content-length")
        .map_or(0, |length| length.parse().expect("a length"));
    while seen.body.len() < length {
        if stream.read_buf(&mut seen.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(seen)
}

/// Whether the connection stays.
async fn act(stream: &mut TcpStream, act: Act, log: &Log) -> std::io::Result<bool> {
    match act {
        Act::Send(bytes) => stream.write_all(&bytes).await?,
        Act::Late(pause, bytes) => {
            tokio::time::sleep(pause).await;
            stream.write_all(&bytes).await?;
        }
        Act::SendAndClose(bytes) => {
            stream.write_all(&bytes).await?;
            return Ok(false);
        }
        Act::Close => return Ok(false),
        Act::Hang => std::future::pending().await,
        Act::Drip(every) => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                .await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(every).await;
            }
        }
        Act::Flood(size) => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
                .await?;
            let piece = vec![b' '; 64 * 1024];
            for _ in 0..size / piece.len() {
                stream.write_all(&piece).await?;
                log.flooded.fetch_add(piece.len(), Ordering::SeqCst);
            }
            return Ok(false);
        }
    }
    Ok(true)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
