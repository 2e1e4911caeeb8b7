//! Webhook deliveries already seen.

use crate::error::refuse_nul;
use crate::pool::{read, write_one};
use crate::row::from_row;
use crate::{Db, DbError, TenantId};

/// One delivery, however often it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEventRow {
    /// The row's id.
    pub id: String,
    /// The store's owner.
    pub tenant_id: TenantId,
    /// The store's row id.
    pub store_row_id: String,
    /// The sender's delivery id, or a digest of the body. Unique per store.
    pub delivery: String,
    /// When it first arrived.
    pub received_at: i64,
    /// When it was dealt with.
    pub processed_at: Option<i64>,
    /// How that went.
    pub outcome: Option<String>,
    /// How often it arrived: 1 for a delivery never seen before.
    pub attempts: i64,
}

from_row! { WebhookEventRow: id, tenant_id, store_row_id, delivery, received_at, processed_at, outcome, attempts }

macro_rules! columns {
    () => {
        "id, tenant_id, store_row_id, delivery, received_at, processed_at, outcome, attempts"
    };
}

/// The webhook events' methods; see [`Db::webhook_events`].
#[derive(Debug)]
pub struct WebhookEvents<'a> {
    pub(crate) db: &'a Db,
}

impl WebhookEvents<'_> {
    /// Records an arrival and answers the delivery as it now stands: `attempts == 1` means that `event` is new and was
    /// stored, anything above that it is a repetition of the row in the answer. [`DbError::MissingParent`] when the
    /// tenant has no such store.
    pub async fn receive(&self, tenant: &TenantId, event: &WebhookEventRow) -> Result<WebhookEventRow, DbError> {
        const SQL: &str = concat!(
            "INSERT INTO webhook_events (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (tenant_id, store_row_id, delivery) \
             DO UPDATE SET attempts = webhook_events.attempts + 1 RETURNING ",
            columns!()
        );
        event.tenant_id.must_be(tenant)?;
        refuse_nul([Some(event.delivery.as_str()), event.outcome.as_deref()])?;
        Ok(write_one!(self.db, conn => {
            sqlx::query_as(SQL)
                .bind(&event.id)
                .bind(tenant)
                .bind(&event.store_row_id)
                .bind(&event.delivery)
                .bind(event.received_at)
                .bind(event.processed_at)
                .bind(&event.outcome)
                .fetch_one(conn)
                .await?
        }))
    }

    /// Notes how a delivery was dealt with; the first word on it stands. False when there is none to be said.
    pub async fn finish(&self, tenant: &TenantId, id: &str, outcome: &str, now: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE webhook_events SET processed_at = $4, outcome = $3 \
             WHERE tenant_id = $1 AND id = $2 AND processed_at IS NULL";
        refuse_nul([Some(outcome)])?;
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(outcome).bind(now).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// A store's latest deliveries, newest first.
    pub async fn list(
        &self,
        tenant: &TenantId,
        store_row_id: &str,
        limit: u32,
    ) -> Result<Vec<WebhookEventRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM webhook_events WHERE tenant_id = $1 AND store_row_id = $2 ORDER BY received_at DESC, id DESC LIMIT $3"
        );
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(store_row_id).bind(i64::from(limit)).fetch_all(conn).await?
        }))
    }

    /// Removes the deliveries of all tenants received before `before`, and says how many.
    pub async fn remove_received_before(&self, before: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM webhook_events WHERE received_at < $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(before).execute(conn).await?.rows_affected()))
    }
}
