//! Whom this process knows, and who waits for being known.

use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use od_db::DbError;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::refused::Refused;
use crate::error::Error;
use crate::limits::{Allowance, LimitOptions};
use crate::meter::{Limit, Meter};
use crate::scope::{Identity, TenantId};

/// How long whoever is not remembered waits until his row may be looked for, and then until his key may be checked.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long a success is remembered.
const REMEMBERED: Duration = Duration::from_mins(10);
/// How many successes are remembered.
const REMEMBERED_KEYS: u64 = 50_000;
/// Unknown keys, codes, tokens and programs that are refused at once: a thousand, and a hundred a second.
pub(super) const UNKNOWN_KEYS: LimitOptions = LimitOptions {
    per_minute: 6_000,
    burst: 1_000,
};
/// How long every further one waits for its refusal: a connection can then try four keys a second. Good keys never wait.
pub(super) const UNKNOWN_WAITS: Duration = Duration::from_millis(250);

/// Remembered sign-ins.
pub(crate) struct SignIns {
    pub(super) known: moka::future::Cache<String, Identity>,
    pub(super) looking: Semaphore,
    pub(super) hashing: Semaphore,
    pub(super) unknown: Allowance,
    pub(super) refused: Refused,
}

impl SignIns {
    /// Nobody is known yet. `connections` are the most that the database has.
    pub(crate) fn new(connections: u32) -> Self {
        let at_once = usize::try_from(connections / 2).unwrap_or(usize::MAX);
        Self {
            known: moka::future::Cache::builder()
                .max_capacity(REMEMBERED_KEYS)
                .time_to_live(REMEMBERED)
                .support_invalidation_closures()
                .build(),
            // Keys that are not remembered take half the connections at most, so that a flood of wrong ones leaves the others
            // to callers who are. Strangers and first sign-ins wait in one queue: nothing tells them apart before the look.
            looking: Semaphore::new(at_once.max(1)),
            // A hash keeps a core busy for a quarter of a second, so more of them at once than there are cores would only make
            // each take longer. Callers who are already known share the cores with them, and never wait for a turn.
            hashing: Semaphore::new(thread::available_parallelism().map_or(1, NonZero::get)),
            unknown: Allowance::new(UNKNOWN_KEYS, Instant::now()),
            refused: Refused::new(),
        }
    }

    /// A turn to look for what a stranger sent, in the database.
    ///
    /// # Errors
    /// [`Error::Storage`] when too many wait for one.
    pub(crate) async fn turn_to_look(&self) -> Result<SemaphorePermit<'_>, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.looking.acquire()).await;
        turn.map_err(|_| DbError::Busy)?.map_err(|_| Error::ShuttingDown)
    }

    /// Lets the refusal of what was looked for in vain wait when there were too many of them.
    pub(crate) async fn hold_back(&self, meter: &Meter) {
        if self.unknown.spend(Instant::now()).is_err() {
            tokio::time::sleep(UNKNOWN_WAITS).await;
            meter.refused(Limit::UnknownKeys);
        }
    }

    /// Forgets a credential that was ended, or all that hang on a grant that was.
    pub(crate) fn forget_credential(&self, row: &str) {
        let row = row.to_owned();
        let _ = self
            .known
            .invalidate_entries_if(move |_, known| known.row() == row || known.credential() == row);
    }

    pub(crate) fn forget(&self, tenant: &TenantId) {
        let tenant = tenant.clone();
        // The closure's registration only fails when closures are not supported, and they are.
        let _ = self
            .known
            .invalidate_entries_if(move |_, known| known.tenant() == &tenant);
    }
}
