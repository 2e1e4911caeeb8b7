//! Time as the simulator sees it: a chosen start, moving on with the real monotonic clock.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Wall time begins at a given instant, so that a run can be reproduced to the second.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    start: Timestamp,
    started: Instant,
}

impl Clock {
    pub(crate) fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            started: Instant::now(),
        }
    }

    /// Time since the start; never goes back.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.elapsed()).unwrap_or(SignedDuration::MAX);
        self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }
}

/// `YYYY-MM-DD HH:MM:SS` in UTC, without a zone: the API's only date format in replies.
pub(crate) fn date_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Reads a caller's date (`YYYY-MM-DD HH:MM:SS`, a plain date, or the ISO `T` form) as time in `zone` and gives it in
/// the format of replies, so that it compares with stored dates as text. A plain date is midnight at its start.
pub(crate) fn bound(text: &str, zone: &TimeZone) -> Option<String> {
    let text = text.trim();
    let at = match text.parse::<DateTime>() {
        Ok(local) => zone.to_timestamp(local).ok()?,
        Err(_) => text.parse::<Timestamp>().ok()?,
    };
    Some(date_time(at))
}
