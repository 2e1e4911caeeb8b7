//! Programs that registered themselves for OAuth.

use std::fmt;

use crate::error::refuse_nul;
use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError};

/// One registered program. It belongs to no tenant.
#[derive(Clone, PartialEq, Eq)]
pub struct OAuthClientRow {
    /// What it is called in requests.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Where it may be sent back to: a JSON array of texts.
    pub redirect_uris: String,
    /// How it shows at the token endpoint who it is.
    pub auth_method: String,
    /// The keyed digest of its secret; `None` for one that keeps none.
    pub secret_digest: Option<String>,
    /// A keyed digest of what it sent, while the same text gives the same program.
    pub repeat_digest: Option<String>,
    /// When it registered.
    pub created_at: i64,
    /// When somebody last agreed to it, or it was last given tokens for that.
    pub last_grant_at: Option<i64>,
}

from_row! {
    OAuthClientRow:
    id, name, redirect_uris, auth_method, secret_digest, repeat_digest, created_at, last_grant_at
}

/// Leaves the digests out.
impl fmt::Debug for OAuthClientRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClientRow")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("redirect_uris", &self.redirect_uris)
            .field("auth_method", &self.auth_method)
            .field("created_at", &self.created_at)
            .field("last_grant_at", &self.last_grant_at)
            .finish_non_exhaustive()
    }
}

/// The registered programs' methods; see [`Db::oauth_clients`].
#[derive(Debug)]
pub struct OAuthClients<'a> {
    pub(crate) db: &'a Db,
}

impl OAuthClients<'_> {
    /// Stores a registration and gives it back. When one of the same `repeat_digest` was made after `repeated_after`, that
    /// one is given instead, and nothing is stored: also when both come in the same moment, to two processes. Of programs that
    /// were never used the oldest go, above `most_unused`.
    pub async fn register(
        &self,
        row: &OAuthClientRow,
        repeated_after: i64,
        most_unused: u32,
    ) -> Result<OAuthClientRow, DbError> {
        const FORGET: &str =
            "UPDATE oauth_clients SET repeat_digest = NULL WHERE repeat_digest = $1 AND created_at <= $2";
        const INSERT: &str = "INSERT INTO oauth_clients (id, name, redirect_uris, auth_method, secret_digest, \
             repeat_digest, created_at, last_grant_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (repeat_digest) DO NOTHING";
        const FIND: &str = "SELECT id, name, redirect_uris, auth_method, secret_digest, repeat_digest, created_at, \
             last_grant_at FROM oauth_clients WHERE repeat_digest = $1";
        // An index has just these rows, and there are no more than that many.
        const UNUSED: &str = "SELECT COUNT(*) FROM oauth_clients WHERE last_grant_at IS NULL";
        const MAKE_ROOM: &str = "DELETE FROM oauth_clients WHERE id IN (SELECT id FROM oauth_clients \
             WHERE last_grant_at IS NULL AND id <> $2 ORDER BY created_at LIMIT $1)";
        refuse_nul([Some(row.name.as_str()), Some(row.redirect_uris.as_str())])?;
        let earlier: Option<OAuthClientRow> = transaction!(self.db, conn => {
            if let Some(repeat) = &row.repeat_digest {
                sqlx::query(FORGET).bind(repeat).bind(repeated_after).execute(&mut *conn).await?;
            }
            let stored = sqlx::query(INSERT)
                .bind(&row.id)
                .bind(&row.name)
                .bind(&row.redirect_uris)
                .bind(&row.auth_method)
                .bind(&row.secret_digest)
                .bind(&row.repeat_digest)
                .bind(row.created_at)
                .bind(row.last_grant_at)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if stored > 0 {
                let unused: i64 = sqlx::query_scalar(UNUSED).fetch_one(&mut *conn).await?;
                let too_many = unused.saturating_sub(i64::from(most_unused));
                if too_many > 0 {
                    sqlx::query(MAKE_ROOM).bind(too_many).bind(&row.id).execute(&mut *conn).await?;
                }
                None
            } else {
                Some(sqlx::query_as(FIND).bind(&row.repeat_digest).fetch_one(&mut *conn).await?)
            }
        });
        Ok(earlier.unwrap_or_else(|| row.clone()))
    }

    /// The program of this id.
    pub async fn find(&self, id: &str) -> Result<Option<OAuthClientRow>, DbError> {
        const SQL: &str = "SELECT id, name, redirect_uris, auth_method, secret_digest, repeat_digest, created_at, \
             last_grant_at FROM oauth_clients WHERE id = $1";
        refuse_nul([Some(id)])?;
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(id).fetch_optional(conn).await?
        }))
    }

    /// Notes that the program was given something at `now`, unless that was noted after `noted_after` already.
    pub async fn note_grant(&self, id: &str, now: i64, noted_after: i64) -> Result<(), DbError> {
        const SQL: &str = "UPDATE oauth_clients SET last_grant_at = $2 \
             WHERE id = $1 AND (last_grant_at IS NULL OR last_grant_at <= $3)";
        refuse_nul([Some(id)])?;
        write_one!(self.db, conn => {
            sqlx::query(SQL).bind(id).bind(now).bind(noted_after).execute(conn).await.map(drop)?;
        });
        Ok(())
    }

    /// Removes those that were never used and registered before `unused_before`, or before the newest `most_unused` of that
    /// kind, and those last used before `used_before`; says how many that were.
    pub async fn remove_stale(&self, unused_before: i64, used_before: i64, most_unused: u32) -> Result<u64, DbError> {
        const SQL: &str = "DELETE FROM oauth_clients \
             WHERE (last_grant_at IS NULL AND created_at < $1) OR last_grant_at < $2 \
             OR (last_grant_at IS NULL AND created_at < (SELECT newer.created_at FROM oauth_clients newer \
             WHERE newer.last_grant_at IS NULL ORDER BY newer.created_at DESC LIMIT 1 OFFSET $3))";
        Ok(write_one!(self.db, conn => {
            sqlx::query(SQL)
                .bind(unused_before)
                .bind(used_before)
                .bind(i64::from(most_unused) - 1)
                .execute(conn)
                .await?
                .rows_affected()
        }))
    }
}
