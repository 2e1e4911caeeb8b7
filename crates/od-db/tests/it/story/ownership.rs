use od_db::{AnswerRow, AuditFilter, AuditPage, Db, DbError, Maker, OldKey, StoreChange};

use crate::rows::{self, NOW, PROOFS, entry, new_tenant};

pub async fn another_tenants_rows_are_as_if_they_were_not(db: &Db) {
    let (owner, key) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let store = rows::store(&owner.id, "1001", "Shop");
    let session = rows::session(&owner.id);
    db.stores().insert(&owner.id, &store).await.unwrap();
    db.sessions().insert(&owner.id, &session, Maker::Nobody).await.unwrap();
    db.active_stores()
        .set(&owner.id, &key.id, "", &store.id, NOW)
        .await
        .unwrap();
    let event = db
        .webhook_events()
        .receive(&owner.id, &rows::event(&store, "delivery"))
        .await
        .unwrap();
    let create = rows::named_create(&store, "request 1");
    assert_eq!(db.idempotency().begin(&owner.id, &create, 0).await.unwrap(), None);
    db.audit()
        .append_batch(&[entry(Some(&owner.id), "orders.get", NOW)], PROOFS)
        .await
        .unwrap();

    let them = &stranger.id;
    assert_eq!(db.stores().list(them).await.unwrap(), []);
    assert_eq!(db.stores().count(them).await.unwrap(), 0);
    assert_eq!(db.stores().get(them, &store.id).await.unwrap(), None);
    assert_eq!(db.stores().find_by_store_id(them, "1001").await.unwrap(), None);
    assert_eq!(db.stores().find_by_name(them, "Shop").await.unwrap(), None);
    assert!(!db.stores().set_settings(them, &store.id, "{}", NOW).await.unwrap());
    let renamed = StoreChange {
        store_name: Some("Theirs"),
        ..StoreChange::default()
    };
    assert_eq!(db.stores().update(them, &store.id, renamed, NOW).await.unwrap(), None);
    assert!(!db.stores().delete(them, &store.id).await.unwrap());
    assert!(
        !db.master_keys()
            .revoke(them, &key.id, NOW, None)
            .await
            .unwrap()
            .has_ended()
    );
    db.master_keys().touch(them, &key.id, NOW).await.unwrap();
    assert!(!db.sessions().touch(them, &session.id, NOW, NOW + 1).await.unwrap());
    assert!(
        !db.sessions()
            .unlock(them, &session.id, &rows::sealed("theirs"))
            .await
            .unwrap()
    );
    assert!(!db.sessions().revoke(them, &session.id, NOW).await.unwrap());
    assert_eq!(db.active_stores().get(them, &key.id, "").await.unwrap(), None);
    db.active_stores().clear(them, &key.id).await.unwrap();
    assert_eq!(db.webhook_events().list(them, &store.id, 9).await.unwrap(), []);
    let creates = db.idempotency();
    assert!(!creates.attempt(them, &create.id, None, NOW).await.unwrap());
    assert!(
        !creates
            .finish(them, &create.id, &rows::sealed("theirs"), NOW)
            .await
            .unwrap()
    );
    assert!(!creates.abandon(them, &create.id, None).await.unwrap());
    assert_eq!(
        db.audit()
            .list(them, &AuditFilter::default(), AuditPage::default())
            .await
            .unwrap(),
        []
    );

    assert_eq!(db.stores().list(&owner.id).await.unwrap(), std::slice::from_ref(&store));
    assert_eq!(
        db.master_keys().list(&owner.id).await.unwrap(),
        std::slice::from_ref(&key)
    );
    assert_eq!(db.sessions().list(&owner.id).await.unwrap(), [session]);
    assert_eq!(
        db.active_stores().get(&owner.id, &key.id, "").await.unwrap().as_ref(),
        Some(&store.id)
    );
    assert_eq!(
        db.webhook_events().list(&owner.id, &store.id, 9).await.unwrap(),
        [event]
    );
    assert_eq!(creates.begin(&owner.id, &create, 0).await.unwrap(), Some(create));
}

pub async fn another_tenants_answers_are_as_if_they_were_not(db: &Db) {
    let (owner, key) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let (answers, them) = (db.answers(), &stranger.id);
    let answer = rows::answer(&key, "call");
    assert!(answers.put(&owner.id, &answer).await.unwrap());
    assert_eq!(answers.find(them, &key.id, "call").await.unwrap(), None);
    assert!(!answers.want(them, &answer.id).await.unwrap());
    assert!(!answers.renew(them, &answer.id, 99).await.unwrap());
    let theirs = rows::sealed("theirs");
    assert!(!answers.keep(them, &answer.id, &theirs, false, NOW + 99).await.unwrap());
    assert!(!answers.end(them, &answer.id, false).await.unwrap());
    let found = answers.find(&owner.id, &key.id, "call").await.unwrap();
    assert_eq!(found.map(|found| found.row), Some(answer));

    // Nor do they change or end a kept one.
    let kept = AnswerRow {
        records: "order".to_owned(),
        result: rows::sealed("answer"),
        wanted: 1,
        shared: 2,
        ..rows::answer(&key, "shared call")
    };
    assert!(answers.put(&owner.id, &kept).await.unwrap());
    answers.lost(them, &kept.id).await.unwrap();
    answers.given(them, &kept.id, NOW + 99).await.unwrap();
    answers.overtake(them, "write", "order", NOW + 99).await.unwrap();
    let found = answers.find(&owner.id, &key.id, "shared call").await.unwrap();
    assert_eq!(found.map(|found| found.row), Some(kept));
}

pub async fn a_row_of_another_tenant_is_not_written(db: &Db) {
    let (owner, _) = new_tenant(db).await;
    let (stranger, theirs) = new_tenant(db).await;
    let store = rows::store(&owner.id, "1001", "Shop");
    db.stores().insert(&owner.id, &store).await.unwrap();
    let refusals = [
        db.stores()
            .insert(&stranger.id, &rows::store(&owner.id, "1002", "Second"))
            .await,
        db.master_keys()
            .rotate(
                &stranger.id,
                &rows::key(&owner.id),
                OldKey {
                    id: &theirs.id,
                    ends_at: NOW,
                    reason: None,
                },
            )
            .await
            .map(drop),
        db.sessions()
            .insert(&stranger.id, &rows::session(&owner.id), Maker::Nobody)
            .await
            .map(drop),
        db.webhook_events()
            .receive(&stranger.id, &rows::event(&store, "delivery"))
            .await
            .map(drop),
        db.idempotency()
            .begin(&stranger.id, &rows::named_create(&store, "request 1"), 0)
            .await
            .map(drop),
        db.answers()
            .begin(&stranger.id, &rows::answer(&rows::key(&owner.id), "call"), 10)
            .await
            .map(drop),
        db.answers()
            .put(&stranger.id, &rows::answer(&rows::key(&owner.id), "call"))
            .await
            .map(drop),
        db.tenants()
            .create(&rows::tenant(), &rows::key(&owner.id), &rows::empty_chain())
            .await,
    ];
    for (index, refusal) in refusals.into_iter().enumerate() {
        assert!(matches!(refusal, Err(DbError::WrongTenant)), "{index}: {refusal:?}");
    }
}

pub async fn deleting_a_tenant_takes_everything_it_owns(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (bystander, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    let session = rows::session(&tenant.id);
    let link = rows::link(Some(&tenant.id));
    let others = rows::store(&bystander.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    db.stores().insert(&bystander.id, &others).await.unwrap();
    db.sessions().insert(&tenant.id, &session, Maker::Nobody).await.unwrap();
    let token = rows::token(&tenant.id);
    db.tokens().insert(&tenant.id, &token, Maker::Nobody).await.unwrap();
    db.magic_links().insert(&link).await.unwrap();
    db.active_stores()
        .set(&tenant.id, &key.id, "", &store.id, NOW)
        .await
        .unwrap();
    db.webhook_events()
        .receive(&tenant.id, &rows::event(&store, "delivery"))
        .await
        .unwrap();
    let create = rows::named_create(&store, "request 1");
    db.idempotency().begin(&tenant.id, &create, 0).await.unwrap();
    db.answers().put(&tenant.id, &rows::answer(&key, "call")).await.unwrap();
    let batch = [
        entry(Some(&tenant.id), "orders.get", NOW),
        entry(Some(&bystander.id), "orders.get", NOW),
    ];
    db.audit().append_batch(&batch, PROOFS).await.unwrap();

    assert!(rows::delete_tenant(db, &tenant.id).await.is_some());
    assert!(rows::delete_tenant(db, &tenant.id).await.is_none());

    assert_eq!(db.tenants().get(&tenant.id).await.unwrap(), None);
    assert_eq!(db.master_keys().find_by_lookup(&key.lookup).await.unwrap(), None);
    assert_eq!(db.master_keys().list(&tenant.id).await.unwrap(), []);
    assert_eq!(db.tokens().find(&token.digest).await.unwrap(), None);
    assert_eq!(db.stores().list(&tenant.id).await.unwrap(), []);
    assert_eq!(db.active_stores().get(&tenant.id, &key.id, "").await.unwrap(), None);
    assert_eq!(db.sessions().find_by_token(&session.token_digest).await.unwrap(), None);
    assert_eq!(
        db.magic_links()
            .consume(&link.token_digest, "login", NOW)
            .await
            .unwrap(),
        None
    );
    assert_eq!(db.webhook_events().list(&tenant.id, &store.id, 9).await.unwrap(), []);
    assert!(!db.idempotency().abandon(&tenant.id, &create.id, None).await.unwrap());
    assert_eq!(db.answers().find(&tenant.id, &key.id, "call").await.unwrap(), None);
    assert_eq!(db.audit().walk(Some(&tenant.id), 0, 9).await.unwrap(), []);
    assert_eq!(db.audit().head(Some(&tenant.id)).await.unwrap(), None);

    let orphan = db.stores().insert(&tenant.id, &store).await;
    assert!(matches!(orphan, Err(DbError::MissingParent)), "{orphan:?}");
    assert_eq!(db.stores().list(&bystander.id).await.unwrap(), [others]);
    assert_eq!(db.audit().walk(Some(&bystander.id), 0, 9).await.unwrap().len(), 1);
}
