//! Personal access tokens: what a tenant gives a colleague or a program in place of its master key.

use std::time::Duration;

use od_db::TokenRow;
use od_vault::TokenKind;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

use super::named::{Entry, Kind, named};
use super::tokens::{NewToken, name_of, seal};
use crate::audit::{CREATE_TOKEN, REVOKE_TOKEN};
use crate::calls::Act;
use crate::clock::{millis, timestamp};
use crate::engine::Engine;
use crate::error::Error;
use crate::scope::{Grants, Permission, Scope, StoreSet, TenantId};
use crate::standing::was_alive;
use crate::stores::Purpose;

/// The longest label, in characters.
const MAX_LABEL: usize = 200;

/// What a new token is to be.
#[derive(Clone, Debug)]
pub struct NewPersonalToken {
    /// For people to recognise it by.
    pub label: String,
    /// What it may do; not nothing.
    pub scopes: Grants,
    /// The stores it may see, by id or name; all, also later ones, without.
    pub stores: Option<Vec<String>>,
    /// When it ends by itself; never without.
    pub expires_in: Option<Duration>,
}

/// A token just made. Its text is in no other place: it is shown once.
#[derive(Debug)]
pub struct CreatedToken {
    /// Its text.
    pub token: SecretString,
    /// What listings will show.
    pub view: TokenView,
}

/// A token as listings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// UUIDv7.
    pub token_id: String,
    /// Its first characters.
    pub prefix: String,
    /// For people.
    pub label: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// Order Desk's ids of the stores it may see; null for all.
    pub stores: Option<Vec<String>>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC; null when it was never used.
    pub last_used_at: Option<String>,
    /// RFC 3339, UTC; null for never.
    pub expires_at: Option<String>,
}

/// Operations on personal access tokens. Only the tenant's owner has them: no token makes or ends another.
pub struct PersonalTokens<'a>(&'a Engine);

impl Engine {
    /// Personal access tokens.
    pub fn tokens(&self) -> PersonalTokens<'_> {
        PersonalTokens(self)
    }
}

impl PersonalTokens<'_> {
    /// Makes a token.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Invalid`] for a label, scopes or an expiry that cannot be; [`Error::NotFound`] for a store
    /// that is none of the tenant's; [`Error::Unauthenticated`] when the owner's credential has ended; [`Error::NotRecorded`].
    pub async fn create(&self, scope: &Scope, new: NewPersonalToken) -> Result<CreatedToken, Error> {
        scope.require_owner("make tokens")?;
        self.0.stands(scope.identity(), Duration::ZERO).await?;
        let label = new.label.trim().to_owned();
        if label.is_empty() || label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
            let rule = format!("must be 1 to {MAX_LABEL} characters without control characters");
            return Err(Error::invalid("/label", rule));
        }
        if new.scopes.is_empty() {
            return Err(Error::invalid("/scopes", "must name at least one scope"));
        }
        let stores = self.resolve(scope, new.stores).await?;
        let now = self.0.inner.clock.now_millis();
        let expires_at = match new.expires_in {
            None => None,
            Some(life) => Some(end_of(now, life)?),
        };
        let act = Act {
            name: CREATE_TOKEN,
            parameters: json!({
                "label": label, "scopes": new.scopes.to_scope(), "stores": stores.ids(),
                "expires_at": expires_at.map(timestamp),
            }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: true,
        };
        let (engine, identity) = (self.0.clone(), scope.identity().clone());
        let work = async move {
            let new = NewToken {
                kind: TokenKind::Personal,
                tenant: identity.tenant(),
                grants: new.scopes,
                stores: &stores,
                created_at: now,
                expires_at,
            };
            let (token, row) = seal(&engine.inner.root, identity.data_key()?, &new);
            let row = TokenRow {
                label: Some(label),
                ..row
            };
            let maker = identity.maker(engine.inner.clock.now_millis());
            let maker = maker.ok_or(Error::OwnerOnly("make tokens"))?;
            let is_made = engine.inner.db.tokens().insert(identity.tenant(), &row, maker).await?;
            was_alive(is_made, &identity)?;
            let created = CreatedToken {
                token: token.expose(),
                view: view(row),
            };
            Ok((created, None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// The tokens that may be used, newest first.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`].
    pub async fn list(&self, scope: &Scope) -> Result<Vec<TokenView>, Error> {
        scope.require_owner("list tokens")?;
        self.living(scope.tenant()).await
    }

    /// For the operator, who has nothing that opens the tenant: the same.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several tenants have.
    pub async fn list_of(&self, tenant: &str) -> Result<Vec<TokenView>, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.living(&tenant.id).await
    }

    /// Ends a token now, named by its id or its prefix, here and, within a second, in every other process.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::NotFound`]; [`Error::Invalid`] for a prefix that several have, and for a token that has ended;
    /// [`Error::NotRecorded`].
    pub async fn revoke(&self, scope: &Scope, id_or_prefix: &str) -> Result<TokenView, Error> {
        scope.require_owner("end tokens")?;
        self.end(scope.tenant().clone(), Some(scope.clone()), id_or_prefix)
            .await
    }

    /// For the operator: the same, which opens nothing.
    ///
    /// # Errors
    /// As for [`PersonalTokens::revoke`]; [`Error::NotFound`] and [`Error::Invalid`] for the tenant too.
    pub async fn revoke_of(&self, tenant: &str, id_or_prefix: &str) -> Result<TokenView, Error> {
        let tenant = self.0.tenants().row(tenant).await?;
        self.end(tenant.id, None, id_or_prefix).await
    }

    async fn end(&self, tenant: TenantId, by: Option<Scope>, id_or_prefix: &str) -> Result<TokenView, Error> {
        let rows = self.all(&tenant).await?;
        let now = self.0.inner.clock.now_millis();
        let row = named(rows, id_or_prefix, &KIND, |row| Entry {
            id: &row.id,
            prefix: &row.prefix,
            made_at: timestamp(row.created_at),
            ended_at: (!lives(row, now)).then(|| ended_at(row)).flatten().map(timestamp),
        })?;
        let act = Act {
            name: REVOKE_TOKEN,
            parameters: json!({ "token_id": row.id, "prefix": row.prefix, "label": row.label }),
            owner: Some(tenant),
            by,
            begins: true,
        };
        let (engine, ended) = (self.0.clone(), view(row.clone()));
        let work = async move {
            let (tokens, now) = (engine.inner.db.tokens(), engine.inner.clock.now_millis());
            let was_there = tokens.revoke(&row.tenant_id, &row.id, now, Some("revoked")).await?;
            engine.inner.sign_ins.forget_credential(&row.id);
            if was_there {
                Ok((ended, None))
            } else {
                Err(KIND.not_found(&row.id))
            }
        };
        self.0.act(act, Box::pin(work)).await
    }

    async fn living(&self, tenant: &TenantId) -> Result<Vec<TokenView>, Error> {
        let now = self.0.inner.clock.now_millis();
        let mut rows = self.all(tenant).await?;
        rows.retain(|row| lives(row, now));
        Ok(rows.into_iter().map(view).collect())
    }

    /// Those that have ended too.
    async fn all(&self, tenant: &TenantId) -> Result<Vec<TokenRow>, Error> {
        let tokens = self.0.inner.db.tokens();
        Ok(tokens.list(tenant, name_of(TokenKind::Personal)).await?)
    }

    /// The stores that were named, each found, each once.
    async fn resolve(&self, scope: &Scope, named: Option<Vec<String>>) -> Result<StoreSet, Error> {
        let Some(named) = named else { return Ok(StoreSet::All) };
        if named.is_empty() {
            return Err(Error::invalid(
                "/stores",
                "must name at least one store, or be left out for all",
            ));
        }
        let mut ids: Vec<String> = Vec::new();
        for store in &named {
            let row = self.0.stores().select(scope, Some(store), Purpose::Change).await?;
            if !ids.contains(&row.store_id) {
                ids.push(row.store_id.clone());
            }
        }
        Ok(StoreSet::only(ids))
    }
}

/// When something ends that lives so long from now on: UTC milliseconds.
fn end_of(now: i64, life: Duration) -> Result<i64, Error> {
    /// Whoever wants more wants no end.
    const LONGEST: Duration = Duration::from_hours(24 * 3660);
    if life.is_zero() || life > LONGEST {
        return Err(Error::invalid("/expires_in", "must be 1 to 3660 days"));
    }
    Ok(now.saturating_add(millis(life)))
}

fn view(row: TokenRow) -> TokenView {
    TokenView {
        scopes: Grants::parse_known(&row.scopes)
            .iter()
            .map(Permission::as_str)
            .collect(),
        stores: StoreSet::shown(row.stores.as_deref()),
        token_id: row.id,
        prefix: row.prefix,
        label: row.label.unwrap_or_default(),
        created_at: timestamp(row.created_at),
        last_used_at: row.last_used_at.map(timestamp),
        expires_at: row.expires_at.map(timestamp),
    }
}

fn lives(row: &TokenRow, now: i64) -> bool {
    row.revoked_at.is_none() && row.expires_at.is_none_or(|at| at > now)
}

/// When a token ended, or will.
fn ended_at(row: &TokenRow) -> Option<i64> {
    row.revoked_at.into_iter().chain(row.expires_at).min()
}

/// How messages speak of them.
const KIND: Kind = Kind {
    one: "token",
    title: "Token",
    hint: "`token list` shows the tenant's tokens.",
};
