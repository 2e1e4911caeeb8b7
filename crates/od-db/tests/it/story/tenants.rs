use od_db::{Db, DbError, Unique, testing};

use crate::rows::{self, NOW, new_tenant};

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

pub async fn a_tenant_can_be_disabled_and_enabled(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    assert!(
        db.tenants()
            .set_disabled(&tenant.id, Some(NOW + 1), NOW + 1)
            .await
            .unwrap()
    );
    let disabled = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!((disabled.disabled_at, disabled.updated_at), (Some(NOW + 1), NOW + 1));
    assert!(db.tenants().set_disabled(&tenant.id, None, NOW + 2).await.unwrap());
    assert_eq!(db.tenants().get(&tenant.id).await.unwrap().unwrap().disabled_at, None);
    assert!(!db.tenants().set_disabled(&rows::tenant().id, None, NOW).await.unwrap());
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
