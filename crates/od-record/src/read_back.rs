//! What reading back told, in words for the caller.

use serde_json::{Map, Value};

use crate::diff::{FieldChange, diff};
use crate::verify::Verification;

#[cfg(test)]
mod tests;

/// What reading back told about an upload of several changes.
pub enum ReadBack {
    /// Nothing was uploaded: the record held everything already.
    NotNeeded,
    /// Nobody looked, by configuration.
    Skipped,
    /// The upload was accepted, but the record could not be read.
    Failed,
    /// The record was read.
    Seen(Verification),
}

impl ReadBack {
    /// Whether these changes are seen to have been stored.
    pub fn confirms(&self, changes: &[FieldChange]) -> bool {
        match self {
            Self::NotNeeded => true,
            Self::Skipped | Self::Failed => false,
            Self::Seen(verification) => !verification.not_applied.iter().any(|missing| touches(missing, changes)),
        }
    }

    /// What reading back showed about these changes, in words.
    pub fn remarks(&self, changes: &[FieldChange]) -> Vec<String> {
        let verification = match self {
            Self::NotNeeded | Self::Skipped => return Vec::new(),
            Self::Failed => {
                return vec![
                    "The change was uploaded and accepted, but the record could not be read back to see it.".to_owned(),
                ];
            }
            Self::Seen(verification) => verification,
        };
        let mut remarks = Vec::new();
        let missing = paths(
            verification
                .not_applied
                .iter()
                .filter(|missing| touches(missing, changes)),
        );
        if !missing.is_empty() {
            remarks.push(format!(
                "Read back, these fields do not hold what was sent; the store's own rules or another writer may have \
                 changed them: {missing}."
            ));
        }
        let foreign = paths(verification.foreign.iter());
        if !foreign.is_empty() {
            remarks.push(format!(
                "These fields are no part of the change and differ from what was uploaded: {foreign}. Somebody else or the \
                 store's own rules changed them meanwhile, or Order Desk does not keep what it was sent."
            ));
        }
        remarks
    }
}

fn paths<'a>(changes: impl Iterator<Item = &'a FieldChange>) -> String {
    changes
        .map(|change| change.path.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn touches(one: &FieldChange, changes: &[FieldChange]) -> bool {
    changes.iter().any(|change| overlap(&one.path, &change.path))
}

/// Whether none of the fields to be changed differs from before: then an upload whose answer was lost was not stored.
/// Notes are left out: another writer's note may stand where ours would, and notes are never added twice.
pub fn untouched(base: &Map<String, Value>, desired: &Map<String, Value>, now: &Map<String, Value>) -> bool {
    let changed_since = diff(base, now);
    diff(base, desired)
        .iter()
        .filter(|wanted| !overlap(&wanted.path, "/order_notes"))
        .all(|wanted| !changed_since.iter().any(|other| overlap(&wanted.path, &other.path)))
}

/// Whether one JSON Pointer is the other, or leads to a part of it.
fn overlap(a: &str, b: &str) -> bool {
    let below = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    a == b || below(a, b) || below(b, a)
}
