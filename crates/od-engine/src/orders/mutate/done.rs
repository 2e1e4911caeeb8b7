//! What became of a change.

use od_record::FieldChange;
use serde_json::{Map, Value};

/// How a caller finds out what became of a change.
pub(super) const HINT: &str = "Read the order with orders_get and fresh set to true, and compare before calling again.";
/// What is said of one that was found out.
pub(super) const SETTLED: &str =
    "The answer to the upload was lost; reading the order shows that the change was stored.";

/// A change that was made, or that turned out to be none.
#[derive(Debug)]
pub(super) struct Done {
    /// The record as it is now.
    pub order: Map<String, Value>,
    /// What this change made of it; nothing when it was so already.
    pub changes: Vec<FieldChange>,
    /// How often the record was read for it, refusals with 429 left out.
    pub attempts: u32,
    /// Whether reading back showed the change.
    pub verified: bool,
    /// What the caller should know.
    pub warnings: Vec<String>,
}
