//! Deleting a part. A person has to agree first, and a delete is never repeated once Order Desk may have taken it up.

use std::time::Instant;

use od_record::FieldChange;
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::{Part, PartId};
use super::work::{Act, Site, may_write};
use super::{DeletePart, Record};
use crate::attempts::Failed;
use crate::consent::{DELETE_LINE, Deed};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::{missing, order_id};
use crate::outcome::Outcome;
use crate::scope::Scope;

/// Deletes a part of an order.
pub(crate) async fn delete(
    engine: &Engine,
    part: Part,
    scope: &Scope,
    input: DeletePart,
) -> Result<Outcome<Value>, Error> {
    let order = &order_id(&input.order_id)?;
    let id = PartId::parse(part, &input.part_id)?;
    let store = engine.stores().open_spelled_out(scope, input.store.as_deref()).await?;
    let site = Site {
        engine,
        store: &store,
        order,
        part,
    };
    if input.dry_run {
        let records = site.list(&store.upstream).await;
        let records = records.map_err(|error| missing(error, order.as_str()))?;
        let record = chosen(&site, &records, &id)?;
        return Ok(preview(part, record, &[FieldChange::of_removed(record)], store.name));
    }
    let deed = match part {
        Part::Item => DELETE_LINE,
        Part::Shipment => "shipments.delete",
    };
    let deed = Deed::one(deed, &store.name, &[order.as_str(), &id.to_string()]);
    engine.consents().check(scope, &deed).await?;
    if !scope.takes_word(input.confirmed) {
        scope.require_agreement(deed, effects(&site, &id))?;
    }
    let done = site.carry_out(Act::Delete(&id)).await?;
    Ok(done.reply(part, store.name))
}

pub(super) async fn attempt(site: &Site<'_>, held: &Held, id: &PartId) -> Result<Done, Failed> {
    let verifies = site.engine.inner.mutation.verify;
    let upstream = site.reserve(if verifies { 3 } else { 2 }).await?;
    let before = site.list(&upstream).await.map_err(|error| site.failed(error))?;
    let read_at = Instant::now();
    let record = chosen(site, &before, id).map_err(Failed::Final)?.clone();
    may_write(held, read_at)?;
    let is_gone = |after: &[Record]| !after.iter().any(|record| id.is_of(record));
    match id.delete(&upstream, site.order).await {
        Ok(()) if verifies => match site.list_back(upstream).await {
            Ok(after) if is_gone(&after) => Ok(Done::deleted(record, true)),
            Ok(_) => Ok(Done::deleted(record, false).noting(Some(still_listed(site.part)))),
            Err(error) => {
                tracing::warn!(%error, "an order's parts could not be read back after a delete");
                let note = "Order Desk accepted the delete, but the order could not be read back to see it.";
                Ok(Done::deleted(record, false).noting(Some(note.to_owned())))
            }
        },
        Ok(()) => Ok(Done::deleted(record, false)),
        Err(error) if error.is_uncertain() => {
            drop(upstream);
            tracing::warn!(%error, "a delete's outcome is unknown; reading the order to find out");
            let after = site.list_again().await.map_err(Failed::Final)?;
            if !is_gone(&after) {
                return Err(Failed::Final(site.not_seen(error)));
            }
            let note = format!(
                "Order Desk's answer was lost; the order's list shows that the {} is gone.",
                site.part.noun()
            );
            Ok(Done::deleted(record, true).noting(Some(note)))
        }
        // Somebody else was faster.
        Err(od_client::Error::NotFound) => Err(Failed::Final(id.no_such(site.order))),
        Err(error) => Err(site.refused(error)),
    }
}

/// The part to be deleted, when that leaves an order Order Desk can work with.
fn chosen<'a>(site: &Site<'_>, records: &'a [Record], id: &PartId) -> Result<&'a Record, Error> {
    let record = records.iter().find(|record| id.is_of(record));
    let record = record.ok_or_else(|| id.no_such(site.order))?;
    if site.part == Part::Item && records.len() == 1 {
        return Err(Error::invalid(
            "/item_id",
            "is the order's only item, and an order needs one: add another first with order_items_create, or delete the \
             order with orders_delete",
        ));
    }
    Ok(record)
}

fn effects(site: &Site<'_>, id: &PartId) -> String {
    let (order, store) = (site.order, &site.store.name);
    match site.part {
        Part::Item => {
            format!(
                "Deleting item {id} of order {order} in {store} removes the line for good and changes the order's totals."
            )
        }
        Part::Shipment => format!(
            "Deleting shipment {id} of order {order} in {store} removes it for good from Order Desk. It takes back \
             neither the mail to the customer nor the tracking number passed to the sales channel."
        ),
    }
}

fn still_listed(part: Part) -> String {
    format!(
        "Order Desk accepted the delete, but the order's list still shows the {}.",
        part.noun()
    )
}
