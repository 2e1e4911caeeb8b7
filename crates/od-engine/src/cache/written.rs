//! Which orders this process has written, for copies of orders: not every write shows in the date by which they ask what has
//! changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// As many are noted of one store. What is beyond them is found by its date, and by the copy's counts.
const MOST: usize = 10_000;

/// Orders of stores that have a copy, written since it was last brought up to date.
#[derive(Default)]
pub(crate) struct Written(Mutex<HashMap<String, Option<BTreeSet<String>>>>);

impl Written {
    /// From now on writes to this store are noted.
    pub(crate) fn watch(&self, store_row: &str) {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !stores.contains_key(store_row) {
            stores.insert(store_row.to_owned(), None);
        }
    }

    /// Notes that an order was written, or one added, whose id is not known.
    pub(crate) fn note(&self, store_row: &str, order_id: Option<&str>) {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = stores.get_mut(store_row) {
            let noted = noted.get_or_insert_default();
            if noted.len() < MOST {
                noted.extend(order_id.map(str::to_owned));
            }
        }
    }

    /// Notes that orders may have been written that nobody knows of, of any store.
    pub(crate) fn note_gap(&self) {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for noted in stores.values_mut() {
            noted.get_or_insert_default();
        }
    }

    /// Whether anything was written.
    pub(crate) fn has(&self, store_row: &str) -> bool {
        let stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stores.get(store_row).is_some_and(Option::is_some)
    }

    /// What was written, which counts as read from now on. None when nothing was.
    pub(crate) fn take(&self, store_row: &str) -> Option<BTreeSet<String>> {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stores.get_mut(store_row)?.take()
    }

    /// What was taken and not read after all.
    pub(crate) fn put_back(&self, store_row: &str, orders: BTreeSet<String>) {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = stores.get_mut(store_row) {
            noted.get_or_insert_default().extend(orders);
        }
    }
}
