//! A budget that other processes spend too: the way to the bucket that is kept elsewhere, and what there is to tell it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex as Turn, Notify};

use super::{Budget, Permit, Way};
use crate::mutex::lock;
use crate::sharing::{Ask, Sharing, Standing};

/// As often a process shows that it lives, while it holds tokens or waits for them.
pub(super) const BEAT: Duration = Duration::from_secs(1);
/// Between two questions when the bucket could not be asked.
pub(super) const PAUSE: Duration = Duration::from_millis(50);
/// What happens within it is told together.
const TOGETHER: Duration = Duration::from_millis(20);

/// The bucket of one store elsewhere.
#[derive(Debug)]
pub(super) struct Joint {
    store: Arc<str>,
    with: Arc<dyn Sharing>,
    /// One question at a time: each says how much is out, and the last one counts.
    asking: Turn<()>,
    /// Rung when there is something to tell.
    news: Notify,
}

/// What there is to tell.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) returned: u32,
    pub(super) spent: Option<f64>,
    pub(super) park: Option<Duration>,
    /// Tokens may be less than the bucket knows of: they were spent without it.
    pub(super) begin_empty: bool,
    /// What this process has out changed.
    pub(super) landed: bool,
    /// Somebody is at work telling.
    pub(super) is_told: bool,
}

impl News {
    pub(super) fn must_be_spent(&mut self, tokens: f64) {
        self.spent = Some(self.spent.map_or(tokens, |before| before.max(tokens)));
    }

    pub(super) fn parked(&mut self, pause: Duration) {
        self.park = self.park.max(Some(pause));
    }

    fn is_something(&self) -> bool {
        self.returned > 0 || self.spent.is_some() || self.park.is_some() || self.landed
    }
}

/// How asking for tokens ended.
pub(super) enum Asked {
    Granted(Permit),
    /// Not there yet; ask again after so long.
    Wait(Duration),
    /// The bucket could not be asked.
    Alone,
}

impl Joint {
    pub(super) fn new(store: &str, with: Arc<dyn Sharing>) -> Self {
        Self {
            store: Arc::from(store),
            with,
            asking: Turn::new(()),
            news: Notify::new(),
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.with.standing()
    }
}

impl Budget {
    /// Asks the bucket for tokens. Runs to its end when the caller goes away, so that a grant that nobody waits for any more
    /// is given back.
    pub(super) async fn take(self: &Arc<Self>, tokens: u32) -> Asked {
        let this = Arc::clone(self);
        let asked = tokio::spawn(async move { this.ask(tokens).await });
        asked.await.unwrap_or(Asked::Alone)
    }

    async fn ask(self: Arc<Self>, take: u32) -> Asked {
        let Some(joint) = &self.joint else { return Asked::Alone };
        let one_at_a_time = joint.asking.lock().await;
        let (ask, period) = {
            let mut inner = self.now();
            if !inner.standing.together {
                return Asked::Alone;
            }
            let ask = Ask {
                take,
                returned: std::mem::take(&mut inner.news.returned),
                out: inner.state.out(),
                spent: inner.news.spent.take(),
                park: inner.news.park.take(),
                begin_empty: std::mem::take(&mut inner.news.begin_empty),
                waits: !inner.queue.is_empty(),
            };
            inner.news.landed = false;
            (ask, inner.period)
        };
        let bucket = self.limits.bucket();
        let told = joint.with.ask(Arc::clone(&joint.store), bucket, ask).await;
        let mut inner = self.now();
        let Some(told) = told else {
            // What was told may have been lost, and what was asked for may have been taken.
            inner.news.begin_empty = true;
            return Asked::Alone;
        };
        if inner.period != period {
            // What it was asked for meanwhile begins anew, and so does this.
            return Asked::Alone;
        }
        inner.state.told(told.tokens);
        if !told.taken {
            return Asked::Wait(told.wait.min(BEAT));
        }
        inner.state.hold(take);
        drop(inner);
        drop(one_at_a_time);
        self.tell();
        let mark = Some(told.mark);
        Asked::Granted(Permit::new(&self, take, Way { period, mark }))
    }

    /// Something happened that the bucket has to know.
    pub(super) fn tell(self: &Arc<Self>) {
        let Some(joint) = &self.joint else { return };
        joint.news.notify_one();
        let mut inner = lock(&self.inner);
        if inner.news.is_told || !inner.standing.together {
            return;
        }
        // Without a runtime nobody lives to tell; the bucket forgets a process that shows no life.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            inner.news.is_told = true;
            runtime.spawn(Arc::clone(self).tell_on());
        }
    }

    /// Tells what happens until nothing is out and nobody waits.
    async fn tell_on(self: Arc<Self>) {
        loop {
            let Some(joint) = &self.joint else { return };
            let has_news = {
                let mut inner = self.now();
                let is_idle = inner.state.out() == 0 && inner.queue.is_empty() && !inner.news.is_something();
                if is_idle || !inner.standing.together {
                    inner.news.is_told = false;
                    return;
                }
                inner.news.is_something()
            };
            if has_news {
                tokio::time::sleep(TOGETHER).await;
            } else if tokio::time::timeout(BEAT, joint.news.notified()).await.is_ok() {
                continue;
            }
            Arc::clone(&self).ask(0).await;
        }
    }
}

#[cfg(test)]
mod elsewhere;
#[cfg(test)]
mod tests;
