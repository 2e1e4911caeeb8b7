//! The PostgreSQL pool.

use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Transaction};

use super::writing::{Writing, boxed};
use crate::{DbError, DbOptions};

const DEFAULT_CONNECTIONS: u32 = 10;
/// After a caller has waited in vain, how long to look whether the server is there at all.
const PROBE: Duration = Duration::from_secs(1);

pub(crate) struct Postgres {
    pub(super) pool: PgPool,
}

impl Postgres {
    pub(super) async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        let connect = PgConnectOptions::from_str(&options.url)
            .map_err(|_| DbError::InvalidUrl("expected postgres://user:password@host:port/name"))?
            .application_name("orderdesk-mcp");
        let max_connections = if options.max_connections == 0 {
            DEFAULT_CONNECTIONS
        } else {
            options.max_connections
        };
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(options.max_wait)
            .connect_lazy_with(connect);
        let postgres = Self { pool };
        postgres.acquire().await?;
        Ok(postgres)
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<sqlx::Postgres>, DbError> {
        match boxed(self.pool.acquire()).await {
            Ok(conn) => Ok(conn),
            Err(error) => Err(boxed(self.judge(error)).await),
        }
    }

    pub(crate) async fn writer(&self) -> Result<Writing<PoolConnection<sqlx::Postgres>>, DbError> {
        Ok(Writing {
            inner: self.acquire().await?,
            _turn: None,
        })
    }

    /// The same as [`Postgres::writer`]: the server flushes for several connections at once, so that there is little to save.
    pub(crate) async fn passing_writer(&self) -> Result<Writing<PoolConnection<sqlx::Postgres>>, DbError> {
        self.writer().await
    }

    /// Begins in a task of its own: were the caller cancelled between sending BEGIN and reading the answer, the driver
    /// (sqlx 0.9.0, issue 4385) would put the connection back into the pool with the transaction open. The task always
    /// reads the answer, and a transaction that nobody waits for any more is dropped, which rolls it back.
    pub(crate) async fn begin(&self) -> Result<Writing<Transaction<'static, sqlx::Postgres>>, DbError> {
        let pool = self.pool.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the helper that makes begin safe to cancel"
        )]
        let begun = tokio::spawn(async move { pool.begin().await }).await;
        match begun.map_err(|_| DbError::Unavailable("the database driver stopped"))? {
            Ok(transaction) => Ok(Writing {
                inner: transaction,
                _turn: None,
            }),
            Err(error) => Err(boxed(self.judge(error)).await),
        }
    }

    /// The pool reports a server that is gone and a pool that is used up alike, as a timeout. Only the second is
    /// [`DbError::Busy`], so after a timeout one connection is tried directly.
    async fn judge(&self, error: sqlx::Error) -> DbError {
        if !matches!(error, sqlx::Error::PoolTimedOut) {
            return error.into();
        }
        match tokio::time::timeout(PROBE, self.pool.connect_options().connect()).await {
            Ok(Ok(probe)) => match probe.close().await {
                Ok(()) => DbError::Busy,
                Err(error) => error.into(),
            },
            Ok(Err(error)) => error.into(),
            Err(_) => DbError::Unavailable("the database server does not answer"),
        }
    }
}
