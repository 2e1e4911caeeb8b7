//! Leases: one writer at a time per record, between processes that share this database.

use crate::pool::{read, write_passing};
use crate::{Db, DbError};

/// The leases' methods; see [`Db::leases`].
///
/// A lease is a name that is held, and hangs on the life of the process that holds it: a row that the process renews. A
/// process that is dead, or looks so because it did not renew in time, can be buried by anybody, and all its leases fall
/// with it. All times are the database's own.
#[derive(Debug)]
pub struct Leases<'a> {
    pub(crate) db: &'a Db,
}

/// The processes that live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living {
    /// How many there are, the one that looks included.
    pub count: u32,
    /// Whether any other is cut off from what they share.
    pub is_other_cut_off: bool,
    /// Whether any lives for longer than it can have said: the clock was set back since.
    pub is_any_ahead: bool,
}

impl Leases<'_> {
    /// Begins the life of a process, for so many milliseconds.
    pub async fn begin(&self, process: &str, millis: i64) -> Result<(), DbError> {
        const SQL: &str =
            "INSERT INTO live_processes (id, expires_at) SELECT $1, clock.millis + $2 FROM database_clock AS clock";
        write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(process).bind(millis).execute(conn).await?;
        });
        Ok(())
    }

    /// Lets a process live for so many milliseconds more. False when it was buried: it holds nothing any more. One that is
    /// late and was not buried has lost nothing.
    pub async fn beat(&self, process: &str, millis: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE live_processes SET expires_at = (SELECT clock.millis FROM database_clock AS clock) + $2 \
             WHERE id = $1";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(process).bind(millis).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Ends the life of a process, and frees what it held.
    pub async fn end(&self, process: &str) -> Result<(), DbError> {
        const SQL: &str = "DELETE FROM live_processes WHERE id = $1";
        write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(process).execute(conn).await?;
        });
        Ok(())
    }

    /// Ends the lives of all processes that did not renew theirs in time, frees what they held, and says how many there
    /// were.
    pub async fn bury(&self) -> Result<u64, DbError> {
        const SQL: &str =
            "DELETE FROM live_processes WHERE expires_at <= (SELECT clock.millis FROM database_clock AS clock)";
        Ok(write_passing!(self.db, conn => sqlx::query(SQL).execute(conn).await?.rows_affected()))
    }

    /// Lets nobody live for longer than so many milliseconds from now without a sign of life: who seems to was seen before the
    /// clock was set back. Whoever does live renews it.
    pub async fn shorten(&self, millis: i64) -> Result<u64, DbError> {
        const SQL: &str = "UPDATE live_processes \
             SET expires_at = (SELECT clock.millis FROM database_clock AS clock) + $1 \
             WHERE expires_at > (SELECT clock.millis FROM database_clock AS clock) + 2 * $1";
        Ok(write_passing!(self.db, conn => sqlx::query(SQL).bind(millis).execute(conn).await?.rows_affected()))
    }

    /// Says of a living process whether it is cut off from what the others share. A life begins without.
    pub async fn mark(&self, process: &str, is_cut_off: bool) -> Result<(), DbError> {
        const SQL: &str = "UPDATE live_processes SET cut_off = $2 WHERE id = $1";
        write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(process).bind(i64::from(is_cut_off)).execute(conn).await?;
        });
        Ok(())
    }

    /// Which processes live, as `process` sees it, that renew their lives for so many milliseconds.
    pub async fn alive(&self, process: &str, millis: i64) -> Result<Living, DbError> {
        const SQL: &str = "SELECT COUNT(*), COUNT(CASE WHEN cut_off <> 0 AND id <> $1 THEN 1 END), \
             COUNT(CASE WHEN expires_at > clock.millis + 2 * $2 THEN 1 END) \
             FROM live_processes, database_clock AS clock WHERE expires_at > clock.millis";
        let (count, cut_off, ahead): (i64, i64, i64) =
            read!(self.db, conn => sqlx::query_as(SQL).bind(process).bind(millis).fetch_one(conn).await?);
        Ok(Living {
            is_any_ahead: ahead > 0,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            is_other_cut_off: cut_off > 0,
        })
    }

    /// Takes the lease, unless somebody holds it. True when `holder` now has it, also when it had it before.
    ///
    /// # Errors
    /// [`DbError::MissingParent`] when the process has no life, or was buried.
    pub async fn acquire(&self, name: &str, holder: &str, process: &str) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO order_leases (name, holder, process) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET process = excluded.process WHERE order_leases.holder = excluded.holder";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(name).bind(holder).bind(process).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Gives the lease back. False when it was not `holder`'s any more.
    pub async fn release(&self, name: &str, holder: &str) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM order_leases WHERE name = $1 AND holder = $2";
        let done = write_passing!(self.db, conn => {
            sqlx::query(SQL).bind(name).bind(holder).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }
}
