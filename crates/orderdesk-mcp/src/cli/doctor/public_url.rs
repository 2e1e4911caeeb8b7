//! Whether `PUBLIC_URL` leads to this program: a port that is open proves nothing.

use std::time::Duration;

use od_engine::{UpstreamError, UpstreamOptions, Visit, Visited, text::quoted};
use serde_json::Value;

use super::{finding::Finding, silence::Silent};
use crate::config::{PublicUrl, server::Server};

#[cfg(test)]
mod tests;

const CHECK: &str = "public URL";

/// More than the answer of any health address.
const MOST_BYTES: usize = 64 * 1024;

/// Asks `PUBLIC_URL/health` who is there.
pub async fn check(server: &Server, patience: Duration) -> Finding {
    let Some(url) = &server.public_url else {
        return Finding::skipped(CHECK, "PUBLIC_URL is not set; only needed behind a proxy");
    };
    let options = UpstreamOptions {
        base_url: url.join(""),
        allow_plain_http: true,
        timeout: patience,
        connect_timeout: patience,
        max_reply_bytes: MOST_BYTES,
        ..UpstreamOptions::default()
    };
    let place = Place {
        url,
        listener: format!("{}:{}", server.host, server.port),
        patience,
    };
    let visit = Visit {
        target: "/health".to_owned(),
        accept: "*/*",
        posted: None,
    };
    match options.visit(visit).await {
        Ok(page) => place.answered(&page),
        Err(error) => place.silent(&error),
    }
}

/// What was asked, for the words about it.
struct Place<'a> {
    url: &'a PublicUrl,
    listener: String,
    patience: Duration,
}

impl Place<'_> {
    fn answered(&self, page: &Visited) -> Finding {
        const OURS: &str = env!("CARGO_PKG_VERSION");
        let told: Value = serde_json::from_slice(&page.body).unwrap_or_default();
        if page.status == 200 && is_health_of_ours(&page.body) {
            let url = self.url.join("");
            return match told["version"].as_str() {
                Some(OURS) => Finding::ok(CHECK, format!("{url} leads to this program, {OURS}")),
                theirs => failed(
                    &format!(
                        "{url} leads to version {} of this program, and this is {OURS}",
                        quoted(theirs.unwrap_or_default())
                    ),
                    "Restart the server if it was upgraded; else ask the doctor of the version that serves.",
                ),
            };
        }
        let status = page.status;
        let address = self.url.join("/health");
        let forward = format!("Let the proxy forward {} to {}.", self.url.join("/"), self.listener);
        match status {
            300..=399 => {
                let to = page.header("location").unwrap_or_default();
                let message = format!("{address} is redirected (HTTP {status}) to {}", quoted(to));
                let mend = if self.url.is_plain_http() && to.starts_with("https:") {
                    "Write https:// in PUBLIC_URL: clients send their keys there."
                } else {
                    "Set PUBLIC_URL to where it leads, or let the proxy forward instead of redirecting."
                };
                failed(&message, mend)
            }
            // Our own words for an address where nothing is.
            404 if told["error"]
                .as_str()
                .is_some_and(|error| error.contains("the MCP endpoint is ")) =>
            {
                failed(
                    &format!("{address} comes to this program with another path (HTTP 404)"),
                    "The proxy has to take the prefix of PUBLIC_URL off, and no more: in Caddy `handle_path /prefix/*`, in nginx \
                 a `location /prefix/` whose `proxy_pass` ends with a slash. Or the prefix in PUBLIC_URL is wrong.",
                )
            }
            401 | 403 | 407 => failed(
                &format!("{address}: somebody in front of this program asks who is calling (HTTP {status})"),
                "Clients show their key to this program and nothing to a proxy: let the proxy pass /mcp and /health on \
                 without a sign-in of its own.",
            ),
            502..=504 => failed(
                &format!("{address}: a proxy answers and does not reach this program (HTTP {status})"),
                &format!("Is `orderdesk-mcp serve` running? {forward}"),
            ),
            400 if self.url.is_plain_http() => failed(
                &format!("{address}: another server answers (HTTP 400), as one that expects TLS does"),
                "Write https:// in PUBLIC_URL if that port speaks TLS.",
            ),
            _ => failed(
                &format!("{address}: another server answers (HTTP {status})"),
                &format!("Check name, port and prefix of PUBLIC_URL. {forward}"),
            ),
        }
    }

    fn silent(&self, error: &UpstreamError) -> Finding {
        let silent = Silent {
            place: &self.url.place(),
            host: self.url.host(),
            is_plain: self.url.is_plain_http(),
            address: "PUBLIC_URL",
            patience: self.patience,
        };
        let (message, mend) = silent.told(error);
        failed(&message, &mend)
    }
}

/// Whether the answer of a health address is this program's.
pub fn is_health_of_ours(body: &[u8]) -> bool {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    told["name"] == env!("CARGO_PKG_NAME")
}

fn failed(message: &str, mend: &str) -> Finding {
    Finding::failed(CHECK, message, mend)
}
