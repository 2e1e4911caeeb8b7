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

/// What listeners are told.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// An order changed.
    Changed(Changed),
    /// Others may have said what nobody heard.
    Missed,
}

/// The way to all listeners of one process.
#[derive(Debug)]
pub(super) struct Listeners(broadcast::Sender<Said>);

impl Default for Listeners {
    fn default() -> Self {
        Self(broadcast::Sender::new(NEWS))
    }
}

impl Listeners {
    pub(super) fn tell(&self, changed: Changed) {
        // An error means that the last one left in this moment.
        let _ = self.0.send(Said::Changed(changed));
    }

    pub(super) fn missed(&self) {
        let _ = self.0.send(Said::Missed);
    }

    pub(super) fn join(&self) -> broadcast::Receiver<Said> {
        self.0.subscribe()
    }
}
