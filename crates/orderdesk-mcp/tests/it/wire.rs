//! As little HTTP as the stories need: one request a connection, JSON in and out.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

/// A reply: its status, its head in lower case, its body.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Asks a server; `url` is `http://host:port/path`.
pub fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
    try_to_ask(method, url, headers, body).unwrap()
}

/// Asks a server that may be gone before it has answered.
pub fn try_to_ask(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> io::Result<Reply> {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut head = vec![format!("{method} /{path} HTTP/1.1"), "Connection: close".to_owned()];
    if headers.iter().all(|(name, _)| *name != "Host") {
        head.push(format!("Host: {host}"));
    }
    head.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if !body.is_empty() {
        head.extend([
            "Content-Type: application/json".to_owned(),
            format!("Content-Length: {}", body.len()),
        ]);
    }
    let mut stream = TcpStream::connect(host)?;
    stream.write_all(format!("{}\r\n\r\n{body}", head.join("\r\n")).as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    whole(&reply).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// A reply that arrived to its end.
fn whole(reply: &str) -> Option<Reply> {
    let (head, body) = reply.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    let body = if head.contains("transfer-encoding: chunked") {
        dechunked(body)?
    } else {
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let arrived = length.is_none_or(|length| length.parse() == Ok(body.len()));
        arrived.then(|| body.to_owned())?
    };
    Some(Reply { status, head, body })
}

fn dechunked(mut body: &str) -> Option<String> {
    let mut whole = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.push_str(rest.get(..size)?);
        body = rest.get(size + 2..)?;
    }
}

/// A client of an MCP endpoint, without a handshake: every request stands alone.
pub struct Client {
    pub url: String,
    pub key: Option<String>,
}

impl Client {
    /// Sends one JSON-RPC request.
    pub fn send(&self, method: &str, params: &Value) -> Reply {
        self.try_to_send(method, params).unwrap()
    }

    /// Sends one JSON-RPC request to a server that may be gone before it has answered.
    pub fn try_to_send(&self, method: &str, params: &Value) -> io::Result<Reply> {
        let bearer = self.key.as_ref().map(|key| format!("Bearer {key}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        try_to_ask("POST", &self.url, &headers, Some(&message))
    }

    /// Calls a tool and gives the envelope of its reply.
    #[track_caller]
    pub fn call(&self, tool: &str, arguments: &Value) -> Value {
        let reply = self.send("tools/call", &json!({ "name": tool, "arguments": arguments }));
        let envelope = reply.json()["result"]["structuredContent"].clone();
        assert!(envelope.is_object(), "{reply:?}");
        envelope
    }

    /// Calls a tool that must succeed and gives its data.
    #[track_caller]
    pub fn done(&self, tool: &str, arguments: &Value) -> Value {
        let envelope = self.call(tool, arguments);
        assert_eq!(envelope["status"], "success", "{envelope}");
        envelope["data"].clone()
    }
}
