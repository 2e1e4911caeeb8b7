//! Forgetting what is old enough. What is left says by itself that, and how far, it was shortened.

use std::time::Duration;

use od_db::{AuditEntry, AuditHead, Purged, SealedColumns, TenantId};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{AuditLog, Whose, acts};
use crate::calls::Act;
use crate::clock::millis;
use crate::engine::Inner;
use crate::error::Error;
use crate::scope::{RequestId, Scope};

/// What a purge removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purge {
    /// Owners of whom something was removed.
    pub chains: u64,
    /// Entries removed.
    pub entries: u64,
}

impl AuditLog<'_> {
    /// For the operator: removes entries older than `age`. The purge itself is recorded.
    ///
    /// Only the beginning of an owner's entries goes, up to the first one that is young enough, so that none is missing in
    /// between.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such tenant; [`Error::Storage`].
    pub async fn purge(&self, whose: Whose, age: Duration) -> Result<Purge, Error> {
        self.0.inner.audit.flush().await;
        let chains: Vec<_> = self
            .chains(&whose)
            .await?
            .into_iter()
            .map(|head| head.tenant_id)
            .collect();
        let owner = match whose {
            Whose::Everybody => None,
            Whose::Tenant(_) => chains.first().cloned().flatten(),
        };
        let act = Act {
            name: acts::PURGE,
            parameters: json!({ "tenant_id": owner, "older_than_days": age.as_secs() / 86_400 }),
            owner,
            // The marker goes with what it tells of, in one transaction.
            by: None,
            begins: false,
        };
        let inner = self.0.inner.clone();
        let work = Box::pin(async move { Ok((shorten(&inner, chains, age, "operator").await?, None)) });
        self.0.act(act, work).await
    }

    /// Removes the tenant's own entries older than so many days, as [`Self::purge`] does. The purge itself is recorded.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Locked`]; [`Error::Invalid`] for less than a day: nobody shall remove what was done just now;
    /// [`Error::Storage`].
    pub async fn purge_own(&self, scope: &Scope, older_than_days: u32) -> Result<Purge, Error> {
        scope.require_owner("delete entries of the audit log")?;
        scope.require_unlocked()?;
        if older_than_days == 0 {
            return Err(Error::invalid("/older_than_days", "must be at least 1 day"));
        }
        let inner = self.0.inner.clone();
        inner.audit.flush().await;
        let act = Act {
            name: acts::PURGE,
            parameters: json!({ "tenant_id": scope.tenant(), "older_than_days": older_than_days }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: false,
        };
        let scope = scope.clone();
        let work = async move {
            let age = Duration::from_hours(24 * u64::from(older_than_days));
            let chains = vec![Some(scope.tenant().clone())];
            Ok((shorten(&inner, chains, age, scope.identity().actor()).await?, None))
        };
        self.0.act(act, Box::pin(work)).await
    }
}

/// Between two portions others write.
const BETWEEN: Duration = Duration::from_millis(50);

/// Removes what is older than the configured age from every chain that has such entries.
pub(crate) async fn retain(inner: &Inner, age: Duration) -> Result<Purge, Error> {
    let before = inner.clock.now_millis() - millis(age);
    let chains = inner.db.audit().chains_older_than(before).await?;
    shorten(inner, chains, age, "retention").await
}

/// Shortens chains, one after the other: what is wrong with one, which is told at the end, keeps none of the others long.
async fn shorten(inner: &Inner, chains: Vec<Option<TenantId>>, age: Duration, actor: &str) -> Result<Purge, Error> {
    let mut total = Purge::default();
    let mut failed = None;
    for tenant in chains {
        if let Err(error) = shorten_one(inner, tenant.as_ref(), age, actor, &mut total).await {
            let tenant = tenant.as_ref().map(TenantId::as_str);
            tracing::warn!(tenant, %error, "an audit chain could not be shortened");
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(total), Err)
}

/// Shortens a chain in portions, each of which has a marker of its own.
async fn shorten_one(
    inner: &Inner,
    tenant: Option<&TenantId>,
    age: Duration,
    actor: &str,
    total: &mut Purge,
) -> Result<(), Error> {
    let now = inner.clock.now_millis();
    let mark = |purged: &Purged| marker(purged, now, actor);
    let (audit, proofs) = (inner.db.audit(), inner.prover.proofs());
    let mut is_first = true;
    while let Some(purged) = audit.purge_before(tenant, now - millis(age), &mark, proofs).await? {
        total.chains += u64::from(std::mem::take(&mut is_first));
        total.entries += purged.entries;
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(())
}

/// Its digest is keyed like every entry's: whoever shortens a chain without the root key cannot make one.
fn marker(purged: &Purged, now: i64, actor: &str) -> AuditEntry {
    AuditEntry {
        id: Uuid::now_v7().to_string(),
        tenant_id: None,
        store_id: None,
        tool_name: acts::PURGED.to_owned(),
        parameters: place(purged.through_seq, &purged.through_digest, purged.entries).to_string(),
        status: "success".to_owned(),
        error_code: None,
        error_message: None,
        duration_ms: 0,
        request_id: RequestId::generate().to_string(),
        source: "engine".to_owned(),
        actor: actor.to_owned(),
        client_name: None,
        ip_address: None,
        user_agent: None,
        created_at: now,
        begun_id: None,
        orders: None,
        agreed_by: None,
        difference: SealedColumns::default(),
    }
}

fn place(seq: i64, digest: &str, entries: u64) -> Value {
    json!({ "through_seq": seq, "through_digest": digest, "entries": entries })
}

/// Whether a marker's parameters tell of the beginning that a chain has.
pub(super) fn tells_of(parameters: &str, head: &AuditHead) -> bool {
    serde_json::from_str::<Value>(parameters).is_ok_and(|told| {
        told["through_seq"] == head.purged_seq && told["through_digest"] == head.purged_digest.as_str()
    })
}
