//! A call from its beginning to its end.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use futures_util::future::BoxFuture;
use od_db::StoreRow;
use serde_json::Value;
use tokio::sync::{OnceCell, SetOnce};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::error::Error;
use crate::scope::{Permission, RequestId};

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
    /// What the credential must allow; nothing for what everybody may do who is signed in.
    pub needs: Option<Permission>,
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
    /// Whose word an agreement took.
    pub(super) agreed: OnceLock<&'static str>,
    pub(super) landing: Mutex<Option<Landing>>,
    pub(super) access: Mutex<Access>,
    /// Why the caller has no access any more.
    pub(super) lost: SetOnce<Error>,
}

/// What a call relies on, and how far it came.
#[derive(Default)]
pub(super) struct Access {
    /// The stores whose keys it opened.
    stores: Vec<Arc<StoreRow>>,
    stage: Stage,
    /// Held from the first change on, so that the database is not closed before the end is on record.
    changing: Option<TaskTrackerToken>,
}

/// Whether a call that loses its access can be ended as if it had never been.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// It changed nothing yet.
    #[default]
    Before,
    /// It is on record that it changes something.
    Changing,
    /// It was ended.
    Ended,
}

impl Record {
    /// Notes that the call opened a store's key.
    pub(crate) fn opened(&self, store: &Arc<StoreRow>) {
        let mut access = self.access();
        if !access.stores.iter().any(|known| known.id == store.id) {
            access.stores.push(store.clone());
        }
    }

    /// Notes whose word was taken for an agreement. A call takes one word only.
    pub(crate) fn agreed_by(&self, whose: &'static str) {
        let _ = self.agreed.set(whose);
    }

    /// The stores whose keys the call opened.
    pub(super) fn stores(&self) -> Vec<Arc<StoreRow>> {
        self.access().stores.clone()
    }

    /// From here on the call may change something.
    ///
    /// # Errors
    /// Why the caller has lost access.
    pub(super) fn may_change(&self, changes: &TaskTracker) -> Result<(), Error> {
        if let Some(why) = self.lost.get() {
            return Err(why.clone());
        }
        let mut access = self.access();
        if access.stage == Stage::Ended {
            return Err(Error::Internal("a call went on after its end"));
        }
        // The end of the process waits for no more of them.
        if changes.is_closed() && access.changing.is_none() {
            return Err(Error::ShuttingDown);
        }
        access.stage = Stage::Changing;
        access.changing.get_or_insert_with(|| changes.token());
        Ok(())
    }

    /// Takes the caller's access away. True when the call changed nothing yet: then it never will.
    pub(super) fn lose(&self, why: Error) -> bool {
        let mut access = self.access();
        // Whoever comes second finds the first reason, which is as good.
        let _ = self.lost.set(why);
        if access.stage == Stage::Before {
            access.stage = Stage::Ended;
        }
        access.stage == Stage::Ended
    }

    fn access(&self) -> MutexGuard<'_, Access> {
        self.access.lock().unwrap_or_else(PoisonError::into_inner)
    }

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

/// Whom a change is made for. Whoever loses access while a change waits does not get it made; one that is under way goes on to
/// its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker(Option<Arc<Record>>);

impl Asker {
    /// The caller of a call; nobody outside any call.
    pub(crate) fn of(call: Option<Arc<Record>>) -> Self {
        Self(call)
    }

    /// Passes while the caller has access.
    ///
    /// # Errors
    /// Why it was lost.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let lost = self.0.as_ref().and_then(|call| call.lost.get());
        lost.map_or(Ok(()), |why| Err(why.clone()))
    }

    /// Waits until the caller has lost access, and says why.
    pub(crate) async fn lost(&self) -> Error {
        match &self.0 {
            Some(call) => call.lost.wait().await.clone(),
            None => std::future::pending().await,
        }
    }

    /// Waits for a `turn` as long as the caller has access.
    ///
    /// # Errors
    /// Why it was lost.
    pub(crate) async fn while_allowed<T>(&self, turn: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            why = self.lost() => Err(why),
            turn = turn => Ok(turn),
        }
    }
}
