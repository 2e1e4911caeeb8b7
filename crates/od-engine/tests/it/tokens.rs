//! Personal access tokens: less than a master key in scopes, stores and time, and nobody's once they have ended.

use std::time::Duration;

use od_engine::orders::{Destination, GetOrder, ListOrders, MoveOrders};
use od_engine::stores::{Register, UpdateStore};
use od_engine::{
    Clock, CreatedToken, CredentialKind, Engine, Error, Grants, NewPersonalToken, Permission, RootKey, Scope, StoreSet,
};
use od_sim::{SeedStore, ShopKind, SimOptions};
use secrecy::ExposeSecret;

use crate::support::{Setup, Shop, new_tenant, options, scope};

/// A shop whose tenant has the stores 90001 ("Mugs") and 90002 ("Outlet").
async fn two_stores() -> Shop {
    let shop = Shop::open_with(Setup {
        sim: SimOptions {
            stores: vec![
                SeedStore::new("90001", "Mugs", ShopKind::PrintOnDemand, 5),
                SeedStore::new("90002", "Prints", ShopKind::Outlet, 5),
            ],
            ..Setup::default().sim
        },
        ..Setup::default()
    })
    .await;
    shop.register(&shop.scope(), 1, Some("Outlet")).await.unwrap();
    shop
}

fn wanted(stores: Option<&[&str]>) -> NewPersonalToken {
    NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::of(&[Permission::OrdersRead, Permission::StoresRead]),
        stores: stores.map(|stores| stores.iter().map(|store| (*store).to_owned()).collect()),
        expires_in: Some(Duration::from_hours(24)),
    }
}

async fn signed_in(engine: &Engine, token: &CreatedToken) -> Scope {
    scope(&engine.auth().sign_in(&token.token).await.unwrap())
}

#[tokio::test]
async fn a_token_is_its_tenants_with_less() {
    let shop = two_stores().await;
    let made = shop.engine.tokens().create(&shop.scope(), wanted(None)).await.unwrap();
    assert!(made.token.expose_secret().starts_with("odpt_"));
    assert!(made.token.expose_secret().starts_with(&made.view.prefix));
    assert_eq!(made.view.scopes, ["stores:read", "orders:read"]);
    let identity = shop.engine.auth().sign_in(&made.token).await.unwrap();
    assert_eq!(identity.tenant(), shop.identity.tenant());
    assert_eq!(identity.kind(), CredentialKind::PersonalToken);
    assert_eq!(identity.grants().to_scope(), "stores:read orders:read");
    assert_eq!(identity.stores(), &StoreSet::All);
    assert_eq!(identity.actor(), format!("personal_token:{}", made.view.prefix));
    assert_ne!(identity.credential(), shop.identity.credential());
    // It opens the stores' API keys.
    let listed = shop
        .engine
        .orders()
        .list(&scope(&identity), in_store("90001"))
        .await
        .unwrap();
    assert_eq!(listed.data["orders"].as_array().unwrap().len(), 5);
}

fn any() -> ListOrders {
    serde_json::from_value(serde_json::json!({})).unwrap()
}

fn in_store(store: &str) -> ListOrders {
    ListOrders {
        store: Some(store.to_owned()),
        ..any()
    }
}

/// The same call for a store that the token may not see and for one that never was.
#[tokio::test]
async fn a_store_it_was_not_given_is_as_if_it_never_were() {
    let shop = two_stores().await;
    let made = shop
        .engine
        .tokens()
        .create(&shop.scope(), wanted(Some(&["Outlet"])))
        .await
        .unwrap();
    assert_eq!(made.view.stores.as_deref(), Some(&["90002".to_owned()][..]));
    let bound = signed_in(&shop.engine, &made).await;
    let stores = shop.engine.stores();
    let names: Vec<_> = stores
        .list(&bound)
        .await
        .unwrap()
        .data
        .into_iter()
        .map(|store| store.store_id)
        .collect();
    assert_eq!(names, ["90002"]);
    assert_eq!(stores.resolve(&bound, "outlet").await.unwrap().data.store_id, "90002");
    let hidden = refusals(&shop.engine, &bound, "90001").await;
    let never = refusals(&shop.engine, &bound, "12345").await;
    let told = |errors: Vec<Error>, name: &str| -> Vec<String> {
        errors
            .into_iter()
            .map(|error| format!("{error} {:?}", error.details()).replace(name, "X"))
            .collect()
    };
    for error in &never {
        assert!(error.to_string().contains("may use \"Outlet\" (90002)."), "{error}");
        assert!(error.hint().contains("connect the client again"), "{}", error.hint());
    }
    assert_eq!(told(hidden, "90001"), told(never, "12345"));
    // Unnamed it means the one that it sees.
    let listed = shop.engine.orders().list(&bound, any()).await.unwrap();
    assert_eq!(listed.store.unwrap().store_id, "90002");
}

async fn refusals(engine: &Engine, scope: &Scope, store: &str) -> Vec<Error> {
    let stores = engine.stores();
    let update = UpdateStore {
        label: Some("mine now".to_owned()),
        ..UpdateStore::default()
    };
    let moving = MoveOrders {
        store: Some(store.to_owned()),
        order_ids: vec!["1".to_owned()],
        destination: Destination::Id(1),
        dry_run: false,
        confirmed: false,
    };
    let get = GetOrder {
        store: Some(store.to_owned()),
        order_id: "1".to_owned(),
        ..GetOrder::default()
    };
    vec![
        stores.resolve(scope, store).await.unwrap_err(),
        stores.use_store(scope, store).await.unwrap_err(),
        stores.settings(scope, Some(store), false).await.unwrap_err(),
        stores.folders(scope, Some(store), false).await.unwrap_err(),
        stores.test(scope, Some(store)).await.unwrap_err(),
        stores.update(scope, store, update).await.unwrap_err(),
        stores.delete(scope, store).await.unwrap_err(),
        engine.orders().list(scope, in_store(store)).await.unwrap_err(),
        engine.orders().get(scope, get).await.unwrap_err(),
        engine.orders().move_folder(scope, moving).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn a_token_for_some_stores_registers_no_other() {
    let shop = two_stores().await;
    let made = shop
        .engine
        .tokens()
        .create(&shop.scope(), wanted(Some(&["90002"])))
        .await
        .unwrap();
    let bound = signed_in(&shop.engine, &made).await;
    let register = Register {
        store_id: "90001".to_owned(),
        api_key: "any".to_owned().into(),
        store_name: None,
        label: None,
        verify: false,
    };
    // Also of one that is there: it must not be told.
    let error = shop.engine.stores().register(&bound, register).await.unwrap_err();
    assert!(matches!(error, Error::BoundToStores), "{error}");
}

#[tokio::test]
async fn a_token_makes_lists_and_ends_none() {
    let shop = two_stores().await;
    let made = shop.engine.tokens().create(&shop.scope(), wanted(None)).await.unwrap();
    let holder = signed_in(&shop.engine, &made).await;
    let tokens = shop.engine.tokens();
    let errors = [
        tokens.create(&holder, wanted(None)).await.unwrap_err(),
        tokens.list(&holder).await.unwrap_err(),
        tokens.revoke(&holder, &made.view.token_id).await.unwrap_err(),
        shop.engine.auth().look_back(&made.token).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::OwnerOnly(_)), "{error}");
        assert_eq!(error.code(), "PERMISSION_DENIED");
    }
}

#[tokio::test]
async fn a_revoked_token_is_nobodys_at_once_though_it_was_remembered() {
    let shop = two_stores().await;
    let tokens = shop.engine.tokens();
    let made = tokens.create(&shop.scope(), wanted(None)).await.unwrap();
    let other = tokens.create(&shop.scope(), wanted(None)).await.unwrap();
    for token in [&made, &other] {
        shop.engine.auth().sign_in(&token.token).await.unwrap();
    }
    let stranger = scope(&new_tenant(&shop.engine).await);
    let error = tokens.revoke(&stranger, &made.view.token_id).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
    assert_eq!(tokens.list(&stranger).await.unwrap(), []);

    let ended = tokens.revoke(&shop.scope(), &made.view.prefix).await.unwrap();
    assert_eq!(ended.token_id, made.view.token_id);
    let error = shop.engine.auth().sign_in(&made.token).await.unwrap_err();
    assert_eq!(error.code(), "AUTH_ERROR");
    shop.engine.auth().sign_in(&other.token).await.unwrap();
    let left: Vec<_> = tokens
        .list(&shop.scope())
        .await
        .unwrap()
        .into_iter()
        .map(|token| token.token_id)
        .collect();
    assert_eq!(left, [other.view.token_id]);
}

#[tokio::test]
async fn a_token_ends_by_itself() {
    let start: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let clock = Clock::manual(start);
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    let made = shop.engine.tokens().create(&shop.scope(), wanted(None)).await.unwrap();
    shop.engine.auth().sign_in(&made.token).await.unwrap();
    clock.set(start + Duration::from_hours(24));
    // What is known of it may be a second old.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let error = shop.engine.auth().sign_in(&made.token).await.unwrap_err();
    assert_eq!(error.code(), "AUTH_ERROR");
    assert_eq!(shop.engine.tokens().list(&shop.scope()).await.unwrap(), []);
}

/// Whoever has the database and the root key, and no token, opens nothing; nor does a token without its root key.
#[tokio::test]
async fn a_tokens_copy_opens_with_its_root_key_only() {
    let database = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/app.db", database.path().display());
    let setup = |root_key| Setup {
        database: od_engine::DbOptions {
            url: url.clone(),
            ..od_engine::DbOptions::default()
        },
        root_key,
        ..Setup::default()
    };
    let root = RootKey::generate();
    let kept = RootKey::from_base64(root.to_base64().expose_secret()).unwrap();
    let shop = Shop::open_with(setup(root)).await;
    let made = shop.engine.tokens().create(&shop.scope(), wanted(None)).await.unwrap();
    let again = Engine::open(options(setup(kept), &shop.sim), Clock::system())
        .await
        .unwrap();
    again.auth().sign_in(&made.token).await.unwrap();
    let other = Engine::open(options(setup(RootKey::generate()), &shop.sim), Clock::system()).await;
    assert!(other.is_err(), "another root key does not even start");
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let shop = two_stores().await;
    let check = async |new: NewPersonalToken, code: &str| {
        let error = shop.engine.tokens().create(&shop.scope(), new).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    };
    check(
        NewPersonalToken {
            label: " \t".to_owned(),
            ..wanted(None)
        },
        "VALIDATION_ERROR",
    )
    .await;
    check(
        NewPersonalToken {
            scopes: Grants::NONE,
            ..wanted(None)
        },
        "VALIDATION_ERROR",
    )
    .await;
    check(
        NewPersonalToken {
            expires_in: Some(Duration::ZERO),
            ..wanted(None)
        },
        "VALIDATION_ERROR",
    )
    .await;
    check(wanted(Some(&[])), "VALIDATION_ERROR").await;
    check(wanted(Some(&["90001", "90009"])), "NOT_FOUND").await;
    assert_eq!(shop.engine.tokens().list(&shop.scope()).await.unwrap(), []);
}
