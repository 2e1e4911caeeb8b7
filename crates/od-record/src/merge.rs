//! The merge law, field by field: setting one of any record to what a caller gave. The law of a whole order stands in
//! `order/merge`.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::field::{Field, Kind, find};
use crate::identifier::tidy;
use crate::number;
use crate::problem::{Problem, below};
use crate::text::{clean_text, shows_as};

#[cfg(test)]
mod tests;

/// Why a field cannot take the value: the record holds something there that cannot be merged with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) &'static str);

const NOT_A_MAP: Refused =
    Refused("cannot be changed: the record holds something there that is not a set of keys and values");

/// Sets `field` of `record` to `given` under the merge law.
pub(crate) fn set(record: &mut Map<String, Value>, field: &'static Field, given: &Value) -> Result<(), Refused> {
    let Some(current) = record.get_mut(field.name) else {
        if let Some(value) = fresh(field.kind, given)? {
            record.insert(field.name.to_owned(), value);
        }
        return Ok(());
    };
    match field.kind {
        Kind::Labels | Kind::Metadata | Kind::Address(_) => change_map(current, |map| merge(map, field.kind, given)),
        _ => {
            set_plain(current, field.kind, given);
            Ok(())
        }
    }
}

/// Sets every field of `given` that `table` knows, but for an id, which selects and is never set. What cannot be set is
/// added to `problems`, with paths below `at`.
pub(crate) fn set_all(
    record: &mut Map<String, Value>,
    table: &'static [Field],
    given: &Map<String, Value>,
    at: &str,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in given {
        if let Some(field) = find(table, name).filter(|field| !matches!(field.kind, Kind::Id))
            && let Err(Refused(reason)) = set(record, field, value)
        {
            problems.push(Problem::new(below(at, name), reason));
        }
    }
}

/// Whether a value is a map without keys, in either of the ways Order Desk and JSON write one.
pub(crate) fn is_empty_map(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// The value of a field the record does not have yet; `None` when there is nothing to set.
fn fresh(kind: Kind, given: &Value) -> Result<Option<Value>, Refused> {
    match kind {
        _ if given.is_null() => Ok(None),
        Kind::Labels | Kind::Metadata | Kind::Address(_) => {
            let mut map = Map::new();
            merge(&mut map, kind, given)?;
            Ok((!map.is_empty()).then_some(Value::Object(map)))
        }
        _ => Ok(Some(as_kept(kind, given))),
    }
}

/// A value as it is kept when it is new.
fn as_kept(kind: Kind, given: &Value) -> Value {
    match (kind, given) {
        (Kind::Identifier | Kind::Date, Value::String(text)) => tidy(text).into(),
        _ => given.clone(),
    }
}

fn set_plain(current: &mut Value, kind: Kind, given: &Value) {
    let numeric = kind.is_numeric();
    let wanted = match (given, kind) {
        (Value::Null, Kind::Discounts) => Value::Array(Vec::new()),
        (Value::Null, _) if is_blank(current) => return,
        (Value::Null, _) if numeric => 0.into(),
        (Value::Null, _) => Value::String(String::new()),
        // What the record holds counts as unchanged however it is written there.
        _ if shows_as(current, given) => return,
        _ => as_kept(kind, given),
    };
    if shows_as(current, &wanted) || (numeric && number::same(current, &wanted)) {
        return;
    }
    *current = if numeric {
        number::retyped(&wanted, current)
    } else {
        faithful(current, &wanted)
    };
}

/// Lets `change` work on a map and keeps the way an empty one was written: Order Desk writes `[]`.
fn change_map(
    current: &mut Value,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut map = match current {
        Value::Object(map) => std::mem::take(map),
        ref blank if is_blank(blank) => Map::new(),
        _ => return Err(NOT_A_MAP),
    };
    let had_keys = !map.is_empty();
    let result = change(&mut map);
    if !map.is_empty() {
        *current = Value::Object(map);
    } else if had_keys {
        *current = Value::Array(Vec::new());
    }
    result
}

fn merge(map: &mut Map<String, Value>, kind: Kind, given: &Value) -> Result<(), Refused> {
    match (kind, given) {
        (Kind::Address(_), Value::Null) => {
            for part in map.values_mut().filter(|part| part.is_string()) {
                *part = Value::String(String::new());
            }
        }
        (Kind::Address(parts), Value::Object(given)) => {
            for (name, given) in given {
                if let Some(field) = find(parts, name) {
                    set(map, field, given)?;
                }
            }
        }
        (_, Value::Null) => map.clear(),
        (_, Value::Object(given)) => patch(map, given),
        // An empty list is an empty map and names nothing; anything else was refused when the change was judged.
        _ => {}
    }
    Ok(())
}

/// Merges free keys: null removes one, objects merge deeply, anything else is set.
fn patch(map: &mut Map<String, Value>, given: &Map<String, Value>) {
    let shown = shown_keys(map);
    for (key, given) in given {
        let key = match shown.get(key) {
            Some(stored) if !map.contains_key(key) => stored.clone(),
            _ => key.clone(),
        };
        match given {
            Value::Null => {
                // Not `remove`: that would move the last key into the gap.
                map.shift_remove(&key);
            }
            Value::Object(inner) => {
                let Some(current) = map.get_mut(&key) else {
                    let mut made = Map::new();
                    patch(&mut made, inner);
                    // To take away what was never there makes nothing.
                    if inner.is_empty() || !made.is_empty() {
                        map.insert(key, made.into());
                    }
                    continue;
                };
                if !current.is_object() && !is_empty_map(current) {
                    *current = Value::Object(Map::new());
                }
                // Cannot be refused: it is a map by now.
                let _merged = change_map(current, |map| {
                    patch(map, inner);
                    Ok(())
                });
            }
            _ => {
                let current = map.entry(key).or_insert(Value::Null);
                if !shows_as(current, given) {
                    *current = faithful(current, given);
                }
            }
        }
    }
}

/// The stored keys that replies show without their hidden characters, by what they show.
fn shown_keys(map: &Map<String, Value>) -> HashMap<String, String> {
    // The first of several that look the same is meant, so that it comes last.
    let hiding = map.keys().rev().filter_map(|key| match clean_text(key) {
        Cow::Owned(shown) => Some((shown, key.clone())),
        Cow::Borrowed(_) => None,
    });
    hiding.collect()
}

/// `given`, with the stored spelling of every list element that a reply showed with hidden characters left out.
fn faithful(stored: &Value, given: &Value) -> Value {
    match (stored, given) {
        (Value::Array(stored), Value::Array(given)) => {
            let spelled = |item: &Value| {
                stored
                    .iter()
                    .find(|stored| shows_as(stored, item))
                    .unwrap_or(item)
                    .clone()
            };
            Value::Array(given.iter().map(spelled).collect())
        }
        _ => given.clone(),
    }
}

pub(crate) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty) || is_empty_map(value)
}
