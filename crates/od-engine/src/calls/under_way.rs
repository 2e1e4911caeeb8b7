//! A call from its beginning to its end.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::scope::RequestId;

/// What is about to be done.
#[derive(Clone, Debug)]
pub struct Call {
    /// The tool's dotted name, e.g. `orders.list`.
    pub tool: String,
    /// Its arguments as they came; redacted before they are recorded.
    pub parameters: Value,
    /// Tokens of the tenant's limit: a read 1, a write 2. A call that costs nothing may be missing in the audit log when the
    /// writer does not keep up, unless it is a person's no.
    pub cost: u32,
}

/// What a call does after its work: it is handed the recording of its end, and goes on after that.
pub(crate) type Landing = Box<dyn FnOnce(BoxFuture<'static, ()>) -> BoxFuture<'static, ()> + Send>;

/// A call under way. The call's scope and all clones of it know the same one.
pub(crate) struct Record {
    /// Of the entry that tells of the beginning.
    pub(super) id: String,
    pub(super) call: Call,
    pub(super) request_id: RequestId,
    pub(super) at_millis: i64,
    pub(super) instant: Instant,
    /// The arguments as they are recorded.
    pub(super) parameters: OnceLock<String>,
    /// Whether the beginning is in the log; empty while nothing is to be changed yet.
    pub(super) begun: OnceCell<Result<(), Error>>,
    pub(super) landing: Mutex<Option<Landing>>,
}

impl Record {
    /// Has something done around the recording of the call's end, before the call is answered.
    pub(crate) fn lands_with(&self, landing: Landing) {
        *self.landing.lock().unwrap_or_else(PoisonError::into_inner) = Some(landing);
    }

    pub(super) fn take_landing(&self) -> Option<Landing> {
        self.landing.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The arguments are not redacted yet.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("id", &self.id).finish_non_exhaustive()
    }
}
