use od_db::{Db, DbError, MirrorChunk, MirrorRow};

use crate::rows::{self, NOW, delete_tenant, new_tenant};

fn row(edition: &str) -> MirrorRow {
    MirrorRow {
        edition: edition.to_owned(),
        last_chunk: 0,
        begins: NOW - 1000,
        ends: NOW,
        reached: 0,
        expected: 7,
        filled_at: None,
        seen: NOW,
        refreshed_at: NOW,
        audited_at: 0,
    }
}

fn chunk(number: i64) -> MirrorChunk {
    MirrorChunk {
        number,
        orders: 500,
        oldest: NOW - 900,
        newest: NOW - 1,
        sealed: rows::sealed(&format!("chunk {number}")),
    }
}

pub async fn a_copy_goes_on_from_where_it_is(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let (mirrors, owner, store) = (db.mirrors(), &tenant.id, &store.id);
    assert_eq!(mirrors.get(owner, store).await.unwrap(), None);
    let begun = row("first");
    mirrors.begin(owner, store, &begun, &[]).await.unwrap();
    assert_eq!(mirrors.next_chunk(owner, store, 0).await.unwrap(), None);

    let further = MirrorRow {
        last_chunk: 1,
        reached: 500,
        filled_at: Some(NOW + 1),
        ..begun.clone()
    };
    assert!(
        mirrors
            .advance(owner, store, &begun, &further, Some(&chunk(1)))
            .await
            .unwrap()
    );
    assert!(
        !mirrors
            .advance(owner, store, &begun, &further, Some(&chunk(1)))
            .await
            .unwrap(),
        "somebody was first"
    );
    assert_eq!(mirrors.get(owner, store).await.unwrap(), Some(further.clone()));
    let counted = MirrorRow {
        audited_at: NOW + 2,
        ..further.clone()
    };
    assert!(mirrors.advance(owner, store, &further, &counted, None).await.unwrap());
    assert_eq!(mirrors.next_chunk(owner, store, 0).await.unwrap(), Some(chunk(1)));
    assert_eq!(mirrors.next_chunk(owner, store, 1).await.unwrap(), None);

    let anew = MirrorRow {
        last_chunk: 2,
        ..row("second")
    };
    mirrors.begin(owner, store, &anew, &[chunk(1), chunk(2)]).await.unwrap();
    assert!(
        !mirrors.advance(owner, store, &counted, &counted, None).await.unwrap(),
        "of another edition"
    );
    assert_eq!(mirrors.next_chunk(owner, store, 1).await.unwrap(), Some(chunk(2)));
}

pub async fn a_copy_is_its_tenants_and_goes_with_its_store(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let mirrors = db.mirrors();
    mirrors
        .begin(&tenant.id, &store.id, &row("first"), &[chunk(1)])
        .await
        .unwrap();

    let refused = mirrors.begin(&stranger.id, &store.id, &row("theirs"), &[]).await;
    assert!(
        matches!(refused, Err(DbError::MissingParent | DbError::Duplicate(_))),
        "{refused:?}"
    );
    assert_eq!(mirrors.get(&stranger.id, &store.id).await.unwrap(), None);
    assert_eq!(mirrors.next_chunk(&stranger.id, &store.id, 0).await.unwrap(), None);
    let theirs = row("theirs");
    assert!(
        !mirrors
            .advance(&stranger.id, &store.id, &row("first"), &theirs, None)
            .await
            .unwrap()
    );

    assert!(db.stores().delete(&tenant.id, &store.id).await.unwrap());
    assert_eq!(mirrors.get(&tenant.id, &store.id).await.unwrap(), None);
    assert_eq!(mirrors.next_chunk(&tenant.id, &store.id, 0).await.unwrap(), None);
    let late = mirrors.begin(&tenant.id, &store.id, &row("late"), &[]).await;
    assert!(matches!(late, Err(DbError::MissingParent)), "{late:?}");
    delete_tenant(db, &tenant.id).await.unwrap();
}
