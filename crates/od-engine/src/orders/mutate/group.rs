//! Changes that wait for the same order: whoever comes first leads, the others join and share its read and upload.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use od_client::OrderId;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::commit::Commit;
use super::{Change, Done};
use crate::engine::Engine;
use crate::error::Error;
use crate::orders::Orders;
use crate::stores::OpenStore;

/// One order of one registered store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    store_row: String,
    order_id: String,
}

/// The waiting changes. An order that has an entry has a leader.
#[derive(Default)]
pub(crate) struct Groups {
    waiting: Mutex<HashMap<Key, VecDeque<Waiting>>>,
}

/// A change and who waits for it.
pub(super) struct Waiting {
    pub(super) change: Change,
    answer: oneshot::Sender<Result<Done, Error>>,
}

impl Waiting {
    pub(super) fn answer(self, outcome: Result<Done, Error>) {
        // The caller may have gone: then nobody needs the answer.
        let _ = self.answer.send(outcome);
    }
}

impl Orders<'_> {
    /// Makes a change, alone or together with others that wait for the same order.
    pub(super) async fn commit(&self, store: &OpenStore, id: &OrderId, change: Change) -> Result<Done, Error> {
        let key = Key {
            store_row: store.row.id.clone(),
            order_id: id.as_str().to_owned(),
        };
        let (answer, outcome) = oneshot::channel();
        let leads = self.0.inner.groups.join(&key, Waiting { change, answer });
        if leads {
            let lead = lead(self.0.clone(), store.clone(), id.clone(), key);
            self.0.inner.work.spawn(lead.in_current_span());
        }
        outcome
            .await
            .unwrap_or(Err(Error::Internal("the change ended without an answer")))
    }
}

impl Groups {
    /// Queues a change; true when nobody leads yet.
    fn join(&self, key: &Key, waiting: Waiting) -> bool {
        let mut groups = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = groups.get_mut(key) {
            queue.push_back(waiting);
            return false;
        }
        groups.insert(key.clone(), VecDeque::from([waiting]));
        true
    }

    /// Ends the leadership when nobody waits any more.
    fn end_if_empty(&self, key: &Key) -> bool {
        let mut groups = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = groups.get(key).is_none_or(VecDeque::is_empty);
        if empty {
            groups.remove(key);
        }
        empty
    }

    /// Ends the leadership, whoever waits.
    fn end(&self, key: &Key) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// The queue as its leader sees it. Dropping it, in a panic too, ends the leadership, so that no change waits for nobody.
pub(super) struct Queue<'a> {
    groups: &'a Groups,
    key: &'a Key,
    /// Once the leadership has ended, the order's entry may be that of the next leader.
    leads: bool,
}

impl Queue<'_> {
    /// The next change in line.
    pub(super) fn next(&self) -> Option<Waiting> {
        self.groups
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_mut(self.key)?
            .pop_front()
    }

    /// Ends the leadership when nobody waits any more.
    fn end_if_empty(&mut self) -> bool {
        self.leads = !self.groups.end_if_empty(self.key);
        !self.leads
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        if self.leads {
            self.groups.end(self.key);
        }
    }
}

async fn lead(engine: Engine, store: OpenStore, id: OrderId, key: Key) {
    let inner = &engine.inner;
    let mut queue = Queue {
        groups: &inner.groups,
        key: &key,
        leads: true,
    };
    let held = match inner
        .locks
        .hold(&inner.db, &inner.clock, store.order(id.as_str()))
        .await
    {
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
    loop {
        Commit::new(&engine, &store, &id, &held, &queue).run().await;
        if queue.end_if_empty() {
            break;
        }
    }
    held.release().await;
}
