//! What is known of the stores that somebody looks at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep;

use super::standing::{Glance, Overview};
use crate::error::Error;
use crate::progress::Step;

#[cfg(test)]
mod tests;

/// How often a copy is brought up to date while somebody looks.
const EVERY: Duration = Duration::from_mins(5);
/// Nobody has looked for so long: nobody looks any more.
const LEFT: Duration = Duration::from_secs(15);
/// What nobody has looked at for so long is forgotten.
const IDLE: Duration = Duration::from_mins(10);

/// The stores that somebody looks at, by their rows.
#[derive(Default)]
pub(super) struct Watches(Mutex<HashMap<String, Arc<Watched>>>);

/// A store that somebody looks at.
pub(super) struct Watched {
    state: Mutex<State>,
    ended: Notify,
}

struct State {
    looked: Instant,
    /// When a call that brings it up to date was last begun.
    begun: Option<Instant>,
    is_under_way: bool,
    glance: Glance,
}

impl Watches {
    /// A store, if somebody has looked at it lately.
    pub(super) fn known(&self, store_row: &str) -> Option<Arc<Watched>> {
        self.stores().get(store_row).cloned()
    }

    /// A store, from now on.
    pub(super) fn of(&self, store_row: &str) -> Arc<Watched> {
        let new = || Arc::new(Watched::new());
        self.stores().entry(store_row.to_owned()).or_insert_with(new).clone()
    }

    /// Forgets what nobody looks at.
    pub(super) fn forget_idle(&self) {
        self.stores()
            .retain(|_, watched| watched.state().looked.elapsed() < IDLE);
    }

    fn stores(&self) -> MutexGuard<'_, HashMap<String, Arc<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn new() -> Self {
        let state = State {
            looked: Instant::now(),
            begun: None,
            is_under_way: false,
            glance: Glance::default(),
        };
        Self {
            state: Mutex::new(state),
            ended: Notify::new(),
        }
    }

    /// Somebody looks. Whether they are to have it brought up to date: it is time, or they ask for it, and nobody else is at it.
    pub(super) fn begin(&self, now: bool) -> bool {
        let mut state = self.state();
        state.looked = Instant::now();
        let is_half = state.glance.overview.is_none() && state.glance.failure.is_none();
        let is_due = now || is_half || state.begun.is_none_or(|begun| begun.elapsed() >= EVERY);
        if state.is_under_way || !is_due {
            return false;
        }
        state.begun = Some(Instant::now());
        state.is_under_way = true;
        true
    }

    pub(super) fn glance(&self) -> Glance {
        let state = self.state();
        Glance {
            is_reading: state.is_under_way,
            ..state.glance.clone()
        }
    }

    /// How far the first reading is.
    pub(super) fn tell(&self, step: Step) {
        self.state().glance.reading = Some(step);
    }

    pub(super) fn show(&self, overview: Overview) {
        let mut state = self.state();
        state.glance.overview = Some(Arc::new(overview));
        state.glance.reading = None;
    }

    /// Nobody is at it any more.
    pub(super) fn end(&self, failure: Option<Error>) {
        let mut state = self.state();
        state.is_under_way = false;
        state.glance.failure = failure.map(|error| error.to_string());
        drop(state);
        self.ended.notify_waiters();
    }

    /// Waits until nobody is at it.
    pub(super) async fn ended(&self) {
        loop {
            let ended = self.ended.notified();
            if !self.state().is_under_way {
                return;
            }
            ended.await;
        }
    }

    /// Waits until nobody has looked for a while.
    pub(super) async fn left(&self) {
        loop {
            let since = self.state().looked.elapsed();
            match LEFT.checked_sub(since) {
                Some(wait) => sleep(wait.max(Duration::from_millis(100))).await,
                None => return,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
