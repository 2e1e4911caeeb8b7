//! One request as a route sees it: already authenticated, paid for, and split into its parts.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::choices::Choices;
use crate::clock;
use crate::reply::Reply;
use crate::rules::Rule;

pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Path below the API root, split at slashes and not decoded: every valid segment is a plain word or digits.
    pub(crate) segments: Vec<&'a str>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
    pub(crate) now: Timestamp,
    pub(crate) choices: Choices,
    pub(crate) rules: &'a [Rule],
}

impl Call<'_> {
    /// The time of this call in the format of replies.
    pub(crate) fn now(&self) -> String {
        clock::date_time(self.now)
    }

    /// A query parameter that is present and not empty. The last one wins, as in PHP.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether the caller wants the order's history too.
    pub(crate) fn wants_history(&self) -> bool {
        matches!(self.param("get_order_history"), Some("1" | "true"))
    }

    /// The status of a successful create.
    pub(crate) fn created(&self) -> StatusCode {
        if self.choices.created_is_201 {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        }
    }

    /// A page size or offset; anything but digits counts as not given.
    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        self.param(name)?.parse().ok()
    }

    pub(crate) fn json(&self) -> Result<Value, Reply> {
        serde_json::from_slice(self.body).map_err(|_| Reply::bad_request("Invalid JSON"))
    }

    pub(crate) fn object(&self) -> Result<Map<String, Value>, Reply> {
        match self.json()? {
            Value::Object(map) => Ok(map),
            _ => Err(Reply::bad_request("Invalid Request: a JSON object is expected")),
        }
    }

    pub(crate) fn array(&self) -> Result<Vec<Value>, Reply> {
        match self.json()? {
            Value::Array(list) => Ok(list),
            _ => Err(Reply::bad_request("Invalid Request: a JSON array is expected")),
        }
    }
}
