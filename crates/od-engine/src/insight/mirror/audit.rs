//! Finding what changes do not show: deleted orders, and edits that move no date.
//!
//! Orders are counted from a date on, never up to one: whether a search's end belongs to it is not documented. Where the
//! difference to ours is another one from one date to the next, the orders between them are read anew.

use std::collections::BTreeSet;

use od_client::OrderQuery;
use od_db::MirrorRow;
use od_db::mirror::Span;

use super::super::chunk::Change;
use super::work::{Half, PAGE, Work, kept};
use crate::error::Error;
use crate::stores::Folder;

/// Orders from a second on, of one folder or of all.
pub(super) fn everything(from: i64, folder: Option<i64>) -> Span {
    Span {
        from,
        to: i64::MAX,
        folder,
    }
}

/// A span of dates, and by how many orders Order Desk has more than we from its beginning on, and from its end on.
struct Doubt {
    from: i64,
    to: i64,
    at_from: i64,
    at_to: i64,
}

impl Work<'_> {
    /// Counts the window and each folder, and reads anew where they differ. Why not all of them, when the time was up before the
    /// end: the next count goes on there.
    pub(super) async fn audit(&mut self, folders: &[Folder]) -> Result<Option<Half>, Error> {
        let mut all: BTreeSet<Option<i64>> = folders.iter().map(|folder| folder.id.parse().ok()).collect();
        let ours = self.tables.folders(0, 0).await?;
        all.extend(ours.iter().map(|folder| Some(folder.folder)));
        // All together, which comes first.
        all.insert(None);
        let mut counted = self.opened.counted().await;
        let mut differed = 0;
        for folder in &all {
            if counted.contains(folder) {
                continue;
            }
            let Some(found) = self.reconcile(*folder).await? else {
                let half = Half {
                    reason: format!(
                        "orders are being counted: {} of {} folders so far; the same call again goes on",
                        counted.iter().flatten().count(),
                        all.len() - 1
                    ),
                    seconds: None,
                };
                self.opened.counted_to(counted).await;
                return Ok(Some(half));
            };
            differed += found;
            counted.insert(*folder);
        }
        if differed > 0 {
            self.told.push(format!(
                "{differed} orders were not as this copy had them although no date of change showed it: they were read anew."
            ));
        }
        let after = MirrorRow {
            audited_at: self.engine.inner.clock.now_millis(),
            ..self.row.clone()
        };
        self.advance(after, &Change::default()).await?;
        Ok(None)
    }

    /// Mends what differs in one folder, or in all together. How many orders differed; none when the time was up.
    async fn reconcile(&mut self, folder: Option<i64>) -> Result<Option<usize>, Error> {
        let begins = self.begins();
        let Some(mut at_from) = self.surplus(begins, folder).await? else {
            return Ok(None);
        };
        if at_from != 0 {
            // What came since the refresh shows by its date.
            if self.refresh(None).await?.is_some() {
                return Ok(None);
            }
            let Some(now) = self.surplus(begins, folder).await? else {
                return Ok(None);
            };
            at_from = now;
        }
        let now = self.engine.inner.clock.now().as_second();
        let mut doubts = vec![Doubt {
            from: begins,
            to: i64::MAX,
            at_from,
            at_to: 0,
        }];
        let mut differed = 0;
        while let Some(doubt) = doubts.pop() {
            if doubt.at_from == doubt.at_to {
                continue;
            }
            if self.is_late() {
                return Ok(None);
            }
            let span = Span {
                from: doubt.from,
                to: doubt.to,
                folder: None,
            };
            let ours = self.tables.count(span).await?;
            let more = (doubt.at_from - doubt.at_to).max(0).unsigned_abs();
            let end = doubt.to.min(now.max(doubt.from + 2));
            let middle = match self.tables.middle(span).await? {
                Some(middle) if middle > doubt.from => middle,
                _ => doubt.from.midpoint(end),
            };
            if ours + more <= PAGE || middle <= doubt.from || middle >= doubt.to {
                let Some(found) = self.read_anew(span).await? else {
                    return Ok(None);
                };
                differed += found;
                continue;
            }
            let Some(at_middle) = self.surplus(middle, folder).await? else {
                return Ok(None);
            };
            doubts.push(Doubt {
                to: middle,
                at_to: at_middle,
                ..doubt
            });
            doubts.push(Doubt {
                from: middle,
                at_from: at_middle,
                ..doubt
            });
        }
        Ok(Some(differed))
    }

    /// By how many orders Order Desk has more than we from a second on. None when it did not tell in time.
    async fn surplus(&self, from: i64, folder: Option<i64>) -> Result<Option<i64>, Error> {
        let query = OrderQuery {
            folder_id: folder.map(|folder| folder.to_string()),
            limit: Some(1),
            ..OrderQuery::default()
        };
        let Some(page) = self.page(from, query).await? else {
            return Ok(None);
        };
        let count = |orders: u64| i64::try_from(orders).unwrap_or(i64::MAX);
        let ours = count(self.tables.count(everything(from, folder)).await?);
        // Without a total there is nothing to compare.
        Ok(Some(page.total.map_or(0, |total| count(total) - ours)))
    }

    /// Reads a span of dates and puts it in place of ours. How many orders differed; none when the time was up.
    async fn read_anew(&mut self, span: Span) -> Result<Option<usize>, Error> {
        let mut orders = Vec::new();
        let mut offset = 0;
        loop {
            let query = OrderQuery {
                order_by: Some("date_added".to_owned()),
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(offset),
                ..OrderQuery::default()
            };
            let Some(page) = self.page(span.from, query).await? else {
                return Ok(None);
            };
            let (returned, limit) = (page.returned, page.limit);
            let page = kept(page.orders);
            let is_past = page.last().is_some_and(|order| order.added >= span.to);
            orders.extend(page.into_iter().filter(|order| order.added < span.to));
            if is_past || returned < limit {
                break;
            }
            offset += returned;
        }
        let theirs: BTreeSet<i64> = orders.iter().map(|order| order.id).collect();
        self.read.extend(&theirs);
        let ours: BTreeSet<i64> = self.tables.ids(span).await?.into_iter().collect();
        let gone: Vec<i64> = ours.difference(&theirs).copied().collect();
        let new = theirs.difference(&ours).count();
        let differed = gone.len() + new;
        self.store_change(self.row.clone(), &Change { orders, gone }).await?;
        self.opened.forget_recent().await;
        // In one folder more and in another less: the same orders elsewhere.
        Ok(Some(differed.max(1)))
    }
}
