//! Whoever is signed in.

use axum::{
    extract::FromRequestParts,
    http::{Method, header, request::Parts},
    response::Response,
};
use od_engine::{Scope, TenantId};
use url::Url;

use crate::guest::Guest;

/// Whom a form acts for.
pub trait Acts {
    /// The tenant; none where a form does the same whoever is signed in.
    fn tenant(&self) -> Option<&TenantId>;
}

/// Somebody who is signed in, perhaps with a locked session: sees stores, traces and settings.
pub struct Member {
    pub guest: Guest,
    pub scope: Scope,
}

/// Somebody who is signed in with a master key.
pub struct Owner(pub Member);

impl Member {
    /// The token of a form that is sent to `path`, which is a path within this server. It is good as long as the same tenant is
    /// signed in: who signs in as another one in a second window does not act for that one with what the first window shows.
    pub fn csrf(&self, path: &str) -> String {
        self.guest.csrf_of_member(path)
    }
}

impl Acts for Guest {
    fn tenant(&self) -> Option<&TenantId> {
        None
    }
}

impl Acts for Member {
    fn tenant(&self) -> Option<&TenantId> {
        Some(self.scope.tenant())
    }
}

impl Acts for Owner {
    fn tenant(&self) -> Option<&TenantId> {
        self.0.tenant()
    }
}

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

/// The page that a form stood on which was sent to `path`, or the one above it.
pub fn page_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((page, _)) if !page.is_empty() => page,
        _ => "/",
    }
}

/// Where a form can be found again that was sent to `path`: some are sent where they stand, and others to what they do.
fn form_of(path: &str) -> &str {
    /// What is done from a page that stands above it.
    const DEEDS: [&str; 7] = [
        "/apps/disconnect",
        "/keys/revoke",
        "/keys/revoke-token",
        "/logout",
        "/overview",
        "/sessions/end",
        "/sessions/end-others",
    ];
    let is_of_store = path.strip_prefix("/stores/").is_some_and(|rest| rest.contains('/'));
    if is_of_store || DEEDS.contains(&path) {
        page_of(path)
    } else {
        path
    }
}

/// The page that a form stands on which was sent to `path`, as it was shown: with its query where the browser tells it.
fn form_as_shown(guest: &Guest, path: &str) -> String {
    let page = form_of(path);
    let referer = guest
        .headers
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok());
    let shown = referer.and_then(|referer| Url::parse(referer).ok());
    let base = Url::parse(&guest.web.options.base(&guest.headers)).ok();
    match (shown, base) {
        (Some(shown), Some(base)) if shown.origin() == base.origin() && shown.path() == guest.to(page) => {
            match shown.query() {
                Some(query) => format!("{page}?{query}"),
                None => page.to_owned(),
            }
        }
        _ => page.to_owned(),
    }
}

/// To a page that has to come first, and back afterwards: to what was asked for, or to the page that a form stood on. Whoever sent
/// a form and is nobody any more is told that it came to nothing.
fn away(guest: &Guest, method: &Method, first: &str) -> Response {
    let target = guest.target.as_str();
    let path = target.split('?').next().unwrap_or_default();
    let (next, ended) = match *method {
        Method::GET if guest.wants_fragment() => (path.to_owned(), ""),
        Method::GET => (target.to_owned(), ""),
        // Who wanted to be signed out is.
        _ if guest.identity.is_none() && path != "/logout" => (form_as_shown(guest, path), "&ended=form"),
        _ => (form_as_shown(guest, path), ""),
    };
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    guest.go(&format!("{first}?{query}{ended}"))
}
