//! How much of a record comes back.

use serde_json::{Map, Value};

use super::problem::Problem;
use crate::error::Error;

/// Most field names in one call.
const MAX_FIELDS: usize = 50;

/// The field names of a call, if they can be names.
pub(crate) fn checked_fields(fields: Option<&[String]>) -> Result<Option<&[String]>, Error> {
    let Some(fields) = fields else { return Ok(None) };
    if fields.is_empty() || fields.len() > MAX_FIELDS {
        return Err(Error::invalid(
            "/fields",
            format!("must name 1 to {MAX_FIELDS} top-level fields, or be left out"),
        ));
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
        Err(Error::Invalid(problems))
    }
}

/// The record, or only the named fields of it, in the record's order; `id` always.
pub(crate) fn pick(record: Option<&Map<String, Value>>, fields: Option<&[String]>) -> Map<String, Value> {
    let Some(record) = record else { return Map::new() };
    let Some(fields) = fields else { return record.clone() };
    record
        .iter()
        .filter(|(key, _)| *key == "id" || fields.iter().any(|field| field == *key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
