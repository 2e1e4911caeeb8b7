//! The one who writes entries: in batches, as a transaction for one costs as much as for many.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use od_db::{Appended, AuditEntry, BEGUN, Db, DbError, TenantId};
use tokio::sync::{mpsc, oneshot};

use super::Prover;
use super::tally::Tally;
use crate::error::{is_for_the_operator, is_transient};

/// Entries written in one transaction.
const BATCH: usize = 512;
/// How long the writer waits for company to an entry that nobody waits for.
const GATHER: Duration = Duration::from_millis(25);
/// How often a batch is tried before it is given up: the database may be locked by another process.
const TRIES: u32 = 5;
/// How often the database may refuse parts of a batch before all that is left of it is given up: enough to find several
/// entries that it does not take, and few when it takes none.
const REFUSALS: u32 = 64;

/// Entries that are kept while the database does not answer. Of more the newest are lost, ends of changes last.
const KEPT: usize = 10_000;
/// After so long the database is tried again for them.
const AGAIN: Duration = Duration::from_secs(1);

/// Why an entry that was waited for is not in the database.
#[derive(Clone, Debug)]
pub(crate) enum NotWritten {
    /// Its tenant does not exist (any more).
    TenantGone,
    /// The database did not take it, or not in time.
    Refused(Arc<DbError>),
}

/// What comes through the queue.
pub(super) enum Message {
    Entry(Box<AuditEntry>),
    Flush(oneshot::Sender<()>),
}

/// An entry that somebody waits for.
pub(super) struct Awaited {
    pub entry: AuditEntry,
    pub done: oneshot::Sender<Result<(), NotWritten>>,
}

/// Writes until both ways to it are closed and empty.
pub(super) struct Writer {
    db: Db,
    prover: Arc<Prover>,
    tally: Arc<Tally>,
    messages: Vec<Message>,
    awaited: Vec<Awaited>,
    /// Entries that the database has not answered for yet: what was done stays to be told.
    kept: Vec<AuditEntry>,
    /// Why it has not.
    reason: Option<Arc<DbError>>,
}

/// What became of a batch. Entries that are not named are in the database.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// By their places in the batch.
    refused: HashMap<usize, Arc<DbError>>,
    /// The places of those that are to be tried again, of which some may be among the refused.
    unanswered: Vec<usize>,
    gone: Vec<TenantId>,
}

impl Writer {
    pub(super) fn new(db: Db, prover: Arc<Prover>, tally: Arc<Tally>) -> Self {
        Self {
            db,
            prover,
            tally,
            messages: Vec::with_capacity(BATCH),
            awaited: Vec::new(),
            kept: Vec::new(),
            reason: None,
        }
    }

    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Message>,
        mut awaiting: mpsc::UnboundedReceiver<Awaited>,
    ) {
        while self.gather(&mut queue, &mut awaiting).await {
            self.write().await;
        }
    }

    /// Takes what there is. Entries that somebody waits for come first and wait for no company: those that arrive while they
    /// are written are the company of each other. False at the end.
    async fn gather(
        &mut self,
        queue: &mut mpsc::Receiver<Message>,
        awaiting: &mut mpsc::UnboundedReceiver<Awaited>,
    ) -> bool {
        let came = tokio::select! {
            biased;
            came = awaiting.recv_many(&mut self.awaited, BATCH) => came,
            came = queue.recv_many(&mut self.messages, BATCH) => came,
            () = tokio::time::sleep(AGAIN), if !self.kept.is_empty() => return true,
        };
        // The ways are closed together. What is left in the queue is still taken.
        if came == 0 && queue.recv_many(&mut self.messages, BATCH).await == 0 {
            return false;
        }
        let flushed = self.messages.iter().any(|message| matches!(message, Message::Flush(_)));
        if self.awaited.is_empty() && self.messages.len() < BATCH && !flushed {
            tokio::select! {
                biased;
                _ = awaiting.recv_many(&mut self.awaited, BATCH) => {}
                () = tokio::time::sleep(GATHER) => {}
            }
        }
        while self.messages.len() + self.awaited.len() < BATCH
            && let Ok(message) = queue.try_recv()
        {
            self.messages.push(message);
        }
        true
    }

    async fn write(&mut self) {
        self.try_again().await;
        let mut entries = Vec::with_capacity(self.messages.len() + self.awaited.len());
        let mut flushes = Vec::new();
        for message in self.messages.drain(..) {
            match message {
                Message::Entry(entry) => entries.push(*entry),
                Message::Flush(done) => flushes.push(done),
            }
        }
        let waiting: Vec<_> = self
            .awaited
            .drain(..)
            .map(|Awaited { entry, done }| {
                entries.push(entry);
                (entries.len() - 1, done)
            })
            .collect();
        let fate = match self.reason.clone() {
            Some(reason) if !self.kept.is_empty() => Fate::unanswered(&entries, &reason),
            _ => append(&self.db, &self.prover, &entries, &self.tally, Sent::Never).await,
        };
        for (place, done) in waiting {
            // Whoever waited may have given up: nobody to tell.
            let _ = done.send(fate.of(place, &entries[place]));
        }
        let settled = entries.len() - fate.unanswered.len();
        self.keep(entries, fate);
        self.tally.settle(settled);
        for done in flushes {
            let _ = done.send(());
        }
    }

    /// Gives the database once more what it has not answered for, by itself: some of it may be there.
    async fn try_again(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        let fate = append(&self.db, &self.prover, &kept, &self.tally, Sent::Perhaps).await;
        let settled = kept.len() - fate.unanswered.len();
        self.keep(kept, fate);
        self.tally.settle(settled);
    }

    /// Keeps the entries that are to be tried again, which are in order, and why.
    fn keep(&mut self, entries: Vec<AuditEntry>, fate: Fate) {
        let reason = fate.unanswered.first().and_then(|place| fate.refused.get(place));
        self.reason = reason.cloned().or(self.reason.take());
        let mut places = fate.unanswered.into_iter().peekable();
        let kept = entries
            .into_iter()
            .enumerate()
            .filter_map(|(place, entry)| places.next_if_eq(&place).map(|_| entry));
        self.kept.extend(kept);
        let entries = self.kept.len().saturating_sub(KEPT);
        if entries > 0 {
            // Ends of changes go last.
            let mut left = entries;
            for place in (0..self.kept.len()).rev() {
                if left > 0 && self.kept[place].begun_id.is_none() {
                    self.kept.remove(place);
                    left -= 1;
                }
            }
            self.kept.truncate(KEPT);
            self.tally.settle(entries);
            self.tally.lose(entries);
            tracing::error!(
                entries,
                "audit entries lost: the database does not answer, and too many wait for it"
            );
        }
        self.tally.keep(self.kept.len());
    }
}

/// Whether entries were given to the database before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Never,
    /// And no answer came.
    Perhaps,
}

impl Sent {
    /// After a try that failed: where the database went away, its last answer may have been that they are in it.
    pub(super) fn failed(&mut self, error: &DbError) {
        if matches!(error, DbError::Unavailable(_)) {
            *self = Self::Perhaps;
        }
    }
}

impl Fate {
    /// Of entries that were not tried, because others wait for the database already, and of why those do.
    fn unanswered(entries: &[AuditEntry], error: &Arc<DbError>) -> Self {
        let done = |place: &usize| entries[*place].status != BEGUN;
        Self {
            refused: (0..entries.len()).map(|place| (place, error.clone())).collect(),
            unanswered: (0..entries.len()).filter(done).collect(),
            gone: Vec::new(),
        }
    }

    pub(super) fn of(&self, place: usize, entry: &AuditEntry) -> Result<(), NotWritten> {
        if let Some(error) = self.refused.get(&place) {
            return Err(NotWritten::Refused(error.clone()));
        }
        let gone = entry
            .tenant_id
            .as_ref()
            .is_some_and(|tenant| self.gone.contains(tenant));
        if gone { Err(NotWritten::TenantGone) } else { Ok(()) }
    }
}

/// Appends a batch. What the database refuses is given again in halves: one entry that it does not take costs no other.
pub(super) async fn append(db: &Db, prover: &Prover, entries: &[AuditEntry], tally: &Tally, mut sent: Sent) -> Fate {
    let mut fate = Fate::default();
    if entries.is_empty() {
        return fate;
    }
    let mut refusals = 0;
    // The first ones lie on top: entries keep their order.
    let starts = (0..entries.len()).step_by(BATCH).rev();
    let mut parts: Vec<Range<usize>> = starts.map(|start| start..entries.len().min(start + BATCH)).collect();
    while let Some(part) = parts.pop() {
        let error = match append_part(db, prover, &entries[part.clone()], &mut sent).await {
            Ok(Appended { written, gone }) => {
                tally.write(written);
                tally.leave_out(part.len() - written);
                fate.gone.extend(gone);
                continue;
            }
            Err(error) => error,
        };
        // It was taken, and the answer was lost.
        if sent == Sent::Perhaps && part.len() == 1 && matches!(error, DbError::Duplicate(_)) {
            tally.write(1);
            continue;
        }
        refusals += u32::from(sent == Sent::Never);
        // What the database takes nothing of is not looked through for what it takes.
        let is_refusal = !is_transient(&error) && !is_for_the_operator(&error);
        if is_refusal && part.len() > 1 && refusals < REFUSALS {
            let middle = part.start + part.len() / 2;
            parts.extend([middle..part.end, part.start..middle]);
            continue;
        }
        let mut given_up = vec![part];
        if !is_refusal || refusals >= REFUSALS {
            given_up.extend(parts.drain(..).rev());
        }
        fate.give_up(&given_up, entries, error, tally);
    }
    fate
}

impl Fate {
    /// A change that could not be recorded at its beginning is not begun: nothing is lost with that entry. Of what was done
    /// nothing is given up while the database may take it later: when it answers, or somebody has mended it.
    fn give_up(&mut self, parts: &[Range<usize>], entries: &[AuditEntry], error: DbError, tally: &Tally) {
        let places = parts.iter().cloned().flatten();
        let done = places.clone().filter(|place| entries[*place].status != BEGUN);
        if is_transient(&error) || is_for_the_operator(&error) {
            let before = self.unanswered.len();
            self.unanswered.extend(done);
            let entries = self.unanswered.len() - before;
            tracing::warn!(%error, entries, "audit entries wait for the database");
        } else {
            let entries = done.count();
            tally.lose(entries);
            tracing::error!(%error, entries, "audit entries lost: the database refused them");
        }
        let error = Arc::new(error);
        self.refused.extend(places.map(|place| (place, error.clone())));
    }
}

/// Appends entries in one transaction; waits and tries again while the database may answer in a moment. Returns what became of
/// them.
async fn append_part(db: &Db, prover: &Prover, entries: &[AuditEntry], sent: &mut Sent) -> Result<Appended, DbError> {
    let mut attempt = 1;
    loop {
        match db.audit().append_batch(entries, prover.proofs()).await {
            Ok(appended) => {
                if !appended.gone.is_empty() {
                    let tenants = appended.gone.len();
                    tracing::info!(tenants, "audit entries left out: their tenant was deleted meanwhile");
                }
                return Ok(appended);
            }
            // A tenant that was deleted in this moment: the next attempt finds it gone.
            Err(DbError::MissingParent) if attempt < TRIES => {}
            Err(error) => {
                sent.failed(&error);
                if attempt == TRIES || !is_transient(&error) {
                    return Err(error);
                }
                tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
            }
        }
        attempt += 1;
    }
}
