//! Master keys over time: replaced, listed, ended.

use std::time::Duration;

use od_db::{KeyEnd, MasterKeyRow, OldKey, Replaced, TenantRow};
use od_vault::MasterKey;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

use crate::audit::{REVOKE_KEY, ROTATE_KEY};
use crate::calls::Act;
use crate::clock::{millis, timestamp};
use crate::credentials::{Entry, Kind, in_use, named, seal_master};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::scope::{CredentialKind, Scope};
use crate::tenants::check_text;

mod owner;

pub use owner::{ReplacedKey, is_endable};

/// How long an old key goes on working when nobody says otherwise.
pub const GRACE: Duration = Duration::from_hours(24 * 7);
/// The longest such time.
const LONGEST_GRACE: Duration = Duration::from_hours(24 * 365);

/// What a new master key is to be.
#[derive(Debug, Default)]
pub struct NewMasterKey {
    /// For people to recognise it by.
    pub label: Option<String>,
    /// Why the old one is replaced.
    pub reason: Option<String>,
    /// The owner's own key, 16 to 256 bytes that are not easily guessed; a key is generated without one.
    pub own: Option<SecretString>,
    /// How long the old key goes on working; zero ends it at once.
    pub grace: Duration,
}

/// A master key just made. Its text is in no other place: it is shown once.
#[derive(Debug)]
pub struct RotatedKey {
    /// Whose it is.
    pub tenant_id: String,
    /// UUIDv7.
    pub key_id: String,
    /// Its text.
    pub master_key: SecretString,
    /// What listings show of it.
    pub prefix: String,
    /// When the old key ends, or ended: RFC 3339, UTC.
    pub old_key_expires_at: String,
    /// The tenant's other keys that open it, beside the new one and the old one.
    pub others: Vec<MasterKeyView>,
    /// Web sessions that ended with the old key, when that was at once.
    pub ended_sessions: u64,
}

/// A key that was ended.
#[derive(Debug)]
pub struct EndedKey {
    /// The key.
    pub key: MasterKeyView,
    /// Web sessions that ended with it.
    pub sessions: u64,
}

/// A master key as listings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MasterKeyView {
    /// UUIDv7.
    pub key_id: String,
    /// Its first characters, or a digest's for an own key.
    pub prefix: String,
    /// For people.
    pub label: Option<String>,
    /// `active`, `ending` while it works until its end comes, `ended`.
    pub state: &'static str,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC; null when it was never used.
    pub last_used_at: Option<String>,
    /// When it ends by itself: RFC 3339, UTC; null for never.
    pub expires_at: Option<String>,
    /// When it was ended: RFC 3339, UTC.
    pub ended_at: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl MasterKeyView {
    /// Whether it opens its tenant.
    pub fn is_alive(&self) -> bool {
        self.state != "ended"
    }
}

/// Operations on master keys.
pub struct Keys<'a>(&'a Engine);

impl Engine {
    /// Master keys over time.
    pub fn keys(&self) -> Keys<'_> {
        Keys(self)
    }
}

impl Keys<'_> {
    /// Makes a new master key in place of the one that the scope was proven with, which opens the data key for it: without it
    /// nobody can, the operator included.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`] for other credentials; [`Error::Invalid`]; [`Error::Duplicate`] for an own key already in use;
    /// [`Error::Unauthenticated`] when the old key has ended meanwhile; [`Error::NotRecorded`].
    pub async fn rotate(&self, scope: &Scope, new: NewMasterKey) -> Result<RotatedKey, Error> {
        let identity = scope.identity();
        if identity.kind() != CredentialKind::MasterKey {
            return Err(Error::OwnerOnly("replace a master key"));
        }
        check_text("label", new.label.as_deref())?;
        check_text("reason", new.reason.as_deref())?;
        if new.grace > LONGEST_GRACE {
            return Err(Error::invalid("/grace_days", "must be at most 365 days"));
        }
        let master = match new.own {
            Some(key) => MasterKey::choose(key).map_err(|error| Error::invalid("/master_key", error.to_string()))?,
            None => MasterKey::generate(),
        };
        let act = Act {
            name: ROTATE_KEY,
            parameters: json!({
                "label": new.label, "reason": new.reason, "grace_days": new.grace.as_secs() / 86_400,
            }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: true,
        };
        let (engine, identity) = (self.0.clone(), identity.clone());
        let work = async move {
            let now = engine.inner.clock.now_millis();
            // Looked for before: nothing that can fail stands between the new key and whoever is to have it.
            let mut others = engine.keys().of(identity.tenant()).await?;
            others.retain(|key| key.is_alive() && key.key_id != identity.row());
            let (master, row) =
                seal_master(&engine.inner, identity.tenant(), master, identity.data_key()?, now).await?;
            let row = MasterKeyRow {
                label: new.label,
                ..row
            };
            let old = OldKey {
                id: identity.row(),
                ends_at: now.saturating_add(millis(new.grace)),
                reason: Some(new.reason.as_deref().unwrap_or("replaced")),
            };
            let rows = engine.inner.db.master_keys();
            let ends = rows.rotate(identity.tenant(), &row, old).await.map_err(in_use)?;
            if new.grace.is_zero() {
                engine.inner.sign_ins.forget_credential(identity.row());
            }
            let Replaced { ends_at, sessions } = ends.ok_or(Error::Unauthenticated(AuthFailure::Unknown))?;
            let rotated = RotatedKey {
                tenant_id: identity.tenant().to_string(),
                key_id: row.id,
                master_key: master.expose(),
                prefix: row.prefix,
                old_key_expires_at: timestamp(ends_at),
                others,
                ended_sessions: sessions,
            };
            Ok((rotated, None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// For the operator: a tenant's keys, newest first, those that have ended included.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have.
    pub async fn list(&self, tenant: &str) -> Result<Vec<MasterKeyView>, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.of(&tenant.id).await
    }

    /// For the operator: ends a key now, named by its prefix or its id, here and, within a second, in every other process.
    /// The last key that lives goes with `even_the_last` alone.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a prefix that several have, and for the last key; [`Error::NotRecorded`].
    pub async fn revoke(
        &self,
        tenant: &str,
        prefix: &str,
        reason: Option<String>,
        even_the_last: bool,
    ) -> Result<EndedKey, Error> {
        check_text("reason", reason.as_deref())?;
        let tenant = self.0.tenants().row(tenant).await?;
        let key = self.named(&tenant, prefix).await?;
        let act = Act {
            name: REVOKE_KEY,
            parameters: json!({ "key_id": key.key_id, "prefix": key.prefix, "reason": reason }),
            owner: Some(tenant.id.clone()),
            by: None,
            begins: true,
        };
        let engine = self.0.clone();
        let work = async move {
            let (rows, now) = (engine.inner.db.master_keys(), engine.inner.clock.now_millis());
            let reason = reason.as_deref().unwrap_or("revoked");
            let ended = if even_the_last {
                rows.revoke(&tenant.id, &key.key_id, now, Some(reason)).await?
            } else {
                rows.revoke_but_the_last(&tenant.id, &key.key_id, now, Some(reason))
                    .await?
            };
            engine.inner.sign_ins.forget_credential(&key.key_id);
            match ended {
                KeyEnd::IsTheLast => Err(is_the_last()),
                KeyEnd::WasNotThere => Err(KIND.not_found(&key.prefix)),
                KeyEnd::Now { sessions } => {
                    let key = MasterKeyView {
                        state: "ended",
                        ended_at: Some(timestamp(now)),
                        reason: Some(reason.to_owned()),
                        ..key
                    };
                    Ok((EndedKey { key, sessions }, None))
                }
            }
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// The living key of a prefix or id.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when several have the prefix.
    pub async fn find(&self, tenant: &str, prefix: &str) -> Result<MasterKeyView, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.named(&tenant, prefix).await
    }

    async fn named(&self, tenant: &TenantRow, prefix: &str) -> Result<MasterKeyView, Error> {
        named(self.of(&tenant.id).await?, prefix, &KIND, |key| Entry {
            id: &key.key_id,
            prefix: &key.prefix,
            made_at: key.created_at.clone(),
            ended_at: key.ended_at.clone(),
        })
    }

    async fn of(&self, tenant: &crate::scope::TenantId) -> Result<Vec<MasterKeyView>, Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        let rows = inner.db.master_keys().list(tenant).await?;
        Ok(rows.into_iter().map(|row| view(row, now)).collect())
    }
}

fn view(row: MasterKeyRow, now: i64) -> MasterKeyView {
    let state = match (row.revoked_at, row.expires_at) {
        (Some(_), _) => "ended",
        (None, Some(at)) if at <= now => "ended",
        (None, Some(_)) => "ending",
        (None, None) => "active",
    };
    let ended_at = (state == "ended")
        .then(|| row.revoked_at.into_iter().chain(row.expires_at).min())
        .flatten();
    MasterKeyView {
        key_id: row.id,
        prefix: row.prefix,
        label: row.label,
        state,
        created_at: timestamp(row.created_at),
        last_used_at: row.last_used_at.map(timestamp),
        expires_at: row.expires_at.map(timestamp),
        ended_at: ended_at.map(timestamp),
        reason: row.reason,
    }
}

fn is_the_last() -> Error {
    Error::invalid(
        "/prefix",
        "is the tenant's last key. Without one nobody can make tokens or connect an app any more, and once those that are \
         there have ended nobody can open the tenant's API keys. Replace the key (tenant rotate-key --immediately), or say \
         that it is meant (--yes)",
    )
}

/// How messages speak of them.
const KIND: Kind = Kind {
    one: "key",
    title: "Master key",
    hint: "`tenant keys` shows the tenant's keys.",
};
