//! What becomes of a refresh token when it is used.

use super::{HOLD, Issued, OAuthGrants};
use crate::forget;
use crate::pool::transaction;
use crate::tokens::{INSERT, bind_all};
use crate::{DbError, TenantId, TokenRow};

/// Whether a refresh token may be used at `$3`, as far as that does not hang on its window. `$4` is the beginning of the grace
/// time.
macro_rules! is_good {
    () => {
        "tenant_id = $1 AND id = $2 AND kind = 'refresh' AND revoked_at IS NULL AND expires_at > $3 \
         AND data_key_ciphertext <> '' AND (superseded_at IS NULL OR superseded_at > $4)"
    };
}
/// Whether a refresh token is good no more, whoever comes with it. `$1` is the beginning of the grace time.
macro_rules! is_over {
    () => {
        "kind = 'refresh' AND data_key_ciphertext <> '' \
         AND (superseded_at <= $1 OR (used_at <= $1 AND answered_at IS NOT NULL))"
    };
}
pub(super) use is_over;

/// Opens a token's window: it is used for the first time, or nothing that it gave was ever used.
const OPEN: &str = concat!(
    "UPDATE tokens SET used_at = $3, last_used_at = $3 WHERE ",
    is_good!(),
    " AND (used_at IS NULL OR (used_at <= $4 AND answered_at IS NULL))"
);
/// Uses a token whose window is open.
const AGAIN: &str = concat!(
    "UPDATE tokens SET last_used_at = $3 WHERE ",
    is_good!(),
    " AND used_at > $4"
);
/// Supersedes every other refresh token of a grant. Only rows that still open something are looked at: an index has just these.
pub(crate) const SUPERSEDE: &str = "UPDATE tokens SET superseded_at = $3 WHERE tenant_id = $1 AND grant_id = $2 AND id <> $4 \
     AND kind = 'refresh' AND data_key_ciphertext <> '' AND superseded_at IS NULL";
/// What was given for the token before this one has arrived.
const ANSWERED: &str =
    "UPDATE tokens SET answered_at = $3 WHERE tenant_id = $1 AND id = $2 AND kind = 'refresh' AND answered_at IS NULL";
/// Destroys the sealed copies of a grant's refresh tokens that are good no more.
pub(crate) const EMPTY: &str = concat!(
    "UPDATE tokens SET ",
    forget::emptied!(),
    " WHERE tenant_id = $2 AND grant_id = $3 AND ",
    is_over!()
);

impl OAuthGrants<'_> {
    /// Uses a refresh token for the tokens that are given for it. False, and nothing happens, when it may not be used, or its
    /// tenant was closed.
    ///
    /// Clients lose answers, refresh several times at once and keep any of the answers, and several processes of one client
    /// refresh from the same file. A thief does none of that in a way of his own; what gives him away is that two go on from
    /// one token, at different times. So:
    ///
    /// - The first use opens the token's *window*, from `used_at` until a minute later (`grace` is a minute ago). In it the token
    ///   is good any number of times, and every answer counts.
    /// - After its window it is good only when nothing that it gave was ever used, neither an access token nor a refresh token
    ///   (`answered_at`): then no answer arrived. That use opens a new window.
    /// - Whatever opens a window *supersedes* all other refresh tokens of the grant that were made before: the one it came from,
    ///   that one's other answers, and its own answers that did not arrive. A superseded token is good for a minute more, for
    ///   those who were under way with it.
    ///
    /// Whatever else comes is a replay: used before its time and answered, or superseded a minute ago. One of two parties holds
    /// what it must not, nobody can tell which, and the caller ends the grant.
    ///
    /// Work and locks hang on the few tokens of the grant that still open something, and not on how many it has had.
    pub async fn refresh(
        &self,
        tenant: &TenantId,
        token: &TokenRow,
        issued: Issued<'_>,
        now: i64,
        grace: i64,
    ) -> Result<bool, DbError> {
        let Issued { access, refresh } = issued;
        for row in [token, access, refresh] {
            row.tenant_id.must_be(tenant)?;
        }
        let grant = &token.grant_id;
        Ok(transaction!(self.db, conn => {
            let held = sqlx::query(HOLD).bind(tenant).bind(grant).bind(now).execute(&mut *conn).await?;
            if held.rows_affected() == 0 {
                return Ok(false);
            }
            let opens = sqlx::query(OPEN).bind(tenant).bind(&token.id).bind(now).bind(grace);
            if opens.execute(&mut *conn).await?.rows_affected() > 0 {
                let others = sqlx::query(SUPERSEDE).bind(tenant).bind(grant).bind(now).bind(&token.id);
                others.execute(&mut *conn).await?;
                let before = sqlx::query(ANSWERED).bind(tenant).bind(&token.parent_id).bind(now);
                before.execute(&mut *conn).await?;
                sqlx::query(EMPTY).bind(grace).bind(tenant).bind(grant).execute(&mut *conn).await?;
            } else {
                let again = sqlx::query(AGAIN).bind(tenant).bind(&token.id).bind(now).bind(grace);
                if again.execute(&mut *conn).await?.rows_affected() == 0 {
                    return Ok(false);
                }
            }
            bind_all!(sqlx::query(INSERT), access).execute(&mut *conn).await?;
            bind_all!(sqlx::query(INSERT), refresh).execute(&mut *conn).await?;
            true
        }))
    }
}

impl TokenRow {
    /// Whether a refresh token that comes now was used by two parties: see [`OAuthGrants::refresh`]. `grace` is a minute ago.
    pub fn is_replay(&self, grace: i64) -> bool {
        self.superseded_at.is_some_and(|at| at <= grace)
            || (self.answered_at.is_some() && self.used_at.is_some_and(|at| at <= grace))
    }
}
