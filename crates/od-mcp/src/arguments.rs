//! Arguments are checked before anything happens, and every problem is told at once.
//!
//! The protocol library does not look at the schemas it lists, and a typed decoder stops at the first fault, so the
//! compiled schema speaks first: it finds all faults, and only what passes is decoded into a handler's own type. Before that,
//! `shape` brings them into one spelling.

use std::collections::HashSet;

use od_engine::orders::Problem;
use serde_json::{Map, Value};

use crate::catalog::Entry;

mod bounds;
mod explain;
mod shape;
#[cfg(test)]
mod tests;

use explain::MOST_PROBLEMS;
pub use shape::{Shaped, shape};

/// Checks the arguments of a call.
///
/// # Errors
/// All problems at once.
pub fn check(tool: &Entry, shaped: Shaped) -> Result<Map<String, Value>, Vec<Problem>> {
    if let Some(excess) = shaped.excess {
        return Err(vec![excess]);
    }
    let Shaped {
        arguments, problems, ..
    } = shaped;
    let whole = Value::Object(arguments);
    // Most calls are in order, which is found out much faster than what is wrong with the others.
    let found: Vec<Problem> = if tool.validator.is_valid(&whole) {
        Vec::new()
    } else {
        let errors = tool.validator.iter_errors(&whole);
        errors
            .flat_map(|error| explain::problems(&tool.spec.input, &error))
            .collect()
    };
    let Value::Object(arguments) = whole else {
        return Ok(Map::new());
    };
    let found = with_further_rules(problems, found);
    let found = with_further_rules(found, (tool.spec.check)(&arguments));
    if found.is_empty() { Ok(arguments) } else { Err(found) }
}

/// The required arguments of a tool that a call left out.
pub fn missing(tool: &Entry, arguments: &Map<String, Value>) -> Vec<String> {
    let required = tool
        .spec
        .input
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    required
        .filter_map(Value::as_str)
        .filter(|name| !arguments.contains_key(*name))
        .map(str::to_owned)
        .collect()
}

/// Both lists, without telling the same place twice, and no longer than is worth reading.
fn with_further_rules(mut found: Vec<Problem>, further: Vec<Problem>) -> Vec<Problem> {
    let told: HashSet<String> = found.iter().map(|problem| problem.path.clone()).collect();
    found.extend(further.into_iter().filter(|problem| !told.contains(&problem.path)));
    if found.len() > MOST_PROBLEMS {
        let more = found.len() - MOST_PROBLEMS;
        found.truncate(MOST_PROBLEMS);
        found.push(Problem::new("", format!("and {more} more problems")));
    }
    found
}
