use std::time::Duration;

use futures_util::future::join_all;
use od_engine::stores::{Register, UpdateStore};
use od_engine::{ActiveStore, Clock, Engine, Error, ProcessStore};
use od_sim::{Fault, FaultKind, SeedStore, ShopKind, SimOptions, Simulator};

use crate::support::{Setup, Shop, new_tenant, options, scope};

#[tokio::test]
async fn a_store_is_tried_before_it_is_registered() {
    let shop = Shop::open().await;
    let identity = new_tenant(&shop.engine).await;
    let wrong = |verify| Register {
        store_id: "90002".to_owned(),
        api_key: "not-the-key".to_owned().into(),
        store_name: None,
        label: None,
        verify,
    };
    let error = shop
        .engine
        .stores()
        .register(&scope(&identity), wrong(true))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "ORDERDESK_API_ERROR");
    assert!(
        shop.engine
            .stores()
            .list(&scope(&identity))
            .await
            .unwrap()
            .data
            .is_empty()
    );

    let kept = shop
        .engine
        .stores()
        .register(&scope(&identity), wrong(false))
        .await
        .unwrap();
    assert!(!kept.warnings.is_empty());
    assert_eq!(kept.data.store_name, "Store 90002");
    let error = shop.engine.stores().test(&scope(&identity), None).await.unwrap_err();
    assert_eq!(error.code(), "ORDERDESK_API_ERROR");
}

#[tokio::test]
async fn the_same_id_or_name_again_is_a_duplicate_and_asks_nothing_upstream() {
    let shop = Shop::open().await;
    let error = shop.register(&shop.scope(), 0, Some("Another name")).await.unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    assert!(shop.sim.requests().is_empty());
    let error = shop.register(&shop.scope(), 1, Some("SAMPLE goods")).await.unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
}

#[tokio::test]
async fn names_that_look_like_ids_and_ids_that_are_none_are_refused_together() {
    let shop = Shop::open().await;
    let new = Register {
        store_id: "../store".to_owned(),
        api_key: "has space".to_owned().into(),
        store_name: Some("90002".to_owned()),
        label: Some("x".repeat(300)),
        verify: true,
    };
    let Err(Error::Invalid(problems)) = shop.engine.stores().register(&shop.scope(), new).await else {
        panic!("accepted");
    };
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["/store_id", "/api_key", "/store_name", "/label"]);
    assert!(shop.sim.requests().is_empty());
}

#[tokio::test]
async fn which_store_id_first_then_name_then_active_then_only() {
    let shop = Shop::open().await;
    let (stores, scope) = (shop.engine.stores(), shop.scope());
    // The only store needs no choice.
    assert_eq!(
        stores
            .folders(&scope, None, false)
            .await
            .unwrap()
            .store
            .unwrap()
            .store_id,
        "90001"
    );
    shop.register(&scope, 1, None).await.unwrap();
    let error = stores.folders(&scope, None, false).await.unwrap_err();
    assert_eq!(error.code(), "STORE_REQUIRED");
    assert_eq!(error.details().unwrap()["stores"].as_array().unwrap().len(), 2);

    assert_eq!(
        stores.resolve(&scope, "90002").await.unwrap().data.matched_by,
        "store_id"
    );
    assert_eq!(
        stores.resolve(&scope, "sample OUTLET").await.unwrap().data.matched_by,
        "store_name"
    );

    stores.use_store(&scope, "Sample Outlet").await.unwrap();
    assert_eq!(
        stores
            .folders(&scope, None, false)
            .await
            .unwrap()
            .store
            .unwrap()
            .store_id,
        "90002"
    );
    assert_eq!(
        stores
            .folders(&scope, Some("90001"), false)
            .await
            .unwrap()
            .store
            .unwrap()
            .store_id,
        "90001"
    );

    // A deleted active store counts as never set.
    stores.delete(&scope, "90002").await.unwrap();
    shop.register(&scope, 1, None).await.unwrap();
    assert_eq!(
        stores.folders(&scope, None, false).await.unwrap_err().code(),
        "STORE_REQUIRED"
    );
}

#[tokio::test]
async fn the_active_store_of_a_process_is_its_own() {
    let shop = Shop::open().await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    let process = shop
        .scope()
        .with_active_store(ActiveStore::Process(ProcessStore::default()));
    shop.engine.stores().use_store(&process, "90002").await.unwrap();
    assert_eq!(
        shop.engine
            .stores()
            .folders(&process, None, false)
            .await
            .unwrap()
            .store
            .unwrap()
            .store_id,
        "90002"
    );
    assert_eq!(
        shop.engine
            .stores()
            .folders(&shop.scope(), None, false)
            .await
            .unwrap_err()
            .code(),
        "STORE_REQUIRED"
    );
}

#[tokio::test]
async fn blanks_around_a_key_are_no_part_of_it() {
    let shop = Shop::open().await;
    for (blanks, code) in [
        (" simulated-key-of-store-90001\n", None),
        ("a b", Some("VALIDATION_ERROR")),
    ] {
        let change = UpdateStore {
            api_key: Some(blanks.into()),
            ..UpdateStore::default()
        };
        let updated = shop.engine.stores().update(&shop.scope(), "90001", change).await;
        assert_eq!(updated.err().map(|error| error.code()), code, "{blanks:?}");
    }
    let new = Register {
        store_id: "90002".to_owned(),
        api_key: "\tsimulated-key-of-store-90002 ".into(),
        store_name: None,
        label: None,
        verify: true,
    };
    shop.engine.stores().register(&shop.scope(), new).await.unwrap();
}

#[tokio::test]
async fn a_new_key_is_tried_before_it_replaces_the_old_one() {
    let shop = Shop::open().await;
    let change = UpdateStore {
        api_key: Some("wrong-key".to_owned().into()),
        ..UpdateStore::default()
    };
    assert_eq!(
        shop.engine
            .stores()
            .update(&shop.scope(), "90001", change)
            .await
            .unwrap_err()
            .code(),
        "ORDERDESK_API_ERROR"
    );
    shop.engine.stores().test(&shop.scope(), None).await.unwrap();
    let renamed = UpdateStore {
        store_name: Some("Goods".to_owned()),
        label: Some("main".to_owned()),
        api_key: None,
    };
    let renamed = shop
        .engine
        .stores()
        .update(&shop.scope(), "sample goods", renamed)
        .await
        .unwrap();
    assert_eq!(
        (renamed.data.store_name.as_str(), renamed.data.label.as_deref()),
        ("Goods", Some("main"))
    );
    // The sealed key is bound to the row, not to the name: it still opens.
    shop.engine.stores().test(&shop.scope(), Some("goods")).await.unwrap();
}

/// A trial takes its time, and others change the store meanwhile.
#[tokio::test]
async fn what_others_change_while_a_key_is_tried_stays() {
    let shop = Shop::open().await;
    let stores = shop.engine.stores();
    stores.delete(&shop.scope(), "90001").await.unwrap();
    let wrong = Register {
        store_id: "90001".to_owned(),
        api_key: "not-the-key".to_owned().into(),
        store_name: None,
        label: None,
        verify: false,
    };
    stores.register(&shop.scope(), wrong).await.unwrap();
    for round in 0..3 {
        shop.sim
            .inject(Fault::new(FaultKind::Slow { ms: 300 }).on("GET", "/test"));
        let new_key = UpdateStore {
            api_key: Some(shop.store.api_key.clone().into()),
            ..UpdateStore::default()
        };
        let named = format!("Name {round}");
        let renamed = UpdateStore {
            store_name: Some(named.clone()),
            label: Some(format!("label {round}")),
            api_key: None,
        };
        let (first, second) = (shop.scope(), shop.scope());
        let (tried, renamed) = futures_util::join!(stores.update(&first, "90001", new_key), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stores.update(&second, "90001", renamed).await
        });
        renamed.unwrap();
        assert_eq!(tried.unwrap().data.store_name, named, "as it is by then");
        let listed = stores.list(&shop.scope()).await.unwrap().data.remove(0);
        assert_eq!(
            (listed.store_name, listed.label),
            (named, Some(format!("label {round}")))
        );
        stores.test(&shop.scope(), None).await.unwrap();
    }
}

#[tokio::test]
async fn a_store_that_is_deleted_while_its_key_is_tried_is_not_written() {
    let shop = Shop::open().await;
    let stores = shop.engine.stores();
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 300 }).on("GET", "/test"));
    let change = UpdateStore {
        api_key: Some(shop.store.api_key.clone().into()),
        store_name: Some("Ghost".to_owned()),
        label: None,
    };
    let (first, second) = (shop.scope(), shop.scope());
    let (tried, deleted) = futures_util::join!(stores.update(&first, "90001", change), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stores.delete(&second, "90001").await?;
        // Registered again meanwhile, it is another row.
        shop.register(&second, 0, Some("Anew")).await
    });
    deleted.unwrap();
    assert_eq!(tried.unwrap_err().code(), "NOT_FOUND");
    let listed = stores.list(&shop.scope()).await.unwrap().data;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].store_name, "Anew");
}

#[tokio::test]
async fn settings_pass_without_their_secrets() {
    let shop = Shop::open().await;
    let settings = shop.engine.stores().settings(&shop.scope(), None, true).await.unwrap();
    let text = serde_json::to_string(&settings.data).unwrap();
    assert!(!text.contains(&shop.store.api_key) && !text.contains("smtp"), "{text}");
    assert_eq!(settings.data["name"], "Sample Goods");
    assert!(
        settings.data["folders"]
            .as_array()
            .unwrap()
            .iter()
            .any(|folder| folder["name"] == "New")
    );
    let again = shop.engine.stores().settings(&shop.scope(), None, false).await.unwrap();
    assert!(again.cache.unwrap().hit);
}

#[tokio::test]
async fn more_good_keys_than_may_fail_are_registered_at_once() {
    let ids: Vec<String> = (1..=6).map(|number| format!("7000{number}")).collect();
    let seeds = ids
        .iter()
        .map(|id| SeedStore::new(id, &format!("Shop {id}"), ShopKind::Outlet, 1));
    let setup = Setup {
        sim: SimOptions {
            stores: seeds.collect(),
            ..Setup::default().sim
        },
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let tenant = scope(&new_tenant(&shop.engine).await);
    let registered = join_all((0..ids.len()).map(|index| shop.register(&tenant, index, None))).await;
    for outcome in registered {
        outcome.unwrap();
    }
}

#[tokio::test]
async fn wrong_keys_that_are_given_at_once_do_not_all_find_room() {
    let shop = Shop::open().await;
    let guesser = scope(&new_tenant(&shop.engine).await);
    let guess = |number| Register {
        store_id: "90002".to_owned(),
        api_key: format!("guess-{number}").into(),
        store_name: None,
        label: None,
        verify: true,
    };
    let stores = shop.engine.stores();
    let at_once = (0..8).map(|number| stores.register(&guesser, guess(number)));
    let codes = join_all(at_once)
        .await
        .into_iter()
        .map(|outcome| outcome.unwrap_err().code());
    let refused = codes.filter(|code| *code == "RATE_LIMIT_EXCEEDED").count();
    assert_eq!((refused, shop.sim.requests().len()), (3, 5));
}

#[tokio::test]
async fn nobody_guesses_at_the_key_of_somebody_elses_store() {
    let shop = Shop::open().await;
    let (stores, guesser) = (shop.engine.stores(), scope(&new_tenant(&shop.engine).await));
    let guess = |verify| Register {
        store_id: "90002".to_owned(),
        api_key: "a-guess".to_owned().into(),
        store_name: None,
        label: None,
        verify,
    };
    for _ in 0..4 {
        let error = stores.register(&guesser, guess(true)).await.unwrap_err();
        assert_eq!(error.code(), "ORDERDESK_API_ERROR");
    }
    // What Order Desk answers says nothing about these keys, and then that one is good: none costs anything.
    let refusal = FaultKind::ErrorInSuccess {
        message: "Come back tomorrow".to_owned(),
    };
    for answer in [FaultKind::Html, refusal] {
        shop.sim.inject(Fault::new(answer));
        shop.register(&guesser, 0, None).await.unwrap_err();
    }
    shop.register(&guesser, 0, None).await.unwrap();
    // A key that is kept untried counts as wrong.
    stores.register(&guesser, guess(false)).await.unwrap();

    shop.sim.clear_requests();
    let change = UpdateStore {
        api_key: Some("another-guess".to_owned().into()),
        ..UpdateStore::default()
    };
    let refused = [
        stores.update(&guesser, "90001", change).await.unwrap_err(),
        stores
            .register(
                &guesser,
                Register {
                    store_id: "90003".to_owned(),
                    ..guess(true)
                },
            )
            .await
            .unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.code(), "RATE_LIMIT_EXCEEDED");
        let wait = error.retry_after().unwrap().as_secs();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert!(shop.sim.requests().is_empty(), "refused before Order Desk is asked");
    shop.register(&scope(&new_tenant(&shop.engine).await), 1, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_mistyped_name_gets_the_nearest_of_the_tenants_own() {
    let shop = Shop::open().await;
    let stranger = scope(&new_tenant(&shop.engine).await);
    shop.register(&stranger, 1, None).await.unwrap();
    let nearest = async |typed: &str| {
        let error = shop.engine.stores().resolve(&shop.scope(), typed).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND");
        error.details().map(|details| details["nearest"].clone())
    };
    assert_eq!(nearest("Sampel Goods").await, Some("Sample Goods".into()));
    assert_eq!(nearest("goods").await, Some("Sample Goods".into()));
    assert_eq!(nearest("Outlet").await, None, "the stranger's");
    assert_eq!(nearest("90002").await, None);
}

#[tokio::test]
async fn an_address_where_no_order_desk_is_found_is_told_as_such() {
    let sim = Simulator::start(SimOptions::default()).await.unwrap();
    let mut options = options(Setup::default(), &sim);
    options.upstream.base_url.push_str("/nowhere");
    let engine = Engine::open(options, Clock::system()).await.unwrap();
    let scope = scope(&new_tenant(&engine).await);
    let store = sim.stores()[0].clone();
    let register = |verify| Register {
        store_id: store.store_id.clone(),
        api_key: store.api_key.clone().into(),
        store_name: None,
        label: None,
        verify,
    };
    let refused = engine.stores().register(&scope, register(true)).await.unwrap_err();
    engine.stores().register(&scope, register(false)).await.unwrap();
    let list = serde_json::from_str("{}").unwrap();
    for error in [
        refused,
        engine.stores().settings(&scope, None, false).await.unwrap_err(),
        engine.orders().list(&scope, list).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "ORDERDESK_API_ERROR");
        assert!(error.hint().contains("ORDERDESK_API_BASE_URL"), "{}", error.hint());
        assert!(!error.to_string().contains("nowhere"), "{error}");
    }
}
