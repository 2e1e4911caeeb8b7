//! Sizes beyond which Order Desk cuts data off without saying so. Checked before anything is sent.
//!
//! Sources: Order Desk API reference, "Order Notes" (1800 and 2000 characters); checkout data and metadata sizes as
//! observed by integrators, since the reference does not state them.

use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Characters of one note.
pub(crate) const NOTE: usize = 1800;
/// Characters of all notes of an order together, their dates and names included.
pub(crate) const ALL_NOTES: usize = 2000;
/// Characters of `checkout_data` as JSON.
pub(crate) const CHECKOUT_DATA: usize = 3500;
/// Characters of `order_metadata` as JSON.
pub(crate) const ORDER_METADATA: usize = 2000;

/// A date as Order Desk writes it, `YYYY-MM-DD HH:MM:SS`: it will stand before a note that has none yet.
const DATE: usize = 19;

/// Why `content` is too long for a note.
pub(crate) fn note(content: &str) -> Option<String> {
    let length = content.chars().count();
    (length > NOTE).then(|| {
        format!(
            "has {length} characters; a note holds at most {NOTE}. Shorten it, or write it to the order history with \
             orders_create_history"
        )
    })
}

/// Why `message` is too long for an entry of the history.
pub fn history(message: &str) -> Option<String> {
    let length = message.chars().count();
    (length > NOTE).then(|| format!("has {length} characters; an entry of the history holds at most {NOTE}"))
}

/// Why `notes` do not fit into an order.
pub(crate) fn all_notes(notes: &[Value]) -> Option<String> {
    let length: usize = notes.iter().filter_map(Value::as_object).map(note_length).sum();
    (length > ALL_NOTES).then(|| {
        format!(
            "does not fit: with it the order's notes would take {length} characters, and all notes of an order share \
             {ALL_NOTES}, dates and names included. Write it to the order history with orders_create_history instead"
        )
    })
}

/// Why the map `name` of an order is too large, if it is one with a limit.
pub(crate) fn map(name: &str, value: &Value) -> Option<String> {
    let limit = match name {
        "checkout_data" => CHECKOUT_DATA,
        "order_metadata" => ORDER_METADATA,
        _ => return None,
    };
    let length = value.to_string().chars().count();
    (length > limit).then(|| format!("would take {length} characters as JSON; Order Desk keeps at most {limit}"))
}

fn note_length(note: &Map<String, Value>) -> usize {
    let chars = |name: &str| note.get(name).and_then(Value::as_str).map(|text| text.chars().count());
    chars("date_added").unwrap_or(DATE) + chars("username").unwrap_or(0) + chars("content").unwrap_or(0)
}
