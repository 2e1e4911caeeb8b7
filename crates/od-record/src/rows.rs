//! Lists of records inside a record, and which of their rows are the same row.
//!
//! Rows are recognised by what identifies them, not by their place: a line that is removed must not make every line
//! after it look changed.

use serde_json::{Map, Value};

use crate::identifier::id_text;

/// The fields that hold lists of records.
pub(crate) fn is_list(field: &str) -> bool {
    matches!(
        field,
        "order_items" | "order_shipments" | "order_notes" | "discount_list" | "order_history"
    )
}

/// What identifies a row of the list in `field`; `None` when the row has nothing of the kind.
pub(crate) fn identity(field: &str, row: &Value) -> Option<String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    match field {
        "order_items" | "order_shipments" => row.get("id").and_then(id_text),
        "order_notes" => text("content").map(str::to_owned),
        "discount_list" => text("name").map(|name| format!("{name}\n{}", text("code").unwrap_or_default())),
        _ => None,
    }
}

/// The records in the list that a field of a record holds.
pub fn rows_of<'a>(record: &'a Map<String, Value>, field: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    rows(record.get(field)).iter().filter_map(Value::as_object)
}

/// The list a field holds. Absent and blank lists have no rows.
pub(crate) fn rows(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Rows whose places say nothing, as they can be compared: equal rows in whatever order come out equal, each as often as it was.
pub fn in_one_order(mut rows: Vec<Value>) -> Vec<Value> {
    rows.iter_mut().for_each(Value::sort_all_objects);
    rows.sort_by_cached_key(Value::to_string);
    rows
}

/// For each row of `after` the row of `before` that it is: an equal one, else one with the same identity.
pub(crate) fn partners(field: &str, before: &[Value], after: &[Value]) -> Vec<Option<usize>> {
    let mut free = vec![true; before.len()];
    let mut partners = vec![None; after.len()];
    let mut pair = |partners: &mut [Option<usize>], same: &dyn Fn(&Value, &Value) -> bool| {
        for (partner, row) in partners.iter_mut().zip(after).filter(|(partner, _)| partner.is_none()) {
            *partner = (0..before.len()).find(|&index| free[index] && same(&before[index], row));
            if let Some(index) = *partner {
                free[index] = false;
            }
        }
    };
    pair(&mut partners, &|a, b| a == b);
    pair(&mut partners, &|a, b| {
        let identity_of = |row| identity(field, row);
        identity_of(a).is_some_and(|id| identity_of(b) == Some(id))
    });
    partners
}
