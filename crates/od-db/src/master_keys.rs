//! Master keys: the credentials a tenant is found by.

mod row;

use crate::error::refuse_nul;
use crate::forget;
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

const FIND_BY_EITHER: &str = concat!(
    "SELECT ",
    columns!(),
    ", t.name AS tenant_name, t.email AS tenant_email, t.master_key_hash AS tenant_hash, \
     t.master_key_salt AS tenant_salt, t.created_at AS tenant_created_at, t.updated_at AS tenant_updated_at, \
     t.disabled_at AS tenant_disabled_at \
     FROM master_key_metadata k JOIN tenants t ON t.id = k.tenant_id WHERE k.lookup_index IN ($1, $2)"
);

/// What becomes of a key that another one takes the place of.
#[derive(Debug, Clone, Copy)]
pub struct OldKey<'a> {
    /// The key's id.
    pub id: &'a str,
    /// When it ends; not later than the new one's making: at once.
    pub ends_at: i64,
    /// Why it ends.
    pub reason: Option<&'a str>,
}

/// A key that another one took the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// When it ends.
    pub ends_at: i64,
    /// Web sessions that ended with it, when that is at once.
    pub sessions: u64,
}

/// What became of a key that was to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyEnd {
    /// It ended.
    Now {
        /// Web sessions that ended with it.
        sessions: u64,
    },
    /// There is no such living key.
    WasNotThere,
    /// It is the last one that lives, and was to stay then.
    IsTheLast,
}

impl KeyEnd {
    /// Whether it ended.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Now { .. })
    }
}

/// Keeps others waiting who end a key of this tenant, or make something with one: two must not each leave it to the other to be
/// the last, and all take the rows in this order.
const LOCK: &str = "UPDATE tenants SET updated_at = updated_at WHERE id = $1";
const CURRENT: &str = "UPDATE tenants SET master_key_hash = $2, master_key_salt = $3, updated_at = $4 WHERE id = $1";
const REVOKE: &str = concat!(
    "UPDATE master_key_metadata SET revoked_at = $3, reason = $4, ",
    forget::emptied!(),
    " WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL"
);

/// Ends all of a tenant's web sessions and links, and counts the sessions that were alive.
macro_rules! end_sessions {
    ($conn:ident, $tenant:expr, $now:expr) => {{
        const LIVING: &str =
            "SELECT COUNT(*) FROM sessions WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2";
        let living: i64 = sqlx::query_scalar(LIVING)
            .bind($tenant)
            .bind($now)
            .fetch_one(&mut *$conn)
            .await?;
        for sql in forget::SESSIONS {
            sqlx::query(sql).bind($tenant).execute(&mut *$conn).await?;
        }
        living.unsigned_abs()
    }};
}

/// Whose key's time is over. Parameter: now.
macro_rules! expired {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM master_key_metadata WHERE expires_at <= $1 AND revoked_at IS NULL"
        )
    };
}

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

    /// As [`Self::find_by_lookup`], by either of the digests that two root keys make of a key. In one query, so that a key which
    /// goes over from one to the other in this moment is found.
    pub async fn find_by_either(
        &self,
        lookup: &str,
        former: &str,
    ) -> Result<Option<(TenantRow, MasterKeyRow)>, DbError> {
        let found: Option<Found> = read!(self.db, conn => {
            sqlx::query_as(FIND_BY_EITHER).bind(lookup).bind(former).fetch_optional(conn).await?
        });
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

    /// Puts a new key in the place of a living one, all in one: the new one becomes the tenant's current key, and the old one
    /// ends when `old` says, or before that where it was to: its life is never lengthened. When that is at once, the tenant's web
    /// sessions and links end with it; a link that would change the tenant's e-mail address, which a key was shown for, in any
    /// case. Nothing when there is no such living key (any more), and then nothing was changed.
    pub async fn rotate(
        &self,
        tenant: &TenantId,
        key: &MasterKeyRow,
        old: OldKey<'_>,
    ) -> Result<Option<Replaced>, DbError> {
        const END: &str = "UPDATE master_key_metadata \
             SET expires_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END, reason = COALESCE($5, reason) \
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4) \
             RETURNING expires_at";
        key.tenant_id.must_be(tenant)?;
        refuse_nul([key.label.as_deref(), key.reason.as_deref(), old.reason])?;
        Ok(transaction!(self.db, conn => {
            let now = key.created_at;
            sqlx::query(LOCK).bind(tenant).execute(&mut *conn).await?;
            let ends = sqlx::query_scalar(END).bind(tenant).bind(old.id).bind(old.ends_at).bind(now).bind(old.reason);
            let ends: Option<i64> = ends.fetch_optional(&mut *conn).await?;
            let mut sessions = 0;
            if let Some(ends) = ends {
                bind_all!(sqlx::query(INSERT), key).execute(&mut *conn).await?;
                sqlx::query(CURRENT)
                    .bind(tenant)
                    .bind(&key.hash)
                    .bind(&key.salt)
                    .bind(now)
                    .execute(&mut *conn)
                    .await?;
                sqlx::query(forget::EMAIL_LINKS).bind(tenant).execute(&mut *conn).await?;
                if ends <= now {
                    let revoke = sqlx::query(REVOKE).bind(tenant).bind(old.id).bind(now).bind(old.reason);
                    revoke.execute(&mut *conn).await?;
                    for sql in forget::CREDENTIAL {
                        sqlx::query(sql).bind(tenant).bind(old.id).execute(&mut *conn).await?;
                    }
                    sessions = end_sessions!(conn, tenant, now);
                }
            }
            ends.map(|ends_at| Replaced { ends_at, sessions })
        }))
    }

    /// Notes a sign-in at `now`; an earlier time than the one noted changes nothing.
    pub async fn touch(&self, tenant: &TenantId, id: &str, now: i64) -> Result<(), DbError> {
        const SQL: &str = "UPDATE master_key_metadata SET last_used_at = $3 \
             WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
        write_one!(self.db, conn => sqlx::query(SQL).bind(tenant).bind(id).bind(now).execute(conn).await.map(drop)?);
        Ok(())
    }

    /// Ends the key now: its sealed copy of the data key is destroyed, its active store forgotten, and the tenant's web sessions
    /// and links end, which whoever had the key may have begun.
    pub async fn revoke(&self, tenant: &TenantId, id: &str, now: i64, reason: Option<&str>) -> Result<KeyEnd, DbError> {
        self.end(tenant, id, now, reason, true).await
    }

    /// As [`Self::revoke`], but for the last living key of a tenant, which stays.
    pub async fn revoke_but_the_last(
        &self,
        tenant: &TenantId,
        id: &str,
        now: i64,
        reason: Option<&str>,
    ) -> Result<KeyEnd, DbError> {
        self.end(tenant, id, now, reason, false).await
    }

    async fn end(
        &self,
        tenant: &TenantId,
        id: &str,
        now: i64,
        reason: Option<&str>,
        even_the_last: bool,
    ) -> Result<KeyEnd, DbError> {
        const OTHERS: &str = "SELECT COUNT(*) FROM master_key_metadata WHERE tenant_id = $1 AND id <> $2 \
             AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)";
        const LIVES: &str =
            "SELECT COUNT(*) FROM master_key_metadata WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        refuse_nul([reason])?;
        Ok(transaction!(self.db, conn => {
            sqlx::query(LOCK).bind(tenant).execute(&mut *conn).await?;
            let others: i64 = sqlx::query_scalar(OTHERS).bind(tenant).bind(id).bind(now).fetch_one(&mut *conn).await?;
            if others == 0 && !even_the_last {
                let lives: i64 = sqlx::query_scalar(LIVES).bind(tenant).bind(id).fetch_one(&mut *conn).await?;
                return Ok(if lives > 0 { KeyEnd::IsTheLast } else { KeyEnd::WasNotThere });
            }
            let done = sqlx::query(REVOKE)
                .bind(tenant)
                .bind(id)
                .bind(now)
                .bind(reason)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if done == 0 {
                return Ok(KeyEnd::WasNotThere);
            }
            for sql in forget::CREDENTIAL {
                sqlx::query(sql).bind(tenant).bind(id).execute(&mut *conn).await?;
            }
            KeyEnd::Now {
                sessions: end_sessions!(conn, tenant, now),
            }
        }))
    }

    /// Ends every key of every tenant whose time is over, as [`Self::revoke`] would, and says how many. The web sessions and links
    /// of these tenants end with it: whoever had the key may have begun one while it worked, which would otherwise go on for ever.
    pub async fn retire_expired(&self, now: i64) -> Result<u64, DbError> {
        const OF_KEYS: [&str; 2] = forget::all_of!(expired!("id"));
        const OF_SESSIONS: [&str; 2] = forget::all_of!(
            "SELECT id FROM sessions WHERE tenant_id IN (",
            expired!("tenant_id"),
            ")"
        );
        const SESSIONS: &str = concat!("DELETE FROM sessions WHERE tenant_id IN (", expired!("tenant_id"), ")");
        const LINKS: &str = concat!(
            "DELETE FROM magic_links WHERE tenant_id IN (",
            expired!("tenant_id"),
            ")"
        );
        const RETIRE: &str = concat!(
            "UPDATE master_key_metadata SET revoked_at = $1, reason = COALESCE(reason, 'expired'), ",
            forget::emptied!(),
            " WHERE expires_at <= $1 AND revoked_at IS NULL"
        );
        Ok(transaction!(self.db, conn => {
            for sql in OF_KEYS.into_iter().chain(OF_SESSIONS).chain([SESSIONS, LINKS]) {
                sqlx::query(sql).bind(now).execute(&mut *conn).await?;
            }
            sqlx::query(RETIRE).bind(now).execute(&mut *conn).await?.rows_affected()
        }))
    }
}
