use std::sync::Arc;
use std::time::Duration;

use od_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::cache::Resource;
use crate::error::Error;
use crate::orders::ListOrders;
use crate::outcome::Outcome;
use crate::scope::{RequestId, Scope, Source};
use crate::stores::{Purpose, Register, Settings};
use crate::tenants::NewTenant;
use crate::testing::engine_options;
use crate::{CacheOptions, Clock, Engine};

async fn engine(sim: &Simulator, cache: CacheOptions) -> Engine {
    let mut options = engine_options();
    options.upstream.base_url = sim.base_url();
    options.cache = cache;
    Engine::open(options, Clock::system()).await.unwrap()
}

/// What a list by a folder says that the store had when its folders were last read, and has no more.
async fn searched(cache: CacheOptions, filter: Value) -> Result<Outcome<Value>, Error> {
    let sim = Simulator::start(SimOptions::default()).await.unwrap();
    let engine = engine(&sim, cache).await;
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let identity = engine.auth().sign_in(&tenant.master_key).await.unwrap();
    let scope = Scope::new(identity, RequestId::generate(), Source::Mcp);
    let shop = sim.stores()[0].clone();
    let new = Register {
        store_id: shop.store_id,
        api_key: shop.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(&scope, new).await.unwrap();
    let store = engine.stores().open(&scope, None, Purpose::Read).await.unwrap();
    let before: Settings =
        serde_json::from_value(json!({ "folders": [{ "id": "5", "name": "Deleted since" }] })).unwrap();
    let cache = &engine.inner.cache;
    let key = cache.key(store.owner(), Resource::StoreSettings, "");
    cache.put(key, Resource::StoreSettings, Arc::new(before));
    let input: ListOrders = serde_json::from_value(filter).unwrap();
    engine.orders().list(&scope, input).await
}

#[tokio::test]
async fn a_folder_that_is_only_remembered_is_refused_instead_of_shown_empty() {
    // Folders are older than an empty list may be at once.
    let old = CacheOptions {
        orders: Duration::ZERO,
        ..CacheOptions::default()
    };
    for filter in [json!({ "folder_id": "5" }), json!({ "folder_name": "Deleted since" })] {
        let refused = searched(old, filter.clone()).await.unwrap_err();
        assert_eq!(refused.code(), "NOT_FOUND", "{filter}");
    }
}

#[tokio::test]
async fn folders_that_were_just_read_are_believed() {
    let found = searched(CacheOptions::default(), json!({ "folder_id": "5" })).await;
    assert_eq!(found.unwrap().data["orders"], json!([]));
}
