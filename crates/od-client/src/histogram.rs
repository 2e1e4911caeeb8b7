//! How values are distributed, counted as they come: one atomic addition to a bucket and one to the sum.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds for durations, in nanoseconds: an answer from memory takes microseconds, a change that waits for its turn up
/// to a minute.
const DURATIONS: &[u64] = &[
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
];
/// Nanoseconds in the unit that durations are told in.
const PER_SECOND: f64 = 1e9;

/// Values counted in buckets. Cheap enough for the path of every call, and never larger than it is made.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// What counts as one in the unit that is told.
    one: f64,
    /// One more than there are bounds: the last is for what is above all of them.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Upper bounds with the number of values up to each, in their order.
    pub buckets: Vec<(f64, u64)>,
    /// All values together.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
}

impl Histogram {
    /// Of durations, told in seconds.
    pub fn of_durations() -> Self {
        Self::new(DURATIONS, PER_SECOND)
    }

    /// Of small numbers, with these upper bounds.
    pub fn of_numbers(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1.0)
    }

    fn new(bounds: &'static [u64], one: f64) -> Self {
        Self {
            bounds,
            one,
            buckets: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Counts a duration.
    pub fn observe(&self, duration: Duration) {
        self.count(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Counts a value.
    pub fn count(&self, value: u64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        self.buckets[place].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// What was counted until now.
    pub fn read(&self) -> Distribution {
        let mut count = 0;
        let mut so_far = |bucket: &AtomicU64| {
            count += bucket.load(Ordering::Relaxed);
            count
        };
        let buckets = self.bounds.iter().zip(&self.buckets);
        let buckets = buckets
            .map(|(bound, bucket)| (self.told(*bound), so_far(bucket)))
            .collect();
        let count = self.buckets.last().map_or(0, &mut so_far);
        Distribution {
            buckets,
            sum: self.told(self.sum.load(Ordering::Relaxed)),
            count,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "for charts, which show no sixteen digits")]
    fn told(&self, value: u64) -> f64 {
        value as f64 / self.one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_the_first_bucket_that_holds_them() {
        let histogram = Histogram::of_numbers(&[1, 2, 5]);
        for value in [1, 2, 3, 5, 6, 100] {
            histogram.count(value);
        }
        let Distribution { buckets, sum, count } = histogram.read();
        assert_eq!(buckets, [(1.0, 1), (2.0, 2), (5.0, 4)]);
        assert_eq!((sum, count), (117.0, 6));
    }

    #[test]
    fn durations_are_told_in_seconds() {
        let histogram = Histogram::of_durations();
        histogram.observe(Duration::from_micros(30));
        histogram.observe(Duration::from_mins(2));
        let Distribution { buckets, sum, count } = histogram.read();
        assert_eq!(buckets[0], (0.000_025, 0));
        assert_eq!(buckets[1], (0.000_05, 1));
        assert_eq!(buckets.last(), Some(&(60.0, 1)));
        assert_eq!((sum, count), (120.000_03, 2));
    }
}
