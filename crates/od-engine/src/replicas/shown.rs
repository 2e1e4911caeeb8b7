//! That the other processes were shown this one.

use std::sync::Arc;
use std::time::Instant;

use crate::lock::Life;

/// The others have seen this process from a moment on, for as long as this is held.
pub(super) struct Shown {
    pub at: Instant,
    #[expect(dead_code, reason = "the row is there as long as this is")]
    life: Arc<Life>,
}

impl Shown {
    pub(super) fn new(at: Instant, life: Arc<Life>) -> Self {
        Self { at, life }
    }
}
