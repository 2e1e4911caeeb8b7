//! The caller's address when a proxy stands in front.
//!
//! Anybody can send a forwarding header, so one header is believed, the one that the operator named because his proxies write
//! it, and only as far as they vouch for it: `X-Forwarded-For` is read from the right, up to the first address that is not one
//! of them; any other header holds one address and nothing else.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

use crate::config::{ClientIpHeader, Networks};

/// Whom to believe about a caller's address.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The proxies.
    pub proxies: Networks,
    /// The header they write.
    pub header: ClientIpHeader,
}

/// Middleware: replaces the peer's address by the caller's.
pub async fn apply(State(trust): State<Trust>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let caller = caller(peer.ip(), request.headers(), &trust);
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(caller, peer.port())));
    }
    next.run(request).await
}

fn caller(peer: IpAddr, headers: &HeaderMap, trust: &Trust) -> IpAddr {
    let peer = peer.to_canonical();
    if !trust.proxies.contain(peer) {
        return peer;
    }
    let values = || headers.get_all(trust.header.name()).iter();
    if trust.header.is_list() {
        let hops: Vec<&str> = values()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .collect();
        return last_stranger(peer, &hops, &trust.proxies);
    }
    // Two of them are one more than the proxy wrote, and nothing tells which.
    let mut values = values();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(address).unwrap_or(peer),
        _ => peer,
    }
}

/// The rightmost hop that is none of the proxies. What is no address ends the reading.
fn last_stranger(peer: IpAddr, hops: &[&str], proxies: &Networks) -> IpAddr {
    let mut caller = peer;
    for hop in hops.iter().rev() {
        let Some(address) = address(hop) else { break };
        caller = address;
        if !proxies.contain(address) {
            break;
        }
    }
    caller
}

/// An address as proxies write it: alone or with a port.
pub fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare
        .parse::<IpAddr>()
        .ok()
        .or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests;
