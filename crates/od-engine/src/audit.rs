//! The audit log: who did what, when, with what outcome.
//!
//! All entries are written by one writer. Those of reads pass to it through a bounded queue, so that recording never holds up
//! a read for long. A change is recorded twice, and waited for each time: before its first request to Order Desk, so that
//! nothing happens that is not on record whatever becomes of this process, and again before it is answered. Each tenant's
//! entries form a chain of digests, keyed with the root key: an edit, a gap or a cut-off tail shows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_db::{AuditEntry, BEGUN, Db, DbError};
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::{mpsc, oneshot};

mod acts;
mod browse;
mod csv;
mod ended;
mod ends;
mod entry;
mod export;
mod handover;
mod kept;
mod losses;
mod merge;
mod named;
mod operations;
mod prover;
mod purge;
mod show;
mod tally;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

pub(crate) use acts::REFRESH;
pub use acts::{ACTS, COMPLETE};
pub(crate) use acts::{
    ASK_EMAIL, CHANGE_EMAIL, CLOSE_TENANT, CONSENT, CREATE_TENANT, CREATE_TOKEN, DELETE_TEMPLATE, DELETE_TENANT,
    END_SESSION, EXCHANGE, READ_REPORT, REFUSED, RENAME_TENANT, REOPEN_TENANT, REPLAY, REVOKE_GRANT, REVOKE_KEY,
    REVOKE_TOKEN, ROTATE_KEY, SAVE_TEMPLATE, SEND_LINK, SIGN_IN, SIGN_OUT, SIGN_UP, UNLOCK, WEBHOOK_POST,
};
pub use browse::{Browsed, Look, Recorded, words};
pub use ended::Ended;
pub(crate) use ends::EndSigner;
pub use entry::EntryView;
pub use export::{Export, ExportFormat};
pub use handover::Signed;
pub(crate) use handover::{sign_anew, signed_before};
pub use kept::Difference;
use losses::Losses;
pub use od_db::{AuditFilter, AuditPage, AuditPlace};
pub use operations::{AuditLog, Whose};
pub(crate) use prover::Prover;
pub use purge::Purge;
pub(crate) use purge::retain;
pub use show::{Found, Told, Trace};
use tally::Tally;
pub(crate) use verify::Verifier;
pub use verify::{Damage, Finding, Unfinished, Verification};
pub(crate) use writer::NotWritten;
use writer::{Awaited, Message, Writer};

/// Whether and how long calls are recorded.
#[derive(Clone, Copy, Debug)]
pub struct AuditOptions {
    /// Off means that nothing is recorded.
    pub enabled: bool,
    /// How long entries are kept.
    pub retention: Duration,
    /// How often what is too old is removed: these entries, and what other operations left behind.
    pub tidy_every: Duration,
}

impl Default for AuditOptions {
    /// Recorded, kept for 90 days, tidied every hour.
    fn default() -> Self {
        Self {
            enabled: true,
            retention: Duration::from_hours(90 * 24),
            tidy_every: Duration::from_hours(1),
        }
    }
}

/// How often the end of the log looks whether all is written.
const LOOK: Duration = Duration::from_millis(50);
/// Entries of reads that may wait for the writer.
const QUEUE: usize = 4096;
/// How long a call waits for a place in a full queue before its entry is given up and counted.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a change waits for its entry: at its beginning before it is refused, at its end before it is answered all the same.
/// The database's own patience with other processes is shorter.
const WAIT: Duration = Duration::from_secs(10);

/// The way into the log; cheap to clone.
#[derive(Clone)]
pub(crate) struct Audit {
    ways: Option<Ways>,
    tally: Arc<Tally>,
    losses: Arc<Mutex<Losses>>,
}

#[derive(Clone)]
struct Ways {
    queue: mpsc::Sender<Message>,
    /// Not bounded, and never long: every call that waits has one entry in it.
    awaited: mpsc::UnboundedSender<Awaited>,
}

/// Whether an entry may be left out when the writer does not keep up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Only when the queue is really full.
    Always,
    /// When less than half of the queue is free: of what no limit holds back there may be thousands a second.
    WhenThereIsRoom,
}

impl Audit {
    /// Starts the writer on the current runtime.
    pub(crate) fn start(options: AuditOptions, db: Db, prover: Arc<Prover>) -> Self {
        let tally = Arc::new(Tally::default());
        let ways = options.enabled.then(|| {
            let (queue, queued) = mpsc::channel(QUEUE);
            let (awaited, awaiting) = mpsc::unbounded_channel();
            tokio::spawn(Writer::new(db, prover, tally.clone()).run(queued, awaiting));
            Ways { queue, awaited }
        });
        Self {
            ways,
            tally,
            losses: Arc::default(),
        }
    }

    /// Hands an entry to the writer.
    ///
    /// A tenant that is refused thousands of times a second must not push out what others, or the tenant itself, did
    /// meanwhile: its refusals may fill half the queue and wait for nothing.
    pub(crate) async fn record(&self, entry: AuditEntry, keep: Keep) {
        let Some(Ways { queue, .. }) = &self.ways else { return };
        self.tally.queue();
        let message = Message::Entry(Box::new(entry));
        let refused = if keep == Keep::WhenThereIsRoom && queue.capacity() <= queue.max_capacity() / 2 {
            Some(message)
        } else {
            let sent = queue.send_timeout(message, PATIENCE).await;
            sent.err().map(SendTimeoutError::into_inner)
        };
        if let Some(Message::Entry(entry)) = refused {
            self.tally.settle(1);
            self.lose(&entry, "the writer did not keep up");
        }
    }

    /// Hands an entry to the writer and waits until it is in the database, or certainly not soon.
    ///
    /// The beginning of a change could stand in one transaction with the lease of its record. It does not: not every change
    /// has a lease, a lease is asked for again and again while somebody else has it, and the writer puts the entries of all
    /// changes that wait at the moment into one transaction, which a lease's own could not.
    ///
    /// # Errors
    /// [`NotWritten`]. It may still be written when it took too long. A lost entry is counted and logged, but for the
    /// beginning of a change, which is then not begun.
    pub(crate) async fn record_now(&self, entry: AuditEntry) -> Result<(), NotWritten> {
        let Some(Ways { awaited, .. }) = &self.ways else {
            return Ok(());
        };
        let (done, written) = oneshot::channel();
        let (tool, request_id) = (entry.tool_name.clone(), entry.request_id.clone());
        self.tally.queue();
        if let Err(refused) = awaited.send(Awaited { entry, done }) {
            self.tally.settle(1);
            if refused.0.entry.status != BEGUN {
                self.lose(&refused.0.entry, "the writer ended");
            }
            return Err(NotWritten::Refused(Arc::new(DbError::Unavailable(
                "the audit log is closed",
            ))));
        }
        match tokio::time::timeout(WAIT, written).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(NotWritten::Refused(Arc::new(DbError::Unavailable(
                "the audit log is closed",
            )))),
            Err(_) => {
                tracing::warn!(%tool, %request_id, "an audit entry is not written yet: the database is too slow to wait for");
                Err(NotWritten::Refused(Arc::new(DbError::Busy)))
            }
        }
    }

    fn lose(&self, entry: &AuditEntry, why: &'static str) {
        self.tally.lose(1);
        let mut losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = losses.add(Instant::now()) {
            let (tool, request_id) = (&entry.tool_name, &entry.request_id);
            tracing::error!(entries, %tool, %request_id, "audit entries lost: {why}; the last of them is named");
        }
    }

    /// Whether anything is recorded.
    pub(crate) fn is_on(&self) -> bool {
        self.ways.is_some()
    }

    /// Entries lost since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.tally.lost()
    }

    /// Entries that wait to be written.
    pub(crate) fn queued(&self) -> u64 {
        self.tally.queued()
    }

    /// Whether the database takes no entries. No change is made then.
    pub(crate) fn is_refused(&self) -> bool {
        self.tally.kept() > 0
    }

    /// What became of all entries since the start.
    pub(crate) fn counted(&self) -> [(&'static str, u64); 3] {
        self.tally.read()
    }

    /// Waits until everything recorded is in the database, for so long at most. What is not is lost then.
    pub(crate) async fn close(&self, most: Duration) {
        let written = async {
            self.flush().await;
            while self.tally.queued() > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(most, written).await.is_err() {
            let entries = self.tally.give_up();
            tracing::error!(entries, "audit entries lost: the database did not answer to the end");
        }
    }

    /// Waits until everything recorded before this call is in the database.
    pub(crate) async fn flush(&self) {
        let Some(Ways { queue, .. }) = &self.ways else { return };
        let (done, written) = oneshot::channel();
        if queue.send(Message::Flush(done)).await.is_ok() {
            // An error means that the writer ended, hence that there is nothing left to wait for.
            let _ = written.await;
        }
    }
}
