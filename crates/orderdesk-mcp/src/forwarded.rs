//! The caller's address when a proxy stands in front.
//!
//! Anybody can send a forwarding header, so it is believed only as far as the proxies named by the operator vouch for
//! it: read from the right, up to the first address that is not one of them.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

use crate::config::Networks;

const CLOUDFLARE: &str = "cf-connecting-ip";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Middleware: replaces the peer's address by the caller's.
pub async fn apply(State(proxies): State<Networks>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let caller = caller(peer.ip(), request.headers(), &proxies);
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(caller, peer.port())));
    }
    next.run(request).await
}

fn caller(peer: IpAddr, headers: &HeaderMap, proxies: &Networks) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contain(peer) {
        return peer;
    }
    if let Some(address) = headers.get(CLOUDFLARE).and_then(|value| address(value.to_str().ok()?)) {
        return address;
    }
    let values = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    let mut caller = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = address(hop) else { break };
        caller = address;
        if !proxies.contain(address) {
            break;
        }
    }
    caller
}

/// An address as proxies write it: alone or with a port.
fn address(text: &str) -> Option<IpAddr> {
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
