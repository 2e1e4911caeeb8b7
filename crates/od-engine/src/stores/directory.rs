//! Which stores a tenant has: read from the database, and remembered for a second for reads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use od_db::{Db, DbError, StoreRow};
use od_record::text::clean_text;
use od_record::tidy;

use crate::scope::TenantId;

/// How long a read may rely on what was seen before. Another process may delete or rename a store meanwhile.
const REMEMBERED: Duration = Duration::from_secs(1);

/// What the stores are looked up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A read may use a list that is a second old.
    Read,
    /// A change always looks again: the wrong store must never be changed.
    Change,
}

/// A tenant's stores. A row may hold kilobytes of settings, so it is shared and never copied.
pub(crate) type Rows = Arc<[Arc<StoreRow>]>;

pub(crate) struct Directory {
    /// With when they were asked for.
    tenants: moka::sync::Cache<TenantId, (Instant, Rows)>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            tenants: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED)
                .build(),
        }
    }
}

impl Directory {
    pub(crate) async fn stores(&self, db: &Db, tenant: &TenantId, purpose: Purpose) -> Result<Rows, DbError> {
        let at_most = match purpose {
            Purpose::Read => REMEMBERED,
            Purpose::Change => Duration::ZERO,
        };
        self.known_for(db, tenant, at_most).await
    }

    /// The tenant's stores, as far as they were known so long ago at most.
    pub(crate) async fn known_for(&self, db: &Db, tenant: &TenantId, at_most: Duration) -> Result<Rows, DbError> {
        if let Some((asked_at, rows)) = self.tenants.get(tenant)
            && asked_at.elapsed() < at_most
        {
            return Ok(rows);
        }
        let asked_at = Instant::now();
        let rows: Rows = db.stores().list(tenant).await?.into_iter().map(Arc::new).collect();
        self.tenants.insert(tenant.clone(), (asked_at, rows.clone()));
        Ok(rows)
    }

    pub(crate) fn forget(&self, tenant: &TenantId) {
        self.tenants.invalidate(tenant);
    }
}

/// A store by id first, then by name without regard to case.
pub(crate) fn find(rows: &[Arc<StoreRow>], identifier: &str) -> Option<(Arc<StoreRow>, &'static str)> {
    let identifier = tidy(identifier);
    let by_id = rows
        .iter()
        .find(|row| row.store_id == identifier)
        .map(|row| (row, "store_id"));
    let by_name = |same: &dyn Fn(&str) -> bool| {
        let row = rows.iter().find(|row| same(&row.store_name));
        row.map(|row| (row, "store_name"))
    };
    // A name of before may hold what listings do not show.
    let shown = |name: &str| od_db::fold_name(&clean_text(name));
    by_id
        .or_else(|| by_name(&|name| od_db::fold_name(name) == od_db::fold_name(identifier)))
        .or_else(|| by_name(&|name| shown(name) == shown(identifier)))
        .map(|(row, matched_by)| (row.clone(), matched_by))
}
