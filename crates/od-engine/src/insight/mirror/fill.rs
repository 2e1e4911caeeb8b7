//! Reading all orders of a window once, oldest first.

use std::time::{Duration, Instant};

use od_client::OrderQuery;
use od_db::MirrorRow;

use super::super::GOES_ON;
use super::super::chunk::Change;
use super::super::days::sent;
use super::work::{Half, PAGE, Work};
use crate::error::Error;

mod page;

use page::Read;

/// How fast it goes.
struct Pace {
    began: Instant,
    pages: u32,
}

impl Work<'_> {
    /// Reads pages until all are read or the time is up. A page that was stored is not asked for again.
    ///
    /// Between the first page and the last one there is an upper date: what comes in meanwhile must not make up for what goes in
    /// the number that Order Desk tells. The last page has none: so it has what is dated ahead, and its number is that of all.
    pub(super) async fn fill(&mut self) -> Result<Option<Half>, Error> {
        let mut speed = Pace {
            began: Instant::now(),
            pages: 0,
        };
        // Whether the number of orders that is known came with a page without an upper date.
        let mut was_open = false;
        loop {
            if self.is_late() {
                return Ok(Some(self.rest(&speed)));
            }
            let is_open = self.is_last();
            let Some(page) = self.page(self.begins(), self.next(is_open)).await? else {
                return Ok(Some(self.rest(&speed)));
            };
            speed.pages += 1;
            let read = Read::of(&self.row, page, (was_open, is_open));
            was_open = read.is_open;
            self.read.extend(read.change.orders.iter().map(|order| order.id));
            if read.is_end {
                self.end(read).await?;
                return Ok(None);
            }
            self.advance(read.after, &read.change).await?;
            self.tell();
        }
    }

    /// Whether the next page has what is left.
    fn is_last(&self) -> bool {
        let left = self.row.expected - self.row.reached;
        self.row.reached == 0 || left <= i64::from(self.opened.pages.get())
    }

    fn next(&self, is_open: bool) -> OrderQuery {
        let ends = self.row.ends.div_euclid(1000);
        OrderQuery {
            search_end_date: (!is_open).then(|| sent(ends)),
            order_by: Some("date_added".to_owned()),
            limit: Some(OrderQuery::MAX_LIMIT),
            offset: Some(self.row.reached.unsigned_abs()),
            ..OrderQuery::default()
        }
    }

    /// Stores the last page. Where there are as many orders as Order Desk told, that is the first count.
    async fn end(&mut self, read: Read) -> Result<(), Error> {
        let now = self.engine.inner.clock.now_millis();
        let after = MirrorRow {
            filled_at: Some(now),
            ..read.after
        };
        self.advance(after, &read.change).await?;
        self.tell();
        let ours = self.tables.count(super::audit::everything(i64::MIN, None)).await?;
        if i64::try_from(ours).unwrap_or(i64::MAX) == self.row.expected {
            let after = MirrorRow {
                audited_at: now,
                ..self.row.clone()
            };
            self.advance(after, &Change::default()).await?;
        }
        Ok(())
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
    fn rest(&self, speed: &Pace) -> Half {
        let each = (speed.pages > 0).then(|| speed.began.elapsed().as_secs_f64() / f64::from(speed.pages));
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
