//! What makes cached replies stale: a number for each thing that replies are about, which a change makes another one.
//!
//! A reply that is found by its number is current, because the number is asked for after the question came, and no number
//! ever comes back: it is made of the time, also for what has none, be it that nobody has asked about it or that Redis was
//! short of memory and threw the number out.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;
use tokio::sync::oneshot;

use crate::lookups::{Generation, Lookup};
use crate::numbers::LIFE;
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

fn key(name: &str) -> String {
    format!("odm:g:{name}")
}
