//! What is found out about a message's text before anything is built from it, over either transport.
//!
//! A number takes two bytes of text and some hundred bytes as a value, so a bound on the size alone bounds nothing.

use std::fmt;

use od_engine::{JsonExcess, json_values};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

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
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = Skim.deserialize(&mut reader).and_then(|()| reader.end());
    let error = read.err()?;
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

/// Reads a value of any kind and keeps nothing.
struct Skim;

impl<'de> DeserializeSeed<'de> for Skim {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skim {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Skim)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key_seed(Skim)?.is_some() {
            members.next_value_seed(Skim)?;
        }
        Ok(())
    }
}
