//! What a caller wants of a report.

use serde::Deserialize;

use super::filters::Where;
use super::name::ReportName;
use super::tally::Sort;

/// A report that is wanted.
#[derive(Clone, Debug, Deserialize)]
pub struct RunReport {
    /// Which.
    pub report: ReportName,
    /// First day, or the name of a window.
    pub from: String,
    /// Last day; today without it.
    pub to: Option<String>,
    /// A second key of a sales report.
    pub group_by: Option<String>,
    /// Which orders.
    #[serde(default, rename = "where")]
    pub filters: Where,
    /// Name or id of the store.
    pub store: Option<String>,
    /// `all`: every store of the tenant.
    pub stores: Option<String>,
    /// How many rows, the largest first.
    pub top: Option<usize>,
    /// Rows to skip.
    #[serde(default)]
    pub offset: usize,
    /// Within how many hours an order should be shipped, for that report which tells it; two days without it.
    pub target_hours: Option<u32>,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
    /// How the rows come.
    #[serde(default)]
    pub format: Format,
    /// By what the rows of a sales report are sorted.
    pub sort: Option<Sort>,
}

/// Within how many hours an order should be shipped where nobody says it.
const TWO_DAYS: u32 = 48;

impl RunReport {
    pub(super) fn target_hours(&self) -> u32 {
        self.target_hours.unwrap_or(TWO_DAYS)
    }
}

/// How the rows of a report come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// In the reply, as many as there is room for.
    #[default]
    Table,
    /// All of them, as a file that is kept for an hour.
    Csv,
}
