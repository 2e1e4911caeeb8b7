//! Identical reads in flight are one request.
//!
//! The request runs in a task of its own, so it survives the caller that started it. When the last caller has gone, its
//! work is told, and gives up what was not sent yet. A write ends the sharing: a read
//! that began before the write may answer with the state before it, which is right for those who asked before and wrong
//! for those who ask after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::error::{Error, NetworkFault};
use crate::mutex::lock;

/// What every caller of a shared read gets.
pub(crate) type Reply = Result<Arc<Map<String, Value>>, Error>;

/// The reads of one store that can be joined.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    by_target: HashMap<String, Flight>,
    next: u64,
}

#[derive(Debug)]
struct Flight {
    number: u64,
    reply: Shared<BoxFuture<'static, Reply>>,
    callers: Arc<Callers>,
}

/// Those who wait for one read.
#[derive(Debug, Default)]
struct Callers {
    waiting: Mutex<usize>,
    /// Cancelled when the last of them goes.
    all_gone: CancellationToken,
}

/// One of them; goes when dropped.
#[derive(Debug)]
struct Caller(Arc<Callers>);

impl Caller {
    fn of(callers: &Arc<Callers>) -> Self {
        *lock(&callers.waiting) += 1;
        Self(Arc::clone(callers))
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        let mut waiting = lock(&self.0.waiting);
        *waiting -= 1;
        if *waiting == 0 {
            self.0.all_gone.cancel();
        }
    }
}

impl Flights {
    /// Joins the read of `target`, or starts it with `work`, which is told when nobody waits for it any more and then
    /// either goes on or fails with [`Error::Abandoned`]. The caller goes when `wanted` is cancelled or the future is
    /// dropped. In the first case it takes the answer along that comes all the same: it may be kept.
    pub(crate) async fn join<F>(
        self: &Arc<Self>,
        target: String,
        wanted: Option<&CancellationToken>,
        work: impl Fn(&CancellationToken) -> F,
    ) -> Reply
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        loop {
            let (mut reply, caller) = self.board(target.clone(), &work);
            let (outcome, is_gone) = match wanted {
                None => (reply.await, false),
                Some(wanted) => tokio::select! {
                    biased;
                    outcome = &mut reply => (outcome, wanted.is_cancelled()),
                    () = wanted.cancelled() => {
                        drop(caller);
                        (reply.await, true)
                    }
                },
            };
            match outcome {
                // Given up for those before us, a moment before we came.
                Err(Error::Abandoned) if !is_gone => {}
                outcome => return outcome,
            }
        }
    }

    fn board<F>(
        self: &Arc<Self>,
        target: String,
        work: impl FnOnce(&CancellationToken) -> F,
    ) -> (Shared<BoxFuture<'static, Reply>>, Caller)
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if let Some(flight) = running.by_target.get(&target) {
            return (flight.reply.clone(), Caller::of(&flight.callers));
        }
        let number = running.next;
        running.next += 1;
        let landing = Landing {
            flights: Arc::clone(self),
            target: target.clone(),
            number,
        };
        let callers = Arc::new(Callers::default());
        let caller = Caller::of(&callers);
        let work = work(&callers.all_gone);
        let task = tokio::spawn(
            async move {
                let _landing = landing;
                work.await
            }
            .in_current_span(),
        );
        // A task ends early only with its runtime. The read may have gone out, and it changed nothing.
        let ended = |_| {
            Err(Error::Network {
                sent: true,
                fault: NetworkFault::Broken,
            })
        };
        let reply = async move { task.await.unwrap_or_else(ended) }.boxed().shared();
        running.by_target.insert(
            target,
            Flight {
                number,
                reply: reply.clone(),
                callers,
            },
        );
        (reply, caller)
    }

    /// From now on reads start anew; those in flight go on for their callers.
    pub(crate) fn close(&self) {
        lock(&self.running).by_target.clear();
    }
}

/// Takes the flight off the board when its request has ended, however it ended.
struct Landing {
    flights: Arc<Flights>,
    target: String,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut running = lock(&self.flights.running);
        if running
            .by_target
            .get(&self.target)
            .is_some_and(|flight| flight.number == self.number)
        {
            running.by_target.remove(&self.target);
        }
    }
}

#[cfg(test)]
mod tests;
