//! What is known of a tenant's stores and limits without asking Order Desk.

use std::time::Instant;

use super::{Purpose, StoreView, Stores, view};
use crate::engine::Engine;
use crate::error::Error;
use crate::scope::Scope;

/// A store as it is known here.
#[derive(Clone, Debug)]
pub struct KnownStore {
    /// As listings show it.
    pub store: StoreView,
    /// When it was registered: milliseconds since 1970, UTC.
    pub added_at: i64,
    /// What this process may ask Order Desk now. Nothing for who cannot open the store's key, by which budgets are told apart.
    pub budget: Option<Budget>,
}

/// What is left of something that comes back with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Whole tokens that may be spent at once.
    pub left: u32,
    /// As many as there are when nothing was spent for a while.
    pub most: u32,
}

impl Stores<'_> {
    /// The tenant's stores, by name, with what is known of them. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Storage`]; [`Error::Internal`] for a key that does not open.
    pub async fn known(&self, scope: &Scope) -> Result<Vec<KnownStore>, Error> {
        let rows = self.rows(scope, Purpose::Change).await?;
        let active = self.active_row(scope, &rows).await?;
        rows.iter()
            .map(|row| {
                let budget = if scope.identity().is_locked() {
                    None
                } else {
                    let upstream = self.unlock(scope, row.clone())?.upstream;
                    Some(Budget {
                        left: upstream.tokens_left(),
                        most: upstream.most_at_once(),
                    })
                };
                Ok(KnownStore {
                    store: view(row, active.as_deref()),
                    added_at: row.created_at,
                    budget,
                })
            })
            .collect()
    }
}

/// How a tenant stands with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantLimit {
    /// What may be spent now: a read costs 1, a change 2.
    pub budget: Budget,
    /// How much of it comes back in a minute.
    pub per_minute: u32,
}

impl Engine {
    /// What the tenant's limit leaves now, in this process. Nothing is spent.
    pub fn limit_of(&self, scope: &Scope) -> TenantLimit {
        let limiter = &self.inner.limiter;
        let options = limiter.options();
        TenantLimit {
            budget: Budget {
                left: limiter.left(scope.tenant(), Instant::now()),
                most: options.burst,
            },
            per_minute: options.per_minute,
        }
    }
}
