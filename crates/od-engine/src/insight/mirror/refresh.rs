//! What has changed since the copy was last brought up to date.

use std::collections::BTreeSet;
use std::time::Instant;

use od_client::{OrderId, OrderQuery};
use od_db::MirrorRow;
use tokio::time::timeout;

use super::super::GOES_ON;
use super::super::chunk::Change;
use super::super::days::{seconds, sent};
use super::super::kept::Kept;
use super::super::opened::Refreshing;
use super::visits::{Visit, visits};
use super::work::{Half, Work, kept};
use crate::error::Error;

/// Changes are asked for from so long before the newest one that is known: clocks differ, and what is being written at Order
/// Desk shows a moment later.
const OVERLAP_SECONDS: i64 = 120;

/// So many orders are read one by one; when more were written that show no date, folders are counted.
const SINGLY: usize = 20;

impl Work<'_> {
    /// Asks for orders by their date of change, and for those of `written` that it does not show. Why not for all, when the
    /// time was up before: the next refresh goes on from there.
    pub(super) async fn refresh(&mut self, written: Option<&BTreeSet<String>>) -> Result<Option<Half>, Error> {
        let now = self.engine.inner.clock.now_millis();
        let seen = self.row.seen.div_euclid(1000);
        let left = self.opened.refreshing(self.row.last_chunk).await;
        let mut at = left.unwrap_or(Refreshing {
            from: seen - OVERLAP_SECONDS,
            offset: 0,
            newest: seen,
            read: 0,
        });
        let mut shown = BTreeSet::new();
        loop {
            let query = OrderQuery {
                modified_start_date: Some(sent(at.from)),
                order_by: Some("date_updated".to_owned()),
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(at.offset),
                ..OrderQuery::default()
            };
            let Some(page) = self.page(self.begins(), query).await? else {
                return Ok(Some(behind(at.read)));
            };
            let returned = page.returned;
            // A full page may be the last one.
            let is_last = returned == 0
                || page
                    .total
                    .map_or(returned < page.limit, |total| at.offset + returned >= total);
            at.read += returned;
            let orders = kept(page.orders);
            shown.extend(orders.iter().map(|order| order.id));
            let last = orders.iter().filter_map(|order| seconds(&order.updated)).max();
            at.newest = at.newest.max(last.unwrap_or(at.newest));
            let change = Change {
                orders: self.opened.changed(orders).await,
                gone: Vec::new(),
            };
            if is_last {
                self.store_change(self.row.clone(), &change).await?;
                break;
            }
            // What changes meanwhile moves to the end and would shift pages: so they go on by date, and by offset within a second.
            match last {
                Some(last) if last > at.from => (at.from, at.offset) = (last, 0),
                _ => at.offset += page.returned,
            }
            // Of the last second not all orders need be on this page.
            let after = MirrorRow {
                seen: self.row.seen.max((at.from - 1) * 1000),
                ..self.row.clone()
            };
            self.store_change(after, &change).await?;
            self.opened.refreshed_to(self.row.last_chunk, Some(at)).await;
        }
        let unshown = written.into_iter().flatten().filter_map(|id| id.parse().ok());
        let unshown = unshown.filter(|id| !shown.contains(id)).collect();
        self.read.extend(shown);
        if !self.read_anew_of(unshown).await? {
            return Ok(Some(behind(at.read)));
        }
        let after = MirrorRow {
            seen: self.row.seen.max(at.newest * 1000),
            refreshed_at: now,
            ..self.row.clone()
        };
        self.advance(after, &Change::default()).await?;
        self.opened.refreshed_to(self.row.last_chunk, None).await;
        Ok(None)
    }

    /// Stores a change, if there is any, and how far the copy is with it.
    pub(super) async fn store_change(&mut self, after: MirrorRow, change: &Change) -> Result<(), Error> {
        if change.is_empty() {
            return Ok(());
        }
        self.advance(after, change).await
    }

    /// Reads orders that were written and whose date of change did not show it: they may be gone. False when the time was up.
    async fn read_anew_of(&mut self, orders: BTreeSet<i64>) -> Result<bool, Error> {
        self.read.extend(&orders);
        let mut left: BTreeSet<i64> = self.opened.not_older(orders).await.into_iter().collect();
        let mut dated = Vec::new();
        for id in &left {
            if let Some(order) = self.tables.order(*id).await? {
                dated.push((order.added, *id));
            }
        }
        for visit in visits(&self.tables, dated).await? {
            if let Visit::Page { from, limit } = visit {
                let query = OrderQuery {
                    order_by: Some("date_added".to_owned()),
                    limit: Some(limit),
                    ..OrderQuery::default()
                };
                let Some(page) = self.page(from, query).await? else {
                    return Ok(false);
                };
                let mut orders = kept(page.orders);
                orders.retain(|order| left.remove(&order.id));
                let change = Change {
                    orders,
                    gone: Vec::new(),
                };
                self.store_change(self.row.clone(), &change).await?;
            }
        }
        self.are_unread = left.len() > SINGLY;
        for number in left.into_iter().take(SINGLY) {
            if !self.read_one(number).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn read_one(&mut self, number: i64) -> Result<bool, Error> {
        let Ok(id) = OrderId::parse(&number.to_string()) else {
            return Ok(true);
        };
        let upstream = self.store.upstream.bulk();
        let orders = upstream.orders();
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        let Ok(read) = timeout(left, orders.get(&id)).await else {
            return Ok(false);
        };
        let mut change = Change::default();
        match read {
            Ok(order) => match Kept::of(order.into_map()) {
                Some(order) if order.added < self.begins() => self.opened.is_older(number).await,
                order => change.orders.extend(order),
            },
            Err(od_client::Error::NotFound) => change.gone.push(number),
            Err(error) => return Err(Error::Upstream(error)),
        }
        self.store_change(self.row.clone(), &change).await?;
        Ok(true)
    }
}

/// The time was up when so many changed orders were read.
fn behind(read: u64) -> Half {
    Half {
        reason: format!("what has changed since is being read: {read} orders so far; {GOES_ON}"),
        seconds: None,
    }
}
