//! Limits that all processes keep together: token buckets, spent by a script so that no two spend the same token.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::spending::Spending;
use crate::{RESPONSE_TIME, Shared};

/// A bucket that a call is paid from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    /// Whose it is.
    pub name: String,
    /// Tokens that come back per minute, at least 1.
    pub per_minute: u32,
    /// Tokens of a full bucket, at least 1.
    pub burst: u32,
}

/// What spending came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Done, or the time until the same call would fit; nothing is spent then.
    pub outcome: Result<(), Duration>,
    /// What is left in the first bucket.
    pub left: f64,
}

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
