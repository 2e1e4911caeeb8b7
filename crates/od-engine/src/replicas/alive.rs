//! How many processes serve, as far as this one knows.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_db::Living;

/// What was seen longer ago is not known any more: a process that slept may have missed that others came.
const KNOWN: Duration = Duration::from_millis(2500);

/// What was seen last. Until somebody looks, this process is the only one, as one with its database in memory is.
#[derive(Debug, Default)]
pub(crate) struct Alive(Mutex<Option<Seen>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    count: u32,
    /// Whether any other has lost what they share, and cannot tell what it changes.
    is_other_cut_off: bool,
    /// When it became so many; nothing for the first of all.
    since: Option<Instant>,
    /// How often it changed.
    changes: u64,
    at: Instant,
}

impl Seen {
    fn is_known(self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) < KNOWN
    }
}

impl Alive {
    /// These are there now, this one included.
    pub(crate) fn seen(&self, living: Living, at: Instant) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Living {
            count,
            is_other_cut_off,
            ..
        } = living;
        let count = count.max(1);
        *last = Some(match *last {
            // Others may have come and gone while nobody looked.
            Some(before) if before.count == count && before.is_known(at) => Seen {
                is_other_cut_off,
                at,
                ..before
            },
            Some(before) => Seen {
                count,
                is_other_cut_off,
                since: Some(at),
                changes: before.changes + 1,
                at,
            },
            None => Seen {
                count,
                is_other_cut_off,
                since: (count > 1).then_some(at),
                changes: 0,
                at,
            },
        });
    }

    /// How many there were when somebody last looked.
    pub(crate) fn count(&self) -> u32 {
        self.last().map_or(1, |seen| seen.count)
    }

    /// Since when there are so many; nothing for a process that has always been alone.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.last().and_then(|seen| seen.since)
    }

    /// Whether anybody has looked.
    pub(crate) fn is_known(&self) -> bool {
        self.last().is_some()
    }

    /// Whether this is the only process for certain, and a number that changes when it was not in between.
    pub(crate) fn alone(&self) -> Option<u64> {
        match self.last() {
            None => Some(0),
            Some(seen) if seen.count == 1 && seen.is_known(Instant::now()) => Some(seen.changes),
            Some(_) => None,
        }
    }

    /// Whether every process is for certain one that can tell the others what it changes.
    pub(crate) fn can_all_tell(&self) -> bool {
        self.last()
            .is_none_or(|seen| !seen.is_other_cut_off && seen.is_known(Instant::now()))
    }

    fn last(&self) -> Option<Seen> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
