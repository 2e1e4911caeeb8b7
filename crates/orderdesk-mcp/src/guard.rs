//! Who may see the operator's pages: whoever has the token, and callers on this machine, where they can be told from those that
//! a proxy on it brings.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use od_engine::{AuthReason, Engine, same};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::forwarded;

/// Headers that proxies write and that hold addresses.
const FORWARDED: [&str; 7] = [
    "x-forwarded-for",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
    "fly-client-ip",
    "x-cluster-client-ip",
];
/// Headers that proxies write and that are not looked into.
const PROXIED: [&str; 2] = ["forwarded", "via"];

/// The lock on the operator's pages.
#[derive(Clone)]
pub struct Guard {
    token: Option<SecretString>,
    has_strangers_here: bool,
    engine: Engine,
}

impl Guard {
    /// Lets in whoever has the token, when there is one, and callers on this machine. But for `has_strangers_here`: then a proxy
    /// on this machine may bring callers without a word about where they are, and everybody needs the token.
    pub fn new(token: Option<SecretString>, has_strangers_here: bool, engine: Engine) -> Self {
        Self {
            token,
            has_strangers_here,
            engine,
        }
    }

    /// Puts the lock on these routes. The caller's address has to be known by then.
    pub fn before(self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(self, apply))
    }

    /// The refusal of a request, when it is refused.
    fn refusal(&self, request: &Request) -> Option<Response> {
        if !self.has_strangers_here && is_local(request) {
            return None;
        }
        let Some(token) = &self.token else {
            let why = if self.has_strangers_here {
                "nobody can be told from a caller on this machine behind a proxy that is not trusted (TRUST_PROXY), and \
                 METRICS_TOKEN is not set"
            } else {
                "this is answered to callers on this machine only: METRICS_TOKEN is not set"
            };
            return Some(refused(StatusCode::FORBIDDEN, why, None));
        };
        let sent = bearer(request.headers());
        if sent.is_some_and(|sent| same(sent.as_bytes(), token.expose_secret().as_bytes())) {
            return None;
        }
        let (why, challenge) = match sent {
            None => (
                "this needs METRICS_TOKEN as a bearer token",
                "Bearer realm=\"orderdesk-mcp operations\"",
            ),
            Some(_) => (
                "this bearer token is not METRICS_TOKEN",
                "Bearer realm=\"orderdesk-mcp operations\", error=\"invalid_token\"",
            ),
        };
        Some(refused(StatusCode::UNAUTHORIZED, why, Some(challenge)))
    }
}

async fn apply(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if let Some(refusal) = guard.refusal(&request) {
        guard.engine.count_auth_failure(AuthReason::Operator);
        return refusal;
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether a request comes from this machine. Behind a proxy on this machine everything seems to, so that what a proxy
/// writes counts against it, believed or not: a stranger can only add such headers, and gains nothing by it. Many proxies write
/// nothing unless they are told to, so that this is not enough where one is known to be. The name that
/// was asked for has to be this machine's as well: that is not so for a page that was led here by DNS rebinding.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let headers = request.headers();
    peer.is_some_and(|ConnectInfo(peer)| is_loopback(peer.ip()))
        && PROXIED.iter().all(|name| !headers.contains_key(*name))
        && FORWARDED.iter().all(|name| names_this_machine_only(headers, name))
        && headers.get_all(header::HOST).iter().all(is_name_of_this_machine)
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn names_this_machine_only(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(name).iter().all(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(',')
            .all(|hop| forwarded::address(hop).is_some_and(is_loopback))
    })
}

fn is_name_of_this_machine(host: &HeaderValue) -> bool {
    let host = host.to_str().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || forwarded::address(name).is_some_and(is_loopback)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused(status: StatusCode, why: &str, challenge: Option<&'static str>) -> Response {
    let mut response = (status, Json(json!({ "error": why }))).into_response();
    if let Some(challenge) = challenge {
        let headers = response.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

#[cfg(test)]
mod tests;
