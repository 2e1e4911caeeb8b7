use od_db::{Db, DbError, FoundWebhook, StoreChange, WebhookEventRow, WebhookKeyRow};

use crate::rows::{self, NOW, new_tenant};

pub async fn a_repeated_delivery_is_recognised(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    let sibling = rows::store(&tenant.id, "1002", "Sibling");
    for store in [&store, &sibling] {
        db.stores().insert(&tenant.id, store).await.unwrap();
    }

    let events = db.webhook_events();
    let first = WebhookEventRow {
        processed_at: Some(NOW + 1),
        outcome: Some("done".to_owned()),
        ..rows::event(&store, "delivery 1")
    };
    assert_eq!(events.receive(&tenant.id, &first).await.unwrap(), first);

    let again = WebhookEventRow {
        received_at: NOW + 5,
        outcome: Some("done again".to_owned()),
        ..rows::event(&store, "delivery 1")
    };
    let seen = WebhookEventRow { attempts: 2, ..first };
    assert_eq!(events.receive(&tenant.id, &again).await.unwrap(), seen);
    assert_eq!(
        events
            .receive(&tenant.id, &rows::event(&sibling, "delivery 1"))
            .await
            .unwrap()
            .attempts,
        1
    );

    let newer = WebhookEventRow {
        received_at: NOW + 9,
        ..rows::event(&store, "delivery 2")
    };
    events.receive(&tenant.id, &newer).await.unwrap();
    assert_eq!(
        events.list(&tenant.id, &store.id, 9).await.unwrap(),
        [newer.clone(), seen]
    );
    assert_eq!(
        events.list(&tenant.id, &store.id, 1).await.unwrap(),
        std::slice::from_ref(&newer)
    );

    let unknown = WebhookEventRow {
        store_row_id: rows::id(),
        ..rows::event(&store, "delivery 3")
    };
    let refused = events.receive(&tenant.id, &unknown).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");

    assert!(events.remove_received_before(NOW + 6).await.unwrap() >= 2);
    assert_eq!(events.list(&tenant.id, &store.id, 9).await.unwrap(), [newer]);
}

const DAY: i64 = 24 * 60 * 60 * 1000;

pub async fn a_delivery_counts_as_new_after_a_day(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let events = db.webhook_events();
    let repeated =
        async |delivery: &str, now: i64| events.repeated(&tenant.id, &store.id, delivery, now).await.unwrap();
    let done = WebhookEventRow {
        processed_at: Some(NOW),
        outcome: Some("done".to_owned()),
        ..rows::event(&store, "done")
    };
    assert!(!repeated("done", NOW).await, "it did not arrive yet");
    events.receive(&tenant.id, &done).await.unwrap();
    events
        .receive(&tenant.id, &rows::event(&store, "not done"))
        .await
        .unwrap();
    assert!(repeated("done", NOW + DAY - 1).await);
    assert!(!repeated("not done", NOW + 1).await, "nothing was made of it");
    assert!(!repeated("done", NOW + DAY).await);

    let late = WebhookEventRow {
        received_at: NOW + DAY,
        processed_at: Some(NOW + DAY),
        outcome: Some("done again".to_owned()),
        ..rows::event(&store, "done")
    };
    let kept = WebhookEventRow {
        id: done.id.clone(),
        ..late.clone()
    };
    assert_eq!(events.receive(&tenant.id, &late).await.unwrap(), kept);
    assert!(repeated("done", NOW + DAY + 1).await);
    let attempts = events.list(&tenant.id, &store.id, 1).await.unwrap()[0].attempts;
    assert_eq!(attempts, 2);
}

pub async fn a_webhook_is_found_by_the_digest_of_its_address(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let webhooks = db.webhook_keys();
    let first = rows::webhook(&store);
    assert!(webhooks.put(&tenant.id, &first, &store.api_key, None).await.unwrap());
    let found = async |webhook: &WebhookKeyRow| webhooks.find(&webhook.token_digest).await.unwrap();
    let of_store = |webhook: &WebhookKeyRow| FoundWebhook {
        webhook: webhook.clone(),
        store_id: "1001".to_owned(),
    };
    assert_eq!(found(&first).await, Some(of_store(&first)));
    assert_eq!(webhooks.get(&tenant.id, &store.id).await.unwrap(), Some(first.clone()));
    assert_eq!(webhooks.get(&stranger.id, &store.id).await.unwrap(), None);
    assert!(!webhooks.remove(&stranger.id, &store.id).await.unwrap());
    let refused = webhooks.put(&stranger.id, &first, &store.api_key, None).await;
    assert!(refused.is_err(), "{refused:?}");

    let second = rows::webhook(&store);
    let other_key = rows::sealed("another");
    assert!(
        !webhooks
            .put(&tenant.id, &second, &other_key, Some(&first.id))
            .await
            .unwrap(),
        "made of a key that is not the store's"
    );
    assert!(
        !webhooks.put(&tenant.id, &second, &store.api_key, None).await.unwrap(),
        "somebody else was quicker, whose address was told"
    );
    assert_eq!(found(&first).await, Some(of_store(&first)));
    assert!(
        webhooks
            .put(&tenant.id, &second, &store.api_key, Some(&first.id))
            .await
            .unwrap()
    );
    assert_eq!(found(&first).await, None, "the address of before");
    assert_eq!(found(&second).await, Some(of_store(&second)));

    db.tenants().close(&tenant.id, NOW).await.unwrap();
    assert_eq!(found(&second).await, None, "of a closed tenant");
    db.tenants().reopen(&tenant.id, NOW).await.unwrap();
    assert!(webhooks.remove(&tenant.id, &store.id).await.unwrap());
    assert!(!webhooks.remove(&tenant.id, &store.id).await.unwrap());
    assert_eq!(found(&second).await, None);

    assert!(webhooks.put(&tenant.id, &second, &store.api_key, None).await.unwrap());
    db.stores().delete(&tenant.id, &store.id).await.unwrap();
    assert_eq!(found(&second).await, None, "it goes with its store");
    assert!(!webhooks.put(&tenant.id, &second, &store.api_key, None).await.unwrap());
}

pub async fn a_webhook_follows_its_stores_key_and_the_root_key(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    let sibling = rows::store(&tenant.id, "1002", "Sibling");
    for store in [&store, &sibling] {
        db.stores().insert(&tenant.id, store).await.unwrap();
        let webhook = rows::webhook(store);
        assert!(
            db.webhook_keys()
                .put(&tenant.id, &webhook, &store.api_key, None)
                .await
                .unwrap()
        );
    }
    let before = db.webhook_keys().get(&tenant.id, &store.id).await.unwrap().unwrap();
    let key = rows::sealed("new key");
    let change = StoreChange {
        api_key: Some(rows::new_key(&key)),
        ..StoreChange::default()
    };
    db.stores()
        .update(&tenant.id, &store.id, change, NOW + 1)
        .await
        .unwrap()
        .unwrap();
    let after = WebhookKeyRow {
        key: key.clone(),
        root_key: "root 2".to_owned(),
        ..before.clone()
    };
    assert_eq!(
        db.webhook_keys().get(&tenant.id, &store.id).await.unwrap().as_ref(),
        Some(&after)
    );

    let others = async || {
        let rows = db.webhook_keys().under_another_root("root 2").await.unwrap();
        let ours = rows.into_iter().filter(|row| row.tenant_id == tenant.id);
        ours.collect::<Vec<_>>()
    };
    let [left] = others().await.try_into().expect("the sibling's");
    assert_eq!(left.store_row_id, sibling.id);
    let webhooks = db.webhook_keys();
    assert!(
        !webhooks.seal_anew(&before, &key, "root 3").await.unwrap(),
        "it changed meanwhile"
    );
    assert!(webhooks.seal_anew(&left, &key, "root 2").await.unwrap());
    assert_eq!(others().await, []);
}
