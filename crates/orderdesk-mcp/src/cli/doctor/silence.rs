//! What kept an answer from coming, and what to do about it.

use std::time::Duration;

use od_engine::{NetworkFault, UpstreamError};

/// Where nobody answered.
#[derive(Debug, Clone, Copy)]
pub struct Silent<'a> {
    /// Host and port.
    pub place: &'a str,
    pub host: &'a str,
    /// Whether it was asked over plain http.
    pub is_plain: bool,
    /// How an address is called in what to do: the setting's name, or what it is.
    pub address: &'a str,
    pub patience: Duration,
}

impl Silent<'_> {
    /// What is wrong, and how to mend it.
    pub fn told(&self, error: &UpstreamError) -> (String, String) {
        let Self {
            place, host, address, ..
        } = *self;
        match error {
            UpstreamError::Network { fault, .. } => match fault {
                NetworkFault::Resolve => (
                    format!("the name {host} does not resolve"),
                    format!("Check the name in {address} and its DNS record."),
                ),
                NetworkFault::Connect => (
                    format!("nothing takes a connection at {place}"),
                    if matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1") {
                        "Is `orderdesk-mcp serve` running, and on this PORT?".to_owned()
                    } else {
                        "Is the proxy running, and does the firewall let this port through?".to_owned()
                    },
                ),
                NetworkFault::Certificate => (
                    format!(
                        "{place} has no certificate that is trusted: it is of another name, out of date, or of an authority of your own"
                    ),
                    "Clients refuse it too, unless they were told of its authority. This check trusts public authorities only."
                        .to_owned(),
                ),
                NetworkFault::NoTls => (
                    format!("{place} does not speak TLS"),
                    format!(
                        "Let the proxy speak TLS there. Only where nobody else shares the network, write http:// in {address}."
                    ),
                ),
                NetworkFault::Broken => (
                    format!("something takes connections at {place} and gives no answer that is HTTP: it is not orderdesk-mcp"),
                    if self.is_plain {
                        format!(
                            "A port that speaks TLS does so: write https:// in {address} then. Otherwise another program has this \
                             port: check the port in {address}; `ss -ltnp` on its machine shows which program that is."
                        )
                    } else {
                        format!("Check the port in {address}, or look into the proxy's log.")
                    },
                ),
            },
            UpstreamError::Timeout { .. } => (
                format!("{place} does not answer within {} s", self.patience.as_secs()),
                if matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1") {
                    "If `orderdesk-mcp serve` is not running there, another program has this port, and it does not speak HTTP: \
                     `ss -ltnp` shows which one that is."
                        .to_owned()
                } else {
                    "Some networks do not let a server reach itself by its public name: try this address from another machine."
                        .to_owned()
                },
            ),
            _ => (
                format!("{place}: another server answers"),
                format!("Check name, port and prefix of {address}."),
            ),
        }
    }
}
