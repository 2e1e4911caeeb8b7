//! What is left of a connected client's sign-in when its time is over: nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use od_db::{Db, testing::tamper};
use od_engine::oauth::{Allowed, Exchange};
use od_engine::tenants::NewTenant;
use od_engine::{Anonymous, ClientInfo, Clock, DbOptions, Engine, RequestId, Scope, Source};
use od_sim::Simulator;
use secrecy::SecretString;
use serde_json::json;

use crate::support::{Setup, options};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:33418/callback";

/// How many rows a table has.
async fn rows(db: &Db, table: &str) -> u64 {
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
    let said = json!({ "client_name": "Helper", "redirect_uris": [REDIRECT] }).to_string();
    let client = engine.oauth().register(said.as_bytes(), None).await.unwrap().client;
    let who = Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo::default(),
    };
    let session = engine.sessions().sign_in(&key, &who, None).await.unwrap();
    let identity = engine.sessions().find(&session.token).await.unwrap().unwrap();
    let scope = Scope::new(identity, RequestId::generate(), Source::Webui);
    let allowed = Allowed {
        client: &client,
        redirect: &client.redirect(REDIRECT).unwrap(),
        challenge: CHALLENGE,
        resource: None,
        scopes: &["orders:read"],
        stores: &["*"],
    };
    // One code is never exchanged.
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
