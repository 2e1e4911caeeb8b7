//! What tells one record from another, in one way of writing it: tracking numbers, codes (also of carriers, categories,
//! places and countries), the ids and names of sales channels, e-mail addresses, names of folders, ids.
//!
//! People and programs copy them with a blank or a line end around. Kept as copied, one parcel would have three shipments,
//! and a search would not find what was written. So writes, searches and comparisons all pass through here.

use serde_json::Value;

#[cfg(test)]
mod tests;

/// What is said of an identifier that [`is_whole`] refuses.
pub const NOT_WHOLE: &str = "must not hold a line end, a tab or another control character";

/// The identifier without what stands around it: blanks, line ends, and marks that nobody sees.
pub fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}'))
}

/// Whether an identifier is one, and not two lines of them: no control character is inside.
pub fn is_whole(text: &str) -> bool {
    !tidy(text).chars().any(char::is_control)
}

/// Whether both are the same identifier.
pub fn same_identifier(one: &str, other: &str) -> bool {
    tidy(one) == tidy(other)
}

/// An id of Order Desk's in one way of writing it: ids are numbers, and 007 is 7.
pub fn bare_id(id: &str) -> &str {
    id.trim_start_matches('0')
}

/// Whether both are one id of Order Desk's.
pub fn same_id(one: &str, other: &str) -> bool {
    bare_id(one) == bare_id(other)
}

/// Whether two different identifiers are the same but for capital letters.
pub fn differs_in_case(one: &str, other: &str) -> bool {
    let (one, other) = (tidy(one), tidy(other));
    one != other && one.to_lowercase() == other.to_lowercase()
}

/// An id as text: callers write ids as text or as whole numbers.
pub fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(tidy(text).to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
