//! Links that were sent by e-mail: to sign in, to sign up, to show that an address is one's own.

use std::fmt;

use crate::error::refuse_nul;
use crate::maker::holds;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, Maker, TenantId};

/// A link that works once.
#[derive(Clone, PartialEq, Eq)]
pub struct MagicLinkRow {
    /// The row's id.
    pub id: String,
    /// Whose it is; `None` for a sign-up, whose tenant does not exist yet.
    pub tenant_id: Option<TenantId>,
    /// Where it was sent.
    pub email: String,
    /// Keyed digest of the link's token: what it is found by.
    pub token_digest: String,
    /// `login`, `signup`, or `email` for one that makes the address it was sent to its tenant's.
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

macro_rules! columns {
    () => {
        "id, tenant_id, email, token_digest, purpose, ip_address, created_at, used_at, expires_at"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO magic_links (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);

/// Binds a link's columns to [`INSERT`].
macro_rules! bind_all {
    ($link:expr) => {
        sqlx::query(INSERT)
            .bind(&$link.id)
            .bind(&$link.tenant_id)
            .bind(&$link.email)
            .bind(&$link.token_digest)
            .bind(&$link.purpose)
            .bind(&$link.ip_address)
            .bind($link.created_at)
            .bind($link.used_at)
            .bind($link.expires_at)
    };
}

impl MagicLinks<'_> {
    /// Adds a link.
    pub async fn insert(&self, link: &MagicLinkRow) -> Result<(), DbError> {
        refuse_nul([Some(link.email.as_str()), link.ip_address.as_deref()])?;
        write_one!(self.db, conn => bind_all!(link).execute(conn).await.map(drop)?);
        Ok(())
    }

    /// Adds a tenant's link in the place of those for the same purpose that nobody used. False, and nothing is changed, when the
    /// tenant is closed or the maker has ended.
    pub async fn supersede(&self, tenant: &TenantId, link: &MagicLinkRow, maker: Maker<'_>) -> Result<bool, DbError> {
        const FORGET: &str = "DELETE FROM magic_links WHERE tenant_id = $1 AND purpose = $2 AND used_at IS NULL";
        if link.tenant_id.as_ref() != Some(tenant) {
            return Err(DbError::WrongTenant);
        }
        refuse_nul([Some(link.email.as_str()), link.ip_address.as_deref()])?;
        Ok(transaction!(self.db, conn => {
            let holds = holds!(conn, tenant, maker);
            if holds {
                sqlx::query(FORGET).bind(tenant).bind(&link.purpose).execute(&mut *conn).await?;
                bind_all!(link).execute(&mut *conn).await?;
            }
            holds
        }))
    }

    /// A link of this purpose that could be used now, found by its token.
    pub async fn find(&self, token_digest: &str, purpose: &str, now: i64) -> Result<Option<MagicLinkRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM magic_links WHERE token_digest = $1 AND purpose = $3 AND used_at IS NULL AND expires_at > $2"
        );
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(token_digest).bind(now).bind(purpose).fetch_optional(conn).await?
        }))
    }

    /// The newest of a tenant's links of this purpose that could be used now.
    pub async fn pending(&self, tenant: &TenantId, purpose: &str, now: i64) -> Result<Option<MagicLinkRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM magic_links WHERE tenant_id = $1 AND purpose = $3 AND used_at IS NULL AND expires_at > $2 \
             ORDER BY created_at DESC, id DESC LIMIT 1"
        );
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(now).bind(purpose).fetch_optional(conn).await?
        }))
    }

    /// Uses a link of this purpose up and answers it; `None` when it is unknown, for something else, expired or was used
    /// before. Of several callers at the same moment exactly one gets it.
    pub async fn consume(&self, token_digest: &str, purpose: &str, now: i64) -> Result<Option<MagicLinkRow>, DbError> {
        const SQL: &str = concat!(
            "UPDATE magic_links SET used_at = $2 \
             WHERE token_digest = $1 AND purpose = $3 AND used_at IS NULL AND expires_at > $2 RETURNING ",
            columns!()
        );
        Ok(write_one!(self.db, conn => {
            sqlx::query_as(SQL).bind(token_digest).bind(now).bind(purpose).fetch_optional(conn).await?
        }))
    }

    /// Makes a link that was used up one that can be used: what it was used for came to nothing. False when it is gone.
    pub async fn give_back(&self, id: &str) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE magic_links SET used_at = NULL WHERE id = $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(id).execute(conn).await?.rows_affected() > 0))
    }

    /// Removes a link. False when it was not there.
    pub async fn remove(&self, id: &str) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM magic_links WHERE id = $1";
        Ok(write_one!(self.db, conn => sqlx::query(SQL).bind(id).execute(conn).await?.rows_affected() > 0))
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
