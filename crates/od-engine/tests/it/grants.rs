//! What is left of a connected client's sign-in when its time is over: nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use od_db::{Db, testing::tamper};
use od_engine::keys::{GRACE, NewMasterKey};
use od_engine::oauth::{Allowed, Exchange, OAuthClient, TokenError, Tokens};
use od_engine::tenants::NewTenant;
use od_engine::{
    Anonymous, ClientInfo, Clock, DbOptions, Engine, Error, Grants, NewPersonalToken, RequestId, RootKey, Scope, Source,
};
use od_sim::Simulator;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::keys::signed_in;
use crate::oauth::refused;
use crate::root_keys::{Has, close, in_a_file};
use crate::support::{Setup, options};

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT: &str = "http://127.0.0.1:33418/callback";

/// How many rows a table has.
pub async fn rows(db: &Db, table: &str) -> u64 {
    tamper(db, &format!("UPDATE {table} SET tenant_id = tenant_id"))
        .await
        .unwrap()
}

/// Whether a table comes to have so many rows.
async fn comes_to(db: &Db, table: &str, expected: u64) -> bool {
    for _ in 0..200 {
        if rows(db, table).await == expected {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// A client that a person connected.
pub struct Connection {
    pub client: OAuthClient,
    pub who: Anonymous,
    pub session: SecretString,
    pub tokens: Tokens,
}

/// Connects a client in the name of whoever has this key. Another code waits and is never exchanged.
pub async fn connection(engine: &Engine, key: &SecretString) -> Connection {
    let said = json!({ "client_name": "Helper", "redirect_uris": [REDIRECT] }).to_string();
    let client = engine.oauth().register(said.as_bytes(), None).await.unwrap().client;
    let who = Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo::default(),
    };
    let session = engine.sessions().sign_in(key, &who, None).await.unwrap();
    let identity = engine.sessions().find(&session.text).await.unwrap().unwrap().identity;
    let scope = Scope::new(identity, RequestId::generate(), Source::Webui);
    let allowed = Allowed {
        client: &client,
        redirect: &client.redirect(REDIRECT).unwrap(),
        challenge: CHALLENGE,
        resource: None,
        scopes: &["orders:read"],
        stores: &["*"],
    };
    engine.oauth().allow(&scope, allowed).await.unwrap();
    let code = engine.oauth().allow(&scope, allowed).await.unwrap();
    let asked = Exchange {
        client: &client,
        code,
        redirect_uri: REDIRECT,
        verifier: &SecretString::from(VERIFIER),
        resource: None,
    };
    let tokens = engine.oauth().exchange(&who, asked).await.unwrap();
    Connection {
        client,
        who,
        session: session.text,
        tokens,
    }
}

#[tokio::test]
async fn tokens_grants_and_sessions_are_swept_when_their_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let setup = Setup {
        database: database.clone(),
        ..Setup::default()
    };
    let sim = Simulator::start(setup.sim.clone()).await.unwrap();
    let mut options = options(setup, &sim);
    options.audit.tidy_every = Duration::from_millis(20);
    let begin: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(begin);
    let engine = Engine::open(options, clock.clone()).await.unwrap();
    let db = Db::connect(&database).await.unwrap();

    let key = engine.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let Connection {
        client, who, tokens, ..
    } = connection(&engine, &key).await;
    assert_eq!((rows(&db, "tokens").await, rows(&db, "oauth_grants").await), (4, 2));
    assert_eq!(rows(&db, "sessions").await, 1);

    clock.set(begin + SignedDuration::from_mins(16));
    assert!(comes_to(&db, "sessions", 0).await, "after a quarter of an hour");
    assert!(comes_to(&db, "oauth_grants", 1).await, "nobody came for the other");
    clock.set(begin + SignedDuration::from_hours(25));
    assert!(comes_to(&db, "tokens", 1).await, "the refresh token");
    assert!(
        engine
            .oauth()
            .refresh(&who, &client, tokens.refresh, None)
            .await
            .is_ok()
    );
    clock.set(begin + SignedDuration::from_hours(56 * 24));
    assert!(comes_to(&db, "tokens", 0).await && comes_to(&db, "oauth_grants", 0).await);
    db.close().await;
    engine.shutdown(Duration::from_secs(5)).await;
}

/// Whoever had the key may have begun a session with it: that must not go on when the key is ended at once.
#[tokio::test]
async fn a_key_that_is_ended_at_once_ends_the_sessions_too() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let is_there = async |session: &SecretString| engine.sessions().find(session).await.unwrap().is_some();
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let other = engine.tenants().create(NewTenant::default()).await.unwrap();
    let bystander = connection(&engine, &other.master_key).await.session;

    let session = connection(&engine, &tenant.master_key).await.session;
    let owner = signed_in(&engine, &tenant.master_key).await.unwrap();
    let rotate = async |grace| {
        let new = NewMasterKey {
            grace,
            ..NewMasterKey::default()
        };
        engine.keys().rotate(&owner, new).await.unwrap()
    };
    assert_eq!(rotate(GRACE).await.ended_sessions, 0);
    assert!(is_there(&session).await, "the key works on, and so does what it began");
    let rotated = rotate(Duration::ZERO).await;
    assert_eq!(rotated.ended_sessions, 1);
    assert!(!is_there(&session).await);

    let session = connection(&engine, &rotated.master_key).await.session;
    assert!(is_there(&session).await);
    let id = tenant.tenant_id.to_string();
    let ended = engine.keys().revoke(&id, &rotated.prefix, None, false).await.unwrap();
    assert_eq!(ended.sessions, 1);
    assert!(!is_there(&session).await);
    assert!(is_there(&bystander).await);
}

/// What was given by a server that signed people in is refused by one that does not, until it does again.
#[tokio::test]
async fn without_oauth_its_tokens_are_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Simulator::start(Setup::default().sim).await.unwrap();
    let root = RootKey::generate();
    let open = async |enabled| {
        let setup = Setup {
            database: DbOptions {
                url: format!("sqlite://{}", folder.path().join("app.db").display()),
                ..DbOptions::default()
            },
            root_key: RootKey::from_base64(root.to_base64().expose_secret()).unwrap(),
            ..Setup::default()
        };
        let mut options = options(setup, &sim);
        options.oauth.enabled = enabled;
        Engine::open(options, Clock::system()).await.unwrap()
    };
    let with = open(true).await;
    let key = with.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let access = connection(&with, &key).await.tokens.access;
    let new = NewPersonalToken {
        label: "script".to_owned(),
        scopes: Grants::DEFAULT,
        stores: None,
        expires_in: None,
    };
    let owner = signed_in(&with, &key).await.unwrap();
    let personal = with.tokens().create(&owner, new).await.unwrap().token;
    assert!(signed_in(&with, &access).await.is_ok());
    let without = open(false).await;
    assert!(signed_in(&without, &personal).await.is_ok());
    let refused = signed_in(&without, &access).await.unwrap_err();
    assert_eq!(refused.code(), "AUTH_ERROR");
    assert!(signed_in(&open(true).await, &access).await.is_ok());
}

/// A session, a code and a refresh token from before go over to another root key when they are used.
#[tokio::test]
async fn what_a_connected_client_holds_outlives_the_root_key() {
    let (_folder, vault) = in_a_file().await;
    let first = vault.open(Has::Old).await;
    let key = first.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let Connection {
        client,
        who,
        session,
        tokens,
    } = connection(&first, &key).await;
    close(&first).await;

    let second = vault.open(Has::NewAndOld).await;
    let client = second.oauth().client_again(&client.id).await.unwrap();
    let session = second
        .sessions()
        .find(&session)
        .await
        .unwrap()
        .unwrap()
        .cookie
        .unwrap()
        .text;
    assert!(signed_in(&second, &tokens.access).await.is_ok());
    let renewed = second
        .oauth()
        .refresh(&who, &client, tokens.refresh, None)
        .await
        .unwrap();
    close(&second).await;

    let third = vault.open(Has::New).await;
    assert!(third.sessions().find(&session).await.unwrap().is_some());
    for access in [tokens.access, renewed.access] {
        assert!(signed_in(&third, &access).await.is_ok());
    }
    assert!(
        third
            .oauth()
            .refresh(&who, &client, renewed.refresh, None)
            .await
            .is_ok()
    );
    close(&third).await;
}

/// That a program is in use is noted beside what it is given: where that fails, it keeps what was given.
#[tokio::test]
async fn a_use_that_cannot_be_noted_costs_nobody_a_token() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let db = Db::connect(&vault.database).await.unwrap();
    let key = engine.tenants().create(NewTenant::default()).await.unwrap().master_key;
    fails(&db, "UPDATE ON oauth_clients").await;
    let Connection {
        client, who, tokens, ..
    } = connection(&engine, &key).await;
    let renewed = engine.oauth().refresh(&who, &client, tokens.refresh, None).await;
    assert!(signed_in(&engine, &renewed.unwrap().access).await.is_ok());
    close(&engine).await;
    db.close().await;
}

/// Going over to another root key may fail at one use and is tried again at the next one.
#[tokio::test]
async fn what_cannot_go_over_to_the_new_root_key_yet_is_good_all_the_same() {
    let (_folder, vault) = in_a_file().await;
    let first = vault.open(Has::Old).await;
    let key = first.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let Connection {
        client,
        who,
        session,
        tokens,
    } = connection(&first, &key).await;
    close(&first).await;

    let second = vault.open(Has::NewAndOld).await;
    let db = Db::connect(&vault.database).await.unwrap();
    for table in ["UPDATE OF digest ON tokens", "UPDATE OF token_digest ON sessions"] {
        fails(&db, table).await;
    }
    let _session = second
        .sessions()
        .find(&session)
        .await
        .unwrap()
        .unwrap()
        .cookie
        .unwrap()
        .text;
    assert!(signed_in(&second, &tokens.access).await.is_ok());
    let renewed = second.oauth().refresh(&who, &client, tokens.refresh, None).await;
    assert!(signed_in(&second, &renewed.unwrap().access).await.is_ok());
    close(&second).await;
    db.close().await;
}

/// Makes every write of this kind fail.
async fn fails(db: &Db, write: &str) {
    let name = write.replace(' ', "_");
    let trigger = format!("CREATE TRIGGER {name} BEFORE {write} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    tamper(db, &trigger).await.unwrap();
}

#[tokio::test]
async fn a_client_that_asks_for_tokens_too_often_is_refused_and_counted() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let key = engine.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let Connection {
        client,
        who,
        mut tokens,
        ..
    } = connection(&engine, &key).await;
    assert!(refused(&engine, "renewals") < 0.5);
    let refusal = loop {
        let asked = engine.oauth().refresh(&who, &client, tokens.refresh, None).await;
        match asked {
            Ok(renewed) => tokens = renewed,
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, TokenError::TooMany { .. }), "{refusal:?}");
    assert!((refused(&engine, "renewals") - 1.0).abs() < 0.5);
    close(&engine).await;
}

/// What opens nothing is not told to open everything.
#[tokio::test]
async fn a_list_of_stores_that_cannot_be_read_is_shown_as_none() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let db = Db::connect(&vault.database).await.unwrap();
    let key = engine.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let tokens = connection(&engine, &key).await.tokens;
    let owner = signed_in(&engine, &key).await.unwrap();
    let new = NewPersonalToken {
        label: "script".to_owned(),
        scopes: Grants::DEFAULT,
        stores: None,
        expires_in: None,
    };
    let personal = engine.tokens().create(&owner, new).await.unwrap().token;
    for table in ["tokens", "oauth_grants"] {
        tamper(&db, &format!("UPDATE {table} SET stores = '[90001'"))
            .await
            .unwrap();
    }
    let nothing = Some(Vec::new());
    let grants = engine.oauth().grants(&owner).await.unwrap();
    assert!(grants.iter().all(|grant| grant.stores == nothing), "{grants:?}");
    let listed = engine.tokens().list(&owner).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].stores, nothing);
    for token in [personal, tokens.access] {
        let refused = signed_in(&engine, &token).await.unwrap_err();
        assert!(matches!(refused, Error::Internal(_)), "{refused}");
    }
    close(&engine).await;
    db.close().await;
}

/// Listings tell when an app was last used, which is not when it was last given a token.
#[tokio::test]
async fn the_use_of_a_token_is_noted_with_its_grant_while_it_is_remembered() {
    let sim = Simulator::start(Setup::default().sim).await.unwrap();
    let begin: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(begin);
    let engine = Engine::open(options(Setup::default(), &sim), clock.clone())
        .await
        .unwrap();
    let key = engine.tenants().create(NewTenant::default()).await.unwrap().master_key;
    let tokens = connection(&engine, &key).await.tokens;
    let owner = signed_in(&engine, &key).await.unwrap();
    for minutes in [0, 2, 4] {
        let now = begin + SignedDuration::from_mins(minutes);
        clock.set(now);
        signed_in(&engine, &tokens.access).await.unwrap();
        let noted = now.to_string();
        let mut told = None;
        for _ in 0..200 {
            told = engine.oauth().grants(&owner).await.unwrap()[0].last_used_at.clone();
            if told.as_ref() == Some(&noted) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(told, Some(noted), "after {minutes} minutes");
    }
    engine.shutdown(Duration::from_secs(5)).await;
}
