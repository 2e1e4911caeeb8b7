//! Reading all orders of a window once, oldest first.

use std::time::{Duration, Instant};

use od_client::OrderQuery;
use od_db::MirrorRow;

use super::super::GOES_ON;
use super::super::chunk::Change;
use super::super::days::sent;
use super::work::{Half, PAGE, Work, kept};
use crate::error::Error;

impl Work<'_> {
    /// Reads pages until all are read or the time is up. A page that was stored is not asked for again.
    ///
    /// Between the first page and the last one there is an upper date: what comes in meanwhile must not make up for what goes in
    /// the number that Order Desk tells. The last page has none: so it has what is dated ahead, and its number is that of all.
    pub(super) async fn fill(&mut self) -> Result<Option<Half>, Error> {
        let began = Instant::now();
        let mut pages = 0_u32;
        // Whether the number of orders that is known came with a page without an upper date.
        let mut was_open = false;
        loop {
            if self.is_late() {
                return Ok(Some(self.rest(began, pages)));
            }
            let ends = self.row.ends.div_euclid(1000);
            let left = self.row.expected - self.row.reached;
            let is_open = self.row.reached == 0 || left <= i64::from(self.opened.pages.get());
            let query = OrderQuery {
                search_end_date: (!is_open).then(|| sent(ends)),
                order_by: Some("date_added".to_owned()),
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(self.row.reached.unsigned_abs()),
                ..OrderQuery::default()
            };
            let Some(page) = self.page(self.begins(), query).await? else {
                return Ok(Some(self.rest(began, pages)));
            };
            pages += 1;
            let returned = i64::try_from(page.returned).unwrap_or(i64::MAX);
            let total = page.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX));
            let change = Change {
                orders: kept(page.orders),
                gone: Vec::new(),
            };
            let is_end = is_open
                && match total {
                    Some(total) => self.row.reached + returned >= total || returned == 0,
                    None => page.returned < page.limit,
                };
            let ahead = change
                .orders
                .iter()
                .filter(|order| is_end && order.added >= ends)
                .count();
            let dated_before = total.map(|total| total - i64::try_from(ahead).unwrap_or(i64::MAX));
            let alike = if was_open && is_open { total } else { dated_before };
            let removed = alike
                .filter(|_| self.row.reached > 0)
                .map_or(0, |alike| (self.row.expected - alike).max(0));
            was_open = is_open && removed == 0;
            self.read.extend(change.orders.iter().map(|order| order.id));
            // Orders that were deleted since the last page have moved others to before this one.
            let reached = if removed > 0 {
                (self.row.reached - removed).max(0)
            } else {
                self.row.reached + returned
            };
            let mut after = MirrorRow {
                reached,
                expected: total.unwrap_or(reached),
                ..self.row.clone()
            };
            if is_end && removed == 0 {
                let now = self.engine.inner.clock.now_millis();
                after.filled_at = Some(now);
                self.advance(after, &change).await?;
                self.tell();
                let whole = super::audit::everything(i64::MIN, None);
                let ours = self.tables.count(whole).await?;
                if i64::try_from(ours).unwrap_or(i64::MAX) == self.row.expected {
                    let after = MirrorRow {
                        audited_at: now,
                        ..self.row.clone()
                    };
                    self.advance(after, &Change::default()).await?;
                }
                return Ok(None);
            }
            if removed > 0 {
                after.expected = dated_before.unwrap_or(reached);
            }
            self.advance(after, &change).await?;
            self.tell();
        }
    }

    /// Tells whoever waits how far it is.
    fn tell(&self) {
        if let Some(progress) = self.scope.progress() {
            let count = |orders: i64| orders.max(0).unsigned_abs();
            let (done, total) = (count(self.row.reached), count(self.row.expected));
            progress.tell(&self.store.name.store_name, done, total);
        }
    }

    /// How far it is, and how long the rest takes at the pace so far.
    fn rest(&self, began: Instant, pages: u32) -> Half {
        let each = (pages > 0).then(|| began.elapsed().as_secs_f64() / f64::from(pages));
        Half {
            reason: format!(
                "the copy is being made: {} of {} orders are read; {GOES_ON}",
                self.row.reached, self.row.expected
            ),
            seconds: Some(rest_of(&self.row, each)),
        }
    }
}

/// Seconds that the rest of a copy takes when a page takes so many.
pub(super) fn rest_of(row: &MirrorRow, each: Option<f64>) -> u64 {
    /// Order Desk gives three tokens a second.
    const PACE: f64 = 1.0 / 3.0;
    let left = (row.expected - row.reached).max(0).unsigned_abs();
    let requests = if row.expected == 0 { 1 } else { left.div_ceil(PAGE) };
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    let seconds = (f64::from(requests) * each.unwrap_or(PACE)).max(1.0);
    Duration::try_from_secs_f64(seconds).map_or(u64::MAX, |seconds| seconds.as_secs())
}
