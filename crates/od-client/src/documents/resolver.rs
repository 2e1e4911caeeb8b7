//! Names to addresses that may be connected to.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::rehearsal::{Rehearsal, admits};

/// One of a name's addresses is none of the public internet, or it has none at all.
#[derive(Debug, thiserror::Error)]
#[error("the name does not lead to the public internet")]
pub(super) struct NotPublic;

/// Resolves names, and gives out the addresses only when every one of them may be connected to: a name that leads to this
/// server's own network as well is somebody's trick.
#[derive(Debug)]
pub(super) struct Checked {
    rehearsal: Option<Rehearsal>,
}

impl Checked {
    pub(super) fn new(rehearsal: Option<Rehearsal>) -> Self {
        Self { rehearsal }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let rehearsal = self.rehearsal.clone();
        Box::pin(async move {
            let addresses: Vec<IpAddr> = if let Some(rehearsal) = &rehearsal {
                (rehearsal.names)(name.as_str())
            } else {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                found.map(|address| address.ip()).collect()
            };
            if addresses.is_empty() || !addresses.iter().all(|address| admits(rehearsal.as_ref(), *address)) {
                return Err(NotPublic.into());
            }
            // Port 0 stands for the scheme's own, or the one in the address.
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
