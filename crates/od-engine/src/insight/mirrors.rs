//! The open copies of a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::days::Zone;
use super::opened::Opened;
use super::options::MirrorOptions;
use super::watched::Watches;

/// An open copy that nobody uses is closed after this time.
const IDLE: Duration = Duration::from_mins(10);

/// The open copies of this process.
pub(crate) struct Mirrors {
    options: MirrorOptions,
    open: Mutex<HashMap<String, Arc<Opened>>>,
    watches: Watches,
}

impl Mirrors {
    pub(crate) fn new(options: MirrorOptions) -> Self {
        Self {
            options,
            open: Mutex::default(),
            watches: Watches::default(),
        }
    }

    pub(super) fn options(&self) -> MirrorOptions {
        self.options
    }

    /// The stores that somebody looks at.
    pub(super) fn watches(&self) -> &Watches {
        &self.watches
    }

    /// The copy of a store, where it is open.
    pub(super) fn known(&self, store_row: &str) -> Option<Arc<Opened>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(store_row).cloned()
    }

    /// The open copy of a store, which may be empty yet. One whose days are another zone's is replaced.
    pub(super) fn opened(&self, store_row: &str, zone: &Zone, now: Timestamp) -> Arc<Opened> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.get(store_row).filter(|opened| opened.zone == zone.name);
        let opened = known.cloned().unwrap_or_else(|| Arc::new(Opened::new(zone, now)));
        opened.touch();
        open.insert(store_row.to_owned(), opened.clone());
        opened
    }

    /// Closes those that were used least recently, but for one, until all together take no more than they may. The one that is in
    /// use stays open, however large it is.
    pub(super) fn make_room(&self, but: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: u64 = open.values().map(|opened| opened.bytes()).sum();
        while all > self.options.max_bytes {
            let least = open
                .iter()
                .filter(|(store_row, _)| *store_row != but)
                .min_by_key(|(_, opened)| opened.used());
            let Some((store_row, bytes)) = least.map(|(store_row, opened)| (store_row.clone(), opened.bytes())) else {
                return;
            };
            open.remove(&store_row);
            all -= bytes;
        }
    }

    pub(super) fn close_idle(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, opened| opened.used().elapsed() < IDLE);
        self.watches.forget_idle();
    }
}
