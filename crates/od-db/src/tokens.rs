//! Tokens: personal ones, and what OAuth hands out.

mod row;

use crate::error::refuse_nul;
use crate::forget;
use crate::maker::holds;
use crate::pool::{read, transaction};
use crate::row::from_row;
use crate::standing::Standing;
use crate::{Db, DbError, Maker, TenantId};

pub use row::TokenRow;
pub(crate) use row::{INSERT, bind_all};

/// A token with what else decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundToken {
    /// The token.
    pub token: TokenRow,
    /// Set while its tenant may not sign in.
    pub disabled_at: Option<i64>,
    /// The client that it was handed out to, as its grant has it.
    pub client_id: Option<String>,
    /// That client's name.
    pub client_name: Option<String>,
    /// When its grant was ended.
    pub grant_revoked_at: Option<i64>,
}

from_row! { FoundToken: disabled_at, client_id, client_name, grant_revoked_at; token }

macro_rules! columns {
    () => {
        "k.id, k.tenant_id, k.kind, k.grant_id, k.parent_id, k.prefix, k.label, k.digest, k.salt, \
         k.data_key_ciphertext AS ciphertext, k.data_key_tag AS tag, k.data_key_nonce AS nonce, k.scopes, k.stores, \
         k.redirect_uri, k.code_challenge, k.resource, k.root_key, k.created_at, k.last_used_at, k.expires_at, \
         k.used_at, k.answered_at, k.superseded_at, k.revoked_at, k.reason"
    };
}

pub(crate) const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    ", t.disabled_at, g.client_id, g.client_name, g.revoked_at AS grant_revoked_at \
     FROM tokens k JOIN tenants t ON t.id = k.tenant_id \
     LEFT JOIN oauth_grants g ON g.tenant_id = k.tenant_id AND g.id = k.grant_id WHERE k.digest = $1"
);

const FIND_BY_EITHER: &str = concat!(
    "SELECT ",
    columns!(),
    ", t.disabled_at, g.client_id, g.client_name, g.revoked_at AS grant_revoked_at \
     FROM tokens k JOIN tenants t ON t.id = k.tenant_id \
     LEFT JOIN oauth_grants g ON g.tenant_id = k.tenant_id AND g.id = k.grant_id WHERE k.digest IN ($1, $2)"
);

/// The tokens' methods; see [`Db::tokens`].
#[derive(Debug)]
pub struct Tokens<'a> {
    pub(crate) db: &'a Db,
}

impl Tokens<'_> {
    /// Adds a token that hangs on no grant. False, and nothing is added, when its tenant is closed or the maker has ended.
    pub async fn insert(&self, tenant: &TenantId, token: &TokenRow, maker: Maker<'_>) -> Result<bool, DbError> {
        token.tenant_id.must_be(tenant)?;
        refuse_nul([token.label.as_deref()])?;
        Ok(transaction!(self.db, conn => {
            let holds = holds!(conn, tenant, maker);
            if holds {
                bind_all!(sqlx::query(INSERT), token).execute(&mut *conn).await?;
            }
            holds
        }))
    }

    /// The token with this digest, with its tenant's and its grant's state, in one indexed query however many there are.
    /// Ended ones are found as well: whether they may be used is the caller's to judge.
    pub async fn find(&self, digest: &str) -> Result<Option<FoundToken>, DbError> {
        Ok(read!(self.db, conn => sqlx::query_as(FIND).bind(digest).fetch_optional(conn).await?))
    }

    /// As [`Self::find`], by either of the digests that two root keys make of a token. In one query, so that a token which goes over
    /// from one to the other in this moment is found.
    pub async fn find_by_either(&self, digest: &str, former: &str) -> Result<Option<FoundToken>, DbError> {
        Ok(read!(self.db, conn => sqlx::query_as(FIND_BY_EITHER).bind(digest).bind(former).fetch_optional(conn).await?))
    }

    /// How a token stands; nothing when it is gone, alone or with its tenant.
    pub async fn standing(&self, tenant: &TenantId, id: &str) -> Result<Option<Standing>, DbError> {
        const SQL: &str = "SELECT k.expires_at, COALESCE(k.revoked_at, g.revoked_at) AS revoked_at, t.disabled_at \
             FROM tokens k JOIN tenants t ON t.id = k.tenant_id \
             LEFT JOIN oauth_grants g ON g.tenant_id = k.tenant_id AND g.id = k.grant_id \
             WHERE k.tenant_id = $1 AND k.id = $2";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(id).fetch_optional(conn).await?))
    }

    /// The tenant's tokens of one kind, newest first, those that have ended included.
    pub async fn list(&self, tenant: &TenantId, kind: &str) -> Result<Vec<TokenRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM tokens k WHERE k.tenant_id = $1 AND k.kind = $2 ORDER BY k.created_at DESC, k.id DESC"
        );
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(kind).fetch_all(conn).await?))
    }

    /// Notes a use at `now`, also of the grant that it hangs on; an earlier time than the one noted changes nothing. Of an access
    /// token it also notes with the refresh token it was given for that the answer arrived.
    pub async fn touch(&self, tenant: &TenantId, id: &str, now: i64) -> Result<(), DbError> {
        const TOKEN: &str = "UPDATE tokens SET last_used_at = $3 \
             WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
        const GRANT: &str = "UPDATE oauth_grants SET last_used_at = $3 \
             WHERE tenant_id = $1 AND id = (SELECT grant_id FROM tokens WHERE tenant_id = $1 AND id = $2) \
             AND (last_used_at IS NULL OR last_used_at < $3)";
        const ANSWERED: &str = "UPDATE tokens SET answered_at = $3 WHERE tenant_id = $1 \
             AND id = (SELECT parent_id FROM tokens WHERE tenant_id = $1 AND id = $2) \
             AND kind = 'refresh' AND answered_at IS NULL";
        transaction!(self.db, conn => {
            // The grant first, as whatever ends it does: see `oauth_grants`.
            for sql in [GRANT, TOKEN, ANSWERED] {
                sqlx::query(sql).bind(tenant).bind(id).bind(now).execute(&mut *conn).await?;
            }
        });
        Ok(())
    }

    /// Ends a token now: its sealed copy of the data key is destroyed, and what was remembered for it is forgotten. False when
    /// there is no such living token.
    pub async fn revoke(&self, tenant: &TenantId, id: &str, now: i64, reason: Option<&str>) -> Result<bool, DbError> {
        const SQL: &str = concat!(
            "UPDATE tokens SET revoked_at = $3, reason = $4, ",
            forget::emptied!(),
            " WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL"
        );
        refuse_nul([reason])?;
        let done = transaction!(self.db, conn => {
            let done = sqlx::query(SQL).bind(tenant).bind(id).bind(now).bind(reason).execute(&mut *conn).await?.rows_affected();
            for sql in forget::CREDENTIAL {
                sqlx::query(sql).bind(tenant).bind(id).execute(&mut *conn).await?;
            }
            done
        });
        Ok(done > 0)
    }

    /// Ends every personal token whose time is over, as [`Self::revoke`] would, and says how many.
    pub async fn retire_expired(&self, now: i64) -> Result<u64, DbError> {
        const FORGET: [&str; 2] = forget::all_of!(
            "SELECT id FROM tokens WHERE kind = 'personal' AND expires_at <= $1 AND revoked_at IS NULL"
        );
        const RETIRE: &str = concat!(
            "UPDATE tokens SET revoked_at = $1, reason = 'expired', ",
            forget::emptied!(),
            " WHERE kind = 'personal' AND expires_at <= $1 AND revoked_at IS NULL"
        );
        Ok(transaction!(self.db, conn => {
            for sql in FORGET {
                sqlx::query(sql).bind(now).execute(&mut *conn).await?;
            }
            sqlx::query(RETIRE).bind(now).execute(&mut *conn).await?.rows_affected()
        }))
    }
}
