//! What tells other processes that this one lives: a row that it renews while it holds anything.
//!
//! Leases hang on that row and fall with it, so what a killed process held is free as soon as its row has expired, however
//! many records that were; and however many it holds, it is one row that is renewed. The row's time is the database's, so
//! replicas need no clocks that agree. Whoever wants a record removes expired rows; a process whose row was removed has
//! lost everything it held, also when it only slept. It finds that out by its own clocks, without asking: its row cannot
//! have been removed before the time up to which it knows itself alive.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use od_db::{Db, DbError};
use tokio::sync::Mutex as Turn;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::clock::{Clock, millis};
use crate::error::Error;

/// How long the row lives without being renewed. With the longest pause between two looks at a lease, what a killed
/// process held is free within five seconds.
pub(crate) const LIFE: Duration = Duration::from_millis(3500);
/// How often it is renewed: twice in vain, because others write, is not the end.
const BEAT: Duration = Duration::from_secs(1);
/// After so many beats during which nothing was held, the row is taken away.
const IDLE: u32 = 10;

/// This process's sign of life.
#[derive(Default)]
pub(super) struct Pulse {
    present: Turn<Option<Beating>>,
}

struct Beating {
    life: Arc<Life>,
    #[expect(dead_code, reason = "ends with this")]
    beats: AbortOnDropHandle<()>,
}

/// One life of this process: from the making of its row to its end.
pub(crate) struct Life {
    id: String,
    /// None: it has ended, or nobody shall rely on it any more.
    until: Mutex<Option<Until>>,
    /// How often it was renewed too late: meanwhile others may have counted this process as gone.
    lapses: AtomicU64,
}

/// A moment by the machine's steady clock, which stands still while the machine sleeps, and by its wall clock, which does
/// not.
#[derive(Clone, Copy)]
struct Until {
    instant: Instant,
    millis: i64,
}

impl Until {
    fn from_now(clock: &Clock) -> Self {
        Self {
            instant: Instant::now() + LIFE,
            millis: clock.now_millis() + millis(LIFE),
        }
    }
}

impl Pulse {
    /// The life that this process is in; a new one when there is none.
    pub(super) async fn life(&self, db: &Db, clock: &Clock) -> Result<Arc<Life>, Error> {
        let mut present = self.present.lock().await;
        if let Some(Beating { life, .. }) = &*present
            && (life.lasts(clock) || life.beat(db, clock).await?)
        {
            return Ok(life.clone());
        }
        let life = Arc::new(Life::begin(db, clock).await?);
        let beats = beats(Arc::downgrade(&life), db.clone(), clock.clone());
        *present = Some(Beating {
            life: life.clone(),
            beats: AbortOnDropHandle::new(tokio::spawn(beats)),
        });
        Ok(life)
    }
}

impl Life {
    async fn begin(db: &Db, clock: &Clock) -> Result<Self, DbError> {
        let id = Uuid::new_v4().to_string();
        let until = Until::from_now(clock);
        db.leases().begin(&id, millis(LIFE)).await?;
        Ok(Self {
            id,
            until: Mutex::new(Some(until)),
            lapses: AtomicU64::new(0),
        })
    }

    /// What its row is called.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether nobody can have removed its row yet.
    pub(crate) fn lasts(&self, clock: &Clock) -> bool {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until.instant && clock.now_millis() < until.millis)
    }

    /// A number that changes when others may have counted this process as gone.
    pub(crate) fn lapses(&self) -> u64 {
        self.lapses.load(Ordering::Acquire)
    }

    /// Nobody shall rely on it any more; its row is left to expire.
    pub(super) fn end(&self) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn has_ended(&self) -> bool {
        self.until.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Renews its row. False when that was removed. A row that has expired and that nobody has removed is as good as new.
    async fn beat(&self, db: &Db, clock: &Clock) -> Result<bool, DbError> {
        if self.has_ended() {
            return Ok(false);
        }
        if !self.lasts(clock) {
            self.lapses.fetch_add(1, Ordering::AcqRel);
        }
        let renewed = Until::from_now(clock);
        let lives = db.leases().beat(&self.id, millis(LIFE)).await?;
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        *until = until.and(lives.then_some(renewed));
        Ok(until.is_some())
    }
}

async fn beats(life: Weak<Life>, db: Db, clock: Clock) {
    /// Whoever keeps the pulse, and this task.
    const NOBODY_ELSE: usize = 2;
    let mut idle = 0;
    loop {
        tokio::time::sleep(BEAT).await;
        let Some(life) = life.upgrade() else { return };
        idle = if Arc::strong_count(&life) > NOBODY_ELSE {
            0
        } else {
            idle + 1
        };
        if idle >= IDLE {
            // From here on nobody relies on it; who has just begun to finds that out before writing anything.
            life.end();
            if let Err(error) = db.leases().end(&life.id).await {
                tracing::debug!(%error, "the sign of life of an idle process was left to expire");
            }
            return;
        }
        match life.beat(&db, &clock).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "this process could not show that it is alive; trying again"),
        }
    }
}

#[cfg(test)]
mod tests;
