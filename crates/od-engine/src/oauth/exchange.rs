//! What a client is given: for a code, for a refresh token, and how it gives it back. RFC 6749 section 4.1.3 and 6, RFC 7636,
//! RFC 7009.
//!
//! Refresh tokens rotate. A used one stays good for a minute, and longer as long as nothing that it gave was used: an answer
//! may be lost, and several programs refresh three times at once and keep any of the answers. When one of these answers is used
//! for the next refresh, the others are good for a minute more. What comes after that is with two parties, of whom one stole it,
//! and the whole grant ends: [`od_db::OAuthGrants::refresh`] has the rules.

use std::hash::Hash;
use std::time::{Duration, Instant};

use od_db::{FoundToken, Issued, TokenRow};
use od_vault::{DataKey, Token, TokenKind, code_is_proven};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::OAuth;
use super::client::OAuthClient;
use super::grants::{GRACE, end};
use crate::audit::{EXCHANGE, REPLAY, REVOKE_GRANT};
use crate::auth::told;
use crate::calls::{Act, Anonymous, Call};
use crate::clock::millis;
use crate::credentials::{NewToken, find_token, open, renew, seal};
use crate::error::{AuthFailure, Error};
use crate::limits::Limiter;
use crate::meter::Limit;
use crate::scope::{CredentialKind, Grants, Identity, Proven, Scope, StoreSet};
use crate::waiting::in_words;

/// What a client is told that is given nothing: not why, which is in the log.
const NOT_GOOD: &str = "it is unknown, expired, revoked, used before, or was given to another client";

/// What is said of a code that came again.
const USED: &str = "the code was used before";

/// A code to be exchanged.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// Who asks.
    pub client: &'a OAuthClient,
    /// The code.
    pub code: SecretString,
    /// Where the client waited for it.
    pub redirect_uri: &'a str,
    /// What the code's challenge was made from.
    pub verifier: &'a SecretString,
    /// What the tokens are to be for; the same as at the beginning, or nothing.
    pub resource: Option<&'a str>,
}

/// What a client is given.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access: SecretString,
    /// The refresh token.
    pub refresh: SecretString,
    /// How long the access token lives.
    pub expires_in: Duration,
    /// What the access token may do.
    pub grants: Grants,
}

/// Why a client is given nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TokenError {
    /// The code or refresh token is not good; why, for the log.
    #[error("{}", NOT_GOOD)]
    NotGood(&'static str),
    /// It asks for something else than it was given.
    #[error("none of these scopes was granted")]
    Scope,
    /// The resource is another one than the code was made for.
    #[error("resource is not the one that was asked for at the beginning")]
    Resource,
    /// This client, or all of the tenant's together, ask too often.
    #[error("too many tokens were asked for; nothing was given; try again in {}", in_words(*.retry_after))]
    TooMany {
        /// When it may be asked again.
        retry_after: Duration,
    },
    /// It could not be done.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl OAuth<'_> {
    /// Exchanges a code for its tokens, once. What its first use gave is taken back when it comes again.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn exchange(&self, who: &Anonymous, asked: Exchange<'_>) -> Result<Tokens, TokenError> {
        let (code, found) = self.find(asked.code, TokenKind::Code, asked.client).await?;
        if found.token.used_at.is_some() {
            return Err(self.replayed(who, &found, USED).await?);
        }
        if found.token.redirect_uri.as_deref() != Some(asked.redirect_uri) {
            return Err(TokenError::NotGood(
                "redirect_uri is another one than the code was sent to",
            ));
        }
        let challenge = found.token.code_challenge.as_deref().unwrap_or_default();
        if !code_is_proven(challenge, asked.verifier.expose_secret()) {
            return Err(TokenError::NotGood("code_verifier does not fit the code's challenge"));
        }
        let is_other = |asked: &str| found.token.resource.as_deref().is_some_and(|was| !is_same(was, asked));
        if asked.resource.is_some_and(is_other) {
            return Err(TokenError::Resource);
        }
        let data_key = open(&self.0.inner.roots, &found.token, &code)?;
        let granted = Grants::parse_known(&found.token.scopes);
        match self.issue(who, &found, data_key, granted, Kind::Code).await {
            Ok(tokens) => {
                self.note_use(asked.client).await;
                Ok(tokens)
            }
            // Whoever comes in the same moment has used the code a second time no less than who comes after it.
            Err(TokenError::NotGood(ended)) => match self.look(&code).await? {
                Some(found) if found.token.used_at.is_some() => Err(self.replayed(who, &found, USED).await?),
                _ => Err(TokenError::NotGood(ended)),
            },
            Err(error) => Err(error),
        }
    }

    /// Gives a client new tokens for a refresh token. `scope` may leave some of what was granted out of the new access token;
    /// what was not granted is not added, and not complained about: programs repeat what they once asked for.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn refresh(
        &self,
        who: &Anonymous,
        client: &OAuthClient,
        token: SecretString,
        scope: Option<&str>,
    ) -> Result<Tokens, TokenError> {
        let inner = &self.0.inner;
        let (token, found) = self.find(token, TokenKind::Refresh, client).await?;
        let row = &found.token;
        let grace = inner.clock.now_millis() - millis(GRACE);
        if row.is_replay(grace) {
            return Err(self
                .replayed(who, &found, "the refresh token was replaced before")
                .await?);
        }
        if let Some(grant) = &row.grant_id {
            self.pay(&inner.oauth.refreshes, grant)?;
        }
        let granted = Grants::parse_known(&row.scopes);
        let asked = Grants::parse_known(scope.unwrap_or_default());
        let grants = if asked.is_empty() { granted } else { granted.and(asked) };
        if grants.is_empty() {
            return Err(TokenError::Scope);
        }
        let data_key = open(&inner.roots, row, &token)?;
        // For those who use it once more while that is allowed.
        renew(inner, row, &token, &data_key).await;
        let tokens = self
            .issue(who, &found, data_key, grants, Kind::Refresh { grace })
            .await?;
        self.note_use(client).await;
        Ok(tokens)
    }

    /// Takes a token back that a client gives back: a refresh token with its whole grant, an access token alone. One that is
    /// nobody's any more is nothing to take back.
    ///
    /// # Errors
    /// [`TokenError::NotGood`] for another client's.
    pub async fn revoke(&self, who: &Anonymous, client: &OAuthClient, token: SecretString) -> Result<(), TokenError> {
        let inner = &self.0.inner;
        let Ok(token) = Token::parse(token) else { return Ok(()) };
        let Some(found) = self.look(&token).await? else {
            inner.sign_ins.hold_back(&inner.meter).await;
            return Ok(());
        };
        let Some(grant) = found.token.grant_id.clone() else {
            return Ok(());
        };
        if found.client_id.as_deref() != Some(client.id.as_str()) {
            return Err(TokenError::NotGood("the token was given to another client"));
        }
        let (row, now) = (&found.token, inner.clock.now_millis());
        let ended = if token.kind() == TokenKind::Access {
            let revoked = inner
                .db
                .tokens()
                .revoke(&row.tenant_id, &row.id, now, Some("given back"))
                .await;
            inner.sign_ins.forget_credential(&row.id);
            revoked.map_err(Error::from)?
        } else {
            end(self.0, &row.tenant_id, &grant, "given back").await?
        };
        if ended {
            let parameters = json!({ "grant_id": grant, "client_id": client.id, "given_back": row.kind });
            self.tell(who, &found, REVOKE_GRANT, parameters, Ok(())).await;
        }
        Ok(())
    }

    /// The row of a code or refresh token of this client. Anybody may say that something is one: it is looked for in turn, and
    /// refused as unknown keys are.
    async fn find(
        &self,
        text: SecretString,
        kind: TokenKind,
        client: &OAuthClient,
    ) -> Result<(Token, FoundToken), TokenError> {
        let inner = &self.0.inner;
        let token = Token::parse(text).map_err(|_| TokenError::NotGood("it is no token, or mistyped"))?;
        if token.kind() != kind {
            return Err(TokenError::NotGood("it is a token of another kind"));
        }
        let why_not = match self.look(&token).await? {
            None => "it is unknown",
            Some(found) => match self.fault(&found, client) {
                None => return Ok((token, found)),
                Some(fault) => fault,
            },
        };
        inner.sign_ins.hold_back(&inner.meter).await;
        Err(TokenError::NotGood(why_not))
    }

    async fn look(&self, token: &Token) -> Result<Option<FoundToken>, Error> {
        let _turn = self.0.inner.sign_ins.turn_to_look().await?;
        Ok(find_token(&self.0.inner, token).await?)
    }

    /// What is wrong with a code or refresh token, of what can be wrong with both.
    fn fault(&self, found: &FoundToken, client: &OAuthClient) -> Option<&'static str> {
        let now = self.0.inner.clock.now_millis();
        let row = &found.token;
        // What was used may be a replay, also when its time is over.
        let was_used = row.used_at.is_some() || row.superseded_at.is_some();
        if found.client_id.as_deref() != Some(client.id.as_str()) {
            Some("it was given to another client")
        } else if found.disabled_at.is_some() {
            Some("its tenant is closed")
        } else if found.grant_revoked_at.is_some() || row.revoked_at.is_some() {
            Some("it was revoked")
        } else if !was_used && row.expires_at.is_none_or(|at| at <= now) {
            Some("it has expired")
        } else {
            None
        }
    }

    /// Ends the grant of something that came a second time.
    async fn replayed(&self, who: &Anonymous, found: &FoundToken, what: &'static str) -> Result<TokenError, Error> {
        let row = &found.token;
        if let Some(grant) = &row.grant_id
            && end(self.0, &row.tenant_id, grant, "replayed").await?
        {
            let parameters = json!({ "grant_id": grant, "client_id": found.client_id, "replayed": row.kind });
            let told = format!("{what}, so that somebody else has it too. The client's access was ended.");
            tracing::warn!(tenant = %row.tenant_id, grant, client_id = found.client_id, what, "a client's access was ended: two parties had one of its tokens");
            self.tell(who, found, REPLAY, parameters, Err(&told)).await;
        }
        Ok(TokenError::NotGood(what))
    }

    /// Takes one token of somebody's bucket.
    fn pay<K: Clone + Eq + Hash>(&self, limiter: &Limiter<K>, who: &K) -> Result<(), TokenError> {
        limiter.spend(who, 1, Instant::now()).map_err(|retry_after| {
            self.0.inner.meter.refused(Limit::Renewals);
            TokenError::TooMany { retry_after }
        })
    }

    /// Makes the tokens that are given for a code or a refresh token, each with a copy of the data key of its own.
    async fn issue(
        &self,
        who: &Anonymous,
        found: &FoundToken,
        data_key: DataKey,
        grants: Grants,
        kind: Kind,
    ) -> Result<Tokens, TokenError> {
        let inner = &self.0.inner;
        let spent = &found.token;
        self.pay(&inner.oauth.renewals, &spent.tenant_id)?;
        let stores = StoreSet::from_column(spent.stores.as_deref())?;
        let now = inner.clock.now_millis();
        let options = self.options();
        let make = |kind, grants, life| {
            let new = NewToken {
                kind,
                tenant: &spent.tenant_id,
                grants,
                stores: &stores,
                created_at: now,
                expires_at: Some(now.saturating_add(millis(life))),
            };
            let (token, row) = seal(&inner.root, &data_key, &new);
            let row = TokenRow {
                grant_id: spent.grant_id.clone(),
                parent_id: Some(spent.id.clone()),
                resource: spent.resource.clone(),
                ..row
            };
            (token.expose(), row)
        };
        let (access, access_row) = make(TokenKind::Access, grants, options.access_token_ttl);
        // Whatever an access token leaves out, the next one may have again.
        let granted = Grants::parse_known(&spent.scopes);
        let (refresh, refresh_row) = make(TokenKind::Refresh, granted, options.refresh_token_ttl);
        match kind {
            Kind::Code => {
                let identity = Identity::new(Proven {
                    kind: CredentialKind::OAuth,
                    tenant: spent.tenant_id.clone(),
                    row: access_row.id.clone(),
                    grant: spent.grant_id.clone().zip(found.client_name.as_deref().map(told)),
                    prefix: access_row.prefix.clone(),
                    grants,
                    stores: stores.clone(),
                    data_key: Some(data_key),
                });
                self.exchanged(who, identity, found, access_row, refresh_row).await?;
            }
            Kind::Refresh { grace } => {
                let issued = Issued {
                    access: &access_row,
                    refresh: &refresh_row,
                };
                let rows = inner.db.oauth_grants();
                let renewed = rows.refresh(&spent.tenant_id, spent, issued, now, grace).await;
                if !renewed.map_err(Error::from)? {
                    return Err(TokenError::NotGood("it ended in the same moment"));
                }
            }
        }
        Ok(Tokens {
            access,
            refresh,
            expires_in: options.access_token_ttl,
            grants,
        })
    }

    /// Uses a code up, which is put on record.
    async fn exchanged(
        &self,
        who: &Anonymous,
        identity: Identity,
        found: &FoundToken,
        access: TokenRow,
        refresh: TokenRow,
    ) -> Result<(), TokenError> {
        let scope = Scope::new(identity, who.request_id, who.source).with_client(who.client.clone());
        let (engine, code) = (self.0.clone(), found.token.clone());
        let act = Act {
            name: EXCHANGE,
            parameters: json!({ "grant_id": code.grant_id, "client_id": found.client_id, "scopes": access.scopes }),
            owner: Some(code.tenant_id.clone()),
            by: Some(scope),
            begins: true,
        };
        let work = async move {
            let issued = Issued {
                access: &access,
                refresh: &refresh,
            };
            let rows = engine.inner.db.oauth_grants();
            if rows.exchange(&code.tenant_id, &code, issued, access.created_at).await? {
                Ok(((), None))
            } else {
                Err(Error::Unauthenticated(AuthFailure::UnknownToken))
            }
        };
        self.0.act(act, Box::pin(work)).await.map_err(|error| match error {
            Error::Unauthenticated(_) => TokenError::NotGood("it was used or ended in the same moment"),
            error => error.into(),
        })
    }

    /// Puts on record what a client did that is not signed in: it has shown a token, and nothing was opened with it.
    async fn tell(
        &self,
        who: &Anonymous,
        found: &FoundToken,
        name: &str,
        parameters: serde_json::Value,
        outcome: Result<(), &str>,
    ) {
        let row = &found.token;
        let label = found.client_name.as_deref().map(told).unwrap_or_default();
        let actor = format!("{}:{label}:{}", CredentialKind::OAuth.as_str(), row.prefix);
        let call = Call {
            tool: name.to_owned(),
            parameters,
            cost: 0,
            needs: None,
        };
        self.0.record_of_tenant(who, &row.tenant_id, actor, call, outcome).await;
    }
}

/// What tokens are given for.
#[derive(Clone, Copy)]
enum Kind {
    Code,
    Refresh { grace: i64 },
}

/// Whether two addresses name one resource: a slash at the end makes no other one.
fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}
