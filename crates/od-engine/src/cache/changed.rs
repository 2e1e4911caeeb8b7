//! Telling whoever listens that an order left the memory because it changed.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::scope::TenantId;

/// News that may wait for a listener; a slower one is told that he missed some.
const NEWS: usize = 1024;

/// An order of a tenant that changed, or may have.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub tenant: TenantId,
    /// The store's row id.
    pub store_row: Arc<str>,
    /// Order Desk's id of the order.
    pub order_id: Arc<str>,
}

/// The way to all listeners of one process.
#[derive(Debug)]
pub(super) struct Listeners(broadcast::Sender<Changed>);

impl Default for Listeners {
    fn default() -> Self {
        Self(broadcast::Sender::new(NEWS))
    }
}

impl Listeners {
    pub(super) fn tell(&self, tenant: &TenantId, store_row: &str, order_id: &str) {
        if self.0.receiver_count() == 0 {
            return;
        }
        let changed = Changed {
            tenant: tenant.clone(),
            store_row: store_row.into(),
            order_id: order_id.into(),
        };
        // An error means that the last one left in this moment.
        let _ = self.0.send(changed);
    }

    pub(super) fn join(&self) -> broadcast::Receiver<Changed> {
        self.0.subscribe()
    }
}
