//! What several processes that spend the budgets of the same stores agree on. How they do is somebody else's business: it
//! comes as a value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The budgets of stores, spent together with other processes.
pub trait Sharing: fmt::Debug + Send + Sync {
    /// How this process may spend now. Asks nobody.
    fn standing(&self) -> Standing;

    /// Tells a store's bucket what happened and asks it for tokens. None when it cannot be asked: each process then keeps to
    /// its share, and [`standing`](Self::standing) says so.
    fn ask(&self, store: Arc<str>, bucket: Bucket, ask: Ask) -> Pin<Box<dyn Future<Output = Option<Told>> + Send>>;
}

/// How a process may spend the budgets of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether there is one bucket for all processes. If not, each keeps to its share.
    pub together: bool,
    /// How many processes share.
    pub among: u32,
    /// Since when it is so. What was spent before that and by whom is not known, so that a bucket begins empty then. None: this
    /// process has always been alone.
    pub since: Option<Instant>,
}

impl Standing {
    /// One process, without others.
    pub const ALONE: Self = Self {
        together: false,
        among: 1,
        since: None,
    };
}

/// What a store's bucket is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Tokens that are ever used at once.
    pub capacity: f64,
    /// Tokens a second.
    pub refill: f64,
}

/// What a process asks of a bucket, and what it has to tell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ask {
    /// Tokens wanted together; 0 only tells.
    pub take: u32,
    /// Tokens that were taken and not needed.
    pub returned: u32,
    /// Tokens that this process holds or has in flight, without those that it asks for.
    pub out: u32,
    /// What must have been spent by now, by all together, for Order Desk to have answered as few tokens as it did.
    pub spent: Option<f64>,
    /// Order Desk refused: there will be one token after so long.
    pub park: Option<Duration>,
    /// This process spent without the bucket meanwhile, so nobody knows what is left.
    pub begin_empty: bool,
    /// Somebody goes on waiting when the tokens are not there.
    pub waits: bool,
}

/// What a bucket answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// Whether the tokens were taken.
    pub taken: bool,
    /// What is left, below zero when tokens are owed.
    pub tokens: f64,
    /// Tokens and everything ever spent, together: what [`Ask::spent`] is reckoned from.
    pub mark: f64,
    /// When to ask again, if they were not taken.
    pub wait: Duration,
}
