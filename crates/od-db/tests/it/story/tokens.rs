use od_db::{Db, Maker, SealedColumns, TokenRow, testing};

use crate::rows::{self, NOW, new_tenant};

pub async fn a_token_is_found_used_and_ended(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let token = rows::token(&tenant.id);
    db.tokens().insert(&tenant.id, &token, Maker::Nobody).await.unwrap();

    let found = db.tokens().find(&token.digest).await.unwrap().unwrap();
    assert_eq!(found.token, token);
    assert_eq!(
        (found.disabled_at, found.client_name, found.grant_revoked_at),
        (None, None, None)
    );
    assert_eq!(db.tokens().find("another digest").await.unwrap(), None);
    assert_eq!(
        db.tokens().list(&tenant.id, "personal").await.unwrap(),
        std::slice::from_ref(&token)
    );
    assert_eq!(db.tokens().list(&tenant.id, "refresh").await.unwrap(), []);
    assert_eq!(db.tokens().list(&stranger.id, "personal").await.unwrap(), []);

    for at in [NOW + 10, NOW + 5] {
        db.tokens().touch(&tenant.id, &token.id, at).await.unwrap();
    }
    db.tokens().touch(&stranger.id, &token.id, NOW + 20).await.unwrap();
    let used = db.tokens().list(&tenant.id, "personal").await.unwrap().remove(0);
    assert_eq!(used.last_used_at, Some(NOW + 10));

    db.active_stores()
        .set(&tenant.id, &token.id, "", &store.id, NOW)
        .await
        .unwrap();
    let tokens = db.tokens();
    assert!(!tokens.revoke(&stranger.id, &token.id, NOW + 30, None).await.unwrap());
    assert!(
        tokens
            .revoke(&tenant.id, &token.id, NOW + 30, Some("lost"))
            .await
            .unwrap()
    );
    assert!(!tokens.revoke(&tenant.id, &token.id, NOW + 31, None).await.unwrap());
    let ended = tokens.find(&token.digest).await.unwrap().unwrap().token;
    let expected = TokenRow {
        data_key: SealedColumns::default(),
        last_used_at: Some(NOW + 10),
        revoked_at: Some(NOW + 30),
        reason: Some("lost".to_owned()),
        ..token.clone()
    };
    assert_eq!(ended, expected);
    let standing = tokens.standing(&tenant.id, &token.id).await.unwrap().unwrap();
    assert_eq!(
        (standing.expires_at, standing.revoked_at),
        (Some(NOW + 1_000), Some(NOW + 30))
    );
    assert_eq!(tokens.standing(&stranger.id, &token.id).await.unwrap(), None);
    assert_eq!(db.active_stores().get(&tenant.id, &token.id, "").await.unwrap(), None);

    db.tenants().close(&tenant.id, NOW + 40).await.unwrap();
    let found = tokens.find(&token.digest).await.unwrap().unwrap();
    assert_eq!(found.disabled_at, Some(NOW + 40));
}

pub async fn an_expired_token_retires(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let expiring = rows::token(&tenant.id);
    let lasting = TokenRow {
        expires_at: None,
        ..rows::token(&tenant.id)
    };
    for token in [&expiring, &lasting] {
        db.tokens().insert(&tenant.id, token, Maker::Nobody).await.unwrap();
    }
    db.tokens().retire_expired(NOW + 1_000).await.unwrap();
    let find = async |token: &TokenRow| db.tokens().find(&token.digest).await.unwrap().unwrap().token;
    let ended = find(&expiring).await;
    assert_eq!(
        (ended.revoked_at, ended.reason.as_deref()),
        (Some(NOW + 1_000), Some("expired"))
    );
    assert!(ended.data_key.is_empty());
    assert_eq!(find(&lasting).await, lasting);
}

pub async fn finding_a_token_scans_no_table(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    for _ in 0..300 {
        db.tokens()
            .insert(&tenant.id, &rows::token(&tenant.id), Maker::Nobody)
            .await
            .unwrap();
    }
    let plan = testing::plan_of_find_token(db).await.unwrap();
    assert!(
        plan.to_lowercase().contains("using index") || plan.contains("Index Scan"),
        "{plan}"
    );
    assert!(
        !plan.contains("SCAN k") && !plan.contains("Seq Scan on tokens"),
        "{plan}"
    );
}
