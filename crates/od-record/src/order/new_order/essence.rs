//! What a new order says, however it is written.
//!
//! Who writes a call once more writes `3.00` for `3`, or leaves a blank field out. To Order Desk that is the same order, so
//! whatever looks for the same one compares this.

use serde_json::{Map, Value};

use crate::diff::as_map;
use crate::field::{Field, Kind, find};
use crate::identifier::tidy;
use crate::item;
use crate::merge::is_blank;
use crate::number::{canonical, plain};
use crate::order::fields::{self, DISCOUNT, NOTE};
use crate::rows::in_one_order;

#[cfg(test)]
mod tests;

/// The channel of an order that names none.
pub(super) const DEFAULT_SOURCE: &str = "Order Desk";

/// What Order Desk makes of a field that is left out, apart from nothing.
const DEFAULTS: &[(&str, &str)] = &[
    ("source_name", DEFAULT_SOURCE),
    ("quantity", "1"),
    ("delivery_type", "ship"),
];

/// Left out it is not 0: Order Desk may set it to what is to be paid.
const BALANCE: &str = "processor_balance";

/// The order of `body` in one spelling: members in alphabetical order, numbers without needless digits, and nothing that says
/// no more than its absence. It is only good for comparing.
pub(super) fn essence(body: &Map<String, Value>) -> Value {
    let mut essence = Value::Object(record(fields::ORDER, body));
    essence.sort_all_objects();
    essence
}

fn record(table: &'static [Field], given: &Map<String, Value>) -> Map<String, Value> {
    let told = given.iter().filter_map(|(name, value)| {
        let value = told(find(table, name).map(|field| field.kind), name, value)?;
        Some((name.clone(), value))
    });
    told.collect()
}

/// What a field says; nothing when it says what it would say if it was not there.
fn told(kind: Option<Kind>, name: &str, given: &Value) -> Option<Value> {
    let default = DEFAULTS
        .iter()
        .find(|(field, _)| *field == name)
        .map(|(_, value)| *value);
    let value = match kind {
        Some(kind) if kind.is_numeric() => match canonical(given) {
            Some(number) if number == default.unwrap_or("0") && name != BALANCE => return None,
            Some(number) => number.into(),
            None => given.clone(),
        },
        Some(Kind::Address(parts)) => Value::Object(record(parts, as_map(given).as_deref()?)),
        Some(Kind::Lines) => rows(item::FIELDS, given),
        Some(Kind::Discounts) => rows(DISCOUNT, given),
        Some(Kind::Notes) => rows(NOTE, given),
        Some(Kind::Labels | Kind::Metadata) => free(given)?,
        _ => match given {
            Value::String(text) if name == "email" => tidy(text).to_lowercase().into(),
            Value::String(text) => tidy(text).into(),
            Value::Number(number) => plain(number).into(),
            other => other.clone(),
        },
    };
    let is_default = default.is_some_and(|default| value.as_str() == Some(default));
    (!is_blank(&value) && !is_default).then_some(value)
}

/// Rows keep their number, for an order of two equal lines is not an order of one, and not their places: what is ordered does not
/// depend on them.
fn rows(table: &'static [Field], given: &Value) -> Value {
    let row = |row: &Value| match row {
        Value::Object(row) => Value::Object(record(table, row)),
        other => other.clone(),
    };
    match given {
        Value::Array(rows) => in_one_order(rows.iter().map(row).collect()).into(),
        other => other.clone(),
    }
}

/// What free keys hold. Text is kept as it is: `1.0` may be a version.
fn free(given: &Value) -> Option<Value> {
    let free = match given {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter_map(|(key, value)| Some((key.clone(), free(value)?)))
                .collect(),
        ),
        Value::Number(number) => canonical(given).unwrap_or_else(|| number.to_string()).into(),
        other => other.clone(),
    };
    (!is_blank(&free)).then_some(free)
}
