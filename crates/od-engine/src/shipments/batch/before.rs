//! What the orders of a batch have before it is sent.
//!
//! Order Desk compares tracking numbers to the letter and takes one with a blank behind it for another parcel: the customer gets a
//! second mail. And where its answer is lost, what was there before is not what the batch added.

use std::collections::BTreeSet;

use od_client::{OrderId, OrderQuery};
use serde_json::Value;

use super::rows::Row;
use super::verdict::Listed;
use crate::error::Error;
use crate::parts::{Part, Record};
use crate::shipments::part::Shipment;
use crate::stores::OpenStore;

/// So many orders are read one by one. Of more, most are among the newest: five hundred of those are one request.
const FEW: usize = 10;

/// The shipments of the orders of `rows`, beside those that are `known`. Gives way to calls that somebody waits for.
///
/// # Errors
/// [`Error::Upstream`] when an order cannot be read. One that is not there is noted as such.
pub(super) async fn read<'a>(
    store: &OpenStore,
    rows: impl Iterator<Item = &'a Row>,
    known: Listed,
) -> Result<Listed, Error> {
    let upstream = store.upstream.bulk();
    let mut listed = known;
    let mut wanted: BTreeSet<&OrderId> = rows.map(|row| &row.order).collect();
    wanted.retain(|order| !listed.contains_key(*order));
    if wanted.len() > FEW {
        let query = OrderQuery {
            limit: Some(OrderQuery::MAX_LIMIT),
            ..OrderQuery::default()
        };
        let newest = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
        for order in newest.orders {
            let Some(id) = order.id().filter(|id| wanted.contains(id)) else {
                continue;
            };
            if let Some(shipments) = shipments(order.as_map()) {
                wanted.remove(&id);
                listed.insert(id, Ok(shipments));
            }
        }
    }
    for order in wanted {
        let shipments = match Shipment.list(&upstream, order).await {
            Err(error) if !matches!(error, od_client::Error::NotFound) => return Err(Error::Upstream(error)),
            shipments => shipments,
        };
        listed.insert(order.clone(), shipments);
    }
    Ok(listed)
}

/// Those of an order that was read whole, if it tells of them.
pub(super) fn shipments(order: &Record) -> Option<Vec<Record>> {
    let shipments = order.get("order_shipments")?.as_array()?;
    Some(shipments.iter().filter_map(Value::as_object).cloned().collect())
}
