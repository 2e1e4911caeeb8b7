//! Clients of the older protocol revisions that stop waiting say so in a request of its own.
//!
//! Up to 2025-11-25 a client that gives up sends `notifications/cancelled` with the id of its call and lets the call's
//! connection stand, so that the answer is taken and thrown away. Since there are no protocol sessions, the call is found
//! by what both requests have in common: credential, address, program, revision, id. Ids count from one in every client,
//! for requests of every kind: where two could be meant, none is. From 2026-07-28 on a client closes the connection instead.

use std::array;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::HeaderMap;
use od_engine::{ClientInfo, Delivery, Lost};
use serde::Deserialize;
use serde_json::Value;

use super::body::is_plausible_id;
use calls::{Calls, JUST_ANSWERED};

mod calls;

/// The header that names the revision.
const REVISION: &str = "mcp-protocol-version";
/// The first revision in which closing the connection is the signal.
const BY_CLOSING: &str = "2026-07-28";
/// A cancellation is shorter than this.
const SHORT: usize = 4096;
/// Every request is noted: those of different credentials seldom wait for each other.
const PARTS: usize = 16;

/// The requests whose clients may still send a cancellation. Each credential has a share of its own, so that nobody's calls
/// push out another's.
pub(super) struct Waiting {
    parts: [Mutex<Part>; PARTS],
    hashes: RandomState,
}

#[derive(Default)]
struct Part {
    /// By credential.
    calls: HashMap<String, Calls>,
    /// When what is over was last forgotten.
    swept: Option<Instant>,
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

impl Default for Waiting {
    fn default() -> Self {
        Self {
            parts: array::from_fn(|_| Mutex::default()),
            hashes: RandomState::new(),
        }
    }
}

impl Waiting {
    /// Looks at a message: notes a request, and whether it is the call of a tool that changes something, as `is_write` says;
    /// marks the one that a cancellation means. Only answers to such calls are ever kept.
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
        // As JSON: the text "1" is not the number 1.
        let key = |id: &Value| {
            self.hashes
                .hash_one((&client.ip, &client.user_agent, revision, id.to_string()))
        };
        match (method.as_deref(), id) {
            (Some("notifications/cancelled"), None) if body.len() < SHORT => {
                let id = params.and_then(|params| params.request_id);
                if let Some(id) = id.filter(is_plausible_id)
                    && let Some(calls) = self.part(credential).calls.get_mut(credential)
                    && let Some(meant) = calls.meant(key(&id))
                {
                    // Without effect on a call that was answered already.
                    meant.lose(Lost::Cancelled);
                }
            }
            (Some(method), Some(id)) if is_plausible_id(&id) => {
                let tool = params.and_then(|params| params.name);
                let is_write = method == "tools/call" && tool.is_some_and(|tool| is_write(&tool));
                let key = key(&id);
                let mut part = self.part(credential);
                part.sweep();
                if let Some(calls) = part.calls.get_mut(credential) {
                    calls.insert(key, delivery.clone(), is_write);
                } else {
                    let mut calls = Calls::default();
                    calls.insert(key, delivery.clone(), is_write);
                    part.calls.insert(credential.to_owned(), calls);
                }
            }
            _ => {}
        }
    }

    fn part(&self, credential: &str) -> MutexGuard<'_, Part> {
        let number = self.hashes.hash_one(credential) % PARTS as u64;
        let part = &self.parts[usize::try_from(number).unwrap_or_default()];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.parts
            .iter()
            .all(|part| part.lock().is_ok_and(|part| part.calls.is_empty()))
    }
}

impl Part {
    /// Forgets what is over, now and then, so that nothing stays of those who went.
    fn sweep(&mut self) {
        if self.swept.is_some_and(|swept| swept.elapsed() < JUST_ANSWERED) {
            return;
        }
        self.swept = Some(Instant::now());
        self.calls.retain(|_, calls| {
            calls.forget();
            !calls.is_empty()
        });
    }
}

#[cfg(test)]
mod tests;
