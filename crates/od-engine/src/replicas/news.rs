//! What the processes tell each other: that an order changed, for those who listen to another process.

use std::sync::{Arc, Weak};

use od_shared::{Ear, Heard};
use tokio_util::sync::CancellationToken;

use super::Replicas;
use crate::cache::{Changed, Owner};
use crate::engine::Inner;
use crate::scope::TenantId;

/// Who says it, the tenant, the store's row, and Order Desk's id of the order; none of one that was added.
type Words = (String, String, String, String);

impl Replicas {
    /// Tells the other processes that an order changed.
    pub(crate) async fn tell(&self, changed: &Changed) {
        let Some(shared) = &self.shared else { return };
        let words = (
            &self.me,
            changed.tenant.as_str(),
            &*changed.store_row,
            &*changed.order_id,
        );
        if let Ok(words) = serde_json::to_string(&words) {
            shared.tell(&words).await;
        }
    }

    /// Tells the other processes that a store has an order more.
    pub(crate) async fn tell_added(&self, owner: Owner<'_>) {
        let added = Changed {
            tenant: owner.tenant.clone(),
            store_row: owner.store_row.into(),
            order_id: "".into(),
        };
        self.tell(&added).await;
    }

    /// What another process said; nothing of what this one did.
    fn understood(&self, words: &str) -> Option<Changed> {
        let (who, tenant, store_row, order_id): Words = serde_json::from_str(words).ok()?;
        (who != self.me).then_some(Changed {
            tenant: TenantId::parse(&tenant).ok()?,
            store_row: store_row.into(),
            order_id: order_id.into(),
        })
    }
}

/// Passes on what other processes say, to those who listen to this one.
pub(super) fn begin(inner: &Arc<Inner>) {
    if let Some(shared) = &inner.replicas.shared {
        let hearing = hear(Arc::downgrade(inner), inner.stop.clone(), shared.listen());
        inner.work.spawn(hearing);
    }
}

async fn hear(inner: Weak<Inner>, stop: CancellationToken, mut ear: Ear) {
    while let Some(Some(heard)) = stop.run_until_cancelled(ear.hear()).await {
        let Some(inner) = inner.upgrade() else { return };
        match heard {
            Heard::News(words) => match inner.replicas.understood(&words) {
                Some(added) if added.order_id.is_empty() => inner.cache.heard_of_addition(&added.store_row),
                Some(changed) => inner.cache.heard(changed),
                None => {}
            },
            Heard::Missed => inner.cache.tell_of_gap(),
        }
    }
}
