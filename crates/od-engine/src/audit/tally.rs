//! What became of entries, counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counts of one log.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Handed to the writer, and no fate known yet.
    queued: AtomicU64,
    /// Of those, tried and not taken by the database.
    kept: AtomicU64,
    written: AtomicU64,
    lost: AtomicU64,
    left_out: AtomicU64,
}

impl Tally {
    /// An entry is handed to the writer.
    pub(super) fn queue(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
    }

    /// These many are the writer's no more.
    pub(super) fn settle(&self, entries: usize) {
        // What was given up may end all the same.
        let left = |queued: u64| Some(queued.saturating_sub(entries as u64));
        let _ = self.queued.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }

    /// These many were not taken by the database, and are tried again.
    pub(super) fn keep(&self, entries: usize) {
        self.kept.store(entries as u64, Ordering::Relaxed);
    }

    /// These many are in the database.
    pub(super) fn write(&self, entries: usize) {
        self.written.fetch_add(entries as u64, Ordering::Relaxed);
    }

    /// These many are nowhere.
    pub(super) fn lose(&self, entries: usize) {
        self.lost.fetch_add(entries as u64, Ordering::Relaxed);
    }

    /// All that wait are nowhere. How many they are.
    pub(super) fn give_up(&self) -> u64 {
        let waiting = self.queued.swap(0, Ordering::Relaxed);
        self.lost.fetch_add(waiting, Ordering::Relaxed);
        waiting
    }

    /// The tenant of these many was deleted meanwhile.
    pub(super) fn leave_out(&self, entries: usize) {
        self.left_out.fetch_add(entries as u64, Ordering::Relaxed);
    }

    /// Entries that wait for the writer or are being written.
    pub(super) fn queued(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    /// Entries that the database did not take, and that are tried again.
    pub(super) fn kept(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }

    /// Entries lost since the start.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// What became of all that came to an end.
    pub(super) fn read(&self) -> [(&'static str, u64); 3] {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("written", count(&self.written)),
            ("lost", self.lost()),
            ("left_out", count(&self.left_out)),
        ]
    }
}
