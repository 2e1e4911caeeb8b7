use od_db::{Db, DbError, Maker, StoreChange, StoreRow, Unique};

use crate::rows::{self, NOW, new_tenant};

pub async fn a_store_is_found_by_row_id_store_id_and_name(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let stores = db.stores();
    let berlin = rows::store(&tenant.id, "1001", "Straße 7");
    let paris = StoreRow {
        created_at: NOW + 1,
        ..rows::store(&tenant.id, "1002", "Éclair")
    };
    stores.insert(&tenant.id, &berlin).await.unwrap();
    stores.insert(&tenant.id, &paris).await.unwrap();

    assert_eq!(stores.get(&tenant.id, &paris.id).await.unwrap().as_ref(), Some(&paris));
    assert_eq!(
        stores.find_by_store_id(&tenant.id, "1001").await.unwrap().as_ref(),
        Some(&berlin)
    );
    for name in ["Straße 7", "STRASSE 7", "strasse 7"] {
        assert_eq!(
            stores.find_by_name(&tenant.id, name).await.unwrap().as_ref(),
            Some(&berlin),
            "{name}"
        );
    }
    assert_eq!(
        stores.find_by_name(&tenant.id, "ÉCLAIR").await.unwrap().as_ref(),
        Some(&paris)
    );
    for name in ["Strasse", "Eclair", "%", "nul\0"] {
        assert_eq!(stores.find_by_name(&tenant.id, name).await.unwrap(), None, "{name}");
    }
    assert_eq!(stores.list(&tenant.id).await.unwrap(), [berlin, paris]);
    assert_eq!(stores.count(&tenant.id).await.unwrap(), 2);
}

pub async fn a_second_registration_says_what_is_taken(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let first = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &first).await.unwrap();
    let check = async |store: StoreRow, taken: Unique| {
        let refused = db.stores().insert(&tenant.id, &store).await;
        assert!(
            matches!(&refused, Err(DbError::Duplicate(rule)) if *rule == taken),
            "{refused:?}, not {taken:?}"
        );
    };
    check(rows::store(&tenant.id, "1001", "Another"), Unique::StoreId).await;
    check(rows::store(&tenant.id, "1002", "SHOP"), Unique::StoreName).await;
    check(
        StoreRow {
            id: first.id.clone(),
            ..rows::store(&tenant.id, "1002", "Another")
        },
        Unique::Other,
    )
    .await;

    let second = rows::store(&tenant.id, "1002", "Second");
    db.stores().insert(&tenant.id, &second).await.unwrap();
    let renamed = StoreChange {
        store_name: Some("sHOP"),
        ..StoreChange::default()
    };
    let refused = db.stores().update(&tenant.id, &second.id, renamed, NOW).await;
    assert!(
        matches!(refused, Err(DbError::Duplicate(Unique::StoreName))),
        "{refused:?}"
    );
    assert_eq!(db.stores().get(&tenant.id, &second.id).await.unwrap(), Some(second));
}

pub async fn a_store_changes_and_keeps_the_rest(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    assert!(
        db.stores()
            .set_settings(&tenant.id, &store.id, r#"{"folders":[]}"#, NOW + 1)
            .await
            .unwrap()
    );

    let key = rows::sealed("new-api-key");
    let change = StoreChange {
        store_name: Some("SHOP"),
        label: Some(Some("main")),
        api_key: Some(rows::new_key(&key)),
    };
    let update = async || {
        db.stores()
            .update(&tenant.id, &store.id, change, NOW + 2)
            .await
            .unwrap()
    };
    let expected = StoreRow {
        store_name: "SHOP".to_owned(),
        label: Some("main".to_owned()),
        api_key: key.clone(),
        settings: Some(r#"{"folders":[]}"#.to_owned()),
        settings_at: Some(NOW + 1),
        updated_at: NOW + 2,
        ..store.clone()
    };
    assert_eq!(update().await.as_ref(), Some(&expected));
    assert_eq!(db.stores().get(&tenant.id, &store.id).await.unwrap(), Some(expected));

    assert!(db.stores().delete(&tenant.id, &store.id).await.unwrap());
    assert_eq!(update().await, None);
    assert!(!db.stores().delete(&tenant.id, &store.id).await.unwrap());
    assert_eq!(db.stores().list(&tenant.id).await.unwrap(), []);
    db.stores()
        .insert(&tenant.id, &rows::store(&tenant.id, "1001", "Shop"))
        .await
        .unwrap();
}

pub async fn two_tenants_may_use_the_same_names(db: &Db) {
    for _ in 0..2 {
        let (tenant, _) = new_tenant(db).await;
        let store = rows::store(&tenant.id, "1001", "Shop");
        db.stores().insert(&tenant.id, &store).await.unwrap();
        assert_eq!(db.stores().find_by_name(&tenant.id, "shop").await.unwrap(), Some(store));
    }
}

pub async fn the_active_store_belongs_to_the_credential(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let session = rows::session(&tenant.id);
    db.sessions().insert(&tenant.id, &session, Maker::Nobody).await.unwrap();
    let mut stores = Vec::new();
    for name in ["1", "2", "3"] {
        let store = rows::store(&tenant.id, name, name);
        db.stores().insert(&tenant.id, &store).await.unwrap();
        stores.push(store);
    }
    let foreign = rows::store(&stranger.id, "1", "1");
    db.stores().insert(&stranger.id, &foreign).await.unwrap();

    let active = db.active_stores();
    let get = async |credential: &str| active.get(&tenant.id, credential, "").await.unwrap();
    assert_eq!(get(&key.id).await, None);
    for store in &stores[..2] {
        active.set(&tenant.id, &key.id, "", &store.id, NOW).await.unwrap();
        assert_eq!(get(&key.id).await.as_ref(), Some(&store.id));
    }
    assert_eq!(get(&session.id).await, None, "the other credential has its own");
    for unreachable in [foreign.id.as_str(), "no such store"] {
        let refused = active.set(&tenant.id, &key.id, "", unreachable, NOW).await;
        assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
    }
    assert_eq!(get(&key.id).await.as_ref(), Some(&stores[1].id));

    db.stores().delete(&tenant.id, &stores[1].id).await.unwrap();
    assert_eq!(get(&key.id).await, None, "it went with its store");

    for credential in [&key.id, &session.id] {
        active
            .set(&tenant.id, credential, "", &stores[0].id, NOW)
            .await
            .unwrap();
    }
    active.clear(&tenant.id, &key.id).await.unwrap();
    assert_eq!(
        (get(&key.id).await, get(&session.id).await.as_ref()),
        (None, Some(&stores[0].id))
    );

    active.set(&tenant.id, &key.id, "", &stores[0].id, NOW).await.unwrap();
    db.master_keys().revoke(&tenant.id, &key.id, NOW, None).await.unwrap();
    db.sessions().revoke(&tenant.id, &session.id, NOW).await.unwrap();
    assert_eq!(
        (get(&key.id).await, get(&session.id).await),
        (None, None),
        "they went with their credentials"
    );
}

pub async fn a_narrower_connection_has_an_active_store_of_its_own(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let mut stores = Vec::new();
    for name in ["1", "2", "3"] {
        let store = rows::store(&tenant.id, name, name);
        db.stores().insert(&tenant.id, &store).await.unwrap();
        stores.push(store.id);
    }
    let active = db.active_stores();
    let set = async |narrowing: &str, store: usize| {
        active
            .set(&tenant.id, &key.id, narrowing, &stores[store], NOW)
            .await
            .unwrap();
    };
    let get = async |narrowing: &str| {
        let row = active.get(&tenant.id, &key.id, narrowing).await.unwrap()?;
        stores.iter().position(|store| *store == row)
    };

    set("readonly", 1).await;
    assert_eq!((get("").await, get("orders").await), (None, None), "nobody else's");
    set("", 0).await;
    assert_eq!(
        (get("").await, get("readonly").await, get("orders").await),
        (Some(0), Some(1), Some(0)),
        "who chose nothing follows the connection that leaves everything"
    );
    set("orders", 2).await;
    set("readonly", 2).await;
    assert_eq!(get("").await, Some(0), "never moved by a narrower one");

    db.stores().delete(&tenant.id, &stores[2]).await.unwrap();
    assert_eq!((get("orders").await, get("readonly").await), (Some(0), Some(0)));
    set("orders", 1).await;
    active.clear(&tenant.id, &key.id).await.unwrap();
    assert_eq!((get("").await, get("orders").await), (None, None));
}

pub async fn text_with_nul_is_refused(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let refused = db
        .stores()
        .insert(&tenant.id, &rows::store(&tenant.id, "1001", "Sh\0p"))
        .await;
    assert!(matches!(refused, Err(DbError::NulInText)), "{refused:?}");
}
