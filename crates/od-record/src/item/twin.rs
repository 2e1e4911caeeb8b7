//! A new line beside one that it may have been meant to be.

use serde_json::{Map, Value};

use super::fields::FIELDS;
use crate::identifier::{differs_in_case, id_text, same_identifier, tidy};
use crate::merge::is_blank;
use crate::verify::{Leniency, verify};

#[cfg(test)]
mod tests;

/// The line among `lines` that has the code of a new one, or the same but for capital letters, as a few words. Where the new
/// one has no code, a line without one that holds all that is given.
pub fn twin<'a>(lines: impl IntoIterator<Item = &'a Map<String, Value>>, given: &Map<String, Value>) -> Option<String> {
    let lines: Vec<_> = lines.into_iter().collect();
    let told = |what: &str, line: &Map<String, Value>| {
        let id = line.get("id").and_then(id_text);
        let id = id.map_or_else(String::new, |id| format!(" (its id is {id})"));
        format!("{what}{id}")
    };
    let Some(wanted) = code(given) else {
        let same = lines.iter().find(|line| code(line).is_none() && holds(line, given))?;
        return Some(told("a line just like it", same));
    };
    let find = |is_twin: fn(&str, &str) -> bool| {
        lines
            .iter()
            .find(|line| code(line).is_some_and(|code| is_twin(code, wanted)))
    };
    let same = find(same_identifier).map(|line| told("a line with this code", line));
    same.or_else(|| find(differs_in_case).map(|line| told("a line with this code in other capitals", line)))
}

/// Whether a line holds all that is given, whatever else it holds.
fn holds(line: &Map<String, Value>, given: &Map<String, Value>) -> bool {
    const LENIENCY: Leniency<'static> = Leniency {
        left_out: &["id"],
        tables: &[FIELDS],
    };
    let wanted: Map<String, Value> = given
        .clone()
        .into_iter()
        .filter(|(_, value)| !is_blank(value))
        .collect();
    let held = line.iter().filter(|(name, _)| wanted.contains_key(*name));
    let held = held.map(|(name, value)| (name.clone(), value.clone())).collect();
    verify(&Map::new(), &wanted, &held, LENIENCY).stuck
}

fn code(line: &Map<String, Value>) -> Option<&str> {
    let code = tidy(line.get("code")?.as_str()?);
    Some(code).filter(|code| !code.is_empty())
}
