//! Telling whoever listens that an order changed.

use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError};

use super::Webhooks;
use crate::engine::Engine;
use crate::scope::{Scope, TenantId};
use crate::standing::KNOWN;

/// An order of a tenant that changed.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) tenant: TenantId,
    pub(super) store_id: Arc<str>,
    pub(super) order_id: Arc<str>,
}

/// What a listener is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An order changed: it is to be read again.
    Order {
        /// Order Desk's id of the store.
        store_id: Arc<str>,
        /// Order Desk's id of the order.
        order_id: Arc<str>,
    },
    /// There was more than a slow listener could be told: whatever he listens to is to be read again.
    Missed,
}

/// What one listener is told of.
pub struct Changes {
    engine: Engine,
    scope: Scope,
    heard: broadcast::Receiver<Changed>,
}

impl Webhooks<'_> {
    /// From now on, what Order Desk tells of the stores that the scope's credential sees.
    pub fn changes(&self, scope: Scope) -> Changes {
        Changes {
            engine: self.0.clone(),
            scope,
            heard: self.0.inner.webhooks.changes.subscribe(),
        }
    }
}

impl Changes {
    /// What is new, when there is something. Nothing, and never again, once the credential has ended or the engine has.
    pub async fn next(&mut self) -> Option<News> {
        let news = loop {
            match self.heard.recv().await {
                Ok(changed) => {
                    let mine = changed.tenant == *self.scope.tenant()
                        && self.scope.identity().stores().allows(&changed.store_id);
                    if mine {
                        break News::Order {
                            store_id: changed.store_id,
                            order_id: changed.order_id,
                        };
                    }
                }
                Err(RecvError::Lagged(_)) => break News::Missed,
                Err(RecvError::Closed) => return None,
            }
        };
        // Whoever lost access hears nothing more.
        let stands = self.engine.stands(self.scope.identity(), KNOWN).await;
        stands.is_ok().then_some(news)
    }
}

/// What is listened to is nobody else's business.
impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}
