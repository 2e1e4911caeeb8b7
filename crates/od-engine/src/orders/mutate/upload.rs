//! What a round has uploaded, and what reading showed of it.

use od_client::Order;
use od_record::order::{Change, Trail, blurred, name_added, take_history, tells_of_another_upload};
use od_record::{FieldChange, ReadBack};
use serde_json::{Map, Value};

use super::done::{Done, SETTLED};
use super::queue::{Past, Waiting};

const NOT_LOOKED_AT: &str = "The change was uploaded and accepted. Whether it was stored was not looked at (MUTATION_VERIFY=false): \
                             verified is false.";

/// An order as it was read. Its history stands apart: uploads do not send it, and replies do not show it.
pub(super) struct Snapshot {
    pub(super) record: Map<String, Value>,
    /// Nothing where Order Desk gave none.
    history: Option<Vec<Value>>,
}

impl Snapshot {
    /// What its date cannot tell of a record given whole; see [`blurred`].
    pub(super) fn doubts(&self, change: &Change) -> Option<String> {
        blurred(change, &self.record, self.history.as_deref().unwrap_or_default())
    }
}

impl From<Order> for Snapshot {
    fn from(order: Order) -> Self {
        let mut record = order.into_map();
        let history = take_history(&mut record);
        Self { record, history }
    }
}

/// A change laid over the record.
pub(super) struct Laid {
    pub(super) waiting: Waiting,
    pub(super) changes: Vec<FieldChange>,
    pub(super) warnings: Vec<String>,
}

/// What an attempt uploads.
pub(super) struct Upload {
    pub(super) base: Snapshot,
    pub(super) desired: Map<String, Value>,
    pub(super) laid: Vec<Laid>,
}

/// An upload that another writer's has erased, until it is made again.
pub(super) struct Erased {
    pub(super) upload: Upload,
    /// The order without it.
    pub(super) read: Map<String, Value>,
}

impl Upload {
    /// Tells each caller `note`, once.
    pub(super) fn note(&mut self, note: &'static str) {
        for laid in &mut self.laid {
            let notes = &mut laid.waiting.past.notes;
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// Keeps for each caller what its change would have altered.
    pub(super) fn keep_sent(&mut self) {
        for laid in &mut self.laid {
            laid.waiting.past.sent = std::mem::take(&mut laid.changes);
        }
    }

    /// Whether another upload may have come after this one: unless the histories show that there was none.
    pub(super) fn may_be_erased(&self, read: &Snapshot) -> bool {
        match (&self.base.history, &read.history) {
            (Some(before), Some(after)) => tells_of_another_upload(before, after),
            _ => true,
        }
    }

    /// Keeps for each caller what the histories of the base and of a later read tell of others; see [`Trail::of`].
    pub(super) fn keep_trail_to(&mut self, read: &Snapshot, erased: bool) {
        let (Some(before), Some(after)) = (&self.base.history, &read.history) else {
            return;
        };
        let trail = Trail::of(before, after, erased);
        for laid in &mut self.laid {
            laid.waiting.past.trail.extend(trail.clone());
        }
    }

    /// Its changes, to be laid again.
    pub(super) fn into_waiting(self) -> impl Iterator<Item = Waiting> {
        self.laid.into_iter().map(|laid| laid.waiting)
    }

    /// Answers its changes, with the order as it is `now`, or as it was sent where nobody looked.
    pub(super) fn answer(mut self, now: Option<&Map<String, Value>>, read_back: &ReadBack, attempts: u32) {
        if let Some(now) = now {
            let changes = self.laid.iter_mut().flat_map(|laid| &mut laid.changes);
            name_added(changes, &self.base.record, now);
        }
        let order = now.unwrap_or(&self.desired);
        for Laid {
            mut waiting,
            mut changes,
            mut warnings,
        } in self.laid
        {
            // An upload of it that got no answer has come since.
            if changes.is_empty() && !waiting.past.sent.is_empty() {
                changes = std::mem::take(&mut waiting.past.sent);
                warnings.push(SETTLED.to_owned());
            }
            let Past { notes, trail, .. } = &waiting.past;
            warnings.extend(notes.iter().map(|note| (*note).to_owned()));
            warnings.extend(read_back.remarks(&changes));
            warnings.extend(trail.remarks(&self.desired, order));
            if matches!(read_back, ReadBack::Skipped) {
                warnings.push(NOT_LOOKED_AT.to_owned());
            }
            let verified = read_back.confirms(&changes) && trail.overwritten.is_empty();
            waiting.answer(Ok(Done {
                order: order.clone(),
                changes,
                attempts,
                verified,
                warnings,
            }));
        }
    }
}
