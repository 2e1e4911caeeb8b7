use std::num::NonZero;
use std::thread;
use std::time::Instant;

use od_db::DbOptions;
use od_vault::{RootKey, TokenKind};
use secrecy::ExposeSecret;

use super::sign_ins::{UNKNOWN_KEYS, UNKNOWN_WAITS};
use super::*;
use crate::calls::Anonymous;
use crate::clock::Clock;
use crate::engine::EngineOptions;
use crate::limits::{Allowance, LimitOptions};
use crate::scope::{ClientInfo, RequestId, Source};
use crate::testing::engine_options;

async fn engine() -> Engine {
    engine_on(RootKey::generate(), DbOptions::default()).await
}

async fn engine_on(root_key: RootKey, database: DbOptions) -> Engine {
    let options = EngineOptions {
        root_key,
        database,
        ..engine_options()
    };
    Engine::open(options, Clock::system()).await.unwrap()
}

#[tokio::test]
async fn a_remembered_key_does_not_wait_behind_unknown_ones_and_they_are_told_soon() {
    let engine = engine().await;
    let created = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.auth().sign_in(&created.master_key).await.unwrap();

    let _held = engine.inner.sign_ins.looking.acquire_many(1).await.unwrap();
    assert_eq!(engine.inner.sign_ins.looking.available_permits(), 0);
    let soon = Duration::from_secs(1);
    let remembered = tokio::time::timeout(soon, engine.auth().sign_in(&created.master_key)).await;
    remembered.expect("no waiting").unwrap();
    let unknown = SecretString::from("a caller's own but unknown key".to_owned());
    let refused = tokio::time::timeout(PATIENCE + soon, engine.auth().sign_in(&unknown)).await;
    let error = refused.expect("an answer in bounded time").unwrap_err();
    assert!(error.retryable() && error.code() == "UPSTREAM_BUSY", "{error}");
}

#[tokio::test]
async fn a_first_sign_in_waits_in_bounds_and_a_remembered_key_not_at_all() {
    let engine = engine().await;
    let known = engine.tenants().create(NewTenant::default()).await.unwrap();
    let new = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.auth().sign_in(&known.master_key).await.unwrap();
    let hashing = &engine.inner.sign_ins.hashing;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    assert_eq!(hashing.available_permits(), cores, "one hash for each core");

    let busy = hashing.acquire_many(u32::try_from(cores).unwrap()).await.unwrap();
    let soon = Duration::from_secs(1);
    let remembered = tokio::time::timeout(soon, engine.auth().sign_in(&known.master_key)).await;
    remembered.expect("no waiting").unwrap();
    let first = tokio::time::timeout(PATIENCE + soon, engine.auth().sign_in(&new.master_key)).await;
    let error = first.expect("an answer in bounded time").unwrap_err();
    assert_eq!((error.code(), error.retry_after()), ("UPSTREAM_BUSY", Some(COME_AGAIN)));
    drop(busy);
    engine.auth().sign_in(&new.master_key).await.unwrap();
}

#[tokio::test]
async fn half_the_connections_are_for_keys_that_are_not_remembered() {
    let check = |connections, expected| {
        let sign_ins = SignIns::new(connections);
        assert_eq!(sign_ins.looking.available_permits(), expected);
    };
    check(1, 1);
    check(4, 2);
    check(10, 5);
}

#[tokio::test]
async fn the_refusals_of_a_flood_are_held_back() {
    let few = LimitOptions {
        per_minute: 1,
        burst: 1,
    };
    let sign_ins = SignIns {
        unknown: Allowance::new(few, Instant::now()),
        ..SignIns::new(4)
    };
    let meter = crate::meter::Meter::new();
    sign_ins.hold_back(&meter).await;
    let second = tokio::time::timeout(UNKNOWN_WAITS / 2, sign_ins.hold_back(&meter)).await;
    assert!(second.is_err(), "refused without waiting");
}

#[tokio::test]
async fn an_unknown_key_spends_of_what_is_refused_at_once_and_a_good_one_does_not() {
    let engine = engine().await;
    let created = engine.tenants().create(NewTenant::default()).await.unwrap();
    let unknown = SecretString::from("a caller's own but unknown key".to_owned());
    let left = || engine.inner.sign_ins.unknown.left();
    engine.auth().sign_in(&created.master_key).await.unwrap();
    assert_eq!(left(), UNKNOWN_KEYS.burst);
    let refused = engine.auth().sign_in(&unknown).await.unwrap_err();
    assert_eq!((refused.code(), left()), ("AUTH_ERROR", UNKNOWN_KEYS.burst - 1));
}

/// What strangers may show at the token endpoint, which asks the database about it as well.
#[tokio::test]
async fn unknown_codes_refresh_tokens_and_programs_are_refused_as_unknown_keys_are() {
    use crate::oauth::{ClientError, Exchange, TokenError};

    let engine = engine().await;
    let oauth = engine.oauth();
    let said = br#"{"client_name": "x", "redirect_uris": ["http://localhost/cb"]}"#;
    let client = oauth.register(said, None).await.unwrap().client;
    let who = Anonymous {
        request_id: RequestId::generate(),
        source: Source::Mcp,
        client: ClientInfo::default(),
    };
    let verifier = SecretString::from("a verifier");
    let token = |kind| Token::generate(kind).expose();
    let exchange = |code| Exchange {
        client: &client,
        code,
        redirect_uri: "http://localhost/cb",
        verifier: &verifier,
        resource: None,
    };
    let stranger = format!("odc_{:032x}", 7);
    let mut left = UNKNOWN_KEYS.burst;
    let mut spends = |what: &str| {
        left -= 1;
        assert_eq!(engine.inner.sign_ins.unknown.left(), left, "{what}");
    };
    let refused = oauth.exchange(&who, exchange(token(TokenKind::Code))).await;
    assert!(matches!(refused, Err(TokenError::NotGood(_))), "{refused:?}");
    spends("a code");
    let refused = oauth.refresh(&who, &client, token(TokenKind::Refresh), None).await;
    assert!(matches!(refused, Err(TokenError::NotGood(_))), "{refused:?}");
    spends("a refresh token");
    oauth.revoke(&who, &client, token(TokenKind::Access)).await.unwrap();
    spends("a token that is given back");
    let refused = oauth.client_again(&stranger).await;
    assert!(matches!(refused, Err(ClientError::Unknown)), "{refused:?}");
    spends("a program");

    // And none is looked for before its turn.
    let _held = engine.inner.sign_ins.looking.acquire_many(1).await.unwrap();
    assert_eq!(engine.inner.sign_ins.looking.available_permits(), 0);
    let (code, refresh, revoke, known, unknown) = tokio::join!(
        oauth.exchange(&who, exchange(token(TokenKind::Code))),
        oauth.refresh(&who, &client, token(TokenKind::Refresh), None),
        oauth.revoke(&who, &client, token(TokenKind::Access)),
        oauth.client_again(&client.id),
        oauth.client_again(&stranger),
    );
    let busy = [code.err(), refresh.err(), revoke.err()].map(|error| match error {
        Some(TokenError::Engine(error)) => error.retryable(),
        other => panic!("{other:?}"),
    });
    assert_eq!(busy, [true; 3]);
    for looked in [known, unknown] {
        assert!(
            matches!(&looked, Err(ClientError::Engine(error)) if error.retryable()),
            "{looked:?}"
        );
    }
}

/// A second engine on the same database stands for a replica: it shares no memory with the first.
#[tokio::test]
async fn a_key_that_was_revoked_elsewhere_dies_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let root = RootKey::generate().to_base64();
    let replica = async || {
        let url = format!("sqlite://{}", folder.path().join("app.db").display());
        let root = RootKey::from_base64(root.expose_secret()).unwrap();
        engine_on(
            root,
            DbOptions {
                url,
                ..DbOptions::default()
            },
        )
        .await
    };
    let (first, second) = (replica().await, replica().await);
    let created = first.tenants().create(NewTenant::default()).await.unwrap();
    let bystander = first.tenants().create(NewTenant::default()).await.unwrap();
    let mut ids = Vec::new();
    for key in [&created.master_key, &bystander.master_key] {
        first.auth().sign_in(key).await.unwrap();
        ids.push(second.auth().sign_in(key).await.unwrap());
    }
    // Remembered, and just looked at.
    second.auth().sign_in(&created.master_key).await.unwrap();
    let keys = first.inner.db.master_keys();
    assert!(
        keys.revoke(ids[0].tenant(), ids[0].credential(), 1, None)
            .await
            .unwrap()
            .has_ended()
    );
    tokio::time::sleep(KNOWN).await;
    for engine in [&first, &second] {
        let refused = engine.auth().sign_in(&created.master_key).await.unwrap_err();
        assert_eq!(refused.code(), "AUTH_ERROR");
        engine.auth().sign_in(&bystander.master_key).await.unwrap();
    }
    // And with its tenant.
    first.tenants().delete(bystander.tenant_id.as_str()).await.unwrap();
    tokio::time::sleep(KNOWN).await;
    let refused = second.auth().sign_in(&bystander.master_key).await.unwrap_err();
    assert_eq!(refused.code(), "AUTH_ERROR");
}

#[tokio::test]
async fn an_own_key_that_can_be_guessed_makes_no_tenant_and_goes_on_working_where_it_is_one() {
    let engine = engine().await;
    let weak = SecretString::from("passwordpassword".to_owned());
    let new = || NewTenant {
        master_key: Some(weak.clone()),
        ..NewTenant::default()
    };
    for refused in [
        engine.tenants().create(new()).await.map(drop),
        engine.auth().sign_in_or_provision(&weak).await.map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "VALIDATION_ERROR");
        assert!(!format!("{refused} {:?}", refused.details()).contains("passwordpassword"));
    }
    assert!(engine.tenants().list().await.unwrap().is_empty());
    // As it was made by a version that looked at nothing but the length.
    let old = MasterKey::parse(weak.clone()).unwrap();
    engine.insert_tenant(None, None, old).await.unwrap();
    let identity = engine.auth().sign_in_or_provision(&weak).await.unwrap();
    let actor = identity.actor();
    let shown = actor.strip_prefix("master_key:").unwrap();
    assert!(shown.len() == 8 && !"passwordpassword".contains(shown), "{actor}");
}
