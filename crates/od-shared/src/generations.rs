//! What makes cached replies stale: a number for each thing that replies are about, which a change makes another one.
//!
//! A reply that is found by its number is current, because the number is asked for after the question came, and no number
//! ever comes back: it is made of the time, also for what has none, be it that nobody has asked about it or that Redis was
//! short of memory and threw the number out.

use std::sync::LazyLock;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, RedisResult, Script};
use tokio::sync::oneshot;

use crate::lookups::{Generation, Lookup};
use crate::{RESPONSE_TIME, Shared};

impl Shared {
    /// The generation of what is called `name`, as it is after this was called. None when Redis cannot be asked.
    pub async fn generation(&self, name: &str) -> Option<Generation> {
        if !self.standing().is_up {
            return None;
        }
        let (answer, told) = oneshot::channel();
        let lookup = Lookup { key: key(name), answer };
        self.lookups().send(lookup).ok()?;
        // The request has its own limit; who waits for the one before it waits for two.
        tokio::time::timeout(RESPONSE_TIME * 2, told).await.ok()?.ok()?
    }

    /// Makes everything kept about `names` out of reach, in every process. `life` is longer than any reply about them is
    /// kept. False when Redis cannot be asked; when it comes back everything is out of reach.
    pub async fn renew(&self, names: &[String], life: Duration) -> bool {
        if names.is_empty() {
            return true;
        }
        let mut call = RENEW.prepare_invoke();
        call.arg(u64::try_from(life.as_millis()).unwrap_or(LIFE));
        for name in names {
            call.key(key(name));
        }
        let renewed: Option<u64> = self.connection().with(async |line| call.invoke_async(line).await).await;
        renewed.is_some()
    }

    /// Makes everything that anybody keeps out of reach, and tells whoever listens that there may have been something. False as
    /// for [`renew`](Self::renew).
    pub async fn renew_all(&self) -> bool {
        self.connection().renew_all().await
    }
}

/// How long a number lives that a question made, in milliseconds. Replies that were kept under it cannot be found afterwards.
const LIFE: u64 = 3_600_000;

/// Gives every key a number that none has had. It lives `ARGV[1]` milliseconds, and how many were given is answered.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
for _, key in ipairs(KEYS) do
  local before = tonumber(redis.call('GET', key)) or 0
  redis.call('SET', key, string.format('%.0f', math.max(before + 1, now)), 'PX', ARGV[1])
end
return #KEYS
",
    )
});

/// The numbers of keys that had none a moment ago: one that none has had, which lives `ARGV[1]` milliseconds, unless
/// somebody was quicker.
static FIRST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local t = redis.call('TIME')
local now = string.format('%.0f', tonumber(t[1]) * 1000000 + tonumber(t[2]))
local numbers = {}
for i, key in ipairs(KEYS) do
  redis.call('SET', key, now, 'PX', ARGV[1], 'NX')
  numbers[i] = redis.call('GET', key)
end
return numbers
",
    )
});

/// The numbers of keys, which get one if they have none.
pub(crate) async fn numbers(line: &mut MultiplexedConnection, keys: &[&str]) -> RedisResult<Vec<u64>> {
    let mut command = redis::cmd("MGET");
    command.arg(keys);
    let mut numbers: Vec<Option<u64>> = command.query_async(line).await?;
    let absent = || keys.iter().zip(&numbers).filter(|(_, number)| number.is_none());
    if absent().next().is_some() {
        let mut call = FIRST.prepare_invoke();
        call.arg(LIFE);
        for (key, _) in absent() {
            call.key(*key);
        }
        let mut first = call.invoke_async::<Vec<u64>>(line).await?.into_iter();
        for number in numbers.iter_mut().filter(|number| number.is_none()) {
            *number = first.next();
        }
    }
    let all = numbers.into_iter().collect::<Option<_>>();
    all.ok_or_else(|| (ErrorKind::UnexpectedReturnType, "fewer numbers than keys").into())
}

fn key(name: &str) -> String {
    format!("odm:g:{name}")
}
