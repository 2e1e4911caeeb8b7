//! Changing a part: read it, lay the fields over it, upload it whole, read it back.

use std::time::Instant;

use od_client::Store;
use od_record::{FieldChange, ReadBack, diff, untouched};
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::{Part, PartId};
use super::work::{Act, Site, may_write};
use super::{Record, UpdatePart};
use crate::attempts::{Failed, Reads};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::order_id;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::Purpose;

/// Changes a part of an order.
pub(crate) async fn update(
    engine: &Engine,
    part: Part,
    scope: &Scope,
    input: UpdatePart,
) -> Result<Outcome<Value>, Error> {
    let order = &order_id(&input.order_id)?;
    let id = PartId::parse(part, &input.part_id)?;
    let problems = (part.law().judge_change)(&input.fields, part.argument());
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let store = engine
        .stores()
        .open(scope, input.store.as_deref(), Purpose::Change)
        .await?;
    if input.dry_run {
        let base = id.get(&store.upstream, order).await;
        let base = base.map_err(|error| id.missing(error, order))?;
        let desired = part
            .law()
            .lay(&base, &input.fields, part.argument())
            .map_err(Error::Invalid)?;
        let changes = diff(&base, &desired);
        let remark = remark(part, &input.fields, &desired, &changes);
        return Ok(preview(part, &desired, &changes, store.name).with_warnings(remark));
    }
    let site = Site {
        engine,
        store: &store,
        order,
        part,
    };
    let done = site.carry_out(Act::Update(&id, &input.fields)).await?;
    Ok(done.reply(part, store.name))
}

pub(super) async fn attempt(
    site: &Site<'_>,
    held: &Held,
    reads: &mut Reads,
    id: &PartId,
    given: &Record,
) -> Result<Done, Failed> {
    let verifies = site.engine.inner.mutation.verify;
    let upstream = site.reserve(if verifies { 3 } else { 2 }).await?;
    let base = id.get(&upstream, site.order).await;
    let base = base.map_err(|error| id.failed(error, site.order))?;
    let read_at = Instant::now();
    reads.compare(&base);
    let desired = site
        .part
        .law()
        .lay(&base, given, site.part.argument())
        .map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
    let changes = diff(&base, &desired);
    if changes.is_empty() {
        return Ok(Done::changed(base, changes, &ReadBack::NotNeeded));
    }
    let remark = remark(site.part, given, &desired, &changes);
    let stored = match may_write(held, read_at) {
        Ok(()) => upload(site, upstream, id, &base, desired).await,
        Err(failed) => Err(failed),
    };
    match stored {
        Ok(Stored {
            record,
            read_back,
            note,
        }) => Ok(Done::changed(record, changes, &read_back).noting(note).noting(remark)),
        Err(failed) => {
            reads.keep(base);
            Err(failed)
        }
    }
}

/// What became of an upload.
struct Stored {
    record: Record,
    read_back: ReadBack,
    note: Option<String>,
}

async fn upload(
    site: &Site<'_>,
    upstream: Store,
    id: &PartId,
    base: &Record,
    desired: Record,
) -> Result<Stored, Failed> {
    let stored = |record, read_back| Stored {
        record,
        read_back,
        note: None,
    };
    match id.replace(&upstream, site.order, &desired).await {
        Ok(()) if !site.engine.inner.mutation.verify => Ok(stored(desired, ReadBack::Skipped)),
        Ok(()) => Ok(match site.read_back(upstream, id).await {
            Ok(record) => {
                let seen = site.part.law().verify(base, &desired, &record);
                stored(record, ReadBack::Seen(seen))
            }
            Err(error) => {
                tracing::warn!(%error, "a part of an order could not be read back after its upload");
                stored(desired, ReadBack::Failed)
            }
        }),
        Err(error) if error.is_uncertain() => {
            drop(upstream);
            tracing::warn!(%error, "an upload's outcome is unknown; reading the order to find out");
            let settled = settle(site, id, base, &desired).await.map_err(Failed::Final)?;
            let record = settled.ok_or(Failed::Again(Error::Upstream(error)))?;
            let seen = site.part.law().verify(base, &desired, &record);
            let note = "The answer to the upload was lost; reading again shows that the change was stored.";
            Ok(Stored {
                note: Some(note.to_owned()),
                ..stored(record, ReadBack::Seen(seen))
            })
        }
        Err(error) => Err(id.failed(error, site.order)),
    }
}

/// The part when the upload is in it, nothing when it is not.
async fn settle(site: &Site<'_>, id: &PartId, base: &Record, desired: &Record) -> Result<Option<Record>, Error> {
    let records = site.list_again().await?;
    let Some(record) = records.into_iter().find(|record| id.is_of(record)) else {
        return Err(site.uncertain("the answer was lost, and the record has been deleted since."));
    };
    if site.part.law().verify(base, desired, &record).stuck {
        return Ok(Some(record));
    }
    if untouched(base, desired, &record) {
        return Ok(None);
    }
    Err(site.uncertain("the answer was lost, and the record has since changed in the same fields."))
}

/// What the caller may not have thought of.
fn remark(part: Part, given: &Record, desired: &Record, changes: &[FieldChange]) -> Option<String> {
    match part {
        Part::Item => None,
        Part::Shipment => od_record::shipment::remark(given, desired, changes),
    }
}
