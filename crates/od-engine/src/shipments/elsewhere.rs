//! Parcels that other orders of the store have: a number given to the wrong order is mostly one of them, and its customer would be
//! mailed about somebody else's parcel.
//!
//! Only the copy of the store's orders tells, and only where it is open already: nothing is read for this, and what is not known is
//! not told.

use std::collections::BTreeMap;

use od_record::bare_id;
use od_record::pasted::tight;
use od_record::shipment::parcel;
use od_record::text::{clean_name, listed};

use super::Shipments;
use crate::insight::Entry;
use crate::parts::Record;
use crate::scope::{Permission, Scope};
use crate::stores::Purpose;

/// As many orders, and as many parcels, are named.
const NAMED: usize = 5;

impl Shipments<'_> {
    /// What should be said of these shipments, each given with the id of its order, that other orders have.
    pub(super) async fn elsewhere<'a>(
        &self,
        scope: &Scope,
        store: Option<&str>,
        given: impl IntoIterator<Item = (&'a str, &'a Record)>,
    ) -> Option<String> {
        let mut parcels: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (order, shipment) in given {
            if let Some(number) = parcel(shipment) {
                parcels.entry(number).or_default().push(bare_id(order));
            }
        }
        if parcels.is_empty() || !scope.identity().grants().allow(Permission::OrdersRead) {
            return None;
        }
        // A store that cannot be opened is told of by what is done in it.
        let store = self.0.stores().open(scope, store, Purpose::Read).await.ok()?;
        let ledger = self.0.insight().ledger_in_memory(store).await?;
        let mut told = Vec::new();
        for (number, orders) in parcels {
            let known = match ledger.by_tracking(&number).await {
                Ok(known) => known,
                Err(error) => {
                    tracing::warn!(%error, "the copy of a store's orders could not be looked through for a parcel");
                    return None;
                }
            };
            let others = known.iter().filter(|entry| {
                !orders.contains(&entry.id.to_string().as_str())
                    && entry.parcels.iter().any(|(_, known)| tight(known) == number)
            });
            let others = listed(others.map(named), NAMED);
            if !others.is_empty() {
                told.push(format!("{number} (order {others})"));
            }
        }
        (!told.is_empty()).then(|| {
            format!(
                "The copy of the store's orders, as it was last read, has these parcels in other orders, so make sure whose they are: {}. \
                 shipments_delete removes a shipment, but recalls no mail.",
                listed(told, NAMED)
            )
        })
    }
}

/// Its id, and the channel's own.
fn named(order: &Entry) -> String {
    match clean_name(&order.source_id) {
        source if source.is_empty() => order.id.to_string(),
        source => format!("{} ({source})", order.id),
    }
}
