//! Settings that hold several values, separated by commas.

use std::net::IpAddr;

use ::url::Url;
use od_mcp::HostList;

use super::FromText;
use crate::config::setting::Setting;

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// Host names a request may be addressed to, each with an optional port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(pub Vec<String>);

impl FromText for Hosts {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let hosts: Vec<String> = entries(text).map(str::to_ascii_lowercase).collect();
        match hosts.iter().find(|host| HostList::parse([host.as_str()]).is_err()) {
            Some(bad) => Err(format!("holds {bad:?}, which is not a host name with an optional port")),
            None => Ok(Self(hosts)),
        }
    }

    fn allowed(_: &Setting) -> String {
        "host names with an optional port, separated by commas".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.0.join(","))
    }
}

/// Web origins whose pages may call the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(pub Vec<String>);

impl FromText for Origins {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let mut origins = Vec::new();
        for entry in entries(text) {
            let origin = Url::parse(entry)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"));
            match origin.map(|url| url.origin().ascii_serialization()) {
                Some(origin) if origin.eq_ignore_ascii_case(entry.trim_end_matches('/')) => origins.push(origin),
                _ => return Err(format!("holds {entry:?}, which is not a web origin")),
            }
        }
        Ok(Self(origins))
    }

    fn allowed(_: &Setting) -> String {
        "web origins (scheme, host and port, no path), separated by commas".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.0.join(","))
    }
}

/// An address, or a network in CIDR notation (RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse().ok()?, Some(prefix.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let host_bits = 32 - u32::from(self.prefix);
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let host_bits = 128 - u32::from(self.prefix);
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    fn show(self) -> String {
        format!("{}/{}", self.address, self.prefix)
    }
}

/// The proxies whose forwarding headers are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// Reads addresses and networks, separated by commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parsed: Result<Vec<_>, _> = entries(text).map(|entry| Network::parse(entry).ok_or(entry)).collect();
        parsed
            .map(Self)
            .map_err(|bad| format!("holds {bad:?}, which is neither an IP address nor a network"))
    }

    /// Whether an address is one of these or in one of these.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromText for Networks {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        Self::parse(text)
    }

    fn allowed(_: &Setting) -> String {
        "IP addresses or networks (10.0.0.0/8), separated by commas".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(
            self.0
                .iter()
                .map(|network| network.show())
                .collect::<Vec<_>>()
                .join(","),
        )
    }
}

/// The sets of tools to offer; empty means all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Toolsets(pub Vec<String>);

impl Toolsets {
    const NAMES: &'static [&'static str] = &[
        "tenant",
        "stores",
        "orders",
        "order_items",
        "shipments",
        "products",
        "insight",
    ];
}

impl FromText for Toolsets {
    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let names: Vec<String> = entries(text).map(str::to_ascii_lowercase).collect();
        if names.is_empty() {
            return Err("names no toolset".to_owned());
        }
        if let Some(bad) = names
            .iter()
            .find(|name| *name != "all" && !Self::NAMES.contains(&name.as_str()))
        {
            return Err(format!("holds {bad:?}, which is not a toolset"));
        }
        if names.iter().any(|name| name == "all") {
            return Ok(Self::default());
        }
        Ok(Self(names))
    }

    fn allowed(_: &Setting) -> String {
        format!("all, or some of {}, separated by commas", Self::NAMES.join(", "))
    }

    fn show(&self) -> Option<String> {
        Some(if self.0.is_empty() {
            "all".to_owned()
        } else {
            self.0.join(",")
        })
    }
}
