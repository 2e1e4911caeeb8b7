//! Settings of the copies of orders.

use std::time::Duration;

section! {
    /// Questions about many orders are answered from a copy of a store's orders, sealed in the database, that keeps itself fresh.
    Mirror, "Copies of orders";

    /// How many days back a copy goes; 0 keeps none, and the tools that need one say so.
    MIRROR_DAYS => days: u32 = "180", within "0" to "3650", restricts true, example "365";

    /// For how many seconds a copy counts as fresh once changes were asked for.
    MIRROR_TTL => ttl: Duration = "15", within "0" to "86400", example "60";

    /// For how many seconds a count of the orders counts; it finds what changes do not show, such as deleted orders.
    MIRROR_AUDIT => audit: Duration = "600", within "10" to "86400", example "3600";

    /// The most memory that all open copies together may take, in megabytes; those that were used least recently are closed.
    MIRROR_MAX_MB => max_mb: u64 = "256", within "1" to "65536", example "1024";
}
