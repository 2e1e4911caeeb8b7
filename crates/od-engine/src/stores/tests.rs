use secrecy::SecretString;

use super::*;
use crate::Clock;
use crate::scope::{RequestId, Source};
use crate::tenants::NewTenant;
use crate::testing::engine_options;

async fn engine() -> Engine {
    Engine::open(engine_options(), Clock::system()).await.unwrap()
}

/// A new tenant's store 12345, registered with `api_key` and without asking Order Desk.
async fn opened(engine: &Engine, api_key: &str) -> OpenStore {
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let identity = engine.auth().sign_in(&tenant.master_key).await.unwrap();
    let scope = Scope::new(identity, RequestId::generate(), Source::Mcp);
    let new = Register {
        store_id: "12345".to_owned(),
        api_key: SecretString::from(api_key),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(&scope, new).await.unwrap();
    engine.stores().open(&scope, None, Purpose::Change).await.unwrap()
}

#[tokio::test]
async fn only_those_who_have_a_shops_key_wait_for_each_other() {
    let engine = engine().await;
    let mine = opened(&engine, "the-right-key").await;
    let partners = opened(&engine, "the-right-key").await;
    let strangers = opened(&engine, "a-made-up-key").await;
    for of in [
        |store: &OpenStore| store.order("7").name(),
        |store: &OpenStore| store.new_order("7").name(),
        |store: &OpenStore| store.product("7").name(),
        |store: &OpenStore| store.product_code("7").name(),
    ] {
        assert_eq!(of(&mine), of(&partners));
        assert_ne!(of(&mine), of(&strangers));
    }
}
