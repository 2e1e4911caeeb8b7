//! What was asked of the simulator and when: the evidence a test looks at.

use std::collections::VecDeque;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::Serialize;
use serde_json::Value;

/// The newest so many requests are kept.
const KEPT: usize = 10_000;

/// One request to the API, as it arrived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// Counts from 1 and is never reused, so a gap at the front means that old entries were dropped.
    pub seq: u64,
    /// Upper case, before any method override.
    pub method: String,
    /// Path below the base URL, not decoded: `/orders/80012345`.
    pub path: String,
    /// The query as sent, without `?`; empty when there is none.
    pub query: String,
    /// The body as JSON; a body that is not JSON is kept as a JSON string; `None` when there was none.
    pub body: Option<Value>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The store id claimed in the headers, right or wrong. The API key is never recorded.
    pub store_id: Option<String>,
    /// HTTP status answered; `None` while unanswered, and for ever when a fault hung up or the caller left.
    pub status: Option<u16>,
    /// The fault that struck this request, by name.
    pub fault: Option<&'static str>,
    /// When the whole request was read: milliseconds since the simulator started.
    pub received_at: u64,
    /// When the reply was ready to be sent, on the same scale.
    pub replied_at: Option<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Record {
    entries: VecDeque<Recorded>,
    last: u64,
}

impl Record {
    /// Notes an arrival and gives its sequence number.
    pub(crate) fn arrived(&mut self, parts: &Parts, path: &str, body: &[u8], received_at: u64) -> u64 {
        self.last += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(Recorded {
            seq: self.last,
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body: body_of(body),
            user_agent: header_text(parts, header::USER_AGENT.as_str()),
            request_id: header_text(parts, "x-request-id"),
            content_type: header_text(parts, header::CONTENT_TYPE.as_str()),
            store_id: header_text(parts, "orderdesk-store-id"),
            status: None,
            fault: None,
            received_at,
            replied_at: None,
        });
        self.last
    }

    pub(crate) fn struck(&mut self, seq: u64, fault: &'static str) {
        if let Some(entry) = self.entry(seq) {
            entry.fault = Some(fault);
        }
    }

    pub(crate) fn replied(&mut self, seq: u64, status: StatusCode, replied_at: u64) {
        if let Some(entry) = self.entry(seq) {
            entry.status = Some(status.as_u16());
            entry.replied_at = Some(replied_at);
        }
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// `None` when the entry was dropped or cleared meanwhile.
    fn entry(&mut self, seq: u64) -> Option<&mut Recorded> {
        let first = self.entries.front()?.seq;
        let index = usize::try_from(seq.checked_sub(first)?).ok()?;
        self.entries.get_mut(index)
    }
}

fn body_of(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    Some(serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into()))
}

pub(crate) fn header_text(parts: &Parts, name: &str) -> Option<String> {
    let value = parts.headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
