//! Who is calling: one store's id and API key.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::model::id::is_digits;

const STORE_ID: HeaderName = HeaderName::from_static("orderdesk-store-id");
const API_KEY: HeaderName = HeaderName::from_static("orderdesk-api-key");

/// One store's credentials. `Debug` does not show the key.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Order Desk's store id: digits.
    pub store_id: String,
    /// The store's API key.
    pub api_key: SecretString,
    /// What calls share a budget, a breaker and reads in flight by: a digest of store id *and* key, so that a stranger
    /// with a wrong key for the same store drains nobody.
    pub budget_key: String,
}

impl Credentials {
    /// The two credential headers, marked sensitive so that no layer below prints them.
    pub(crate) fn headers(&self) -> Result<HeaderMap, Error> {
        if !is_digits(&self.store_id) {
            return Err(Error::InvalidArgument("a store id is 1 to 20 digits".to_owned()));
        }
        let invalid = || Error::InvalidArgument("the API key is not printable ASCII text".to_owned());
        let text = self.api_key.expose_secret();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid());
        }
        let mut key = HeaderValue::from_str(text).map_err(|_| invalid())?;
        let mut id = HeaderValue::from_str(&self.store_id).map_err(|_| invalid())?;
        key.set_sensitive(true);
        id.set_sensitive(true);
        Ok(HeaderMap::from_iter([(STORE_ID, id), (API_KEY, key)]))
    }
}
