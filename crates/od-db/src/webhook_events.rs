//! Webhook deliveries already seen.

use crate::error::refuse_nul;
use crate::pool::{read, write_one, write_passing};
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

/// As long the same delivery is a repetition, in milliseconds: a day.
const REPEATED: i64 = 24 * 60 * 60 * 1000;

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
    /// stored, anything above that it is a repetition of the row in the answer. One that first arrived a day before counts as
    /// new. [`DbError::MissingParent`] when the tenant has no such store.
    pub async fn receive(&self, tenant: &TenantId, event: &WebhookEventRow) -> Result<WebhookEventRow, DbError> {
        const SQL: &str = concat!(
            "INSERT INTO webhook_events (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (tenant_id, store_row_id, delivery) DO UPDATE SET \
             attempts = CASE WHEN webhook_events.received_at <= $8 THEN 1 ELSE webhook_events.attempts + 1 END, \
             processed_at = CASE WHEN webhook_events.received_at <= $8 THEN excluded.processed_at \
             ELSE webhook_events.processed_at END, \
             outcome = CASE WHEN webhook_events.received_at <= $8 THEN excluded.outcome ELSE webhook_events.outcome END, \
             received_at = CASE WHEN webhook_events.received_at <= $8 THEN excluded.received_at \
             ELSE webhook_events.received_at END RETURNING ",
            columns!()
        );
        event.tenant_id.must_be(tenant)?;
        refuse_nul([Some(event.delivery.as_str()), event.outcome.as_deref()])?;
        // A power cut may take it back: then the same counts as new once more, which costs a read.
        Ok(write_passing!(self.db, conn => {
            sqlx::query_as(SQL)
                .bind(&event.id)
                .bind(tenant)
                .bind(&event.store_row_id)
                .bind(&event.delivery)
                .bind(event.received_at)
                .bind(event.processed_at)
                .bind(&event.outcome)
                .bind(event.received_at - REPEATED)
                .fetch_one(conn)
                .await?
        }))
    }

    /// Notes that a delivery which was dealt with arrives again at `now`. False when it did not within the last day; nothing is
    /// noted then.
    pub async fn repeated(
        &self,
        tenant: &TenantId,
        store_row_id: &str,
        delivery: &str,
        now: i64,
    ) -> Result<bool, DbError> {
        const KNOWN: &str = "SELECT id FROM webhook_events WHERE tenant_id = $1 AND store_row_id = $2 AND delivery = $3 \
             AND processed_at IS NOT NULL AND received_at > $4";
        const NOTE: &str = "UPDATE webhook_events SET attempts = attempts + 1 WHERE tenant_id = $1 AND id = $2";
        refuse_nul([Some(delivery)])?;
        let since = now - REPEATED;
        // Most are new: whether one is known is asked without waiting for a turn to write.
        let known: Option<String> = read!(self.db, conn => {
            sqlx::query_scalar(KNOWN)
                .bind(tenant)
                .bind(store_row_id)
                .bind(delivery)
                .bind(since)
                .fetch_optional(conn)
                .await?
        });
        let Some(id) = known else { return Ok(false) };
        write_passing!(self.db, conn => sqlx::query(NOTE).bind(tenant).bind(&id).execute(conn).await.map(drop)?);
        Ok(true)
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
