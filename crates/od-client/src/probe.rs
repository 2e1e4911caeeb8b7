//! What is at an address: Order Desk's API, or any other page.

use reqwest::header::HeaderMap;

use crate::error::Error;
use crate::options::ClientOptions;
use crate::reply;
use crate::request::Request;
use crate::transport::Transport;

/// What a web server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status. Redirects are not followed.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body, whatever it is.
    pub body: Vec<u8>,
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

    /// Asks for a page below the base URL once, without credentials, and gives whatever answers there.
    ///
    /// # Errors
    /// What keeps an answer from coming: [`Error::Network`], [`Error::Timeout`], [`Error::TooLarge`].
    pub async fn look(&self, path: &[&str]) -> Result<Page, Error> {
        let transport = Transport::new(self).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let raw = transport.send(&Request::get(path), HeaderMap::new(), None).await?;
        Ok(Page {
            status: raw.status,
            location: raw.location,
            body: raw.body,
        })
    }
}
