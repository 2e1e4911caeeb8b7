//! Listening to orders: whoever does is told when one changed, by Order Desk's word or by a change made here.

use std::sync::Arc;

use od_client::OrderId;
use tokio::sync::broadcast::{self, error::RecvError};

use super::Webhooks;
use super::streams::{MOST, StreamPlace};
use crate::cache::Said;
use crate::engine::Engine;
use crate::error::{Class, Error};
use crate::replicas::SharedLimit;
use crate::scope::Scope;
use crate::standing::KNOWN;
use crate::stores::Purpose;

/// An order of a tenant's store, as something to listen to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListenedOrder {
    store_row: Arc<str>,
    order_id: Arc<str>,
}

/// What a listener is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An order changed, or may have: it is to be read again.
    Order(ListenedOrder),
    /// There was more than a slow listener could be told: whatever he listens to is to be read again.
    Missed,
}

/// What one listener is told of.
pub struct Changes {
    engine: Engine,
    scope: Scope,
    heard: broadcast::Receiver<Said>,
}

impl Webhooks<'_> {
    /// From now on, the changes to orders of the scope's tenant.
    pub fn changes(&self, scope: Scope) -> Changes {
        Changes {
            engine: self.0.clone(),
            scope,
            heard: self.0.inner.cache.listen(),
        }
    }

    /// A place for a stream that tells of changes. Opening one is paid for as a call is.
    ///
    /// # Errors
    /// [`Error::RateLimited`]; [`Error::Invalid`] when the tenant has as many streams as it may.
    pub async fn open_stream(&self, scope: &Scope) -> Result<StreamPlace, Error> {
        let inner = &self.0.inner;
        let spent = self
            .0
            .spend(SharedLimit::Tenant, &inner.limiter, scope.tenant(), 1)
            .await;
        spent.map_err(|retry_after| Error::RateLimited { retry_after })?;
        inner.streams.open(scope.tenant()).ok_or_else(|| {
            let told = format!(
                "cannot be opened: this tenant has {MOST} streams open that tell of changes; end one of them first"
            );
            Error::invalid("", told)
        })
    }

    /// An order as [`Changes`] tell of it. Nothing for what is no id of an order, and for a store that the scope's credential does
    /// not see.
    ///
    /// # Errors
    /// [`Error::Storage`]: nobody knows at the moment.
    pub async fn listened(&self, scope: &Scope, store: &str, order_id: &str) -> Result<Option<ListenedOrder>, Error> {
        let Ok(order) = OrderId::parse(order_id) else {
            return Ok(None);
        };
        match self.0.stores().select(scope, Some(store), Purpose::Read).await {
            Ok(row) => Ok(Some(ListenedOrder {
                store_row: row.id.as_str().into(),
                order_id: order.as_str().into(),
            })),
            Err(error) if error.class() == Class::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Changes {
    /// What is new, when there is something. Nothing, and never again, once the credential has ended or the engine has.
    pub async fn next(&mut self) -> Option<News> {
        let news = loop {
            match self.heard.recv().await {
                Ok(Said::Changed(changed)) if changed.tenant == *self.scope.tenant() => {
                    break News::Order(ListenedOrder {
                        store_row: changed.store_row,
                        order_id: changed.order_id,
                    });
                }
                Ok(Said::Changed(_)) => {}
                Ok(Said::Missed) | Err(RecvError::Lagged(_)) => break News::Missed,
                Err(RecvError::Closed) => return None,
            }
        };
        // Whoever lost access hears nothing more.
        match self.engine.stands(self.scope.identity(), KNOWN).await {
            Ok(()) => Some(news),
            Err(Error::Unauthenticated(_)) => None,
            // Nobody knows at the moment: what he listens to is read by another call, which finds that out.
            Err(_) => Some(News::Missed),
        }
    }
}

/// What is listened to is nobody else's business.
impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}
