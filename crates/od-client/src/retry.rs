//! Whether a failed attempt is repeated. A function of values: no clock, no randomness, no sockets.
//!
//! | outcome | reads | writes |
//! |---|---|---|
//! | 429 | wait and repeat, within `max_wait`; nothing was executed | the same |
//! | network error or timeout before a byte was sent | repeat, up to `max_retries` | the same |
//! | network error or timeout afterwards, 5xx | repeat, up to `max_retries` | never: it may have been executed |
//! | anything else | never | never |

use std::time::Duration;

use crate::error::Error;
use crate::request::Method;

/// No single pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The limits of repeating.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// Repetitions after network errors and 5xx.
    pub(crate) max_retries: u32,
    /// The first pause; doubles with each repetition.
    pub(crate) backoff: Duration,
    /// All waiting of one call for tokens and refusals.
    pub(crate) max_wait: Duration,
}

/// What has happened to one call so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) method: Method,
    /// Counted repetitions already made.
    pub(crate) retries: u32,
    /// Time already spent waiting for tokens and refusals.
    pub(crate) waited: Duration,
    /// 0 to 1, drawn by the caller: spreads the pauses of many callers.
    pub(crate) jitter: f64,
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Report the error.
    GiveUp,
    /// A refusal: queue for a token again. The budget already knows how long that takes.
    Queue,
    /// Pause, then repeat; counts.
    Repeat(Duration),
}

/// Decides about the attempt that ended in `error`.
pub(crate) fn decide(policy: &Policy, attempt: &Attempt, error: &Error) -> Decision {
    match error {
        Error::RateLimited { retry_after } if attempt.waited + *retry_after <= policy.max_wait => Decision::Queue,
        Error::Network { sent, .. } | Error::Timeout { sent } if !sent || attempt.method.is_read() => {
            repeat(policy, attempt)
        }
        Error::Server { .. } if attempt.method.is_read() => repeat(policy, attempt),
        _ => Decision::GiveUp,
    }
}

fn repeat(policy: &Policy, attempt: &Attempt) -> Decision {
    if attempt.retries >= policy.max_retries {
        return Decision::GiveUp;
    }
    let doubled = policy.backoff.saturating_mul(2_u32.saturating_pow(attempt.retries));
    // Between half and the whole: never at once, never all together.
    Decision::Repeat(
        doubled
            .min(LONGEST_PAUSE)
            .mul_f64(0.5 + attempt.jitter.clamp(0.0, 1.0) / 2.0),
    )
}

#[cfg(test)]
mod tests;
