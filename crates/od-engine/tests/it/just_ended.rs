//! A credential that was ended a moment ago makes no other one: not in this process, and not in another that remembers it.

use std::time::Duration;

use od_db::Db;
use od_engine::keys::NewMasterKey;
use od_engine::oauth::{Allowed, Exchange, TokenError};
use od_engine::tenants::NewTenant;
use od_engine::{
    Anonymous, ClientInfo, Engine, Error, Grants, NewPersonalToken, RequestId, Scope, SignInError, Source,
};
use secrecy::SecretString;
use serde_json::json;

use crate::grants::{CHALLENGE, REDIRECT, VERIFIER, connection, rows};
use crate::keys::signed_in;
use crate::root_keys::{Has, Vault, close, in_a_file};

/// How a master key ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Rotated,
    Revoked,
    Closed,
}

const ENDS: [End; 3] = [End::Rotated, End::Revoked, End::Closed];

/// Two processes on one database.
struct Two {
    here: Engine,
    there: Engine,
    db: Db,
}

impl Two {
    async fn open(vault: &Vault) -> Self {
        Self {
            here: vault.open(Has::Old).await,
            there: vault.open(Has::Old).await,
            db: Db::connect(&vault.database).await.unwrap(),
        }
    }

    async fn close(self) {
        close(&self.here).await;
        close(&self.there).await;
        self.db.close().await;
    }
}

fn who() -> Anonymous {
    Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo::default(),
    }
}

fn token() -> NewPersonalToken {
    NewPersonalToken {
        label: "kept".to_owned(),
        scopes: Grants::ALL,
        stores: None,
        expires_in: None,
    }
}

async fn end(engine: &Engine, key: &SecretString, how: End) {
    let owner = signed_in(engine, key).await.unwrap();
    let tenant = owner.tenant().as_str();
    match how {
        End::Rotated => {
            let new = NewMasterKey {
                label: None,
                reason: None,
                own: None,
                grace: Duration::ZERO,
            };
            engine.keys().rotate(&owner, new).await.unwrap();
        }
        End::Revoked => {
            let keys = engine.keys().list(tenant).await.unwrap();
            engine.keys().revoke(tenant, &keys[0].prefix, None, true).await.unwrap();
        }
        End::Closed => drop(engine.tenants().close(tenant).await.unwrap()),
    }
}

#[tokio::test]
async fn a_key_ended_elsewhere_signs_nobody_in_and_makes_no_token() {
    for how in ENDS {
        let (_folder, vault) = in_a_file().await;
        let two = Two::open(&vault).await;
        let key = two
            .here
            .tenants()
            .create(NewTenant::default())
            .await
            .unwrap()
            .master_key;
        let warm = signed_in(&two.here, &key).await.unwrap();
        end(&two.there, &key, how).await;
        let signed_in = two.here.sessions().sign_in(&key, &who(), None).await;
        assert!(
            matches!(signed_in, Err(SignInError::Engine(Error::Unauthenticated(_)))),
            "{how:?}: {signed_in:?}"
        );
        let made = two.here.tokens().create(&warm, token()).await;
        assert!(matches!(made, Err(Error::Unauthenticated(_))), "{how:?}: {made:?}");
        assert_eq!(
            (rows(&two.db, "sessions").await, rows(&two.db, "tokens").await),
            (0, 0),
            "{how:?}"
        );
        two.close().await;
    }
}

#[tokio::test]
async fn a_session_ended_elsewhere_connects_no_client_and_makes_no_token() {
    for how in ENDS {
        let (_folder, vault) = in_a_file().await;
        let two = Two::open(&vault).await;
        let key = two
            .here
            .tenants()
            .create(NewTenant::default())
            .await
            .unwrap()
            .master_key;
        let said = json!({ "client_name": "Helper", "redirect_uris": [REDIRECT] }).to_string();
        let client = two.here.oauth().register(said.as_bytes(), None).await.unwrap().client;
        let cookie = two.here.sessions().sign_in(&key, &who(), None).await.unwrap();
        let found = two.here.sessions().find(&cookie.text).await.unwrap().unwrap();
        let scope = Scope::new(found.identity, RequestId::generate(), Source::Webui);
        end(&two.there, &key, how).await;
        let allowed = Allowed {
            client: &client,
            redirect: &client.redirect(REDIRECT).unwrap(),
            challenge: CHALLENGE,
            resource: None,
            scopes: &["orders:read"],
            stores: &["*"],
        };
        let connected = two.here.oauth().allow(&scope, allowed).await;
        assert!(
            matches!(connected, Err(Error::Unauthenticated(_))),
            "{how:?}: {connected:?}"
        );
        let made = two.here.tokens().create(&scope, token()).await;
        assert!(matches!(made, Err(Error::Unauthenticated(_))), "{how:?}: {made:?}");
        assert_eq!(
            (rows(&two.db, "oauth_grants").await, rows(&two.db, "tokens").await),
            (0, 0),
            "{how:?}"
        );
        two.close().await;
    }
}

/// Whoever had the key may have had the code made.
#[tokio::test]
async fn a_code_that_nobody_came_for_ends_with_the_key() {
    for how in ENDS {
        let (_folder, vault) = in_a_file().await;
        let two = Two::open(&vault).await;
        let key = two
            .here
            .tenants()
            .create(NewTenant::default())
            .await
            .unwrap()
            .master_key;
        let before = connection(&two.here, &key).await;
        let found = two.here.sessions().find(&before.session).await.unwrap().unwrap();
        let scope = Scope::new(found.identity, RequestId::generate(), Source::Webui);
        let allowed = Allowed {
            client: &before.client,
            redirect: &before.client.redirect(REDIRECT).unwrap(),
            challenge: CHALLENGE,
            resource: None,
            scopes: &["orders:read"],
            stores: &["*"],
        };
        let code = two.here.oauth().allow(&scope, allowed).await.unwrap();
        end(&two.there, &key, how).await;
        if how == End::Closed {
            two.there.tenants().reopen(scope.tenant().as_str()).await.unwrap();
        }
        let asked = Exchange {
            client: &before.client,
            code,
            redirect_uri: REDIRECT,
            verifier: &SecretString::from(VERIFIER),
            resource: None,
        };
        let exchanged = two.here.oauth().exchange(&who(), asked).await;
        assert!(
            matches!(exchanged, Err(TokenError::NotGood(_))),
            "{how:?}: {exchanged:?}"
        );
        // Who was connected before is the owner's to judge.
        let renewed = two
            .here
            .oauth()
            .refresh(&who(), &before.client, before.tokens.refresh, None)
            .await;
        assert!(renewed.is_ok(), "{how:?}: {renewed:?}");
        two.close().await;
    }
}
