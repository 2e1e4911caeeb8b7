//! What a page of a fill brings.

use od_client::OrderPage;
use od_db::MirrorRow;

use super::super::super::chunk::Change;
use super::super::work::kept;

pub(super) struct Read {
    pub change: Change,
    /// The copy once it is stored.
    pub after: MirrorRow,
    /// Whether it is the last one.
    pub is_end: bool,
    /// Whether the number of orders that is known now came with a page without an upper date.
    pub is_open: bool,
}

impl Read {
    /// A page that was asked for behind those of a copy, without an upper date or with one, as the number before it came.
    pub(super) fn of(copy: &MirrorRow, page: OrderPage, (was_open, is_open): (bool, bool)) -> Self {
        let returned = i64::try_from(page.returned).unwrap_or(i64::MAX);
        let total = page.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX));
        let change = Change {
            orders: kept(page.orders),
            gone: Vec::new(),
        };
        let is_end = is_open
            && match total {
                Some(total) => copy.reached + returned >= total || returned == 0,
                None => page.returned < page.limit,
            };
        let ends = copy.ends.div_euclid(1000);
        let ahead = change
            .orders
            .iter()
            .filter(|order| is_end && order.added >= ends)
            .count();
        let dated_before = total.map(|total| total - i64::try_from(ahead).unwrap_or(i64::MAX));
        let alike = if was_open && is_open { total } else { dated_before };
        let removed = alike
            .filter(|_| copy.reached > 0)
            .map_or(0, |alike| (copy.expected - alike).max(0));
        // Orders that were deleted since the last page have moved others to before this one.
        let reached = if removed > 0 {
            (copy.reached - removed).max(0)
        } else {
            copy.reached + returned
        };
        let known = if removed > 0 { dated_before } else { total };
        Self {
            change,
            after: MirrorRow {
                reached,
                expected: known.unwrap_or(reached),
                ..copy.clone()
            },
            is_end: is_end && removed == 0,
            is_open: is_open && removed == 0,
        }
    }
}
