//! What an order's history tells of others who acted between our read and our upload.
//!
//! An upload overwrites what somebody did in that window, and the record that is read back shows nothing of it: it is what
//! was uploaded. The history does, where Order Desk keeps one: it has an entry of theirs that the read did not show yet.
//!
//! Which of the new entries are theirs is decided without their texts, which nobody outside Order Desk knows:
//!
//! - New is what the history holds more often than at the read, whatever its order and although old entries give way.
//! - One upload leaves one entry, and what comes through the API is signed `API` there (API reference, "Order History",
//!   the default of `source_name`). So the last new entry of the API is taken for the upload's own.
//! - What stands before it happened in the window. What stands after it came later: rules that the upload set off, or
//!   somebody whose change is in the record as it was read back.
//! - An upload that puts a moved order back leaves two entries, of the change and of the move. So two of the API in a row
//!   with different texts are both taken for its own when something else stands before them.
//! - A single new entry is taken for the upload's own, whoever signed it: Order Desk may sign uploads otherwise. In a shop
//!   that writes nothing about uploads, somebody's only entry is therefore overlooked; a move is not, for the upload that
//!   undoes it leaves an entry of a move.
//! - Several new ones of which none is the API's cannot be placed. They are told without being judged.
//!
//! Nothing is learned from one upload for the next: a program that always acts in the window would be learned as ours.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::text::{named, quoted};

#[cfg(test)]
mod tests;

const HISTORY: &str = "order_history";
/// Who signs what came through the API.
const THE_API: &str = "API";
/// Most entries that are told one by one.
const MOST_TOLD: usize = 5;

/// What an order's history tells of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trail {
    /// Entries of acts after the read and before the upload, oldest first: what was done there is overwritten.
    pub overwritten: Vec<Value>,
    /// New entries of which nobody can say whether one is the upload's own, and on which side of it they stand.
    pub unplaced: Vec<Value>,
}

/// Takes the history out of an order, if it was read with one. It is no part of what an update uploads.
pub fn take_history(order: &mut Map<String, Value>) -> Option<Vec<Value>> {
    match order.shift_remove(HISTORY) {
        Some(Value::Array(entries)) => Some(entries),
        _ => None,
    }
}

/// Whether the history tells of a second upload beside ours: of two new entries of the API.
pub fn tells_of_another_upload(before: &[Value], after: &[Value]) -> bool {
    new_entries(before, after).iter().filter(|entry| is_api(entry)).count() > 1
}

/// Whether an entry is of what came through the API.
pub(super) fn is_api(entry: &Value) -> bool {
    let by = entry.get("source_name").and_then(Value::as_str).unwrap_or_default();
    by.trim().eq_ignore_ascii_case(THE_API)
}

impl Trail {
    /// Compares the history as it was at the read with that after the upload. `erased` says that the record shows another
    /// writer's upload to have come last.
    pub fn of(before: &[Value], after: &[Value], erased: bool) -> Self {
        let new = new_entries(before, after);
        let last = new.iter().rposition(|entry| is_api(entry));
        // The last one is then the other writer's, and the upload's own comes before it.
        let of_eraser = last.filter(|last| erased && last + 1 == new.len());
        let own = match of_eraser {
            Some(end) => new[..end].iter().rposition(|entry| is_api(entry)).or(last),
            None => last,
        };
        match own {
            Some(own) => Self {
                overwritten: owned(&new[..first_own(&new, own)]),
                unplaced: Vec::new(),
            },
            None if new.len() > 1 => Self {
                overwritten: Vec::new(),
                unplaced: owned(&new),
            },
            None => Self::default(),
        }
    }

    /// The same for an upload of one part of the order. Nobody knows whether that leaves an entry: a single new one of the API is
    /// taken for its own, anybody else's is told without being judged.
    pub fn of_part(before: &[Value], after: &[Value]) -> Self {
        let new = new_entries(before, after);
        match new.iter().rposition(|entry| is_api(entry)) {
            Some(own) => Self {
                overwritten: owned(&new[..own]),
                unplaced: Vec::new(),
            },
            None => Self {
                overwritten: Vec::new(),
                unplaced: owned(&new),
            },
        }
    }

    /// Adds what a later upload of the same change shows.
    pub fn extend(&mut self, later: Self) {
        self.overwritten.extend(later.overwritten);
        self.unplaced.extend(later.unplaced);
    }

    /// What it tells, in words, of an upload of one part of the order, an `order item` say.
    pub fn remarks_of_part(&self, noun: &str) -> Vec<String> {
        let undone = format!(
            "The whole {noun} was uploaded as it had been read: what others set in it before that is undone, and no read shows \
             what it was. What they did elsewhere in the order stays."
        );
        let mut remarks = Vec::new();
        if !self.overwritten.is_empty() {
            remarks.push(format!(
                "Somebody else acted on this order after it was read for this change and before the change was uploaded; \
                 verified is false because of that. {undone} Ask whoever the order's history names: {}",
                told(&self.overwritten)
            ));
        }
        if !self.unplaced.is_empty() {
            remarks.push(format!(
                "The order's history has new entries since the order was read for this change, and it cannot be known whether \
                 what they tell came before the upload or after it. {undone} Compare, and ask whoever it names: {}",
                told(&self.unplaced)
            ));
        }
        remarks
    }

    /// What it tells, in words, given the order as it was sent and as it was read back.
    pub fn remarks(&self, sent: &Map<String, Value>, read: &Map<String, Value>) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.overwritten.is_empty() {
            let (folder, now) = (sent.get("folder_id"), read.get("folder_id"));
            let place = if folder == now {
                format!(
                    "If they moved the order, it is back in folder {}, whose rules may have run again; move it where it \
                     belongs with orders_move_folder.",
                    named(folder)
                )
            } else {
                format!("The order is in folder {} now.", named(now))
            };
            remarks.push(format!(
                "Somebody else acted on this order after it was read for this change and before the change was uploaded; \
                 verified is false because of that. The upload sent what was read: what they set in the order itself is undone, \
                 and no read shows any more what it was, so ask whoever the history names. Shipments and history entries they \
                 added stay. {place} The order's history says of them: {}",
                told(&self.overwritten)
            ));
        }
        if !self.unplaced.is_empty() {
            remarks.push(format!(
                "The order's history has more new entries than one change leaves, and it cannot be known which of them \
                 tell of others. What others did before the upload is overwritten; compare. The new entries: {}",
                told(&self.unplaced)
            ));
        }
        remarks
    }
}

/// Where the entries of the upload begin, given its last one.
fn first_own(new: &[&Value], own: usize) -> usize {
    let also = own.checked_sub(1).filter(|before| {
        let entry = new[*before];
        *before > 0 && is_api(entry) && entry.get("note") != new[own].get("note")
    });
    also.unwrap_or(own)
}

fn owned(entries: &[&Value]) -> Vec<Value> {
    entries.iter().copied().cloned().collect()
}

/// What `after` holds more often than `before`, oldest first.
fn new_entries<'a>(before: &[Value], after: &'a [Value]) -> Vec<&'a Value> {
    let mut known: Vec<&Value> = before.iter().collect();
    let is_new = |entry: &&'a Value| match known.iter().position(|one| one == entry) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    };
    // Of equal entries the older one was known.
    if is_newest_first(before, after) {
        after.iter().rev().filter(is_new).collect()
    } else {
        after.iter().filter(is_new).collect()
    }
}

/// Whether a history begins with its newest entry; by its dates, else by the end that has stayed.
fn is_newest_first(before: &[Value], after: &[Value]) -> bool {
    let date = |entry: Option<&'_ Value>| entry.and_then(|entry| entry.get("date_added")?.as_str().map(str::to_owned));
    match date(after.first()).cmp(&date(after.last())) {
        Ordering::Greater => true,
        Ordering::Less => false,
        Ordering::Equal => before.first() != after.first() && before.last() == after.last(),
    }
}

/// `by "Jo Sample" at "2026-03-02 15:00:01": "Order Edited"; ...`
fn told(entries: &[Value]) -> String {
    let text = |entry: &Value, name: &str| quoted(entry.get(name).and_then(Value::as_str).unwrap_or_default());
    let line = |entry: &Value| {
        let [by, at, note] = ["source_name", "date_added", "note"].map(|name| text(entry, name));
        format!("by {by} at {at}: {note}")
    };
    let lines: Vec<String> = entries.iter().take(MOST_TOLD).map(line).collect();
    let more = entries.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}.", lines.join("; "))
}
