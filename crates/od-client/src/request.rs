//! One request as a value: the same value can be sent again, and nothing in it can leave its path segment.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
pub(crate) use crate::operation::Method;
use crate::operation::Operation;

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reduces a reply to what may be seen.
pub(crate) type Sieve = fn(Map<String, Value>) -> Map<String, Value>;

/// A request relative to the API's base URL.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// What it is, without ids.
    pub(crate) operation: Operation,
    /// Encoded segments joined by `/`, without a leading slash.
    pub(crate) path: String,
    /// Query with its `?`, or empty.
    pub(crate) query: String,
    /// JSON text; reads have none.
    pub(crate) body: Option<Vec<u8>>,
    /// Large reads and batches give way to everything else unless the caller says otherwise.
    pub(crate) bulk: bool,
    /// What of the reply may leave the client, applied before anybody sees it.
    pub(crate) sieve: Option<Sieve>,
}

impl Request {
    pub(crate) fn new(method: Method, segments: &[&str]) -> Self {
        let encoded: Vec<String> = segments
            .iter()
            .map(|segment| utf8_percent_encode(segment, SEGMENT).to_string())
            .collect();
        Self {
            method,
            operation: Operation::of(method, segments),
            path: encoded.join("/"),
            query: String::new(),
            body: None,
            bulk: false,
            sieve: None,
        }
    }

    pub(crate) fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments)
    }

    pub(crate) fn query(mut self, pairs: &[(&'static str, String)]) -> Self {
        if !pairs.is_empty() {
            self.query = url::form_urlencoded::Serializer::for_suffix("?".to_owned(), 1)
                .extend_pairs(pairs)
                .finish();
        }
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let text = serde_json::to_vec(body)
            .map_err(|error| Error::InvalidArgument(format!("the record is not JSON: {error}")))?;
        self.body = Some(text);
        Ok(self)
    }

    pub(crate) fn bulk(mut self, bulk: bool) -> Self {
        self.bulk = bulk;
        self
    }

    pub(crate) fn sieve(mut self, sieve: Sieve) -> Self {
        self.sieve = Some(sieve);
        self
    }

    /// What identical reads have in common.
    pub(crate) fn target(&self) -> String {
        format!("{}{}", self.path, self.query)
    }
}
