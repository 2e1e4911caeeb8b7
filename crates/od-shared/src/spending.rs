//! Calls that want tokens of the same buckets at once are one request: who comes while it is under way is in the next.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use redis::Script;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::connection::Connection;

/// A bucket that a call is paid from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// As many calls are paid for together.
const TOGETHER: usize = 256;

/// Spends what each call costs of every bucket, or of none, one call after the other: `ARGV[1]` calls with the costs that follow,
/// then each bucket's tokens a minute and its burst. For each call milliseconds until it is possible, 0 when it was done, and
/// what is left in the first bucket. A cost above the burst is charged as the burst.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local calls = tonumber(ARGV[1])
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000
local rates, bursts, levels = {}, {}, {}
for i, key in ipairs(KEYS) do
  rates[i], bursts[i] = tonumber(ARGV[calls + 2 * i]) / 60000, tonumber(ARGV[calls + 2 * i + 1])
  local kept = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(kept[1]) or bursts[i], tonumber(kept[2]) or now
  levels[i] = math.min(bursts[i], tokens + math.max(0, now - at) * rates[i])
end
local answers, spent = {}, false
for call = 1, calls do
  local cost, wait = tonumber(ARGV[call + 1]), 0
  for i = 1, #KEYS do
    local price = math.min(cost, bursts[i])
    if levels[i] + 1e-6 < price then wait = math.max(wait, (price - levels[i]) / rates[i]) end
  end
  if wait == 0 then
    spent = true
    for i = 1, #KEYS do levels[i] = math.max(0, levels[i] - math.min(cost, bursts[i])) end
  end
  answers[call] = {math.ceil(wait), string.format('%.6f', levels[1] or 0)}
end
if spent then
  for i, key in ipairs(KEYS) do
    redis.call('HSET', key, 'tokens', string.format('%.9f', levels[i]), 'at', string.format('%.3f', now))
    redis.call('PEXPIRE', key, math.ceil((bursts[i] - levels[i]) / rates[i]) + 1000)
  end
end
return answers
",
    )
});

/// A call that waits until it is paid for.
pub(crate) struct Spending {
    pub(crate) limits: Vec<Limit>,
    pub(crate) cost: u32,
    pub(crate) answer: oneshot::Sender<Option<Spent>>,
}

/// The way to have calls paid for until `stop`.
pub(crate) fn begin(connection: &Arc<Connection>, stop: CancellationToken) -> mpsc::UnboundedSender<Spending> {
    let (spendings, asked) = mpsc::unbounded_channel();
    tokio::spawn(stop.run_until_cancelled_owned(answer(Arc::downgrade(connection), asked)));
    spendings
}

/// Pays for calls as long as somebody may ask. Those of different buckets do not wait for each other.
async fn answer(connection: Weak<Connection>, mut asked: mpsc::UnboundedReceiver<Spending>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while asked.recv_many(&mut together, TOGETHER).await > 0 {
        let Some(held) = connection.upgrade() else { return };
        let mut of_buckets: HashMap<Vec<Limit>, Vec<(u32, oneshot::Sender<_>)>> = HashMap::new();
        for Spending { limits, cost, answer } in together.drain(..) {
            // Who does not wait any more is not charged.
            if !answer.is_closed() {
                of_buckets.entry(limits).or_default().push((cost, answer));
            }
        }
        join_all(of_buckets.into_iter().map(async |(limits, calls)| {
            let costs: Vec<u32> = calls.iter().map(|(cost, _)| *cost).collect();
            let mut spent = spend(&held, &limits, &costs).await.into_iter().flatten();
            for (_, answer) in calls {
                if answer.send(spent.next()).is_err() {
                    tracing::trace!("nobody waits any more for the tokens that were spent");
                }
            }
        }))
        .await;
    }
}

async fn spend(connection: &Connection, limits: &[Limit], costs: &[u32]) -> Option<Vec<Spent>> {
    let mut call = SCRIPT.prepare_invoke();
    call.arg(costs.len()).arg(costs);
    for limit in limits {
        call.key(format!("odm:l:{}", limit.name));
        call.arg(limit.per_minute.max(1)).arg(limit.burst.max(1));
    }
    let answers: Vec<(u64, String)> = connection.with(async |line| call.invoke_async(line).await).await?;
    let told = |(wait, left): (u64, String)| {
        let outcome = match wait {
            0 => Ok(()),
            wait => Err(Duration::from_millis(wait)),
        };
        let left = left.parse().ok()?;
        Some(Spent { outcome, left })
    };
    answers.into_iter().map(told).collect()
}
