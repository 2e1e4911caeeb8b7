//! Signing in: from a master key to a proven tenant.
//!
//! One indexed query finds the key's row however many tenants there are; bcrypt then runs once per key and process, on as
//! many cores as there are; who would wait longer than two seconds for it is told to come again.
//! A success is remembered, by the key's keyed digest, for ten minutes at most, however often it is used. A key that is
//! revoked elsewhere dies here within a second.

use std::sync::Arc;
use std::time::Duration;

use od_db::{DbError, MasterKeyRow, TenantRow};
use od_vault::{MasterKey, MasterKeyError, Place, Salt, derive_tenant_key, password};
use secrecy::SecretString;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::meter::{AuthReason, Limit};
use crate::scope::{Grants, Identity, TenantId};
use crate::sealed::IntoSealed as _;
use crate::standing::KNOWN;
use crate::tenants::{NewTenant, TENANT_KEY_PURPOSE};

mod refusals;
mod refused;
mod sign_ins;
#[cfg(test)]
mod tests;

pub(crate) use sign_ins::SignIns;

/// How long a key that is not remembered waits until its row may be looked for, and then until it may be checked.
const PATIENCE: Duration = Duration::from_secs(2);
/// What a caller whose key could not be checked in that time is told to wait: about as long as those before it take.
const COME_AGAIN: Duration = Duration::from_secs(2);
/// Sign-in operations.
pub struct Auth<'a>(&'a Engine);

impl Engine {
    /// Sign-in operations.
    pub fn auth(&self) -> Auth<'_> {
        Auth(self)
    }
}

impl Auth<'_> {
    /// Proves a tenant by its master key.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a key that is mistyped, unknown, expired or revoked; [`Error::SignInsBusy`] when too
    /// many keys wait to be checked for the first time; [`Error::Storage`], also when too many wait to be looked for.
    pub async fn sign_in(&self, key: &SecretString) -> Result<Identity, Error> {
        let outcome = self.recognise(key).await;
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
                AuthFailure::Malformed => AuthReason::Malformed,
                AuthFailure::Unknown => AuthReason::Unknown,
                AuthFailure::OtherTenant => AuthReason::OtherTenant,
            }),
            Error::SignInsBusy { .. } => meter.refused(Limit::SignIns),
            _ => {}
        }
    }

    async fn recognise(&self, key: &SecretString) -> Result<Identity, Error> {
        let key = MasterKey::parse(key.clone())
            .map_err(|_: MasterKeyError| Error::Unauthenticated(AuthFailure::Malformed))?;
        let inner = &self.0.inner;
        let digest = inner.root.lookup(&key).as_str().to_owned();
        if let Some(known) = inner.sign_ins.known.get(&digest).await {
            return self.still_good(&digest, known).await;
        }
        let proof = Box::pin(self.prove(key, &digest, Tenancy::Open));
        let outcome = inner.sign_ins.known.try_get_with(digest.clone(), proof).await;
        let is_nobodys = matches!(&outcome, Err(error) if matches!(**error, Error::Unauthenticated(_)));
        if is_nobodys && inner.sign_ins.hold_back().await {
            inner.meter.refused(Limit::UnknownKeys);
        }
        outcome.map_err(Arc::unwrap_or_clone)
    }

    /// Proves whose key it is, also when the tenant is closed: its owner may look back at what was changed. Every call of an
    /// identity proven so is refused as long as the tenant is closed.
    ///
    /// # Errors
    /// As for [`Auth::sign_in`].
    pub async fn look_back(&self, key: &SecretString) -> Result<Identity, Error> {
        let key = MasterKey::parse(key.clone())
            .map_err(|_: MasterKeyError| Error::Unauthenticated(AuthFailure::Malformed))?;
        let digest = self.0.inner.root.lookup(&key).as_str().to_owned();
        self.prove(key, &digest, Tenancy::OpenOrClosed).await
    }

    /// Like [`Auth::sign_in`], but an unknown well-formed key makes its tenant. For stdio only, where the key is the
    /// user's own word on the user's own machine.
    pub async fn sign_in_or_provision(&self, key: &SecretString) -> Result<Identity, Error> {
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
            Ok(()) => Ok(known),
            Err(error) => {
                if matches!(error, Error::Unauthenticated(_)) {
                    self.0.inner.sign_ins.known.invalidate(digest).await;
                }
                Err(error)
            }
        }
    }

    /// The row behind a key's digest, if the key may be used now.
    async fn live_row(&self, digest: &str, tenancy: Tenancy) -> Result<(TenantRow, MasterKeyRow), Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let (tenant, key) = inner
            .db
            .master_keys()
            .find_by_lookup(digest)
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

    async fn prove(&self, master: MasterKey, digest: &str, tenancy: Tenancy) -> Result<Identity, Error> {
        let inner = &self.0.inner;
        let (tenant, row) = {
            let _turn = tokio::time::timeout(PATIENCE, turn(&inner.sign_ins.looking))
                .await
                .map_err(|_| DbError::Busy)??;
            self.live_row(digest, tenancy).await?
        };
        let _turn = tokio::time::timeout(PATIENCE, turn(&inner.sign_ins.hashing))
            .await
            .map_err(|_| Error::SignInsBusy {
                retry_after: COME_AGAIN,
            })??;
        let (root, hash) = (inner.root.clone(), row.hash.clone());
        let (verified, master) = tokio::task::spawn_blocking(move || (password::verify(&root, &master, &hash), master))
            .await
            .map_err(|_| Error::Internal("the key could not be checked"))?;
        if !verified {
            return Err(Error::Unauthenticated(AuthFailure::Unknown));
        }
        let salt = Salt::from_base64(&row.salt).map_err(|_| Error::Internal("a stored salt is damaged"))?;
        let place = Place {
            tenant: tenant.id.as_str(),
            row: &row.id,
            field: "data_key",
        };
        let data_key = derive_tenant_key(&inner.root, &master, &salt, TENANT_KEY_PURPOSE)
            .unwrap(&row.data_key.into_sealed(), &place)
            .map_err(|_| Error::Internal("a tenant's data key does not open"))?;
        self.remember_use(&tenant.id, &row.id);
        Ok(Identity::new(tenant.id, row.id, row.prefix, Grants::ALL, data_key))
    }

    /// Notes when the key was last used; nobody waits for it.
    fn remember_use(&self, tenant: &TenantId, credential: &str) {
        let (engine, tenant, credential) = (self.0.clone(), tenant.clone(), credential.to_owned());
        self.0.inner.work.spawn(async move {
            let now = engine.inner.clock.now_millis();
            if let Err(error) = engine.inner.db.master_keys().touch(&tenant, &credential, now).await {
                tracing::warn!(%error, "the time a master key was last used could not be noted");
            }
        });
    }
}

/// Which tenants' keys are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tenancy {
    Open,
    OpenOrClosed,
}

async fn turn(queue: &Semaphore) -> Result<SemaphorePermit<'_>, Error> {
    queue.acquire().await.map_err(|_| Error::ShuttingDown)
}
