//! How long a master key or token works, and since when it does not: for whoever has its text and the root key.

use od_vault::{MasterKey, Token};
use secrecy::SecretString;

use super::{Auth, mistaken::alone};
use crate::clock::timestamp;
use crate::credentials::{find_master, find_token};
use crate::error::Error;

/// How a master key or token stands that the database knows, whether it is taken or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Whose it is.
    pub tenant_id: String,
    /// When it ends by itself, while it works: RFC 3339, UTC.
    pub ends_at: Option<String>,
    /// When it ended: RFC 3339, UTC.
    pub ended_at: Option<String>,
    /// Why it ended, or ends.
    pub reason: Option<String>,
    /// Since when its tenant is closed.
    pub closed_at: Option<String>,
}

impl Auth<'_> {
    /// What the database knows of a credential's time; nothing of one that it never knew. Proves nothing and opens nothing.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn lifetime(&self, text: &SecretString) -> Result<Option<Lifetime>, Error> {
        let text = alone(text);
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        if let Ok(key) = MasterKey::parse(text.clone()) {
            let found = find_master(inner, &key).await?;
            return Ok(found.map(|(tenant, key)| {
                let end = End::of(key.revoked_at, key.expires_at, now);
                Lifetime {
                    closed_at: tenant.disabled_at.map(timestamp),
                    ..end.lifetime(tenant.id.to_string(), key.reason)
                }
            }));
        }
        let Ok(token) = Token::parse(text) else {
            return Ok(None);
        };
        let found = find_token(inner, &token).await?;
        Ok(found.map(|found| {
            let revoked = found.token.revoked_at.into_iter().chain(found.grant_revoked_at).min();
            let end = End::of(revoked, found.token.expires_at, now);
            Lifetime {
                closed_at: found.disabled_at.map(timestamp),
                ..end.lifetime(found.token.tenant_id.to_string(), found.token.reason)
            }
        }))
    }
}

/// One end or the other, or none.
enum End {
    Came(i64),
    Comes(i64),
    Never,
}

impl End {
    fn of(revoked_at: Option<i64>, expires_at: Option<i64>, now: i64) -> Self {
        match (revoked_at, expires_at) {
            // Its time may have been over before somebody swept it away.
            (Some(revoked), expires) => Self::Came(expires.map_or(revoked, |at| at.min(revoked))),
            (None, Some(at)) if at <= now => Self::Came(at),
            (None, Some(at)) => Self::Comes(at),
            (None, None) => Self::Never,
        }
    }

    fn lifetime(self, tenant_id: String, reason: Option<String>) -> Lifetime {
        let (ends_at, ended_at) = match self {
            Self::Came(at) => (None, Some(timestamp(at))),
            Self::Comes(at) => (Some(timestamp(at)), None),
            Self::Never => (None, None),
        };
        Lifetime {
            tenant_id,
            ends_at,
            ended_at,
            reason,
            closed_at: None,
        }
    }
}
