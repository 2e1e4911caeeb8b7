//! What is told of the other parcels once all were added: later rows of the same ones, and what an order has left.

use std::collections::BTreeMap;

use od_client::OrderId;
use od_record::shipment::{Packing, names_contents};

use super::plan::Planned;
use super::told::Told;

/// Rows of one parcel end as its first one did; one that was added is there then.
pub(super) fn repeat(planned: &[Planned<'_>], told: &mut [Told]) {
    for row in planned {
        for again in &row.again {
            told[*again] = told[row.at].again_in(&told[*again]);
        }
    }
}

/// Says what an order has left once all rows of the table were added: on the last row of each that adds a part of it. Before that row
/// it would not be true any more when somebody reads it. Where a parcel does not say what it holds nothing is known of it.
pub(super) fn leave(planned: &[Planned<'_>], told: &mut [Told]) {
    let mut orders: BTreeMap<&OrderId, (Packing, Option<usize>)> = BTreeMap::new();
    for Planned { at, order, body, .. } in planned {
        let of = || (Packing::of(&order.lines, &order.shipments), None);
        let (packing, last) = orders.entry(&order.id).or_insert_with(of);
        if told[*at].is_added() && names_contents(body) {
            packing.add(body);
            *last = Some(*at);
        } else if told[*at].may_be_there() {
            packing.add_unsaid(String::new());
        }
    }
    for (packing, last) in orders.values() {
        if let Some(last) = last {
            told[*last].left = packing.rest().unwrap_or_default();
        }
    }
}
