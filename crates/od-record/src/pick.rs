//! How much of a record comes back.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::names::{NameOf, meant};
use crate::problem::Problem;
use crate::text::quoted;

#[cfg(test)]
mod tests;

/// Most field names in one call.
const MAX_FIELDS: usize = 50;
/// Most absent fields that are told one by one: finding out what was meant costs more than the read from memory.
const MAX_TOLD: usize = 5;

/// The field names of a call, if they can be names.
///
/// # Errors
/// Everything that is wrong, with JSON Pointers below `/fields`.
pub fn checked_fields(fields: Option<&[String]>) -> Result<Option<&[String]>, Vec<Problem>> {
    let Some(fields) = fields else { return Ok(None) };
    if fields.is_empty() || fields.len() > MAX_FIELDS {
        let message = format!("must name 1 to {MAX_FIELDS} top-level fields, or be left out");
        return Err(vec![Problem::new("/fields", message)]);
    }
    let problems: Vec<Problem> = fields
        .iter()
        .enumerate()
        .filter(|(_, name)| name.is_empty() || name.len() > 64 || name.contains(['/', '.', '[']))
        .map(|(at, _)| {
            Problem::new(
                format!("/fields/{at}"),
                "must be the name of a top-level field, e.g. shipping",
            )
        })
        .collect();
    if problems.is_empty() {
        Ok(Some(fields))
    } else {
        Err(problems)
    }
}

/// The record, or only the named fields of it, in the record's order; `id` always.
pub fn pick(record: &Map<String, Value>, fields: Option<&[String]>) -> Map<String, Value> {
    let Some(fields) = fields else { return record.clone() };
    record
        .iter()
        .filter(|(key, _)| *key == "id" || fields.contains(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// What to say of the asked fields that none of the records has, with the nearest that one of them has. No fault: a
/// record may do without a field. Nothing can be said when there are no records.
pub fn absent<'a>(
    records: impl IntoIterator<Item = &'a Map<String, Value>>,
    fields: Option<&[String]>,
    of: NameOf,
) -> Vec<String> {
    let Some(fields) = fields else { return Vec::new() };
    let known: BTreeSet<&str> = records.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let unknown = || fields.iter().filter(|field| !known.contains(field.as_str()));
    let mut listed = false;
    let told = unknown().take(MAX_TOLD).map(|field| {
        let advice = advice(field, &known, of, &mut listed);
        format!("Nothing in this reply has a field {}{advice}", quoted(field))
    });
    let mut told: Vec<String> = told.collect();
    let more = unknown().count().saturating_sub(MAX_TOLD);
    let more = (more > 0).then(|| format!("Nor has it {more} more of the fields that were asked for."));
    told.extend(more);
    told
}

/// The end of the sentence: what was meant, or once which names there are.
fn advice(field: &str, known: &BTreeSet<&str>, of: NameOf, listed: &mut bool) -> String {
    if field == "order_history" {
        return ". orders_list adds it to orders with get_order_history set to true.".to_owned();
    }
    let meant = meant(field, of, known.iter().copied());
    if let Some(name) = meant.name {
        return format!(". Did you mean {name}?");
    }
    if meant.word.is_none() && std::mem::replace(listed, true) {
        return ".".to_owned();
    }
    format!("{}.", meant.told(known.iter().copied()))
}
