//! The sign of life that processes which serve give each other, in the database: the row that their leases hang on.
//!
//! Whoever changes something while there is no Redis waits before it answers until the others know that they are not alone,
//! and give nothing that they kept. So does who has lost a Redis that the others may still have: its row says so.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use od_db::Backend;
use tokio_util::sync::CancellationToken;

use super::shown::Shown;
use crate::clock::millis;
use crate::engine::{Engine, Inner};
use crate::error::Error;
use crate::lock::{LIFE, Life};

/// How often each looks who is there.
const BEAT: Duration = Duration::from_secs(1);
/// After so long the others have noticed one that has just come, and rely on it that whatever they keep may be stale.
const NOTICED: Duration = Duration::from_millis(2700);
/// A process on a file of SQLite that nobody has asked for anything for so long shows itself no more, so that a desktop's disk
/// rests. What it has kept until then it gives to nobody.
const IDLE: Duration = Duration::from_secs(10);

impl Engine {
    /// Shows the other processes on the same database that this one serves until it is stopped, and looks from now on who else
    /// does. On PostgreSQL without Redis it first waits until those that are there have noticed it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn serve_among_others(&self) -> Result<(), Error> {
        let inner = &self.inner;
        if inner.db.is_private() {
            return Ok(());
        }
        let is_desktop = inner.db.backend() == Backend::Sqlite;
        let life = match beat(inner).await {
            Ok(life) => Some(life),
            // A file that can only be read is served all the same, as far as that goes.
            Err(error) if is_desktop => {
                tracing::warn!(%error, "other programs on this database cannot be told that this one serves");
                None
            }
            Err(error) => return Err(error),
        };
        if !is_desktop {
            noticed(inner).await;
            // One that has lost the Redis which this one has cannot be told by it.
            if !inner.replicas.alive.can_all_tell()
                && let Some(at) = inner.replicas.shown_at(&inner.clock)
            {
                tokio::time::sleep_until(at.into()).await;
            }
        }
        super::news::begin(inner);
        inner
            .work
            .spawn(beats(Arc::downgrade(inner), inner.stop.clone(), life, is_desktop));
        Ok(())
    }
}

/// Waits until the others know that this process may have changed something, where nobody else tells them.
pub(crate) async fn noticed(inner: &Inner) {
    let replicas = &inner.replicas;
    if inner.db.is_private() {
        return;
    }
    if replicas.are_told() {
        // Who has never looked does not know of one that cannot be told.
        let has_looked = replicas.alive.is_known() || beat(inner).await.is_ok();
        if has_looked
            && !replicas.alive.can_all_tell()
            && let Some(at) = replicas.shown_at(&inner.clock)
        {
            tokio::time::sleep_until(at.into()).await;
        }
        return;
    }
    if replicas.shown_at(&inner.clock).is_none()
        && let Err(error) = beat(inner).await
    {
        tracing::warn!(%error, "other processes could not be told that this one changed something");
    }
    if let Some(at) = replicas.shown_at(&inner.clock) {
        // A Redis that comes back puts all that was kept before out of everybody's reach.
        let _ = tokio::time::timeout_at(at.into(), replicas.are_told_again()).await;
    }
}

/// Is counted, and looks who else is. Shows the others how this one is, where they do not know yet.
async fn beat(inner: &Inner) -> Result<Arc<Life>, Error> {
    let (replicas, leases) = (&inner.replicas, inner.db.leases());
    let _turn = replicas.beats.lock().await;
    let life = inner.locks.live(&inner.db, &inner.clock).await?;
    let is_cut_off = replicas.is_cut_off();
    let marked = replicas.mark_of(&life);
    // Where nothing is shown, a mark that was begun before may be written or not.
    if marked != Some(is_cut_off) {
        // Until it is written nobody relies on what was.
        replicas.hide();
        leases.mark(life.id(), is_cut_off).await?;
    }
    let (shown, lapses) = (Instant::now(), life.lapses());
    let living = leases.alive(life.id(), millis(LIFE)).await?;
    if living.is_any_ahead {
        leases.shorten(millis(LIFE)).await?;
    }
    if living.count < replicas.alive.count() {
        replicas.somebody_left().await;
    }
    replicas.alive.seen(living, shown);
    if marked != Some(is_cut_off) {
        let at = if living.count == 1 { shown } else { shown + NOTICED };
        replicas.show(Shown {
            at,
            is_cut_off,
            lapses,
            life: life.clone(),
        });
    }
    Ok(life)
}

/// The life is held for as long as this goes on: otherwise it would end when no lease hangs on it.
async fn beats(inner: Weak<Inner>, stop: CancellationToken, mut life: Option<Arc<Life>>, rests: bool) {
    while stop.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_some() {
        let Some(inner) = inner.upgrade() else { return };
        let replicas = inner.replicas.clone();
        if rests && replicas.used.is_idle(IDLE) {
            life = None;
            replicas.hide();
            drop(inner);
            if stop.run_until_cancelled(replicas.used.again(IDLE)).await.is_none() {
                return;
            }
            continue;
        }
        match beat(&inner).await {
            Ok(present) => life = Some(present),
            Err(error) => tracing::debug!(%error, "who else serves could not be looked up; trying again"),
        }
    }
    drop(life);
}
