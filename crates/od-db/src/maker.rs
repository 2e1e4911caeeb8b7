//! What a new credential is made with.
//!
//! Whatever ends a credential also ends what was made with it, as far as it sees that. So whoever makes one first changes the
//! tenant's row and then the maker's, as those do that end one: of the two at once one waits for the other, and nothing is made
//! with what has ended.

/// What a new credential is made with.
#[derive(Clone, Copy, Debug)]
pub enum Maker<'a> {
    /// A master key.
    MasterKey {
        /// Its id.
        id: &'a str,
        /// When it has to be alive.
        now: i64,
    },
    /// A web session.
    Session {
        /// Its id.
        id: &'a str,
        /// When it has to be alive.
        now: i64,
    },
    /// Nothing of the tenant's, as when it is reached by mail.
    Nobody,
}

/// Passes for a tenant that is open, and keeps it so until the transaction ends. Parameter: tenant.
pub(crate) const HOLD_TENANT: &str = "UPDATE tenants SET updated_at = updated_at WHERE id = $1 AND disabled_at IS NULL";

impl<'a> Maker<'a> {
    /// What passes while the maker is alive, and keeps it so until the transaction ends, with its second and third parameter;
    /// the first is the tenant.
    pub(crate) fn hold(self) -> Option<(&'static str, &'a str, i64)> {
        match self {
            Self::MasterKey { id, now } => Some((
                "UPDATE master_key_metadata SET revoked_at = revoked_at WHERE tenant_id = $1 AND id = $2 \
                 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)",
                id,
                now,
            )),
            Self::Session { id, now } => Some((
                "UPDATE sessions SET revoked_at = revoked_at WHERE tenant_id = $1 AND id = $2 \
                 AND revoked_at IS NULL AND expires_at > $3",
                id,
                now,
            )),
            Self::Nobody => None,
        }
    }
}

/// Whether tenant and maker are alive; they stay so until the transaction ends.
macro_rules! holds {
    ($conn:ident, $tenant:expr, $maker:expr) => {{
        let tenant = sqlx::query($crate::maker::HOLD_TENANT)
            .bind($tenant)
            .execute(&mut *$conn)
            .await?;
        let is_open = tenant.rows_affected() > 0;
        match $crate::Maker::hold($maker) {
            Some((sql, id, now)) if is_open => {
                sqlx::query(sql)
                    .bind($tenant)
                    .bind(id)
                    .bind(now)
                    .execute(&mut *$conn)
                    .await?
                    .rows_affected()
                    > 0
            }
            _ => is_open,
        }
    }};
}
pub(crate) use holds;
