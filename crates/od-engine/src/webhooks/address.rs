//! An address that posts come to, with all it takes to judge one.

use od_db::{FoundWebhook, TenantId};
use od_vault::{Place, RootKey, WebhookKey};

use super::keys::open;
use crate::cache::Owner;

/// An address that was found, for the length of one post.
#[derive(Debug)]
pub struct Address {
    /// The store's owner.
    pub(super) tenant: TenantId,
    /// The store's row id.
    pub(super) store_row: String,
    /// Order Desk's id of the store.
    pub(super) store_id: String,
    /// What may be shown of the token.
    pub(super) prefix: String,
    /// What it is found by.
    pub(super) digest: String,
    pub(super) key: WebhookKey,
}

impl Address {
    /// Nothing when its key does not open with any of these root keys: then it was changed from outside.
    pub(super) fn of<'r>(
        found: FoundWebhook,
        prefix: String,
        mut roots: impl Iterator<Item = &'r RootKey>,
    ) -> Option<Self> {
        let FoundWebhook { webhook, store_id } = found;
        let key = roots.find_map(|root| open(root, &webhook))?;
        Some(Self {
            digest: webhook.token_digest,
            tenant: webhook.tenant_id,
            store_row: webhook.store_row_id,
            store_id,
            prefix,
            key,
        })
    }

    /// Whose answers the cache keeps.
    pub(super) fn owner(&self) -> Owner<'_> {
        Owner {
            tenant: &self.tenant,
            store_row: &self.store_row,
        }
    }
}

/// Where the token of a webhook is stored.
pub(super) fn token_place<'a>(tenant: &'a TenantId, webhook: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row: webhook,
        field: "webhook_token",
    }
}
