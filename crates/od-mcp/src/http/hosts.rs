//! The names of this server.

use axum::http::uri::Authority;

/// The names a server answers to, each with a port or for every port; by default those of its own machine. Who opens both
/// doors gives both the same list.
#[derive(Clone, Debug)]
pub struct HostList(Vec<Host>);

/// A host name with or without a port; without one it stands for every port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    name: String,
    port: Option<u16>,
}

/// An entry of the lists that is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// Not `name` or `name:port`.
    #[error("'{0}' is not a host: write 'mcp.example.com' or 'mcp.example.com:8443'")]
    Host(String),
    /// Not `scheme://name[:port]`.
    #[error("'{0}' is not an origin: write 'https://app.example.com', or 'http://localhost:*' for every port")]
    Origin(String),
}

impl Default for HostList {
    fn default() -> Self {
        let every_port = |name: &str| Host {
            name: name.to_owned(),
            port: None,
        };
        Self(["localhost", "127.0.0.1", "::1"].map(every_port).into())
    }
}

impl HostList {
    /// Reads `name` or `name:port` from each entry.
    ///
    /// # Errors
    /// [`BadEntry::Host`] for the first entry that is neither.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, BadEntry> {
        entries
            .into_iter()
            .map(Host::parse_entry)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The names of both lists.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether a `Host` header names one of them. A malformed header names none.
    pub fn admits(&self, header: &str) -> bool {
        Host::parse(header).is_some_and(|host| self.lists(&host))
    }

    pub(super) fn lists(&self, host: &Host) -> bool {
        self.0
            .iter()
            .any(|listed| listed.name == host.name && listed.port.is_none_or(|port| host.port == Some(port)))
    }
}

impl Host {
    /// A `Host` header.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let authority: Authority = text.trim().parse().ok()?;
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return None;
        }
        Some(Self {
            name: plain(authority.host()),
            port: port(&authority).ok()?,
        })
    }

    /// An entry of the list: as the header, or an IPv6 address without brackets. A star would stand for nothing: it is part of
    /// no name that is ever sent.
    fn parse_entry(text: &str) -> Result<Self, BadEntry> {
        let bracketed = match text.trim().parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => text.to_owned(),
        };
        Self::parse(&bracketed)
            .filter(|host| !host.name.contains('*'))
            .ok_or_else(|| BadEntry::Host(text.to_owned()))
    }
}

pub(super) fn plain(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

/// The port, told apart from a malformed one, which [`Authority::port_u16`] takes for none.
pub(super) fn port(authority: &Authority) -> Result<Option<u16>, ()> {
    match authority.port() {
        Some(port) => Ok(Some(port.as_u16())),
        None if authority.as_str().len() == authority.host().len() => Ok(None),
        None => Err(()),
    }
}
