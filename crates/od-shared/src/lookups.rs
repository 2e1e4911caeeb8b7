//! Numbers that many calls want at once are one request: who comes while it is under way is in the next.

use std::sync::{Arc, Weak};

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::connection::{ALL, Connection};
use crate::numbers::numbers;

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
    pub(crate) key: String,
    pub(crate) answer: oneshot::Sender<Option<Generation>>,
}

/// The way to have lookups answered until `stop`.
pub(crate) fn begin(connection: &Arc<Connection>, stop: CancellationToken) -> mpsc::UnboundedSender<Lookup> {
    let (lookups, asked) = mpsc::unbounded_channel();
    tokio::spawn(stop.run_until_cancelled_owned(answer(Arc::downgrade(connection), asked)));
    lookups
}

/// Answers lookups as long as somebody may ask.
async fn answer(connection: Weak<Connection>, mut asked: mpsc::UnboundedReceiver<Lookup>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while asked.recv_many(&mut together, TOGETHER).await > 0 {
        let Some(held) = connection.upgrade() else { return };
        let keys: Vec<&str> = [ALL]
            .into_iter()
            .chain(together.iter().map(|lookup| lookup.key.as_str()))
            .collect();
        let found = held.with(async |line| numbers(line, &keys).await).await;
        drop(held);
        let mut numbers = found.into_iter().flatten();
        let all = numbers.next();
        for lookup in together.drain(..) {
            let generation = all.zip(numbers.next()).map(|(all, own)| Generation { all, own });
            if lookup.answer.send(generation).is_err() {
                tracing::trace!("nobody waits any more for the number that was asked for");
            }
        }
    }
}
