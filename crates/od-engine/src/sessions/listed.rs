//! The sessions of a tenant, as its owner sees and ends them.

use od_db::SessionRow;
use serde_json::json;

use super::Sessions;
use crate::audit::{END_SESSION, SIGN_OUT};
use crate::calls::Act;
use crate::error::Error;
use crate::scope::Scope;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session's id.
    pub id: String,
    /// Where it signed in from.
    pub ip_address: Option<String>,
    /// The browser's name for itself. Any text.
    pub user_agent: Option<String>,
    /// When it signed in, UTC milliseconds.
    pub created_at: i64,
    /// When it was last used, give or take a minute, UTC milliseconds.
    pub last_used_at: i64,
    /// When it ends unless used before, UTC milliseconds.
    pub expires_at: i64,
    /// Whether it has no data key yet.
    pub is_locked: bool,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

impl Sessions<'_> {
    /// The tenant's living sessions, newest first.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn list(&self, scope: &Scope) -> Result<Vec<SessionView>, Error> {
        scope.require_owner("see its sessions")?;
        let rows = self.living(scope).await?;
        let view = |row: SessionRow| SessionView {
            is_own: row.id == scope.identity().row(),
            is_locked: row.data_key.is_empty(),
            id: row.id,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_used_at: row.last_activity_at,
            expires_at: row.expires_at,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Signs out: ends the session that asks.
    ///
    /// # Errors
    /// [`Error::Storage`]; [`Error::NotRecorded`].
    pub async fn sign_out(&self, scope: &Scope) -> Result<(), Error> {
        let own = vec![scope.identity().row().to_owned()];
        self.end_all(scope, SIGN_OUT, own).await.map(drop)
    }

    /// Ends a session of the tenant, as of the next request that is made in it.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Locked`]; [`Error::NotFound`]; [`Error::Storage`]; [`Error::NotRecorded`].
    pub async fn end(&self, scope: &Scope, id: &str) -> Result<(), Error> {
        scope.require_owner("end its sessions")?;
        scope.require_unlocked()?;
        if !self.living(scope).await?.iter().any(|row| row.id == id) {
            return Err(Error::NotFound {
                what: "Session",
                name: od_record::text::quoted(id),
                nearest: None,
                hint: "It may have ended already. The page Sessions lists those that live.",
            });
        }
        self.end_all(scope, END_SESSION, vec![id.to_owned()]).await.map(drop)
    }

    /// Ends all sessions of the tenant but the one that asks, and says how many.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Locked`]; [`Error::Storage`]; [`Error::NotRecorded`].
    pub async fn end_others(&self, scope: &Scope) -> Result<usize, Error> {
        scope.require_owner("end its sessions")?;
        scope.require_unlocked()?;
        let others = self.living(scope).await?.into_iter().map(|row| row.id);
        let others = others.filter(|id| id != scope.identity().row()).collect();
        self.end_all(scope, END_SESSION, others).await
    }

    async fn living(&self, scope: &Scope) -> Result<Vec<SessionRow>, Error> {
        let now = self.0.inner.clock.now_millis();
        let rows = self.0.inner.db.sessions().list(scope.tenant()).await?;
        let is_alive = |row: &SessionRow| row.revoked_at.is_none() && row.expires_at > now;
        Ok(rows.into_iter().filter(is_alive).collect())
    }

    async fn end_all(&self, scope: &Scope, name: &'static str, ids: Vec<String>) -> Result<usize, Error> {
        let act = Act {
            name,
            parameters: json!({ "sessions": ids.len() }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: false,
        };
        let (engine, tenant) = (self.0.clone(), scope.tenant().clone());
        let work = async move {
            let mut ended = 0;
            for id in ids {
                ended += usize::from(engine.sessions().revoke(&tenant, &id).await?);
            }
            Ok((ended, None))
        };
        self.0.act(act, Box::pin(work)).await
    }
}
