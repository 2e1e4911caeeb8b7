//! Undoes what clients do to arguments and no model can mend: another spelling of the same value becomes the value.
//!
//! Some frameworks write objects and lists as text of JSON, numbers and booleans as text, whole numbers as floats, send null
//! for every argument that was left out, or add names of their own. The schema says what can be meant: a place that takes
//! text is never touched, and what fits already stays as it is. Whatever looks at a call, its guards, its record and its
//! identity, sees only the result.

use od_engine::orders::Problem;
use od_engine::{JsonExcess, json_values, shape, tidy};
use serde_json::{Map, Number, Value};

use super::bounds::{self, MOST_LEVELS, MOST_VALUES};
use crate::digits::lost_digits;
use crate::lost;
use crate::tool::{Access, ToolSpec};
use crate::tools::SHAPE;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// Names that n8n adds to the arguments of every call.
const ADDED_BY_CLIENTS: [&str; 5] = ["toolCallId", "sessionId", "action", "chatInput", "tool"];
/// What Strands Agents for Node adds while it is traced: the protocol's own member, in the wrong place. Nobody misses it, and it comes
/// with every call, so nothing is said of it.
const ADDED_UNSAID: &str = "_meta";
/// The argument by which a caller says that a person agreed: no other spelling than `"true"` counts as one.
const CONFIRM: &str = "confirm";
/// From here on a float may stand for another whole number than was meant.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// The arguments of a call in the one spelling that everything behind this step sees.
#[derive(Clone, Debug, Default)]
pub struct Shaped {
    /// Checked by nobody yet.
    pub arguments: Map<String, Value>,
    /// What was left out and might be missed.
    pub warnings: Vec<String>,
    /// What cannot be what the schema asks for, in words that the schema has not.
    pub(super) problems: Vec<Problem>,
    /// Why the arguments were not looked at.
    pub(super) excess: Option<Problem>,
}

/// Brings the arguments of a call into the spelling of the tool's schema. A value that cannot be meant is left as it is: the
/// check tells.
pub fn shape(tool: &ToolSpec, mut arguments: Map<String, Value>) -> Shaped {
    if let Some(excess) = bounds::exceeded(&arguments) {
        return Shaped {
            arguments,
            excess: Some(excess),
            ..Shaped::default()
        };
    }
    let mut step = Step {
        is_read: tool.access == Access::Read,
        ..Step::default()
    };
    step.arguments(tool, &mut arguments);
    // What stood in texts counts like the rest.
    let excess = step
        .excess
        .or_else(|| (step.unquoted > 0).then(|| bounds::exceeded(&arguments)).flatten());
    Shaped {
        arguments,
        warnings: step.warnings,
        problems: step.problems,
        excess,
    }
}

/// Whether a store is named as the other tools take it, to a tool that takes its `identifier`.
fn is_called_otherwise(tool: &ToolSpec, arguments: &Map<String, Value>) -> bool {
    let takes = |name: &str| member(&tool.input, name).is_some();
    takes("identifier") && !takes("store") && !arguments.contains_key("identifier")
}

#[derive(Default)]
struct Step {
    /// Where it is, as a JSON Pointer.
    at: String,
    /// Whether nothing is written: what a text is compared with has the digits of a number.
    is_read: bool,
    warnings: Vec<String>,
    problems: Vec<Problem>,
    /// Values that stood in texts.
    unquoted: usize,
    excess: Option<Problem>,
}

impl Step {
    fn arguments(&mut self, tool: &ToolSpec, arguments: &mut Map<String, Value>) {
        let required = tool.input.get("required").and_then(Value::as_array);
        // What the other tools call it.
        if is_called_otherwise(tool, arguments)
            && let Some(store) = arguments.shift_remove("store")
        {
            arguments.insert("identifier".to_owned(), store);
        }
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
        arguments.retain(|name, value| match member(&tool.input, name) {
            None if name == ADDED_UNSAID => false,
            None if ADDED_BY_CLIENTS.contains(&name.as_str()) => {
                self.warnings
                    .push(format!("{name} was left out: it is not an argument of this tool."));
                false
            }
            None => true,
            Some(_) if value.is_null() => false,
            Some(schema) => {
                let has_a_say = |value: &Value| !(is_filter(tool, name) && !is_required(name) && is_blank(value));
                // An empty list may stand in a text.
                let is_kept = has_a_say(value) && {
                    self.below(name, |step| step.value(name, schema, value));
                    has_a_say(value)
                };
                if !is_kept {
                    self.warnings.push(format!("{name} was left out: it is empty."));
                }
                is_kept
            }
        });
    }

    /// A value whose argument or field is called `name`; entries of a list go by the name of the list.
    fn value(&mut self, name: &str, schema: &Value, value: &mut Value) {
        let takes = |wanted: &str| takes(schema, wanted);
        let same = match &*value {
            Value::String(text) if takes("string") && is_id(name) => Some(tidy(text).into()),
            Value::String(text) if takes("string") => option(schema, text).map(Value::from),
            Value::String(text) if takes("object") || takes("array") => self
                .unquoted(schema, text)
                .filter(|meant| (meant.is_object() && takes("object")) || (meant.is_array() && takes("array"))),
            Value::String(text) if takes("integer") => digits(text).map(Value::from),
            Value::String(text) if takes("boolean") => truth(name, text).map(Value::from),
            Value::Number(number) if takes("integer") => whole(number).map(Value::from),
            Value::Number(number) if takes("string") && (is_id(name) || (self.is_read && is_number(name))) => {
                id(number).map(Value::from)
            }
            _ => None,
        };
        if let Some(same) = same {
            *value = same;
        }
        match value {
            Value::Object(members) => self.members(schema, members),
            Value::Array(items) => {
                let Some(schema) = schema.get("items") else { return };
                for (index, item) in items.iter_mut().enumerate() {
                    self.below(&index.to_string(), |step| step.value(name, schema, item));
                }
            }
            _ => {}
        }
    }

    /// Null clears a field of a record; an argument beside one is as if it was left out.
    fn members(&mut self, schema: &Value, members: &mut Map<String, Value>) {
        members.retain(|name, value| match member(schema, name) {
            Some(schema) if value.is_null() => schema.get(shape::ABSENT) != Some(&Value::Bool(true)),
            Some(schema) => {
                self.below(name, |step| step.value(name, schema, value));
                true
            }
            None => true,
        });
    }

    /// What stands in a text of JSON.
    fn unquoted(&mut self, schema: &Value, text: &str) -> Option<Value> {
        match json_values(text.as_bytes(), MOST_LEVELS, MOST_VALUES - self.unquoted) {
            Ok(values) => self.unquoted += values,
            Err(excess) => {
                let message = match excess {
                    JsonExcess::Depth => format!("nested deeper than {MOST_LEVELS} levels"),
                    JsonExcess::Values => format!("more than {MOST_VALUES} values"),
                };
                self.excess.get_or_insert_with(|| Problem::new("", message));
                return None;
            }
        }
        let meant = serde_json::from_str(text);
        let fault = match &meant {
            Ok(_) => lost::reason(text.as_bytes()),
            Err(_) => Some(format!("is text that is not JSON: it must be {}", structure(schema))),
        };
        self.problems
            .extend(fault.map(|fault| Problem::new(self.at.clone(), fault)));
        meant.ok()
    }

    /// Names in schemas need no escaping in a pointer.
    fn below(&mut self, token: &str, work: impl FnOnce(&mut Self)) {
        let here = self.at.len();
        self.at.push('/');
        self.at.push_str(token);
        work(self);
        self.at.truncate(here);
    }
}

/// The schema of an object's member: as it is listed, or as the kind of record has it.
fn member<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let named = |schema: &'a Value| schema.get("properties")?.get(name);
    named(schema).or_else(|| named(schema.get(SHAPE)?))
}

/// Whether a read does without the argument, and finds or tells more. Another store is not more but something else.
fn is_filter(tool: &ToolSpec, name: &str) -> bool {
    tool.access == Access::Read && name != "store"
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The one word of a list that was meant by a word in other case.
fn option<'a>(schema: &'a Value, text: &str) -> Option<&'a str> {
    let words = schema.get("enum")?.as_array()?.iter().filter_map(Value::as_str);
    let mut meant = words.filter(|word| word.eq_ignore_ascii_case(text));
    match (meant.next(), meant.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Whether a place takes values of a type.
fn takes(schema: &Value, wanted: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == wanted),
        one => one == wanted,
    }
}

/// What a place for objects or lists takes, in words.
fn structure(schema: &Value) -> &'static str {
    match (takes(schema, "object"), takes(schema, "array")) {
        (_, false) => "an object",
        (true, true) => "an object or a list",
        (false, true) if schema["items"]["type"] == "string" => "a list of texts",
        (false, true) if schema["items"]["type"] == "object" => "a list of objects",
        (false, true) => "a list",
    }
}

/// The whole number that stands in a text, also as a float.
fn digits(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    // Blanks around a number are JSON too, and a float may hold less than was written.
    let is_bare = text.trim() == text && lost_digits(text.as_bytes()).is_none();
    is_bare.then(|| whole(&serde_json::from_str(text).ok()?)).flatten()
}

fn truth(name: &str, text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        _ if name == CONFIRM => None,
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The whole number that a float stands for.
fn whole(number: &Number) -> Option<i64> {
    if !number.is_f64() {
        return None;
    }
    let float = number.as_f64()?;
    let is_exact = float.fract() == 0.0 && float.abs() < INEXACT;
    is_exact.then(|| format!("{float:.0}").parse().ok()).flatten()
}

fn id(number: &Number) -> Option<String> {
    let id = number.as_u64().or_else(|| u64::try_from(whole(number)?).ok())?;
    Some(id.to_string())
}

/// Ids are text in the schemas, and models write them as numbers. What stands around one is no part of it.
fn is_id(name: &str) -> bool {
    matches!(name, "store" | "identifier") || name.ends_with("_id") || name.ends_with("_ids")
}

/// What is looked for by a number in most shops.
fn is_number(name: &str) -> bool {
    matches!(name, "query" | "code") || name.ends_with("_phone")
}
