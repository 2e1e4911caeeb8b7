//! Limits that all processes keep together: token buckets, spent by a script so that no two spend the same token.

use tokio::sync::oneshot;

use crate::spending::{Limit, Spending, Spent};
use crate::{RESPONSE_TIME, Shared};

impl Shared {
    /// Spends `cost` tokens of all of these buckets together, or of none. A cost above the burst is charged as the burst.
    /// None when Redis cannot be asked.
    pub async fn spend(&self, limits: &[Limit], cost: u32) -> Option<Spent> {
        if !self.standing().is_up {
            return None;
        }
        let (answer, told) = oneshot::channel();
        let spending = Spending {
            limits: limits.to_vec(),
            cost,
            answer,
        };
        self.spendings().send(spending).ok()?;
        // The request has its own limit; who waits for the one before it waits for two.
        tokio::time::timeout(RESPONSE_TIME * 2, told).await.ok()?.ok()?
    }
}
