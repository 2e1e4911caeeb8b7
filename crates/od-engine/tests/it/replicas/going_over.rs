//! Processes of which one has gone over to another root key already are one service with those that have not.

use od_db::testing::PostgresServer;
use od_engine::orders::GetOrder;
use od_engine::stores::Register;
use od_engine::tenants::NewTenant;
use od_engine::{Engine, Identity};
use od_shared::testing::RedisServer;
use serde_json::Value;

use crate::root_keys::{Has, Vault};
use crate::support::{note_of, scope};

/// An order's notes, and whether they were answered from memory.
async fn notes(engine: &Engine, identity: &Identity, id: &str) -> (Value, bool) {
    let get = GetOrder {
        order_id: id.to_owned(),
        ..GetOrder::default()
    };
    let order = engine.orders().get(&scope(identity), get).await.unwrap();
    (
        order.data["order_notes"].clone(),
        order.cache.is_some_and(|cache| cache.hit),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_root_key_is_replaced_old_and_new_share_what_they_read_and_one_budget() {
    let Some(postgres) = PostgresServer::start().unwrap() else {
        return;
    };
    let redis = RedisServer::start().unwrap();
    let mut vault = Vault::at(postgres.new_database().await.unwrap()).await;
    vault.redis = Some(redis.url());
    let old = vault.open(Has::Old).await;
    let created = old.tenants().create(NewTenant::default()).await.unwrap();
    let of_old = old.auth().sign_in(&created.master_key).await.unwrap();
    let store = vault.sim.stores()[0].clone();
    let register = Register {
        store_id: store.store_id.clone(),
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    old.stores().register(&scope(&of_old), register).await.unwrap();
    old.serve_among_others().await.unwrap();
    let new = vault.open(Has::NewAndOld).await;
    assert!(new.root_keys().handed_over().went_over);
    new.serve_among_others().await.unwrap();
    let of_new = new.auth().sign_in(&created.master_key).await.unwrap();

    let id = vault.sim.orders(&store.store_id)[0]["id"].as_str().unwrap().to_owned();
    assert!(!notes(&old, &of_old, &id).await.1);
    assert!(
        notes(&new, &of_new, &id).await.1,
        "what the old one read is not read again"
    );
    new.orders()
        .mutate(&scope(&of_new), note_of(&id, "written by the new one"))
        .await
        .unwrap();
    let (seen, _) = notes(&old, &of_old, &id).await;
    assert!(seen.to_string().contains("written by the new one"), "{seen}");

    let dump = redis.dump().await.unwrap();
    let budgets = dump.lines().filter(|line| line.starts_with("odm:b:")).count();
    assert_eq!(budgets, 1, "{dump}");
}
