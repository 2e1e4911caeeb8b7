//! What persons allowed the clients of OAuth, and the tokens that hang on it.
//!
//! Whatever ends a grant and whatever adds to it change the grant's row first, so that of the two at once one waits for the
//! other: no token is added to a grant that has ended.

mod refresh;
mod sweep;

use crate::error::refuse_nul;
use crate::forget;
use crate::maker::holds;
use crate::pool::{read, transaction};
use crate::row::from_row;
use crate::tokens::{INSERT, bind_all};
use crate::{Db, DbError, Maker, TenantId, TokenRow};

#[cfg(feature = "testing")]
pub(crate) use refresh::{EMPTY, SUPERSEDE};
pub use sweep::Ended;

/// What a person allowed a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// The row's id.
    pub id: String,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The client's id: one of ours, or a URL.
    pub client_id: String,
    /// What the client called itself.
    pub client_name: String,
    /// What it may do: permissions with blanks between them.
    pub scopes: String,
    /// The stores that it may see, as a JSON list of Order Desk's ids; none for all.
    pub stores: Option<String>,
    /// When it was allowed.
    pub created_at: i64,
    /// When one of its tokens was last used.
    pub last_used_at: Option<i64>,
    /// When it was ended.
    pub revoked_at: Option<i64>,
    /// Why it was ended.
    pub reason: Option<String>,
}

from_row! {
    GrantRow:
    id, tenant_id, client_id, client_name, scopes, stores, created_at, last_used_at, revoked_at, reason
}

macro_rules! columns {
    () => {
        "g.id, g.tenant_id, g.client_id, g.client_name, g.scopes, g.stores, g.created_at, g.last_used_at, \
         g.revoked_at, g.reason"
    };
}

/// Passes when the grant may be added to, and keeps it so until the transaction ends.
const HOLD: &str = "UPDATE oauth_grants SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL \
     AND EXISTS (SELECT 1 FROM tenants t WHERE t.id = $1 AND t.disabled_at IS NULL)";

/// The tokens that a client is given at once.
#[derive(Clone, Copy, Debug)]
pub struct Issued<'a> {
    /// The access token.
    pub access: &'a TokenRow,
    /// The refresh token.
    pub refresh: &'a TokenRow,
}

/// The grants' methods; see [`Db::oauth_grants`].
#[derive(Debug)]
pub struct OAuthGrants<'a> {
    pub(crate) db: &'a Db,
}

impl OAuthGrants<'_> {
    /// Adds a grant and the code that it begins with. False, and nothing is added, when its tenant is closed or the maker has
    /// ended.
    pub async fn insert(
        &self,
        tenant: &TenantId,
        grant: &GrantRow,
        code: &TokenRow,
        maker: Maker<'_>,
    ) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO oauth_grants (id, tenant_id, client_id, client_name, scopes, stores, created_at, \
             last_used_at, revoked_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        grant.tenant_id.must_be(tenant)?;
        code.tenant_id.must_be(tenant)?;
        refuse_nul([Some(grant.client_id.as_str()), Some(grant.client_name.as_str())])?;
        refuse_nul([code.redirect_uri.as_deref(), code.resource.as_deref()])?;
        Ok(transaction!(self.db, conn => {
            if !holds!(conn, tenant, maker) {
                return Ok(false);
            }
            sqlx::query(SQL)
                .bind(&grant.id)
                .bind(tenant)
                .bind(&grant.client_id)
                .bind(&grant.client_name)
                .bind(&grant.scopes)
                .bind(&grant.stores)
                .bind(grant.created_at)
                .bind(grant.last_used_at)
                .bind(grant.revoked_at)
                .bind(&grant.reason)
                .execute(&mut *conn)
                .await?;
            bind_all!(sqlx::query(INSERT), code).execute(&mut *conn).await?;
            true
        }))
    }

    /// Uses a code up for the tokens that are given for it. False, and nothing happens, when it was used, has expired or was
    /// ended, or its tenant was closed. Of several exchanges at once one gets through.
    pub async fn exchange(
        &self,
        tenant: &TenantId,
        code: &TokenRow,
        Issued { access, refresh }: Issued<'_>,
        now: i64,
    ) -> Result<bool, DbError> {
        const USE: &str = concat!(
            "UPDATE tokens SET used_at = $3, last_used_at = $3, ",
            forget::emptied!(),
            " WHERE tenant_id = $1 AND id = $2 AND kind = 'code' AND used_at IS NULL AND revoked_at IS NULL \
             AND expires_at > $3"
        );
        for row in [code, access, refresh] {
            row.tenant_id.must_be(tenant)?;
        }
        Ok(transaction!(self.db, conn => {
            for (sql, row) in [(HOLD, code.grant_id.as_ref()), (USE, Some(&code.id))] {
                let done = sqlx::query(sql).bind(tenant).bind(row).bind(now).execute(&mut *conn).await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
            }
            bind_all!(sqlx::query(INSERT), access).execute(&mut *conn).await?;
            bind_all!(sqlx::query(INSERT), refresh).execute(&mut *conn).await?;
            true
        }))
    }

    /// The tenant's grants that something can still be done with, newest first: one of their tokens is alive.
    pub async fn list(&self, tenant: &TenantId, now: i64) -> Result<Vec<GrantRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM oauth_grants g WHERE g.tenant_id = $1 AND g.revoked_at IS NULL AND EXISTS \
             (SELECT 1 FROM tokens k WHERE k.tenant_id = $1 AND k.grant_id = g.id AND k.kind IN ('access', 'refresh') \
              AND k.revoked_at IS NULL AND k.expires_at > $2) ORDER BY g.created_at DESC, g.id DESC"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(now).fetch_all(conn).await?))
    }

    /// One grant, also one that was ended.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Option<GrantRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM oauth_grants g WHERE g.tenant_id = $1 AND g.id = $2"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(id).fetch_optional(conn).await?))
    }

    /// Ends a grant now: the sealed copies of all its tokens are destroyed, and what was remembered for it is forgotten. False
    /// when there is no such living grant.
    pub async fn revoke(&self, tenant: &TenantId, id: &str, now: i64, reason: Option<&str>) -> Result<bool, DbError> {
        const GRANT: &str = "UPDATE oauth_grants SET revoked_at = $3, reason = $4 \
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        const TOKENS: &str = concat!(
            "UPDATE tokens SET revoked_at = $3, reason = $4, ",
            forget::emptied!(),
            " WHERE tenant_id = $1 AND grant_id = $2 AND revoked_at IS NULL"
        );
        refuse_nul([reason])?;
        Ok(transaction!(self.db, conn => {
            let done = sqlx::query(GRANT).bind(tenant).bind(id).bind(now).bind(reason).execute(&mut *conn).await?;
            sqlx::query(TOKENS).bind(tenant).bind(id).bind(now).bind(reason).execute(&mut *conn).await?;
            for sql in forget::CREDENTIAL {
                sqlx::query(sql).bind(tenant).bind(id).execute(&mut *conn).await?;
            }
            done.rows_affected() > 0
        }))
    }
}
