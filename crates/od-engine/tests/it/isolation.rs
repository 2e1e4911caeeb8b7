use od_engine::orders::{Destination, GetOrder, ListOrders, MoveOrders};
use od_engine::stores::UpdateStore;
use od_engine::{Engine, Error, Scope};
use od_sim::{SeedStore, ShopKind, SimOptions};
use serde_json::json;

use crate::support::{Setup, Shop, mutation_of, new_tenant, scope};

/// A shop whose tenant has store 90001, and the scope of a second tenant that has 90002 under the same name, "Shop".
async fn two_tenants() -> (Shop, Scope) {
    let mine = Shop::open_with(Setup {
        sim: two_small_shops(),
        ..Setup::default()
    })
    .await;
    let theirs = scope(&new_tenant(&mine.engine).await);
    mine.engine
        .stores()
        .update(&mine.scope(), "90001", renamed("Shop"))
        .await
        .unwrap();
    mine.register(&theirs, 1, Some("Shop")).await.unwrap();
    (mine, theirs)
}

#[tokio::test]
async fn the_same_store_name_leads_each_tenant_to_its_own_store() {
    let (mine, theirs) = two_tenants().await;
    for (scope, store_id) in [(&mine.scope(), "90001"), (&theirs, "90002")] {
        let found = mine.engine.stores().resolve(scope, "shop").await.unwrap();
        assert_eq!(found.data.store_id, store_id);
    }
}

#[tokio::test]
async fn another_tenants_store_answers_like_one_that_never_was() {
    let (mine, _) = two_tenants().await;
    let theirs = refusals(&mine.engine, &mine.scope(), "90002").await;
    let nobodys = refusals(&mine.engine, &mine.scope(), "12345").await;
    let told = |errors: Vec<Error>, id: &str| -> Vec<_> {
        errors
            .iter()
            .map(|error| (error.code(), error.to_string().replace(id, "#"), error.hint()))
            .collect()
    };
    let theirs = told(theirs, "90002");
    assert!(theirs.iter().all(|(code, ..)| *code == "NOT_FOUND"), "{theirs:?}");
    assert_eq!(theirs, told(nobodys, "12345"));
}

/// What each operation answers that is pointed at a store the tenant does not have.
async fn refusals(engine: &Engine, scope: &Scope, store: &str) -> Vec<Error> {
    let (stores, orders) = (engine.stores(), engine.orders());
    let named = || Some(store.to_owned());
    let list = ListOrders {
        store: named(),
        limit: 50,
        ..ListOrders::default()
    };
    let get = GetOrder {
        store: named(),
        order_id: "1".to_owned(),
        ..GetOrder::default()
    };
    let change = od_engine::orders::MutateOrder {
        store: named(),
        ..mutation_of("1", json!({ "email": "a@example.test" }))
    };
    let moves = MoveOrders {
        store: named(),
        ..to_closed("1")
    };
    vec![
        stores.resolve(scope, store).await.unwrap_err(),
        stores.use_store(scope, store).await.unwrap_err(),
        stores.delete(scope, store).await.unwrap_err(),
        stores.test(scope, Some(store)).await.unwrap_err(),
        stores.settings(scope, Some(store), false).await.unwrap_err(),
        stores.folders(scope, Some(store), false).await.unwrap_err(),
        stores.update(scope, store, renamed("Mine")).await.unwrap_err(),
        orders.list(scope, list).await.unwrap_err(),
        orders.get(scope, get).await.unwrap_err(),
        orders.mutate(scope, change).await.unwrap_err(),
        orders.move_folder(scope, moves).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn another_tenants_order_is_not_found_and_not_touched() {
    let (mine, theirs) = two_tenants().await;
    let (engine, scope) = (&mine.engine, mine.scope());
    let their_order = mine.sim.orders("90002")[0]["id"].as_str().unwrap().to_owned();
    let get = |id: &str| GetOrder {
        order_id: id.to_owned(),
        ..GetOrder::default()
    };
    let change = mutation_of(&their_order, json!({ "email": "thief@example.test" }));
    for error in [
        engine.orders().get(&scope, get(&their_order)).await.unwrap_err(),
        engine.orders().mutate(&scope, change).await.unwrap_err(),
        engine
            .orders()
            .move_folder(&scope, to_closed(&their_order))
            .await
            .unwrap_err(),
        // And the other way round, so that both tenants are proven blind.
        engine
            .orders()
            .get(&theirs, get(&mine.order_ids()[0]))
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.code(), "NOT_FOUND");
    }
    let requests = mine.sim.requests();
    assert!(
        requests
            .iter()
            .filter(|r| r.store_id.as_deref() == Some("90002"))
            .all(|r| r.method == "GET")
    );
}

fn to_closed(order: &str) -> MoveOrders {
    MoveOrders {
        store: None,
        order_ids: vec![order.to_owned()],
        destination: Destination::Name("Closed".to_owned()),
        dry_run: false,
        confirmed: true,
    }
}

fn renamed(name: &str) -> UpdateStore {
    UpdateStore {
        store_name: Some(name.to_owned()),
        ..UpdateStore::default()
    }
}

fn two_small_shops() -> SimOptions {
    SimOptions {
        rate_limit: false,
        stores: vec![
            SeedStore::new("90001", "One", ShopKind::PrintOnDemand, 5),
            SeedStore::new("90002", "Two", ShopKind::Outlet, 5),
        ],
        ..SimOptions::default()
    }
}

#[tokio::test]
async fn interleaved_calls_of_two_tenants_never_see_each_others_orders() {
    let shop = Shop::open().await;
    let other = new_tenant(&shop.engine).await;
    shop.register(&scope(&other), 1, Some("Sample Goods")).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..60 {
        let (engine, mine) = (shop.engine.clone(), n % 2 == 0);
        let scope = if mine { shop.scope() } else { scope(&other) };
        tasks.spawn(async move {
            let list = ListOrders {
                limit: 5,
                offset: n % 5,
                fresh: n % 3 == 0,
                ..ListOrders::default()
            };
            let listed = engine.orders().list(&scope, list).await.unwrap();
            (mine, listed.store.unwrap().store_id, listed.data["orders"].clone())
        });
    }
    let ids_of = |store: &str| -> Vec<_> { shop.sim.orders(store).iter().map(|order| order["id"].clone()).collect() };
    let (mine_ids, other_ids) = (ids_of("90001"), ids_of("90002"));
    while let Some(done) = tasks.join_next().await {
        let (mine, store, orders) = done.unwrap();
        assert_eq!(store, if mine { "90001" } else { "90002" });
        let own = if mine { &mine_ids } else { &other_ids };
        assert!(
            orders
                .as_array()
                .unwrap()
                .iter()
                .all(|order| own.contains(&order["id"]))
        );
    }
}
