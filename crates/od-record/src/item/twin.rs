//! A new line beside one that it may have been meant to be.

use serde_json::{Map, Value};

use crate::identifier::{differs_in_case, id_text, same_identifier, tidy};

#[cfg(test)]
mod tests;

/// The line among `lines` that has the code of a new one, or the same but for capital letters, as a few words.
pub fn twin<'a>(lines: impl IntoIterator<Item = &'a Map<String, Value>>, given: &Map<String, Value>) -> Option<String> {
    let given = code(given)?;
    let lines: Vec<_> = lines.into_iter().collect();
    let find = |is_twin: fn(&str, &str) -> bool| {
        lines
            .iter()
            .find(|line| code(line).is_some_and(|code| is_twin(code, given)))
    };
    let told = |line: &Map<String, Value>, how: &str| {
        let id = line.get("id").and_then(id_text);
        let id = id.map_or_else(String::new, |id| format!(" (its id is {id})"));
        format!("a line with this code{how}{id}")
    };
    let same = find(same_identifier).map(|line| told(line, ""));
    same.or_else(|| find(differs_in_case).map(|line| told(line, " in other capitals")))
}

fn code(line: &Map<String, Value>) -> Option<&str> {
    let code = tidy(line.get("code")?.as_str()?);
    Some(code).filter(|code| !code.is_empty())
}
