//! Changes that wait for the same order.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use od_client::OrderId;
use od_record::FieldChange;
use od_record::order::{Change, Trail};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::done::{Done, HINT};
use crate::calls::Asker;
use crate::difference::Altered;
use crate::error::Error;

/// One order of one registered store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) store_row: String,
    pub(super) order_id: String,
}

/// The waiting changes. An order that has an entry has a leader.
#[derive(Default)]
pub(crate) struct Groups {
    waiting: Mutex<HashMap<Key, VecDeque<Waiting>>>,
}

/// A change and who waits for it.
pub(super) struct Waiting {
    pub(super) ticket: Uuid,
    asker: Asker,
    pub(super) change: Change,
    pub(super) answer: oneshot::Sender<Result<Done, Error>>,
    pub(super) past: Past,
}

/// What the caller is to know of how its change was uploaded, beside what reading back shows in the end.
#[derive(Default)]
pub(super) struct Past {
    pub(super) notes: Vec<&'static str>,
    pub(super) trail: Trail,
    /// What was uploaded of it, when nobody knows what became of that.
    pub(super) sent: Vec<FieldChange>,
}

impl Waiting {
    pub(super) fn new(change: Change, answer: oneshot::Sender<Result<Done, Error>>, asker: Asker) -> Self {
        Self {
            ticket: Uuid::new_v4(),
            asker,
            change,
            answer,
            past: Past::default(),
        }
    }

    /// Answers that the change failed. Of an upload that got no answer and was not seen nobody knows whether it comes, whatever
    /// else went wrong since.
    pub(super) fn fail(mut self, order: &OrderId, error: Error) {
        const REASON: &str =
            "Order Desk did not answer an upload of this change, which may have come since or may still come.";
        let sent = std::mem::take(&mut self.past.sent);
        let is_uncertain = matches!(error, Error::Uncertain { .. });
        self.answer(Err(match (is_uncertain, sent.is_empty()) {
            // It never went up.
            (true, true) => Error::RecordBusy { what: "order" },
            (false, true) => error,
            (_, false) => {
                let error = if is_uncertain {
                    error
                } else {
                    Error::uncertain(format!("{REASON} When it was tried again: {error}"), HINT)
                };
                error.having_attempted(|| Altered::order(Some(order.to_string()), sent))
            }
        }));
    }

    pub(super) fn answer(self, outcome: Result<Done, Error>) {
        // The caller may have gone: then nobody needs the answer.
        let _ = self.answer.send(outcome);
    }
}

impl Groups {
    /// Queues a change; true when nobody leads yet.
    pub(super) fn join(&self, key: &Key, waiting: Waiting) -> bool {
        let mut groups = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = groups.get_mut(key) {
            queue.push_back(waiting);
            return false;
        }
        groups.insert(key.clone(), VecDeque::from([waiting]));
        true
    }

    /// Takes a change out of the queue. False when it is not there any more: it is being made, or is done.
    pub(super) fn take_back(&self, key: &Key, ticket: Uuid) -> bool {
        let mut groups = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = groups.get_mut(key) else { return false };
        let before = queue.len();
        queue.retain(|waiting| waiting.ticket != ticket);
        queue.len() < before
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

impl<'a> Queue<'a> {
    /// The queue of whoever was told to lead when they joined.
    pub(super) fn led(groups: &'a Groups, key: &'a Key) -> Self {
        Self {
            groups,
            key,
            leads: true,
        }
    }

    /// The next change in line. Those of who has lost access are answered.
    pub(super) fn next(&self) -> Option<Waiting> {
        loop {
            let waiting = {
                let mut groups = self.groups.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                groups.get_mut(self.key)?.pop_front()?
            };
            match waiting.asker.check() {
                Ok(()) => return Some(waiting),
                Err(why) => waiting.answer(Err(why)),
            }
        }
    }

    /// Ends the leadership when nobody waits any more.
    pub(super) fn end_if_empty(&mut self) -> bool {
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
