//! Trying a change again after reading again: when that helps, how often, and how long to wait before it.
//!
//! A 429 is no attempt: Order Desk did nothing and says when to come again. It is waited out, as long as all waiting for
//! refusals stays within what a call may wait.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use od_client::{BusyCause, Store};
use od_record::{FieldChange, diff};
use serde_json::{Map, Value};

use crate::calls::Asker;
use crate::difference::Altered;
use crate::error::Error;

#[cfg(test)]
mod tests;

/// At most this much of our own time may lie between the reply of the last read and the sending of the write.
pub(crate) const FRESH: Duration = Duration::from_millis(50);
/// How often a record is read to find out what became of a write, before its state is given up as unknown.
pub(crate) const SETTLING_READS: u32 = 5;
/// First pause before another attempt; doubled each time.
const PAUSE: Duration = Duration::from_millis(500);

/// The attempts at one thing.
#[derive(Debug)]
pub(crate) struct Attempts {
    made: u32,
    most: u32,
    /// How long refusals may be waited out.
    patience: Duration,
    /// The first refusal.
    refused: Option<Instant>,
    /// What is to be said of a write that got no answer and was not seen, should no attempt succeed: it may still come.
    unseen: Option<Error>,
}

/// What the reads of a record tell of what came between them: of others, and of our own uploads.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    last: Option<Map<String, Value>>,
    foreign: BTreeSet<String>,
    /// What an upload changes that had no answer and was not seen: it may still come.
    sent: Vec<FieldChange>,
}

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Nothing was changed, and reading again may help.
    Again(Error),
    /// Nothing more can be done.
    Final(Error),
}

impl Attempts {
    /// The first of at most `most` attempts, those that Order Desk refuses with 429 not counted.
    pub(crate) fn of(most: u32, upstream: &Store) -> Self {
        Self {
            made: 1,
            most,
            patience: upstream.max_wait(),
            refused: None,
            unseen: None,
        }
    }

    /// How many attempts there were, the running one included and refusals left out.
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// Whether there may be another attempt.
    pub(crate) fn are_left(&self) -> bool {
        self.made < self.most
    }

    /// Pauses before the next attempt.
    ///
    /// # Errors
    /// The reason of the failure, when no attempt is left or none would help; [`Error::Uncertain`] where a write of an earlier
    /// attempt may still come.
    pub(crate) async fn again(&mut self, failed: Failed) -> Result<(), Error> {
        if let Failed::Again(error @ Error::Uncertain { .. }) = &failed {
            self.unseen = Some(error.clone());
        }
        self.pause(failed).await.map_err(|error| match error {
            Error::Uncertain { .. } => error,
            other => self.unseen.take().unwrap_or(other),
        })
    }

    async fn pause(&mut self, failed: Failed) -> Result<(), Error> {
        match failed {
            // The budget knows when the next request may go out: whoever reserves waits for that.
            Failed::Again(Error::Upstream(od_client::Error::RateLimited { retry_after }))
                if self.waits(retry_after) =>
            {
                Ok(())
            }
            Failed::Again(error @ Error::Upstream(od_client::Error::RateLimited { .. })) | Failed::Final(error) => {
                Err(error)
            }
            Failed::Again(error) if !self.are_left() => Err(error),
            Failed::Again(_) => {
                tokio::time::sleep(pause(self.made)).await;
                self.made += 1;
                Ok(())
            }
        }
    }

    /// Whether another refusal is waited out.
    fn waits(&mut self, retry_after: Duration) -> bool {
        let since = *self.refused.get_or_insert_with(Instant::now);
        since.elapsed() + retry_after <= self.patience
    }
}

impl Reads {
    /// Notes what others changed since the read before.
    pub(crate) fn compare(&mut self, record: &Map<String, Value>) {
        if let Some(last) = self.last.take() {
            self.foreign
                .extend(diff(&last, record).into_iter().map(|change| change.path));
        }
    }

    /// Keeps the record of an attempt that failed, to compare the next read with.
    pub(crate) fn keep(&mut self, record: Map<String, Value>) {
        self.last = Some(record);
    }

    /// Notes what an attempt that failed would have changed, where its upload may still come.
    pub(crate) fn expect(&mut self, failed: &Failed, changes: Vec<FieldChange>) {
        if matches!(failed, Failed::Again(Error::Uncertain { .. })) {
            self.sent.retain(|sent| !is_among(&changes, sent));
            self.sent.extend(changes);
        }
    }

    /// What an earlier attempt changed after all, once a read shows that nothing is left to be changed.
    pub(crate) fn arrived(&mut self) -> Vec<FieldChange> {
        std::mem::take(&mut self.sent)
    }

    /// The same where something is left, because somebody else has changed that anew: what stands in the record that was read, beside
    /// the changes that were made to it.
    pub(crate) fn arrived_beside(&mut self, changes: &[FieldChange], base: &Map<String, Value>) -> Vec<FieldChange> {
        let mut sent = self.arrived();
        if !sent.is_empty() {
            let base = Value::Object(base.clone());
            sent.retain(|sent| !is_among(changes, sent) && base.pointer(&sent.path) == sent.after.as_ref());
        }
        sent
    }

    /// The reason of the last attempt: a conflict names what the others changed; any other reason stays what it is.
    pub(crate) fn conflict(&self, error: Error, attempts: &Attempts) -> Error {
        match error {
            Error::Upstream(od_client::Error::Conflict { .. }) => Error::Conflict {
                fields: self.foreign.iter().cloned().collect(),
                attempts: attempts.made(),
            },
            other => other,
        }
    }
}

impl Failed {
    /// As [`Error::having_attempted`].
    pub(crate) fn having_attempted(self, altered: impl FnOnce() -> Altered) -> Self {
        match self {
            Self::Final(error) => Self::Final(error.having_attempted(altered)),
            Self::Again(error) => Self::Again(error.having_attempted(altered)),
        }
    }

    /// Whether somebody else changed the record meanwhile.
    pub(crate) fn is_conflict(&self) -> bool {
        let (Self::Again(error) | Self::Final(error)) = self;
        matches!(
            error,
            Error::Conflict { .. } | Error::Upstream(od_client::Error::Conflict { .. })
        )
    }

    /// A write that may be made again, because reading does not show it.
    pub(crate) fn unseen(cause: od_client::Error, hint: &'static str) -> Self {
        Self::Again(not_seen(cause, hint))
    }

    /// A request that failed without having changed anything. `told` puts a failure that will not pass into words.
    pub(crate) fn unchanged(error: od_client::Error, told: impl FnOnce(od_client::Error) -> Error) -> Self {
        if is_passing(&error) {
            Self::Again(Error::Upstream(error))
        } else {
            Self::Final(told(error))
        }
    }
}

/// Whether there is another change of the same field.
fn is_among(changes: &[FieldChange], one: &FieldChange) -> bool {
    changes.iter().any(|change| change.path == one.path)
}

/// Asks until an answer comes, to find out what became of a write. `told` puts a failure that will not pass into words.
///
/// Each question goes out by itself and not through the shared read path: an answer that set out before the write would
/// mislead.
pub(crate) async fn ask_until_answered<T, F>(
    upstream: &Store,
    ask: impl Fn(Store) -> F,
    told: impl Fn(od_client::Error) -> Error,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, od_client::Error>>,
{
    let first = ask_once(upstream, &ask).await;
    ask_on(first, upstream, ask, told).await
}

/// Asks on after a `first` question, whose answer may have come already: what is read back in one go with its upload has
/// been paid for together with it, and waits only when it has to be asked again.
pub(crate) async fn ask_on<T, F>(
    first: Result<T, od_client::Error>,
    upstream: &Store,
    ask: impl Fn(Store) -> F,
    told: impl Fn(od_client::Error) -> Error,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, od_client::Error>>,
{
    let mut attempts = Attempts::of(SETTLING_READS, upstream);
    let mut outcome = first;
    loop {
        let failed = match outcome {
            Ok(answer) => return Ok(answer),
            // Others have found Order Desk down. What was written has to be found out all the same.
            Err(
                error @ od_client::Error::Busy {
                    cause: BusyCause::Breaker,
                    ..
                },
            ) => Failed::Again(Error::Upstream(error)),
            Err(error) => Failed::unchanged(error, &told),
        };
        attempts.again(failed).await?;
        outcome = ask_once(upstream, &ask).await;
    }
}

/// Sends a write that goes by no reading, once, while its record is `ours` and whoever asked for it has access: that is asked
/// when the tokens are there, and again after every wait, with nothing but the sending after it. Only what Order Desk never took
/// up is sent again.
///
/// # Errors
/// What `ours` answers, why access was lost, or what kept the write from being sent; the inner one is Order Desk's answer.
pub(crate) async fn send_once<T, O, F>(
    upstream: &Store,
    asker: &Asker,
    most: u32,
    ours: impl Fn() -> O,
    send: impl Fn(Store) -> F,
) -> Result<Result<T, od_client::Error>, Error>
where
    O: Future<Output = Result<(), Error>>,
    F: Future<Output = Result<T, od_client::Error>>,
{
    let mut attempts = Attempts::of(most, upstream);
    loop {
        let permit = asker.while_allowed(upstream.reserve(1)).await?;
        let permit = permit.map_err(Error::Upstream)?;
        ours().await?;
        let answer = send(upstream.with(&permit)).await;
        drop(permit);
        match answer {
            Err(error) if was_not_taken_up(&error) => attempts.again(Failed::Again(Error::Upstream(error))).await?,
            answer => return Ok(answer),
        }
    }
}

async fn ask_once<T, F>(upstream: &Store, ask: impl Fn(Store) -> F) -> Result<T, od_client::Error>
where
    F: Future<Output = Result<T, od_client::Error>>,
{
    let permit = upstream.reserve(1).await?;
    ask(upstream.with(&permit)).await
}

/// Whether a write may still be sent on what was read at `read_at`.
pub(crate) fn is_fresh(read_at: Instant) -> bool {
    read_at.elapsed() <= FRESH
}

/// A write whose answer was lost and that reading does not show. An answer from Order Desk, even a bad one, says that it is done
/// with the request; without any answer it may still be at work.
pub(crate) fn not_seen(cause: od_client::Error, hint: &'static str) -> Error {
    const REASON: &str = "Order Desk did not answer, and reading does not show the change so far.";
    if answered(&cause) {
        Error::Upstream(cause)
    } else {
        Error::uncertain(REASON, hint)
    }
}

/// Whether Order Desk has answered a request whose outcome its answer does not tell.
pub(crate) fn answered(error: &od_client::Error) -> bool {
    use od_client::Error as E;
    // A gateway's own timeout, and what an edge says of a machine that it could not hear out (520 to 527), say nothing about the
    // machine behind it.
    !matches!(
        error,
        E::Network { .. }
            | E::Timeout { .. }
            | E::Server {
                status: 504 | 520..=527,
                ..
            }
            | E::Rejected { status: 408, .. }
    )
}

/// Whether Order Desk certainly did nothing with a request, and may take it another time.
fn was_not_taken_up(error: &od_client::Error) -> bool {
    use od_client::Error as E;
    matches!(
        error,
        E::RateLimited { .. } | E::Network { sent: false, .. } | E::Timeout { sent: false }
    )
}

/// Whether the reason may pass, so that reading again and trying again may help.
fn is_passing(error: &od_client::Error) -> bool {
    use od_client::Error as E;
    matches!(
        error,
        E::RateLimited { .. } | E::Conflict { .. } | E::Server { .. } | E::Network { .. } | E::Timeout { .. }
    )
}

/// Half a second after the first attempt, doubled with each further one, give or take a quarter.
fn pause(attempts: u32) -> Duration {
    let doubled = PAUSE * 2_u32.saturating_pow(attempts.saturating_sub(1).min(6));
    doubled.mul_f64(0.75 + rand::random::<f64>() / 2.0)
}
