//! How much memory the bodies of all requests together may take.
//!
//! A body takes its bytes while it is read, several times as much while it is parsed, and what was built from it until it is
//! answered. Small ones, which is nearly all of them, pass without asking. The others share a fixed room: who finds none
//! waits a little and is told to come again. What has not arrived takes no room, whatever size was declared: who sends slowly
//! keeps nobody out, and has to go on sending.
//!
//! A tenant has a share of the room. Its large messages wait for each other, not in front of those of other tenants: one
//! is read or parsed at a time, and those that wait for their answers take a quarter of the room together. One that needs
//! more than that is taken when nothing else of its tenant is there, and counts as half of the room at most, so that one
//! of another tenant always fits beside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::body::too_large;
use super::refusal::Refusal;

/// Bodies up to this many bytes are read without asking.
const SMALL_BODY: usize = 64 * 1024;
/// Messages of which this much is estimated are worked on without asking, in bytes: some hundred values.
const SMALL_WORK: usize = 256 * 1024;
/// A larger body takes its part of the room by this many bytes, as they arrive.
const STEP: usize = 256 * 1024;
/// How long the next step of a larger body may be on its way: about 50 kB a second.
const PACE: Duration = Duration::from_secs(5);
/// Bytes of larger bodies that may be on their way at once.
const READING: usize = 16 * 1024 * 1024;
/// What the larger messages that are being worked on may be estimated to take together, in bytes.
const WORKING: usize = 64 * 1024 * 1024;
/// What a value takes at most on its way through parser, check, handler and audit log, in bytes: measured with objects of one
/// member, the most expensive ones.
const PER_VALUE: usize = 768;
/// How often the text of a message is there at once: as it came, and in its values.
const COPIES: usize = 8;
/// A tenant's share of the room is one part of so many.
const SHARES: usize = 4;
/// A single message counts as one part of so many at most.
const LARGEST: usize = 2;
/// How long a body waits for room, and how long what was read waits to be worked on.
const PATIENCE: Duration = Duration::from_secs(5);
/// What who found none is told to wait, in seconds.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// The room that all bodies share.
pub(super) struct Room {
    most: usize,
    reading: Pool,
    working: Pool,
    parsing: Arc<Semaphore>,
    tenants: Mutex<HashMap<String, Tenant>>,
    patience: Duration,
    pace: Duration,
}

/// Memory that is given out by the kilobyte.
struct Pool {
    all: Arc<Semaphore>,
    bytes: usize,
}

/// What a tenant's large messages wait for before they wait for anybody else's.
#[derive(Clone)]
struct Tenant {
    /// One at a time from the first large piece of its body until it is parsed: nobody takes the room of all others by
    /// sending slowly, nor their turns to parse by sending many.
    turn: Arc<Semaphore>,
    /// Its share of what is worked on.
    working: Arc<Semaphore>,
}

/// A body that was read.
pub(super) struct Text {
    pub bytes: Bytes,
    /// Its part of the room, given back once the bytes are parsed.
    held: Option<Held>,
}

/// A part of the room; dropping it gives it back.
pub(super) struct Held {
    /// Those of a large body.
    bytes: Option<OwnedSemaphorePermit>,
    _turn: OwnedSemaphorePermit,
}

/// What a message takes until it is answered; dropping it gives it back.
pub(super) struct Estimate {
    _of_all: OwnedSemaphorePermit,
    _of_the_tenants: OwnedSemaphorePermit,
}

/// What a large message needs.
pub(super) struct Work {
    /// Until it is answered.
    pub estimate: Option<Estimate>,
    /// Until it is parsed.
    pub parsing: Option<(Held, Option<OwnedSemaphorePermit>)>,
}

impl Room {
    /// Room for bodies of at most `most` bytes each.
    pub(super) fn new(most: usize) -> Self {
        Self::with(most, READING, WORKING, PATIENCE)
    }

    fn with(most: usize, reading: usize, working: usize, patience: Duration) -> Self {
        Self {
            most,
            reading: Pool::new(reading),
            working: Pool::new(working),
            // The parser's own peak is there once, whatever came at the same time.
            parsing: Arc::new(Semaphore::new(1)),
            tenants: Mutex::default(),
            patience,
            pace: PACE,
        }
    }

    /// Reads a whole body within `time`. `declared` is the size it says it has.
    pub(super) async fn read(
        &self,
        body: Body,
        declared: Option<usize>,
        tenant: &str,
        time: Duration,
    ) -> Result<Text, Refusal> {
        tokio::time::timeout(time, self.collect(body, declared, tenant))
            .await
            .map_err(|_| late())?
    }

    async fn collect(&self, body: Body, declared: Option<usize>, tenant: &str) -> Result<Text, Refusal> {
        let mut body = Limited::new(body, self.most);
        let mut text = Vec::with_capacity(declared.unwrap_or(0).min(self.most));
        let mut held = None;
        let mut room = SMALL_BODY;
        let mut due = None;
        loop {
            let frame = match due {
                None => body.frame().await,
                Some(due) => tokio::time::timeout_at(due, body.frame()).await.map_err(|_| late())?,
            };
            let Some(frame) = frame else { break };
            let frame = frame.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    too_large(self.most)
                } else {
                    Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", "The body ended early.")
                }
            })?;
            let Ok(data) = frame.into_data() else { continue };
            let needed = text.len() + data.len();
            if needed > room {
                let more = (needed - room).next_multiple_of(STEP);
                self.hold(&mut held, more, tenant).await?;
                room += more;
                due = Some(Instant::now() + self.pace);
            }
            text.extend_from_slice(&data);
        }
        Ok(Text {
            bytes: text.into(),
            held,
        })
    }

    /// What a message of so many values needs. A small one needs nothing.
    pub(super) async fn work(&self, text: &mut Text, values: usize, tenant: &str) -> Result<Work, Refusal> {
        let held = text.held.take();
        let estimate = text.bytes.len() * COPIES + values * PER_VALUE;
        if estimate <= SMALL_WORK {
            return Ok(Work {
                estimate: None,
                parsing: held.map(|held| (held, None)),
            });
        }
        let until = self.patient_until();
        let tenant = self.tenant(tenant);
        let held = match held {
            Some(held) => held,
            // The body is small, what it is made into is not.
            None => Held {
                bytes: None,
                _turn: take(&tenant.turn, 1, until).await?,
            },
        };
        let estimate = Estimate {
            _of_the_tenants: take(&tenant.working, permits(estimate.min(self.working.share())), until).await?,
            _of_all: self.working.take(estimate, until).await?,
        };
        let parsing = take(&self.parsing, 1, until).await?;
        Ok(Work {
            estimate: Some(estimate),
            parsing: Some((held, Some(parsing))),
        })
    }

    /// Takes room for `more` bytes of a large body; with the first ones the turn of its tenant. Of one that holds as much as
    /// a single message counts for, the rest counts no more.
    async fn hold(&self, held: &mut Option<Held>, more: usize, tenant: &str) -> Result<(), Refusal> {
        let until = self.patient_until();
        let held = match held {
            Some(held) => held,
            None => held.insert(Held {
                bytes: None,
                _turn: take(&self.tenant(tenant).turn, 1, until).await?,
            }),
        };
        let has = held.bytes.as_ref().map_or(0, |bytes| bytes.num_permits() * 1024);
        let more = more.min(self.reading.largest().saturating_sub(has));
        if more > 0 {
            let taken = self.reading.take(more, until).await?;
            match &mut held.bytes {
                Some(bytes) => bytes.merge(taken),
                none => *none = Some(taken),
            }
        }
        Ok(())
    }

    /// What the large messages of one tenant share. Those of which nothing is there are forgotten.
    fn tenant(&self, name: &str) -> Tenant {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.retain(|_, tenant| tenant.is_there());
        let new = || Tenant {
            turn: Arc::new(Semaphore::new(1)),
            working: semaphore(self.working.share()),
        };
        tenants.entry(name.to_owned()).or_insert_with(new).clone()
    }

    fn patient_until(&self) -> Instant {
        Instant::now() + self.patience
    }
}

impl Pool {
    fn new(bytes: usize) -> Self {
        Self {
            all: semaphore(bytes),
            bytes,
        }
    }

    /// How much of it the messages of one tenant take together, in bytes.
    fn share(&self) -> usize {
        self.bytes / SHARES
    }

    /// What a single message takes at most, in bytes.
    fn largest(&self) -> usize {
        self.bytes / LARGEST
    }

    async fn take(&self, bytes: usize, until: Instant) -> Result<OwnedSemaphorePermit, Refusal> {
        take(&self.all, permits(bytes.min(self.largest())), until).await
    }
}

impl Tenant {
    /// Whether anybody waits here or holds anything.
    fn is_there(&self) -> bool {
        Arc::strong_count(&self.turn) > 1 || Arc::strong_count(&self.working) > 1
    }
}

async fn take(from: &Arc<Semaphore>, many: u32, until: Instant) -> Result<OwnedSemaphorePermit, Refusal> {
    match tokio::time::timeout_at(until, from.clone().acquire_many_owned(many)).await {
        Ok(Ok(permit)) => Ok(permit),
        // The second is a closed semaphore, and nobody closes these.
        Err(_) | Ok(Err(_)) => Err(no_room()),
    }
}

fn late() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        "VALIDATION_ERROR",
        "The body did not arrive in time.",
    )
}

fn no_room() -> Refusal {
    tracing::warn!("a large request body found no room");
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "UPSTREAM_BUSY",
        "The server is busy with other large messages. Nothing was done.",
    )
    .with_hint("Call again in a few seconds, or with a smaller message.")
    .with_header(RETRY_AFTER, COME_AGAIN)
}

/// Room is given out by the kilobyte.
fn permits(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

fn semaphore(bytes: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(bytes.div_ceil(1024)))
}

#[cfg(test)]
mod tests;
