//! When an order's first shipment was sent.
//!
//! A shipment has the moment at which it was recorded, and may bear the day on which it went, which somebody who enters it later
//! knows better. Of that day no hour is known: the moment of it counts that is nearest to the recording.

use super::days::{DAY, day_of, start_of};

/// No moment: one that no order has.
const NONE: i64 = i64::MIN;

/// What a shipment says of when it was sent: seconds since the epoch, each of which may be missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipment {
    pub(super) recorded: i64,
    /// The first second of a day in UTC stands for the day, whatever the zone; any other second for itself.
    pub(super) shipped: i64,
}

/// How an order's first shipment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mirror) enum Sent {
    /// There is none.
    Not,
    /// None says when.
    SomeTime,
    /// At a second since the epoch.
    At(i64, By),
}

/// What the moment was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mirror) enum By {
    /// The recording, which the day of sending does not contradict.
    Recorded,
    /// The day of sending, which is another than that of the recording.
    Shipped,
    /// The recording, as the day of sending lies before the order.
    Impossible,
}

impl Shipment {
    pub(super) fn of((recorded, shipped): (Option<i64>, Option<i64>)) -> Self {
        Self {
            recorded: recorded.unwrap_or(NONE),
            shipped: shipped.unwrap_or(NONE),
        }
    }

    fn sent(self, added: i64, offsets: &[(i64, i64)]) -> Option<(i64, By)> {
        let recorded = Some(self.recorded).filter(|second| *second != NONE);
        let by_recording = |by| recorded.map(|second| (second, by));
        if self.shipped == NONE || Some(self.shipped) == recorded {
            return by_recording(By::Recorded);
        }
        let mut second = self.shipped;
        if second.rem_euclid(DAY) == 0 {
            let day = second.div_euclid(DAY);
            // Whose clock Order Desk takes for a day that nobody gave is not documented.
            let is_same = |second: i64| day == second.div_euclid(DAY) || day == day_of(offsets, second);
            if recorded.is_some_and(is_same) {
                return by_recording(By::Recorded);
            }
            let (begins, ends) = (start_of(offsets, day), start_of(offsets, day + 1));
            second = recorded.map_or(ends, |recorded| recorded.min(ends).max(begins));
        }
        if second > added {
            Some((second, By::Shipped))
        } else {
            by_recording(By::Impossible)
        }
    }
}

impl Sent {
    /// Of the shipments of an order that was added at this second.
    pub(super) fn first(shipments: &[Shipment], added: i64, offsets: &[(i64, i64)]) -> Self {
        if shipments.is_empty() {
            return Self::Not;
        }
        let sent = shipments.iter().filter_map(|shipment| shipment.sent(added, offsets));
        sent.min().map_or(Self::SomeTime, |(second, by)| Self::At(second, by))
    }
}
