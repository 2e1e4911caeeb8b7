//! Who may talk to this server by which name: Host and Origin against lists, so that a web page cannot reach a server on
//! its visitor's machine by DNS rebinding.

use axum::http::header::{HOST, HeaderValue, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};

use super::hosts::{BadEntry, Host, HostList, plain, port};
use super::refusal::Refusal;

/// The names and origins that are let in.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    hosts: HostList,
    origins: Vec<Origin>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    name: String,
    /// `None` is every port.
    port: Option<u16>,
}

impl Allowed {
    /// Reads the list of origins.
    pub(super) fn new<'a>(hosts: HostList, origins: impl IntoIterator<Item = &'a str>) -> Result<Self, BadEntry> {
        Ok(Self {
            hosts,
            origins: origins.into_iter().map(Origin::parse_entry).collect::<Result<_, _>>()?,
        })
    }

    /// The origin of a page that is let in; `None` for a program, and for a page that is not.
    pub(super) fn page(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (Some(origin), None) if self.admits(origin) => Some(origin.clone()),
            _ => None,
        }
    }

    fn admits(&self, value: &HeaderValue) -> bool {
        let origin = value.to_str().ok().and_then(Origin::parse);
        origin.is_some_and(|origin| self.origins.iter().any(|allowed| allowed.admits(&origin)))
    }

    /// Refuses a request to a foreign host name or from a foreign web page. Programs send no Origin and pass.
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(host) = host(uri, headers).and_then(|host| Host::parse(&host)) else {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "VALIDATION_ERROR",
                "The Host header is missing or malformed.",
            ));
        };
        if !self.hosts.lists(&host) {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "PERMISSION_DENIED",
                "This host name is not served here.",
            )
            .with_hint("The operator lists the names of this server in ALLOWED_HOSTS or PUBLIC_URL."));
        }
        if !headers.get_all(ORIGIN).iter().all(|origin| self.admits(origin)) {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "PERMISSION_DENIED",
                "Web pages of this origin are not let in.",
            )
            .with_hint("The operator lists the origins that may call from a browser in ALLOWED_ORIGINS."));
        }
        Ok(())
    }
}

/// The host a request was sent to: its Host header, or the authority of an HTTP/2 request.
fn host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_owned),
        (None, None) => uri.authority().map(|authority| authority.as_str().to_owned()),
        _ => None,
    }
}

impl Origin {
    /// An `Origin` header. `null` is nobody's origin.
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority: Authority = rest.parse().ok()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let port = port(&authority).ok()?;
        Some(Self {
            scheme,
            name: plain(authority.host()),
            port: Some(port.unwrap_or(default_port)),
        })
    }

    /// An entry of the list: as the header, or with `:*` for every port.
    fn parse_entry(text: &str) -> Result<Self, BadEntry> {
        let (base, every_port) = text
            .trim()
            .strip_suffix(":*")
            .map_or((text, false), |base| (base, true));
        let origin = Self::parse(base).ok_or_else(|| BadEntry::Origin(text.to_owned()))?;
        Ok(if every_port {
            Self { port: None, ..origin }
        } else {
            origin
        })
    }

    fn admits(&self, origin: &Self) -> bool {
        self.scheme == origin.scheme && self.name == origin.name && (self.port.is_none() || self.port == origin.port)
    }
}
