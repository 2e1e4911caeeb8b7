//! The one connection to Redis, and whether it can be relied on.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult, Script};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::budget;
use crate::generations::{self, ALL, Lookup};
use crate::limit;

/// The longest that anything here waits for an answer. After one that did not come Redis counts as away.
pub const RESPONSE_TIME: Duration = Duration::from_millis(500);
/// For the TCP and TLS handshake, and for name and password.
const CONNECT_TIME: Duration = Duration::from_secs(2);
/// How often Redis is looked after.
const BEAT: Duration = Duration::from_secs(1);
/// When Redis was first seen as it is: as empty as it was then. Milliseconds of its own clock.
pub(crate) const SINCE: &str = "odm:since";

/// Writes and reads, so that a Redis that answers and takes no writes counts as away too.
const PROBE: &str = r"
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', now), 'NX')
redis.call('PEXPIRE', KEYS[1], 604800000)
return 1
";

/// Puts everything that is cached anywhere out of reach: its number becomes one that never was.
const CAME: &str = r"
local t = redis.call('TIME')
redis.call('SET', KEYS[1], string.format('%.0f', tonumber(t[1]) * 1000000 + tonumber(t[2])), 'PX', 604800000)
return 1
";

/// An address of Redis that cannot be one.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used: {0}")]
pub struct OpenError(String);

/// Redis, shared with the other processes of the service. Cheap to clone; the last clone ends the connection.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

pub(crate) struct Inner {
    client: Client,
    state: Mutex<State>,
    lost: Notify,
    pub(crate) lookups: mpsc::UnboundedSender<Lookup>,
    pub(crate) scripts: Scripts,
    _stop: DropGuard,
}

pub(crate) struct Scripts {
    probe: Script,
    came: Script,
    pub(crate) limit: Script,
    pub(crate) budget: Script,
}

struct State {
    line: Option<MultiplexedConnection>,
    standing: Standing,
    /// Told to the log already.
    told: bool,
}

/// Whether Redis can be relied on, and since when it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// It answers and takes writes, as far as is known.
    pub is_up: bool,
    /// Goes up by one whenever Redis goes or comes.
    pub epoch: u64,
    /// When it went or came.
    pub since: Instant,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("standing", &self.standing())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Takes the address, such as `redis://host:6379/0` or, with TLS, `rediss://..`, and tries it once. A Redis that cannot be
    /// reached now is tried again as long as this lives.
    ///
    /// # Errors
    /// An address that no Redis can have.
    pub async fn open(url: &SecretString) -> Result<Self, OpenError> {
        // The library's words may repeat the address, and that the password.
        let client = Client::open(url.expose_secret()).map_err(|error| OpenError(error.category().to_owned()))?;
        let (lookups, asked) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let inner = Arc::new(Inner {
            client,
            state: Mutex::new(State {
                line: None,
                standing: Standing {
                    is_up: false,
                    epoch: 0,
                    since: Instant::now(),
                },
                told: false,
            }),
            lost: Notify::new(),
            lookups,
            scripts: Scripts {
                probe: Script::new(PROBE),
                came: Script::new(CAME),
                limit: Script::new(limit::SCRIPT),
                budget: Script::new(budget::SCRIPT),
            },
            _stop: stop.clone().drop_guard(),
        });
        inner.look_after().await;
        tokio::spawn(
            stop.clone()
                .run_until_cancelled_owned(look_after(Arc::downgrade(&inner))),
        );
        tokio::spawn(stop.run_until_cancelled_owned(generations::answer(Arc::downgrade(&inner), asked)));
        Ok(Self(inner))
    }

    /// Whether Redis can be relied on. Asks nobody.
    pub fn standing(&self) -> Standing {
        self.0.state().standing
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Does something with Redis; none when it is away, and when that shows now.
    pub(crate) async fn with<T>(
        &self,
        act: impl AsyncFnOnce(&mut MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        let (mut line, epoch) = {
            let state = self.state();
            (state.line.clone()?, state.standing.epoch)
        };
        match act(&mut line).await {
            Ok(found) => Some(found),
            Err(error) => {
                self.is_lost(epoch, &error);
                None
            }
        }
    }

    /// Redis does not answer as it should. Everybody goes on alone until it was seen to again.
    fn is_lost(&self, epoch: u64, error: &RedisError) {
        let mut state = self.state();
        if state.standing.epoch != epoch || state.line.is_none() {
            return;
        }
        state.line = None;
        state.went_or_came(false);
        state.tell_once(error);
        drop(state);
        self.lost.notify_one();
    }

    /// Looks whether Redis is as it is thought to be.
    async fn look_after(&self) {
        let known = self.state().line.is_some();
        if known {
            self.with(async |line| self.probe(line).await).await;
            return;
        }
        match self.connect().await {
            Ok(line) => {
                let mut state = self.state();
                state.line = Some(line);
                state.went_or_came(true);
                if std::mem::take(&mut state.told) {
                    tracing::info!("Redis is back");
                }
            }
            Err(error) => self.state().tell_once(&error),
        }
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIME))
            .set_response_timeout(Some(RESPONSE_TIME));
        let mut line = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        self.probe(&mut line).await?;
        // What this process did meanwhile was told to nobody: whatever is cached anywhere may be stale.
        let came: RedisResult<i64> = self.scripts.came.key(ALL).invoke_async(&mut line).await;
        came.map(|_| line)
    }

    async fn probe(&self, line: &mut MultiplexedConnection) -> RedisResult<i64> {
        self.scripts.probe.key(SINCE).invoke_async(line).await
    }
}

impl State {
    fn went_or_came(&mut self, is_up: bool) {
        self.standing = Standing {
            is_up,
            epoch: self.standing.epoch + 1,
            since: Instant::now(),
        };
    }

    fn tell_once(&mut self, error: &RedisError) {
        if !std::mem::replace(&mut self.told, true) {
            // Not its detail: a server's words may repeat what was sent.
            let reason = error.category();
            tracing::warn!(
                reason,
                "Redis cannot be used: limits are this process's own, nothing is cached while others run, and each keeps \
                 to its share of a store's requests; trying again every second"
            );
        }
    }
}

/// Looks after Redis as long as somebody holds it.
async fn look_after(inner: Weak<Inner>) {
    loop {
        let Some(held) = inner.upgrade() else { return };
        // A connection that was just lost is looked for at once, and after that every second.
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            () = held.lost.notified() => tokio::time::sleep(BEAT / 4).await,
        }
        held.look_after().await;
    }
}
