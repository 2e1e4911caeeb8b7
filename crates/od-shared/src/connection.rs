//! The one connection to Redis, and whether it can be relied on.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult, Script};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::trouble::Trouble;

/// The longest that anything here waits for an answer. After one that did not come Redis counts as away, but for that to a
/// reply it was to keep.
pub const RESPONSE_TIME: Duration = Duration::from_millis(500);
/// For the TCP and TLS handshake, and for name and password.
const CONNECT_TIME: Duration = Duration::from_secs(2);
/// How often Redis is looked after.
const BEAT: Duration = Duration::from_secs(1);
/// When Redis was first seen as it is: as empty as it was then. Milliseconds of its own clock.
pub(crate) const SINCE: &str = "odm:since";
/// Where processes tell each other what changed. Nothing at all means: there may have been something that nobody told.
pub(crate) const CHANNEL: &str = "odm:news";
/// What becomes another number when a process has been without Redis, or comes for the first time.
pub(crate) const ALL: &str = "odm:g:all";

/// Writes and reads, so that a Redis that answers and takes no writes counts as away too.
static PROBE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', now), 'NX')
redis.call('PEXPIRE', KEYS[1], 604800000)
return 1
",
    )
});

/// Puts everything that is cached anywhere out of reach: its number becomes one that never was. And tells everybody who listens
/// that there may have been something.
static CAME: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local t = redis.call('TIME')
redis.call('SET', KEYS[1], string.format('%.0f', tonumber(t[1]) * 1000000 + tonumber(t[2])), 'PX', 604800000)
redis.call('PUBLISH', ARGV[1], '')
return 1
",
    )
});

/// The connection, which is made anew as long as somebody holds this.
pub(crate) struct Connection {
    client: Client,
    state: Mutex<State>,
    lost: Notify,
}

struct State {
    line: Option<MultiplexedConnection>,
    standing: Standing,
    /// When something large was last not taken in time, and nothing large in time since.
    late: Option<Instant>,
    /// What was told to the log of why it cannot be used, until it can.
    told: Option<Trouble>,
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

impl Connection {
    /// Tries the address once, and again every second from now on.
    pub(crate) async fn open(client: Client, stop: CancellationToken) -> Arc<Self> {
        let standing = Standing {
            is_up: false,
            epoch: 0,
            since: Instant::now(),
        };
        let this = Arc::new(Self {
            client,
            state: Mutex::new(State {
                line: None,
                standing,
                late: None,
                told: None,
            }),
            lost: Notify::new(),
        });
        this.look_after().await;
        tokio::spawn(stop.run_until_cancelled_owned(look_after(Arc::downgrade(&this))));
        this
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn standing(&self) -> Standing {
        self.state().standing
    }

    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.state().told.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The same with something large, which may take its time: that one was late says nothing yet. A later one that is late as
    /// well does.
    pub(crate) async fn with_large(&self, act: impl AsyncFnOnce(&mut MultiplexedConnection) -> RedisResult<()>) {
        let (mut line, epoch) = {
            let state = self.state();
            let Some(line) = state.line.clone() else { return };
            (line, state.standing.epoch)
        };
        match act(&mut line).await {
            Ok(()) => self.state().late = None,
            Err(error) if error.is_timeout() && self.state().is_first_late() => {
                tracing::debug!("Redis was late to take a reply");
            }
            Err(error) => self.is_lost(epoch, &error),
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
        state.tell_once(Trouble::of(error, &self.client));
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
                if state.told.take().is_some() {
                    tracing::info!("Redis is back");
                }
            }
            Err(error) => self.state().tell_once(Trouble::of(&error, &self.client)),
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
        // What this process did meanwhile was told to nobody: whatever is cached anywhere may be stale, and whoever listens has
        // missed it.
        came(&mut line).await.map(|_| line)
    }

    /// Puts everything that anybody keeps out of reach, and tells whoever listens that there may have been something. False when
    /// Redis cannot be asked: when it comes back it is so.
    pub(crate) async fn renew_all(&self) -> bool {
        self.with(async |line| came(line).await).await.is_some()
    }

    async fn probe(&self, line: &mut MultiplexedConnection) -> RedisResult<i64> {
        PROBE.key(SINCE).invoke_async(line).await
    }
}

async fn came(line: &mut MultiplexedConnection) -> RedisResult<i64> {
    CAME.key(ALL).arg(CHANNEL).invoke_async(line).await
}

impl State {
    /// Whether what was not taken in time is the first of its kind, or was on its way together with that one.
    fn is_first_late(&mut self) -> bool {
        let late = *self.late.get_or_insert_with(Instant::now);
        late.elapsed() < RESPONSE_TIME / 2
    }

    fn went_or_came(&mut self, is_up: bool) {
        self.late = None;
        self.standing = Standing {
            is_up,
            epoch: self.standing.epoch + 1,
            since: Instant::now(),
        };
    }

    fn tell_once(&mut self, trouble: Trouble) {
        let reason = trouble.words.clone();
        if self.told.replace(trouble).is_none() {
            tracing::warn!(
                reason,
                "Redis cannot be used: limits are this process's own, nothing is cached while others run, and each keeps \
                 to its share of a store's requests; trying again every second"
            );
        }
    }
}

/// Looks after Redis as long as somebody holds it.
async fn look_after(connection: Weak<Connection>) {
    loop {
        let Some(held) = connection.upgrade() else { return };
        // A connection that was just lost is looked for at once, and after that every second.
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            () = held.lost.notified() => tokio::time::sleep(BEAT / 4).await,
        }
        held.look_after().await;
    }
}
