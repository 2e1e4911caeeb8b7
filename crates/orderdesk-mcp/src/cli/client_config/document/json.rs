//! JSON, as most clients have it.

use jsonc_parser::{
    ParseOptions,
    cst::{CstArray, CstInputValue, CstObject, CstRootNode},
};
use serde_json::{Map, Value};

/// Some editors put it before a text; JSON has no such thing.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What clients read: JSON, and with some of them comments and commas before a closing bracket.
const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_extended_string_escapes: false,
    allow_non_finite_numbers: false,
};

/// A text that was understood.
pub struct Document {
    marked: bool,
    tree: CstRootNode,
    value: Map<String, Value>,
}

impl Document {
    /// Understands a text, an empty one as a file that says nothing yet.
    ///
    /// # Errors
    /// Why it cannot be changed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (marked, text) = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => (true, text),
            None => (false, text),
        };
        let tree = CstRootNode::parse(text, &DIALECT).map_err(|error| format!("it is not JSON: {error}"))?;
        if tree.to_string() != text {
            return Err("it has parts that would be written differently".to_owned());
        }
        let value = match tree.value() {
            None => Map::new(),
            Some(value) => match value.to_serde_value() {
                Some(Value::Object(value)) => value,
                _ => return Err("it is not a JSON object".to_owned()),
            },
        };
        Ok(Self { marked, tree, value })
    }

    /// What it says.
    pub fn value(&self) -> &Map<String, Value> {
        &self.value
    }

    /// The text that says this instead, changed in no other place.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn saying(self, value: &Map<String, Value>) -> Result<String, String> {
        let text = if self.tree.to_string().trim().is_empty() {
            format!("{:#}\n", Value::from(value.clone()))
        } else {
            change(&self.tree.object_value_or_set(), &self.value, value)?;
            self.tree.to_string()
        };
        let text = format!(
            "{}{text}",
            if self.marked {
                BYTE_ORDER_MARK.to_string()
            } else {
                String::new()
            }
        );
        // The tree is changed piece by piece; whether the whole came out right is seen by reading it.
        match Self::parse(&text) {
            Ok(written) if written.value == *value => Ok(text),
            _ => Err("it could not be changed without losing something".to_owned()),
        }
    }
}

/// Changes what differs between two values of an object.
fn change(object: &CstObject, old: &Map<String, Value>, new: &Map<String, Value>) -> Result<(), String> {
    // Which of two is meant is nobody's to guess, and a change to the other one would do nothing.
    if object.properties().len() != old.len() {
        return Err("it has a name twice in one map".to_owned());
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        if let Some(property) = object.get(name) {
            property.remove();
        }
    }
    for (name, value) in new {
        let Some(property) = object.get(name) else {
            object.append(name, input(value));
            continue;
        };
        match (old.get(name), value, property.object_value(), property.array_value()) {
            (Some(old), new, ..) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new), Some(object), _) => change(&object, old, new)?,
            (Some(Value::Array(old)), Value::Array(new), _, Some(array)) if new.starts_with(old) => {
                for value in &new[old.len()..] {
                    array.append(input(value));
                }
            }
            (Some(Value::Array(old)), Value::Array(new), _, Some(array)) if change_texts(&array, old, new) => {}
            _ => property.set_value(input(value)),
        }
    }
    Ok(())
}

/// Changes single texts of a list; whether that is all that differs.
fn change_texts(array: &CstArray, old: &[Value], new: &[Value]) -> bool {
    let elements = array.elements();
    if old.len() != new.len() || elements.len() != new.len() {
        return false;
    }
    let differing: Vec<_> = (0..new.len()).filter(|&at| old[at] != new[at]).collect();
    let texts: Option<Vec<_>> = differing
        .into_iter()
        .map(|at| Some((elements[at].as_string_lit()?, new[at].as_str()?)))
        .collect();
    let Some(texts) = texts else { return false };
    for (literal, text) in texts {
        literal.set_raw_value(Value::from(text).to_string());
    }
    true
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(value) => CstInputValue::Number(value.to_string()),
        Value::String(value) => CstInputValue::String(value.clone()),
        Value::Array(values) => CstInputValue::Array(values.iter().map(input).collect()),
        Value::Object(members) => CstInputValue::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), input(value)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
