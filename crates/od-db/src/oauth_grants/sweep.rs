//! Removing what has ended of grants and their tokens, in portions: others wait for the database's one writer no longer than a
//! portion takes.

use super::OAuthGrants;
use super::refresh::is_over;
use crate::forget;
use crate::pool::{read, transaction, write_one};
use crate::{DbError, TenantId};

/// How many rows, or grants, are taken at once.
const PORTION: i64 = 500;

/// What is to go.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// What has expired by then.
    pub now: i64,
    /// The beginning of the grace time: see [`OAuthGrants::refresh`].
    pub grace: i64,
    /// Used codes are known until then, and so is every refresh token that was made after it.
    pub replays: i64,
    /// So many refresh tokens that open nothing any more are known of a grant in any case.
    pub most: u32,
}

impl OAuthGrants<'_> {
    /// Removes what has ended of all tenants, and says how many tokens that were: what expired, but for used codes, which are
    /// known a while longer; of a grant's refresh tokens that are good no more the oldest, above so many; then the grants that
    /// no token is left of. Sealed copies of refresh tokens that are good no more are destroyed.
    pub async fn remove_ended(&self, ended: Ended) -> Result<u64, DbError> {
        const EXPIRED: &str = "DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE expires_at <= $1 AND \
             (kind IN ('access', 'refresh') OR (kind = 'code' AND (used_at IS NULL OR expires_at <= $2))) LIMIT $3)";
        while self.empty_those_over(ended.grace).await? == PORTION.unsigned_abs() {}
        let mut removed = 0;
        loop {
            let portion = write_one!(self.db, conn => {
                let query = sqlx::query(EXPIRED).bind(ended.now).bind(ended.replays).bind(PORTION);
                query.execute(conn).await?.rows_affected()
            });
            removed += portion;
            if portion < PORTION.unsigned_abs() {
                break;
            }
        }
        removed += self.thin_out(ended).await?;
        while self.remove_empty().await? == PORTION {}
        Ok(removed)
    }

    async fn empty_those_over(&self, grace: i64) -> Result<u64, DbError> {
        const SQL: &str = concat!(
            "UPDATE tokens SET ",
            forget::emptied!(),
            " WHERE id IN (SELECT id FROM tokens WHERE ",
            is_over!(),
            " LIMIT $2)"
        );
        Ok(write_one!(self.db, conn => {
            sqlx::query(SQL).bind(grace).bind(PORTION).execute(conn).await?.rows_affected()
        }))
    }

    /// Of grants with very many refresh tokens that are good no more, the oldest go. One that comes again after that is unknown,
    /// and ends nothing: so those of the last while stay in any case, and nobody hides a theft by refreshing a lot.
    async fn thin_out(&self, ended: Ended) -> Result<u64, DbError> {
        const CROWDED: &str = "SELECT tenant_id, grant_id FROM tokens WHERE kind = 'refresh' AND data_key_ciphertext = '' \
             GROUP BY tenant_id, grant_id HAVING COUNT(*) > $1 LIMIT $2";
        const CUT: &str = "SELECT created_at FROM tokens WHERE tenant_id = $1 AND grant_id = $2 AND kind = 'refresh' \
             AND data_key_ciphertext = '' ORDER BY created_at DESC LIMIT 1 OFFSET $3";
        const REMOVE: &str = "DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE tenant_id = $1 AND grant_id = $2 \
             AND kind = 'refresh' AND data_key_ciphertext = '' AND created_at <= $3 LIMIT $4)";
        let most = i64::from(ended.most);
        let crowded: Vec<(TenantId, String)> = read!(self.db, conn => {
            sqlx::query_as(CROWDED).bind(most).bind(PORTION).fetch_all(conn).await?
        });
        let mut removed = 0;
        for (tenant, grant) in &crowded {
            let cut: Option<i64> = read!(self.db, conn => {
                sqlx::query_scalar(CUT).bind(tenant).bind(grant).bind(most).fetch_optional(conn).await?
            });
            let Some(cut) = cut.map(|cut| cut.min(ended.replays)) else {
                continue;
            };
            loop {
                let portion = write_one!(self.db, conn => {
                    let query = sqlx::query(REMOVE).bind(tenant).bind(grant).bind(cut).bind(PORTION);
                    query.execute(conn).await?.rows_affected()
                });
                removed += portion;
                if portion < PORTION.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(removed)
    }

    /// Removes a portion of the grants without any token, and says how many that were.
    async fn remove_empty(&self) -> Result<i64, DbError> {
        const EMPTY: &str = "SELECT g.tenant_id, g.id FROM oauth_grants g WHERE NOT EXISTS \
             (SELECT 1 FROM tokens k WHERE k.tenant_id = g.tenant_id AND k.grant_id = g.id) LIMIT $1";
        const REMOVE: &str = "DELETE FROM oauth_grants WHERE tenant_id = $1 AND id = $2";
        let grants: Vec<(TenantId, String)> = read!(self.db, conn => {
            sqlx::query_as(EMPTY).bind(PORTION).fetch_all(conn).await?
        });
        if grants.is_empty() {
            return Ok(0);
        }
        transaction!(self.db, conn => {
            for (tenant, grant) in &grants {
                for sql in forget::CREDENTIAL.into_iter().chain([REMOVE]) {
                    sqlx::query(sql).bind(tenant).bind(grant).execute(&mut *conn).await?;
                }
            }
        });
        Ok(i64::try_from(grants.len()).unwrap_or(i64::MAX))
    }
}
