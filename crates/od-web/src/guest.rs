//! Somebody at a page, signed in or not.

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use od_engine::{Came, Identity, Scope, TenantId};

use crate::{
    layout::{Layout, Place},
    page::{self, Again},
    parameters::Parameters,
    problem::Fault,
    visit::{self, Browser, Visit},
    web::Web,
};

/// Somebody at a page. Cheap to clone.
#[derive(Clone)]
pub struct Guest(Arc<Known>);

/// What is known of a request to a page.
pub struct Known {
    pub web: Web,
    pub visit: Visit,
    pub browser: Browser,
    /// Who is signed in in the browser; perhaps with a locked session.
    pub identity: Option<Identity>,
    /// What is asked for, within this server: path and query.
    pub target: String,
    pub headers: HeaderMap,
}

impl std::ops::Deref for Guest {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.0
    }
}

impl Known {
    /// The address of a path of this server: its public path before it, if it has one.
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.web.options.public_path())
    }

    /// What stands before every path in links.
    pub fn base(&self) -> &str {
        self.web.options.public_path()
    }

    /// What stands in the address behind the path.
    pub fn query(&self) -> Parameters {
        Parameters::parse(self.query_text().as_bytes())
    }

    /// Whether a word without a value stands there, which is no parameter.
    pub fn has_word(&self, word: &str) -> bool {
        self.query_text().split('&').any(|part| part == word)
    }

    fn query_text(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether a script asks for a part of a page.
    pub fn wants_fragment(&self) -> bool {
        self.headers.contains_key("hx-request")
    }

    /// The call of whoever is signed in; none for nobody.
    pub fn scope(&self) -> Option<Scope> {
        self.identity.clone().map(|identity| self.visit.scope(identity))
    }

    /// The token of a form that is sent to `path`, which is a path within this server, and does the same whoever is signed in. A
    /// form that acts for whoever is has its token from [`Member::csrf`](crate::member::Member::csrf).
    pub fn csrf(&self, path: &str) -> String {
        self.web.engine.forms().token(&self.browser.id, &["page", path], None)
    }

    /// The token of a form that is sent to `path` and acts for whoever is signed in.
    pub fn csrf_of_member(&self, path: &str) -> String {
        let tenant = self.identity.as_ref().map(Identity::tenant);
        self.web.engine.forms().token(&self.browser.id, &["page", path], tenant)
    }

    /// Where a form came from that was sent to `path`, and acts for this tenant if for any.
    pub fn judge(&self, path: &str, tenant: Option<&TenantId>, token: &str) -> Came {
        let forms = self.web.engine.forms();
        forms.judge(&self.browser.id, &["page", path], tenant, token)
    }

    /// What surrounds a page: `place` is the entry of the navigation that it belongs to.
    pub fn layout(&self, title: impl Into<String>, place: Place) -> Layout {
        Layout::new(self, title.into(), place)
    }

    /// A page. `template` has a layout made by [`Self::layout`].
    #[expect(
        clippy::unused_self,
        reason = "a page is shown to somebody; what surrounds it was made of who that is"
    )]
    pub fn show(&self, status: StatusCode, template: &impl Template) -> Response {
        page::show_ours(status, template)
    }

    /// Sends the browser to another page of ours, which it asks for anew.
    pub fn go(&self, path: &str) -> Response {
        if self.wants_fragment() {
            let mut response = page::send_nowhere();
            if let Ok(to) = HeaderValue::try_from(self.to(path)) {
                response.headers_mut().insert("hx-redirect", to);
            }
            return response;
        }
        page::send_to(StatusCode::SEE_OTHER, &self.to(path))
    }

    /// The page of what the engine could not do, or refused, where no form can show it.
    pub fn refuse(&self, error: &od_engine::Error) -> Response {
        Fault::of(error).respond(self)
    }

    /// The same page whether there never was such a thing, it is gone, or it is somebody else's.
    pub fn not_found(&self) -> Response {
        Fault::not_found().respond(self)
    }
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Every route of the pages stands behind `enter`.
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .expect("a page behind its entrance"))
    }
}

/// Whether a page that stays open asks for what is new (`live` in its address), with nobody before it perhaps.
fn asks_by_itself(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    *request.method() == Method::GET && query.split('&').any(|pair| pair == "live")
}

/// Whether a link on another site's page led a browser here that was here before. It may have a session then that it keeps to
/// itself (`SameSite=Strict`) until it comes from a page of ours: one that asks for the same once more finds out.
fn is_led_here(guest: &Known) -> bool {
    let is = |name: &str, value: &str| guest.headers.get(name).is_some_and(|found| found == value);
    guest.identity.is_none()
        && guest.browser.is_known
        && guest.browser.session.is_none()
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
        && visit::comes_from_elsewhere(&guest.headers)
}

/// Before every page: finds out who is there. After it: lets the browser keep what it is known by, and its session.
pub async fn enter(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visit = Visit::of(&request);
    let browser = Browser::of(&web, request.headers());
    let found = match &browser.session {
        Some(cookie) if asks_by_itself(&request) => web.engine.sessions().glance(cookie).await,
        Some(cookie) => web.engine.sessions().find(cookie).await,
        None => Ok(None),
    };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let (identity, kept, fault) = match found {
        Ok(Some(found)) => (Some(found.identity), found.cookie, None),
        Ok(None) => (None, None, None),
        Err(error) => (None, None, Some(error)),
    };
    let guest = Guest(Arc::new(Known {
        target: target.to_owned(),
        headers: request.headers().clone(),
        web,
        visit,
        browser,
        identity,
    }));
    request.extensions_mut().insert(guest.clone());
    let is_get = *request.method() == Method::GET;
    let is_read = is_get || *request.method() == Method::HEAD;
    let mut response = match fault {
        // Whether somebody is signed in cannot be known.
        Some(error) => guest.refuse(&error),
        None if is_get && is_led_here(&guest) => guest.show(StatusCode::OK, &Again { base: guest.base() }),
        None => next.run(request).await,
    };
    guest.browser.keep(&mut response);
    if let Some(session) = kept
        && (is_read || !response.headers().contains_key(header::SET_COOKIE))
        && let Some(cookie) = guest
            .browser
            .cookies
            .keep_session(&session.text, session.lifetime.as_secs())
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    guest.visit.name(&mut response);
    response
}
