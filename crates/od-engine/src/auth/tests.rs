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
async fn a_flood_of_unknown_keys_waits_for_its_refusals_and_a_good_key_does_not() {
    let engine = engine().await;
    let created = engine.tenants().create(NewTenant::default()).await.unwrap();
    let unknown = SecretString::from("a caller's own but unknown key".to_owned());
    let refused = engine.auth().sign_in(&unknown).await.unwrap_err();
    assert_eq!(refused.code(), "AUTH_ERROR");

    let flood = engine.clone();
    let flood = tokio::spawn(async move {
        loop {
            while flood.inner.sign_ins.unknown.spend(Instant::now()) {}
            tokio::task::yield_now().await;
        }
    });
    tokio::task::yield_now().await;
    let told = tokio::time::timeout(UNKNOWN_WAITS / 2, engine.auth().sign_in(&unknown)).await;
    assert!(told.is_err(), "refused without waiting");
    engine.auth().sign_in(&created.master_key).await.unwrap();
    let refused = engine.auth().sign_in(&unknown).await.unwrap_err();
    assert_eq!(refused.code(), "AUTH_ERROR");
    flood.abort();
}
