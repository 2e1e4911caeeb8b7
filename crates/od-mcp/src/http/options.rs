//! How the HTTP door is opened.

use std::time::Duration;

use od_engine::Identity;
use tokio_util::sync::CancellationToken;

use super::hosts::{BadEntry, HostList};
use super::origin::Allowed;

/// How the HTTP door is opened.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The names this server answers to. `public_url`'s is always among them.
    pub allowed_hosts: HostList,
    /// Origins whose web pages may call, such as `https://app.example.com` or `http://localhost:*`. Programs send no
    /// Origin and are not concerned.
    pub allowed_origins: Vec<String>,
    /// Where clients reach this server, such as `https://mcp.example.com`.
    pub public_url: Option<String>,
    /// The largest request body, in bytes.
    pub max_request_bytes: usize,
    /// How long a client may take to send a body.
    pub body_timeout: Duration,
    /// Whether a master key is taken as a bearer credential; tokens always are.
    pub allow_master_key_bearer: bool,
    /// Who a request without credentials acts as: only for a demo on loopback with simulated stores.
    pub open: Option<Identity>,
    /// Cancelled when the server takes no new connections: streams that only wait for news end then.
    pub closing: CancellationToken,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            allowed_hosts: HostList::default(),
            allowed_origins: ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"]
                .map(str::to_owned)
                .into(),
            public_url: None,
            max_request_bytes: 4 * 1024 * 1024,
            body_timeout: Duration::from_mins(1),
            allow_master_key_bearer: true,
            open: None,
            closing: CancellationToken::new(),
        }
    }
}

impl HttpOptions {
    /// The lists with the public URL's own host and origin.
    pub(super) fn allowed(&self) -> Result<Allowed, BadEntry> {
        let public_origin = self.public_url.as_deref().map(origin_of);
        let public_host = public_origin
            .and_then(|origin| origin.split_once("://"))
            .map(|(_, host)| host);
        Allowed::new(
            self.allowed_hosts.clone().and(HostList::parse(public_host)?),
            self.allowed_origins.iter().map(String::as_str).chain(public_origin),
        )
    }
}

/// Scheme and authority of a URL.
pub(super) fn origin_of(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + "://".len());
    url[authority..]
        .find('/')
        .map_or(url, |slash| &url[..authority + slash])
}
