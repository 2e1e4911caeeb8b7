//! Time as an argument: the engine asks a [`Clock`], so that tests decide what "now" is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// Where "now" comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `at` until [`Clock::set`] moves it.
    pub fn manual(at: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Moves a manual clock; the machine's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Source::Manual(millis) = &self.0 {
            millis.store(at.as_millisecond(), Ordering::Relaxed);
        }
    }

    /// The present moment, UTC.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(millis) => {
                Timestamp::from_millisecond(millis.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// The present moment in milliseconds since the epoch, as the database stores it.
    pub fn now_millis(&self) -> i64 {
        self.now().as_millisecond()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

/// Milliseconds since 1970 as RFC 3339; as they are where no calendar goes so far.
pub(crate) fn timestamp(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}

/// The same with all three digits of the milliseconds, for lists: as text they stand in the order of time then.
pub(crate) fn even_timestamp(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| format!("{at:.3}"))
}

/// A time as the database stores it, in milliseconds.
pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_times_stand_in_the_order_of_time_as_text() {
        let (early, late) = (even_timestamp(1_796_067_301_780), even_timestamp(1_796_067_301_785));
        assert_eq!(early, "2026-11-30T19:35:01.780Z");
        assert!(early < late && timestamp(1_796_067_301_780) > timestamp(1_796_067_301_785));
        assert_eq!(even_timestamp(0), "1970-01-01T00:00:00.000Z");
    }
}
