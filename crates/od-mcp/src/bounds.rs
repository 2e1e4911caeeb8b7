//! What is found out about a message's text before anything is built from it, over either transport.
//!
//! A number takes two bytes of text and some hundred bytes as a value, so a bound on the size alone bounds nothing.

use od_engine::{JsonExcess, json_values, skim};

#[cfg(test)]
mod tests;

/// A message is a few levels around arguments of at most 32.
pub(crate) const MOST_LEVELS: usize = 64;
/// Numbers, texts, lists, objects and the names of members, in a short message: two thousand order lines of twelve fields.
pub(crate) const MOST_VALUES: usize = 50_000;
/// A message that has few values may have long ones: it may hold one value less for each so many bytes of it.
const BYTES_A_VALUE: usize = 200;
/// What every message may hold, however long the operator lets it be.
const LEAST_VALUES: usize = 25_000;

/// The bound that a text exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    /// Brackets within brackets.
    #[error("The message is nested deeper than {MOST_LEVELS} levels.")]
    Levels,
    /// Values, each name of a member counted as one.
    #[error("The message holds more than {0} values, names of members counted: split the call.")]
    Values(usize),
}

/// How many values `json` holds, the names of members counted.
pub(crate) fn count(json: &[u8]) -> Result<usize, Excess> {
    let most = most_values(json.len());
    json_values(json, MOST_LEVELS, most).map_err(|excess| match excess {
        JsonExcess::Depth => Excess::Levels,
        JsonExcess::Values => Excess::Values(most),
    })
}

/// Both values and bytes take memory, and the sum of both is what is bounded.
fn most_values(bytes: usize) -> usize {
    MOST_VALUES.saturating_sub(bytes / BYTES_A_VALUE).max(LEAST_VALUES)
}

/// Why `json` cannot be read, with the place and never a value; `None` when it can. Reads every text and number as the parser
/// does and keeps none: skipping them would pass what it refuses.
pub(crate) fn fault(json: &[u8]) -> Option<String> {
    let error = skim(json).err()?;
    let (line, column) = (error.line(), error.column());
    let told = error.to_string();
    // A text that was cut through the middle of a character, as JavaScript's `slice` does to an emoji.
    let is_half = ["surrogate", "unexpected end of hex escape"]
        .iter()
        .any(|name| told.contains(name));
    Some(if is_half {
        format!("half of a character (one \\u escape of a pair, without the other) at line {line} column {column}")
    } else {
        told
    })
}
