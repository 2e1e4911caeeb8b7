use od_db::{AnswerRow, Db, DbError};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

pub async fn a_write_at_work_has_one_row(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let answers = db.answers();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (db, row) = (db.clone(), rows::answer(&key, "call"));
        callers.spawn(async move { db.answers().begin(&row.tenant_id, &row).await.unwrap() });
    }
    let begun = callers.join_all().await;
    assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
    let found = async || answers.find(&tenant.id, &key.id, "call").await.unwrap();
    let row = found().await.expect("a row");
    assert!(row.is_at_work());
    let another = rows::answer(&key, "another call");
    assert!(
        answers.begin(&tenant.id, &another).await.unwrap(),
        "another call has a row of its own"
    );

    assert!(answers.renew(&tenant.id, &row.id, NOW + 20).await.unwrap());
    assert!(
        !answers.take_over(&tenant.id, &row, "stale", NOW + 30).await.unwrap(),
        "it was renewed"
    );
    let renewed = found().await.expect("a row");
    assert_eq!(renewed.expires_at, NOW + 20);
    let id = rows::id();
    assert!(answers.take_over(&tenant.id, &renewed, &id, NOW + 30).await.unwrap());
    assert!(!answers.take_over(&tenant.id, &renewed, "late", NOW + 30).await.unwrap());
    assert!(
        !answers.renew(&tenant.id, &renewed.id, NOW + 99).await.unwrap(),
        "it is another call's"
    );
    assert!(
        !answers.end(&tenant.id, &renewed.id, false).await.unwrap(),
        "it is another call's"
    );

    assert!(answers.end(&tenant.id, &id, false).await.unwrap());
    assert_eq!(found().await, None);
    assert!(!answers.want(&tenant.id, &id).await.unwrap());

    let orphan = AnswerRow {
        tenant_id: rows::tenant().id,
        ..rows::answer(&key, "call")
    };
    let refused = answers.begin(&orphan.tenant_id, &orphan).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
}

pub async fn an_answer_is_kept_and_handed_over_once(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let answers = db.answers();
    let row = rows::answer(&key, "call");
    let found = async || answers.find(&tenant.id, &key.id, "call").await.unwrap();
    assert!(answers.begin(&tenant.id, &row).await.unwrap());
    assert!(answers.want(&tenant.id, &row.id).await.unwrap());
    assert!(
        !answers.end(&tenant.id, &row.id, false).await.unwrap(),
        "somebody waits for it"
    );
    assert!(
        answers
            .keep(&tenant.id, &row.id, &rows::sealed("answer"), true, NOW + 50)
            .await
            .unwrap()
    );
    let kept = AnswerRow {
        result: rows::sealed("answer"),
        wanted: 1,
        shared: 1,
        expires_at: NOW + 50,
        ..row.clone()
    };
    assert_eq!(found().await.as_ref(), Some(&kept));
    assert!(!answers.want(&tenant.id, &row.id).await.unwrap(), "it is answered");
    assert!(
        !answers.renew(&tenant.id, &row.id, NOW + 99).await.unwrap(),
        "it is not at work"
    );

    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (db, kept) = (db.clone(), kept.clone());
        callers.spawn(async move {
            let (tenant, id) = (kept.tenant_id.clone(), rows::id());
            db.answers().take_over(&tenant, &kept, &id, NOW + 60).await.unwrap()
        });
    }
    let taken = callers.join_all().await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    let taken = found().await.expect("a row");
    assert!(taken.is_at_work());
    assert_eq!((taken.wanted, taken.shared, taken.expires_at), (0, 0, NOW + 60));

    answers.remove_expired(NOW + 59, NOW).await.unwrap();
    assert_eq!(found().await, Some(taken));
    // A write that was at work when its process died is known for longer than its lease.
    answers.remove_expired(NOW + 61, NOW + 59).await.unwrap();
    assert!(found().await.is_some());
    assert!(answers.remove_expired(NOW + 61, NOW + 60).await.unwrap() >= 1);
    assert_eq!(found().await, None);
}

pub async fn an_ended_credential_takes_its_answers_along(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (other_tenant, other) = new_tenant(db).await;
    for key in [&key, &other] {
        let row = rows::answer(key, "call");
        assert!(db.answers().begin(&key.tenant_id, &row).await.unwrap());
    }
    db.master_keys().revoke(&tenant.id, &key.id, NOW, None).await.unwrap();
    assert_eq!(db.answers().find(&tenant.id, &key.id, "call").await.unwrap(), None);
    let others = db.answers().find(&other_tenant.id, &other.id, "call").await.unwrap();
    assert!(others.is_some());

    db.master_keys()
        .expire_at(&other_tenant.id, &other.id, NOW)
        .await
        .unwrap();
    db.master_keys().retire_expired(NOW).await.unwrap();
    assert_eq!(
        db.answers().find(&other_tenant.id, &other.id, "call").await.unwrap(),
        None
    );
}
