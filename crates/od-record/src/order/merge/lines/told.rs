//! Which lines there are, told to whoever named one that is not there.

use serde_json::{Map, Value};

use crate::identifier::{differs_in_case, id_text, tidy};
use crate::nearest::nearest;
use crate::problem::{Problem, below};
use crate::text::clean_text;

#[cfg(test)]
mod tests;

/// Enough to choose from; an order with more is better read.
const IDS_SHOWN: usize = 20;
const CODES_SHOWN: usize = 8;

pub(super) fn line_id(line: &Value) -> Option<String> {
    line.get("id").and_then(id_text)
}

/// The code that an entry names or a line has. A blank one names nothing.
pub(super) fn code_of(line: &Map<String, Value>) -> Option<&str> {
    let code = line.get("code")?.as_str().map(tidy)?;
    Some(code).filter(|code| !code.is_empty())
}

/// The order's lines, by their ids.
pub(super) fn listed(lines: &[Value]) -> String {
    let ids: Vec<_> = lines.iter().filter_map(line_id).collect();
    match ids.len() {
        0 => "the order has no lines".to_owned(),
        count if count > IDS_SHOWN => format!("the order's {count} lines begin with {}", ids[..IDS_SHOWN].join(", ")),
        _ => format!("the order's lines are {}", ids.join(", ")),
    }
}

/// The fault of an entry with a code that no line has.
pub(super) fn unknown_code(lines: &[Value], given: &Map<String, Value>, at: &str) -> Problem {
    let code = code_of(given).unwrap_or_default();
    let message = format!(
        "no line of the order has the code {code}; {}. To change a line give its id, or its code as it is stored; to add one \
         give name and price",
        codes(lines, code)
    );
    Problem::new(below(at, "code"), message)
}

/// The fault of a new line whose code a line has in other capitals: which of the two is meant, nobody can know.
pub(super) fn other_capitals(lines: &[Value], given: &Map<String, Value>, at: &str) -> Option<Problem> {
    let wanted = code_of(given)?;
    let (code, line) = coded(lines).find(|(code, _)| differs_in_case(code, wanted))?;
    let message = format!(
        "no line of the order has the code {wanted}, but {}. To change that line give its id, or its code as it is stored; \
         to add another one use add_items",
        one(&code, line)
    );
    Some(Problem::new(below(at, "code"), message))
}

/// The codes of the lines, the one that was most likely meant first.
fn codes(lines: &[Value], wanted: &str) -> String {
    let mut known: Vec<(String, &Value)> = coded(lines).collect();
    let likeliest = known
        .iter()
        .position(|(code, _)| differs_in_case(code, wanted))
        .or_else(|| {
            let near = nearest(wanted, known.iter().map(|(code, _)| code.as_str()))?;
            known.iter().position(|(code, _)| code == near)
        });
    if let Some(likeliest) = likeliest {
        known[..=likeliest].rotate_right(1);
    }
    let more = known.len().saturating_sub(CODES_SHOWN);
    let mut told: Vec<String> = known
        .iter()
        .take(CODES_SHOWN)
        .map(|(code, line)| one(code, line))
        .collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    match told.as_slice() {
        [] => format!("no line has one, and {}", listed(lines)),
        [one] => format!("there is {one}"),
        _ => format!("there are {}", told.join(", ")),
    }
}

fn coded(lines: &[Value]) -> impl Iterator<Item = (String, &Value)> {
    let code = |line: &Value| Some(clean_text(code_of(line.as_object()?)?).into_owned());
    lines.iter().filter_map(move |line| Some((code(line)?, line)))
}

/// `TEE-BLK-XL (150000338)`.
fn one(code: &str, line: &Value) -> String {
    line_id(line).map_or_else(|| code.to_owned(), |id| format!("{code} ({id})"))
}
