//! What this door says, and how it names the endpoint.

use std::{net::SocketAddr, sync::Arc};

use axum::http::{HeaderMap, header};

/// What the pages and documents say about this server.
#[derive(Clone)]
pub struct WebOptions {
    /// The address clients reach the server at, e.g. `https://orders.example.com`. Without it, the caller's own word
    /// for this server is taken, from the Host header.
    pub public_url: Option<String>,
    /// The address the server listens on.
    pub address: SocketAddr,
    /// Whether a Host header names this server: the judgement of the endpoint itself.
    pub answers_to: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Whether calls without credentials are answered, as in the open demo.
    pub open: bool,
}

impl WebOptions {
    /// The MCP endpoint: what a person pastes into a client, and the identifier of the protected resource. Clients
    /// compare the two, so it is spelled as the caller spelled it. A name that is not known to be ours is never repeated
    /// to a caller.
    pub(crate) fn endpoint(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => format!("{}/mcp", url.trim_end_matches('/')),
            None => match host(headers).filter(|host| (self.answers_to)(host)) {
                Some(host) => format!("http://{host}/mcp"),
                None => format!("http://{}/mcp", self.address),
            },
        }
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}
