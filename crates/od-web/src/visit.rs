//! One request to the pages and endpoints of OAuth: who it comes from, and what it is called by in the log.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use od_engine::{Anonymous, ClientInfo, Engine, Error, Identity, RequestId, Scope, Source};
use secrecy::SecretString;

use crate::{cookies::Cookies, web::Web};

#[cfg(test)]
mod tests;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request.
pub struct Visit {
    pub request_id: RequestId,
    pub address: Option<IpAddr>,
    client: ClientInfo,
}

impl Visit {
    pub fn of(request: &Request) -> Self {
        /// Longer ones are cut.
        const MOST_CHARS: usize = 200;
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let address = peer.map(|peer| peer.0.ip());
        let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let user_agent = text(header::USER_AGENT).map(|agent| agent.chars().take(MOST_CHARS).collect());
        Self {
            request_id: text(REQUEST_ID)
                .and_then(RequestId::parse)
                .unwrap_or_else(RequestId::generate),
            address,
            client: ClientInfo {
                name: None,
                ip: address.map(|address| address.to_string()),
                user_agent,
            },
        }
    }

    /// Whoever it is, for the audit log.
    pub fn anonymous(&self, source: Source) -> Anonymous {
        Anonymous {
            request_id: self.request_id,
            source,
            client: self.client.clone(),
        }
    }

    /// A person's call, who is signed in in a browser.
    pub fn scope(&self, identity: Identity) -> Scope {
        Scope::new(identity, self.request_id, Source::Webui).with_client(self.client.clone())
    }

    /// Puts a step that came to nothing into the log, under the reference that is told: a fault of ours, by its code, always; of
    /// steps that were refused as many as anybody can read.
    pub fn note(&self, web: &Web, step: &'static str, reason: &str, fault: Option<&'static str>) {
        if let Some(code) = fault {
            tracing::error!(step, code, reason, request_id = %self.request_id, "a step of connecting a client could not be done");
        } else {
            let oauth = web.engine.oauth();
            oauth.note_refusal(step, reason, self.request_id, self.address);
        }
    }

    /// Names the request in its answer.
    pub fn name(&self, response: &mut Response) {
        if let Ok(id) = HeaderValue::try_from(self.request_id.to_string()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
}

/// Whether a page of another site led here, as browsers tell it (Fetch Metadata Request Headers).
pub fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    matches!(site, Some("cross-site" | "same-site"))
}

/// Whose browser it is, and who is signed in in it.
pub struct Browser {
    pub cookies: Cookies,
    /// What it is known by.
    pub id: String,
    /// Whether it brought that along.
    pub is_known: bool,
    pub session: Option<SecretString>,
}

impl Browser {
    pub fn of(web: &Web, headers: &HeaderMap) -> Self {
        let cookies = Cookies::new(&web.options);
        let known = cookies.browser(headers).filter(|id| od_engine::is_browser(id));
        Self {
            id: known.map_or_else(od_engine::new_browser, str::to_owned),
            is_known: known.is_some(),
            session: cookies.session(headers),
            cookies,
        }
    }

    /// Who is signed in, and can open the tenant's secrets.
    ///
    /// # Errors
    /// [`Error::Storage`]: whoever it is, a form of theirs cannot be judged now.
    pub async fn signed_in(&self, engine: &Engine) -> Result<Option<Identity>, Error> {
        let Some(session) = &self.session else {
            return Ok(None);
        };
        let found = engine.sessions().find(session).await?;
        let identity = found.map(|found| found.identity);
        Ok(identity.filter(|identity| !identity.is_locked()))
    }

    /// The same, to show a page. A database that cannot be asked is no reason to show nothing: then it is as if nobody was.
    pub async fn shown_to(&self, engine: &Engine) -> Option<Identity> {
        let found = self.signed_in(engine).await;
        found
            .inspect_err(|error| tracing::warn!(%error, "a session could not be looked for"))
            .ok()
            .flatten()
    }

    /// Lets the browser keep what it is known by.
    pub fn keep(&self, response: &mut Response) {
        if !self.is_known
            && let Some(cookie) = self.cookies.keep_browser(&self.id)
        {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}
