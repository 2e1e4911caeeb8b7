//! Limits that all processes keep together: token buckets, spent by a script so that no two spend the same token.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use crate::Shared;

/// A bucket that a call is paid from.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Whose it is.
    pub name: String,
    /// Tokens that come back per minute, at least 1.
    pub per_minute: u32,
    /// Tokens of a full bucket, at least 1.
    pub burst: u32,
}

/// What spending came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Done, or the time until the same call would fit; nothing is spent then.
    pub outcome: Result<(), Duration>,
    /// What is left in the first bucket.
    pub left: f64,
}

/// Spends `ARGV[1]` tokens of every bucket, or of none. Milliseconds until that is possible, 0 when it was done, and what is
/// left in the first. A cost above the burst is charged as the burst.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local cost = tonumber(ARGV[1])
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000
local wait, left, levels = 0, 0, {}
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i]) / 60000, tonumber(ARGV[2 * i + 1])
  local kept = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
  tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
  if i == 1 then left = tokens end
  local price = math.min(cost, burst)
  if tokens + 1e-6 < price then wait = math.max(wait, (price - tokens) / rate) end
  levels[i] = math.max(0, tokens - price)
end
if wait > 0 then return {math.ceil(wait), string.format('%.6f', left)} end
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i]) / 60000, tonumber(ARGV[2 * i + 1])
  redis.call('HSET', key, 'tokens', string.format('%.9f', levels[i]), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', key, math.ceil((burst - levels[i]) / rate) + 1000)
end
return {0, string.format('%.6f', levels[1] or 0)}
",
    )
});

impl Shared {
    /// Spends `cost` tokens of all of these buckets together. None when Redis cannot be asked.
    pub async fn spend(&self, limits: &[Limit], cost: u32) -> Option<Spent> {
        let mut call = SCRIPT.prepare_invoke();
        call.arg(cost);
        for limit in limits {
            call.key(format!("odm:l:{}", limit.name));
            call.arg(limit.per_minute.max(1)).arg(limit.burst.max(1));
        }
        let answer: (u64, String) = self
            .connection()
            .with(async |line| call.invoke_async(line).await)
            .await?;
        let (wait, left) = answer;
        let outcome = if wait == 0 {
            Ok(())
        } else {
            Err(Duration::from_millis(wait))
        };
        let left = left.parse().ok()?;
        Some(Spent { outcome, left })
    }
}
