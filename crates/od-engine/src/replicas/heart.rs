//! The sign of life that processes which serve give each other, in the database: the row that their leases hang on.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use od_db::Backend;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, Inner};
use crate::error::Error;
use crate::lock::Life;

/// How often each looks who is there.
const BEAT: Duration = Duration::from_secs(1);
/// After so long the others have noticed one that has just come, and rely on it that whatever they keep may be stale.
const NOTICED: Duration = Duration::from_millis(2700);

impl Engine {
    /// Shows the other processes on the same PostgreSQL that this one serves until it is stopped, and looks from now on who
    /// else does. Without Redis it first waits until those that are there have noticed it. A file of SQLite is one process's own.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn serve_among_others(&self) -> Result<(), Error> {
        let inner = &self.inner;
        if inner.db.backend() == Backend::Sqlite {
            return Ok(());
        }
        let life = beat(inner, Instant::now()).await?;
        if inner.replicas.alive.count() > 1 && !inner.replicas.are_told() {
            tokio::time::sleep(NOTICED).await;
        }
        super::news::begin(inner);
        inner.work.spawn(beats(Arc::downgrade(inner), inner.stop.clone(), life));
        Ok(())
    }
}

async fn beat(inner: &Inner, at: Instant) -> Result<Arc<Life>, Error> {
    let life = inner.locks.live(&inner.db, &inner.clock).await?;
    let count = inner.db.leases().alive().await?;
    let replicas = &inner.replicas;
    if count < replicas.alive.count() {
        replicas.somebody_left().await;
    }
    replicas.alive.seen(count, at);
    Ok(life)
}

/// The life is held for as long as this goes on: otherwise it would end when no lease hangs on it.
async fn beats(inner: Weak<Inner>, stop: CancellationToken, mut life: Arc<Life>) {
    while stop.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_some() {
        let Some(inner) = inner.upgrade() else { return };
        let asked = Instant::now();
        match beat(&inner, asked).await {
            Ok(present) => life = present,
            Err(error) => tracing::debug!(%error, "who else serves could not be looked up; trying again"),
        }
    }
    drop(life);
}
