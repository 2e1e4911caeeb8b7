use od_db::DbOptions;
use od_vault::RootKey;

use super::*;
use crate::clock::Clock;
use crate::engine::EngineOptions;

async fn engine() -> Engine {
    let options = EngineOptions {
        root_key: RootKey::generate(),
        database: DbOptions::default(),
        upstream: od_client::ClientOptions::default(),
        cache: crate::CacheOptions::default(),
        limits: LimitOptions::default(),
        mutation: crate::MutationOptions::default(),
        audit: crate::AuditOptions::default(),
        bcrypt_cost: 4,
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
    assert!(error.retryable() && error.code() == "INTERNAL_ERROR", "{error}");
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
    sign_ins.hold_back().await;
    let second = tokio::time::timeout(UNKNOWN_WAITS / 2, sign_ins.hold_back()).await;
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
