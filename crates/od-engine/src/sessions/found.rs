//! Who is signed in with a cookie.

use std::time::Duration;

use od_db::SessionRow;
use od_vault::{DataKey, Token};
use secrecy::SecretString;

use super::{SessionCookie, Sessions};
use crate::clock::millis;
use crate::credentials::{open_session, renew_session};
use crate::error::Error;
use crate::scope::{CredentialKind, Grants, Identity, Permission, Proven, StoreSet};

/// A session that goes on.
#[derive(Debug)]
pub struct FoundSession {
    /// Who is signed in.
    pub identity: Identity,
    /// What the browser keeps from now on, if that changed.
    pub cookie: Option<SessionCookie>,
}

/// How often at most a session's last use is written down.
const NOTED_EVERY: Duration = Duration::from_mins(1);

impl Sessions<'_> {
    /// Who is signed in with a cookie; nobody with one that is not ours or whose session has ended. A session that is used goes
    /// on; its cookie is made anew about once a minute.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn find(&self, cookie: &SecretString) -> Result<Option<FoundSession>, Error> {
        self.look(cookie, true).await
    }

    /// [`Self::find`] for what a page asks by itself, with nobody there perhaps: the session does not go on by that.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn glance(&self, cookie: &SecretString) -> Result<Option<FoundSession>, Error> {
        self.look(cookie, false).await
    }

    async fn look(&self, cookie: &SecretString, is_used: bool) -> Result<Option<FoundSession>, Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let Some(opened) = inner.cookies.open(cookie, now / 1000) else {
            return Ok(None);
        };
        let token = opened.token;
        let (sessions, digest) = (inner.db.sessions(), token.digest(&inner.root));
        let found = match &inner.roots.previous {
            None => sessions.find_by_token(&digest).await?,
            Some(previous) => sessions.find_by_either(&digest, &token.digest(previous)).await?,
        };
        let Some(row) = found else { return Ok(None) };
        let tenant = inner.db.tenants().get(&row.tenant_id).await?;
        if row.revoked_at.is_some() || row.expires_at <= now || tenant.is_none_or(|tenant| tenant.disabled_at.is_some())
        {
            return Ok(None);
        }
        let data_key = self.open(&row, &token).await?;
        let mut cookie = None;
        if !opened.is_current {
            // With this one it is known also when the key before is not at hand any more.
            cookie = Some(inner.cookie_of(&token)?);
        }
        if is_used
            && now.saturating_sub(row.last_activity_at) >= millis(self.noted_every())
            && sessions
                .touch(
                    &row.tenant_id,
                    &row.id,
                    now,
                    now.saturating_add(millis(inner.session_options.lifetime)),
                )
                .await?
        {
            cookie = Some(inner.cookie_of(&token)?);
        }
        let is_locked = data_key.is_none();
        let identity = Identity::new(Proven {
            kind: CredentialKind::Session,
            grant: None,
            grants: if is_locked { LOCKED } else { Grants::ALL },
            stores: StoreSet::All,
            tenant: row.tenant_id,
            row: row.id,
            prefix: row.prefix,
            data_key,
        });
        Ok(Some(FoundSession { identity, cookie }))
    }

    /// The data key that a session has a copy of; none while it is locked.
    async fn open(&self, row: &SessionRow, token: &Token) -> Result<Option<DataKey>, Error> {
        let inner = &self.0.inner;
        if row.data_key.is_empty() {
            return Ok(None);
        }
        let data_key = open_session(&inner.roots, row, token)?;
        renew_session(inner, row, token, &data_key).await;
        Ok(Some(data_key))
    }

    /// Short sessions are noted more often, so that they do not end under who uses them.
    fn noted_every(&self) -> Duration {
        NOTED_EVERY.min(self.0.inner.session_options.lifetime / 10)
    }
}

/// What can be seen without the data key. The engine's other parts ask for it where they need it; nothing that is kept in
/// memory from calls of those who have it may be reached either.
const LOCKED: Grants = Grants::only(Permission::StoresRead);
