//! Questions about many orders, answered in one call from a copy of the store's orders that keeps itself fresh.

use crate::engine::Engine;

mod answer;
mod chunk;
mod days;
mod duplicates;
mod explain;
mod find;
mod image;
mod kept;
mod micro;
mod mirror;
mod mirrors;
mod opened;
mod options;
mod queue;
mod report;
mod shelf;
mod stock;

pub use duplicates::Duplicates;
pub use explain::ExplainOrder;
pub use find::FindOrders;
pub(crate) use mirror::close_idle;
pub(crate) use mirrors::Mirrors;
pub use options::MirrorOptions;
pub use queue::Queue;
pub use report::{REPORTS, ReportName, RunReport, Where, judge_report};
pub use stock::Stock;

/// Questions about many orders.
pub struct Insight<'a>(&'a Engine);

impl Engine {
    /// Questions about many orders.
    pub fn insight(&self) -> Insight<'_> {
        Insight(self)
    }
}
