//! A list as columns and rows: every name is said once, which takes a third less of a model's context.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The argument of lists that says how they are laid out.
pub(crate) const LAYOUT: &str = "layout";
/// Its word for columns and rows.
pub(crate) const TABLE: &str = "table";

/// The member that names the columns.
const COLUMNS: &str = "columns";
/// The member that holds a list of values for each record.
pub(super) const ROWS: &str = "rows";

/// Lays the records of `data.<key>` out. Columns come in the order in which the records name them; what a record does not
/// have is null. Whether it was done: what holds no list of records stays as it is.
pub(super) fn lay_out(data: &mut Value, key: &str) -> bool {
    let Some(members) = data.as_object_mut() else {
        return false;
    };
    let is_list_of_records = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(Value::is_object));
    if !members.get(key).is_some_and(is_list_of_records) {
        return false;
    }
    let Some(Value::Array(records)) = members.shift_remove(key) else {
        return false;
    };
    let mut columns: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for name in records.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if !places.contains_key(name) {
            places.insert(name.clone(), columns.len());
            columns.push(name.clone());
        }
    }
    let row = |record: Value| {
        let mut row = vec![Value::Null; columns.len()];
        if let Value::Object(record) = record {
            for (name, value) in record {
                row[places[&name]] = value;
            }
        }
        Value::Array(row)
    };
    let rows: Value = records.into_iter().map(row).collect();
    members.shift_insert(0, ROWS.to_owned(), rows);
    members.shift_insert(0, COLUMNS.to_owned(), columns.into());
    if let Some(applied) = members.get_mut("applied").and_then(Value::as_object_mut) {
        applied.insert(LAYOUT.to_owned(), TABLE.into());
    }
    true
}

/// The name of the column at `place`.
pub(super) fn column(data: &Value, place: usize) -> Option<&str> {
    data.get(COLUMNS)?.get(place)?.as_str()
}
