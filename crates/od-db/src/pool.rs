//! The one place that knows there are two drivers.
//!
//! Queries are written once and expanded for both through four macros, each of which lends the body a connection:
//! [`read!`] for queries, [`write_one!`] for a single changing statement, [`write_passing!`] for one on a row that means
//! nothing after its process, [`transaction!`] for several. A body that returns early with `?` rolls its transaction back.

mod postgres;
mod sqlite;

use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use sqlx::Transaction;
use tokio::sync::OwnedSemaphorePermit;

use crate::{Connections, DbError, DbOptions};
use postgres::Postgres;
use sqlite::Sqlite;

/// The open pool of one of the two drivers. Both offer `acquire`, `writer`, `passing_writer` and `begin`.
pub(crate) enum Pool {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Pool {
    pub(crate) async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        match options.url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite(Sqlite::connect(options).await?)),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(Postgres::connect(options).await?)),
            _ => Err(DbError::InvalidUrl("it must start with sqlite: or postgres:")),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.pool.close().await,
        }
    }

    pub(crate) fn connections(&self) -> Connections {
        fn count<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) -> Connections {
            Connections {
                open: pool.size(),
                idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
                max: pool.options().get_max_connections(),
            }
        }
        match self {
            Self::Sqlite(sqlite) => count(&sqlite.pool),
            Self::Postgres(postgres) => count(&postgres.pool),
        }
    }
}

/// Puts the driver's future for getting a connection on the heap. It holds all of connecting, 15 kB for PostgreSQL, and
/// would stand in every future that may ask the database, hence in that of every request.
fn boxed<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// A connection or transaction, together with SQLite's turn to write where there is one.
pub(crate) struct Writing<T> {
    // Dropped first, so that the connection is on its way back before the next writer starts.
    inner: T,
    _turn: Option<OwnedSemaphorePermit>,
}

impl<T> Deref for Writing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Writing<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<DB: sqlx::Database> Writing<Transaction<'static, DB>> {
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        Ok(self.inner.commit().await?)
    }
}

/// Expands a body for each driver. `$driver`, when named, is the driver's type inside the body.
macro_rules! on_driver {
    ($db:expr, $pool:ident, $driver:ident => $body:block) => {
        match $db.pool() {
            $crate::pool::Pool::Sqlite($pool) => {
                type $driver = sqlx::Sqlite;
                $body
            }
            $crate::pool::Pool::Postgres($pool) => {
                type $driver = sqlx::Postgres;
                $body
            }
        }
    };
    ($db:expr, $pool:ident => $body:block) => {
        match $db.pool() {
            $crate::pool::Pool::Sqlite($pool) => $body,
            $crate::pool::Pool::Postgres($pool) => $body,
        }
    };
}

/// `read!(db, conn => body)`: lends a connection.
macro_rules! read {
    ($db:expr, $conn:ident $(: $driver:ident)? => $body:expr) => {
        $crate::pool::on_driver!($db, pool $(, $driver)? => {
            let mut held = pool.acquire().await?;
            let $conn = &mut *held;
            $body
        })
    };
}

/// `write_one!(db, conn => body)`: lends a connection that may run one changing statement.
macro_rules! write_one {
    ($db:expr, $conn:ident => $body:expr) => {
        $crate::pool::on_driver!($db, pool => {
            let mut held = pool.writer().await?;
            let $conn = &mut **held;
            $body
        })
    };
}

/// `write_passing!(db, conn => body)`: as [`write_one!`], for a change that a power cut, which ends every process, may take
/// back.
macro_rules! write_passing {
    ($db:expr, $conn:ident => $body:expr) => {
        $crate::pool::on_driver!($db, pool => {
            let mut held = pool.passing_writer().await?;
            let $conn = &mut **held;
            $body
        })
    };
}

/// `transaction!(db, conn => body)`: lends a connection inside a transaction and commits it after the body.
macro_rules! transaction {
    ($db:expr, $conn:ident $(: $driver:ident)? => $body:expr) => {
        $crate::pool::on_driver!($db, pool $(, $driver)? => {
            let mut held = pool.begin().await?;
            let value = {
                let $conn = &mut **held;
                $body
            };
            held.commit().await?;
            value
        })
    };
}

pub(crate) use {on_driver, read, transaction, write_one, write_passing};

#[cfg(test)]
mod tests;
