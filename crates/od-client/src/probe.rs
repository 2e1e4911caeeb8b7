//! What is at an address: Order Desk's API, or any other page.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::error::Error;
use crate::options::ClientOptions;
use crate::reply;
use crate::request::Request;
use crate::transport::Transport;

/// One request to a web server of which nothing is known, without credentials.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Path and query below the base URL, with the slash at their beginning, written as they are to be sent.
    pub target: String,
    /// The media types that are asked for.
    pub accept: &'static str,
    /// The media type of a body that is posted, and the body; without one it is a GET.
    pub posted: Option<(&'static str, String)>,
}

/// What came back from a [`Visit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visited {
    /// The HTTP status. Redirects are not followed.
    pub status: u16,
    /// Names in small letters, and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, whatever it is.
    pub body: Vec<u8>,
}

impl Visited {
    /// The values of every header of this name, which is written in small letters.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first of them.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

impl ClientOptions {
    /// Asks `GET /test` once, without credentials, which Order Desk has to refuse: so no key is tried against anybody's
    /// store, and nobody's request budget is touched.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the status of an answer that is not recognisably Order Desk's, and with 3xx for a redirect;
    /// [`Error::NotFound`], [`Error::Server`], and what else keeps an answer from coming.
    pub async fn probe(&self) -> Result<(), Error> {
        let transport = Transport::new(self).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let raw = transport.send(&Request::get(&["test"]), HeaderMap::new(), None).await?;
        reply::recognise(&raw)
    }

    /// Sends one request below the base URL and gives whatever answers there.
    ///
    /// # Errors
    /// What keeps an answer from coming: [`Error::Network`], [`Error::Timeout`], [`Error::TooLarge`].
    pub async fn visit(&self, visit: Visit) -> Result<Visited, Error> {
        let transport = Transport::new(self).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(visit.accept))]);
        let body = visit.posted.map(|(media_type, body)| {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            body.into_bytes()
        });
        let (status, headers, body) = transport.visit(&visit.target, headers, body).await?;
        let told = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Visited {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), told(value)))
                .collect(),
            body,
        })
    }
}
