//! Adding a part. Order Desk does not say which id the new one got, so the order's list is read before and after.
//!
//! A create is never repeated once Order Desk may have taken it up: a repetition could add a second item, or mail the
//! customer twice.

use std::time::Instant;

use od_client::OrderId;
use od_record::part::new_ones;
use od_record::{FieldChange, Problem, ReadBack, below, id_text, same_id};
use serde_json::Value;

use super::done::{Done, preview};
use super::kind::{Around, Beside, Part};
use super::site::{Act, Site, may_write};
use super::{CreatePart, Record};
use crate::attempts::{Failed, Reads};
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::Held;
use crate::orders::{missing, order_id};
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::Purpose;

/// Reading what is there, adding, and reading again.
const REQUESTS: u32 = 3;

/// Adds a part to an order.
pub(crate) async fn create<P: Part>(
    engine: &Engine,
    part: P,
    scope: &Scope,
    input: CreatePart,
) -> Result<Outcome<Value>, Error> {
    let order = &order_id(&input.order_id)?;
    let mut problems = (part.law().judge_new)(&input.fields, part.names().argument);
    problems.extend(of_another_order(&input.fields, order, part.names().argument));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let law = part.law();
    let mut fields = input.fields.clone();
    let left_out = (law.take_out)(&mut fields);
    let laid = law.lay(&Record::new(), &fields, part.names().argument);
    let given = &laid.map_err(Error::Invalid)?;
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
    let create = Create {
        fields: &input.fields,
        given,
        allow_excess: input.allow_excess,
    };
    if input.dry_run {
        let around = part.around(&store.upstream, order).await;
        let around = around.map_err(|error| missing(error, order.as_str()))?;
        let remarks = site.remarks(&around, &create).await;
        let remarks = remarks.map_err(Error::Invalid)?;
        let warning = part.foretell_refusal(&around.others, given);
        let changes = [FieldChange::of_added(given)];
        let preview = preview(part, given, &changes, store.name);
        let warnings = left_out.into_iter().chain(warning).chain(remarks);
        return Ok(preview.with_warnings(warnings));
    }
    let done = site.carry_out(&create).await?;
    Ok(done.noting(left_out).reply(part, order, store.name))
}

/// Adding what was given.
struct Create<'a> {
    /// As the caller wrote it.
    fields: &'a Record,
    /// As it is sent.
    given: &'a Record,
    allow_excess: bool,
}

impl<P: Part> Act<P> for Create<'_> {
    async fn attempt(&self, site: &Site<'_, P>, held: &Held, _: &mut Reads) -> Result<Done, Failed> {
        let given = self.given;
        let part = site.part;
        let upstream = site.reserve(REQUESTS).await?;
        let around = part.around(&upstream, site.order).await;
        let around = around.map_err(|error| site.failed(error))?;
        let read_at = Instant::now();
        let remarks = site.remarks(&around, self).await;
        let remarks = remarks.map_err(|problems| Failed::Final(Error::Invalid(problems)))?;
        let before = around.others;
        if let Some(existing) = part.doubled(&before, given) {
            return Err(Failed::Final(Error::Duplicate(existing)));
        }
        may_write(held, read_at)?;
        let done = match part.create(&upstream, site.order, given).await {
            Ok(told) => Ok(match site.list_back(upstream).await {
                Ok(after) => found(part, &before, given, told, after),
                Err(error) => {
                    tracing::warn!(%error, "a new part of an order could not be read back");
                    let record = told.unwrap_or_else(|| given.clone());
                    Done::added(record, &ReadBack::Failed)
                }
            }),
            Err(error) if error.is_uncertain() => {
                drop(upstream);
                let added = || site.altered(given, vec![FieldChange::of_added(given)]);
                let settled = settle(site, &before, given, error).await;
                settled.map_err(|error| Failed::Final(error.having_attempted(added)))
            }
            Err(error) => Err(match part.existing(&error, &before, given) {
                Some(existing) => Failed::Final(Error::Duplicate(existing)),
                None => site.refused(error),
            }),
        };
        done.map(|done| done.noting(remarks))
    }
}

impl<P: Part> Site<'_, P> {
    /// What should be said of a new part of the order.
    ///
    /// # Errors
    /// Everything that does not fit the order.
    async fn remarks(&self, around: &Around, create: &Create<'_>) -> Result<Vec<String>, Vec<Problem>> {
        let beside = Beside {
            lines: &around.lines,
            others: &around.others,
            shipments: &[],
            now: None,
            allow_excess: create.allow_excess,
        };
        let foreign = self.part.foreign_id(&around.others, create.fields);
        let foreign = foreign.map_err(|problem| vec![problem])?;
        let mut remarks = self.part.beside(&beside, create.given)?;
        remarks.splice(0..0, foreign);
        if let Some(id) = around.order.get("folder_id").and_then(id_text) {
            let settings = self.engine.stores().remembered_settings(&self.store.row).await;
            let folder = settings.and_then(|settings| settings.folder_name(&id));
            remarks.splice(0..0, self.part.out_of_place(&around.order, folder.as_deref()));
        }
        Ok(remarks)
    }
}

/// The new part in the list that was read after it was added.
fn found<P: Part>(part: P, before: &[Record], given: &Record, told: Option<Record>, after: Vec<Record>) -> Done {
    let mut new = new_ones(before, after);
    let told_id = told.as_ref().and_then(|told| told.get("id")).cloned();
    let index = new
        .iter()
        .position(|row| told_id.is_some() && row.get("id") == told_id.as_ref())
        .or_else(|| part.law().made_from(given, &new))
        // Stored quite differently from what was sent, but nothing else is new.
        .or((new.len() == 1).then_some(0));
    if let Some(index) = index {
        let row = new.swap_remove(index);
        let seen = ReadBack::Seen(part.law().verify_new(given, &row));
        return Done::added(row, &seen);
    }
    let note = format!(
        "Order Desk accepted the {}, but the order's list does not show it, so its id is not known.",
        part.names().noun
    );
    Done::added(told.unwrap_or_else(|| given.clone()), &ReadBack::Skipped).noting(Some(note))
}

/// Finds out whether a create whose answer was lost took place.
async fn settle<P: Part>(
    site: &Site<'_, P>,
    before: &[Record],
    given: &Record,
    cause: od_client::Error,
) -> Result<Done, Error> {
    tracing::warn!(error = %cause, "a create's outcome is unknown; reading the order to find out");
    let mut new = new_ones(before, site.list_again().await?);
    let Some(index) = site.part.law().made_from(given, &new) else {
        return Err(site.not_seen(cause));
    };
    let row = new.swap_remove(index);
    let seen = ReadBack::Seen(site.part.law().verify_new(given, &row));
    let note = format!(
        "Order Desk's answer was lost; the order's list shows that the {} was added.",
        site.part.names().noun
    );
    Ok(Done::added(row, &seen).noting(Some(note)))
}

/// That a record which is given as it was read is another order's than the one that it is to be added to.
fn of_another_order(fields: &Record, order: &OrderId, at: &str) -> Option<Problem> {
    let its = fields.get("order_id").and_then(id_text)?;
    (!same_id(&its, order.as_str())).then(|| {
        let rule = format!(
            "is another order than {order}, which the call is about: leave it out where the record is meant for {order}"
        );
        Problem::new(below(at, "order_id"), rule)
    })
}
