//! Documents about OAuth clients, fetched from wherever a stranger says (draft-ietf-oauth-client-id-metadata-document).
//!
//! A client's id is the address of such a document, and anybody may send one. So this is the one request here whose target
//! somebody else chooses, and it must not become a way into this server's network:
//!
//! - The address is `https`, with a path, without user, query, fragment and port, and written as parsers write it.
//! - Only addresses of the public internet are connected to. They are judged where a name is resolved, and the connection
//!   goes to what was judged: there is no second look-up that could answer otherwise.
//! - No redirect is followed, no proxy is taken from the environment, no connection is kept.
//! - It ends after a few seconds and after a few kilobytes. Nothing is decompressed.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, CONTENT_ENCODING, HeaderMap};
use reqwest::{Client as Http, Response, StatusCode};
use serde_json::{Map, Value};
use url::{Host, Position, Url};

use crate::error::BuildError;
use crate::http;
use resolver::Checked;

mod public;
mod rehearsal;
mod resolver;
#[cfg(test)]
mod tests;

pub use rehearsal::Rehearsal;
use rehearsal::admits;
use resolver::NotPublic;

/// A longer address is nobody's.
const MOST_ADDRESS_BYTES: usize = 2000;
/// How long a document is good that does not say.
const UNSAID: Duration = Duration::from_mins(10);
/// No document is good for longer.
const LONGEST: Duration = Duration::from_hours(24);

/// How documents are fetched.
#[derive(Clone, Debug)]
pub struct DocumentOptions {
    /// Sent with every request.
    pub user_agent: String,
    /// From looking the name up to the last byte.
    pub timeout: Duration,
    /// The largest document.
    pub max_bytes: usize,
    /// For tests, which have no internet; no setting leads here.
    pub rehearsal: Option<Rehearsal>,
}

impl Default for DocumentOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("orderdesk-mcp/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(5),
            max_bytes: 16 * 1024,
            rehearsal: None,
        }
    }
}

/// A document as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its members; `client_id` is the address it was fetched from.
    pub members: Map<String, Value>,
    /// How long it may be kept, by what it says itself, and never for more than a day. Zero: not at all.
    pub keep: Duration,
}

/// Why there is no document. The texts are for whoever wrote the client, and say nothing about what else is reachable from
/// here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The address is none that is fetched. Nothing was sent.
    #[error(
        "its address must be an https URL with a path and without user, query, fragment and port, spelled as browsers \
         spell it"
    )]
    Address,
    /// Something of this server's own network, or of none. Nothing was sent.
    #[error("its address does not lead to the public internet")]
    NotPublic,
    /// No answer, not in time, or not the right certificate.
    #[error("it could not be fetched: no answer within the time, or no connection")]
    Unreachable,
    /// An answer that is no document.
    #[error("its address answers with HTTP {0}; redirects are not followed")]
    Status(u16),
    /// More than is read.
    #[error("it has more than {0} bytes")]
    TooLarge(usize),
    /// No JSON object.
    #[error("it is not a JSON object")]
    NotJson,
    /// A document about another client.
    #[error("its client_id is not the address it was fetched from, to the letter")]
    AnotherClient,
}

impl DocumentError {
    /// Whether it may be there a little later: nobody's mistake that a client has to learn of.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Status(status) => *status >= 500 || [408, 425, 429].contains(status),
            _ => false,
        }
    }
}

/// Fetches documents. One for the process.
#[derive(Debug)]
pub struct Documents {
    http: Http,
    max_bytes: usize,
    rehearsal: Option<Rehearsal>,
}

impl Documents {
    /// # Errors
    /// [`BuildError`] for options that make no client.
    pub fn new(options: DocumentOptions) -> Result<Self, BuildError> {
        let certificate = options
            .rehearsal
            .as_ref()
            .and_then(|rehearsal| rehearsal.certificate.clone());
        let http = http::builder(&options.user_agent, certificate)?
            .https_only(true)
            .no_gzip()
            .pool_max_idle_per_host(0)
            .timeout(options.timeout)
            .dns_resolver(Checked::new(options.rehearsal.clone()));
        let http = http::built(http)?;
        Ok(Self {
            http,
            max_bytes: options.max_bytes,
            rehearsal: options.rehearsal,
        })
    }

    /// Fetches the document at `address`, which is the id of the client that it is about.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn fetch(&self, address: &str) -> Result<Document, DocumentError> {
        let url = self.checked(address)?;
        let response = self.http.get(url).send().await.map_err(|error| failure(&error))?;
        if response.status() != StatusCode::OK {
            return Err(DocumentError::Status(response.status().as_u16()));
        }
        let keep = freshness(response.headers());
        let body = self.body(response).await?;
        let Ok(Value::Object(members)) = serde_json::from_slice(&body) else {
            return Err(DocumentError::NotJson);
        };
        if members.get("client_id").and_then(Value::as_str) != Some(address) {
            return Err(DocumentError::AnotherClient);
        }
        Ok(Document { members, keep })
    }

    /// Whether an address is one that could be fetched: what can be said before anything is looked up.
    ///
    /// # Errors
    /// [`DocumentError::Address`], and [`DocumentError::NotPublic`] for a literal address.
    pub fn admit(&self, address: &str) -> Result<(), DocumentError> {
        self.checked(address).map(drop)
    }

    /// The address, if it may be fetched. A name is judged when it is resolved; a literal address never is, so it is here.
    fn checked(&self, address: &str) -> Result<Url, DocumentError> {
        let url = Some(address)
            .filter(|address| address.len() <= MOST_ADDRESS_BYTES)
            .and_then(|address| Url::parse(address).ok())
            // What a parser would have to mend (dots, upper case, backslashes, blanks, :443) is not the same to the letter.
            .filter(|url| url.as_str() == address)
            .ok_or(DocumentError::Address)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url[Position::AfterPath..].is_empty()
            && (url.port().is_none() || self.rehearsal.is_some());
        if url.scheme() != "https" || !is_bare || url.path() == "/" {
            return Err(DocumentError::Address);
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(DocumentError::Address),
        };
        match literal {
            Some(address) if !admits(self.rehearsal.as_ref(), address) => Err(DocumentError::NotPublic),
            _ => Ok(url),
        }
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, DocumentError> {
        let limit = self.max_bytes;
        if response.headers().contains_key(CONTENT_ENCODING) {
            return Err(DocumentError::NotJson);
        }
        let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(DocumentError::TooLarge(limit));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > limit {
                return Err(DocumentError::TooLarge(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// How long an answer may be kept: RFC 9111 section 5.2.2, as far as it concerns somebody who keeps one for himself.
fn freshness(headers: &HeaderMap) -> Duration {
    let directives = || {
        let texts = headers
            .get_all(CACHE_CONTROL)
            .iter()
            .filter_map(|value| value.to_str().ok());
        texts
            .flat_map(|text| text.split(','))
            .map(|one| one.trim().to_ascii_lowercase())
    };
    if directives().any(|one| one == "no-store" || one == "no-cache" || one.starts_with("no-cache=")) {
        return Duration::ZERO;
    }
    let seconds = |text: &str| text.trim().trim_matches('"').parse().map(Duration::from_secs).ok();
    let age = headers
        .get(AGE)
        .and_then(|age| seconds(age.to_str().ok()?))
        .unwrap_or_default();
    let said = directives().find_map(|one| seconds(one.strip_prefix("max-age=")?));
    said.map_or(UNSAID, |most| most.saturating_sub(age)).min(LONGEST)
}

fn failure(error: &reqwest::Error) -> DocumentError {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return DocumentError::NotPublic;
        }
        source = cause.source();
    }
    DocumentError::Unreachable
}
