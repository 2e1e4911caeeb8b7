//! How many processes serve, as far as this one knows.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What was seen longer ago is not known any more: a process that slept may have missed that others came.
const KNOWN: Duration = Duration::from_millis(2500);

/// What was seen last. Until somebody looks, this process is the only one, as one with its database in memory is.
#[derive(Debug, Default)]
pub(crate) struct Alive(Mutex<Option<Seen>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    count: u32,
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
    /// So many are there now, this one included.
    pub(crate) fn seen(&self, count: u32, at: Instant) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = count.max(1);
        *last = Some(match *last {
            // Others may have come and gone while nobody looked.
            Some(before) if before.count == count && before.is_known(at) => Seen { at, ..before },
            Some(before) => Seen {
                count,
                since: Some(at),
                changes: before.changes + 1,
                at,
            },
            None => Seen {
                count,
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

    /// Whether this is the only process for certain, and a number that changes when it was not in between.
    pub(crate) fn alone(&self) -> Option<u64> {
        match self.last() {
            None => Some(0),
            Some(seen) if seen.count == 1 && seen.is_known(Instant::now()) => Some(seen.changes),
            Some(_) => None,
        }
    }

    fn last(&self) -> Option<Seen> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
