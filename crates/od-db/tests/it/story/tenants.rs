use od_db::{BackupRow, Db, DbError, Maker, Unique, testing};

use crate::rows::{self, NOW, delete_tenant, new_tenant};

pub async fn a_tenant_comes_with_its_first_key_or_not_at_all(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    assert_eq!(db.tenants().get(&tenant.id).await.unwrap().as_ref(), Some(&tenant));
    assert_eq!(
        db.master_keys().find_by_lookup(&key.lookup).await.unwrap(),
        Some((tenant, key.clone()))
    );
    assert_eq!(db.master_keys().find_by_lookup("no such digest").await.unwrap(), None);

    let second = rows::tenant();
    let same_key = od_db::MasterKeyRow {
        lookup: key.lookup,
        ..rows::key(&second.id)
    };
    let refused = db.tenants().create(&second, &same_key, &rows::empty_chain()).await;
    assert!(
        matches!(refused, Err(DbError::Duplicate(Unique::MasterKey))),
        "{refused:?}"
    );
    assert_eq!(db.tenants().get(&second.id).await.unwrap(), None);
}

pub async fn tenants_are_listed_in_pages(db: &Db) {
    let before = db.tenants().count().await.unwrap();
    let last = db
        .tenants()
        .list(u32::MAX, None)
        .await
        .unwrap()
        .pop()
        .map(|tenant| tenant.id);
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(new_tenant(db).await.0);
    }
    assert_eq!(db.tenants().count().await.unwrap(), before + 5);

    let first_page = db.tenants().list(3, last.as_ref()).await.unwrap();
    let second_page = db
        .tenants()
        .list(3, first_page.last().map(|tenant| &tenant.id))
        .await
        .unwrap();
    assert_eq!((first_page.len(), second_page.len()), (3, 2));
    assert_eq!([first_page, second_page].concat(), made);
}

pub async fn email_addresses_are_compared_without_case(db: &Db) {
    let address = format!("Grace+{}@Example.com", rows::id());
    let tenant = od_db::TenantRow {
        email: Some(address.clone()),
        ..rows::tenant()
    };
    db.tenants()
        .create(&tenant, &rows::key(&tenant.id), &rows::empty_chain())
        .await
        .unwrap();
    assert_eq!(
        db.tenants().find_by_email(&address.to_lowercase()).await.unwrap(),
        [tenant]
    );
    assert_eq!(db.tenants().find_by_email("nobody@example.com").await.unwrap(), []);
}

pub async fn a_tenant_is_closed_and_reopened(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (other, _) = new_tenant(db).await;
    for owner in [&tenant.id, &other.id] {
        db.sessions()
            .insert(owner, &rows::session(owner), Maker::Nobody)
            .await
            .unwrap();
        db.magic_links().insert(&rows::link(Some(owner))).await.unwrap();
    }
    assert!(db.tenants().close(&tenant.id, NOW + 1).await.unwrap());
    assert!(!db.tenants().close(&tenant.id, NOW + 2).await.unwrap(), "closed before");
    let closed = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!((closed.disabled_at, closed.updated_at), (Some(NOW + 1), NOW + 1));
    assert_eq!(db.sessions().list(&tenant.id).await.unwrap(), []);
    assert_eq!(db.sessions().list(&other.id).await.unwrap().len(), 1, "another's");
    let standing = db.master_keys().standing(&tenant.id, &key.id).await.unwrap().unwrap();
    assert_eq!((standing.disabled_at, standing.revoked_at), (Some(NOW + 1), None));
    assert_eq!(
        db.master_keys().list(&tenant.id).await.unwrap(),
        std::slice::from_ref(&key),
        "sealed as it was"
    );

    assert!(db.tenants().reopen(&tenant.id, NOW + 3).await.unwrap());
    assert!(!db.tenants().reopen(&tenant.id, NOW + 4).await.unwrap(), "not closed");
    assert_eq!(db.tenants().get(&tenant.id).await.unwrap().unwrap().disabled_at, None);
    let nobody = rows::tenant().id;
    assert!(!db.tenants().close(&nobody, NOW).await.unwrap());
    assert_eq!(db.master_keys().standing(&nobody, &key.id).await.unwrap(), None);
    assert_eq!(
        db.master_keys().standing(&other.id, &key.id).await.unwrap(),
        None,
        "another's key"
    );
}

pub async fn a_tenant_is_called_something_else(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    assert!(db.tenants().rename(&tenant.id, "Red Harbor", NOW + 5).await.unwrap());
    let renamed = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!(
        (renamed.name.as_deref(), renamed.updated_at),
        (Some("Red Harbor"), NOW + 5)
    );
    assert!(!db.tenants().rename(&rows::tenant().id, "x", NOW).await.unwrap());
    let nul = db.tenants().rename(&tenant.id, "a\0b", NOW).await;
    assert!(matches!(nul, Err(DbError::NulInText)), "{nul:?}");
}

pub async fn a_tenants_holdings_are_counted(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    db.stores()
        .insert(&tenant.id, &rows::store(&tenant.id, "1", "one"))
        .await
        .unwrap();
    let entries = [
        rows::entry(Some(&tenant.id), "a", NOW),
        rows::entry(Some(&tenant.id), "b", NOW + 7),
    ];
    db.audit().append_batch(&entries, rows::PROOFS).await.unwrap();
    let holdings = db.tenants().holdings(&tenant.id, NOW).await.unwrap();
    let expected = od_db::Holdings {
        stores: 1,
        keys: 1,
        entries: 2,
        first_at: Some(NOW),
        last_at: Some(NOW + 7),
    };
    assert_eq!(holdings, expected);
    assert!(
        db.master_keys()
            .revoke(&tenant.id, &key.id, NOW, None)
            .await
            .unwrap()
            .has_ended()
    );
    assert_eq!(db.tenants().holdings(&tenant.id, NOW).await.unwrap().keys, 0);
}

pub async fn a_deleted_tenant_leaves_its_end(db: &Db) {
    let before = db.audit_ends().head().await.unwrap().unwrap().ends;
    let (tenant, _) = new_tenant(db).await;
    let entries = [
        rows::entry(Some(&tenant.id), "a", NOW),
        rows::entry(Some(&tenant.id), "b", NOW),
    ];
    db.audit().append_batch(&entries, rows::PROOFS).await.unwrap();
    let head = db.audit().head(Some(&tenant.id)).await.unwrap().unwrap();
    let end = delete_tenant(db, &tenant.id).await.unwrap();
    assert_eq!((end.position, end.entries, end.intact), (before + 1, 2, 1));
    assert_eq!(
        (end.seq, &end.digest, &end.name),
        (head.seq, &head.digest, &tenant.name)
    );
    assert!(db.audit_ends().all().await.unwrap().contains(&end));
    let now = db.audit_ends().head().await.unwrap().unwrap();
    assert_eq!((now.ends, &now.last_proof), (end.position, &end.proof));
    assert_eq!(delete_tenant(db, &tenant.id).await, None);
    assert_eq!(
        db.audit_ends().head().await.unwrap().unwrap(),
        now,
        "nothing was deleted"
    );

    let (forged, _) = new_tenant(db).await;
    let sql = format!("UPDATE audit_heads SET seq = 9 WHERE chain = '{}'", forged.id);
    testing::tamper(db, &sql).await.unwrap();
    assert_eq!(delete_tenant(db, &forged.id).await.unwrap().intact, 0);
}

pub async fn the_newest_backup_is_known(db: &Db) {
    let note = async |made_at, bytes| db.backups().note(&BackupRow { made_at, bytes }).await.unwrap();
    let newest = async || db.backups().newest().await.unwrap();
    assert_eq!(newest().await, None);
    note(NOW, Some(4096)).await;
    note(NOW - 1, None).await;
    assert_eq!(
        newest().await,
        Some(BackupRow {
            made_at: NOW,
            bytes: Some(4096)
        })
    );
    note(NOW + 1, None).await;
    assert_eq!(
        newest().await,
        Some(BackupRow {
            made_at: NOW + 1,
            bytes: None
        })
    );
}

pub async fn finding_a_tenant_by_its_key_scans_no_table(db: &Db) {
    // Enough rows for a planner that would rather scan a small table.
    for _ in 0..300 {
        new_tenant(db).await;
    }
    let plan = testing::plan_of_find_by_lookup(db).await.unwrap();
    assert!(
        plan.to_lowercase().contains("using index") || plan.contains("Index Scan"),
        "{plan}"
    );
    assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
}
