use od_engine::orders::{Destination, GetOrder, ListOrders, MoveOrders};
use od_engine::stores::UpdateStore;
use od_sim::{SeedStore, ShopKind, SimOptions};
use serde_json::json;

use crate::support::{Setup, Shop, mutation_of, new_tenant, scope};

#[tokio::test]
async fn two_tenants_with_a_store_of_the_same_name_never_reach_each_others() {
    let mine = Shop::open_with(Setup {
        sim: two_empty_names(),
        ..Setup::default()
    })
    .await;
    let other = new_tenant(&mine.engine).await;
    let other_scope = scope(&other);
    mine.engine
        .stores()
        .update(&mine.scope(), "90001", renamed("Shop"))
        .await
        .unwrap();
    mine.register(&other_scope, 1, Some("Shop")).await.unwrap();
    let (my_order, their_order) = (
        mine.order_ids().remove(0),
        mine.sim.orders("90002")[0]["id"].as_str().unwrap().to_owned(),
    );

    // The same name leads each to their own.
    let found = mine.engine.stores().resolve(&mine.scope(), "shop").await.unwrap();
    assert_eq!(found.data.store_id, "90001");
    let found = mine.engine.stores().resolve(&other_scope, "shop").await.unwrap();
    assert_eq!(found.data.store_id, "90002");

    // Ids of the other tenant answer as ids that never were.
    let (engine, scope) = (&mine.engine, mine.scope());
    let code = |error: od_engine::Error| {
        (
            error.code(),
            error.to_string().replace("90002", "#").replace("12345", "#"),
        )
    };
    for (theirs, nobodys) in [
        (
            engine.stores().resolve(&scope, "90002").await.map(drop),
            engine.stores().resolve(&scope, "12345").await.map(drop),
        ),
        (
            engine.stores().use_store(&scope, "90002").await.map(drop),
            engine.stores().use_store(&scope, "12345").await.map(drop),
        ),
        (
            engine.stores().delete(&scope, "90002").await.map(drop),
            engine.stores().delete(&scope, "12345").await.map(drop),
        ),
        (
            engine.stores().test(&scope, Some("90002")).await.map(drop),
            engine.stores().test(&scope, Some("12345")).await.map(drop),
        ),
        (
            engine.stores().settings(&scope, Some("90002"), false).await.map(drop),
            engine.stores().settings(&scope, Some("12345"), false).await.map(drop),
        ),
        (
            engine.stores().folders(&scope, Some("90002"), false).await.map(drop),
            engine.stores().folders(&scope, Some("12345"), false).await.map(drop),
        ),
        (
            engine.stores().update(&scope, "90002", renamed("Mine")).await.map(drop),
            engine.stores().update(&scope, "12345", renamed("Mine")).await.map(drop),
        ),
    ] {
        let (theirs, nobodys) = (code(theirs.unwrap_err()), code(nobodys.unwrap_err()));
        assert_eq!(theirs, nobodys);
        assert_eq!(theirs.0, "NOT_FOUND");
    }
    for store in ["90002", "12345"] {
        let list = ListOrders {
            store: Some(store.to_owned()),
            limit: 50,
            ..ListOrders::default()
        };
        assert_eq!(
            engine.orders().list(&scope, list).await.unwrap_err().code(),
            "NOT_FOUND"
        );
        let get = GetOrder {
            store: Some(store.to_owned()),
            order_id: their_order.clone(),
            ..GetOrder::default()
        };
        assert_eq!(engine.orders().get(&scope, get).await.unwrap_err().code(), "NOT_FOUND");
    }
    let get = GetOrder {
        order_id: their_order.clone(),
        ..GetOrder::default()
    };
    assert_eq!(engine.orders().get(&scope, get).await.unwrap_err().code(), "NOT_FOUND");
    let change = mutation_of(&their_order, json!({ "email": "thief@example.test" }));
    assert_eq!(
        engine.orders().mutate(&scope, change).await.unwrap_err().code(),
        "NOT_FOUND"
    );
    let moves = MoveOrders {
        store: None,
        order_ids: vec![their_order.clone()],
        destination: Destination::Name("Closed".to_owned()),
        dry_run: false,
        confirmed: true,
    };
    assert_eq!(
        engine.orders().move_folder(&scope, moves).await.unwrap_err().code(),
        "NOT_FOUND"
    );
    // And the other way round, so that both tenants are proven blind.
    let get = GetOrder {
        order_id: my_order,
        ..GetOrder::default()
    };
    assert_eq!(
        engine.orders().get(&other_scope, get).await.unwrap_err().code(),
        "NOT_FOUND"
    );
    assert!(
        mine.sim
            .requests()
            .iter()
            .filter(|r| r.store_id.as_deref() == Some("90002"))
            .all(|r| r.method == "GET")
    );
}

fn renamed(name: &str) -> UpdateStore {
    UpdateStore {
        store_name: Some(name.to_owned()),
        ..UpdateStore::default()
    }
}

fn two_empty_names() -> SimOptions {
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
