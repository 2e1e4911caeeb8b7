//! Copies of the database: made here for SQLite, and remembered for both.

use std::path::Path;

use crate::pool::{Pool, read, write_one};
use crate::row::from_row;
use crate::{Db, DbError};

/// The newest backup that is known of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRow {
    /// When it was made.
    pub made_at: i64,
    /// Its size; `None` for one that was made by other means.
    pub bytes: Option<i64>,
}

from_row! { BackupRow: made_at, bytes }

/// The backups' methods; see [`Db::backups`].
#[derive(Debug)]
pub struct Backups<'a> {
    pub(crate) db: &'a Db,
}

impl Backups<'_> {
    /// Copies the whole database into `file`, which is missing or empty: as it is at one moment after this was called, with
    /// everything that was committed before. Readers and writers go on meanwhile.
    ///
    /// SQLite's own way of a copy under use would be its backup interface. It begins anew whenever another process writes,
    /// and is no SQL; `VACUUM INTO` reads one snapshot from beginning to end. What it writes is not flushed to the disk: that
    /// is the caller's to do.
    ///
    /// # Errors
    /// [`DbError::NoCopy`] when `file` does not take it: SQLite writes nowhere else for this. [`DbError::Unusable`] on
    /// PostgreSQL, which has tools of its own.
    pub async fn write(&self, file: &Path) -> Result<(), DbError> {
        let Pool::Sqlite(sqlite) = self.db.pool() else {
            return Err(DbError::Unusable("PostgreSQL is backed up with pg_dump"));
        };
        let Some(path) = file.to_str() else {
            return Err(DbError::Unusable("the backup's path is no UTF-8"));
        };
        let mut conn = sqlite.acquire().await?;
        let written = sqlx::query("VACUUM INTO $1").bind(path).execute(&mut *conn).await;
        written.map(drop).map_err(|error| match error.into() {
            DbError::Unusable(why) => DbError::NoCopy(why),
            other => other,
        })
    }

    /// What SQLite finds wrong with the file, a line for each; nothing when it is whole. Every page is read.
    pub async fn faults(&self) -> Result<Vec<String>, DbError> {
        let Pool::Sqlite(sqlite) = self.db.pool() else {
            return Ok(Vec::new());
        };
        let mut conn = sqlite.acquire().await?;
        let told: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut *conn)
            .await?;
        Ok(told.into_iter().filter(|line| line != "ok").collect())
    }

    /// Remembers a backup, unless a newer one is known.
    pub async fn note(&self, backup: &BackupRow) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO newest_backup (id, made_at, bytes) VALUES ('newest', $1, $2) \
             ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at, bytes = excluded.bytes \
             WHERE newest_backup.made_at < excluded.made_at";
        write_one!(self.db, conn => {
            sqlx::query(SQL).bind(backup.made_at).bind(backup.bytes).execute(conn).await?;
        });
        Ok(())
    }

    /// The newest backup that is known of.
    pub async fn newest(&self) -> Result<Option<BackupRow>, DbError> {
        const SQL: &str = "SELECT made_at, bytes FROM newest_backup WHERE id = 'newest'";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).fetch_optional(conn).await?))
    }
}
