//! Questions about many orders, answered in one call from a copy of the store's orders that keeps itself fresh.

use crate::engine::Engine;

mod answer;
mod asked;
mod chunk;
mod days;
mod duplicates;
mod explain;
mod find;
mod folders;
mod gone;
mod image;
mod kept;
mod ledger;
mod micro;
mod mirror;
mod mirrors;
mod opened;
mod options;
mod overview;
mod packed;
mod page_size;
mod queue;
mod report;
mod reports;
mod shelf;
mod shop;
mod standing;
mod stock;
mod watched;

pub(crate) use days::sent;
pub use duplicates::Duplicates;
pub use explain::ExplainOrder;
pub use find::FindOrders;
pub(crate) use folders::is_left_out;
pub(crate) use kept::{folded_name, people, spelt, unmarked};
pub(crate) use ledger::{Entry, Ledger};
pub(crate) use mirror::{Visit, close_idle};
pub(crate) use mirrors::Mirrors;
pub use options::MirrorOptions;
pub use queue::Queue;
pub use report::{Format, REPORTS, ReportName, RunReport, Sort, Where, judge_report, report_columns, where_shape};
pub use standing::{DaySales, FolderStanding, Glance, Overview};
pub use stock::Stock;

/// How the reason ends for which an answer is not whole, where asking again brings it further.
pub const GOES_ON: &str = "the same call again goes on";

/// Questions about many orders.
pub struct Insight<'a>(&'a Engine);

impl Engine {
    /// Questions about many orders.
    pub fn insight(&self) -> Insight<'_> {
        Insight(self)
    }
}
