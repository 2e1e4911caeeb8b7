//! Clients of the older protocol revisions that stop waiting say so in a request of its own.
//!
//! Up to 2025-11-25 a client that gives up sends `notifications/cancelled` with the id of its call and lets the call's
//! connection stand, so that the answer is taken and thrown away. Since there are no protocol sessions, the call is found
//! by what both requests have in common: credential, address, program, revision, id. Ids count from one in every client:
//! where two calls could be meant, none is. From 2026-07-28 on a client closes the connection instead.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use od_engine::{ClientInfo, Delivery, Lost};
use serde::Deserialize;
use serde_json::Value;

use super::body::is_plausible_id;

/// The header that names the revision.
const REVISION: &str = "mcp-protocol-version";
/// The first revision in which closing the connection is the signal.
const BY_CLOSING: &str = "2026-07-28";
/// A cancellation is shorter than this.
const SHORT: usize = 4096;
/// How long after its answer a call may still be the one that is meant.
const JUST_ANSWERED: Duration = Duration::from_secs(5);
/// No more calls are noted, each in less than a kilobyte; those beyond count as answered.
const MOST: usize = 1024;

/// The calls whose clients may still send a cancellation.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<Key, Vec<Delivery>>>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    credential: String,
    ip: Option<String>,
    user_agent: Option<String>,
    revision: Option<String>,
    /// As JSON: the text "1" is not the number 1.
    id: String,
}

/// What has to be known of a message.
#[derive(Deserialize)]
struct Message {
    id: Option<Value>,
    method: Option<String>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    #[serde(rename = "requestId")]
    request_id: Option<Value>,
    name: Option<String>,
}

impl Waiting {
    /// Looks at a message: notes a call of a tool that changes something, as `is_write` says, and marks the one that a
    /// cancellation means. Answers to other calls are never kept.
    pub(super) fn note(
        &self,
        credential: &str,
        client: &ClientInfo,
        headers: &HeaderMap,
        body: &[u8],
        delivery: &Delivery,
        is_write: impl Fn(&str) -> bool,
    ) {
        let revision = headers.get(REVISION).and_then(|revision| revision.to_str().ok());
        if revision.is_some_and(|revision| revision >= BY_CLOSING) {
            return;
        }
        let Ok(Message { id, method, params }) = serde_json::from_slice(body) else {
            return;
        };
        let key = |id: &Value| Key {
            credential: credential.to_owned(),
            ip: client.ip.clone(),
            user_agent: client.user_agent.clone(),
            revision: revision.map(str::to_owned),
            id: id.to_string(),
        };
        match (method.as_deref(), id) {
            (Some("notifications/cancelled"), None) if body.len() < SHORT => {
                let id = params.and_then(|params| params.request_id);
                if let Some(id) = id.filter(is_plausible_id) {
                    self.cancel(&key(&id));
                }
            }
            (Some("tools/call"), Some(id)) if is_plausible_id(&id) => {
                let tool = params.and_then(|params| params.name);
                if tool.is_some_and(|tool| is_write(&tool)) {
                    self.insert(key(&id), delivery.clone());
                }
            }
            _ => {}
        }
    }

    fn insert(&self, key: Key, delivery: Delivery) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            waiting.retain(|_, calls| {
                calls.retain(may_be_meant);
                !calls.is_empty()
            });
        }
        if waiting.len() < MOST || waiting.contains_key(&key) {
            let calls = waiting.entry(key).or_default();
            calls.retain(may_be_meant);
            calls.push(delivery);
        }
    }

    fn cancel(&self, key: &Key) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(calls) = waiting.get_mut(key) else { return };
        calls.retain(may_be_meant);
        if let [only] = calls.as_slice() {
            // Without effect on a call that was answered already.
            only.lose(Lost::Cancelled);
        }
    }
}

fn may_be_meant(call: &Delivery) -> bool {
    call.settled_since().is_none_or(|since| since < JUST_ANSWERED)
}

#[cfg(test)]
mod tests;
