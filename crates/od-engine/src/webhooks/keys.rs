//! What checks posts, as it is stored: sealed with the root key, because a post brings nothing that opens a tenant's data key.

use od_db::{Db, DbError, SealedColumns, WebhookKeyRow};
use od_vault::{Place, RootKey, WebhookKey};
use secrecy::SecretString;

use crate::roots::Roots;
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// Of a store's API key.
pub(crate) fn sealed_key(root: &RootKey, tenant: &str, store_row: &str, api_key: &SecretString) -> SealedColumns {
    let key = WebhookKey::of_api_key(api_key);
    key.seal(root, &place(tenant, store_row)).into_columns()
}

pub(super) fn open(root: &RootKey, webhook: &WebhookKeyRow) -> Option<WebhookKey> {
    let place = place(webhook.tenant_id.as_str(), &webhook.store_row_id);
    WebhookKey::open(root, &place, &webhook.key.clone().into_sealed()).ok()
}

/// Seals with the root key in use what is sealed with the one before, and says how many.
pub(crate) async fn seal_anew(db: &Db, roots: &Roots) -> Result<u64, DbError> {
    let webhooks = db.webhook_keys();
    let id = roots.current.id();
    let mut done = 0;
    for webhook in webhooks.under_another_root(&id).await? {
        let Some(key) = roots.all().find_map(|root| open(root, &webhook)) else {
            tracing::error!(
                webhook = webhook.id,
                "the key of a webhook does not open: the database was changed from outside"
            );
            continue;
        };
        let place = place(webhook.tenant_id.as_str(), &webhook.store_row_id);
        let sealed = key.seal(&roots.current, &place).into_columns();
        done += u64::from(webhooks.seal_anew(&webhook, &sealed, &id).await?);
    }
    Ok(done)
}

fn place<'a>(tenant: &'a str, store_row: &'a str) -> Place<'a> {
    Place {
        tenant,
        row: store_row,
        field: "webhook_key",
    }
}
