//! What this door says, and how it names the endpoint.

use std::{net::SocketAddr, sync::Arc};

use axum::http::{HeaderMap, header};
use url::{Position, Url};

use crate::{
    demo::Demo,
    desk::Desk,
    endpoints::{self, ENDPOINT},
    mail::Deliver,
};

/// What the pages and documents say about this server.
#[derive(Clone)]
pub struct WebOptions {
    /// The address clients reach the server at, e.g. `https://orders.example.com`. Without it, the caller's own word
    /// for this server is taken, from the Host header.
    pub public_url: Option<Url>,
    /// The address the server listens on.
    pub address: SocketAddr,
    /// Whether a Host header names this server: the judgement of the endpoint itself.
    pub answers_to: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Whether calls without credentials are answered, as in the open demo.
    pub open: bool,
    /// Sends mails; nothing is offered that needs one without.
    pub mail: Option<Deliver>,
    /// The name of the cookie that a signed-in browser keeps.
    pub session_cookie: String,
    /// Whether cookies are kept from what is not TLS, where browsers reach this server over TLS.
    pub secure_cookies: bool,
    /// Which sites' pages may lead here with the session's cookie.
    pub same_site: SameSite,
    /// The longest post of Order Desk that is read, in bytes.
    pub most_post_bytes: usize,
    /// The pages for people; none but the landing page and those of OAuth without.
    pub pages: Option<PageOptions>,
}

/// What the pages for people are to have.
#[derive(Clone, Default)]
pub struct PageOptions {
    /// Whether the audit log can be looked through.
    pub traces: bool,
    /// The settings that whoever is signed in may see, those of a section one after the other. Never a secret, nor what is the
    /// operator's alone.
    pub settings: Vec<SettingView>,
    /// The tools of the console.
    pub desk: Desk,
    /// Whether mail is not sent to anybody but printed where this server runs.
    pub mail_is_printed: bool,
    /// What they have in the demo.
    pub demo: Option<Demo>,
}

/// A setting as it stands.
#[derive(Clone, Debug)]
pub struct SettingView {
    /// The heading that it stands under.
    pub section: String,
    /// What it is called in the environment.
    pub name: String,
    /// As `config show` tells it.
    pub value: String,
    /// Where the value came from, in a few words.
    pub origin: String,
    /// What it is about, as plain text.
    pub about: String,
}

/// The `SameSite` attribute of a cookie (RFC 6265bis, section 4.1.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Only with requests that our own pages make.
    Strict,
    /// Also with those of a link on another site.
    Lax,
    /// With all.
    None,
}

impl WebOptions {
    /// The MCP endpoint: what a person pastes into a client, and the identifier of the protected resource. Clients
    /// compare the two, so it is spelled as the caller spelled it. A name that is not known to be ours is never repeated
    /// to a caller.
    pub(crate) fn endpoint(&self, headers: &HeaderMap) -> String {
        self.base(headers) + ENDPOINT
    }

    /// What stands before the path of every route here, without a slash at its end.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => match host(headers).filter(|host| (self.answers_to)(host)) {
                Some(host) => format!("http://{host}"),
                None => format!("http://{}", self.address),
            },
        }
    }

    /// What this server is called as an authorization server: scheme and host of [`Self::base`], without a slash at its end,
    /// because most clients refuse one (RFC 8414 section 2, RFC 9207).
    pub(crate) fn issuer(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => self.base(headers),
        }
    }

    /// The path that the public address has, which a proxy takes off; mostly none.
    pub(crate) fn public_path(&self) -> &str {
        self.public_url.as_ref().map_or("", Url::path).trim_end_matches('/')
    }

    /// Whether a `resource` parameter (RFC 8707) names an endpoint of this server, with or without a slash at its end and the
    /// host in any case. A token is good at all of them.
    pub fn is_our_resource(&self, resource: &str) -> bool {
        let Ok(url) = Url::parse(resource) else { return false };
        let bare =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let at_home = match &self.public_url {
            Some(public) => public.origin() == url.origin(),
            None => url.scheme() == "http" && self.is_named_by(&url),
        };
        let endpoint = url.path().strip_prefix(self.public_path());
        bare && at_home && is_spelled_out(resource, &url) && endpoint.is_some_and(endpoints::is_endpoint)
    }

    fn is_named_by(&self, url: &Url) -> bool {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        host == self.address.to_string() || (self.answers_to)(host)
    }

    /// Whether browsers reach this server over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}

/// Whether a text is a URL as it stands, and none that a parser had to mend: it drops blanks and line ends, takes a backslash for a
/// slash, adds slashes that are missing and resolves dots.
fn is_spelled_out(text: &str, url: &Url) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let behind = text.split_once("://").map(|(_, behind)| behind);
    let path = behind.and_then(|behind| behind.find('/').map(|at| &behind[at..]));
    is_plain && path == Some(url.path())
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}
