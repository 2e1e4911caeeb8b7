//! Web sessions: a person signed in with a master key in a browser.
//!
//! A session has its own sealed copy of the data key, which its cookie's text opens, so that it can do what the key could while
//! it lives, and the key itself is kept nowhere. One that a link in a mail began is locked: it has no copy until a master key of
//! its tenant is entered.

use std::net::IpAddr;
use std::time::Duration;

use od_db::{Maker, SealedColumns, SessionRow};
use od_vault::{Token, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{SIGN_IN, UNLOCK};
use crate::calls::{Act, Anonymous};
use crate::clock::millis;
use crate::credentials::{NewToken, seal};
use crate::engine::{Engine, Inner};
use crate::error::{AuthFailure, Error};
use crate::meter::{AuthReason, Limit};
use crate::replicas::SharedLimit;
use crate::scope::{CredentialKind, Grants, Identity, Scope, StoreSet, TenantId};
use crate::standing::was_alive;
use crate::waiting::in_words;

mod found;
mod limits;
mod listed;
mod options;

pub use found::FoundSession;
pub(crate) use limits::SignInLimits;
pub use listed::SessionView;
pub use options::SessionOptions;
pub(crate) use options::{cookie_signer, form_tokens};

/// Sessions.
pub struct Sessions<'a>(&'a Engine);

impl Engine {
    /// Web sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }
}

/// A session just begun, or one that goes on.
#[derive(Debug)]
pub struct SessionCookie {
    /// What the browser keeps.
    pub text: SecretString,
    /// For how long.
    pub lifetime: Duration,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many were tried from this address, or by this tenant.
    #[error("Too many sign-ins were tried. Try again in {}.", in_words(*.retry_after))]
    TooMany {
        /// When the next one may be tried.
        retry_after: Duration,
    },
    /// What was entered is a token.
    #[error("This is a token, not a master key.")]
    IsToken,
    /// It is nobody's key, or it could not be checked.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl Sessions<'_> {
    /// Signs a person in with a master key, blanks around it taken off, and begins an unlocked session. Tries are limited by
    /// address and by tenant; refused ones are recorded.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn sign_in(
        &self,
        key: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<SessionCookie, SignInError> {
        let identity = self.prove(key, who, from, None).await?;
        Ok(self.begin(identity, who, SIGN_IN, None).await?)
    }

    /// Turns a locked session into one that has the tenant's data key: the locked one ends, another begins.
    ///
    /// # Errors
    /// [`SignInError`], also for the key of another tenant.
    pub async fn unlock(
        &self,
        locked: &Scope,
        key: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<SessionCookie, SignInError> {
        let identity = self.prove(key, who, from, Some(locked.tenant())).await?;
        let cookie = self.begin(identity, who, UNLOCK, None).await?;
        // The person has another one. It sees what is not sealed until it ends by itself, and can be ended by hand.
        if let Err(error) = self.revoke(locked.tenant(), locked.identity().row()).await {
            tracing::warn!(%error, "a locked session could not be ended when it was unlocked");
        }
        Ok(cookie)
    }

    /// Passes when a person who is signed in enters a master key of the same tenant: before secrets are made or shown.
    ///
    /// # Errors
    /// [`SignInError`], also for the key of another tenant.
    pub async fn confirm(
        &self,
        scope: &Scope,
        key: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<(), SignInError> {
        self.prove(key, who, from, Some(scope.tenant())).await.map(drop)
    }

    /// Begins a locked session of a tenant whose person has proven an e-mail address, and no key: it sees what is not sealed.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the tenant is closed; [`Error::Storage`].
    pub async fn begin_locked(&self, tenant: &TenantId, who: &Anonymous) -> Result<SessionCookie, Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let token = Token::generate(TokenKind::Session);
        let row = SessionRow {
            id: Uuid::now_v7().to_string(),
            tenant_id: tenant.clone(),
            prefix: token.prefix(),
            token_digest: token.digest(&inner.root),
            salt: String::new(),
            data_key: SealedColumns::default(),
            root_key: inner.root.id(),
            ip_address: who.client.ip.clone(),
            user_agent: who.client.user_agent.clone(),
            created_at: now,
            last_activity_at: now,
            expires_at: now.saturating_add(millis(inner.session_options.lifetime)),
            revoked_at: None,
        };
        if !inner.db.sessions().insert(tenant, &row, Maker::Nobody).await? {
            return Err(Error::Unauthenticated(AuthFailure::UnknownToken));
        }
        inner.cookie_of(&token)
    }

    /// Begins another session for a person whose sessions ended with a key that the person ended just now. What the call was
    /// proven with has ended with it, and opens the data key once more; `staying` is the tenant's key that stays, without which
    /// nothing is begun.
    pub(crate) async fn begin_anew(&self, scope: &Scope, staying: String) -> Result<SessionCookie, Error> {
        let (identity, who) = (scope.identity().clone(), Anonymous::of(scope));
        self.begin(identity, &who, SIGN_IN, Some(staying)).await
    }

    /// Proves a master key that a person entered, of this tenant if one is given.
    pub(crate) async fn prove(
        &self,
        key: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
        tenant: Option<&TenantId>,
    ) -> Result<Identity, SignInError> {
        let limits = &self.0.inner.sign_in_limits;
        let too_many = |retry_after| {
            self.0.inner.meter.refused(Limit::PageSignIns);
            SignInError::TooMany { retry_after }
        };
        let spent = self
            .0
            .spend_of_address(SharedLimit::SignInAddress, &limits.addresses, from);
        spent.await.map_err(too_many)?;
        let key = SecretString::from(key.expose_secret().trim());
        if CredentialKind::of(&key) != Some(CredentialKind::MasterKey) {
            self.0.inner.meter.not_signed_in(AuthReason::NotTaken);
            let refusal = SignInError::IsToken;
            self.0.record_refused_sign_in(who, &refusal.to_string()).await;
            return Err(refusal);
        }
        let proven = match self.0.auth().sign_in(&key).await {
            Ok(identity) if tenant.is_some_and(|tenant| tenant != identity.tenant()) => {
                Err(Error::Unauthenticated(AuthFailure::OtherTenant))
            }
            // What was remembered of the key a moment ago is too old for what is done with it here.
            Ok(identity) => self.0.stands(&identity, Duration::ZERO).await.map(|()| identity),
            Err(error) => Err(error),
        };
        let identity = match proven {
            Ok(identity) => identity,
            Err(error) => {
                if matches!(error, Error::Unauthenticated(_)) {
                    self.0.record_refused_sign_in(who, &error.to_string()).await;
                }
                return Err(error.into());
            }
        };
        let (tenants, tenant) = (&limits.tenants, identity.tenant());
        let spent = self.0.spend(SharedLimit::SignInTenant, tenants, tenant, 1).await;
        spent.map_err(too_many)?;
        Ok(identity)
    }

    /// Begins a session out of a proven credential, which has to be alive; or, in its place, the `staying` key.
    async fn begin(
        &self,
        identity: Identity,
        who: &Anonymous,
        name: &'static str,
        staying: Option<String>,
    ) -> Result<SessionCookie, Error> {
        let scope = Scope::new(identity.clone(), who.request_id, who.source).with_client(who.client.clone());
        let act = Act {
            name,
            parameters: json!({}),
            owner: Some(scope.tenant().clone()),
            by: Some(scope),
            // Nothing is changed by it that could be done by halves.
            begins: false,
        };
        let (engine, client) = (self.0.clone(), who.client.clone());
        let work = async move {
            let inner = &engine.inner;
            let now = inner.clock.now_millis();
            let expires_at = now.saturating_add(millis(inner.session_options.lifetime));
            let new = NewToken {
                kind: TokenKind::Session,
                tenant: identity.tenant(),
                grants: Grants::ALL,
                stores: &StoreSet::All,
                created_at: now,
                expires_at: Some(expires_at),
            };
            let (token, sealed) = seal(&inner.root, identity.data_key()?, &new);
            let row = SessionRow {
                id: sealed.id,
                tenant_id: sealed.tenant_id,
                prefix: sealed.prefix,
                token_digest: sealed.digest,
                salt: sealed.salt,
                data_key: sealed.data_key,
                root_key: sealed.root_key,
                ip_address: client.ip,
                user_agent: client.user_agent,
                created_at: now,
                last_activity_at: now,
                expires_at,
                revoked_at: None,
            };
            let maker = match &staying {
                Some(id) => Maker::MasterKey { id, now },
                None => identity.maker(now).ok_or(Error::OwnerOnly("sign in"))?,
            };
            let stored = inner.db.sessions().insert(identity.tenant(), &row, maker).await?;
            was_alive(stored, &identity)?;
            Ok((inner.cookie_of(&token)?, None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    async fn revoke(&self, tenant: &TenantId, id: &str) -> Result<bool, Error> {
        let inner = &self.0.inner;
        Ok(inner.db.sessions().revoke(tenant, id, inner.clock.now_millis()).await?)
    }
}

impl Inner {
    /// The cookie of a session that was just used.
    fn cookie_of(&self, token: &Token) -> Result<SessionCookie, Error> {
        let lifetime = self.session_options.lifetime;
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let text = self.cookies.sign(token, self.clock.now_millis() / 1000, seconds);
        let text = text.ok_or(Error::Internal("a session cookie could not be signed"))?;
        Ok(SessionCookie { text, lifetime })
    }
}

/// Removes the sessions that have ended, and says how many that were.
pub(crate) async fn remove_ended(inner: &Inner) -> Result<u64, Error> {
    Ok(inner.db.sessions().remove_ended(inner.clock.now_millis()).await?)
}
