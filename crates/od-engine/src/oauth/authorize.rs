//! What a person allows a client: a grant, and the code that the client exchanges for its tokens.

use std::time::{Duration, Instant};

use od_db::{GrantRow, TokenRow};
use od_record::Problem;
use od_vault::TokenKind;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::OAuth;
use super::client::OAuthClient;
use super::redirect::Redirect;
use crate::audit::CONSENT;
use crate::calls::Act;
use crate::clock::millis;
use crate::credentials::{NewToken, seal};
use crate::error::Error;
use crate::meter::Limit;
use crate::scope::{Grants, Permission, Scope, StoreSet};
use crate::standing::was_alive;

/// How long a code lives: as long as a client takes to answer the browser and to ask for its tokens.
const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// What stands for all stores, also later ones.
pub const EVERY_STORE: &str = "*";

/// What a person allows. Scopes and stores are texts of a form, and judged here.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// Whom.
    pub client: &'a OAuthClient,
    /// Where the client waits for the code.
    pub redirect: &'a Redirect,
    /// What the code's verifier has to fit: RFC 7636, S256.
    pub challenge: &'a str,
    /// What the client asked for access to: RFC 8707.
    pub resource: Option<&'a str>,
    /// The scopes.
    pub scopes: &'a [&'a str],
    /// Order Desk's ids of the stores, or [`EVERY_STORE`].
    pub stores: &'a [&'a str],
}

impl OAuth<'_> {
    /// Counts a form in which a person says what a client may do, whatever it says.
    ///
    /// # Errors
    /// When the next one may be sent, for a session that sent too many. Nothing may be done then.
    pub fn count_consent(&self, scope: &Scope) -> Result<(), Duration> {
        let inner = &self.0.inner;
        let session = scope.identity().credential().to_owned();
        let spent = inner.oauth.consents.spend(&session, 1, Instant::now());
        spent.inspect_err(|_| inner.meter.refused(Limit::Consents))
    }

    /// Makes the grant that a person who is signed in allows, and its code.
    ///
    /// # Errors
    /// [`Error::Invalid`] for scopes or stores that are none, at `/scope` and `/store`: nothing is granted then;
    /// [`Error::OwnerOnly`]; [`Error::Unauthenticated`] when the person was signed out meanwhile; [`Error::NotRecorded`].
    pub async fn allow(&self, scope: &Scope, allowed: Allowed<'_>) -> Result<SecretString, Error> {
        scope.require_owner("connect clients")?;
        self.0.stands(scope.identity(), Duration::ZERO).await?;
        let (grants, stores) = self.granted(scope, &allowed).await?;
        let act = Act {
            name: CONSENT,
            parameters: json!({
                "decision": "allowed", "client_id": allowed.client.id, "client_name": allowed.client.name,
                "redirect": allowed.redirect.place(), "scopes": grants.to_scope(), "stores": stores.ids(),
            }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: true,
        };
        let (engine, identity, client) = (self.0.clone(), scope.identity().clone(), allowed.client.clone());
        let more = TokenRowMore {
            redirect_uri: allowed.redirect.as_str().to_owned(),
            code_challenge: allowed.challenge.to_owned(),
            resource: allowed.resource.map(str::to_owned),
        };
        let work = async move {
            let now = engine.inner.clock.now_millis();
            let new = NewToken {
                kind: TokenKind::Code,
                tenant: identity.tenant(),
                grants,
                stores: &stores,
                created_at: now,
                expires_at: Some(now.saturating_add(millis(CODE_LIFETIME))),
            };
            let (code, row) = seal(&engine.inner.root, identity.data_key()?, &new);
            let grant = GrantRow {
                id: Uuid::now_v7().to_string(),
                tenant_id: identity.tenant().clone(),
                client_id: client.id,
                client_name: client.name,
                scopes: row.scopes.clone(),
                stores: row.stores.clone(),
                created_at: now,
                last_used_at: None,
                revoked_at: None,
                reason: None,
            };
            let row = TokenRow {
                grant_id: Some(grant.id.clone()),
                redirect_uri: Some(more.redirect_uri),
                code_challenge: Some(more.code_challenge),
                resource: more.resource,
                ..row
            };
            let maker = identity.maker(now).ok_or(Error::OwnerOnly("connect clients"))?;
            let grants = engine.inner.db.oauth_grants();
            let is_made = grants.insert(identity.tenant(), &grant, &row, maker).await?;
            was_alive(is_made, &identity)?;
            Ok((code.expose(), None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// Records that a person did not allow it.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::ShuttingDown`].
    pub async fn deny(&self, scope: &Scope, client: &OAuthClient) -> Result<(), Error> {
        scope.require_owner("connect clients")?;
        let act = Act {
            name: CONSENT,
            parameters: json!({ "decision": "denied", "client_id": client.id, "client_name": client.name }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: false,
        };
        self.0.act(act, Box::pin(async { Ok(((), None)) })).await
    }

    /// What the form's scopes and stores are, each as it is known here and of this tenant. All that is wrong is told at once.
    async fn granted(&self, scope: &Scope, allowed: &Allowed<'_>) -> Result<(Grants, StoreSet), Error> {
        let mut problems = Vec::new();
        let mut problem = |path: &str, message: &str| {
            problems.push(Problem {
                path: path.to_owned(),
                message: message.to_owned(),
                suggestion: None,
            });
        };
        let permissions: Option<Vec<Permission>> = allowed.scopes.iter().map(|text| Permission::parse(text)).collect();
        let grants = Grants::of(permissions.as_deref().unwrap_or_default());
        if permissions.is_none() {
            problem("/scope", "One of these permissions does not exist.");
        } else if grants.is_empty() {
            problem("/scope", "Choose at least one permission, or deny.");
        }
        let every = allowed.stores.contains(&EVERY_STORE);
        let mut ids: Vec<String> = Vec::new();
        let known = self.0.stores().list(scope).await?.data;
        for store in allowed.stores.iter().filter(|store| **store != EVERY_STORE) {
            if !known.iter().any(|known| known.store_id == **store) {
                problem("/store", "One of these stores is not yours.");
                break;
            }
            if !ids.iter().any(|id| id == store) {
                ids.push((*store).to_owned());
            }
        }
        if allowed.stores.is_empty() {
            problem("/store", "Choose at least one store, or deny.");
        }
        if problems.is_empty() {
            Ok((grants, if every { StoreSet::All } else { StoreSet::only(ids) }))
        } else {
            Err(Error::Invalid(problems))
        }
    }
}

/// What a code has beside other tokens.
struct TokenRowMore {
    redirect_uri: String,
    code_challenge: String,
    resource: Option<String>,
}
