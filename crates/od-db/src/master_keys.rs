//! Master keys: the credentials a tenant is found by.

mod row;

use crate::error::refuse_nul;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::standing::Standing;
use crate::tenants::TenantRow;
use crate::{Db, DbError, TenantId};

pub use row::MasterKeyRow;
pub(crate) use row::{INSERT, bind_all};

/// A key joined with its tenant; the tenant's id is the key's `tenant_id`.
struct Found {
    key: MasterKeyRow,
    tenant_name: Option<String>,
    tenant_email: Option<String>,
    tenant_hash: String,
    tenant_salt: String,
    tenant_created_at: i64,
    tenant_updated_at: i64,
    tenant_disabled_at: Option<i64>,
}

from_row! {
    Found:
    tenant_name, tenant_email, tenant_hash, tenant_salt, tenant_created_at, tenant_updated_at, tenant_disabled_at; key
}

impl From<Found> for (TenantRow, MasterKeyRow) {
    fn from(found: Found) -> Self {
        let tenant = TenantRow {
            id: found.key.tenant_id.clone(),
            name: found.tenant_name,
            email: found.tenant_email,
            master_key_hash: found.tenant_hash,
            master_key_salt: found.tenant_salt,
            created_at: found.tenant_created_at,
            updated_at: found.tenant_updated_at,
            disabled_at: found.tenant_disabled_at,
        };
        (tenant, found.key)
    }
}

macro_rules! columns {
    () => {
        "k.id, k.tenant_id, k.prefix, k.label, k.lookup_index AS lookup, k.hash, k.salt, \
         k.data_key_ciphertext AS ciphertext, k.data_key_tag AS tag, k.data_key_nonce AS nonce, k.created_at, \
         k.last_used_at, k.expires_at, k.revoked_at, k.reason, k.root_key"
    };
}

pub(crate) const FIND_BY_LOOKUP: &str = concat!(
    "SELECT ",
    columns!(),
    ", t.name AS tenant_name, t.email AS tenant_email, t.master_key_hash AS tenant_hash, \
     t.master_key_salt AS tenant_salt, t.created_at AS tenant_created_at, t.updated_at AS tenant_updated_at, \
     t.disabled_at AS tenant_disabled_at \
     FROM master_key_metadata k JOIN tenants t ON t.id = k.tenant_id WHERE k.lookup_index = $1"
);

/// The master keys' methods; see [`Db::master_keys`].
#[derive(Debug)]
pub struct MasterKeys<'a> {
    pub(crate) db: &'a Db,
}

impl MasterKeys<'_> {
    /// The key with this digest and its tenant, in one indexed query however many tenants there are.
    ///
    /// Expired and revoked keys and disabled tenants are found as well: whether they may sign in is the caller's to judge.
    pub async fn find_by_lookup(&self, lookup: &str) -> Result<Option<(TenantRow, MasterKeyRow)>, DbError> {
        let found: Option<Found> =
            read!(self.db, conn => sqlx::query_as(FIND_BY_LOOKUP).bind(lookup).fetch_optional(conn).await?);
        Ok(found.map(Into::into))
    }

    /// How a key stands; nothing when it is gone, alone or with its tenant.
    pub async fn standing(&self, tenant: &TenantId, id: &str) -> Result<Option<Standing>, DbError> {
        const SQL: &str = "SELECT k.expires_at, k.revoked_at, t.disabled_at \
             FROM master_key_metadata k JOIN tenants t ON t.id = k.tenant_id WHERE k.tenant_id = $1 AND k.id = $2";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(id).fetch_optional(conn).await?))
    }

    /// The tenant's keys, newest first, the dead ones included.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<MasterKeyRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM master_key_metadata k WHERE k.tenant_id = $1 ORDER BY k.created_at DESC, k.id DESC"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).fetch_all(conn).await?))
    }

    /// Adds a key and makes it the tenant's current one.
    pub async fn insert(&self, tenant: &TenantId, key: &MasterKeyRow) -> Result<(), DbError> {
        const CURRENT: &str =
            "UPDATE tenants SET master_key_hash = $2, master_key_salt = $3, updated_at = $4 WHERE id = $1";
        key.tenant_id.must_be(tenant)?;
        refuse_nul([key.label.as_deref()])?;
        transaction!(self.db, conn => {
            bind_all!(sqlx::query(INSERT), key).execute(&mut *conn).await?;
            sqlx::query(CURRENT)
                .bind(tenant)
                .bind(&key.hash)
                .bind(&key.salt)
                .bind(key.created_at)
                .execute(&mut *conn)
                .await?;
        });
        Ok(())
    }

    /// Notes a sign-in at `now`; an earlier time than the one noted changes nothing.
    pub async fn touch(&self, tenant: &TenantId, id: &str, now: i64) -> Result<(), DbError> {
        const SQL: &str = "UPDATE master_key_metadata SET last_used_at = $3 \
             WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
        write_one!(self.db, conn => sqlx::query(SQL).bind(tenant).bind(id).bind(now).execute(conn).await.map(drop)?);
        Ok(())
    }

    /// Lets the key die by itself at `at`, or before that where it was to: its life is never lengthened. False when there is
    /// no such living key.
    pub async fn expire_at(&self, tenant: &TenantId, id: &str, at: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE master_key_metadata \
             SET expires_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END \
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(at).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Ends the key now: its sealed copy of the data key is destroyed and its active store forgotten. False when there
    /// is no such living key.
    pub async fn revoke(&self, tenant: &TenantId, id: &str, now: i64, reason: Option<&str>) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE master_key_metadata SET revoked_at = $3, reason = $4, data_key_ciphertext = '', \
             data_key_tag = '', data_key_nonce = '' WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        refuse_nul([reason])?;
        let done = transaction!(self.db, conn => {
            let done = sqlx::query(SQL)
                .bind(tenant)
                .bind(id)
                .bind(now)
                .bind(reason)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            sqlx::query(crate::active_stores::FORGET_CREDENTIAL).bind(tenant).bind(id).execute(&mut *conn).await?;
            sqlx::query(crate::answers::FORGET_CREDENTIAL).bind(tenant).bind(id).execute(&mut *conn).await?;
            done
        });
        Ok(done > 0)
    }

    /// Ends every key of every tenant whose time is over, as [`Self::revoke`] would, and says how many.
    pub async fn retire_expired(&self, now: i64) -> Result<u64, DbError> {
        const FORGET: &str = "DELETE FROM active_stores WHERE credential_id IN \
             (SELECT id FROM master_key_metadata WHERE expires_at <= $1 AND revoked_at IS NULL)";
        const FORGET_ANSWERS: &str = "DELETE FROM answers WHERE credential_id IN \
             (SELECT id FROM master_key_metadata WHERE expires_at <= $1 AND revoked_at IS NULL)";
        const RETIRE: &str = "UPDATE master_key_metadata SET revoked_at = $1, reason = 'expired', \
             data_key_ciphertext = '', data_key_tag = '', data_key_nonce = '' \
             WHERE expires_at <= $1 AND revoked_at IS NULL";
        Ok(transaction!(self.db, conn => {
            sqlx::query(FORGET).bind(now).execute(&mut *conn).await?;
            sqlx::query(FORGET_ANSWERS).bind(now).execute(&mut *conn).await?;
            sqlx::query(RETIRE).bind(now).execute(&mut *conn).await?.rows_affected()
        }))
    }
}
