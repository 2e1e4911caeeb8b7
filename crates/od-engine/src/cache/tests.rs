use super::*;
use futures_util::FutureExt;
use serde_json::{Map, Value, json};

fn tenant(n: u32) -> TenantId {
    TenantId::parse(&format!("00000000-0000-7000-8000-{n:012}")).unwrap()
}

fn put(cache: &Cache, owner: Owner<'_>, resource: Resource<'_>, shape: &str, value: &Value) {
    cache.put(cache.key(owner, resource, shape), resource, Arc::new(value.clone()));
}

fn get(cache: &Cache, owner: Owner<'_>, resource: Resource<'_>, shape: &str) -> Option<Value> {
    let found = cache.get(&cache.key(owner, resource, shape));
    found.map(|(value, _)| Value::clone(&value))
}

#[test]
fn a_write_forgets_the_order_and_the_lists_of_its_store_and_nothing_else() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let (one, two) = (tenant(1), tenant(2));
    let mine = Owner {
        tenant: &one,
        store_row: "s1",
    };
    let other_store = Owner {
        tenant: &one,
        store_row: "s2",
    };
    let other_tenant = Owner {
        tenant: &two,
        store_row: "s1",
    };
    for owner in [mine, other_store, other_tenant] {
        put(&cache, owner, Resource::Order("7"), "", &json!(7));
        put(&cache, owner, Resource::Order("8"), "", &json!(8));
        put(&cache, owner, Resource::OrderList, "limit=50", &json!([7, 8]));
        put(&cache, owner, Resource::StoreSettings, "", &json!({}));
    }

    cache.order_changed(mine, "7");

    assert_eq!(get(&cache, mine, Resource::Order("7"), ""), None);
    assert_eq!(get(&cache, mine, Resource::OrderList, "limit=50"), None);
    assert_eq!(get(&cache, mine, Resource::Order("8"), ""), Some(json!(8)));
    assert_eq!(get(&cache, mine, Resource::StoreSettings, ""), Some(json!({})));
    for owner in [other_store, other_tenant] {
        assert_eq!(get(&cache, owner, Resource::Order("7"), ""), Some(json!(7)));
        assert_eq!(get(&cache, owner, Resource::OrderList, "limit=50"), Some(json!([7, 8])));
    }
}

#[test]
fn a_write_of_inventory_items_forgets_them_and_their_lists_and_no_order() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let tenant = tenant(1);
    let owner = Owner {
        tenant: &tenant,
        store_row: "s1",
    };
    for id in ["7", "8", "9"] {
        put(&cache, owner, Resource::Product(id), "", &json!(id));
    }
    put(&cache, owner, Resource::ProductList, "limit=50", &json!([7, 8, 9]));
    put(&cache, owner, Resource::Order("7"), "", &json!("order"));
    put(&cache, owner, Resource::OrderList, "limit=50", &json!(["order"]));

    cache.products_changed(owner, ["7", "8"]);

    for id in ["7", "8"] {
        assert_eq!(get(&cache, owner, Resource::Product(id), ""), None);
    }
    assert_eq!(get(&cache, owner, Resource::ProductList, "limit=50"), None);
    assert_eq!(get(&cache, owner, Resource::Product("9"), ""), Some(json!("9")));
    assert_eq!(get(&cache, owner, Resource::Order("7"), ""), Some(json!("order")));
    assert_eq!(
        get(&cache, owner, Resource::OrderList, "limit=50"),
        Some(json!(["order"]))
    );
}

#[test]
fn a_read_that_began_before_a_write_cannot_put_stale_data_back() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let tenant = tenant(1);
    let owner = Owner {
        tenant: &tenant,
        store_row: "s1",
    };
    let before = cache.key(owner, Resource::Order("7"), "");
    cache.order_changed(owner, "7");
    cache.put(before, Resource::Order("7"), Arc::new(json!("stale")));
    assert_eq!(get(&cache, owner, Resource::Order("7"), ""), None);
}

#[test]
fn a_lifetime_of_zero_keeps_nothing() {
    let cache = Cache::new(
        CacheOptions {
            orders: Duration::ZERO,
            ..CacheOptions::default()
        },
        Clock::default(),
    );
    let tenant = tenant(1);
    let owner = Owner {
        tenant: &tenant,
        store_row: "s1",
    };
    put(&cache, owner, Resource::Order("7"), "", &json!(1));
    assert_eq!(get(&cache, owner, Resource::Order("7"), ""), None);
}

#[test]
fn memory_is_bounded_by_bytes() {
    let cache = Cache::new(
        CacheOptions {
            max_bytes: 100_000,
            ..CacheOptions::default()
        },
        Clock::default(),
    );
    let tenant = tenant(1);
    let owner = Owner {
        tenant: &tenant,
        store_row: "s1",
    };
    for n in 0..1000 {
        put(
            &cache,
            owner,
            Resource::Order(&n.to_string()),
            "",
            &json!("x".repeat(10_000)),
        );
    }
    cache.entries.run_pending_tasks();
    assert!(cache.entries.weighted_size() <= 100_000);
}

#[test]
fn every_part_of_the_shape_makes_another_key() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let tenant = tenant(1);
    let owner = Owner {
        tenant: &tenant,
        store_row: "s1",
    };
    let shapes = ["customer_id=8", "customer_id=7", "customer_id=7&view=full", ""];
    let keys: std::collections::HashSet<_> = shapes
        .iter()
        .map(|shape| cache.key(owner, Resource::OrderList, shape))
        .collect();
    assert_eq!(keys.len(), shapes.len());
}

#[tokio::test]
async fn a_read_that_ends_early_is_begun_again_by_those_who_wait_for_it() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let one = tenant(1);
    let owner = Owner {
        tenant: &one,
        store_row: "1",
    };
    let key = || cache.key(owner, Resource::OrderList, "");
    let read = |answer: Option<Map<String, Value>>| {
        cache.read_through(key(), Resource::OrderList, None, |_| async {
            match answer {
                Some(answer) => Ok(Read { answer, age: None }),
                None => std::future::pending().await,
            }
        })
    };
    let mut dropped = Box::pin(read(None));
    assert!(dropped.as_mut().now_or_never().is_none());
    let mut waits = Box::pin(read(Some(Map::new())));
    assert!(waits.as_mut().now_or_never().is_none(), "it is read already");
    drop(dropped);
    let (answer, _) = waits.await.unwrap();
    assert!(answer.is_empty());
    assert_eq!(cache.readings.count(), 0);
}

#[tokio::test]
async fn a_failure_is_shared_and_not_kept() {
    let cache = Cache::new(CacheOptions::default(), Clock::default());
    let one = tenant(1);
    let owner = Owner {
        tenant: &one,
        store_row: "1",
    };
    let asked = std::cell::Cell::new(0);
    let read = || {
        cache.read_through::<Map<String, Value>, _>(
            cache.key(owner, Resource::OrderList, ""),
            Resource::OrderList,
            None,
            |_| async {
                asked.set(asked.get() + 1);
                tokio::task::yield_now().await;
                Err(Error::ShuttingDown)
            },
        )
    };
    let (one, other) = tokio::join!(read(), read());
    assert!(one.is_err() && other.is_err());
    assert_eq!(asked.get(), 1);
    read().await.unwrap_err();
    assert_eq!(asked.get(), 2);
}
