//! Takes secrets and personal data out of what is written down: audit parameters, log lines, error texts.
//!
//! The third line of defence. The first are secret types that cannot be printed, the second is not to pass secrets
//! around at all; this catches what a caller put where it does not belong. Values are judged by the name of their field
//! first, then by their shape. Erring on the side of masking is right for shapes that only secrets have; ids, tracking
//! numbers, codes and sentences must stay readable, or the audit log says nothing.

use std::borrow::Cow;

use serde_json::{Map, Value};

mod marks;
mod names;
mod shapes;
mod spans;
#[cfg(test)]
mod tests;

use marks::{PERSONAL, SECRET};
use names::Class;

/// Deeper structures are left out whole. Well below the recursion limit of the JSON reader.
const MAX_DEPTH: usize = 64;
/// How often JSON inside a text is opened, JSON inside that text again, and so on.
const MAX_NESTING: usize = 4;
/// Longer texts are not opened as JSON but left out whole when they look like it.
const MAX_EMBEDDED: usize = 256 * 1024;

/// `value` without secrets and personal data: through objects, arrays and JSON inside texts. Keys stay, in order.
pub fn redact(value: &Value) -> Value {
    Redactor::default().value(value)
}

/// [`redact`] for the arguments of a call, of which the texts that people write to each other and what they search for go
/// as well: a note names the shopper by words that nothing else gives away.
pub fn redact_arguments(value: &Value) -> Value {
    let redactor = Redactor {
        free_texts: true,
        ..Redactor::default()
    };
    redactor.value(value)
}

/// Whether what stands behind this name and a colon or an equals sign is masked in running text.
pub(crate) fn is_announcing(name: &str) -> bool {
    names::announces(name).is_some()
}

/// `text` without secrets and e-mail addresses: values after secret names (`api_key=...`, `"password": "..."`), bearer
/// tokens, this product's keys and tokens, and long random-looking words.
pub fn redact_text(text: &str) -> Cow<'_, str> {
    spans::redact(text)
}

/// Whether a field of that name holds a secret: something that opens something.
pub fn is_secret(name: &str) -> bool {
    names::class(name) == Some(Class::Secret)
}

/// Where in a structure the redaction stands.
#[derive(Clone, Copy, Default)]
struct Redactor {
    depth: usize,
    nesting: usize,
    /// Whether texts go that are personal because people wrote them.
    free_texts: bool,
}

impl Redactor {
    fn value(self, value: &Value) -> Value {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(_) | Value::Object(_) if self.depth == MAX_DEPTH => SECRET.into(),
            Value::Array(items) => items.iter().map(|item| self.deeper().value(item)).collect(),
            Value::Object(map) => self.deeper().map(map),
        }
    }

    fn map(self, map: &Map<String, Value>) -> Value {
        let redacted = |(name, value): (&String, &Value)| {
            let value = match names::class(name) {
                Some(Class::Secret) => secret(value),
                Some(Class::Personal) => self.personal(value),
                None if self.free_texts && names::is_free_text(name) => self.personal(value),
                None if self.free_texts && names::has_free_keys(name) => self.under_free_keys(value),
                None => self.value(value),
            };
            // A key may be a secret itself, or an address: maps with free keys are typed by people.
            (spans::redact(name).into_owned(), value)
        };
        map.iter().map(redacted).collect()
    }

    fn personal(self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.is_empty() => value.clone(),
            Value::String(_) | Value::Number(_) => PERSONAL.into(),
            // An object of that name holds fields with names of their own.
            Value::Object(_) => self.value(value),
            Value::Array(items) => items.iter().map(|item| self.personal(item)).collect(),
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    /// Nobody knows what a merchant's own keys name: what an engraving says, or whose child a present is for.
    fn under_free_keys(self, value: &Value) -> Value {
        match value {
            Value::Array(_) | Value::Object(_) if self.depth == MAX_DEPTH => SECRET.into(),
            Value::Array(items) => items.iter().map(|item| self.deeper().under_free_keys(item)).collect(),
            Value::Object(map) => {
                let redacted = |(name, value): (&String, &Value)| {
                    let value = match names::class(name) {
                        Some(Class::Secret) => secret(value),
                        _ => self.deeper().under_free_keys(value),
                    };
                    (spans::redact(name).into_owned(), value)
                };
                map.iter().map(redacted).collect()
            }
            _ => self.personal(value),
        }
    }

    fn text(self, text: &str) -> String {
        if !text.trim_start().starts_with(['{', '[']) {
            return spans::redact(text).into_owned();
        }
        if text.len() > MAX_EMBEDDED {
            return format!("{SECRET} {} bytes", text.len());
        }
        match serde_json::from_str::<Value>(text) {
            Ok(_) if self.nesting == MAX_NESTING => SECRET.to_owned(),
            Ok(value) => Self {
                nesting: self.nesting + 1,
                ..self
            }
            .value(&value)
            .to_string(),
            Err(_) => spans::redact(text).into_owned(),
        }
    }

    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

/// Whatever is inside, for it has a secret's name. That there was nothing is worth knowing and safe to say.
fn secret(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() => value.clone(),
        _ => SECRET.into(),
    }
}
