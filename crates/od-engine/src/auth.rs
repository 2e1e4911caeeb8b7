//! Signing in: from a master key or a token to a proven tenant.
//!
//! One indexed query finds the credential's row however many there are. For a master key bcrypt then runs once per key and
//! process, on as many cores as there are; who would wait longer than two seconds for it is told to come again. A token has 256
//! random bits, so it needs no hash.
//! A success is remembered, by the credential's keyed digest, for ten minutes at most, however often it is used. A credential
//! that is revoked elsewhere dies here within a second.

use std::sync::Arc;
use std::time::Duration;

use od_db::{FoundToken, MasterKeyRow, TenantRow};
use od_record::text::clean_name;
use od_vault::{MasterKey, MasterKeyError, Token, TokenError};
use secrecy::SecretString;

use crate::clock::millis;
use crate::credentials::{self, find_master, find_token, open_master, renew_master};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::meter::{AuthReason, Limit};
use crate::scope::{CredentialKind, Grants, Identity, Proven, StoreSet};
use crate::standing::KNOWN;
use crate::tenants::NewTenant;

mod lifetime;
mod mistaken;
mod refusals;
mod refused;
mod sign_ins;
#[cfg(test)]
mod tests;

pub use lifetime::Lifetime;
pub use mistaken::Mistaken;
use mistaken::{alone, explained};
use sign_ins::PATIENCE;
pub(crate) use sign_ins::SignIns;

/// How old what listings tell of a credential's last use may be while it is in use.
const NOTED: Duration = Duration::from_secs(50);
/// What a caller whose key could not be checked in that time is told to wait: about as long as those before it take.
const COME_AGAIN: Duration = Duration::from_secs(2);

/// Sign-in operations.
pub struct Auth<'a>(&'a Engine);

/// Why a text can be nobody's master key or token, which its text alone tells: mistyped, cut off, too short or too long.
/// Nothing when it may be somebody's.
pub fn fault_of(text: &SecretString) -> Option<String> {
    let text = alone(text);
    match MasterKey::parse(text.clone()) {
        Ok(_) => None,
        Err(MasterKeyError::IsToken) => Token::parse(text).err().map(|fault| fault.to_string()),
        Err(fault) => Some(fault.to_string()),
    }
}

impl Engine {
    /// Sign-in operations.
    pub fn auth(&self) -> Auth<'_> {
        Auth(self)
    }
}

impl Auth<'_> {
    /// Proves a tenant by its master key, a personal access token or an OAuth access token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a credential that is mistyped, unknown, expired or revoked; [`Error::SignInsBusy`] when
    /// too many keys wait to be checked for the first time; [`Error::Storage`], also when too many wait to be looked for.
    pub async fn sign_in(&self, text: &SecretString) -> Result<Identity, Error> {
        let text = &alone(text);
        let outcome = self.recognise(text).await.map_err(|error| explained(error, text));
        if let Err(error) = &outcome {
            self.count(error);
        }
        outcome
    }

    /// Counts a sign-in that failed.
    fn count(&self, error: &Error) {
        let meter = &self.0.inner.meter;
        match error {
            Error::Unauthenticated(why) => meter.not_signed_in(match why {
                AuthFailure::Missing => AuthReason::Missing,
                AuthFailure::Malformed | AuthFailure::NotAlone => AuthReason::Malformed,
                AuthFailure::Unfilled => AuthReason::Unfilled,
                AuthFailure::Unknown | AuthFailure::UnknownToken => AuthReason::Unknown,
                AuthFailure::OtherTenant => AuthReason::OtherTenant,
            }),
            Error::SignInsBusy { .. } => meter.refused(Limit::SignIns),
            _ => {}
        }
    }

    async fn recognise(&self, text: &SecretString) -> Result<Identity, Error> {
        let inner = &self.0.inner;
        let credential = Credential::parse(text, inner.oauth.options.enabled)?;
        let digest = match &credential {
            Credential::Key(key) => inner.root.lookup(key).as_str().to_owned(),
            Credential::Token(token) => token.digest(&inner.root),
        };
        if let Some(known) = inner.sign_ins.known.get(&digest).await {
            return self.still_good(&digest, known).await;
        }
        let proof = Box::pin(async {
            match credential {
                Credential::Key(key) => self.prove(key, Tenancy::Open).await,
                Credential::Token(token) => self.prove_token(&token).await,
            }
        });
        let outcome = inner.sign_ins.known.try_get_with(digest.clone(), proof).await;
        let is_nobodys = matches!(&outcome, Err(error) if matches!(**error, Error::Unauthenticated(_)));
        if is_nobodys {
            inner.sign_ins.hold_back(&inner.meter).await;
        }
        outcome.map_err(Arc::unwrap_or_clone)
    }

    /// Proves whose key it is, also when the tenant is closed: its owner may look back at what was changed. Every call of an
    /// identity proven so is refused as long as the tenant is closed.
    ///
    /// # Errors
    /// As for [`Auth::sign_in`].
    pub async fn look_back(&self, key: &SecretString) -> Result<Identity, Error> {
        let key = &alone(key);
        let parsed = MasterKey::parse(key.clone()).map_err(|error| match error {
            MasterKeyError::IsToken => Error::OwnerOnly("look back at what was changed"),
            _ => Error::Unauthenticated(AuthFailure::Malformed),
        });
        let proven = match parsed {
            Ok(parsed) => self.prove(parsed, Tenancy::OpenOrClosed).await,
            Err(error) => Err(error),
        };
        proven.map_err(|error| explained(error, key))
    }

    /// Like [`Auth::sign_in`], but an unknown well-formed key makes its tenant. For stdio only, where the key is the
    /// user's own word on the user's own machine.
    pub async fn sign_in_or_provision(&self, key: &SecretString) -> Result<Identity, Error> {
        let key = &alone(key);
        match self.sign_in(key).await {
            Err(Error::Unauthenticated(AuthFailure::Unknown)) => {
                let new = NewTenant {
                    master_key: Some(key.clone()),
                    ..NewTenant::default()
                };
                match self.0.tenants().create(new).await {
                    // Another process may have made the tenant in the same moment.
                    Ok(_) | Err(Error::Duplicate(_)) => self.sign_in(key).await,
                    Err(error) => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    /// A remembered key, whose row is looked at again from time to time: another process may have revoked it.
    async fn still_good(&self, digest: &str, known: Identity) -> Result<Identity, Error> {
        match self.0.stands(&known, KNOWN).await {
            Ok(()) => {
                self.remember_use(&known);
                Ok(known)
            }
            Err(error) => {
                if matches!(error, Error::Unauthenticated(_)) {
                    self.0.inner.sign_ins.known.invalidate(digest).await;
                }
                Err(error)
            }
        }
    }

    /// The row of a key, if the key may be used now.
    async fn live_row(&self, key: &MasterKey, tenancy: Tenancy) -> Result<(TenantRow, MasterKeyRow), Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let (tenant, key) = find_master(inner, key)
            .await?
            .ok_or(Error::Unauthenticated(AuthFailure::Unknown))?;
        let is_shut = tenancy == Tenancy::Open && tenant.disabled_at.is_some();
        let dead = key.revoked_at.is_some() || key.expires_at.is_some_and(|at| at <= now) || is_shut;
        if dead {
            Err(Error::Unauthenticated(AuthFailure::Unknown))
        } else {
            Ok((tenant, key))
        }
    }

    /// The row of a token, if the token may be used now.
    async fn live_token(&self, token: &Token) -> Result<FoundToken, Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let found = find_token(inner, token).await?;
        let is_alive = |found: &FoundToken| {
            let FoundToken {
                token,
                disabled_at,
                grant_revoked_at,
                ..
            } = found;
            token.revoked_at.is_none()
                && token.expires_at.is_none_or(|at| at > now)
                && disabled_at.is_none()
                && grant_revoked_at.is_none()
        };
        found
            .filter(is_alive)
            .ok_or(Error::Unauthenticated(AuthFailure::UnknownToken))
    }

    async fn prove_token(&self, token: &Token) -> Result<Identity, Error> {
        let inner = &self.0.inner;
        let found = {
            let _turn = inner.sign_ins.turn_to_look().await?;
            self.live_token(token).await?
        };
        let data_key = credentials::open(&inner.roots, &found.token, token)?;
        credentials::renew(inner, &found.token, token, &data_key).await;
        let stores = StoreSet::from_column(found.token.stores.as_deref())?;
        let client = found.client_name.as_deref().map(told);
        let row = found.token;
        let identity = Identity::new(Proven {
            kind: if row.grant_id.is_some() {
                CredentialKind::OAuth
            } else {
                CredentialKind::PersonalToken
            },
            grant: row.grant_id.zip(client),
            grants: Grants::parse_known(&row.scopes),
            tenant: row.tenant_id,
            row: row.id,
            prefix: row.prefix,
            stores,
            data_key: Some(data_key),
        });
        self.remember_use(&identity);
        Ok(identity)
    }

    async fn prove(&self, master: MasterKey, tenancy: Tenancy) -> Result<Identity, Error> {
        let inner = &self.0.inner;
        let (tenant, row) = {
            let _turn = inner.sign_ins.turn_to_look().await?;
            self.live_row(&master, tenancy).await?
        };
        let _turn = tokio::time::timeout(PATIENCE, inner.sign_ins.hashing.acquire())
            .await
            .map_err(|_| Error::SignInsBusy {
                retry_after: COME_AGAIN,
            })?
            .map_err(|_| Error::ShuttingDown)?;
        let opened = open_master(inner, &row, master).await?;
        let (master, data_key) = opened.ok_or(Error::Unauthenticated(AuthFailure::Unknown))?;
        renew_master(inner, &row, master, &data_key).await;
        let identity = Identity::new(Proven {
            kind: CredentialKind::MasterKey,
            tenant: tenant.id,
            row: row.id,
            grant: None,
            prefix: row.prefix,
            grants: Grants::ALL,
            stores: StoreSet::All,
            data_key: Some(data_key),
        });
        // It may have been revoked while it was proven, which takes its time.
        if tenancy == Tenancy::Open {
            self.0.stands(&identity, Duration::ZERO).await?;
        }
        self.remember_use(&identity);
        Ok(identity)
    }

    /// Notes when the credential was last used, once a minute while it is; nobody waits for it.
    fn remember_use(&self, identity: &Identity) {
        let now = self.0.inner.clock.now_millis();
        if !identity.is_to_be_noted(now, now.saturating_sub(millis(NOTED))) {
            return;
        }
        let (engine, kind) = (self.0.clone(), identity.kind());
        let (tenant, row) = (identity.tenant().clone(), identity.row().to_owned());
        self.0.inner.work.spawn(async move {
            let db = &engine.inner.db;
            let noted = match kind {
                CredentialKind::MasterKey => db.master_keys().touch(&tenant, &row, now).await,
                _ => db.tokens().touch(&tenant, &row, now).await,
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "the time a credential was last used could not be noted");
            }
        });
    }
}

/// What a caller may prove a tenant with.
enum Credential {
    Key(MasterKey),
    Token(Token),
}

impl Credential {
    fn parse(text: &SecretString, with_oauth: bool) -> Result<Self, Error> {
        let kind = CredentialKind::of(text);
        match kind {
            Some(CredentialKind::MasterKey) => MasterKey::parse(text.clone())
                .map(Self::Key)
                .map_err(|_: MasterKeyError| Error::Unauthenticated(AuthFailure::Malformed)),
            // What it was given for is switched off; the grants stay, for when it is switched on again.
            Some(CredentialKind::OAuth) if !with_oauth => Err(Error::Unauthenticated(AuthFailure::UnknownToken)),
            Some(_) => Token::parse(text.clone())
                .map(Self::Token)
                .map_err(|_: TokenError| Error::Unauthenticated(AuthFailure::Malformed)),
            // It is for one step of a sign-in, and opens nothing else.
            None => Err(Error::Unauthenticated(AuthFailure::UnknownToken)),
        }
    }
}

/// A client's name for itself, as the audit log tells it.
pub(crate) fn told(client: &str) -> String {
    /// Longer ones are cut.
    const MOST_CHARS: usize = 60;
    clean_name(client).chars().take(MOST_CHARS).collect()
}

/// Which tenants' keys are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tenancy {
    Open,
    OpenOrClosed,
}
