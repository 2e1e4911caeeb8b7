//! One read and one upload for all changes that wait.

use std::time::{Duration, Instant};

use od_client::OrderId;
use od_record::order::{Applied, lay_over, same_record, upload_body, verify};
use od_record::{ReadBack, diff};
use serde_json::{Map, Value};

use super::super::query::missing;
use super::done::{HINT, SETTLED};
use super::queue::{Queue, Waiting};
use super::upload::{Erased, Laid, Snapshot, Upload};
use crate::attempts::{Attempts, Failed, Reads, answered, is_fresh};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::stores::OpenStore;

/// How much of a read's freshness may go into laying changes over the record; what does not fit waits for the next round.
const FOLD: Duration = Duration::from_millis(25);

const LAID_AGAIN: &str = "Another writer, whose record was read before this change, had uploaded it and so erased the \
                          change; the change was laid over the order once more.";

/// A round of changes to one order.
pub(super) struct Commit<'a> {
    engine: &'a Engine,
    pub(super) store: &'a OpenStore,
    pub(super) id: &'a OrderId,
    held: &'a Held,
    queue: &'a Queue<'a>,
    /// Changes taken from the queue and not answered yet.
    taken: Vec<Waiting>,
    /// Whether each change goes up by itself: Order Desk refused several together.
    is_single: bool,
    /// What the last attempt uploaded and another writer erased.
    erased: Option<Erased>,
    attempts: Attempts,
    reads: Reads,
}

/// How often a round may be tried.
fn attempts(engine: &Engine, store: &OpenStore) -> Attempts {
    Attempts::of(engine.inner.mutation.max_retries + 1, &store.upstream)
}

impl<'a> Commit<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        store: &'a OpenStore,
        id: &'a OrderId,
        held: &'a Held,
        queue: &'a Queue<'a>,
    ) -> Self {
        Self {
            engine,
            store,
            id,
            held,
            queue,
            taken: Vec::new(),
            is_single: false,
            erased: None,
            attempts: attempts(engine, store),
            reads: Reads::default(),
        }
    }

    /// Makes the waiting changes and answers each of them. A change that no longer fits the record fails alone.
    pub(super) async fn run(mut self) {
        let failure = loop {
            let Err(failed) = self.attempt().await else {
                if self.taken.is_empty() {
                    return;
                }
                // Changes of an earlier attempt for which there was no time or no room in this one: a round of their own.
                (self.attempts, self.reads) = (attempts(self.engine, self.store), Reads::default());
                continue;
            };
            if failed.is_conflict() {
                self.engine.inner.meter.conflicted();
            }
            if let Err(error) = self.attempts.again(failed).await {
                break self.reads.conflict(error, &self.attempts);
            }
        };
        self.forget().await;
        if let Some(Erased { upload, read }) = self.erased.take() {
            // It was uploaded and seen to be gone, and cannot be made again: no failure takes that back.
            let seen = verify(&upload.base.record, &upload.desired, &read);
            self.answer(upload, Some(&read), &ReadBack::Seen(seen)).await;
        } else if self.taken.is_empty() {
            self.taken.extend(std::iter::from_fn(|| self.queue.next()));
        }
        for waiting in self.taken {
            waiting.fail(self.id, failure.clone());
        }
    }

    async fn attempt(&mut self) -> Result<(), Failed> {
        self.held.regain().await.map_err(Failed::Final)?;
        let verifies = self.engine.inner.mutation.verify;
        let permit = self
            .store
            .reserve(if verifies { 3 } else { 2 })
            .await
            .map_err(Failed::Final)?;
        let upstream = self.store.upstream.with(&permit);
        let base = upstream
            .orders()
            .get_with_history(self.id)
            .await
            .map(Snapshot::from)
            .map_err(|error| self.failed(error))?;
        let read_at = Instant::now();
        self.reads.compare(&base.record);

        self.look_at_erased(&base.record).await;
        let (desired, laid) = self.lay(&base, read_at);
        let unchanged = same_record(&base.record, &desired);
        let body = upload_body(&desired);
        let mut upload = Upload { base, desired, laid };
        if unchanged {
            self.answer(upload, None, &ReadBack::NotNeeded).await;
            return Ok(());
        }
        if !self.held.is_still_ours() || !is_fresh(read_at) {
            return Err(self.take_back(upload, Failed::Again(Error::RecordBusy { what: "order" })));
        }
        let uploaded = upstream.orders().update(self.id, &body).await;
        // Finding out what became of it may take a while, and nobody shall read meanwhile what was before.
        self.forget().await;
        match uploaded {
            Ok(()) if verifies => {
                let first = upstream.orders().get_with_history(self.id).await;
                // Asking again takes tokens of its own.
                drop((upstream, permit));
                match self.store.read_order_back(self.id, first).await {
                    Ok(read) => self.judge(upload, &read.into()).await,
                    Err(error) => {
                        tracing::warn!(%error, "an order could not be read back after its upload");
                        self.answer(upload, None, &ReadBack::Failed).await;
                        Ok(())
                    }
                }
            }
            Ok(()) => {
                self.answer(upload, None, &ReadBack::Skipped).await;
                Ok(())
            }
            Err(error) if error.is_uncertain() => {
                // The token that reading back would have cost is free again: settling asks for its own.
                drop((upstream, permit));
                match self.settle(&upload.base.record, &upload.desired, &error).await {
                    Ok(Some(read)) => {
                        upload.note(SETTLED);
                        self.judge(upload, &read).await
                    }
                    Ok(None) => {
                        if !answered(&error) {
                            upload.keep_sent();
                        }
                        Err(self.take_back(upload, Failed::unseen(error, HINT)))
                    }
                    Err(error) => {
                        upload.keep_sent();
                        Err(self.take_back(upload, Failed::Final(error)))
                    }
                }
            }
            Err(error) => {
                let failed = self.failed(error);
                self.refused(upload, failed)
            }
        }
    }

    /// What Order Desk refuses fails alone: several changes that went up together are tried one by one.
    fn refused(&mut self, upload: Upload, failed: Failed) -> Result<(), Failed> {
        match failed {
            Failed::Final(error) if upload.laid.len() > 1 && is_of_one(&error) => {
                self.is_single = true;
                self.taken.splice(0..0, upload.into_waiting());
                Ok(())
            }
            Failed::Final(error) if self.is_single && is_of_one(&error) => {
                for waiting in upload.into_waiting() {
                    waiting.fail(self.id, error.clone());
                }
                Ok(())
            }
            failed => Err(self.take_back(upload, failed)),
        }
    }

    /// Lays the waiting changes over the record, one after the other, as long as the record is fresh.
    fn lay(&mut self, snapshot: &Snapshot, read_at: Instant) -> (Map<String, Value>, Vec<Laid>) {
        let base = &snapshot.record;
        let mut record = base.clone();
        let mut laid = Vec::new();
        let mut earlier = std::mem::take(&mut self.taken).into_iter();
        while laid.is_empty() || (!self.is_single && read_at.elapsed() < FOLD) {
            let Some(waiting) = earlier.next().or_else(|| self.queue.next()) else {
                break;
            };
            // A change that goes up together with this one took a note back: the places are not those that were read.
            if waiting.change.counts_notes() && !has_notes_of(&record, base) {
                let fields = vec!["/order_notes".to_owned()];
                let attempts = self.attempts.made();
                waiting.fail(self.id, Error::Conflict { fields, attempts });
                continue;
            }
            match lay_over(base, &record, &waiting.change) {
                Ok(Applied { desired, mut warnings }) => {
                    let changes = diff(&record, &desired);
                    if !changes.is_empty() {
                        warnings.extend(snapshot.doubts(&waiting.change));
                    }
                    record = desired;
                    laid.push(Laid {
                        waiting,
                        changes,
                        warnings,
                    });
                }
                Err(error) => waiting.fail(self.id, error.into()),
            }
        }
        // Changes of an earlier attempt for which there was no time come first in the next one.
        self.taken = earlier.collect();
        (record, laid)
    }

    /// Answers an upload by what reading back shows, unless another writer has erased it, and it can be made again.
    ///
    /// A change that sets values may be made twice. One that adds, a note or a line, may because nothing of it is there. A
    /// record given whole may not: it would take back what the other writer changed.
    async fn judge(&mut self, mut upload: Upload, read: &Snapshot) -> Result<(), Failed> {
        let verification = verify(&upload.base.record, &upload.desired, &read.record);
        let erased = verification.was_erased() && upload.may_be_erased(read);
        upload.keep_trail_to(read, erased);
        let whole = upload.laid.iter().any(|laid| laid.waiting.change.is_whole());
        if !erased || whole || !self.attempts.are_left() {
            self.answer(upload, Some(&read.record), &ReadBack::Seen(verification))
                .await;
            return Ok(());
        }
        self.forget().await;
        let fields = verification.foreign.into_iter().map(|change| change.path).collect();
        let read = read.record.clone();
        self.reads.keep(read.clone());
        self.erased = Some(Erased { upload, read });
        Err(Failed::Again(Error::Conflict {
            fields,
            attempts: self.attempts.made(),
        }))
    }

    /// Takes the changes that were erased to be laid once more, when the order is still without them; another writer may
    /// have read it while they were there, and have put them back.
    async fn look_at_erased(&mut self, now: &Map<String, Value>) {
        let Some(Erased { mut upload, .. }) = self.erased.take() else {
            return;
        };
        let verification = verify(&upload.base.record, &upload.desired, now);
        if verification.left_nothing() {
            upload.note(LAID_AGAIN);
            self.taken.splice(0..0, upload.into_waiting());
        } else {
            self.answer(upload, Some(now), &ReadBack::Seen(verification)).await;
        }
    }

    /// Answers the changes that went into this upload, with the order as it is now or else as it was sent. Those that had no
    /// time wait for the next.
    async fn answer(&self, upload: Upload, now: Option<&Map<String, Value>>, read_back: &ReadBack) {
        // Before anybody is told, so that nobody reads what was before.
        self.forget().await;
        upload.answer(now, read_back, self.attempts.made());
    }

    async fn forget(&self) {
        let inner = &self.engine.inner;
        inner.order_changed(self.store.owner(), self.id.as_str()).await;
    }

    /// Keeps the changes of an attempt that failed for the next one, in their order.
    fn take_back(&mut self, mut upload: Upload, failed: Failed) -> Failed {
        self.reads.keep(std::mem::take(&mut upload.base.record));
        self.taken.splice(0..0, upload.into_waiting());
        failed
    }

    fn failed(&self, error: od_client::Error) -> Failed {
        Failed::unchanged(error, |error| missing(error, self.id.as_str()))
    }
}

/// Whether Order Desk said no to what it was sent, and not to whoever sent it.
fn is_of_one(error: &Error) -> bool {
    matches!(error, Error::Upstream(od_client::Error::Rejected { .. }))
}

/// Whether the notes that were read are still the first ones, each in its place.
fn has_notes_of(record: &Map<String, Value>, read: &Map<String, Value>) -> bool {
    let notes = |order: &Map<String, Value>| order.get("order_notes").and_then(Value::as_array).cloned();
    let (now, then) = (notes(record).unwrap_or_default(), notes(read).unwrap_or_default());
    now.starts_with(&then)
}
