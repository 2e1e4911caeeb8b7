//! What the other processes were shown of this one.

use std::sync::Arc;
use std::time::Instant;

use crate::lock::Life;

/// The others have seen this process as it is from a moment on, for as long as this is held.
pub(super) struct Shown {
    pub at: Instant,
    /// That it has lost the Redis that they share.
    pub is_cut_off: bool,
    /// The row that says so, which is there as long as this is.
    pub life: Arc<Life>,
    /// How often that life had lapsed.
    pub lapses: u64,
}

impl Shown {
    /// Whether the others may have counted this process as gone since: it slept.
    pub fn has_lapsed(&self) -> bool {
        self.lapses != self.life.lapses()
    }
}
