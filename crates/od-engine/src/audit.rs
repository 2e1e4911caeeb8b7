//! The audit log: who did what, when, with what outcome.
//!
//! Entries pass through a bounded queue to one writer, so that recording never holds up a call for long. Each tenant's
//! entries form a chain of digests, keyed with the root key: an edit, a gap or a cut-off tail shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use od_db::{AuditEntry, Db, DbError};
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::{mpsc, oneshot};

use crate::engine::Engine;
use crate::error::is_transient;

mod acts;
mod csv;
mod entry;
mod export;
mod prover;
mod purge;
#[cfg(test)]
mod tests;
mod verify;

pub use acts::{ACTS, COMPLETE};
pub(crate) use acts::{CREATE_TENANT, DELETE_TENANT};
pub use entry::EntryView;
pub use export::{Export, ExportFormat};
pub use od_db::{AuditFilter, AuditPage};
pub(crate) use prover::Prover;
pub use purge::Purge;
pub(crate) use purge::retain;
pub use verify::{Damage, Finding, Verification};

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

/// Whose entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of all tenants, and those that belong to none.
    Everybody,
    /// Those of one tenant, by its id.
    Tenant(String),
}

/// The audit log's operations.
pub struct AuditLog<'a>(&'a Engine);

impl Engine {
    /// The audit log. Recording is no operation: it happens to every call and act by itself.
    pub fn audit_log(&self) -> AuditLog<'_> {
        AuditLog(self)
    }
}

/// Entries that may wait for the writer.
const QUEUE: usize = 4096;
/// Entries written in one transaction.
const BATCH: usize = 512;
/// How long the writer waits for company to an entry: a transaction for one costs as much as for many.
const GATHER: Duration = Duration::from_millis(25);
/// How long a call waits for a place in a full queue before its entry is given up and counted.
const PATIENCE: Duration = Duration::from_millis(500);

/// The way into the log; cheap to clone.
#[derive(Clone)]
pub(crate) struct Audit {
    queue: Option<mpsc::Sender<Message>>,
    lost: Arc<AtomicU64>,
}

/// Whether an entry may be left out when the writer does not keep up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Only when the queue is really full.
    Always,
    /// When less than half of the queue is free: of what no limit holds back there may be thousands a second.
    WhenThereIsRoom,
}

enum Message {
    Entry(Box<AuditEntry>),
    Flush(oneshot::Sender<()>),
}

impl Audit {
    /// Starts the writer on the current runtime.
    pub(crate) fn start(options: AuditOptions, db: Db, prover: Arc<Prover>) -> Self {
        let lost = Arc::new(AtomicU64::new(0));
        let queue = options.enabled.then(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            tokio::spawn(write(receiver, db, prover, lost.clone()));
            sender
        });
        Self { queue, lost }
    }

    /// Hands an entry to the writer.
    ///
    /// A tenant that is refused thousands of times a second must not push out what others, or the tenant itself, did
    /// meanwhile: its refusals may fill half the queue and wait for nothing.
    pub(crate) async fn record(&self, entry: AuditEntry, keep: Keep) {
        let Some(queue) = &self.queue else { return };
        let message = Message::Entry(Box::new(entry));
        let refused = if keep == Keep::WhenThereIsRoom && queue.capacity() <= queue.max_capacity() / 2 {
            Some(message)
        } else {
            let sent = queue.send_timeout(message, PATIENCE).await;
            sent.err().map(SendTimeoutError::into_inner)
        };
        if let Some(Message::Entry(entry)) = refused {
            self.lost.fetch_add(1, Ordering::Relaxed);
            let (tool, request_id) = (&entry.tool_name, &entry.request_id);
            tracing::error!(%tool, %request_id, "audit entry lost: the writer did not keep up");
        }
    }

    /// Entries lost since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until everything recorded before this call is in the database.
    pub(crate) async fn flush(&self) {
        let Some(queue) = &self.queue else { return };
        let (done, written) = oneshot::channel();
        if queue.send(Message::Flush(done)).await.is_ok() {
            // An error means that the writer ended, hence that there is nothing left to wait for.
            let _ = written.await;
        }
    }
}

async fn write(mut queue: mpsc::Receiver<Message>, db: Db, prover: Arc<Prover>, lost: Arc<AtomicU64>) {
    let mut messages = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut messages, BATCH).await > 0 {
        let awaited = messages.iter().any(|message| matches!(message, Message::Flush(_)));
        if messages.len() < BATCH && !awaited {
            tokio::time::sleep(GATHER).await;
            while messages.len() < BATCH
                && let Ok(message) = queue.try_recv()
            {
                messages.push(message);
            }
        }
        let mut entries = Vec::with_capacity(messages.len());
        let mut waiting = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Entry(entry) => entries.push(*entry),
                Message::Flush(done) => waiting.push(done),
            }
        }
        append(&db, &prover, entries, &lost).await;
        for done in waiting {
            // The flusher may have given up waiting: nobody to tell.
            let _ = done.send(());
        }
    }
}

/// How often a batch is tried before it is given up: the database may be locked by another process.
const TRIES: u32 = 5;
/// How often the database may refuse parts of a batch before all that is left of it is given up: enough to find several
/// entries that it does not take, and few when it takes none.
const REFUSALS: u32 = 64;

/// Appends a batch. What the database refuses is given again in halves: one entry that it does not take costs no other.
async fn append(db: &Db, prover: &Prover, entries: Vec<AuditEntry>, lost: &AtomicU64) {
    if entries.is_empty() {
        return;
    }
    let mut refusals = 0;
    // The first half lies on top: entries keep their order.
    let mut parts = vec![entries.as_slice()];
    while let Some(part) = parts.pop() {
        let Err(error) = append_part(db, prover, part).await else {
            continue;
        };
        refusals += 1;
        let is_refusal = !is_transient(&error);
        if is_refusal && part.len() > 1 && refusals < REFUSALS {
            let (first, second) = part.split_at(part.len() / 2);
            parts.extend([second, first]);
            continue;
        }
        let mut given_up = part.len();
        if !is_refusal || refusals >= REFUSALS {
            given_up += parts.drain(..).map(<[AuditEntry]>::len).sum::<usize>();
        }
        lost.fetch_add(given_up as u64, Ordering::Relaxed);
        tracing::error!(%error, entries = given_up, "audit entries lost: the database refused them");
    }
}

/// Appends entries in one transaction; waits and tries again while the database may answer in a moment.
async fn append_part(db: &Db, prover: &Prover, entries: &[AuditEntry]) -> Result<(), DbError> {
    let mut attempt = 1;
    loop {
        match db.audit().append_batch(entries, prover.proofs()).await {
            Ok(appended) => {
                if appended.orphaned > 0 {
                    let entries = appended.orphaned;
                    tracing::info!(entries, "audit entries left out: their tenant was deleted meanwhile");
                }
                return Ok(());
            }
            Err(error) if attempt == TRIES || !is_transient(&error) => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(50 << attempt)).await,
        }
        attempt += 1;
    }
}
