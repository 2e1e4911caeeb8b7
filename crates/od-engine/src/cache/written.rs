//! Which orders were written, for copies of orders: not every write shows in the date by which they ask what has changed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;

#[cfg(test)]
mod tests;

/// As many are noted of one store.
const MOST: usize = 1_000;
/// Of so many stores.
const STORES: usize = 10_000;

/// Orders of stores, written by this process or as others told it, since their copies were last brought up to date.
pub(crate) struct Written {
    noted: Mutex<Noted>,
    clock: Clock,
}

struct Noted {
    /// Everything that was written since then is noted; before it this process did not listen. Milliseconds since the epoch.
    since: i64,
    stores: HashMap<String, Writes>,
    /// Stores of which somebody reads what was written: their copies do not have it yet.
    being_read: HashSet<String>,
}

/// What was written.
#[derive(Default)]
pub(crate) struct Writes {
    /// Order Desk's ids; none of an order that was added.
    pub orders: BTreeSet<String>,
    /// More than these.
    pub and_more: bool,
}

/// What was written until now, which is noted again when nobody says that it was read.
pub(crate) struct Taken<'a> {
    of: &'a Written,
    store_row: &'a str,
    writes: Option<Writes>,
}

impl Written {
    /// Notes what is written from now on.
    pub(crate) fn since_now(clock: Clock) -> Self {
        let noted = Noted {
            since: clock.now_millis(),
            stores: HashMap::new(),
            being_read: HashSet::new(),
        };
        Self {
            noted: Mutex::new(noted),
            clock,
        }
    }

    /// Notes that an order was written, or one added, whose id is not known.
    pub(crate) fn note(&self, store_row: &str, order_id: Option<&str>) {
        let mut noted = self.noted();
        if noted.stores.len() >= STORES && !noted.stores.contains_key(store_row) {
            // Whatever was not noted is as if nobody had listened until now.
            noted.since = self.clock.now_millis();
            noted.stores.clear();
        }
        let writes = noted.stores.entry(store_row.to_owned()).or_default();
        writes.add(order_id.map(str::to_owned));
    }

    /// Orders may have been written that nobody knows of, of any store: it is as if nobody had listened until now.
    pub(crate) fn note_gap(&self) {
        self.noted().since = self.clock.now_millis() + 1;
    }

    /// Whether a copy that was brought up to date at a moment has everything that was written, as far as this process was told.
    pub(crate) fn has_nothing(&self, store_row: &str, refreshed_at: i64) -> bool {
        let noted = self.noted();
        noted.since <= refreshed_at && !noted.stores.contains_key(store_row) && !noted.being_read.contains(store_row)
    }

    /// What was written until now, for somebody who reads it, and who has the copy alone.
    pub(crate) fn take<'a>(&'a self, store_row: &'a str) -> Taken<'a> {
        let mut noted = self.noted();
        let writes = noted.stores.remove(store_row);
        if writes.is_some() {
            noted.being_read.insert(store_row.to_owned());
        }
        drop(noted);
        Taken {
            of: self,
            store_row,
            writes,
        }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writes {
    fn add(&mut self, orders: impl IntoIterator<Item = String>) {
        for order in orders {
            if self.orders.len() < MOST {
                self.orders.insert(order);
            } else {
                self.and_more = true;
            }
        }
    }
}

impl Taken<'_> {
    pub(crate) fn writes(&self) -> Option<&Writes> {
        self.writes.as_ref()
    }

    /// The copy has them.
    pub(crate) fn are_read(mut self) {
        if self.writes.take().is_some() {
            self.of.noted().being_read.remove(self.store_row);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(writes) = self.writes.take() else { return };
        let mut noted = self.of.noted();
        noted.being_read.remove(self.store_row);
        let again = noted.stores.entry(self.store_row.to_owned()).or_default();
        again.and_more |= writes.and_more;
        again.add(writes.orders);
    }
}
