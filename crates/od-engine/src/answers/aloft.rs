//! Answers of this process that were told, and of which it is not known yet whether anybody took them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// All of them. A write that is done meanwhile may make it pointless to keep one that turns out to be lost.
#[derive(Clone, Default)]
pub(super) struct Aloft(Arc<Mutex<Vec<Weak<Watched>>>>);

/// One of them, while somebody watches it.
pub(super) struct Watched {
    digest: String,
    records: String,
    done: i64,
    is_past: AtomicBool,
}

impl Aloft {
    /// Watches the answer to a write that was done at this time. `records` are those whose other writes end the keeping.
    pub(super) fn watch(&self, digest: &str, records: String, done: i64) -> Arc<Watched> {
        let watched = Arc::new(Watched {
            digest: digest.to_owned(),
            records,
            done,
            is_past: AtomicBool::new(false),
        });
        let mut all = self.lock();
        all.retain(|one| one.strong_count() > 0);
        all.push(Arc::downgrade(&watched));
        watched
    }

    /// Tells those that a write makes a thing of the past: identical ones, and those about its records, that were done
    /// before it began.
    pub(super) fn overtake(&self, digest: &str, records: &str, began: i64) {
        for one in self.lock().iter().filter_map(Weak::upgrade) {
            let mut about = one.records.split_ascii_whitespace();
            let is_about = about.any(|record| records.split_ascii_whitespace().any(|ours| ours == record));
            if one.digest == digest || (is_about && one.done <= began) {
                one.is_past.store(true, Ordering::Relaxed);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    /// Whether a later write made it a thing of the past.
    pub(super) fn is_past(&self) -> bool {
        self.is_past.load(Ordering::Relaxed)
    }
}
