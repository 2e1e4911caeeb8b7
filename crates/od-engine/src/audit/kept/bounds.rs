//! How much of a difference is kept that is too large to be kept whole.

use std::collections::HashMap;

use serde_json::Value;

use crate::difference::{Altered, AlteredField};

/// A path that is longer, in bytes, is left out where changes are counted: names of fields are the shopper's too.
const LONGEST_PATH: usize = 512;

/// What is kept of each record: values up to so many bytes of JSON, and so many changes of each of its fields.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) before: usize,
    pub(super) after: usize,
    pub(super) changes: usize,
}

impl Bounds {
    /// From the largest on.
    pub(super) const LENGTHS: [usize; 9] = [
        1 << 20,
        1 << 18,
        1 << 16,
        1 << 14,
        1 << 12,
        1 << 10,
        1 << 8,
        1 << 6,
        1 << 4,
    ];
    /// No values, and no changes.
    pub(super) const NOTHING: Self = Self::up_to(0, 0);
    /// Less and less, beginning with the longest values. Whoever makes thousands of short ones does so within one field,
    /// and the others' changes are kept.
    pub(super) const ALL: [Self; 13] = [
        Self::up_to(usize::MAX, usize::MAX),
        Self::up_to(1 << 18, usize::MAX),
        Self::up_to(1 << 16, usize::MAX),
        Self::up_to(1 << 14, usize::MAX),
        Self::up_to(1 << 13, usize::MAX),
        Self::up_to(1 << 12, usize::MAX),
        Self::up_to(1 << 11, usize::MAX),
        Self::up_to(1 << 10, usize::MAX),
        Self::up_to(1 << 9, usize::MAX),
        Self::up_to(1 << 8, usize::MAX),
        Self::up_to(1 << 8, 1 << 8),
        Self::up_to(1 << 8, 1 << 6),
        Self::up_to(1 << 8, 1 << 4),
    ];

    const fn up_to(before: usize, changes: usize) -> Self {
        Self {
            before,
            after: 0,
            changes,
        }
    }

    /// What is kept of the record, and how many bytes of JSON are left out.
    pub(super) fn keep(&self, record: &Altered) -> (Altered, u64) {
        let mut left_out = 0;
        let mut value = |value: &Option<Value>, most: usize| {
            let Some(value) = value else { return (None, None) };
            let length = value.to_string().len();
            if length <= most {
                return (Some(value.clone()), None);
            }
            left_out += length as u64;
            (None, Some(length as u64))
        };
        let mut of_field: HashMap<&str, usize> = HashMap::new();
        let mut changes = Vec::new();
        for change in &record.changes {
            let count = of_field.entry(field(&change.path)).or_default();
            *count += 1;
            let is_kept = *count <= self.changes && (self.changes == usize::MAX || change.path.len() <= LONGEST_PATH);
            let (before, before_left_out_bytes) = value(&change.before, if is_kept { self.before } else { 0 });
            let (after, after_left_out_bytes) = value(&change.after, if is_kept { self.after } else { 0 });
            if is_kept {
                changes.push(AlteredField {
                    path: change.path.clone(),
                    id: change.id.clone(),
                    before,
                    before_left_out_bytes,
                    after,
                    after_left_out_bytes,
                });
            }
        }
        let fewer = record.changes.len() - changes.len();
        let kept = Altered {
            record: record.record.clone(),
            id: record.id.clone(),
            order_id: record.order_id.clone(),
            changes,
            is_uncertain: record.is_uncertain,
            left_out_changes: (fewer > 0).then_some(fewer as u64),
        };
        (kept, left_out)
    }
}

/// The field of the record that a path leads into.
fn field(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}
