//! Arguments are checked before anything happens, and every problem is told at once.
//!
//! The protocol library does not look at the schemas it lists, and a typed decoder stops at the first fault, so the
//! compiled schema speaks first: it finds all faults, and only what passes is decoded into a handler's own type.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::catalog::Entry;

mod bounds;
mod explain;
mod ids;
#[cfg(test)]
mod tests;

/// One thing wrong with the arguments.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// JSON Pointer (RFC 6901) into the arguments; empty for the arguments as a whole.
    pub path: String,
    /// What is wrong, without repeating the value.
    pub message: String,
    /// The allowed name or value that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
}

impl Problem {
    /// A problem without a suggestion.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
            did_you_mean: None,
        }
    }

    /// Adds what was probably meant.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.did_you_mean = suggestion.map(Into::into);
        self
    }
}

/// Arguments that cannot be used, with everything needed to mend them.
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid {
    /// All problems, in the order of the schema's rules.
    pub problems: Vec<Problem>,
    /// Required arguments that were left out.
    pub missing: Vec<String>,
    /// The smallest valid arguments.
    pub example: Value,
}

/// Most problems that are told; a hostile list of a million faults is not worth repeating.
const MOST_PROBLEMS: usize = 50;

/// Checks and normalises the arguments of a call: ids given as integers become strings.
///
/// # Errors
/// [`Invalid`] with all problems at once.
pub fn check(tool: &Entry, arguments: Option<Map<String, Value>>) -> Result<Map<String, Value>, Invalid> {
    let mut arguments = arguments.unwrap_or_default();
    let problems = match bounds::exceeded(&arguments) {
        Some(problem) => vec![problem],
        None => {
            ids::to_strings(&tool.spec.input, &mut arguments);
            problems(tool, &arguments)
        }
    };
    if problems.is_empty() {
        return Ok(arguments);
    }
    Err(Invalid {
        missing: missing(&tool.spec.input, &arguments),
        problems,
        example: tool.spec.example.clone(),
    })
}

/// Decodes checked arguments into a handler's type.
///
/// # Errors
/// The type asks for more than the schema does: a mistake in the tool, found by the test that decodes every example.
pub fn decode<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, serde_json::Error> {
    serde_json::from_value(Value::Object(arguments))
}

fn problems(tool: &Entry, arguments: &Map<String, Value>) -> Vec<Problem> {
    let whole = Value::Object(arguments.clone());
    let mut problems: Vec<Problem> = tool
        .validator
        .iter_errors(&whole)
        .flat_map(|error| explain::problems(&tool.spec.input, &error))
        .collect();
    problems.extend((tool.spec.check)(arguments));
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - MOST_PROBLEMS;
        problems.truncate(MOST_PROBLEMS);
        problems.push(Problem::new("", format!("and {more} more problems")));
    }
    problems
}

fn missing(schema: &Value, arguments: &Map<String, Value>) -> Vec<String> {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    required
        .filter_map(Value::as_str)
        .filter(|name| !arguments.contains_key(*name))
        .map(str::to_owned)
        .collect()
}
