//! A load generator for `make bench`: so many connections, each sending the next request when the last one is answered.
//!
//! Reads a plan as JSON from standard input and prints what it measured as JSON. One thread, so that most of a small
//! machine is left to the server.

#![expect(clippy::print_stdout, reason = "a tool of the workshop: it prints its figures")]

use std::{
    error::Error,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// What to do.
#[derive(Deserialize)]
struct Plan {
    /// `host:port`.
    host: String,
    method: String,
    path: String,
    /// Header lines without their end, sent with every request.
    headers: Vec<String>,
    /// Values of the Authorization header; connections take turns with them.
    authorizations: Vec<String>,
    body: String,
    /// The status that every reply has to have.
    status: u16,
    connections: usize,
    seconds: f64,
    /// The most requests a second, all connections together; as many as possible when left out.
    per_second: Option<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let plan: Plan = serde_json::from_reader(io::stdin())?;
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(requests(&plan));
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(plan.seconds);
    #[expect(clippy::cast_precision_loss, reason = "a few connections")]
    let pace = plan
        .per_second
        .map(|rate| Duration::from_secs_f64(plan.connections as f64 / rate));
    let mut tasks = JoinSet::new();
    for number in 0..plan.connections {
        let mut connection = Connection::open(&plan.host, plan.status).await?;
        let requests = requests.clone();
        tasks.spawn(async move { connection.run(&requests, number, until, pace).await });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    let took = began.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 1000];
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 requests")]
    let per_second = latencies.len() as f64 / took;
    println!(
        "{}",
        json!({
            "requests": latencies.len(), "per_second": per_second,
            "p50_us": at(500), "p95_us": at(950), "p99_us": at(990), "max_us": at(1000),
        })
    );
    Ok(())
}

fn requests(plan: &Plan) -> Vec<Vec<u8>> {
    let request = |authorization: &String| {
        let Plan {
            host,
            method,
            path,
            headers,
            body,
            ..
        } = plan;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n");
        let head = headers.iter().fold(head, |head, line| format!("{head}{line}\r\n"));
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        format!("{head}{length}\r\n{body}").into_bytes()
    };
    plan.authorizations.iter().map(request).collect()
}

/// One connection, kept alive.
struct Connection {
    stream: TcpStream,
    status: u16,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(host: &str, status: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            status,
            buffer: Vec::new(),
        })
    }

    /// Microseconds that each request took.
    async fn run(
        &mut self,
        requests: &[Vec<u8>],
        number: usize,
        until: Instant,
        pace: Option<Duration>,
    ) -> io::Result<Vec<u64>> {
        let mut latencies = Vec::new();
        for request in requests.iter().cycle().skip(number) {
            let asked = Instant::now();
            if asked >= until {
                break;
            }
            self.stream.write_all(request).await?;
            self.reply().await?;
            latencies.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
            if let Some(pace) = pace {
                tokio::time::sleep_until((asked + pace).into()).await;
            }
        }
        Ok(latencies)
    }

    /// Reads one reply and checks its status.
    async fn reply(&mut self) -> io::Result<()> {
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().await?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        if status != Some(self.status) {
            return Err(io::Error::other(format!("an unexpected reply: {text}")));
        }
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.parse().ok())
            .ok_or_else(|| io::Error::other(format!("a reply without a length: {text}")))?;
        while self.buffer.len() < head + length {
            self.read_more().await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
