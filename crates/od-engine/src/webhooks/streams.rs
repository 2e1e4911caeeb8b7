//! Streams that tell of changes: a tenant has a bounded number of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::scope::TenantId;

/// The most streams that the clients of one tenant have open at one process.
pub(super) const MOST: usize = 64;

/// How many streams each tenant has open.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<TenantId, usize>>);

/// A stream's place, until it is dropped.
#[derive(Debug)]
pub struct StreamPlace {
    streams: Arc<Streams>,
    tenant: TenantId,
}

impl Streams {
    /// A place for one more of a tenant's. Nothing when it has as many as it may.
    pub(crate) fn open(self: &Arc<Self>, tenant: &TenantId) -> Option<StreamPlace> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(tenant.clone()).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(StreamPlace {
            streams: self.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_so_many_streams_and_no_more_until_one_ends() {
        let streams = Arc::<Streams>::default();
        let tenant = |last: u8| TenantId::parse(&format!("00000000-0000-7000-8000-00000000000{last}")).unwrap();
        let mut open: Vec<_> = (0..MOST).map(|_| streams.open(&tenant(1)).unwrap()).collect();
        assert!(streams.open(&tenant(1)).is_none());
        assert!(streams.open(&tenant(2)).is_some(), "others have theirs");
        open.pop();
        assert!(streams.open(&tenant(1)).is_some());
        drop(open);
        assert!(
            streams.0.lock().unwrap().is_empty(),
            "nothing is kept of those that ended"
        );
    }
}
