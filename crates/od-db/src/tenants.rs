//! Tenants: the owners of everything else.

use std::fmt;

use crate::error::refuse_nul;
use crate::forget;
use crate::master_keys::{self, MasterKeyRow};
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, TenantId, fold_name};

mod email;

/// A tenant. The hash and salt are those of its current master key; `master_key_metadata` has every key.
#[derive(Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// The tenant's id.
    pub id: TenantId,
    /// What people call it.
    pub name: Option<String>,
    /// Where magic links go. Several tenants may share one address.
    pub email: Option<String>,
    /// bcrypt hash of the current master key.
    pub master_key_hash: String,
    /// Salt of the current master key's derivation, base64.
    pub master_key_salt: String,
    /// When it was made.
    pub created_at: i64,
    /// When this row last changed.
    pub updated_at: i64,
    /// Set while the tenant may not sign in.
    pub disabled_at: Option<i64>,
}

from_row! { TenantRow: id, name, email, master_key_hash, master_key_salt, created_at, updated_at, disabled_at }

/// Shows neither key material nor personal data.
impl fmt::Debug for TenantRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantRow")
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("disabled_at", &self.disabled_at)
            .finish_non_exhaustive()
    }
}

/// What a tenant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Registered stores.
    pub stores: i64,
    /// Master keys that may be used.
    pub keys: i64,
    /// Entries of its audit log, as lists show them.
    pub entries: i64,
    /// When the oldest of them happened.
    pub first_at: Option<i64>,
    /// When the newest of them happened.
    pub last_at: Option<i64>,
}

from_row! { Holdings: stores, keys, entries, first_at, last_at }

macro_rules! columns {
    () => {
        "id, name, email, master_key_hash, master_key_salt, created_at, updated_at, disabled_at"
    };
}

/// The tenants' methods; see [`Db::tenants`].
#[derive(Debug)]
pub struct Tenants<'a> {
    pub(crate) db: &'a Db,
}

impl Tenants<'_> {
    /// Adds a tenant together with its first master key and its empty audit chain: all or nothing. `proof` is the one of the
    /// chain's ends, [`crate::AuditHead::start`].
    pub async fn create(&self, tenant: &TenantRow, key: &MasterKeyRow, proof: &str) -> Result<(), DbError> {
        const START_CHAIN: &str = "INSERT INTO audit_heads (chain, tenant_id, seq, digest, purged_seq, purged_digest, proof) \
             VALUES ($1, $1, 0, '', 0, '', $2)";
        const SQL: &str = "INSERT INTO tenants (id, name, email, email_folded, master_key_hash, master_key_salt, \
             created_at, updated_at, disabled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        key.tenant_id.must_be(&tenant.id)?;
        refuse_nul([tenant.name.as_deref(), tenant.email.as_deref(), key.label.as_deref()])?;
        let email_folded = tenant.email.as_deref().map(fold_name);
        transaction!(self.db, conn => {
            sqlx::query(SQL)
                .bind(&tenant.id)
                .bind(&tenant.name)
                .bind(&tenant.email)
                .bind(&email_folded)
                .bind(&tenant.master_key_hash)
                .bind(&tenant.master_key_salt)
                .bind(tenant.created_at)
                .bind(tenant.updated_at)
                .bind(tenant.disabled_at)
                .execute(&mut *conn)
                .await?;
            master_keys::bind_all!(sqlx::query(master_keys::INSERT), key).execute(&mut *conn).await?;
            sqlx::query(START_CHAIN).bind(&tenant.id).bind(proof).execute(&mut *conn).await?;
        });
        Ok(())
    }

    /// One tenant.
    pub async fn get(&self, tenant: &TenantId) -> Result<Option<TenantRow>, DbError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM tenants WHERE id = $1");
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).fetch_optional(conn).await?))
    }

    /// At most `limit` tenants in the order of their ids (that is, of their creation), those after `after`.
    pub async fn list(&self, limit: u32, after: Option<&TenantId>) -> Result<Vec<TenantRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM tenants WHERE id > $1 ORDER BY id LIMIT $2"
        );
        let after = after.map_or("", TenantId::as_str);
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(after).bind(i64::from(limit)).fetch_all(conn).await?))
    }

    /// The tenants of an e-mail address, compared without case, oldest first.
    pub async fn find_by_email(&self, email: &str) -> Result<Vec<TenantRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM tenants WHERE email_folded = $1 ORDER BY id"
        );
        refuse_nul([Some(email)])?;
        let folded = fold_name(email);
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(&folded).fetch_all(conn).await?))
    }

    /// Forbids the tenant to sign in from `now` on and ends its web sessions and sign-in links; all else stays. False when
    /// there is no such tenant, or it was closed before.
    pub async fn close(&self, tenant: &TenantId, now: i64) -> Result<bool, DbError> {
        const CLOSE: &str =
            "UPDATE tenants SET disabled_at = $2, updated_at = $2 WHERE id = $1 AND disabled_at IS NULL";
        let done = transaction!(self.db, conn => {
            let done = sqlx::query(CLOSE).bind(tenant).bind(now).execute(&mut *conn).await?.rows_affected();
            if done > 0 {
                for sql in forget::SESSIONS {
                    sqlx::query(sql).bind(tenant).execute(&mut *conn).await?;
                }
            }
            done
        });
        Ok(done > 0)
    }

    /// Allows a closed tenant to sign in again. False when there is no such tenant, or it was not closed.
    pub async fn reopen(&self, tenant: &TenantId, now: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE tenants SET disabled_at = NULL, updated_at = $2 \
             WHERE id = $1 AND disabled_at IS NOT NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(now).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Calls the tenant something else. False when there is no such tenant.
    pub async fn rename(&self, tenant: &TenantId, name: &str, now: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE tenants SET name = $2, updated_at = $3 WHERE id = $1";
        refuse_nul([Some(name)])?;
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(name).bind(now).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// What the tenant has at `now`.
    pub async fn holdings(&self, tenant: &TenantId, now: i64) -> Result<Holdings, DbError> {
        const SQL: &str = concat!(
            "SELECT (SELECT COUNT(*) FROM stores WHERE tenant_id = $1) AS stores, \
             (SELECT COUNT(*) FROM master_key_metadata WHERE tenant_id = $1 AND revoked_at IS NULL \
             AND (expires_at IS NULL OR expires_at > $2)) AS keys, \
             (SELECT COUNT(*) FROM audit_log WHERE chain = $1 AND NOT ",
            crate::audit::ended!(),
            ") AS entries, (SELECT MIN(created_at) FROM audit_log WHERE chain = $1) AS first_at, \
             (SELECT MAX(created_at) FROM audit_log WHERE chain = $1) AS last_at"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(now).fetch_one(conn).await?))
    }

    /// How many tenants there are.
    pub async fn count(&self) -> Result<u64, DbError> {
        const SQL: &str = "SELECT COUNT(*) FROM tenants";
        let count: i64 = read!(self.db, conn => sqlx::query_scalar(SQL).fetch_one(conn).await?);
        Ok(count.unsigned_abs())
    }
}
