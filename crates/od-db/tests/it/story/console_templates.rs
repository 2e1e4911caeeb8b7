use od_db::{ConsoleTemplateRow, Db};

use crate::rows::{self, NOW, delete_tenant, new_tenant};

fn row(what: &str, at: i64) -> ConsoleTemplateRow {
    ConsoleTemplateRow {
        id: rows::id(),
        sealed: rows::sealed(what),
        updated_at: at,
    }
}

pub async fn what_is_kept_is_found_replaced_and_removed(db: &Db) {
    let (owner, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let (kept, them) = (db.console_templates(), &stranger.id);
    let (first, second) = (row("first", NOW), row("second", NOW + 1));
    assert!(kept.put(&owner.id, &first, 2).await.unwrap());
    assert!(kept.put(&owner.id, &second, 2).await.unwrap());
    assert!(
        !kept.put(&owner.id, &row("third", NOW), 2).await.unwrap(),
        "one too many"
    );
    assert_eq!(kept.list(&owner.id).await.unwrap(), [second.clone(), first.clone()]);

    let newer = ConsoleTemplateRow {
        sealed: rows::sealed("newer"),
        updated_at: NOW + 2,
        ..first.clone()
    };
    assert!(kept.put(&owner.id, &newer, 2).await.unwrap());
    assert_eq!(kept.get(&owner.id, &first.id).await.unwrap(), Some(newer.clone()));
    assert_eq!(kept.list(&owner.id).await.unwrap(), [newer, second.clone()]);

    assert_eq!(kept.get(them, &first.id).await.unwrap(), None);
    assert_eq!(kept.list(them).await.unwrap(), []);
    assert!(!kept.delete(them, &first.id).await.unwrap());
    assert!(kept.delete(&owner.id, &first.id).await.unwrap());
    assert!(!kept.delete(&owner.id, &first.id).await.unwrap());
    assert_eq!(kept.list(&owner.id).await.unwrap(), [second]);

    delete_tenant(db, &owner.id).await.unwrap();
    assert_eq!(kept.list(&owner.id).await.unwrap(), [], "gone with its tenant");
}
