//! Streams that tell of changes: opening one is paid for as a call is, and a tenant has a bounded number of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Webhooks;
use crate::error::Error;
use crate::replicas::SharedLimit;
use crate::scope::{Scope, TenantId};

/// The most streams that the clients of one tenant have open at one process.
const MOST: usize = 64;

/// How many streams each tenant has open.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<TenantId, usize>>);

/// A stream's place, until it is dropped.
#[derive(Debug)]
pub struct StreamPlace {
    streams: Arc<Streams>,
    tenant: TenantId,
}

impl Webhooks<'_> {
    /// A place for a stream that tells of changes.
    ///
    /// # Errors
    /// [`Error::RateLimited`]; [`Error::Invalid`] when the tenant has as many streams as it may.
    pub async fn open_stream(&self, scope: &Scope) -> Result<StreamPlace, Error> {
        let inner = &self.0.inner;
        let tenant = scope.tenant();
        let spent = self.0.spend(SharedLimit::Tenant, &inner.limiter, tenant, 1).await;
        spent.map_err(|retry_after| Error::RateLimited { retry_after })?;
        let mut open = inner.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(tenant.clone()).or_default();
        if *count >= MOST {
            return Err(Error::invalid(
                "",
                format!(
                    "cannot be opened: this tenant has {MOST} streams open that tell of changes; end one of them first"
                ),
            ));
        }
        *count += 1;
        Ok(StreamPlace {
            streams: inner.streams.clone(),
            tenant: tenant.clone(),
        })
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.tenant);
            }
        }
    }
}
