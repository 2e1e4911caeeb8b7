//! What has changed since the copy was last brought up to date.

use std::collections::BTreeSet;

use od_client::{OrderId, OrderQuery};
use od_db::MirrorRow;

use super::super::chunk::Change;
use super::super::days::{seconds, sent};
use super::super::kept::Kept;
use super::visits::{Visit, visits};
use super::work::{PAGE, Work, kept};
use crate::error::Error;
use crate::lock::Subject;

/// Changes are asked for from so long before the newest one that is known: clocks differ, and what is being written at Order
/// Desk shows a moment later.
const OVERLAP_SECONDS: i64 = 120;

impl Work<'_> {
    /// Asks for orders by their date of change, and for those of `written` that it does not show.
    pub(super) async fn refresh(&mut self, written: &BTreeSet<String>) -> Result<(), Error> {
        let now = self.engine.inner.clock.now_millis();
        let mut from = self.row.seen.div_euclid(1000) - OVERLAP_SECONDS;
        let mut offset = 0;
        let mut shown = BTreeSet::new();
        let mut newest = self.row.seen.div_euclid(1000);
        loop {
            let query = OrderQuery {
                modified_start_date: Some(sent(from)),
                order_by: Some("date_updated".to_owned()),
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(offset),
                ..OrderQuery::default()
            };
            let late = || Error::RecordBusy { what: Subject::COPY };
            let page = self.page(self.begins(), query).await?.ok_or_else(late)?;
            let returned = page.returned;
            // A full page may be the last one.
            let is_last = page.total.map_or(returned < PAGE, |total| offset + returned >= total);
            let orders = kept(page.orders);
            shown.extend(orders.iter().map(|order| order.id));
            let last = orders.iter().filter_map(|order| seconds(&order.updated)).max();
            newest = newest.max(last.unwrap_or(newest));
            let change = Change {
                orders: self.opened.changed(orders).await,
                gone: Vec::new(),
            };
            self.store_change(&change).await?;
            if is_last || returned == 0 {
                break;
            }
            // What changes meanwhile moves to the end and would shift pages: so they go on by date, and by offset within a second.
            match last {
                Some(last) if last > from => (from, offset) = (last, 0),
                _ => offset += returned,
            }
        }
        let unshown = written.iter().filter_map(|id| id.parse().ok());
        self.read_anew_of(unshown.filter(|id| !shown.contains(id)).collect())
            .await?;
        self.read.extend(shown);
        let after = MirrorRow {
            seen: newest * 1000,
            refreshed_at: now,
            ..self.row.clone()
        };
        self.advance(after, &Change::default()).await
    }

    /// Stores a change; when that fails, what came is not taken for known.
    pub(super) async fn store_change(&mut self, change: &Change) -> Result<(), Error> {
        if change.is_empty() {
            return Ok(());
        }
        let stored = self.advance(self.row.clone(), change).await;
        if stored.is_err() {
            self.opened.forget_recent().await;
        }
        stored
    }

    /// Reads orders that were written here and whose date of change did not show it: they may be gone.
    async fn read_anew_of(&mut self, orders: BTreeSet<i64>) -> Result<(), Error> {
        self.read.extend(&orders);
        let mut left = orders;
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
                let late = Error::RecordBusy { what: Subject::COPY };
                let mut orders = kept(self.page(from, query).await?.ok_or(late)?.orders);
                orders.retain(|order| left.remove(&order.id));
                let change = Change {
                    orders,
                    gone: Vec::new(),
                };
                self.store_change(&change).await?;
            }
        }
        for id in left {
            self.read_one(id).await?;
        }
        Ok(())
    }

    async fn read_one(&mut self, number: i64) -> Result<(), Error> {
        let Ok(id) = OrderId::parse(&number.to_string()) else {
            return Ok(());
        };
        let mut change = Change::default();
        match self.store.upstream.orders().get(&id).await {
            Ok(order) => {
                let begins = self.begins();
                change.orders = Kept::of(order.into_map())
                    .into_iter()
                    .filter(|order| order.added >= begins)
                    .collect();
            }
            Err(od_client::Error::NotFound) => change.gone.push(number),
            Err(error) => return Err(Error::Upstream(error)),
        }
        self.store_change(&change).await
    }
}
