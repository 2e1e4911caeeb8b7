//! What was reserved, and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::state::Mark;
use super::{Budget, Inner, busy};
use crate::error::Error;

/// Tokens that were reserved together, so that the requests of one change need not wait between each other
/// ([`Store::reserve`](crate::Store::reserve)). What is not spent goes back when the permit and every
/// [`Store`](crate::Store) made with it are dropped.
#[derive(Debug, Clone)]
pub struct Permit(Arc<Reserved>);

#[derive(Debug)]
struct Reserved {
    budget: Arc<Budget>,
    left: AtomicU32,
    way: Way,
}

/// Where tokens came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// When: what was taken in an earlier one does not come back.
    pub(super) period: u64,
    /// From the bucket that other processes spend too, which said this then. None: from this process's own.
    pub(super) mark: Option<f64>,
}

impl Permit {
    pub(super) fn new(budget: &Arc<Budget>, tokens: u32, way: Way) -> Self {
        Self(Arc::new(Reserved {
            budget: Arc::clone(budget),
            left: tokens.into(),
            way,
        }))
    }

    /// Requests that this permit still pays for.
    pub fn remaining(&self) -> u32 {
        self.0.left.load(Ordering::Acquire)
    }

    pub(crate) fn belongs_to(&self, budget: &Arc<Budget>) -> bool {
        Arc::ptr_eq(&self.0.budget, budget)
    }

    /// Pays for one request that is about to be sent.
    pub(crate) fn spend(&self) -> Result<Spent, Error> {
        let Reserved { budget, left, way } = &*self.0;
        let taken = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        let mut inner = budget.now();
        if taken.is_err() {
            // The caller's plan was one request short. Nothing was sent, and reserving again is the way on.
            return Err(busy(inner.state.wait_for(1)));
        }
        Ok(Spent {
            budget: Arc::clone(budget),
            way: *way,
            mark: inner.state.spend(),
        })
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let left = *self.left.get_mut();
        if left != 0 {
            let way = self.way;
            self.budget.change(|inner| {
                inner.state.let_go(left);
                inner.give_back(left, way);
            });
        }
    }
}

/// One request on its way. Dropping it says that its reply, if any, has been dealt with.
#[derive(Debug)]
pub(crate) struct Spent {
    budget: Arc<Budget>,
    way: Way,
    mark: Mark,
}

impl Spent {
    /// Order Desk said how many tokens are left.
    pub(crate) fn observed(&self, remaining: f64) {
        let mut inner = self.budget.now();
        if self.way.period != inner.period {
            return;
        }
        match self.way.mark {
            None => inner.state.observe(&self.mark, remaining),
            Some(mark) => {
                let spent = inner.state.spent_by_all(mark, remaining);
                inner.news.must_be_spent(spent);
            }
        }
    }

    /// Order Desk refused with 429.
    pub(crate) fn refused(&self, retry_after: Duration) {
        let mut inner = self.budget.now();
        inner.state.park(retry_after);
        if inner.standing.together {
            inner.news.parked(retry_after);
        }
    }

    /// The request never left: its token was not used.
    pub(crate) fn unsent(&self) {
        let mut inner = self.budget.now();
        inner.state.unspend();
        inner.give_back(1, self.way);
    }
}

impl Drop for Spent {
    fn drop(&mut self) {
        self.budget.change(|inner| {
            inner.state.landed();
            inner.news.landed = true;
        });
    }
}

impl Inner {
    /// Tokens that were taken in some way and not used.
    fn give_back(&mut self, tokens: u32, way: Way) {
        if way.period != self.period {
            return;
        }
        match way.mark {
            None => self.state.give_back(tokens),
            Some(_) => self.news.returned += tokens,
        }
    }
}
