//! Two who write one row at once: what either of them was told is done is done, and nothing comes back.

use od_db::{Db, Maker, StoreChange, WebhookEventRow};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

/// Rounds of each story: a race that is lost once in ten times is lost in one of them.
const ROUNDS: i64 = 12;

pub async fn a_renamed_store_keeps_its_new_key_and_remark(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop 0");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    for round in 1..=ROUNDS {
        let (name, label, key) = (
            format!("Shop {round}"),
            format!("label {round}"),
            rows::sealed(&round.to_string()),
        );
        let by_name = StoreChange {
            store_name: Some(&name),
            ..StoreChange::default()
        };
        let by_label = StoreChange {
            label: Some(Some(&label)),
            ..StoreChange::default()
        };
        let by_key = StoreChange {
            api_key: Some(rows::new_key(&key)),
            ..StoreChange::default()
        };
        let stores = db.stores();
        let update = |change, at| stores.update(&tenant.id, &store.id, change, at);
        // The one that comes last may have looked at the clock first.
        let done = tokio::join!(
            update(by_name, NOW + round),
            update(by_label, NOW + round + 1),
            update(by_key, NOW + round)
        );
        assert!([done.0, done.1, done.2].iter().all(|row| matches!(row, Ok(Some(_)))));
        let found = stores.find_by_name(&tenant.id, &name).await.unwrap().unwrap();
        assert_eq!((found.label, found.api_key), (Some(label), key));
        assert_eq!(found.updated_at, NOW + round + 1);
    }
    let without = StoreChange {
        label: Some(None),
        ..StoreChange::default()
    };
    let found = db
        .stores()
        .update(&tenant.id, &store.id, without, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.label, found.store_name), (None, format!("Shop {ROUNDS}")));
}

pub async fn settings_that_were_asked_for_later_stay(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    for round in 1..=ROUNDS {
        let stores = db.stores();
        let (old, new) = (format!("[{round},1]"), format!("[{round},2]"));
        let done = tokio::join!(
            stores.set_settings(&tenant.id, &store.id, &new, NOW + 2 * round + 1),
            stores.set_settings(&tenant.id, &store.id, &old, NOW + 2 * round),
        );
        assert!(done.0.unwrap(), "whether or not the other one came first");
        let found = stores.get(&tenant.id, &store.id).await.unwrap().unwrap();
        assert_eq!(
            (found.settings, found.settings_at),
            (Some(new), Some(NOW + 2 * round + 1))
        );
    }
}

pub async fn a_tenant_that_is_closed_gets_its_new_key_too(db: &Db) {
    let (tenant, mut old) = new_tenant(db).await;
    for round in 1..=ROUNDS {
        let key = od_db::MasterKeyRow {
            hash: format!("hash {round}"),
            ..rows::key(&tenant.id)
        };
        let tenants = db.tenants();
        let done = tokio::join!(
            rows::replace(db, &old, &key, NOW + 9_000),
            tenants.close(&tenant.id, NOW + round)
        );
        assert!(done.0.is_some() && done.1.unwrap());
        let found = tenants.get(&tenant.id).await.unwrap().unwrap();
        assert_eq!(
            (found.disabled_at, found.master_key_hash),
            (Some(NOW + round), key.hash.clone())
        );
        old = key;
        assert!(tenants.reopen(&tenant.id, NOW + round).await.unwrap());
    }
}

async fn found(db: &Db, key: &od_db::MasterKeyRow) -> od_db::MasterKeyRow {
    let keys = db.master_keys().list(&key.tenant_id).await.unwrap();
    keys.into_iter().find(|found| found.id == key.id).unwrap()
}

pub async fn a_keys_life_is_never_lengthened(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let keys = db.master_keys();
    for round in 1..=ROUNDS {
        let end = NOW + 1_000 - round;
        let (one, other) = (rows::key(&tenant.id), rows::key(&tenant.id));
        let done = tokio::join!(
            rows::replace(db, &key, &one, end),
            rows::replace(db, &key, &other, end + 500)
        );
        assert!(done.0.is_some() && done.1.is_some(), "it lives");
        assert_eq!(found(db, &key).await.expires_at, Some(end));
    }
    let new = rows::key(&tenant.id);
    // Revoked meanwhile: it does not come back, and its copy of the data key neither.
    let done = tokio::join!(
        keys.revoke(&tenant.id, &key.id, NOW, None),
        rows::replace(db, &key, &new, NOW + 900),
        keys.touch(&tenant.id, &key.id, NOW)
    );
    assert!(done.0.unwrap().has_ended() && done.2.is_ok());
    let dead = found(db, &key).await;
    assert_eq!(dead.revoked_at, Some(NOW));
    assert!(dead.data_key.is_empty());
}

pub async fn a_sessions_end_moves_forward_only(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let session = rows::session(&tenant.id);
    db.sessions().insert(&tenant.id, &session, Maker::Nobody).await.unwrap();
    for round in 1..=ROUNDS {
        let sessions = db.sessions();
        let touch = |at| sessions.touch(&tenant.id, &session.id, at, at + 1_000);
        let key = rows::sealed(&round.to_string());
        let done = tokio::join!(
            touch(NOW + 2 * round + 1),
            touch(NOW + 2 * round),
            sessions.unlock(&tenant.id, &session.id, &key)
        );
        assert!(done.0.unwrap() && done.1.unwrap() && done.2.unwrap(), "it lives");
        let found = sessions.find_by_token(&session.token_digest).await.unwrap().unwrap();
        let expected = (NOW + 2 * round + 1, NOW + 2 * round + 1_001, key);
        assert_eq!((found.last_activity_at, found.expires_at, found.data_key), expected);
    }
}

pub async fn the_first_word_on_a_delivery_and_on_a_create_stands(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    for round in 0..ROUNDS {
        let delivery = format!("delivery {round}");
        let create = rows::named_create(&store, &format!("request {round}"));
        db.idempotency().begin(&tenant.id, &create, 0).await.unwrap();
        let mut writers = JoinSet::new();
        for writer in 0..4 {
            let (db, tenant, create) = (db.clone(), tenant.id.clone(), create.id.clone());
            let word = writer.to_string();
            let event = WebhookEventRow {
                outcome: Some(word.clone()),
                ..rows::event(&store, &delivery)
            };
            writers.spawn(async move {
                let received = db.webhook_events().receive(&tenant, &event).await.unwrap();
                let result = rows::sealed(&word);
                let kept = db
                    .idempotency()
                    .finish(&tenant, &create, &result, NOW + writer)
                    .await
                    .unwrap();
                ((received.attempts == 1).then_some(word), kept.then_some(result))
            });
        }
        let told = writers.join_all().await;
        let (words, results): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        let words: Vec<_> = words.into_iter().flatten().collect();
        let results: Vec<_> = results.into_iter().flatten().collect();
        assert_eq!(
            (words.len(), results.len()),
            (1, 1),
            "one was told that its word counts"
        );

        let again = rows::event(&store, &delivery);
        let seen = db.webhook_events().receive(&tenant.id, &again).await.unwrap();
        assert_eq!((seen.outcome.as_ref(), seen.attempts), (words.first(), 5));
        let kept = db.idempotency().begin(&tenant.id, &create, 0).await.unwrap().unwrap();
        assert_eq!(Some(&kept.result), results.first());
    }
}

pub async fn a_webhook_checks_with_the_key_that_its_store_has(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let mut before = store.api_key.clone();
    for round in 0..ROUNDS {
        let (key, webhook) = (rows::sealed(&format!("key {round}")), rows::webhook(&store));
        let change = StoreChange {
            api_key: Some(rows::new_key(&key)),
            ..StoreChange::default()
        };
        let (webhooks, stores) = (db.webhook_keys(), db.stores());
        let done = tokio::join!(
            webhooks.put(&tenant.id, &webhook, &before, None),
            stores.update(&tenant.id, &store.id, change, NOW + round)
        );
        assert!(matches!(done.1, Ok(Some(_))));
        let found = webhooks.get(&tenant.id, &store.id).await.unwrap();
        if done.0.unwrap() {
            assert_eq!(
                found.map(|row| row.key),
                Some(key.clone()),
                "it checks with the key of before"
            );
        } else {
            assert_eq!(found, None, "it was made of the key of before");
        }
        webhooks.remove(&tenant.id, &store.id).await.unwrap();
        before = key;
    }
}

pub async fn of_two_active_stores_one_is_active(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let mut ids = Vec::new();
    for name in ["1", "2"] {
        let store = rows::store(&tenant.id, name, name);
        db.stores().insert(&tenant.id, &store).await.unwrap();
        ids.push(store.id);
    }
    for _ in 0..ROUNDS {
        let active = db.active_stores();
        let done = tokio::join!(
            active.set(&tenant.id, &key.id, "", &ids[0], NOW),
            active.set(&tenant.id, &key.id, "", &ids[1], NOW)
        );
        assert!(done.0.is_ok() && done.1.is_ok());
        let found = active.get(&tenant.id, &key.id, "").await.unwrap().unwrap();
        assert!(ids.contains(&found));
    }
    // Deleted in this moment: either it was active before, or there is nothing to make active.
    let (stores, active) = (db.stores(), db.active_stores());
    let done = tokio::join!(
        stores.delete(&tenant.id, &ids[0]),
        active.set(&tenant.id, &key.id, "", &ids[0], NOW)
    );
    assert!(done.0.unwrap());
    assert!(matches!(done.1, Ok(()) | Err(od_db::DbError::MissingParent)));
    assert_ne!(
        active.get(&tenant.id, &key.id, "").await.unwrap().as_ref(),
        Some(&ids[0])
    );
}
