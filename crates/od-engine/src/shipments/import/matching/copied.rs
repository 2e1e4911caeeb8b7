//! Looking for orders in the store's copy.
//!
//! It tells where they are. Before something is sent to them they are read from Order Desk, those that lie together in one page:
//! what shipments an order has may have changed a moment ago, and not every change shows in a date.

use std::collections::BTreeMap;

use od_client::{Direction, OrderId, OrderQuery, Store};
use od_record::pasted::{Row, tight};

use super::{Orders, Trust, clue, number, numbers, person, same_name};
use crate::error::Error;
use crate::insight::{Entry, Ledger, Visit, sent};

impl Orders {
    /// Adds the orders that rows can mean. Those of which the copy is not believed are read first.
    pub(super) async fn look_up(
        &mut self,
        ledger: &Ledger,
        upstream: &Store,
        wanted: &[&Row],
        trust: Trust,
    ) -> Result<(), Error> {
        let mut unread = BTreeMap::new();
        let mut rows: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
        for row in wanted {
            for entry in candidates(ledger, row).await? {
                let is_believed = match trust {
                    Trust::All => true,
                    Trust::Fresh => entry.is_fresh,
                    Trust::Nothing => false,
                };
                // It does not tell what is in the parcels that an order has beside the row's.
                if is_believed && has_no_other_parcel(&entry, row) {
                    self.add_entry(entry);
                } else {
                    rows.entry(entry.id).or_default().push(row);
                    unread.insert(entry.id, entry);
                }
            }
        }
        for visit in ledger.visits(unread.values()).await? {
            if let Visit::Page { from, limit } = visit {
                let query = OrderQuery {
                    search_start_date: Some(sent(from)),
                    order_by: Some("date_added".to_owned()),
                    order: Some(Direction::Asc),
                    limit: Some(limit),
                    ..OrderQuery::default()
                };
                let page = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
                for order in &page.orders {
                    let id = order.id().and_then(|id| id.as_str().parse().ok());
                    if id.is_some_and(|id: i64| unread.remove(&id).is_some()) {
                        self.add(order);
                    }
                }
            }
        }
        // What lies alone, and what was not where the copy has it: it may be gone.
        for id in unread.into_keys() {
            let Ok(order) = OrderId::parse(&id.to_string()) else {
                continue;
            };
            if !self.read(upstream, &order).await? {
                let unsure = rows.remove(&id).unwrap_or_default();
                self.not_looked_for.extend(unsure.into_iter().map(clue));
            }
        }
        Ok(())
    }
}

/// Whether an order has no parcel, or the row's own.
fn has_no_other_parcel(entry: &Entry, row: &Row) -> bool {
    let own = row.tracking.as_ref().map(|tracking| tight(&tracking.number));
    entry.parcels.is_empty() || entry.parcels.iter().any(|(_, number)| Some(tight(number)) == own)
}

/// The orders of the copy that a row can mean.
async fn candidates(ledger: &Ledger, row: &Row) -> Result<Vec<Entry>, Error> {
    if !row.order.is_empty() {
        let mut found = Vec::new();
        for wanted in numbers(row) {
            let mut named = ledger.by_number(&wanted).await?;
            named.retain(|entry| entry.id.to_string() == wanted || number(&entry.source_id) == wanted);
            found.append(&mut named);
        }
        return Ok(found);
    }
    let Some((email, name)) = person(row) else {
        return Ok(Vec::new());
    };
    let mut found = ledger.by_email(&email).await?;
    found.retain(|entry| entry.people.iter().any(|known| same_name(known, &name)));
    Ok(found)
}
