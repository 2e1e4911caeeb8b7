//! Where a tenant is reached.

use super::Tenants;
use crate::error::refuse_nul;
use crate::forget;
use crate::pool::transaction;
use crate::{DbError, TenantId, fold_name};

/// Web sessions that show no more than that somebody read the tenant's mail, and what is remembered for them. Parameter: tenant.
const OF_LOCKED: [&str; 2] =
    forget::all_of!("SELECT id FROM sessions WHERE tenant_id = $1 AND data_key_ciphertext = ''");
const LOCKED: &str = "DELETE FROM sessions WHERE tenant_id = $1 AND data_key_ciphertext = ''";

impl Tenants<'_> {
    /// Reaches the tenant at another e-mail address. With it end the links that were sent to the former one, and the web sessions
    /// that such links began. False when there is no such tenant.
    pub async fn set_email(&self, tenant: &TenantId, email: &str, now: i64) -> Result<bool, DbError> {
        const SET: &str = "UPDATE tenants SET email = $2, email_folded = $3, updated_at = $4 WHERE id = $1";
        refuse_nul([Some(email)])?;
        let folded = fold_name(email);
        Ok(transaction!(self.db, conn => {
            let set = sqlx::query(SET).bind(tenant).bind(email).bind(&folded).bind(now);
            let done = set.execute(&mut *conn).await?.rows_affected();
            if done > 0 {
                for sql in OF_LOCKED.into_iter().chain([LOCKED, forget::LINKS]) {
                    sqlx::query(sql).bind(tenant).execute(&mut *conn).await?;
                }
            }
            done > 0
        }))
    }

    /// The same for the address that a link was sent to, which is used up by it. False when the link is not good any more, or the
    /// tenant is closed; then nothing was changed.
    pub async fn confirm_email(&self, tenant: &TenantId, link: &str, now: i64) -> Result<bool, DbError> {
        // The tenant's row comes first, as in everything that changes several rows of a tenant.
        const LOCK: &str = "UPDATE tenants SET updated_at = $2 WHERE id = $1 AND disabled_at IS NULL";
        const USE: &str = "DELETE FROM magic_links \
             WHERE id = $1 AND tenant_id = $2 AND purpose = 'email' AND used_at IS NULL AND expires_at > $3 RETURNING email";
        const SET: &str = "UPDATE tenants SET email = $2, email_folded = $3 WHERE id = $1";
        Ok(transaction!(self.db, conn => {
            if sqlx::query(LOCK).bind(tenant).bind(now).execute(&mut *conn).await?.rows_affected() == 0 {
                return Ok(false);
            }
            let used = sqlx::query_scalar(USE).bind(link).bind(tenant).bind(now);
            let email: Option<String> = used.fetch_optional(&mut *conn).await?;
            let Some(email) = email else { return Ok(false) };
            sqlx::query(SET).bind(tenant).bind(&email).bind(fold_name(&email)).execute(&mut *conn).await?;
            for sql in OF_LOCKED.into_iter().chain([LOCKED, forget::LINKS]) {
                sqlx::query(sql).bind(tenant).execute(&mut *conn).await?;
            }
            true
        }))
    }
}
