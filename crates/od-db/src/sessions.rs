//! Web sessions.

use std::fmt;

use crate::error::refuse_nul;
use crate::forget;
use crate::maker::holds;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, Maker, SealedColumns, Standing, TenantId};

/// A signed-in browser.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The credential's id.
    pub id: String,
    /// Whose session it is.
    pub tenant_id: TenantId,
    /// What listings show of its token.
    pub prefix: String,
    /// Keyed digest of the session's token: what it is found by.
    pub token_digest: String,
    /// Salt of the derivation that its sealed copy opens with, base64.
    pub salt: String,
    /// The tenant's data key, sealed for this session. Empty while the session is locked, and after revocation.
    pub data_key: SealedColumns,
    /// Which root key digest and sealed copy were made with.
    pub root_key: String,
    /// Where it signed in from.
    pub ip_address: Option<String>,
    /// The browser's name for itself.
    pub user_agent: Option<String>,
    /// When it signed in.
    pub created_at: i64,
    /// When it was last used.
    pub last_activity_at: i64,
    /// When it ends unless used before.
    pub expires_at: i64,
    /// When it was ended by hand.
    pub revoked_at: Option<i64>,
}

from_row! {
    SessionRow:
    id, tenant_id, prefix, token_digest, salt, root_key, ip_address, user_agent, created_at, last_activity_at, expires_at,
    revoked_at; data_key
}

/// Shows what a listing would.
impl fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRow")
            .field("id", &self.id)
            .field("tenant_id", &self.tenant_id)
            .field("data_key", &self.data_key)
            .field("created_at", &self.created_at)
            .field("last_activity_at", &self.last_activity_at)
            .field("expires_at", &self.expires_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, prefix, token_digest, salt, root_key, data_key_ciphertext AS ciphertext, data_key_tag AS tag, \
         data_key_nonce AS nonce, ip_address, user_agent, created_at, last_activity_at, expires_at, revoked_at"
    };
}

/// The sessions' methods; see [`Db::sessions`].
#[derive(Debug)]
pub struct Sessions<'a> {
    pub(crate) db: &'a Db,
}

impl Sessions<'_> {
    /// Adds a session. False, and nothing is added, when its tenant is closed or the maker has ended.
    pub async fn insert(&self, tenant: &TenantId, session: &SessionRow, maker: Maker<'_>) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO sessions (id, tenant_id, token_digest, data_key_ciphertext, data_key_tag, \
             data_key_nonce, ip_address, user_agent, created_at, last_activity_at, expires_at, revoked_at, prefix, salt, \
             root_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        session.tenant_id.must_be(tenant)?;
        refuse_nul([session.ip_address.as_deref(), session.user_agent.as_deref()])?;
        Ok(transaction!(self.db, conn => {
            let holds = holds!(conn, tenant, maker);
            if holds {
                sqlx::query(SQL)
                    .bind(&session.id)
                    .bind(tenant)
                    .bind(&session.token_digest)
                    .bind(&session.data_key.ciphertext)
                    .bind(&session.data_key.tag)
                    .bind(&session.data_key.nonce)
                    .bind(&session.ip_address)
                    .bind(&session.user_agent)
                    .bind(session.created_at)
                    .bind(session.last_activity_at)
                    .bind(session.expires_at)
                    .bind(session.revoked_at)
                    .bind(&session.prefix)
                    .bind(&session.salt)
                    .bind(&session.root_key)
                    .execute(&mut *conn)
                    .await?;
            }
            holds
        }))
    }

    /// The session with this token digest, expired and revoked ones included: the caller judges.
    pub async fn find_by_token(&self, token_digest: &str) -> Result<Option<SessionRow>, DbError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM sessions WHERE token_digest = $1");
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(token_digest).fetch_optional(conn).await?))
    }

    /// How a session stands; nothing when it is gone, alone or with its tenant.
    pub async fn standing(&self, tenant: &TenantId, id: &str) -> Result<Option<Standing>, DbError> {
        const SQL: &str = "SELECT s.expires_at, s.revoked_at, t.disabled_at \
             FROM sessions s JOIN tenants t ON t.id = s.tenant_id WHERE s.tenant_id = $1 AND s.id = $2";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(id).fetch_optional(conn).await?))
    }

    /// As [`Self::find_by_token`], by either of the digests that two root keys make of a token.
    pub async fn find_by_either(&self, token_digest: &str, former: &str) -> Result<Option<SessionRow>, DbError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM sessions WHERE token_digest IN ($1, $2)");
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(token_digest).bind(former).fetch_optional(conn).await?
        }))
    }

    /// The tenant's sessions, newest first.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<SessionRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM sessions WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).fetch_all(conn).await?))
    }

    /// Notes activity at `now` and moves the end to `expires_at`; neither goes back, in whatever order requests at the same
    /// time come here. False when there is no such living session.
    pub async fn touch(&self, tenant: &TenantId, id: &str, now: i64, expires_at: i64) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE sessions \
             SET last_activity_at = CASE WHEN last_activity_at < $3 THEN $3 ELSE last_activity_at END, \
             expires_at = CASE WHEN expires_at < $4 THEN $4 ELSE expires_at END \
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).bind(now).bind(expires_at).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Gives a locked session its sealed copy of the data key. False when there is no such living session.
    pub async fn unlock(&self, tenant: &TenantId, id: &str, data_key: &SealedColumns) -> Result<bool, DbError> {
        const SQL: &str = "UPDATE sessions SET data_key_ciphertext = $3, data_key_tag = $4, data_key_nonce = $5 \
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(tenant)
                .bind(id)
                .bind(&data_key.ciphertext)
                .bind(&data_key.tag)
                .bind(&data_key.nonce)
                .execute(conn)
                .await?
                .rows_affected()
        });
        Ok(done > 0)
    }

    /// Ends the session now: its sealed copy is destroyed and its active store forgotten. False when there is no such
    /// living session.
    pub async fn revoke(&self, tenant: &TenantId, id: &str, now: i64) -> Result<bool, DbError> {
        const SQL: &str = concat!(
            "UPDATE sessions SET revoked_at = $3, ",
            forget::emptied!(),
            " WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL"
        );
        let done = transaction!(self.db, conn => {
            let done = sqlx::query(SQL).bind(tenant).bind(id).bind(now).execute(&mut *conn).await?.rows_affected();
            for sql in forget::CREDENTIAL {
                sqlx::query(sql).bind(tenant).bind(id).execute(&mut *conn).await?;
            }
            done
        });
        Ok(done > 0)
    }

    /// Removes the sessions of all tenants that ended before `before`, by expiry or by hand, and says how many.
    pub async fn remove_ended(&self, before: i64) -> Result<u64, DbError> {
        const FORGET: [&str; 2] = forget::all_of!("SELECT id FROM sessions WHERE expires_at < $1 OR revoked_at < $1");
        const REMOVE: &str = "DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1";
        Ok(transaction!(self.db, conn => {
            for sql in FORGET {
                sqlx::query(sql).bind(before).execute(&mut *conn).await?;
            }
            sqlx::query(REMOVE).bind(before).execute(&mut *conn).await?.rows_affected()
        }))
    }
}
