//! Numbers that never come back: what has none gets one, made of the time.

use std::sync::LazyLock;

use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, RedisResult, Script};

/// How long a number lives that a question made, in milliseconds. Replies that were kept under it cannot be found afterwards.
pub(crate) const LIFE: u64 = 3_600_000;

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
