//! Leaving: a tenant is closed and keeps what it has, or is deleted and leaves the end of its audit log.

use serde::Serialize;
use serde_json::json;

use super::{TenantView, Tenants, check_text, not_found};
use crate::audit::{CLOSE_TENANT, DELETE_TENANT, Ended, RENAME_TENANT, REOPEN_TENANT};
use crate::calls::Act;
use crate::clock::timestamp;
use crate::error::Error;

/// What goes with a tenant.
#[derive(Clone, Debug, Serialize)]
pub struct Leaving {
    /// The tenant.
    pub tenant: TenantView,
    /// Registered stores, each with its sealed API key.
    pub stores: u64,
    /// Master keys that may be used, or could be if the tenant was not closed.
    pub keys: u64,
    /// Entries of its audit log, each change counted once.
    pub audit_entries: u64,
    /// When the oldest of them happened: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_at: Option<String>,
    /// When the newest of them happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<String>,
}

impl Tenants<'_> {
    /// Ends all access of a tenant: none of its keys opens anything, in any process within a second, and its web sessions are
    /// gone. Its stores, its sealed keys and its log stay. False when it was closed before.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have; [`Error::NotRecorded`].
    pub async fn close(&self, tenant: &str) -> Result<(TenantView, bool), Error> {
        self.turn(tenant, CLOSE_TENANT, false).await
    }

    /// Gives a closed tenant back: the same keys open the same stores. False when it was not closed.
    ///
    /// # Errors
    /// As for [`Tenants::close`].
    pub async fn reopen(&self, tenant: &str) -> Result<(TenantView, bool), Error> {
        self.turn(tenant, REOPEN_TENANT, true).await
    }

    async fn turn(&self, tenant: &str, name: &'static str, open: bool) -> Result<(TenantView, bool), Error> {
        let row = self.row(tenant).await?;
        if row.disabled_at.is_none() == open {
            return Ok((self.view(row).await?, false));
        }
        let id = row.id;
        let act = Act {
            name,
            parameters: json!({ "tenant_id": id.as_str() }),
            owner: Some(id.clone()),
            by: None,
            begins: true,
        };
        let (engine, tenant) = (self.0.clone(), id.clone());
        let work = async move {
            let (tenants, now) = (engine.inner.db.tenants(), engine.inner.clock.now_millis());
            let turned = if open {
                tenants.reopen(&tenant, now).await?
            } else {
                tenants.close(&tenant, now).await?
            };
            engine.inner.sign_ins.forget(&tenant);
            Ok((turned, None))
        };
        let turned = self.0.act(act, Box::pin(work)).await?;
        Ok((self.show(id.as_str()).await?, turned))
    }

    /// Calls a tenant something else.
    ///
    /// # Errors
    /// As for [`Tenants::close`]; [`Error::Invalid`] for a name that is none.
    pub async fn rename(&self, tenant: &str, name: &str) -> Result<TenantView, Error> {
        check_text("name", Some(name))?;
        let row = self.row(tenant).await?;
        let (id, name) = (row.id, name.trim().to_owned());
        let act = Act {
            name: RENAME_TENANT,
            parameters: json!({ "tenant_id": id.as_str(), "tenant_name": name, "was": row.name }),
            owner: Some(id.clone()),
            by: None,
            begins: true,
        };
        let (engine, tenant) = (self.0.clone(), id.clone());
        let work = async move {
            let now = engine.inner.clock.now_millis();
            if engine.inner.db.tenants().rename(&tenant, &name, now).await? {
                Ok(((), None))
            } else {
                Err(not_found(tenant.as_str()))
            }
        };
        self.0.act(act, Box::pin(work)).await?;
        self.show(id.as_str()).await
    }

    /// What would go with a tenant.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have.
    pub async fn leaving(&self, tenant: &str) -> Result<Leaving, Error> {
        let inner = &self.0.inner;
        let row = self.row(tenant).await?;
        inner.audit.flush().await;
        let holdings = inner.db.tenants().holdings(&row.id, inner.clock.now_millis()).await?;
        Ok(Leaving {
            tenant: self.view(row).await?,
            stores: holdings.stores.unsigned_abs(),
            keys: holdings.keys.unsigned_abs(),
            audit_entries: holdings.entries.unsigned_abs(),
            first_at: holdings.first_at.map(timestamp),
            last_at: holdings.last_at.map(timestamp),
        })
    }

    /// Deletes a tenant with everything it has: keys, stores, sessions, audit entries. What is left is the signed end of its
    /// log, which [`crate::audit::AuditLog::verify`] tells of.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have; [`Error::NotRecorded`].
    pub async fn delete(&self, tenant: &str) -> Result<Ended, Error> {
        let leaving = self.leaving(tenant).await?;
        let row = self.row(&leaving.tenant.tenant_id).await?;
        let act = Act {
            name: DELETE_TENANT,
            parameters: json!({
                "tenant_id": row.id.as_str(), "tenant_name": row.name, "entries": leaving.audit_entries,
            }),
            owner: None,
            by: None,
            begins: true,
        };
        let engine = self.0.clone();
        self.0
            .act(
                act,
                Box::pin(async move {
                    // Entries still in the queue would fail once the tenant is gone.
                    engine.inner.audit.flush().await;
                    let inner = &engine.inner;
                    let proofs = inner.signer.proofs(&inner.prover);
                    let ended = inner
                        .db
                        .audit_ends()
                        .delete_tenant(&row.id, inner.clock.now_millis(), proofs)
                        .await?;
                    inner.sign_ins.forget(&row.id);
                    inner.directory.forget(&row.id);
                    match ended {
                        Some(ended) => Ok((ended.into(), None)),
                        None => Err(not_found(row.id.as_str())),
                    }
                }),
            )
            .await
    }
}
