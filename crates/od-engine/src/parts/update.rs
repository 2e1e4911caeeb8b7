//! Changing a part: read it, lay the fields over it, upload it whole, read it back.

use std::time::Instant;

use od_client::Store;
use od_record::{ReadBack, diff, untouched};
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::{Beside, Part};
use super::one::One;
use super::site::{Act, GaveUp, Site, may_write};
use super::{Record, UpdatePart};
use crate::attempts::{Failed, Reads};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::{missing, order_id};
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::Purpose;

/// Changes a part of an order.
pub(crate) async fn update<P: Part>(
    engine: &Engine,
    part: P,
    scope: &Scope,
    input: UpdatePart,
) -> Result<Outcome<Value>, Error> {
    let order = &order_id(&input.order_id)?;
    let id = One::parse(part, &input.part_id)?;
    let problems = (part.law().judge_change)(&input.fields, part.names().argument);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let store = engine
        .stores()
        .open(scope, input.store.as_deref(), Purpose::Change)
        .await?;
    let site = Site {
        engine,
        store: &store,
        order,
        part,
    };
    if input.dry_run {
        let base = id.get(&store.upstream, order).await;
        let base = base.map_err(|error| id.missing(error, order))?;
        let desired = part
            .law()
            .lay(&base, &input.fields, part.names().argument)
            .map_err(Error::Invalid)?;
        let others = site.beside(&store.upstream, &id, &input.fields).await;
        let (lines, others) = others.map_err(|error| missing(error, order.as_str()))?;
        if let Some(existing) = part.made_double(&others, &base, &desired) {
            return Err(Error::Duplicate(existing));
        }
        let beside = Beside {
            lines: &lines,
            others: &others,
            now: Some(&base),
            allow_excess: input.allow_excess,
        };
        let doubt = part.beside(&beside, &input.fields).map_err(Error::Invalid)?;
        let changes = diff(&base, &desired);
        let remark = part.remark(&input.fields, &desired, &changes);
        let preview = preview(part, &desired, &changes, store.name);
        return Ok(preview.with_warnings(remark).with_warnings(doubt));
    }
    let update = Update {
        one: &id,
        given: &input.fields,
        allow_excess: input.allow_excess,
    };
    let done = site.carry_out(&update).await.map_err(GaveUp::naming_conflicts)?;
    Ok(done.reply(part, order, store.name))
}

/// Laying what was given over one.
struct Update<'a, P: Part> {
    one: &'a One<P>,
    given: &'a Record,
    allow_excess: bool,
}

impl<P: Part> Act<P> for Update<'_, P> {
    async fn attempt(&self, site: &Site<'_, P>, held: &Held, reads: &mut Reads) -> Result<Done, Failed> {
        let (id, given) = (self.one, self.given);
        let verifies = site.engine.inner.mutation.verify;
        let beside = u32::from(site.part.concerns_lines(given)) + u32::from(site.compares(given));
        let upstream = site.reserve(beside + if verifies { 3 } else { 2 }).await?;
        let others = site.beside(&upstream, id, given).await;
        let (lines, others) = others.map_err(|error| site.failed(error))?;
        let base = id.get(&upstream, site.order).await;
        let base = base.map_err(|error| id.failed(error, site.order))?;
        let read_at = Instant::now();
        reads.compare(&base);
        let desired = site
            .part
            .law()
            .lay(&base, given, site.part.names().argument)
            .map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
        let beside = Beside {
            lines: &lines,
            others: &others,
            now: Some(&base),
            allow_excess: self.allow_excess,
        };
        let doubt = site.part.beside(&beside, given);
        let doubt = doubt.map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
        if let Some(existing) = site.part.made_double(&others, &base, &desired) {
            return Err(Failed::Final(Error::Duplicate(existing)));
        }
        let changes = diff(&base, &desired);
        if changes.is_empty() {
            return Ok(Done::changed(base, changes, &ReadBack::NotNeeded));
        }
        let remark = site.part.remark(given, &desired, &changes);
        let stored = match may_write(held, read_at) {
            Ok(()) => upload(site, upstream, id, &base, desired).await,
            Err(failed) => Err(failed),
        };
        match stored {
            Ok(Stored {
                record,
                read_back,
                note,
            }) => Ok(Done::changed(record, changes, &read_back)
                .noting(note)
                .noting(remark)
                .noting(doubt)),
            Err(failed) => {
                reads.keep(base);
                Err(failed)
            }
        }
    }
}

impl<P: Part> Site<'_, P> {
    /// The lines of the order and the parts of it but for this one, where `given` has to be compared with them.
    async fn beside(
        &self,
        upstream: &Store,
        id: &One<P>,
        given: &Record,
    ) -> Result<(Vec<Record>, Vec<Record>), od_client::Error> {
        if !self.compares(given) {
            return Ok(Default::default());
        }
        let lines = self.lines(upstream, given).await?;
        let mut others = self.list(upstream).await?;
        others.retain(|other| !id.is_of(other));
        Ok((lines, others))
    }

    /// Whether the other parts are read for a change.
    fn compares(&self, given: &Record) -> bool {
        self.part.concerns_lines(given) || self.part.may_double(given)
    }
}

/// What became of an upload.
struct Stored {
    record: Record,
    read_back: ReadBack,
    note: Option<String>,
}

async fn upload<P: Part>(
    site: &Site<'_, P>,
    upstream: Store,
    id: &One<P>,
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
            let settled = settle(site, id, base, &desired).await;
            let settled = settled
                .map_err(|error| Failed::Final(error.having_attempted(|| site.altered(base, diff(base, &desired)))))?;
            let record = settled.ok_or_else(|| {
                let failed = Failed::unseen(error, site.part.names().how_to_find_out);
                failed.having_attempted(|| site.altered(base, diff(base, &desired)))
            })?;
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
async fn settle<P: Part>(
    site: &Site<'_, P>,
    id: &One<P>,
    base: &Record,
    desired: &Record,
) -> Result<Option<Record>, Error> {
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
