//! Whoever comes first leads the changes that wait for the same order; the others join and share its read and upload.

use std::time::{Duration, Instant};

use od_client::OrderId;
use od_record::order::Change;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::commit::Commit;
use super::done::Done;
use super::queue::{Key, Queue, Waiting};
use crate::engine::Engine;
use crate::error::Error;
use crate::meter::ChangeOutcome;
use crate::orders::Orders;
use crate::stores::OpenStore;

/// After so long other processes get a turn at the order, however many changes still wait here.
const TURN: Duration = Duration::from_secs(2);
/// Longer than a waiting process takes to look again.
const REST: Duration = Duration::from_millis(500);

impl Orders<'_> {
    /// Makes a change, alone or together with others that wait for the same order.
    pub(super) async fn commit(&self, store: &OpenStore, id: &OrderId, change: Change) -> Result<Done, Error> {
        let key = Key {
            store_row: store.row.id.clone(),
            order_id: id.as_str().to_owned(),
        };
        let (answer, mut outcome) = oneshot::channel();
        let groups = &self.0.inner.groups;
        let waiting = Waiting::new(change, answer, store.asker.clone());
        let ticket = waiting.ticket;
        if groups.join(&key, waiting) {
            let lead = lead(self.0.clone(), store.clone().for_several(), id.clone(), key.clone());
            self.0.inner.work.spawn(lead.in_current_span());
        }
        let outcome = tokio::select! {
            biased;
            outcome = &mut outcome => outcome,
            why = store.asker.lost() => {
                if groups.take_back(&key, ticket) {
                    return Err(why);
                }
                // It is under way.
                outcome.await
            }
        };
        let outcome = outcome.unwrap_or(Err(Error::Internal("the change ended without an answer")));
        self.0.count_change(&outcome);
        outcome
    }
}

impl Engine {
    /// Counts what became of a change.
    fn count_change(&self, outcome: &Result<Done, Error>) {
        let (change, attempts) = match outcome {
            Ok(done) => (
                ChangeOutcome::done(done.changes.is_empty(), done.verified),
                Some(done.attempts),
            ),
            Err(error) => (ChangeOutcome::not_done(error), error.attempts()),
        };
        self.inner.meter.changed(change, attempts);
    }
}

async fn lead(engine: Engine, store: OpenStore, id: OrderId, key: Key) {
    let inner = &engine.inner;
    let mut queue = Queue::led(&inner.groups, &key);
    loop {
        let held = match store.hold(&engine, store.order(id.as_str())).await {
            Ok(held) => held,
            Err(error) => {
                while !queue.end_if_empty() {
                    if let Some(waiting) = queue.next() {
                        waiting.answer(Err(error.clone()));
                    }
                }
                return;
            }
        };
        let began = Instant::now();
        // Those who lost access while they waited have taken their changes back.
        let is_done = loop {
            if queue.end_if_empty() {
                break true;
            }
            if began.elapsed() > TURN && !inner.replicas.is_alone() {
                break false;
            }
            Commit::new(&engine, &store, &id, &held, &queue).run().await;
        };
        held.release().await;
        if is_done {
            return;
        }
        tokio::time::sleep(REST).await;
    }
}
