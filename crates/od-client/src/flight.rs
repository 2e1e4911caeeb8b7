//! Identical reads in flight are one request.
//!
//! The request runs in a task of its own, so it survives the caller that started it. A write ends the sharing: a read
//! that began before the write may answer with the state before it, which is right for those who asked before and wrong
//! for those who ask after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use serde_json::{Map, Value};
use tracing::Instrument;

use crate::error::{Error, NetworkFault};
use crate::lane::lock;

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
}

impl Flights {
    /// Joins the read of `target`, or starts it with `work`.
    pub(crate) async fn join<F>(self: &Arc<Self>, target: String, work: impl FnOnce() -> F) -> Reply
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let reply = self.board(target, work);
        reply.await
    }

    fn board<F>(self: &Arc<Self>, target: String, work: impl FnOnce() -> F) -> Shared<BoxFuture<'static, Reply>>
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if let Some(flight) = running.by_target.get(&target) {
            return flight.reply.clone();
        }
        let number = running.next;
        running.next += 1;
        let landing = Landing {
            flights: Arc::clone(self),
            target: target.clone(),
            number,
        };
        let work = work();
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
            },
        );
        reply
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
