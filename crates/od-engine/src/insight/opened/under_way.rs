//! How far work had come whose time was up: another call goes on there.

use std::collections::BTreeSet;

/// How far a refresh has come. It goes on there as long as nobody else has brought the copy further.
#[derive(Clone, Copy, Debug)]
pub(in crate::insight) struct Refreshing {
    /// Seconds: orders that changed from then on are asked for.
    pub from: i64,
    /// So many of them are read.
    pub offset: u64,
    /// The newest change that was seen, in seconds.
    pub newest: i64,
    /// Orders that were read.
    pub read: u64,
}

/// How far a count has come. Times are milliseconds since the epoch.
#[derive(Clone, Debug, Default)]
pub(in crate::insight) struct Counted {
    pub began: i64,
    /// When the newest of it was counted.
    pub left: i64,
    /// What was found right, or was mended.
    pub folders: BTreeSet<Option<i64>>,
    /// So many orders were not as the copy had them.
    pub differed: usize,
}
