//! Deleting a part. A person has to agree first, and a delete is never repeated once Order Desk may have taken it up.

use std::time::Instant;

use od_record::FieldChange;
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::Part;
use super::one::One;
use super::site::{Act, Site, may_write};
use super::{DeletePart, Record};
use crate::attempts::{Failed, Reads};
use crate::consent::Deed;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::{missing, order_id};
use crate::outcome::Outcome;
use crate::scope::Scope;

/// Deletes a part of an order.
pub(crate) async fn delete<P: Part>(
    engine: &Engine,
    part: P,
    scope: &Scope,
    input: DeletePart,
) -> Result<Outcome<Value>, Error> {
    let order = &order_id(&input.order_id)?;
    let id = One::parse(part, &input.part_id)?;
    let store = engine.stores().open_spelled_out(scope, input.store.as_deref()).await?;
    let site = Site {
        engine,
        store: &store,
        order,
        part,
    };
    if input.dry_run {
        let among = part.among(&store.upstream, order).await;
        let among = among.map_err(|error| missing(error, order.as_str()))?;
        let record = chosen(&site, &among.others, &id)?;
        let preview = preview(part, record, &[FieldChange::of_removed(record)], store.name);
        return Ok(preview.with_warnings(part.remark_deleted(&among, record)));
    }
    let deed = Deed::one(part.names().deletion, &store.name, &[order.as_str(), &id.to_string()]);
    engine.consents().check(scope, &deed).await?;
    if !scope.takes_word(input.confirmed) {
        scope.require_agreement(deed, part.effects_of_deletion(&id.id, order, &store.name))?;
    }
    let done = site.carry_out(&Delete { one: &id }).await?;
    Ok(done.reply(part, order, store.name))
}

/// Deleting one.
struct Delete<'a, P: Part> {
    one: &'a One<P>,
}

impl<P: Part> Act<P> for Delete<'_, P> {
    async fn attempt(&self, site: &Site<'_, P>, held: &Held, _: &mut Reads) -> Result<Done, Failed> {
        let id = self.one;
        let verifies = site.engine.inner.mutation.verify;
        let upstream = site.reserve(if verifies { 3 } else { 2 }).await?;
        let among = site.part.among(&upstream, site.order).await;
        let among = among.map_err(|error| site.failed(error))?;
        let read_at = Instant::now();
        let record = chosen(site, &among.others, id).map_err(Failed::Final)?.clone();
        let remark = site.part.remark_deleted(&among, &record);
        may_write(held, read_at)?;
        let is_gone = |after: &[Record]| !after.iter().any(|record| id.is_of(record));
        let done = match id.delete(&upstream, site.order).await {
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
                let removed = || site.altered(&record, vec![FieldChange::of_removed(&record)]);
                let unknown = |error: Error| Failed::Final(error.having_attempted(removed));
                let after = site.list_again().await.map_err(unknown)?;
                if !is_gone(&after) {
                    return Err(unknown(site.not_seen(error)));
                }
                let note = format!(
                    "Order Desk's answer was lost; the order's list shows that the {} is gone.",
                    site.part.names().noun
                );
                Ok(Done::deleted(record, true).noting(Some(note)))
            }
            // Somebody else was faster.
            Err(od_client::Error::NotFound) => Err(Failed::Final(id.no_such(site.order))),
            Err(error) => Err(site.refused(error)),
        };
        done.map(|done| done.noting(remark))
    }
}

/// The part to be deleted, when that leaves an order Order Desk can work with.
fn chosen<'a, P: Part>(site: &Site<'_, P>, records: &'a [Record], id: &One<P>) -> Result<&'a Record, Error> {
    let record = records.iter().find(|record| id.is_of(record));
    let record = record.ok_or_else(|| id.no_such(site.order))?;
    site.part.check_spared(records)?;
    Ok(record)
}

fn still_listed<P: Part>(part: P) -> String {
    format!(
        "Order Desk accepted the delete, but the order's list still shows the {}.",
        part.names().noun
    )
}
