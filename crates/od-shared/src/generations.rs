//! What makes cached replies stale: a number for each thing that replies are about, which a change makes another one.
//!
//! A reply that is found by its number is current, because the number is asked for after the question came. Numbers that many
//! calls want at once are one request: who comes while it is under way is in the next.

use std::sync::Weak;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::connection::Inner;
use crate::{RESPONSE_TIME, Shared};

/// What goes up when a process has been without Redis, or comes for the first time.
pub(crate) const ALL: &str = "odm:g:all";
/// As many numbers are asked for together.
const TOGETHER: usize = 256;

/// Which of its replies are current: those kept under the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Generation {
    /// Of everything.
    pub all: u64,
    /// Of what was asked about.
    pub own: u64,
}

/// A number that somebody waits for.
pub(crate) struct Lookup {
    key: String,
    answer: oneshot::Sender<Option<Generation>>,
}

impl Shared {
    /// The generation of what is called `name`, as it is after this was called. None when Redis cannot be asked.
    pub async fn generation(&self, name: &str) -> Option<Generation> {
        if !self.standing().is_up {
            return None;
        }
        let (answer, told) = oneshot::channel();
        let lookup = Lookup { key: key(name), answer };
        self.inner().lookups.send(lookup).ok()?;
        // The request has its own limit; who waits for the one before it waits for two.
        tokio::time::timeout(RESPONSE_TIME * 2, told).await.ok()?.ok()?
    }

    /// Makes everything kept about `names` out of reach, in every process. `life` is longer than any reply about them is
    /// kept. False when Redis cannot be asked; when it comes back everything is out of reach.
    pub async fn renew(&self, names: &[String], life: Duration) -> bool {
        if names.is_empty() {
            return true;
        }
        let life = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        let mut commands = redis::pipe();
        for name in names {
            let key = key(name);
            commands.incr(&key, 1).ignore().pexpire(&key, life).ignore();
        }
        let renewed = self
            .inner()
            .with(async |line| commands.query_async::<()>(line).await)
            .await;
        renewed.is_some()
    }
}

fn key(name: &str) -> String {
    format!("odm:g:{name}")
}

/// Answers lookups as long as somebody may ask.
pub(crate) async fn answer(inner: Weak<Inner>, mut asked: mpsc::UnboundedReceiver<Lookup>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while asked.recv_many(&mut together, TOGETHER).await > 0 {
        let Some(held) = inner.upgrade() else { return };
        let mut command = redis::cmd("MGET");
        command.arg(ALL);
        for lookup in &together {
            command.arg(&lookup.key);
        }
        let found: Option<Vec<Option<u64>>> = held.with(async |line| command.query_async(line).await).await;
        drop(held);
        let mut numbers = found.into_iter().flatten().map(Option::unwrap_or_default);
        let all = numbers.next();
        for lookup in together.drain(..) {
            let generation = all.zip(numbers.next()).map(|(all, own)| Generation { all, own });
            if lookup.answer.send(generation).is_err() {
                tracing::trace!("nobody waits any more for the number that was asked for");
            }
        }
    }
}
