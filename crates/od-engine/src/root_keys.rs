//! Going over from one root key to the next: what has gone, and what remains.
//!
//! What is signed goes over as a whole when an engine opens the database with both root keys. A credential's copy of the data
//! key opens with the credential's own text alone, so each goes over when it is next used.

use od_db::{Db, DbError, DbOptions, UnderAnother};
use serde::Serialize;

use crate::audit::{EndSigner, Prover, Signed, sign_anew, signed_before};
use crate::clock::{Clock, timestamp};
use crate::engine::{Engine, HandedOver};
use crate::error::Error;
use crate::roots::{Roots, look};
use crate::start_error::StartError;
use crate::webhooks;

/// What still needs another root key than the one in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remaining {
    /// What carries the proof of the root key before.
    pub signed: Signed,
    /// Webhooks whose keys are sealed with another one.
    pub webhooks: u64,
    /// Credentials that may be used, and were not yet.
    pub credentials: Vec<Waiting>,
}

impl Remaining {
    /// How much that is.
    pub fn count(&self) -> u64 {
        self.signed.count() + self.webhooks + self.credentials.len() as u64
    }
}

/// A credential that goes over when it is next used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Whose it is.
    pub tenant_id: String,
    /// `master_key`, `personal`, `access`, `refresh`, `code` or `session`.
    pub kind: String,
    /// What listings show of it.
    pub prefix: String,
    /// RFC 3339, UTC; null when it was never used.
    pub last_used_at: Option<String>,
    /// When it ends by itself, and is not waited for any more: RFC 3339, UTC; null for never.
    pub expires_at: Option<String>,
}

/// Operations on root keys: for the operator.
pub struct RootKeys<'a>(&'a Engine);

impl Engine {
    /// The root key over time.
    pub fn root_keys(&self) -> RootKeys<'_> {
        RootKeys(self)
    }
}

impl RootKeys<'_> {
    /// What this engine did when it opened the database.
    pub fn handed_over(&self) -> HandedOver {
        self.0.inner.handed_over
    }

    /// Signs anew what was signed with the root key before since then: by another process that has both, the other way round.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn sign_anew(&self) -> Result<Signed, Error> {
        let inner = &self.0.inner;
        webhooks::seal_anew(&inner.db, &inner.roots).await?;
        Ok(sign_anew(&inner.db, &inner.prover, &inner.signer).await?)
    }

    /// Whether a root key before is at hand.
    pub fn are_two(&self) -> bool {
        self.0.inner.roots.previous.is_some()
    }

    /// What still needs another root key than the one in use.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn remaining(&self) -> Result<Remaining, Error> {
        let inner = &self.0.inner;
        let signed = signed_before(&inner.db, &inner.prover, &inner.signer).await?;
        Ok(of(&inner.db, &inner.roots, signed, inner.clock.now_millis()).await?)
    }
}

/// The same of a database that is left as it is, in use or not.
///
/// # Errors
/// [`StartError`]: among others when the database has tables of an older version, which tell nothing of that.
pub async fn remaining_in(options: &DbOptions, roots: Roots) -> Result<Remaining, StartError> {
    let options = DbOptions {
        create: false,
        ..options.clone()
    };
    let db = Db::connect(&options).await?;
    let schema = db.schema().await?;
    if !schema.is_current() {
        let found = schema.found.ok_or(DbError::Missing)?;
        let known = schema.known;
        return Err(if found > known {
            DbError::NewerSchema { found, known }
        } else {
            DbError::OlderSchema { found, known }
        }
        .into());
    }
    let (_, former) = look(&roots, &db).await?.into_former();
    let (prover, ends) = (Prover::new(&roots, former), EndSigner::new(&roots));
    let signed = signed_before(&db, &prover, &ends).await?;
    let remaining = of(&db, &roots, signed, Clock::system().now_millis()).await?;
    db.close().await;
    Ok(remaining)
}

async fn of(db: &Db, roots: &Roots, signed: Signed, now: i64) -> Result<Remaining, DbError> {
    let id = roots.current.id();
    let waiting = db.under_another_root(&id, now).await?;
    let webhooks = db.webhook_keys().under_another_root(&id).await?;
    Ok(Remaining {
        signed,
        webhooks: webhooks.len() as u64,
        credentials: waiting.into_iter().map(Waiting::from).collect(),
    })
}

impl From<UnderAnother> for Waiting {
    fn from(row: UnderAnother) -> Self {
        Self {
            tenant_id: row.tenant_id.to_string(),
            kind: row.kind,
            prefix: row.prefix,
            last_used_at: row.last_used_at.map(timestamp),
            expires_at: row.expires_at.map(timestamp),
        }
    }
}
