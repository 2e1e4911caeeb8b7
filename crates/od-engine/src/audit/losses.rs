//! How often it is told that entries were lost.

use std::time::{Duration, Instant};

/// A line of the log for each would fill the disk instead of the database.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Lost entries that were not told yet. Their number since the start is counted elsewhere.
#[derive(Debug, Default)]
pub(super) struct Losses {
    untold: u64,
    told: Option<Instant>,
}

impl Losses {
    /// Counts one. How many have to be told now, if it is time to.
    pub(super) fn add(&mut self, now: Instant) -> Option<u64> {
        self.untold += 1;
        let is_time = self
            .told
            .is_none_or(|told| now.saturating_duration_since(told) >= TOLD_EVERY);
        is_time.then(|| {
            self.told = Some(now);
            std::mem::take(&mut self.untold)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_told_together() {
        let (mut losses, start) = (Losses::default(), Instant::now());
        assert_eq!(losses.add(start), Some(1));
        for _ in 0..1000 {
            assert_eq!(losses.add(start), None);
        }
        assert_eq!(losses.add(start + TOLD_EVERY), Some(1001));
    }
}
