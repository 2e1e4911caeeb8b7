//! The handle.

use std::fmt;
use std::sync::Arc;

use redis::Client;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::connection::{Connection, Standing};
use crate::lookups::{self, Lookup};
use crate::spending::{self, Spending};
use crate::trouble::Trouble;

/// An address of Redis that cannot be one.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used: {0}")]
pub struct OpenError(String);

/// Redis, shared with the other processes of the service. Cheap to clone; the last clone ends the connection.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    connection: Arc<Connection>,
    lookups: mpsc::UnboundedSender<Lookup>,
    spendings: mpsc::UnboundedSender<Spending>,
    _stop: DropGuard,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("standing", &self.standing())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Takes the address, such as `redis://host:6379/0` or, with TLS, `rediss://..`, and tries it once. A Redis that cannot be
    /// reached now is tried again as long as this lives.
    ///
    /// # Errors
    /// An address that no Redis can have.
    pub async fn open(url: &SecretString) -> Result<Self, OpenError> {
        // The library's words may repeat the address, and that the password.
        let client = Client::open(url.expose_secret()).map_err(|error| OpenError(error.category().to_owned()))?;
        let stop = CancellationToken::new();
        let connection = Connection::open(client, stop.clone()).await;
        let lookups = lookups::begin(&connection, stop.clone());
        let spendings = spending::begin(&connection, stop.clone());
        Ok(Self(Arc::new(Inner {
            connection,
            lookups,
            spendings,
            _stop: stop.drop_guard(),
        })))
    }

    /// Whether Redis can be relied on. Asks nobody.
    pub fn standing(&self) -> Standing {
        self.connection().standing()
    }

    /// What keeps Redis from being used. Asks nobody.
    pub fn trouble(&self) -> Option<Trouble> {
        self.connection().trouble()
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.0.connection
    }

    pub(crate) fn lookups(&self) -> &mpsc::UnboundedSender<Lookup> {
        &self.0.lookups
    }

    pub(crate) fn spendings(&self) -> &mpsc::UnboundedSender<Spending> {
        &self.0.spendings
    }
}
