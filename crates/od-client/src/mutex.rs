//! Locking, the same everywhere in this crate.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks also after a panic elsewhere: every critical section here leaves whole values behind.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
