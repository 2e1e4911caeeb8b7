//! The challenge: how a client learns where to sign in, and what to ask for there.
//!
//! RFC 6750 section 3 and RFC 9728 section 5.1. It points to the document of the very endpoint that was asked, because clients
//! compare that document's address with the one they were given. As scope it names everything that a normal user should
//! get, not the least: half of the clients have no way to ask for more later.

use axum::http::header::{HOST, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};
use od_engine::{Grants, Permission};

use super::options::origin_of;

/// Where the documents about endpoints stand: RFC 9728 section 3.1.
const METADATA: &str = "/.well-known/oauth-protected-resource";
/// The path of an endpoint is not longer, unless somebody plays with it.
const MOST_PATH_BYTES: usize = 1000;

/// The challenge of one request, put into words when it is sent: hardly any request needs it.
#[derive(Debug)]
pub(super) struct Challenge<'a> {
    /// Whether there is anywhere to sign in.
    oauth: bool,
    public_url: Option<&'a str>,
    uri: Uri,
    host: Option<HeaderValue>,
}

/// Why a challenge is sent, if anything was wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Nothing was sent.
    None,
    /// A credential that is nobody's.
    InvalidToken,
}

impl<'a> Challenge<'a> {
    /// The challenge for a request to `uri`, which reached a name of this server.
    pub(super) fn new(oauth: bool, public_url: Option<&'a str>, uri: &Uri, headers: &HeaderMap) -> Self {
        Self {
            oauth,
            public_url,
            uri: uri.clone(),
            host: headers.get(HOST).cloned(),
        }
    }

    /// Whether it says where to sign in.
    pub(super) fn points_somewhere(&self) -> bool {
        self.oauth
    }

    /// The address of the endpoint's document; none without OAuth. The path of a public address goes behind the place, where
    /// clients look for it that derive it.
    fn metadata(&self) -> Option<String> {
        let path = path(&self.uri);
        self.oauth
            .then(|| match self.public_url.map(|url| url.trim_end_matches('/')) {
                Some(url) => {
                    let origin = origin_of(url);
                    format!("{origin}{METADATA}{}{path}", &url[origin.len()..])
                }
                None => format!("http://{}{METADATA}{path}", self.host()),
            })
    }

    /// The host as the caller wrote it.
    fn host(&self) -> &str {
        let header = self.host.as_ref().and_then(|host| host.to_str().ok());
        header
            .or_else(|| self.uri.authority().map(Authority::as_str))
            .unwrap_or_default()
    }

    /// For 401.
    pub(super) fn unauthorized(&self, fault: Fault) -> HeaderValue {
        let error = match fault {
            Fault::None => "",
            Fault::InvalidToken => ", error=\"invalid_token\"",
        };
        let text = match self.metadata() {
            Some(metadata) => {
                let scope = Grants::DEFAULT.to_scope();
                format!("Bearer realm=\"orderdesk-mcp\"{error}, resource_metadata=\"{metadata}\", scope=\"{scope}\"")
            }
            None => format!("Bearer realm=\"orderdesk-mcp\"{error}"),
        };
        value(text)
    }

    /// For 403: what the credential has and what the call needs beside it, so that a client that asks for just that loses
    /// nothing (RFC 6750 section 3.1).
    pub(super) fn insufficient(&self, granted: Grants, needed: Permission) -> HeaderValue {
        let scope = granted.with(Grants::of(&[needed])).to_scope();
        let mut text = format!("Bearer realm=\"orderdesk-mcp\", error=\"insufficient_scope\", scope=\"{scope}\"");
        if let Some(metadata) = self.metadata() {
            text.push_str(", resource_metadata=\"");
            text.push_str(&metadata);
            text.push('"');
        }
        value(text)
    }
}

/// The path as the caller wrote it, fit to stand in quotes.
fn path(uri: &Uri) -> String {
    let path = uri.path();
    if path.len() > MOST_PATH_BYTES {
        return String::new();
    }
    let fit = |byte: u8| {
        if byte.is_ascii_graphic() && !b"\"\\".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    path.bytes().map(fit).collect()
}

fn value(text: String) -> HeaderValue {
    // Only a public address that is no address could make it none.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("Bearer realm=\"orderdesk-mcp\""))
}
