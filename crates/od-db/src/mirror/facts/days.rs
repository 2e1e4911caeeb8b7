//! Days of the store's zone, which is known by how many seconds it is ahead of UTC, and since when.

pub(super) const DAY: i64 = 86_400;

/// The day on which a second lies, where the zone is ahead by that of the last of these offsets that begins before it.
pub(super) fn day_of(offsets: &[(i64, i64)], second: i64) -> i64 {
    let after = offsets.partition_point(|(since, _)| *since <= second);
    let ahead = after.checked_sub(1).and_then(|at| offsets.get(at));
    (second + ahead.map_or(0, |(_, seconds)| *seconds)).div_euclid(DAY)
}

/// The first second of a day in that zone: the first one that is so called, or as its clocks are put forward over it.
pub(super) fn start_of(offsets: &[(i64, i64)], day: i64) -> i64 {
    let utc = day.saturating_mul(DAY);
    let ends = offsets.iter().skip(1).map(|(since, _)| *since).chain([i64::MAX]);
    let spans = offsets.iter().zip(ends);
    let mut starts = spans.filter_map(|((since, ahead), end)| {
        let second = utc.saturating_sub(*ahead);
        (second < end).then_some(second.max(*since))
    });
    starts.next().unwrap_or(utc)
}
