//! Finding what changes do not show: deleted orders, and edits that move no date.
//!
//! Orders are counted from a date on, never up to one: whether a search's end belongs to it is not documented. Where the
//! difference to ours is another one from one date to the next, the orders between them are read anew.

use std::collections::BTreeSet;
use std::time::Duration;

use od_client::OrderQuery;
use od_db::MirrorRow;
use od_db::mirror::Span;

use super::super::GOES_ON;
use super::super::chunk::Change;
use super::super::days::told;
use super::super::kept::newest_of_each;
use super::super::opened::Counted;
use super::work::{Half, PAGE, Work, kept};
use crate::clock::millis;
use crate::error::Error;
use crate::stores::Folder;

/// A count that takes longer than this begins anew.
const COUNTED: Duration = Duration::from_mins(5);

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
    /// end: the next count goes on there. Whoever wants fresh figures, with how old these may be, goes on only with a count that
    /// was left no longer ago.
    pub(super) async fn audit(&mut self, folders: &[Folder], fresh: Option<Duration>) -> Result<Option<Half>, Error> {
        let mut all: BTreeSet<Option<i64>> = folders.iter().map(|folder| folder.id.parse().ok()).collect();
        let ours = self.tables.folders(0).await?;
        all.extend(ours.iter().map(|folder| Some(folder.folder)));
        // All together, which comes first.
        all.insert(None);
        let clock = self.engine.inner.clock.clone();
        let now = clock.now_millis();
        let mut counted = self.opened.counted().await.unwrap_or_default();
        let is_old = now - counted.began >= millis(COUNTED);
        if is_old || fresh.is_some_and(|most| now - counted.left >= millis(most)) {
            // What differed before is told nevertheless.
            counted = Counted {
                began: now,
                left: now,
                folders: BTreeSet::new(),
                ..counted
            };
        }
        self.differed = counted.differed;
        for folder in &all {
            if counted.folders.contains(folder) {
                continue;
            }
            let found = self.reconcile(*folder).await;
            counted.left = clock.now_millis();
            counted.differed = self.differed;
            if matches!(found, Ok(true)) {
                counted.folders.insert(*folder);
            }
            self.opened.counted_to(Some(counted.clone())).await;
            if !found? {
                self.tell_what_differed();
                return Ok(Some(Half {
                    reason: format!(
                        "orders are being counted: {} of {} folders so far; {GOES_ON}",
                        counted.folders.iter().flatten().count(),
                        all.len() - 1
                    ),
                    seconds: None,
                }));
            }
        }
        self.tell_what_differed();
        if fresh.is_some_and(|most| now - counted.began >= millis(most)) {
            self.told.push(format!(
                "Orders were counted in several calls, from {} on: what was deleted since then may be counted still.",
                told(counted.began.div_euclid(1000))
            ));
        }
        let after = MirrorRow {
            audited_at: clock.now_millis(),
            ..self.row.clone()
        };
        self.advance(after, &Change::default()).await?;
        self.opened.counted_to(None).await;
        Ok(None)
    }

    fn tell_what_differed(&mut self) {
        if self.differed > 0 {
            self.told.push(format!(
                "{} orders were not as this copy had them although no date of change showed it: they were read anew.",
                self.differed
            ));
        }
    }

    /// Mends what differs in one folder, or in all together. False when the time was up.
    async fn reconcile(&mut self, folder: Option<i64>) -> Result<bool, Error> {
        let begins = self.begins();
        let Some(mut at_from) = self.surplus(begins, folder).await? else {
            return Ok(false);
        };
        if at_from != 0 {
            // What came since the refresh shows by its date.
            if self.refresh(None).await?.is_some() {
                return Ok(false);
            }
            let Some(now) = self.surplus(begins, folder).await? else {
                return Ok(false);
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
        while let Some(doubt) = doubts.pop() {
            if doubt.at_from == doubt.at_to {
                continue;
            }
            if self.is_late() {
                return Ok(false);
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
                if !self.read_anew(span).await? {
                    return Ok(false);
                }
                continue;
            }
            let Some(at_middle) = self.surplus(middle, folder).await? else {
                return Ok(false);
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
        Ok(true)
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

    /// Reads a span of dates and puts it in place of ours. False when the time was up.
    async fn read_anew(&mut self, span: Span) -> Result<bool, Error> {
        let mut orders = Vec::new();
        let (mut from, mut offset, mut total) = (span.from, 0, None);
        loop {
            let query = OrderQuery {
                order_by: Some("date_added".to_owned()),
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(offset),
                ..OrderQuery::default()
            };
            let Some(page) = self.page(from, query).await? else {
                return Ok(false);
            };
            // Within a second nothing but its number tells an order's page: when some came or went, the second begins anew.
            if offset > 0 && page.total != total {
                offset = 0;
                continue;
            }
            let (returned, limit) = (page.returned, page.limit);
            total = page.total;
            let page = kept(page.orders);
            let last = page.last().map(|order| order.added);
            orders.extend(page.into_iter().filter(|order| order.added < span.to));
            if last.is_some_and(|last| last >= span.to) || returned < limit {
                break;
            }
            // What comes or goes meanwhile would shift pages: so they go on by date, and by number within a second.
            match last {
                Some(last) if last > from => (from, offset) = (last, 0),
                _ => offset += returned,
            }
        }
        // Those of the second in which a page ended are on the next one too.
        let orders = newest_of_each(orders);
        let theirs: BTreeSet<i64> = orders.iter().map(|order| order.id).collect();
        self.read.extend(&theirs);
        let ours: BTreeSet<i64> = self.tables.ids(span).await?.into_iter().collect();
        let gone: Vec<i64> = ours.difference(&theirs).copied().collect();
        let new = theirs.difference(&ours).count();
        let differed = gone.len() + new;
        self.store_change(self.row.clone(), &Change { orders, gone }).await?;
        // In one folder more and in another less: the same orders elsewhere.
        self.differed += differed.max(1);
        Ok(true)
    }
}
