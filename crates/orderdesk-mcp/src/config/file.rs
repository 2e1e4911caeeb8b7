//! The optional configuration file: a flat map in YAML or TOML.

use std::path::Path;

use serde_json::{Map, Value};

use super::{fault::Fault, names, setting::Setting};

/// Reads a file's text into pairs of setting name and text. Keys are the variables' names in either case. What is
/// wrong with single entries is added to `faults`.
pub fn parse(path: &Path, text: &str, table: &[&'static Setting], faults: &mut Vec<Fault>) -> Vec<(String, String)> {
    let entries = match parse_map(path, text) {
        Ok(entries) => entries,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let known = names::known(table);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (key, value) in entries {
        let name = key.to_ascii_uppercase();
        let subject = format!("{} ({key})", path.display());
        if !known.contains(&name) {
            let hint = names::most_like(&name, &known).map_or_else(String::new, |near| {
                format!(" Did you mean {}?", near.to_ascii_lowercase())
            });
            faults.push(Fault::new(subject, format!("is not a setting.{hint}")));
        } else if pairs.iter().any(|(earlier, _)| *earlier == name) {
            faults.push(Fault::new(subject, "is given twice."));
        } else {
            let free_text = table.iter().any(|row| row.free_text && name.starts_with(row.name));
            match scalar(&value, free_text) {
                Ok(Some(text)) => pairs.push((name, text)),
                Ok(None) => {}
                Err(message) => faults.push(Fault::new(subject, message)),
            }
        }
    }
    pairs
}

fn parse_map(path: &Path, text: &str) -> Result<Map<String, Value>, Fault> {
    let subject = || path.display().to_string();
    // The parsers' own messages quote the offending lines, which may hold a secret: only the place is passed on.
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") if text.trim().is_empty() => Ok(Map::new()),
        Some("yaml" | "yml") => serde_saphyr::from_str(text).map_err(|error| {
            let line = error
                .location()
                .map_or_else(String::new, |place| format!(" near line {}", place.line()));
            Fault::new(subject(), format!("is not a YAML map of settings{line}."))
        }),
        Some("toml") => toml::from_str(text).map_err(|error| {
            let line = error.span().map_or_else(String::new, |span| {
                format!(
                    " near line {}",
                    text[..span.start.min(text.len())].matches('\n').count() + 1
                )
            });
            Fault::new(subject(), format!("is not a TOML table of settings{line}."))
        }),
        _ => Err(Fault::new(
            subject(),
            "has neither of the endings .yaml and .toml, so its format is not known.",
        )),
    }
}

/// A value as the text the environment would carry; `None` for one that is not set.
fn scalar(value: &Value, free_text: bool) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        // 0123 would silently lose its zero, 1e9 its letters.
        Value::Number(_) | Value::Bool(_) if free_text => Err("is text: write it in quotes.".to_owned()),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(switch) => Ok(Some(switch.to_string())),
        Value::Array(entries) => {
            let texts: Result<Vec<_>, _> = entries.iter().map(|entry| scalar(entry, free_text)).collect();
            Ok(Some(texts?.into_iter().flatten().collect::<Vec<_>>().join(",")))
        }
        Value::Object(_) => Err("holds a map where one value is expected.".to_owned()),
    }
}
