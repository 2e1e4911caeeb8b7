//! Whoever is signed in.

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
    response::Response,
};
use od_engine::Scope;

use crate::guest::Guest;

/// Somebody who is signed in, perhaps with a locked session: sees stores, traces and settings.
pub struct Member {
    pub guest: Guest,
    pub scope: Scope,
}

/// Somebody who is signed in with a master key.
pub struct Owner(pub Member);

impl std::ops::Deref for Member {
    type Target = Guest;

    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl std::ops::Deref for Owner {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Ok(guest) = Guest::from_request_parts(parts, state).await;
        match guest.scope() {
            Some(scope) => Ok(Self { guest, scope }),
            None => Err(away(&guest, &parts.method, "/login")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let member = Member::from_request_parts(parts, state).await?;
        if member.scope.identity().is_locked() {
            return Err(away(&member, &parts.method, "/unlock"));
        }
        Ok(Self(member))
    }
}

/// To a page that has to come first, and back afterwards: to what was asked for, or to the page that a form stood on.
fn away(guest: &Guest, method: &Method, first: &str) -> Response {
    let target = guest.target.as_str();
    let next = if *method == Method::GET && !guest.wants_fragment() {
        target
    } else {
        let path = target.split('?').next().unwrap_or_default();
        if *method == Method::GET {
            path
        } else {
            path.rsplit_once('/').map_or("/", |(page, _)| page)
        }
    };
    let next = if next.is_empty() { "/" } else { next };
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    guest.go(&format!("{first}?{query}"))
}
