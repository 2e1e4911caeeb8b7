//! Whether a PostgreSQL server is there at all, found out by one for all who wait for a connection.

use std::time::{Duration, Instant};

use sqlx::postgres::PgPool;
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use crate::DbError;

/// How long a server may take to accept a connection; one that is busy takes a while.
const PROBE: Duration = Duration::from_secs(2);
/// How long what was found is told again.
const KEPT: Duration = Duration::from_millis(500);

/// What was found last.
#[derive(Default)]
pub(super) struct Presence(Mutex<Option<(Instant, Found)>>);

#[derive(Clone, Copy)]
enum Found {
    There,
    Unavailable(&'static str),
    Unusable(&'static str),
}

impl Presence {
    /// Waits until the server is found to be gone, and says how.
    pub(super) async fn gone(&self, pool: &PgPool) -> DbError {
        loop {
            if let Err(gone) = self.look(pool).await {
                return gone;
            }
            sleep(KEPT).await;
        }
    }

    /// Looks whether the server is there. Who comes while somebody looks is told what that one finds.
    ///
    /// # Errors
    /// [`DbError::Unavailable`], [`DbError::Unusable`].
    pub(super) async fn look(&self, pool: &PgPool) -> Result<(), DbError> {
        let mut last = self.0.lock().await;
        let found = match *last {
            Some((at, found)) if at.elapsed() < KEPT => found,
            _ => {
                let found = probe(pool).await;
                *last = Some((Instant::now(), found));
                found
            }
        };
        match found {
            Found::There => Ok(()),
            Found::Unavailable(why) => Err(DbError::Unavailable(why)),
            Found::Unusable(why) => Err(DbError::Unusable(why)),
        }
    }
}

/// Tries one connection directly.
async fn probe(pool: &PgPool) -> Found {
    let connect = async {
        let probe = pool.connect_options().connect().await?;
        probe.close().await
    };
    match timeout(PROBE, connect).await {
        Ok(Ok(())) => Found::There,
        Ok(Err(error)) => match error.into() {
            DbError::Unavailable(why) => Found::Unavailable(why),
            DbError::Unusable(why) => Found::Unusable(why),
            // It has as many connections as it takes.
            _ => Found::There,
        },
        Err(_) => Found::Unavailable("the database server does not answer"),
    }
}
