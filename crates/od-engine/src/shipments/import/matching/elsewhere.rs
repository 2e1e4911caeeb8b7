//! Parcels that other orders have already: a number that stands in the wrong row is mostly one of them.

use std::collections::BTreeSet;

use od_client::OrderId;
use od_record::pasted::{Row, tight};
use od_record::text::clean_name;

use super::{Found, Orders};
use crate::error::Error;
use crate::insight::{Entry, Ledger};

/// As many orders are named.
const NAMED: usize = 3;

impl Orders {
    /// Finds the orders of the copy that have the parcels of a table.
    pub(super) async fn note_parcels(&mut self, ledger: &Ledger, rows: &[Row]) -> Result<(), Error> {
        let numbers: BTreeSet<&str> = rows
            .iter()
            .filter_map(|row| row.tracking.as_ref())
            .map(|tracking| tracking.number.as_str())
            .collect();
        for number in numbers {
            let mut orders = ledger.by_tracking(number).await?;
            orders.retain(|order| order.parcels.iter().any(|(_, known)| tight(known) == number));
            if !orders.is_empty() {
                self.elsewhere.insert(number.to_owned(), orders);
            }
        }
        Ok(())
    }

    /// Which orders besides the row's have its parcel.
    pub(in crate::shipments::import) fn others_with(&self, order: &Found, row: &Row) -> Option<String> {
        let number = row.tracking.as_ref()?.number.as_str();
        let is_other = |entry: &&Entry| {
            let id = entry.id.to_string();
            // What was read for this call is newer than the copy.
            let known = OrderId::parse(&id).ok().and_then(|id| self.found.get(&id));
            id != order.id.as_str() && known.is_none_or(|known| known.shipment_with(number).is_some())
        };
        let others: Vec<&Entry> = self.elsewhere.get(number)?.iter().filter(is_other).collect();
        let named = others
            .iter()
            .take(NAMED)
            .map(|entry| match clean_name(&entry.source_id) {
                source if source.is_empty() => entry.id.to_string(),
                source => format!("{} ({source})", entry.id),
            });
        let named = named.collect::<Vec<_>>().join(", ");
        match others.len() {
            0 => None,
            1 => Some(format!("order {named} has it")),
            many if many > NAMED => Some(format!("orders {named} and more have it")),
            _ => Some(format!("orders {named} have it")),
        }
    }
}
