//! The clients that a person connected, and how that ends.

use std::time::Duration;

use od_db::{Ended, GrantRow};
use od_record::text::{clean_name, quoted};
use serde::Serialize;
use serde_json::json;
use url::{Position, Url};

use super::OAuth;
use crate::audit::REVOKE_GRANT;
use crate::calls::Act;
use crate::clock::{millis, timestamp};
use crate::engine::{Engine, Inner};
use crate::error::Error;
use crate::scope::{Grants, Permission, Scope, StoreSet, TenantId};

/// How long a used refresh token is good in any case.
pub(super) const GRACE: Duration = Duration::from_mins(1);
/// So many refresh tokens of a client are known after they were replaced, the newest: those of more than a year, where one is
/// renewed every hour.
const REMEMBERED: u32 = 10_000;
/// How long a used code or refresh token is remembered in any case, so that one that is sent again is known for what it is.
const REPLAYS: Duration = Duration::from_hours(24);

/// A connected client as listings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantView {
    /// UUIDv7.
    pub grant_id: String,
    /// What the client calls itself.
    pub client_name: String,
    /// The client's id: the address of its own document, or what it was given when it registered.
    pub client_id: String,
    /// Who publishes it: the host of its id, where that is the address of a document about it. None for one that said itself
    /// who it is.
    #[serde(skip)]
    pub client_host: Option<String>,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// Order Desk's ids of the stores it may see; null for all.
    pub stores: Option<Vec<String>>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC; null when it was never used.
    pub last_used_at: Option<String>,
}

impl OAuth<'_> {
    /// The clients that are connected, newest first.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn grants(&self, scope: &Scope) -> Result<Vec<GrantView>, Error> {
        scope.require_owner("list connected clients")?;
        self.living(scope.tenant()).await
    }

    /// For the operator, who has nothing that opens the tenant: the same.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several tenants have; [`Error::Storage`].
    pub async fn grants_of(&self, tenant: &str) -> Result<Vec<GrantView>, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.living(&tenant.id).await
    }

    async fn living(&self, tenant: &TenantId) -> Result<Vec<GrantView>, Error> {
        let now = self.0.inner.clock.now_millis();
        let rows = self.0.inner.db.oauth_grants().list(tenant, now).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Ends a client's access now, with all its tokens, here and, within a second, in every other process.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::NotFound`]; [`Error::Invalid`] for one that was ended before; [`Error::NotRecorded`].
    pub async fn revoke_grant(&self, scope: &Scope, grant_id: &str) -> Result<GrantView, Error> {
        scope.require_owner("end a client's access")?;
        self.end_named(scope.tenant().clone(), Some(scope.clone()), grant_id)
            .await
    }

    /// For the operator: the same, which opens nothing.
    ///
    /// # Errors
    /// As for [`OAuth::revoke_grant`]; [`Error::NotFound`] and [`Error::Invalid`] for the tenant too.
    pub async fn revoke_grant_of(&self, tenant: &str, grant_id: &str) -> Result<GrantView, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.end_named(tenant.id, None, grant_id).await
    }

    async fn end_named(&self, tenant: TenantId, by: Option<Scope>, grant_id: &str) -> Result<GrantView, Error> {
        let row = self.0.inner.db.oauth_grants().get(&tenant, grant_id).await?;
        let row = row.ok_or_else(|| not_found(grant_id))?;
        if let Some(at) = row.revoked_at {
            let told = format!("{} was ended already, at {}", row.id, timestamp(at));
            return Err(Error::invalid("/grant_id", told));
        }
        let act = Act {
            name: REVOKE_GRANT,
            parameters: json!({ "grant_id": row.id, "client_id": row.client_id, "client_name": row.client_name }),
            owner: Some(tenant.clone()),
            by,
            begins: true,
        };
        let (engine, ended) = (self.0.clone(), view(row));
        let work = async move {
            if end(&engine, &tenant, &ended.grant_id, "revoked").await? {
                Ok((ended, None))
            } else {
                Err(not_found(&ended.grant_id))
            }
        };
        self.0.act(act, Box::pin(work)).await
    }
}

/// Ends a grant and what is remembered of it. False when it had ended before.
pub(super) async fn end(engine: &Engine, tenant: &TenantId, grant: &str, reason: &str) -> Result<bool, Error> {
    let inner = &engine.inner;
    let now = inner.clock.now_millis();
    let ended = inner.db.oauth_grants().revoke(tenant, grant, now, Some(reason)).await?;
    inner.sign_ins.forget_credential(grant);
    Ok(ended)
}

/// Removes tokens and grants that have ended, and says how many tokens that were.
pub(crate) async fn remove_ended(inner: &Inner) -> Result<u64, Error> {
    let now = inner.clock.now_millis();
    let ended = Ended {
        now,
        grace: now - millis(GRACE),
        replays: now - millis(REPLAYS),
        most: REMEMBERED,
    };
    Ok(inner.db.oauth_grants().remove_ended(ended).await?)
}

fn view(row: GrantRow) -> GrantView {
    GrantView {
        scopes: Grants::parse_known(&row.scopes)
            .iter()
            .map(Permission::as_str)
            .collect(),
        stores: StoreSet::shown(row.stores.as_deref()),
        grant_id: row.id,
        client_host: host_of(&row.client_id),
        client_name: clean_name(&row.client_name),
        client_id: row.client_id,
        created_at: timestamp(row.created_at),
        last_used_at: row.last_used_at.map(timestamp),
    }
}

/// The host of a client's id, with its port if it has one; none for an id that this server made.
fn host_of(client_id: &str) -> Option<String> {
    let url = Url::parse(client_id).ok().filter(|url| url.scheme() == "https")?;
    Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
}

fn not_found(grant_id: &str) -> Error {
    Error::NotFound {
        what: "Grant",
        name: quoted(grant_id),
        nearest: None,
        hint: "`grant list` shows the connected clients.",
    }
}
