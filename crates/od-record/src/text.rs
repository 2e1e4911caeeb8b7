//! Text typed by strangers, made fit to show.
//!
//! Shoppers write gift messages, names and notes, and what they write reaches agents, terminals and logs. Replies
//! therefore leave out the characters nobody can see. Uploads never do: what goes back to Order Desk is the text as it
//! was read, and a cleaned text that a caller sends back counts as unchanged ([`shows_as`]).

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Map, Value};

mod hidden;
mod marks;
#[cfg(test)]
mod tests;

use hidden::{hides_in, is_hidden, shown};
use marks::bounded;

/// `text` without what nobody can see: control characters but line breaks and tabs, and what Unicode calls default
/// ignorable (zero-width spaces, direction marks and overrides, variation selectors, tags, fillers). Joiners between
/// letters of scripts that need them and in emoji stay, and so does what belongs to an emoji.
pub fn clean_text(text: &str) -> Cow<'_, str> {
    match hides_in(text).then(|| shown(text)) {
        Some(shown) if shown != text => Cow::Owned(shown),
        _ => Cow::Borrowed(text),
    }
}

/// `text` with everything that nobody can see, line breaks and tabs among it, told by its code, as JSON writes it (RFC 8259
/// section 7): JSON text in one line stays the value that it was, and no terminal obeys it.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(moves_or_hides) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if moves_or_hides(c) {
            escaped.push_str(&json_escape(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character is one that nobody can see, or moves what stands around it.
fn moves_or_hides(c: char) -> bool {
    !(' '..='~').contains(&c) && (c.is_control() || is_hidden(c))
}

/// A character as JSON escapes it.
pub fn json_escape(c: char) -> String {
    let mut escape = String::new();
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a text never fails.
        let _ = write!(escape, "\\u{unit:04x}");
    }
    escape
}

/// The first ones, `most` of them, and how many more there are.
pub fn listed(all: impl IntoIterator<Item = impl AsRef<str>>, most: usize) -> String {
    let mut all = all.into_iter();
    let mut listed = String::new();
    for one in all.by_ref().take(most) {
        if !listed.is_empty() {
            listed.push_str(", ");
        }
        listed.push_str(one.as_ref());
    }
    match all.count() {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

/// [`clean_text`] of a name: in one line, and with no more marks on a letter than any writing needs. Piled up they would reach
/// into what stands around the name, and so would marks that it begins with.
pub fn clean_name(text: &str) -> String {
    let words: Vec<String> = clean_text(text).split_whitespace().map(bounded).collect();
    words.join(" ")
}

/// [`clean_text`] for every text and every key inside `value`.
///
/// Keys that become equal once cleaned stay apart: the later one keeps its raw spelling, because a reply that drops a
/// value would be worse than one that shows a control character as an escape.
pub fn clean_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean_text(text).into_owned()),
        Value::Array(items) => Value::Array(items.iter().map(clean_value).collect()),
        Value::Object(map) => Value::Object(clean_map(map)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// [`clean_value`] for a record.
pub fn clean_map(map: &Map<String, Value>) -> Map<String, Value> {
    let mut cleaned = Map::with_capacity(map.len());
    for (key, value) in map {
        let clean = clean_text(key);
        let taken = clean != key.as_str() && (map.contains_key(clean.as_ref()) || cleaned.contains_key(clean.as_ref()));
        let key = if taken { key.clone() } else { clean.into_owned() };
        cleaned.insert(key, clean_value(value));
    }
    cleaned
}

/// [`clean_map`] for a record that nobody else has. Most have nothing to clean, and are then not copied.
pub fn cleaned(map: Map<String, Value>) -> Map<String, Value> {
    if map.iter().any(|(key, value)| hides_in(key) || hides(value)) {
        clean_map(&map)
    } else {
        map
    }
}

fn hides(value: &Value) -> bool {
    match value {
        Value::String(text) => hides_in(text),
        Value::Array(items) => items.iter().any(hides),
        Value::Object(map) => map.iter().any(|(key, value)| hides_in(key) || hides(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a caller who sends `given` means the stored value: it is the value itself, or what a reply showed of it.
pub fn shows_as(stored: &Value, given: &Value) -> bool {
    stored == given || (hides(stored) && clean_value(stored) == *given)
}

/// Somebody's own text as a message repeats it: cleaned, in quotes that it cannot close itself, on one line, and cut where
/// it would drown the message.
///
/// No list of look-alikes is whole, and two apostrophes make one too: a message whose reader decides by it says first what
/// it has to say itself, and repeats the texts of strangers last.
pub fn quoted(text: &str) -> String {
    /// Longer than any name or id that is meant seriously.
    const SHOWN: usize = 80;
    let clean = bounded(&clean_text(text));
    let mut shown: String = clean
        .chars()
        .take(SHOWN)
        .map(|c| match c {
            // Whatever looks like the end of the quotes would let a name go on as the message.
            c if is_double_quote(c) => '\'',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    if clean.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Whether a character is a double quotation mark or looks like one.
fn is_double_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\u{FF02}'
        // Quotation marks of other scripts, set ones and ornaments.
        | '\u{201C}'..='\u{201F}' | '\u{2E42}' | '\u{301D}'..='\u{301F}' | '\u{275D}' | '\u{275E}' | '\u{2760}'
        | '\u{1F676}'..='\u{1F678}'
        // Primes: inches, seconds.
        | '\u{2033}' | '\u{2034}' | '\u{2036}' | '\u{2037}' | '\u{2057}'
        // Modifier letters, the Hebrew gershayim, a Vedic tone, the ditto mark.
        | '\u{02BA}' | '\u{02DD}' | '\u{02EE}' | '\u{02F5}' | '\u{02F6}' | '\u{05F4}' | '\u{1CD3}' | '\u{3003}'
    )
}

/// A record's text or number as a question names it; `none` when it has none.
pub fn named(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) if !text.is_empty() => quoted(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => "none".to_owned(),
    }
}
