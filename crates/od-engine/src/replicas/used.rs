//! Whether anybody asks this process for anything: one that is not asked need not show that it lives.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// When somebody asked last.
#[derive(Debug, Default)]
pub(crate) struct Used {
    last: Mutex<Option<Instant>>,
    asked: Notify,
}

impl Used {
    /// Somebody asks now.
    pub(crate) fn now(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(Instant::now());
        drop(last);
        self.asked.notify_one();
    }

    /// Whether nobody has asked for so long.
    pub(crate) fn is_idle(&self, long: Duration) -> bool {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| last.elapsed() >= long)
    }

    /// Waits until somebody asks.
    pub(crate) async fn again(&self, idle: Duration) {
        while self.is_idle(idle) {
            self.asked.notified().await;
        }
    }
}
