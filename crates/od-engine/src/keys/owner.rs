//! What a tenant's owner does with its master keys in a browser.
//!
//! What ends a key ends the tenant's web sessions, which whoever had the key may have begun. Of those one goes on, on purpose:
//! that of the person who ended the key, begun anew, so that a copy of its cookie ends with the rest.

use std::net::IpAddr;
use std::time::Duration;

use od_db::KeyEnd;
use secrecy::SecretString;
use serde_json::json;

use super::{Keys, MasterKeyView, NewMasterKey, RotatedKey};
use crate::audit::REVOKE_KEY;
use crate::calls::{Act, Anonymous};
use crate::error::Error;
use crate::scope::{CredentialKind, Scope};
use crate::sessions::{SessionCookie, SignInError};

/// A master key that a person replaced.
#[derive(Debug)]
pub struct ReplacedKey {
    /// The new key, and when the old one ends.
    pub key: RotatedKey,
    /// Whether the old key ended at once, and the tenant's sessions with it.
    pub ended_at_once: bool,
    /// The person's session from now on, when the former one ended.
    pub session: Option<SessionCookie>,
}

impl Keys<'_> {
    /// The keys that open the tenant, newest first.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn living(&self, scope: &Scope) -> Result<Vec<MasterKeyView>, Error> {
        scope.require_owner("see its master keys")?;
        let mut keys = self.of(scope.tenant()).await?;
        keys.retain(MasterKeyView::is_alive);
        Ok(keys)
    }

    /// Makes a new key in place of the one that the person enters, as [`Keys::rotate`] does.
    ///
    /// # Errors
    /// [`SignInError`] for what was entered; otherwise as for [`Keys::rotate`].
    pub async fn replace(
        &self,
        scope: &Scope,
        entered: &SecretString,
        new: NewMasterKey,
        from: Option<IpAddr>,
    ) -> Result<ReplacedKey, SignInError> {
        scope.require_owner("replace a master key")?;
        let (sessions, who) = (self.0.sessions(), Anonymous::of(scope));
        let identity = sessions.prove(entered, &who, from, Some(scope.tenant())).await?;
        let by_key = Scope::new(identity, scope.request_id(), scope.source()).with_client(scope.client().clone());
        let ended_at_once = new.grace.is_zero();
        let key = self.rotate(&by_key, new).await?;
        let mut session = None;
        if ended_at_once && scope.identity().kind() == CredentialKind::Session {
            session = self.go_on(&by_key, &key.key_id).await;
        }
        Ok(ReplacedKey {
            key,
            ended_at_once,
            session,
        })
    }

    /// Ends a key of the tenant now. One that was not replaced is left: what is in use is replaced, not ended. Answers with the
    /// person's session from now on.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Locked`]; [`Error::NotFound`]; [`Error::Invalid`] for the last key that no end is set to;
    /// [`Error::NotRecorded`].
    pub async fn end(&self, scope: &Scope, key_id: &str) -> Result<Option<SessionCookie>, Error> {
        scope.require_owner("end a master key")?;
        scope.require_unlocked()?;
        let keys = self.living(scope).await?;
        let Some(key) = keys.iter().find(|key| key.key_id == key_id) else {
            return Err(super::KIND.not_found(key_id));
        };
        let Some(staying) = staying(&keys, key) else {
            return Err(Error::invalid("/key_id", "is the key in use: replace it instead"));
        };
        self.0.stands(scope.identity(), Duration::ZERO).await?;
        let act = Act {
            name: REVOKE_KEY,
            parameters: json!({ "key_id": key.key_id, "prefix": key.prefix }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: true,
        };
        let (engine, tenant, key_id) = (self.0.clone(), scope.tenant().clone(), key.key_id.clone());
        let work = async move {
            let (rows, now) = (engine.inner.db.master_keys(), engine.inner.clock.now_millis());
            let ended = rows.revoke_but_the_last(&tenant, &key_id, now, Some("revoked")).await?;
            engine.inner.sign_ins.forget_credential(&key_id);
            match ended {
                KeyEnd::IsTheLast => return Err(Error::invalid("/key_id", "is the key in use: replace it instead")),
                KeyEnd::WasNotThere => return Err(super::KIND.not_found(&key_id)),
                KeyEnd::Now { .. } => {}
            }
            Ok(((), None))
        };
        self.0.act(act, Box::pin(work)).await?;
        if scope.identity().kind() != CredentialKind::Session {
            return Ok(None);
        }
        Ok(self.go_on(scope, &staying.key_id).await)
    }

    /// The session of a person who ended a key just now. What was done is done, and a new key is told in any case: without a
    /// session the person signs in again.
    async fn go_on(&self, scope: &Scope, staying: &str) -> Option<SessionCookie> {
        let begun = self.0.sessions().begin_anew(scope, staying.to_owned()).await;
        begun
            .inspect_err(|error| tracing::warn!(%error, "a session could not go on after its key was ended"))
            .ok()
    }
}

/// Whether a key may be ended by hand: others stay that no end is set to.
pub fn is_endable(keys: &[MasterKeyView], key: &MasterKeyView) -> bool {
    staying(keys, key).is_some()
}

/// A key that no end is set to, beside this one.
fn staying<'k>(keys: &'k [MasterKeyView], key: &MasterKeyView) -> Option<&'k MasterKeyView> {
    keys.iter()
        .find(|other| other.key_id != key.key_id && other.expires_at.is_none())
}
