//! The PostgreSQL pool.

use std::pin::pin;
use std::str::FromStr;
use std::time::Duration;

use sqlx::Transaction;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::time::timeout;

use super::presence::Presence;
use super::writing::{Writing, boxed};
use crate::{DbError, DbOptions};

const DEFAULT_CONNECTIONS: u32 = 10;
/// Who has waited for so long wants to know whether the server is there at all.
const SOON: Duration = Duration::from_millis(500);

pub(crate) struct Postgres {
    pub(super) pool: PgPool,
    presence: Presence,
}

impl Postgres {
    /// Waits for a server that refuses connections because it is starting, as long as for a connection.
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
        let postgres = Self {
            pool,
            presence: Presence::default(),
        };
        match boxed(postgres.pool.acquire()).await {
            Ok(_) => Ok(postgres),
            Err(error) => Err(boxed(postgres.judge(error)).await),
        }
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<sqlx::Postgres>, DbError> {
        boxed(self.patiently(self.pool.acquire())).await
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
        let begun = tokio::spawn(async move { pool.begin().await });
        let begun = async { begun.await.map_err(|_| sqlx::Error::WorkerCrashed)? };
        Ok(Writing {
            inner: boxed(self.patiently(begun)).await?,
            _turn: None,
        })
    }

    /// Waits for a connection that others use as long as it may take, and for a server that is gone no longer than it takes to
    /// find that out: the driver goes on trying to reach it.
    async fn patiently<T>(&self, getting: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, DbError> {
        let mut getting = pin!(getting);
        let got = if let Ok(got) = timeout(SOON, &mut getting).await {
            got
        } else {
            tokio::select! {
                biased;
                got = &mut getting => got,
                gone = self.presence.gone(&self.pool) => return Err(gone),
            }
        };
        match got {
            Ok(got) => Ok(got),
            Err(error) => Err(self.judge(error).await),
        }
    }

    /// The pool reports a server that is gone and a pool that is used up alike, as a timeout. Only the second is
    /// [`DbError::Busy`].
    async fn judge(&self, error: sqlx::Error) -> DbError {
        match error {
            sqlx::Error::PoolTimedOut => self.presence.look(&self.pool).await.err().unwrap_or(DbError::Busy),
            error => error.into(),
        }
    }
}
