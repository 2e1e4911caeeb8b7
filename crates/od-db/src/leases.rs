//! Leases: one writer at a time per order, between processes that share this database.

use crate::pool::write_one;
use crate::{Db, DbError};

/// The leases' methods; see [`Db::leases`].
///
/// A lease is a name held until a time. Whoever crashes while holding one loses it when that time is over. All times are
/// the callers', so holders on different machines need clocks that agree within a fraction of the lease's length.
#[derive(Debug)]
pub struct Leases<'a> {
    pub(crate) db: &'a Db,
}

impl Leases<'_> {
    /// Takes the lease, or takes over an expired one. Asking again for a lease one holds extends it. True when `holder`
    /// now has it until `until`.
    pub async fn acquire(&self, name: &str, holder: &str, now: i64, until: i64) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO order_leases (name, holder, expires_at) VALUES ($1, $2, $4) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at \
             WHERE order_leases.expires_at <= $3 OR order_leases.holder = excluded.holder";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(name).bind(holder).bind(now).bind(until).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Extends a lease that is still held. False when it expired or was taken over: the holder must stop.
    pub async fn renew(&self, name: &str, holder: &str, now: i64, until: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE order_leases SET expires_at = $4 WHERE name = $1 AND holder = $2 AND expires_at > $3";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(name).bind(holder).bind(now).bind(until).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Gives the lease back. False when it was not `holder`'s any more.
    pub async fn release(&self, name: &str, holder: &str) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM order_leases WHERE name = $1 AND holder = $2";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(name).bind(holder).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Removes what crashed holders left behind, and says how much.
    pub async fn remove_expired(&self, now: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM order_leases WHERE expires_at <= $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(now).execute(conn).await?.rows_affected()))
    }
}
