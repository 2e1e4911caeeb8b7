//! What a write's arguments are about, and what of their spelling means nothing.

use od_record::{bare_id, in_one_order};
use serde_json::{Map, Value};

use super::write::Write;

/// A tenant's registrations.
pub(super) const STORES: &str = "stores";
/// The arguments that name a record.
const NAMES: [&str; 3] = ["order_id", "order_ids", "product_id"];
/// The arguments whose rows name records.
const ROWS: [&str; 2] = ["shipments", "products"];

/// The records that a write names: an order with all its parts, an inventory item. All that changes a tenant's stores is about
/// one thing, its registrations. A create names nothing.
pub(super) fn of(write: &Write<'_>, arguments: &Map<String, Value>) -> Vec<String> {
    if !write.in_store {
        return vec![STORES.to_owned()];
    }
    let mut records = Vec::new();
    for name in NAMES {
        add(&mut records, name, arguments.get(name));
    }
    for list in ROWS {
        let rows = arguments.get(list).and_then(Value::as_array);
        for row in rows.into_iter().flatten() {
            add(&mut records, "order_id", row.get("order_id"));
            if list == "products" {
                add(&mut records, "product_id", row.get("id"));
            }
        }
    }
    records
}

fn add(records: &mut Vec<String>, name: &str, value: Option<&Value>) {
    let kind = name.trim_end_matches('s');
    match value {
        Some(Value::String(id)) => records.push(format!("{kind} {}", bare_id(id))),
        Some(Value::Number(id)) => records.push(format!("{kind} {id}")),
        Some(Value::Array(ids)) => {
            for id in ids {
                add(records, name, Some(id));
            }
        }
        _ => {}
    }
}

/// The members that hold lines: of a new order, of a change, of a shipment.
const LINES: [&str; 2] = ["items", "order_items"];

/// Writes whole numbers as such, for 1.0 is 1, however a client spells it; and lines in one order, for whoever repeats a call may
/// write them in another one.
pub(super) fn plain(value: &mut Value) {
    /// Whole numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            let whole = number.as_f64().filter(|_| number.is_f64());
            if let Some(whole) = whole.filter(|whole| whole.fract() == 0.0 && whole.abs() <= EXACT) {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and within what is exact")]
                let whole = whole as i64;
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                plain(member);
                if let Value::Array(lines) = member
                    && LINES.contains(&name.as_str())
                {
                    *lines = in_one_order(std::mem::take(lines));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests;
