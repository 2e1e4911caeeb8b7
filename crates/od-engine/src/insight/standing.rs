//! What is told of how a store's orders stand.

use std::sync::Arc;

use crate::progress::Step;

/// What can be shown at once.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// As it was last found.
    pub overview: Option<Arc<Overview>>,
    /// Whether the copy is being read, or brought up to date.
    pub is_reading: bool,
    /// How far it is, when it is read for the first time.
    pub reading: Option<Step>,
    /// Why it could not be read last time.
    pub failure: Option<String>,
}

/// How a store's orders stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// When changes were last asked for: milliseconds since 1970, UTC.
    pub as_of: i64,
    /// The currency of all amounts, where the store's settings name one.
    pub currency: Option<String>,
    /// The time zone of the days.
    pub zone: String,
    /// The folders that have orders, in the order of the store.
    pub folders: Vec<FolderStanding>,
    /// The last days, the oldest first, also those without an order.
    pub days: Vec<DaySales>,
    /// Orders of these days.
    pub orders: u64,
    /// What they come to: a decimal.
    pub sales: String,
    /// Folders whose orders do not count as sales.
    pub left_out: Vec<String>,
    /// Why it is not all.
    pub doubt: Option<String>,
}

/// What is in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderStanding {
    /// Its name; its id where the store has none of it any more.
    pub name: String,
    /// How many orders are in it.
    pub orders: u64,
    /// What they come to: a decimal.
    pub value: String,
    /// Order Desk's id of the oldest, with the id in the sales channel where it has one.
    pub oldest: (String, Option<String>),
    /// Its age in whole days.
    pub oldest_days: u64,
    /// How many are older than seven days and not shipped.
    pub stuck: u64,
}

/// The sales of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySales {
    /// As `2026-11-29`.
    pub day: String,
    /// Orders added on it.
    pub orders: u64,
    /// What they come to: a decimal.
    pub sales: String,
    /// The same in thousandths of the best day.
    pub of_best: u32,
}
