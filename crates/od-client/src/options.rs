//! Settings of a [`Client`](crate::Client). The program reads the environment; this crate takes a struct.

use std::time::Duration;

use url::{Host, Url};

use crate::error::BuildError;

/// How to reach Order Desk. The defaults are Order Desk's documented limits and this product's documented settings.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientOptions {
    /// Where the API lives, with its version, such as `https://app.orderdesk.me/api/v2`.
    pub base_url: String,
    /// Permits plain http to machines other than this one (a simulator in the same container network). Off: every
    /// request carries an API key.
    pub allow_plain_http: bool,
    /// Sent with every request. Order Desk asks for a distinctive one per integration.
    pub user_agent: String,
    /// From sending a request to the last byte of its reply. Waiting for the budget is not counted.
    pub timeout: Duration,
    /// For the TCP and TLS handshake.
    pub connect_timeout: Duration,
    /// Repetitions after network errors and 5xx. Waiting out a 429 is not counted.
    pub max_retries: u32,
    /// The first pause before a repetition; each further one doubles.
    pub retry_backoff: Duration,
    /// Order Desk's bucket: 20 tokens per store, one a request.
    pub bucket_size: u32,
    /// Order Desk's refill: 3 tokens a second.
    pub refill_per_second: f64,
    /// The part of the bucket that we ever use, 0 to 1; the rest is left to the store's other integrations. The refill
    /// is used in full.
    pub headroom: f64,
    /// The longest time a call waits for tokens and for refusals to end.
    pub max_wait: Duration,
    /// The largest accepted reply, after decompression.
    pub max_reply_bytes: usize,
    /// Consecutive network errors and 5xx of one store after which its calls are refused at once.
    pub breaker_threshold: u32,
    /// How often one call is let through while calls are refused, to see whether Order Desk is back.
    pub breaker_probe: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            base_url: "https://app.orderdesk.me/api/v2".to_owned(),
            allow_plain_http: false,
            user_agent: concat!("orderdesk-mcp/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_retries: 3,
            retry_backoff: Duration::from_millis(500),
            bucket_size: 20,
            refill_per_second: 3.0,
            headroom: 0.8,
            max_wait: Duration::from_secs(30),
            max_reply_bytes: 32 * 1024 * 1024,
            breaker_threshold: 5,
            breaker_probe: Duration::from_secs(3),
        }
    }
}

impl ClientOptions {
    /// The base URL, checked, without a trailing slash.
    pub(crate) fn checked_base_url(&self) -> Result<Url, BuildError> {
        let mut url = Url::parse(self.base_url.trim()).map_err(|_| BuildError::BaseUrl)?;
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(BuildError::BaseUrl),
        };
        let extras = url.query().is_some() || url.fragment().is_some();
        if extras || !url.username().is_empty() || url.password().is_some() {
            return Err(BuildError::BaseUrl);
        }
        if plain && !self.allow_plain_http && !is_loopback(&url) {
            return Err(BuildError::PlainHttp);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(url)
    }
}

/// Whether an address leads to the machine of whoever uses it: `localhost` or a loopback address.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
