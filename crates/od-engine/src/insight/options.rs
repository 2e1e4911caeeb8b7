//! How copies are kept.

use std::time::Duration;

/// How copies of orders are kept.
#[derive(Clone, Copy, Debug)]
pub struct MirrorOptions {
    /// How many days back a copy goes; 0 switches copies off.
    pub days: u32,
    /// For how long a copy counts as fresh once changes were asked for.
    pub ttl: Duration,
    /// How long after a count the orders are counted anew, to find what changes do not show.
    pub audit: Duration,
    /// As much memory as all open copies together may take, in bytes.
    pub max_bytes: u64,
    /// How long a call works on a copy that is not ready before it answers with what there is.
    pub patience: Duration,
}

impl Default for MirrorOptions {
    fn default() -> Self {
        Self {
            days: 180,
            ttl: Duration::from_secs(15),
            audit: Duration::from_mins(10),
            max_bytes: 256 * 1024 * 1024,
            patience: Duration::from_secs(50),
        }
    }
}
