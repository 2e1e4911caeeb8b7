use od_db::{Db, DbError, IdempotencyRow};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

pub async fn a_name_makes_one_record(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    let sibling = rows::store(&tenant.id, "1002", "Sibling");
    for store in [&store, &sibling] {
        db.stores().insert(&tenant.id, store).await.unwrap();
    }
    let creates = db.idempotency();
    let first = rows::named_create(&store, "request 1");
    assert_eq!(creates.begin(&tenant.id, &first, 0).await.unwrap(), None);
    let again = IdempotencyRow {
        body_digest: "another digest".to_owned(),
        ..rows::named_create(&store, "request 1")
    };
    assert_eq!(
        creates.begin(&tenant.id, &again, 0).await.unwrap().as_ref(),
        Some(&first)
    );
    let elsewhere = rows::named_create(&sibling, "request 1");
    assert_eq!(
        creates.begin(&tenant.id, &elsewhere, 0).await.unwrap(),
        None,
        "another store has names of its own"
    );

    let attempt = async |seen, now| creates.attempt(&tenant.id, &first.id, seen, now).await.unwrap();
    assert!(attempt(None, NOW + 4).await);
    assert!(!attempt(None, NOW + 5).await, "somebody else sends it already");
    assert!(attempt(Some(NOW + 4), NOW + 5).await);
    let result = rows::sealed("result");
    assert!(creates.finish(&tenant.id, &first.id, &result, NOW + 7).await.unwrap());
    assert!(!attempt(Some(NOW + 5), NOW + 8).await, "it is done");
    let abandoned = async |seen| creates.abandon(&tenant.id, &first.id, seen).await.unwrap();
    assert!(!abandoned(Some(NOW + 5)).await, "it is done");
    let done = IdempotencyRow {
        result,
        attempted_at: Some(NOW + 5),
        done_at: Some(NOW + 7),
        ..first.clone()
    };
    assert_eq!(creates.begin(&tenant.id, &again, 0).await.unwrap(), Some(done.clone()));

    let released = async |done_at| creates.release(&tenant.id, &done.id, done_at).await.unwrap();
    assert!(!released(NOW + 6).await, "another record was made under it");
    assert!(released(NOW + 7).await);
    assert!(!released(NOW + 7).await);
    assert_eq!(
        creates.begin(&tenant.id, &first, 0).await.unwrap(),
        None,
        "the name was freed"
    );

    let abandoned = async |seen| creates.abandon(&tenant.id, &elsewhere.id, seen).await.unwrap();
    assert!(!abandoned(Some(NOW + 1)).await, "somebody else has sent it");
    assert!(abandoned(None).await);
    let anew = rows::named_create(&sibling, "request 1");
    assert_eq!(
        creates.begin(&tenant.id, &anew, 0).await.unwrap(),
        None,
        "the name was freed"
    );

    let later = IdempotencyRow {
        created_at: NOW + 1,
        ..rows::named_create(&store, "request 1")
    };
    assert_eq!(
        creates.begin(&tenant.id, &later, NOW + 1).await.unwrap(),
        None,
        "the first one expired"
    );

    let unknown = IdempotencyRow {
        store_row_id: rows::id(),
        ..rows::named_create(&store, "request 2")
    };
    let refused = creates.begin(&tenant.id, &unknown, 0).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
}

pub async fn of_many_who_begin_one_does(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (db, row) = (db.clone(), rows::named_create(&store, "request 1"));
        callers.spawn(async move { db.idempotency().begin(&row.tenant_id, &row, 0).await.unwrap() });
    }
    let begun = callers.join_all().await;
    assert_eq!(begun.iter().filter(|found| found.is_none()).count(), 1);
    let others: Vec<_> = begun.iter().flatten().map(|row| &row.id).collect();
    assert!(others.iter().all(|id| *id == others[0]));
}
