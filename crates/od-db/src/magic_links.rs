//! Sign-in and sign-up links sent by e-mail.

use std::fmt;

use crate::error::refuse_nul;
use crate::pool::write_one;
use crate::row::from_row;
use crate::{Db, DbError, TenantId};

/// A link that works once.
#[derive(Clone, PartialEq, Eq)]
pub struct MagicLinkRow {
    /// The row's id.
    pub id: String,
    /// Whom it signs in; `None` for a sign-up, whose tenant does not exist yet.
    pub tenant_id: Option<TenantId>,
    /// Where it was sent.
    pub email: String,
    /// Keyed digest of the link's token: what it is found by.
    pub token_digest: String,
    /// `login` or `signup`.
    pub purpose: String,
    /// Where it was asked for from.
    pub ip_address: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
    /// When it ends unused.
    pub expires_at: i64,
}

from_row! { MagicLinkRow: id, tenant_id, email, token_digest, purpose, ip_address, created_at, used_at, expires_at }

/// Shows neither address nor digest.
impl fmt::Debug for MagicLinkRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MagicLinkRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("purpose", &self.purpose)
            .field("created_at", &self.created_at)
            .field("used_at", &self.used_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The magic links' methods; see [`Db::magic_links`].
#[derive(Debug)]
pub struct MagicLinks<'a> {
    pub(crate) db: &'a Db,
}

impl MagicLinks<'_> {
    /// Adds a link.
    pub async fn insert(&self, link: &MagicLinkRow) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO magic_links (id, tenant_id, email, token_digest, purpose, ip_address, \
             created_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        refuse_nul([Some(link.email.as_str()), link.ip_address.as_deref()])?;
        write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(&link.id)
                .bind(&link.tenant_id)
                .bind(&link.email)
                .bind(&link.token_digest)
                .bind(&link.purpose)
                .bind(&link.ip_address)
                .bind(link.created_at)
                .bind(link.used_at)
                .bind(link.expires_at)
                .execute(conn)
                .await?;
        });
        Ok(())
    }

    /// Uses a link of this purpose up and answers it; `None` when it is unknown, for something else, expired or was used
    /// before. Of several callers at the same moment exactly one gets it.
    pub async fn consume(&self, token_digest: &str, purpose: &str, now: i64) -> Result<Option<MagicLinkRow>, DbError> {
        const SQL: &str = "UPDATE magic_links SET used_at = $2 \
             WHERE token_digest = $1 AND purpose = $3 AND used_at IS NULL AND expires_at > $2 \
             RETURNING id, tenant_id, email, token_digest, purpose, ip_address, created_at, used_at, expires_at";
        Ok(write_one!(self.db, conn => {
            sqlx::query_as(SQL).bind(token_digest).bind(now).bind(purpose).fetch_optional(conn).await?
        }))
    }

    /// Removes the unused sign-up links of an address, and says how many.
    pub async fn forget_sign_ups(&self, email: &str) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM magic_links WHERE purpose = 'signup' AND email = $1 AND used_at IS NULL";
        refuse_nul([Some(email)])?;
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(email).execute(conn).await?.rows_affected()))
    }

    /// Removes links that expired before `before`, used or not, and says how many.
    pub async fn remove_expired(&self, before: i64) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM magic_links WHERE expires_at < $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(before).execute(conn).await?.rows_affected()))
    }
}
