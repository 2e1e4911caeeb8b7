//! The request budget of a store that several processes spend: one bucket, kept by a script.
//!
//! The law is that of one process alone: tokens here, tokens held by permits and requests in flight together never exceed
//! the capacity, so that a burst that was delayed on its way and one from the refilled bucket cannot arrive together. What
//! each process holds or has in flight is kept beside the bucket and falls with the process when that shows no life for
//! [`LIFE`].
//!
//! A bucket that is not there is full only when Redis has been there for as long as it takes to fill one: a Redis that
//! lost its data knows nothing of what was spent.
//!
//! Processes whose calls wait are served in the order in which they began to: otherwise one with many small calls would
//! take every token before another has the four that a change needs.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use crate::Shared;
use crate::connection::SINCE;

/// After so long without a sign of life nobody counts what a process holds, or waits for it.
pub const LIFE: Duration = Duration::from_millis(3500);

/// What a store's bucket is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Tokens that are ever used at once.
    pub capacity: f64,
    /// Tokens a second.
    pub refill: f64,
}

/// What a process asks of a bucket, and what it has to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ask {
    /// Tokens wanted together; 0 only tells.
    pub take: u32,
    /// Tokens that were taken and not needed.
    pub returned: u32,
    /// Tokens that this process holds or has in flight, without those that it asks for.
    pub out: u32,
    /// What must have been spent by now, us and others together, for Order Desk to have answered as few tokens as it did:
    /// the [`Told::mark`] of the request's tokens, and the part of Order Desk's bucket that is left to others, less what its
    /// reply said was left.
    pub spent: Option<f64>,
    /// Order Desk refused: there will be one token after so long.
    pub park: Option<Duration>,
    /// This process spent without the bucket meanwhile, so nobody knows what is left.
    pub begin_empty: bool,
    /// Somebody goes on waiting when the tokens are not there.
    pub waits: bool,
}

/// What a bucket answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Whether the tokens were taken.
    pub taken: bool,
    /// What is left, below zero when tokens are owed.
    pub tokens: f64,
    /// Tokens and everything ever spent, together.
    pub mark: f64,
    /// When to ask again, if they were not taken.
    pub wait: Duration,
}

static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local key, since_key = KEYS[1], KEYS[2]
local capacity, refill, me = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local take, returned, out = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local must_be_spent, park = tonumber(ARGV[7]), tonumber(ARGV[8])
local begin_empty, waits, life = ARGV[9] == '1', ARGV[10] == '1', tonumber(ARGV[11])
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000

local kept, flat = {}, redis.call('HGETALL', key)
for i = 1, #flat, 2 do kept[flat[i]] = flat[i + 1] end

-- Who is out with how many, and who waits; the dead are forgotten.
local outs, first, first_id, first_need = 0, nil, nil, 0
for field, value in pairs(kept) do
  local id = string.match(field, '^o:(.+)$')
  if id then
    local count, seen, arrived, need = string.match(value, '^(%S+) (%S+) (%S+) (%S+)$')
    if now - tonumber(seen) > life and id ~= me then
      redis.call('HDEL', key, field)
    else
      outs = outs + tonumber(count)
      if id ~= me and tonumber(arrived) > 0 and (first == nil or tonumber(arrived) < first) then
        first, first_id, first_need = tonumber(arrived), id, tonumber(need)
      end
    end
  end
end
local arrived, need = 0, take
if kept['o:' .. me] then
  local since, wanted = string.match(kept['o:' .. me], '^%S+ %S+ (%S+) (%S+)$')
  arrived = tonumber(since)
  if take == 0 then need = tonumber(wanted) end
end

local tokens, spent, at = tonumber(kept['tokens']), tonumber(kept['spent']) or 0, tonumber(kept['at'])
if tokens == nil then
  local since = tonumber(redis.call('GET', since_key)) or now * 1000
  tokens = math.min(capacity, math.max(0, now - since / 1000) * refill)
else
  local filled = tokens + math.max(0, now - at) * refill
  tokens = math.min(filled, math.max(capacity - outs, tokens))
end
if begin_empty then tokens = math.min(tokens, 0) end

tokens, spent = tokens + returned, spent - returned
local function lose(lost)
  if lost > 0 then tokens, spent = tokens - lost, spent + lost end
end
-- Of a bucket that was forgotten meanwhile the mark tells nothing; of one that is there no more than a bucket can be missing.
if must_be_spent and kept['tokens'] then lose(math.min(must_be_spent - spent, capacity)) end
if park then lose(tokens - (1 - math.max(park, 1 / refill) * refill)) end

local taken, wait = 0, 0
if take > 0 then
  local ahead = 0
  if first ~= nil and (arrived == 0 or first < arrived) then ahead = first_need end
  if ahead == 0 and tokens + 1e-6 >= take then
    tokens, spent, out, taken, arrived = tokens - take, spent + take, out + take, 1, 0
  else
    -- Who is behind another waits for that one to ask, however much there is.
    local least = ahead > 0 and 0.05 or 0.002
    wait = math.max(least, (take + ahead - tokens) / refill)
    if arrived == 0 then arrived = now end
  end
end
if not waits then arrived = 0 end

redis.call('HSET', key, 'tokens', string.format('%.9f', tokens), 'spent', string.format('%.9f', spent),
  'at', string.format('%.6f', now))
if out > 0 or arrived > 0 then
  redis.call('HSET', key, 'o:' .. me, string.format('%d %.6f %.6f %d', out, now, arrived, need))
else
  redis.call('HDEL', key, 'o:' .. me)
end
redis.call('PEXPIRE', key, math.ceil((capacity - math.min(tokens, capacity)) / refill * 1000) + 60000)
return {taken, string.format('%.9f', tokens), string.format('%.9f', tokens + spent), math.ceil(wait * 1000)}
",
    )
});

impl Shared {
    /// Tells a store's bucket what happened and asks it for tokens, as the process `me`. None when Redis cannot be asked.
    pub async fn ask(&self, name: &str, me: &str, bucket: Bucket, ask: Ask) -> Option<Told> {
        let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        let mut call = SCRIPT.key(format!("odm:b:{name}"));
        call.key(SINCE)
            .arg(bucket.capacity)
            .arg(bucket.refill)
            .arg(me)
            .arg(ask.take)
            .arg(ask.returned)
            .arg(ask.out)
            .arg(number(ask.spent))
            .arg(number(ask.park.map(|pause| pause.as_secs_f64())))
            .arg(u8::from(ask.begin_empty))
            .arg(u8::from(ask.waits))
            .arg(LIFE.as_secs_f64());
        let answer: (u8, String, String, u64) = self
            .connection()
            .with(async |line| call.invoke_async(line).await)
            .await?;
        let (taken, tokens, mark, wait) = answer;
        Some(Told {
            taken: taken == 1,
            tokens: tokens.parse().ok()?,
            mark: mark.parse().ok()?,
            wait: Duration::from_millis(wait),
        })
    }
}
