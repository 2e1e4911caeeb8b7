//! How deep a reply may be nested and how much it may hold. serde_json would refuse beyond 128 levels, but a record of Order
//! Desk has five, and everything above this crate walks records recursively.

use crate::json_size::{JsonExcess, json_values};

/// The deepest accepted nesting.
pub(crate) const DEEPEST: usize = 64;
/// Values, names of members counted: five hundred orders, the most that are listed at once, of four thousand each.
pub(crate) const MOST_VALUES: usize = 2_000_000;

/// The bound that `text` exceeds, if any.
pub(crate) fn exceeded(text: &[u8]) -> Option<JsonExcess> {
    json_values(text, DEEPEST, MOST_VALUES).err()
}
