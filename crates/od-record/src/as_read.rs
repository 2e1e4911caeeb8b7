//! Records that are sent back as they were read.
//!
//! What they hold unchanged asks for nothing, also where it could not be set. Only what differs from the stored record is judged.

use serde_json::{Map, Value};

use crate::field::{Field, Kind, find};
use crate::identifier::id_text;
use crate::merge::is_blank;
use crate::number::{same, same_double};
use crate::problem::{Problem, below};
use crate::text::{clean_map, shows_as};

#[cfg(test)]
mod tests;

pub(crate) const NOT_OURS: &str = "differs from what is stored, and is no field that can be set: leave it out";

/// Judges fields that stand at a JSON Pointer in the arguments.
pub type Judge = fn(&Map<String, Value>, &str) -> Vec<Problem>;

/// Whether a change names what only Order Desk sets, as a record does that was read.
pub(crate) fn may_be_as_read(table: &'static [Field], given: &Map<String, Value>) -> bool {
    let is_kept = |field: &Field| field.closed.is_some() || matches!(field.kind, Kind::Id);
    given.keys().any(|name| find(table, name).is_some_and(is_kept))
}

/// The fields of `given`, which stands at `at` in the arguments, that differ from those of `base`.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn asked(
    table: &'static [Field],
    judge: Judge,
    base: &Map<String, Value>,
    given: &Map<String, Value>,
    at: &str,
) -> Result<Map<String, Value>, Vec<Problem>> {
    let mut asked = Map::new();
    let mut problems = Vec::new();
    for (name, value) in given {
        let stored = base.get(name);
        let kind = find(table, name).map(|field| field.kind);
        if is_so(kind, stored, value) {
            continue;
        }
        if kind.is_none() && stored.is_some() {
            problems.push(Problem::new(below(at, name), NOT_OURS));
        } else {
            asked.insert(name.clone(), value.clone());
        }
    }
    if !asked.is_empty() {
        problems.extend(judge(&asked, at));
    }
    if problems.is_empty() { Ok(asked) } else { Err(problems) }
}

/// Whether a field holds what is given already, in whatever spelling: `"12.50"` is 12.5 where a number is meant, and nothing
/// is nothing.
pub(crate) fn is_so(kind: Option<Kind>, stored: Option<&Value>, given: &Value) -> bool {
    let is_same = |stored: &Value| {
        reads_as(stored, given)
            || (kind.is_some_and(Kind::is_numeric) && same(stored, given))
            || (matches!(kind, Some(Kind::Id)) && id_text(stored).is_some_and(|id| id_text(given) == Some(id)))
            || (is_blank(stored) && is_blank(given))
    };
    stored.is_some_and(is_same)
}

pub(crate) fn is_shown(stored: Option<&Value>, given: &Value) -> bool {
    stored.is_some_and(|stored| reads_as(stored, given))
}

/// Whether `given` is the stored value as a reply showed it and a reader may have read it: most read numbers as doubles.
fn reads_as(stored: &Value, given: &Value) -> bool {
    let same = shows_as(stored, given) || same_double(stored, given);
    same || match (stored, given) {
        (Value::Array(stored), Value::Array(given)) => {
            stored.len() == given.len() && stored.iter().zip(given).all(|(stored, given)| reads_as(stored, given))
        }
        (Value::Object(stored), Value::Object(given)) if stored.len() == given.len() => {
            let shown = clean_map(stored);
            given.iter().all(|(key, given)| is_shown(shown.get(key), given))
        }
        _ => false,
    }
}
