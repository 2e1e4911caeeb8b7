//! Whether Order Desk's API is where the options say.

use reqwest::header::HeaderMap;

use crate::error::Error;
use crate::options::ClientOptions;
use crate::reply;
use crate::request::Request;
use crate::transport::Transport;

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
}
