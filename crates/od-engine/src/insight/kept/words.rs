//! The words that an order is found by.
//!
//! Names, streets and other texts go in as they are written: the index folds case and accents. What has to match as a whole is
//! one word: numbers without what stands between their letters and digits, e-mail addresses with it.

use std::fmt::Write as _;

use od_record::order::LINES;
use od_record::rows_of;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{folded, text};

#[cfg(test)]
mod tests;

mod plain;

pub(in crate::insight) use plain::plain;
use plain::spelt_words;
pub(crate) use plain::{spelt, unmarked};

/// Of longer texts the beginning is kept, in characters.
const LONGEST: usize = 2_000;
/// Digits that a phone number must have to be looked for by: shorter ones are in too many.
pub(in crate::insight) const PHONE_DIGITS: usize = 6;
/// The same of a number that is part of an id.
const NUMBER_DIGITS: usize = 3;

/// The texts of the index, column by column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::insight) struct Words {
    source: String,
    tracking: String,
    email: String,
    phone: String,
    sku: String,
    name: String,
    street: String,
    text: String,
}

impl Words {
    pub(super) fn of(order: &Map<String, Value>) -> Self {
        let addresses: Vec<_> = ["customer", "shipping"]
            .iter()
            .filter_map(|part| order.get(*part).and_then(Value::as_object))
            .collect();
        let of_each = |of: &dyn Fn(&Map<String, Value>) -> String| {
            let mut texts: Vec<String> = addresses.iter().map(|address| of(address)).collect();
            texts.dedup();
            texts.join(" ").trim().to_owned()
        };
        let codes = |list: &str, name: &str| {
            let codes: Vec<String> = rows_of(order, list).map(|entry| squeezed(&text(entry, name))).collect();
            codes.join(" ")
        };
        Self {
            source: numbers(&text(order, "source_id")),
            tracking: codes("order_shipments", "tracking_number"),
            email: one_word(&folded(&text(order, "email"))),
            phone: of_each(&|address| phone(&text(address, "phone"))),
            sku: codes("order_items", "code"),
            name: of_each(&|address| {
                let parts = ["first_name", "last_name", "company"].map(|part| text(address, part));
                let mut words = name(&parts.each_ref().map(|part| plain(part)));
                let other = parts.each_ref().map(|part| spelt(part));
                if other.iter().any(Option::is_some) {
                    let mut plain_parts = parts.iter().map(|part| plain(part));
                    let other = other.map(|part| {
                        let as_before = plain_parts.next().unwrap_or_default();
                        part.unwrap_or(as_before)
                    });
                    words = format!("{words} {}", name(&other));
                }
                words
            }),
            street: of_each(&|address| {
                let lines = ["address1", "address2", "address3", "address4"].map(|line| text(address, line));
                both(lines.join(" ").trim())
            }),
            text: written(order, &addresses),
        }
    }
}

/// Letters and digits alone, as one word: how numbers and codes are compared.
pub(in crate::insight) fn squeezed(text: &str) -> String {
    one_word(
        &text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
            .to_lowercase(),
    )
}

/// A text as one word of letters and digits; different texts make different words.
pub(in crate::insight) fn one_word(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'p' | b'r'..=b'z' | b'0'..=b'9' => word.push(char::from(byte)),
            // Writing to a text does not fail.
            _ => _ = write!(word, "q{byte:02x}"),
        }
    }
    word
}

/// The digits of a phone number backwards: what a customer gives may leave the front ones out.
pub(in crate::insight) fn phone(text: &str) -> String {
    text.chars().rev().filter(char::is_ascii_digit).collect()
}

/// The words of a name, those that hold a mark also without it, and all of it as one: `O'Brien` is `OBrien` too.
fn name(parts: &[String]) -> String {
    let mut words: Vec<String> = Vec::new();
    for part in parts {
        let all: Vec<&str> = part.split_whitespace().collect();
        for word in &all {
            words.push((*word).to_owned());
            if word.chars().any(|c| !c.is_alphanumeric()) {
                words.push(joined(word));
            }
        }
    }
    words.push(joined(&parts[..2].concat()));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Letters and digits alone. Accents stay: the index folds them.
pub(in crate::insight) fn joined(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What else was written: places, names of lines, checkout data, notes. Of more than there is room for, the notes are left out,
/// which may be of any length.
fn written(order: &Map<String, Value>, addresses: &[&Map<String, Value>]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for address in addresses {
        texts.extend(["city", "state", "postal_code"].map(|part| text(address, part)));
    }
    texts.extend(rows_of(order, LINES).map(|item| text(item, "name")));
    if let Some(Value::Object(data)) = order.get("checkout_data") {
        texts.extend(data.keys().map(|name| text(data, name)));
    }
    texts.extend(rows_of(order, "order_notes").map(|note| text(note, "content")));
    texts.retain(|text| !text.is_empty());
    texts.dedup();
    let beginning: String = texts.join(" ").chars().take(LONGEST).collect();
    both(&beginning)
}

/// The words of a text as the index takes them, in both spellings.
fn both(text: &str) -> String {
    format!("{} {}", plain(text), spelt_words(text)).trim().to_owned()
}

/// An id in the sales channel as one word, and each longer number in it as a word of its own, which no id is.
fn numbers(source_id: &str) -> String {
    let mut words = vec![squeezed(source_id)];
    let runs = source_id.split(|c: char| !c.is_ascii_digit());
    words.extend(runs.filter_map(number_in));
    words.dedup();
    words.join(" ")
}

/// The word for a number that is part of an id, without zeros in front. Nothing for one that is in too many.
pub(in crate::insight) fn number_in(digits: &str) -> Option<String> {
    let digits = digits.trim_start_matches('0');
    // What `one_word` makes has a number behind each such letter.
    (digits.len() >= NUMBER_DIGITS).then(|| format!("qn{digits}"))
}
