//! The address that a person pastes into a client.

use std::{net::IpAddr, str::FromStr};

use od_engine::is_loopback;
use url::{Host, Url};

use super::super::finding::Finding;
use crate::config::place;

const CHECK: &str = "address";

/// As it was typed, because clients compare it byte by byte, and in its parts.
#[derive(Debug, Clone)]
pub struct Address {
    typed: String,
    url: Url,
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const SHAPE: &str = "it has to be an http or https URL without query, fragment or credentials, such as \
            https://orders.example.com/mcp";
        let typed = text.trim().to_owned();
        let url = Url::parse(&typed).map_err(|_| SHAPE.to_owned())?;
        let plain =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
            return Err(SHAPE.to_owned());
        }
        Ok(Self { typed, url })
    }
}

impl Address {
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Scheme, host and port, the port only where it is not the scheme's own.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    pub fn path(&self) -> &str {
        self.url.path()
    }

    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Host and port, the port also where it is the scheme's own.
    pub fn place(&self) -> String {
        place(&self.url)
    }

    /// The path of the health address that stands beside the endpoint.
    pub fn health(&self) -> String {
        let public = self.public_url();
        format!("{}/health", public.strip_prefix(&self.origin()).unwrap_or_default())
    }

    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// What `PUBLIC_URL` would have to be so that this is the address of the endpoint.
    pub fn public_url(&self) -> String {
        let path = self.path().trim_end_matches('/');
        let end = path
            .rfind("/mcp")
            .filter(|at| matches!(path.as_bytes().get(at + 4), None | Some(b'/')));
        format!("{}{}", self.origin(), &path[..end.unwrap_or_default()])
    }

    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Whether the address says by itself that it is no public one.
    fn is_private(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => [".local", ".internal", ".lan", ".home.arpa"]
                .iter()
                .any(|end| name.ends_with(end)),
            Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
            Some(Host::Ipv6(address)) => {
                IpAddr::V6(address).to_canonical() != IpAddr::V6(address) || address.is_unique_local()
            }
            None => false,
        }
    }

    /// What clients say to an address of this kind before they ask it anything.
    pub fn judge(&self) -> Finding {
        let typed = self.typed();
        if self.is_loopback() {
            return Finding::ok(
                CHECK,
                format!("{typed} is on this machine, where plain http is good enough"),
            );
        }
        if self.is_plain_http() {
            return Finding::failed(
                CHECK,
                format!(
                    "{typed} is plain http to another machine: several clients let their user sign in and then refuse to send the code"
                ),
                "Let a proxy speak TLS there, and write https:// in PUBLIC_URL and in the address.",
            );
        }
        if self.is_private() {
            return Finding::warning(
                CHECK,
                format!("{typed} is no address of the public internet: programs on the AI SDK and on rmcp refuse it"),
                "Give the server a public name, or a token to those clients. Assistants that call from the internet (claude.ai, ChatGPT) \
                 cannot reach it.",
            );
        }
        Finding::ok(CHECK, format!("{typed} is https"))
    }
}
