//! What the orders of a batch have before it is sent.
//!
//! Order Desk compares tracking numbers to the letter: one in other letters, or with a blank in it, is another parcel to it, and the
//! customer gets a second mail. And it takes parcels for canceled orders.

use std::collections::{BTreeMap, BTreeSet};

use od_client::{OrderId, OrderQuery, Store};
use od_record::order::{LINES, SHIPMENTS};
use od_record::shipment::{Packing, doubts_beside, left_beside, names_contents, parts, same_tracking};
use od_record::text::listed;
use od_record::{Problem, below, id_text, rows_of};

use super::rows::Row;
use crate::engine::Engine;
use crate::error::Error;
use crate::parts::Record;
use crate::shipments::closed::{payment, why_closed};
use crate::stores::OpenStore;

/// So many orders are read one by one. Of more, most are among the newest: five hundred of those are one request.
const FEW: usize = 10;
/// As many shipments are named.
const NAMED: usize = 10;
/// So many remarks are told.
const TOLD: usize = 20;

/// How many of a batch's orders are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach<'a> {
    /// All of them.
    All,
    /// Those whose rows name contents, and as many of the others as cost little.
    Usual,
    /// The caller has read them all, and what has changed since then matters: the newest are read, and a few others; of more
    /// those whose date of change says so. The moment as Order Desk writes it.
    Again(&'a str),
}

/// The orders of a batch as they were before it, as far as they were read.
#[derive(Default)]
pub(super) struct Before {
    orders: BTreeMap<OrderId, Order>,
    missing: BTreeSet<OrderId>,
    /// How many orders were not read.
    unread: usize,
}

/// What is known of the orders of a batch before it is sent.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) before: Before,
    /// What should be said beside it.
    pub(super) doubts: Vec<String>,
    /// Rows that are not sent, and why.
    pub(super) overtaken: BTreeMap<usize, String>,
}

struct Order {
    record: Record,
    shipments: Vec<Record>,
    /// The name of the folder that it is in, where that is known.
    folder: Option<String>,
}

impl Before {
    /// Reads the orders of `rows`, giving way to calls that somebody waits for.
    ///
    /// # Errors
    /// [`Error::Upstream`] when one cannot be read of which a row names the contents. What is only compared need not be there.
    pub(super) async fn read(
        engine: &Engine,
        store: &OpenStore,
        rows: &[Row],
        reach: Reach<'_>,
    ) -> Result<Self, Error> {
        let upstream = store.upstream.bulk();
        let settings = engine.stores().remembered_settings(&store.row).await;
        let order = |record: Record| {
            let folder = record.get("folder_id").and_then(id_text);
            Order {
                shipments: rows_of(&record, SHIPMENTS).cloned().collect(),
                folder: folder.and_then(|id| settings.as_ref()?.folder_name(&id)),
                record,
            }
        };
        let mut before = Self::default();
        let has_contents = |id: &OrderId| rows.iter().any(|row| row.order == *id && names_contents(&row.body));
        let mut wanted: BTreeSet<&OrderId> = rows.iter().map(|row| &row.order).collect();
        let few = if matches!(reach, Reach::Again(_)) { 1 } else { FEW };
        let newest = OrderQuery {
            limit: Some(OrderQuery::MAX_LIMIT),
            ..OrderQuery::default()
        };
        if wanted.len() > few {
            before.take(&upstream, &newest, &mut wanted, order).await;
        }
        // What is left is old.
        if wanted.len() > FEW {
            match reach {
                Reach::All => {}
                Reach::Usual => {
                    let all = wanted.len();
                    wanted.retain(|id| has_contents(id));
                    before.unread = all - wanted.len();
                }
                Reach::Again(since) => {
                    let changed = OrderQuery {
                        modified_start_date: Some(since.to_owned()),
                        order_by: Some("date_updated".to_owned()),
                        ..newest
                    };
                    if !before.take(&upstream, &changed, &mut wanted, order).await {
                        before.unread = wanted.len();
                    }
                    return Ok(before);
                }
            }
        }
        for id in wanted {
            match upstream.orders().get(id).await {
                Ok(found) => {
                    before.orders.insert(id.clone(), order(found.into_map()));
                }
                // Order Desk refuses the row, and its verdict says so.
                Err(od_client::Error::NotFound) => {
                    before.missing.insert(id.clone());
                }
                Err(error) if !matches!(reach, Reach::Again(_)) && has_contents(id) => {
                    return Err(Error::Upstream(error));
                }
                Err(error) => {
                    tracing::warn!(%error, order = %id, "an order could not be read before a batch of shipments");
                    before.unread += 1;
                }
            }
        }
        Ok(before)
    }

    /// Takes what a page of orders has of those that are wanted. Whether it has all that the query is about.
    async fn take(
        &mut self,
        upstream: &Store,
        query: &OrderQuery,
        wanted: &mut BTreeSet<&OrderId>,
        order: impl Fn(Record) -> Order,
    ) -> bool {
        // A page of very large orders is more than one reply may be.
        match upstream.orders().list(query).await {
            Ok(page) => {
                let is_all = page.orders.len() < OrderQuery::MAX_LIMIT as usize;
                for found in page.orders {
                    if let Some(id) = found.id().filter(|id| wanted.remove(id)) {
                        self.orders.insert(id, order(found.into_map()));
                    }
                }
                is_all
            }
            Err(error) => {
                tracing::warn!(%error, "a page of orders could not be read before a batch of shipments");
                false
            }
        }
    }

    /// What should be said of orders that were to be read again and were not.
    pub(super) fn not_again(&self) -> Option<String> {
        (self.unread > 0).then(|| {
            format!(
                "{} orders could not be read again right before their parcels were sent: what somebody has done to them since the table was \
                 compared is not known. orders_get shows it.",
                self.unread
            )
        })
    }

    /// Whether an order was looked for, and the store has none with this id.
    pub(super) fn is_missing(&self, order: &OrderId) -> bool {
        self.missing.contains(order)
    }

    /// The shipment that a row would double.
    pub(super) fn there(&self, row: &Row) -> Option<&Record> {
        same_tracking(&self.orders.get(&row.order)?.shipments, &row.body)
    }

    /// Rows whose orders have changed since they were read so that they do not fit any more, and how. Where the caller has `accepted`
    /// what speaks against them, more than is left is no reason.
    pub(super) fn overtaken(&self, rows: &[Row], accepted: bool) -> BTreeMap<usize, String> {
        let mut overtaken = BTreeMap::new();
        for (id, order) in &self.orders {
            let mut packing = Packing::of(rows_of(&order.record, LINES), &order.shipments);
            let closed = why_closed(order.folder.as_deref(), &payment(&order.record)).filter(|_| !accepted);
            // A parcel that says nothing stands for the whole order.
            let parts = Some(parts(&order.shipments)).filter(|parts| !accepted && !parts.is_empty());
            let parts = parts.map(|parts| format!("parts of it are in shipments {}", listed(parts, NAMED)));
            let added = |(_, row): &(usize, &Row)| row.order == *id && self.there(row).is_none();
            for (index, row) in rows.iter().enumerate().filter(added) {
                let whole = || parts.clone().filter(|_| !names_contents(&row.body));
                let why = closed.clone().or_else(whole).or_else(|| unfit(&packing, row, accepted));
                match why {
                    Some(why) => {
                        overtaken.insert(index, format!("the order has changed since it was read: {why}"));
                    }
                    None => packing.add(&row.body),
                }
            }
        }
        overtaken
    }

    /// Compares what the rows hold with what their orders have left, each with those before it. What should be said of them.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is not left.
    pub(super) fn judge(&self, rows: &[Row], allow_excess: bool) -> Result<Vec<String>, Error> {
        let mut problems = Vec::new();
        let mut doubts = Vec::new();
        for (id, order) in &self.orders {
            let mut packing = Packing::of(rows_of(&order.record, LINES), &order.shipments);
            let mut others = order.shipments.clone();
            let mut told: Vec<String> = Vec::new();
            if let Some(why) = why_closed(order.folder.as_deref(), &payment(&order.record)) {
                told.push(format!("Nobody is to ship it: {why}."));
            }
            if rows.iter().any(|row| row.order == *id && names_contents(&row.body)) {
                told.extend(packing.doubt());
            }
            let added = |(_, row): &(usize, &Row)| row.order == *id && self.there(row).is_none();
            for (index, row) in rows.iter().enumerate().filter(added) {
                let at = below("/shipments", index);
                if names_contents(&row.body) {
                    problems.extend(packing.judge(&row.body, allow_excess, &at));
                    packing.add(&row.body);
                }
                let body = row.shipment();
                for doubt in doubts_beside(&body, &others) {
                    if !told.contains(&doubt) {
                        told.push(doubt);
                    }
                }
                others.push(body);
            }
            if rows.iter().any(|row| row.order == *id && names_contents(&row.body)) {
                told.extend(left_beside(&packing));
            }
            doubts.extend(told.into_iter().map(|doubt| format!("Order {id}: {doubt}")));
        }
        doubts.extend(rows.iter().filter_map(|row| row.left_out.clone()));
        if doubts.len() > TOLD {
            let more = doubts.len() - TOLD;
            doubts.truncate(TOLD);
            doubts.push(format!(
                "{more} more such remarks are left out: dry_run with fewer rows shows them."
            ));
        }
        if self.unread > 0 {
            doubts.push(format!(
                "{} orders, old ones or such that could not be read, were not compared: where one has a parcel with the same number \
                 in another spelling, it has two now. dry_run compares all.",
                self.unread
            ));
        }
        if problems.is_empty() {
            Ok(doubts)
        } else {
            problems.sort_by_key(|problem: &Problem| at(problem));
            Err(Error::Invalid(problems))
        }
    }
}

/// Why a row does not fit what its order has left.
fn unfit(packing: &Packing, row: &Row, accepted: bool) -> Option<String> {
    packing.held(&row.body).into_iter().find_map(|held| {
        let Some(id) = &held.line else {
            return Some(format!("it has no line {} any more", held.code));
        };
        let line = packing.lines().iter().find(|line| line.id == *id)?;
        let left = line.left().filter(|left| !accepted && *left < held.quantity)?;
        Some(format!("of {} {left} are left", line.called()))
    })
}

/// Which row a problem is of.
fn at(problem: &Problem) -> Option<usize> {
    problem.path.split('/').nth(2)?.parse().ok()
}
