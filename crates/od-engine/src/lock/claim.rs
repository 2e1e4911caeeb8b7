//! A claim on a record's lease.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_db::{Db, DbError};
use uuid::Uuid;

use super::pulse::{LIFE, Life, Pulse};
use crate::clock::{Clock, millis};
use crate::error::Error;

/// First and longest pause between two looks at somebody else's lease.
const LOOK: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

/// A lease that is wanted, or held. Dropped without having been given back, as in a panic, it is given back later.
pub(super) struct Claim {
    pulse: Arc<Pulse>,
    db: Db,
    clock: Clock,
    name: String,
    holder: String,
    stand: Mutex<Option<Stand>>,
}

/// How a claim stands once the lease has been asked for.
struct Stand {
    /// The life of this process that the lease hangs on.
    life: Arc<Life>,
    /// Whether it was seen to be ours. Until then it may be, and has to be given back all the same.
    won: bool,
}

impl Claim {
    pub(super) fn new(pulse: &Arc<Pulse>, db: &Db, clock: &Clock, name: String) -> Self {
        Self {
            pulse: pulse.clone(),
            db: db.clone(),
            clock: clock.clone(),
            name,
            holder: Uuid::new_v4().to_string(),
            stand: Mutex::new(None),
        }
    }

    /// Waits for the lease. False when it did not come free in time.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub(super) async fn win(&self, patience: Duration) -> Result<bool, Error> {
        let deadline = Instant::now() + patience;
        let mut pause = LOOK.0;
        loop {
            let life = self.pulse.life(&self.db, &self.clock).await?;
            self.set(Some(Stand {
                life: life.clone(),
                won: false,
            }));
            match self.db.leases().acquire(&self.name, &self.holder, life.id()).await {
                Ok(true) => {
                    self.set(Some(Stand { life, won: true }));
                    return Ok(true);
                }
                // Somebody else's. The dead hold nothing any more once they are buried.
                Ok(false) => {
                    self.db.leases().shorten(millis(LIFE)).await?;
                    self.db.leases().bury().await?;
                }
                // This process was taken for dead, and was buried a moment ago.
                Err(DbError::MissingParent) => {
                    life.end();
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            if Instant::now() + pause > deadline {
                self.set(None);
                return Ok(false);
            }
            tokio::time::sleep(pause.mul_f64(0.5 + rand::random::<f64>())).await;
            pause = (pause * 2).min(LOOK.1);
        }
    }

    /// Whether the lease, once won, is still held.
    pub(super) fn holds(&self) -> bool {
        let stand = self.stand.lock().unwrap_or_else(PoisonError::into_inner);
        stand
            .as_ref()
            .is_some_and(|stand| stand.won && stand.life.lasts(&self.clock))
    }

    pub(super) async fn give_back(self) {
        if let Some(Stand { life, .. }) = self.set(None) {
            give_back(&self.db, &self.name, &self.holder, &life).await;
        }
    }

    fn set(&self, stand: Option<Stand>) -> Option<Stand> {
        std::mem::replace(&mut *self.stand.lock().unwrap_or_else(PoisonError::into_inner), stand)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let Some(Stand { life, .. }) = self.set(None) else {
            return;
        };
        let (db, name, holder) = (
            self.db.clone(),
            std::mem::take(&mut self.name),
            std::mem::take(&mut self.holder),
        );
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move { give_back(&db, &name, &holder, &life).await })),
            Err(_) => life.end(),
        }
    }
}

async fn give_back(db: &Db, name: &str, holder: &str, life: &Life) {
    if let Err(error) = db.leases().release(name, holder).await {
        // It hangs on this process, which lives on: nobody would ever get the record again.
        tracing::warn!(%error, "a record's lease could not be given back; all that this process has are given up");
        life.end();
    }
}
