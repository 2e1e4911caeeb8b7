//! Web sessions: a person signed in with a master key in a browser.
//!
//! A session has its own sealed copy of the data key, which its cookie's text opens, so that it can do what the key could while
//! it lives, and the key itself is kept nowhere.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use od_db::SessionRow;
use od_vault::{Token, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::audit::SIGN_IN;
use crate::calls::{Act, Anonymous};
use crate::clock::millis;
use crate::credentials::{NewToken, open_session, renew_session, seal};
use crate::engine::{Engine, Inner};
use crate::error::Error;
use crate::limits::whose;
use crate::meter::{AuthReason, Limit};
use crate::scope::{CredentialKind, Grants, Identity, Proven, Scope, StoreSet};

mod limits;

pub(crate) use limits::SignInLimits;

/// How long a session lives. Long enough to connect a client or two; whoever leaves the machine leaves little behind.
const LIFETIME: Duration = Duration::from_mins(15);

/// Sessions.
pub struct Sessions<'a>(&'a Engine);

impl Engine {
    /// Web sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }
}

/// A session just begun.
#[derive(Debug)]
pub struct NewSession {
    /// What the browser keeps.
    pub token: SecretString,
    /// For how long.
    pub lifetime: Duration,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many were tried from this address, or by this tenant.
    #[error("Too many sign-ins were tried.")]
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
    ) -> Result<NewSession, SignInError> {
        let limits = &self.0.inner.sign_in_limits;
        let now = Instant::now();
        let too_many = |retry_after| {
            self.0.inner.meter.refused(Limit::PageSignIns);
            SignInError::TooMany { retry_after }
        };
        limits.addresses.spend(&whose(from), 1, now).map_err(too_many)?;
        let key = SecretString::from(key.expose_secret().trim());
        if CredentialKind::of(&key) != Some(CredentialKind::MasterKey) {
            self.0.inner.meter.not_signed_in(AuthReason::NotTaken);
            let refusal = SignInError::IsToken;
            self.0.record_refused_sign_in(who, &refusal.to_string()).await;
            return Err(refusal);
        }
        let identity = match self.0.auth().sign_in(&key).await {
            Ok(identity) => identity,
            Err(error) => {
                if matches!(error, Error::Unauthenticated(_)) {
                    self.0.record_refused_sign_in(who, &error.to_string()).await;
                }
                return Err(error.into());
            }
        };
        limits.tenants.spend(identity.tenant(), 1, now).map_err(too_many)?;
        Ok(self.begin(identity, who).await?)
    }

    /// Who is signed in with a session's text; nobody for one that is unknown, has ended or is locked.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn find(&self, text: &SecretString) -> Result<Option<Identity>, Error> {
        let inner = &self.0.inner;
        let Ok(token) = Token::parse(text.clone()) else {
            return Ok(None);
        };
        if token.kind() != TokenKind::Session {
            return Ok(None);
        }
        let (sessions, digest) = (inner.db.sessions(), token.digest(&inner.root));
        let found = match &inner.roots.previous {
            None => sessions.find_by_token(&digest).await?,
            Some(previous) => sessions.find_by_either(&digest, &token.digest(previous)).await?,
        };
        let Some(row) = found else { return Ok(None) };
        let is_over = row.revoked_at.is_some() || row.expires_at <= inner.clock.now_millis() || row.data_key.is_empty();
        let tenant = inner.db.tenants().get(&row.tenant_id).await?;
        if is_over || tenant.is_none_or(|tenant| tenant.disabled_at.is_some()) {
            return Ok(None);
        }
        let data_key = open_session(&inner.roots, &row, &token)?;
        renew_session(inner, &row, &token, &data_key).await;
        Ok(Some(Identity::new(Proven {
            kind: CredentialKind::Session,
            grant: None,
            grants: Grants::ALL,
            stores: StoreSet::All,
            tenant: row.tenant_id,
            row: row.id,
            prefix: row.prefix,
            data_key,
        })))
    }

    /// Ends a session now.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn end(&self, session: &Identity) -> Result<(), Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        inner.db.sessions().revoke(session.tenant(), session.row(), now).await?;
        Ok(())
    }

    async fn begin(&self, identity: Identity, who: &Anonymous) -> Result<NewSession, Error> {
        let scope = Scope::new(identity.clone(), who.request_id, who.source).with_client(who.client.clone());
        let act = Act {
            name: SIGN_IN,
            parameters: json!({}),
            owner: Some(scope.tenant().clone()),
            by: Some(scope),
            // Nothing is changed by it that could be done by halves.
            begins: false,
        };
        let (engine, client) = (self.0.clone(), who.client.clone());
        let work = async move {
            let now = engine.inner.clock.now_millis();
            let expires_at = now.saturating_add(millis(LIFETIME));
            let new = NewToken {
                kind: TokenKind::Session,
                tenant: identity.tenant(),
                grants: Grants::ALL,
                stores: &StoreSet::All,
                created_at: now,
                expires_at: Some(expires_at),
            };
            let (token, sealed) = seal(&engine.inner.root, identity.data_key(), &new);
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
            engine.inner.db.sessions().insert(identity.tenant(), &row).await?;
            let session = NewSession {
                token: token.expose(),
                lifetime: LIFETIME,
            };
            Ok((session, None))
        };
        self.0.act(act, Box::pin(work)).await
    }
}

/// Removes the sessions that have ended, and says how many that were.
pub(crate) async fn remove_ended(inner: &Inner) -> Result<u64, Error> {
    Ok(inner.db.sessions().remove_ended(inner.clock.now_millis()).await?)
}
