//! Changing a part: read it, lay the fields over it, upload it whole, read it back.

use std::time::Instant;

use od_client::Store;
use od_record::order::Trail;
use od_record::{ReadBack, diff, untouched};
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::{Beside, Part};
use super::look::Seen;
use super::one::One;
use super::site::{Act, GaveUp, Site, may_write};
use super::{Record, UpdatePart};
use crate::attempts::{Failed, Reads};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::order_id;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::Purpose;

const SETTLED: &str = "The answer to the upload was lost; reading again shows that the change was stored.";

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
        let seen = site.look(&store.upstream, &id).await;
        let seen = seen.map_err(|error| id.missing(error, order))?;
        let base = &seen.record;
        let desired = part
            .law()
            .lay(base, &input.fields, part.names().argument)
            .map_err(Error::Invalid)?;
        if let Some(existing) = part.made_double(&seen.others, base, &desired) {
            return Err(Error::Duplicate(existing));
        }
        let beside = beside(&seen, input.allow_excess);
        let doubt = part.beside(&beside, &input.fields).map_err(Error::Invalid)?;
        let changes = diff(base, &desired);
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
        let part = site.part;
        let after = if site.engine.inner.mutation.verify { 2 } else { 1 };
        let upstream = site.reserve(site.requests_of_look() + after).await?;
        let seen = site.look(&upstream, id).await;
        let seen = seen.map_err(|error| id.failed(error, site.order))?;
        let read_at = Instant::now();
        let base = &seen.record;
        reads.compare(base);
        let desired = part
            .law()
            .lay(base, given, part.names().argument)
            .map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
        let doubt = part.beside(&beside(&seen, self.allow_excess), given);
        let doubt = doubt.map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
        if let Some(existing) = part.made_double(&seen.others, base, &desired) {
            return Err(Failed::Final(Error::Duplicate(existing)));
        }
        let mut changes = diff(base, &desired);
        if changes.is_empty() {
            let arrived = reads.arrived();
            let note = (!arrived.is_empty()).then(|| SETTLED.to_owned());
            return Ok(Done::changed(seen.record, arrived, &ReadBack::NotNeeded).noting(note));
        }
        let remark = part.remark(given, &desired, &changes);
        let stored = match may_write(held, read_at) {
            Ok(()) => upload(site, upstream, id, &seen, desired).await,
            Err(failed) => Err(failed),
        };
        match stored {
            Ok(stored) => {
                changes.extend(reads.arrived_beside(&changes, base));
                Ok(Done::changed(stored.record, changes, &stored.read_back)
                    .beside_others(&stored.trail, part.names().noun)
                    .noting(stored.note)
                    .noting(remark)
                    .noting(doubt))
            }
            Err(failed) => {
                reads.keep(seen.record);
                reads.expect(&failed, changes);
                Err(failed)
            }
        }
    }
}

/// What a changed part is compared with.
fn beside(seen: &Seen, allow_excess: bool) -> Beside<'_> {
    Beside {
        lines: &seen.lines,
        others: &seen.others,
        shipments: &seen.shipments,
        now: Some(&seen.record),
        allow_excess,
    }
}

/// What became of an upload.
struct Stored {
    record: Record,
    read_back: ReadBack,
    trail: Trail,
    note: Option<String>,
}

impl Stored {
    /// Taken as it was sent.
    fn unseen(record: Record, read_back: ReadBack) -> Self {
        Self {
            record,
            read_back,
            trail: Trail::default(),
            note: None,
        }
    }

    /// As it was seen afterwards.
    fn seen<P: Part>(part: P, base: &Seen, desired: &Record, after: Seen) -> Self {
        let trail = base.trail_to(&after);
        Self {
            read_back: ReadBack::Seen(part.law().verify(&base.record, desired, &after.record)),
            record: after.record,
            trail,
            note: None,
        }
    }
}

async fn upload<P: Part>(
    site: &Site<'_, P>,
    upstream: Store,
    id: &One<P>,
    base: &Seen,
    desired: Record,
) -> Result<Stored, Failed> {
    let altered = || site.altered(&base.record, diff(&base.record, &desired));
    match id.replace(&upstream, site.order, &desired).await {
        Ok(()) if !site.engine.inner.mutation.verify => Ok(Stored::unseen(desired, ReadBack::Skipped)),
        Ok(()) => Ok(match site.look_back(upstream, id, base).await {
            Ok(after) => Stored::seen(site.part, base, &desired, after),
            Err(error) => {
                tracing::warn!(%error, "a part of an order could not be read back after its upload");
                Stored::unseen(desired, ReadBack::Failed)
            }
        }),
        Err(error) if error.is_uncertain() => {
            drop(upstream);
            tracing::warn!(%error, "an upload's outcome is unknown; reading the order to find out");
            let settled = settle(site, id, base, &desired).await;
            let settled = settled.map_err(|error| Failed::Final(error.having_attempted(altered)))?;
            let after = settled.ok_or_else(|| {
                let failed = Failed::unseen(error, site.part.names().how_to_find_out);
                failed.having_attempted(altered)
            })?;
            Ok(Stored {
                note: Some(SETTLED.to_owned()),
                ..Stored::seen(site.part, base, &desired, after)
            })
        }
        Err(error) => Err(id.failed(error, site.order)),
    }
}

/// The part when the upload is in it, nothing when it is not.
async fn settle<P: Part>(
    site: &Site<'_, P>,
    id: &One<P>,
    base: &Seen,
    desired: &Record,
) -> Result<Option<Seen>, Error> {
    let seen = site.look_again(id, base).await?;
    if site.part.law().verify(&base.record, desired, &seen.record).stuck {
        return Ok(Some(seen));
    }
    if untouched(&base.record, desired, &seen.record) {
        return Ok(None);
    }
    Err(site.uncertain("the answer was lost, and the record has since changed in the same fields."))
}
