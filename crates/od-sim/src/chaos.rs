//! Faults on demand: which call they strike, and when. How a struck call looks is in `chaos/mischief.rs`.

pub(crate) mod mischief;
#[cfg(test)]
mod tests;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dice::Dice;

/// A fault waiting for calls to strike. By default it strikes the next call of any kind, once.
///
/// As JSON: `{"kind": {"error_after_commit": {"status": 502}}, "method": "PUT", "path": "/orders/*", "times": 2}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only calls whose path below the base URL matches: `*` stands for one segment, a last `**` for any rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only calls to this store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
    /// How many matching calls pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many calls it strikes; 0 for all of them until the faults are cleared.
    #[serde(default = "once")]
    pub times: u32,
    /// The chance that it strikes a matching call, from 0 to 1. The simulator's seed decides.
    #[serde(default = "always")]
    pub probability: f64,
}

/// What happens to a struck call. "Commit" is the moment the change takes effect in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// 429 with `X-Retry-After`; not committed.
    RateLimited {
        /// Seconds, with decimals.
        retry_after: f64,
    },
    /// A server error in place of the work.
    ErrorBeforeCommit {
        /// HTTP status.
        status: u16,
        /// An HTML page instead of the error envelope.
        #[serde(default)]
        html: bool,
    },
    /// A server error although the work was done.
    ErrorAfterCommit {
        /// HTTP status.
        status: u16,
        /// An HTML page instead of the error envelope.
        #[serde(default)]
        html: bool,
    },
    /// No answer, ever; not committed.
    HangBeforeCommit,
    /// No answer, ever, although committed: a timeout with an unknown outcome.
    HangAfterCommit,
    /// The connection ends without a byte; not committed.
    DropBeforeCommit,
    /// The connection ends without a byte although committed.
    DropAfterCommit,
    /// Committed; the connection ends in the middle of the body.
    Truncate,
    /// Committed; a 200 with an HTML page.
    Html,
    /// Committed at once; the whole reply comes late.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// Committed; the reply comes sixteen bytes at a time.
    Drip {
        /// Milliseconds between the pieces.
        ms: u64,
    },
    /// Another writer's merge patch (RFC 7396) lands on the order in the path: right after a GET has read it, and
    /// right before any other method works on it. The call itself goes well. The history tells of it; with another
    /// `folder_id` the order is moved, and the folder's rules run.
    ConcurrentEdit {
        /// Fields to set; null removes one.
        patch: Map<String, Value>,
    },
    /// Another program's upload of a whole record, read some time ago, lands on the order in the path right before the
    /// call works, whatever its method. The call itself goes well.
    ConcurrentUpload {
        /// The record as it is uploaded.
        record: Map<String, Value>,
    },
    /// HTTP 200 with `status: "error"`; not committed.
    ErrorInSuccess {
        /// The envelope's message.
        message: String,
    },
    /// Committed; a well-formed reply padded to this size, streamed.
    Huge {
        /// Megabytes (1,000,000 bytes).
        megabytes: u32,
    },
    /// Committed; a well-formed reply of arrays in arrays.
    Deep {
        /// How many.
        levels: u32,
    },
}

fn once() -> u32 {
    1
}

fn always() -> f64 {
    1.0
}

impl Fault {
    /// Strikes the next call, once.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            method: None,
            path: None,
            store_id: None,
            skip: 0,
            times: once(),
            probability: always(),
        }
    }

    /// Only calls of this method and path (see [`Fault::path`]).
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = Some(method.to_owned());
        self.path = Some(path.to_owned());
        self
    }

    /// Only calls to this store.
    pub fn in_store(mut self, store_id: &str) -> Self {
        self.store_id = Some(store_id.to_owned());
        self
    }

    /// Lets so many matching calls pass first.
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes so many calls; 0 for all.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Strikes each matching call with this chance, for ever unless [`Fault::times`] follows.
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self.times = 0;
        self
    }

    fn matches(&self, method: &Method, segments: &[&str], store_id: &str) -> bool {
        self.method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
            && self.path.as_ref().is_none_or(|pattern| path_matches(pattern, segments))
            && self.store_id.as_ref().is_none_or(|wanted| wanted == store_id)
    }
}

impl FaultKind {
    /// As in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::ErrorBeforeCommit { .. } => "error_before_commit",
            Self::ErrorAfterCommit { .. } => "error_after_commit",
            Self::HangBeforeCommit => "hang_before_commit",
            Self::HangAfterCommit => "hang_after_commit",
            Self::DropBeforeCommit => "drop_before_commit",
            Self::DropAfterCommit => "drop_after_commit",
            Self::Truncate => "truncate",
            Self::Html => "html",
            Self::Slow { .. } => "slow",
            Self::Drip { .. } => "drip",
            Self::ConcurrentEdit { .. } => "concurrent_edit",
            Self::ConcurrentUpload { .. } => "concurrent_upload",
            Self::ErrorInSuccess { .. } => "error_in_success",
            Self::Huge { .. } => "huge",
            Self::Deep { .. } => "deep",
        }
    }

    /// Whether the store does what the struck call asks.
    pub fn commits(&self) -> bool {
        !matches!(
            self,
            Self::RateLimited { .. }
                | Self::ErrorBeforeCommit { .. }
                | Self::HangBeforeCommit
                | Self::DropBeforeCommit
                | Self::ErrorInSuccess { .. }
        )
    }
}

fn path_matches(pattern: &str, segments: &[&str]) -> bool {
    let mut segments = segments.iter();
    for wanted in pattern.trim_matches('/').split('/') {
        match (wanted, segments.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (_, Some(segment)) if *segment == wanted => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

/// The faults in wait, oldest first.
#[derive(Debug)]
pub(crate) struct Chaos {
    waiting: Vec<Fault>,
    dice: Dice,
}

impl Chaos {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        Self {
            waiting: faults,
            dice: Dice::new(seed),
        }
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn set(&mut self, faults: Vec<Fault>) {
        self.waiting = faults;
    }

    pub(crate) fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    /// The fault that strikes this call: the oldest one that matches, is due and wins its throw.
    pub(crate) fn strike(&mut self, method: &Method, segments: &[&str], store_id: &str) -> Option<FaultKind> {
        let dice = &mut self.dice;
        let index = self.waiting.iter_mut().position(|fault| {
            if !fault.matches(method, segments, store_id) {
                return false;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                return false;
            }
            dice.chance(fault.probability)
        })?;
        let fault = &mut self.waiting[index];
        if fault.times == 1 {
            return Some(self.waiting.remove(index).kind);
        }
        fault.times = fault.times.saturating_sub(1);
        Some(fault.kind.clone())
    }
}
