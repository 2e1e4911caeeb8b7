//! The one place that knows there are two drivers.
//!
//! Queries are written once and expanded for both through four macros, each of which lends the body a connection:
//! [`read!`] for queries, [`write_one!`] for a single changing statement, [`write_passing!`] for one on a row that means
//! nothing after its process, [`transaction!`] for several. A body that returns early with `?` rolls its transaction back.

mod postgres;
mod presence;
mod sqlite;
mod writing;

use crate::{DbError, DbOptions};
use postgres::Postgres;
use sqlite::Sqlite;

/// The open pool of one of the two drivers. Both offer `acquire`, `writer`, `passing_writer` and `begin`.
pub(crate) enum Pool {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// How much of the pool is in use, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// Connections that exist.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// The most there may be.
    pub max: u32,
}

impl Pool {
    pub(crate) async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        match options.url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite(Sqlite::connect(options).await?)),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(Postgres::connect(options).await?)),
            _ => Err(DbError::InvalidUrl("it must start with sqlite: or postgres:")),
        }
    }

    /// Whether there is something to connect to: a SQLite file that is missing or empty would be made.
    pub(crate) fn exists(options: &DbOptions) -> Result<bool, DbError> {
        match options.url.split_once(':') {
            Some(("sqlite", _)) => sqlite::exists(options),
            _ => Ok(true),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.pool.close().await,
        }
    }

    pub(crate) fn connections(&self) -> Connections {
        fn count<'p, DB: sqlx::Database>(pools: impl Iterator<Item = &'p sqlx::Pool<DB>>) -> Connections {
            let none = Connections {
                open: 0,
                idle: 0,
                max: 0,
            };
            pools.fold(none, |all, pool| Connections {
                open: all.open + pool.size(),
                // While connections come and go the pool counts below none for a moment, which is very many.
                idle: all.idle + u32::try_from(pool.num_idle()).map_or(0, |idle| idle.min(pool.size())),
                max: all.max + pool.options().get_max_connections(),
            })
        }
        match self {
            Self::Sqlite(sqlite) => count(sqlite.pools()),
            Self::Postgres(postgres) => count([&postgres.pool].into_iter()),
        }
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

/// A span for as long as the database is used, for whoever collects traces: which rows, in what way, and nothing of what
/// stands in them. It is not entered: nothing happens inside it that would be told of.
macro_rules! timed {
    ($kind:literal) => {
        tracing::info_span!(target: "otel", "sql", kind = $kind, rows = module_path!())
    };
}

/// `read!(db, conn => body)`: lends a connection.
macro_rules! read {
    ($db:expr, $conn:ident $(: $driver:ident)? => $body:expr) => {{
        let _timed = $crate::pool::timed!("read");
        $crate::pool::on_driver!($db, pool $(, $driver)? => {
            let mut held = pool.acquire().await?;
            let $conn = &mut *held;
            $body
        })
    }};
}

/// `write_one!(db, conn => body)`: lends a connection that may run one changing statement.
macro_rules! write_one {
    ($db:expr, $conn:ident => $body:expr) => {{
        let _timed = $crate::pool::timed!("write");
        $crate::pool::on_driver!($db, pool => {
            let mut held = pool.writer().await?;
            let $conn = &mut **held;
            $body
        })
    }};
}

/// `write_passing!(db, conn => body)`: as [`write_one!`], for a change that a power cut, which ends every process, may take
/// back.
macro_rules! write_passing {
    ($db:expr, $conn:ident => $body:expr) => {{
        let _timed = $crate::pool::timed!("write");
        $crate::pool::on_driver!($db, pool => {
            let mut held = pool.passing_writer().await?;
            let $conn = &mut **held;
            $body
        })
    }};
}

/// `transaction!(db, conn => body)`: lends a connection inside a transaction and commits it after the body.
macro_rules! transaction {
    ($db:expr, $conn:ident $(: $driver:ident)? => $body:expr) => {{
        let _timed = $crate::pool::timed!("transaction");
        $crate::pool::on_driver!($db, pool $(, $driver)? => {
            let mut held = pool.begin().await?;
            let value = {
                let $conn = &mut **held;
                $body
            };
            held.commit().await?;
            value
        })
    }};
}

pub(crate) use {on_driver, read, timed, transaction, write_one, write_passing};

#[cfg(test)]
mod tests;
