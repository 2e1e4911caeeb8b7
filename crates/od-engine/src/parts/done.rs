//! What became of a change to a part, and how it is told.

use od_client::OrderId;
use od_record::order::Trail;
use od_record::text::{clean_map, clean_value};
use od_record::{FieldChange, ReadBack};
use serde_json::{Value, json};

use super::Record;
use super::kind::Part;
use crate::difference::Altered;
use crate::meter::ChangeOutcome;
use crate::outcome::{Outcome, StoreRef};
use crate::reads::LISTS_SHIFT;

/// A change that was made, or that turned out to be none.
#[derive(Debug)]
pub(super) struct Done {
    /// The part as it is now; a deleted one as it was.
    record: Record,
    changes: Vec<FieldChange>,
    verified: bool,
    warnings: Vec<String>,
    attempts: u32,
    deleted: bool,
}

impl Done {
    /// A change of fields, judged by what was read back.
    pub(super) fn changed(record: Record, changes: Vec<FieldChange>, read_back: &ReadBack) -> Self {
        let (verified, warnings) = (read_back.confirms(&changes), read_back.remarks(&changes));
        Self {
            record,
            changes,
            verified,
            warnings,
            attempts: 0,
            deleted: false,
        }
    }

    /// A new part.
    pub(super) fn added(record: Record, read_back: &ReadBack) -> Self {
        let changes = vec![FieldChange::of_added(&record)];
        Self::changed(record, changes, read_back)
    }

    /// A part that is gone.
    pub(super) fn deleted(record: Record, verified: bool) -> Self {
        Self {
            changes: vec![FieldChange::of_removed(&record)],
            record,
            verified,
            warnings: Vec::new(),
            attempts: 0,
            deleted: true,
        }
    }

    /// With something the caller should know first.
    pub(super) fn noting(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.warnings.splice(0..0, notes);
        self
    }

    /// Beside what the order's history tells of others.
    pub(super) fn beside_others(mut self, trail: &Trail, noun: &str) -> Self {
        self.verified &= trail.overwritten.is_empty();
        self.warnings.extend(trail.remarks_of_part(noun));
        self
    }

    /// After so many attempts.
    pub(super) fn after(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// What became of it, as it is counted.
    pub(super) fn outcome(&self) -> ChangeOutcome {
        ChangeOutcome::done(self.changes.is_empty(), self.verified)
    }

    /// How many attempts it took.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// `{"order_item" or "shipment", "changes", "attempts", "verified"}`, and `deleted` where it applies.
    pub(super) fn reply<P: Part>(self, part: P, order: &OrderId, store: StoreRef) -> Outcome<Value> {
        let mut data = told(part, &self.record, &self.changes);
        data["attempts"] = self.attempts.into();
        data["verified"] = self.verified.into();
        if self.deleted {
            data["deleted"] = true.into();
        }
        let altered = altered(part, order, &self.record, self.changes);
        Outcome::of(store, data)
            .with_warnings(self.warnings)
            .with_warnings(self.deleted.then(|| LISTS_SHIFT.to_owned()))
            .having_altered([altered])
    }
}

/// A part of an order that is or would be altered, for the audit log.
pub(super) fn altered<P: Part>(part: P, order: &OrderId, record: &Record, changes: Vec<FieldChange>) -> Altered {
    let id = part.id_of(record).map(|id| id.to_string());
    Altered::part(part.names().member, order.as_str(), id, changes)
}

/// What a change would make of a part, told as if it had been made.
pub(super) fn preview<P: Part>(part: P, record: &Record, changes: &[FieldChange], store: StoreRef) -> Outcome<Value> {
    let mut data = told(part, record, changes);
    data["dry_run"] = true.into();
    Outcome::of(store, data)
}

fn told<P: Part>(part: P, record: &Record, changes: &[FieldChange]) -> Value {
    json!({ part.names().member: clean_map(record), "changes": clean_value(&json!(changes)) })
}
