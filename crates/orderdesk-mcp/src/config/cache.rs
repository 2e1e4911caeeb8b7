//! Settings of the cache.

use std::time::Duration;

use super::{
    Fault,
    value::{CacheBackend, DatabaseUrl, RedisUrl},
};

section! {
    /// Replies to reads are kept for a short time. A write forgets what it may have changed.
    Cache, "Cache";

    /// Where cached replies live. `redis` needs REDIS_URL, which also says so by itself.
    CACHE_BACKEND => backend: CacheBackend = "memory", example "redis";

    /// The Redis server that replicas share: cached replies (sealed), limits, and the request budgets of stores. While it
    /// cannot be reached each replica keeps to its share.
    REDIS_URL => redis_url: Option<RedisUrl>, example "redis://redis:6379/0";

    /// How long orders and lists of orders are kept; 0 keeps none.
    CACHE_TTL_ORDERS => ttl_orders: Duration = "15", within "0" to "86400", example "5";

    /// How long products and lists of products are kept; 0 keeps none.
    CACHE_TTL_PRODUCTS => ttl_products: Duration = "60", within "0" to "86400", example "300";

    /// How long a store's settings and folders are kept; 0 keeps none.
    CACHE_TTL_STORE_SETTINGS => ttl_store_settings: Duration = "300", within "0" to "86400", example "60";

    /// The most memory that cached replies may take, in megabytes; 0 switches the cache off.
    CACHE_MAX_MB => max_mb: u64 = "64", within "0" to "65536", example "256";
}

/// A faulty REDIS_URL as the remark it is worth where nothing else asks for Redis: many programs read a variable of this name.
/// On PostgreSQL it is one of several replicas' two settings, and meant.
pub fn excused(faults: &mut Vec<Fault>, backend: CacheBackend, database: Option<&DatabaseUrl>) -> Vec<String> {
    if backend == CacheBackend::Redis || database.is_some_and(DatabaseUrl::is_postgres) {
        return Vec::new();
    }
    let is_redis = |fault: &mut Fault| fault.subject.strip_suffix("_FILE").unwrap_or(&fault.subject) == REDIS_URL.name;
    let remark = |fault: Fault| format!("{} has no effect: it is no address that Redis can have", fault.subject);
    faults.extract_if(.., is_redis).map(remark).collect()
}
