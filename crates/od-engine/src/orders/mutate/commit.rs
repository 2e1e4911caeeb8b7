//! One read and one upload for all changes that wait.

use std::time::{Duration, Instant};

use od_client::{Order, OrderId};
use od_record::order::{Applied, lay_over, same_record, upload_body, verify};
use od_record::{FieldChange, ReadBack, diff};
use serde_json::{Map, Value};

use super::super::query::missing;
use super::Done;
use super::group::{Queue, Waiting};
use crate::attempts::{Attempts, Failed, Reads, is_fresh};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::stores::OpenStore;

/// How much of a read's freshness may go into laying changes over the record; what does not fit waits for the next round.
const FOLD: Duration = Duration::from_millis(25);

/// A round of changes to one order.
pub(super) struct Commit<'a> {
    engine: &'a Engine,
    pub(super) store: &'a OpenStore,
    pub(super) id: &'a OrderId,
    held: &'a Held,
    queue: &'a Queue<'a>,
    /// Changes taken from the queue and not answered yet.
    taken: Vec<Waiting>,
    attempts: Attempts,
    reads: Reads,
}

/// A change laid over the record.
struct Laid {
    waiting: Waiting,
    changes: Vec<FieldChange>,
    warnings: Vec<String>,
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
                // Changes of an earlier attempt for which there was no time in this one: a round of their own.
                (self.attempts, self.reads) = (attempts(self.engine, self.store), Reads::default());
                continue;
            };
            if let Err(error) = self.attempts.again(failed).await {
                break self.reads.conflict(error, &self.attempts);
            }
        };
        self.forget();
        if self.taken.is_empty() {
            self.taken.extend(std::iter::from_fn(|| self.queue.next()));
        }
        for waiting in self.taken {
            waiting.answer(Err(failure.clone()));
        }
    }

    async fn attempt(&mut self) -> Result<(), Failed> {
        self.held.regain().await.map_err(Failed::Final)?;
        let verifies = self.engine.inner.mutation.verify;
        let permit = self
            .store
            .upstream
            .reserve(if verifies { 3 } else { 2 })
            .await
            .map_err(|error| Failed::Final(Error::Upstream(error)))?;
        let upstream = self.store.upstream.with(&permit);
        let base = upstream
            .orders()
            .get(self.id)
            .await
            .map_err(|error| self.failed(error))?
            .into_map();
        let read_at = Instant::now();
        self.reads.compare(&base);

        let (desired, laid) = self.lay(&base, read_at);
        if same_record(&base, &desired) {
            self.answer(laid, &base, &ReadBack::NotNeeded, &[]);
            return Ok(());
        }
        let body = upload_body(&desired);
        if !self.held.is_still_ours() || !is_fresh(read_at) {
            return Err(self.take_back(laid, base, Failed::Again(Error::RecordBusy { what: "order" })));
        }
        let uploaded = upstream.orders().update(self.id, &body).await;
        // Finding out what became of it may take a while, and nobody shall read meanwhile what was before.
        self.forget();
        match uploaded {
            Ok(()) if verifies => {
                let first = upstream.orders().get(self.id).await;
                // Asking again takes tokens of its own.
                drop((upstream, permit));
                let read = self.store.read_order_back(self.id, first).await;
                self.answer_read_back(&base, &desired, laid, read, &[]);
            }
            Ok(()) => self.answer(laid, &desired, &ReadBack::Skipped, &[]),
            Err(error) if error.is_uncertain() => {
                // The token that reading back would have cost is free again: settling asks for its own.
                drop((upstream, permit));
                match self.settle(&base, &desired, &error).await {
                    Ok(Some(order)) => {
                        let note =
                            "The answer to the upload was lost; reading the order shows that the change was stored.";
                        self.answer_read_back(&base, &desired, laid, Ok(order), &[note]);
                    }
                    Ok(None) => return Err(self.take_back(laid, base, Failed::Again(Error::Upstream(error)))),
                    Err(error) => return Err(self.take_back(laid, base, Failed::Final(error))),
                }
            }
            Err(error) => {
                let failed = self.failed(error);
                return Err(self.take_back(laid, base, failed));
            }
        }
        Ok(())
    }

    /// Lays the waiting changes over the record, one after the other, as long as the record is fresh.
    fn lay(&mut self, base: &Map<String, Value>, read_at: Instant) -> (Map<String, Value>, Vec<Laid>) {
        let mut record = base.clone();
        let mut laid = Vec::new();
        let mut earlier = std::mem::take(&mut self.taken).into_iter();
        while laid.is_empty() || read_at.elapsed() < FOLD {
            let Some(waiting) = earlier.next().or_else(|| self.queue.next()) else {
                break;
            };
            match lay_over(base, &record, &waiting.change) {
                Ok(Applied { desired, warnings }) => {
                    let changes = diff(&record, &desired);
                    record = desired;
                    laid.push(Laid {
                        waiting,
                        changes,
                        warnings,
                    });
                }
                Err(error) => waiting.answer(Err(error.into())),
            }
        }
        // Changes of an earlier attempt for which there was no time come first in the next one.
        self.taken = earlier.collect();
        (record, laid)
    }

    fn answer_read_back(
        &mut self,
        base: &Map<String, Value>,
        desired: &Map<String, Value>,
        laid: Vec<Laid>,
        read: Result<Order, Error>,
        notes: &[&str],
    ) {
        match read {
            Ok(order) => {
                let order = order.into_map();
                let seen = ReadBack::Seen(verify(base, desired, &order));
                self.answer(laid, &order, &seen, notes);
            }
            Err(error) => {
                tracing::warn!(%error, "an order could not be read back after its upload");
                self.answer(laid, desired, &ReadBack::Failed, notes);
            }
        }
    }

    /// Answers the changes that went into this round. Those that had no time wait for the next.
    fn answer(&self, laid: Vec<Laid>, order: &Map<String, Value>, read_back: &ReadBack, notes: &[&str]) {
        // Before anybody is told, so that nobody reads what was before.
        self.forget();
        for Laid {
            waiting,
            changes,
            mut warnings,
        } in laid
        {
            warnings.extend(notes.iter().map(|note| (*note).to_owned()));
            warnings.extend(read_back.remarks(&changes));
            let verified = read_back.confirms(&changes);
            waiting.answer(Ok(Done {
                order: order.clone(),
                changes,
                attempts: self.attempts.made(),
                verified,
                warnings,
            }));
        }
    }

    fn forget(&self) {
        let cache = &self.engine.inner.cache;
        cache.order_changed(self.store.owner(), self.id.as_str());
    }

    /// Keeps the changes of an attempt that failed for the next one, in their order.
    fn take_back(&mut self, laid: Vec<Laid>, base: Map<String, Value>, failed: Failed) -> Failed {
        self.reads.keep(base);
        self.taken.splice(0..0, laid.into_iter().map(|laid| laid.waiting));
        failed
    }

    fn failed(&self, error: od_client::Error) -> Failed {
        Failed::unchanged(error, |error| missing(error, self.id.as_str()))
    }
}
