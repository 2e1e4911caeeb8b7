//! Why a change cannot be laid over a record.

use serde_json::Value;

use crate::problem::Problem;

/// Why a record cannot take a change. Nothing is done then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// What was given does not fit the record; all faults at once.
    #[error("{} of the given values do not fit the record", .0.len())]
    Invalid(Vec<Problem>),
    /// The order is not any more what the change was made from.
    #[error("the order has changed since it was read")]
    Overtaken {
        /// The `date_updated` it has now.
        date_updated: String,
        /// JSON Pointers of what the change would set differently from what is stored now.
        fields: Vec<String>,
    },
    /// The stock of an inventory item is not what the caller expected.
    #[error("the stock is not the expected one")]
    StockChanged {
        /// What the caller expected.
        expected: i64,
        /// What it is; null when the item has none.
        found: Value,
    },
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Invalid(problems)
    }
}
