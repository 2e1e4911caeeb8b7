use od_db::{Db, DbError, ReportBounds, ReportRow};

use crate::rows::{self, NOW, delete_tenant, new_tenant};

const WIDE: ReportBounds = ReportBounds {
    most: 10,
    most_bytes: 1_000,
};

fn report(id: &str, stores: i64) -> ReportRow {
    ReportRow {
        id: id.to_owned(),
        stores,
        bytes: 100,
        created_at: NOW,
        expires_at: NOW + 1_000,
        sealed: rows::sealed(id),
    }
}

pub async fn tell(db: &Db) {
    a_report_is_its_tenants_and_goes_with_each_of_its_stores(db).await;
    a_report_ends_and_a_tenant_has_so_many_at_a_time(db).await;
}

async fn a_report_is_its_tenants_and_goes_with_each_of_its_stores(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let (one, other) = (
        rows::store(&tenant.id, "1001", "One"),
        rows::store(&tenant.id, "1002", "Other"),
    );
    for store in [&one, &other] {
        db.stores().insert(&tenant.id, store).await.unwrap();
    }
    let reports = db.reports();
    let ids = [rows::id(), rows::id()];
    let (of_both, of_one) = (report(&ids[0], 2), report(&ids[1], 1));
    assert!(
        reports
            .put(&tenant.id, &of_both, &[&one.id, &other.id], WIDE)
            .await
            .unwrap()
    );
    assert!(reports.put(&tenant.id, &of_one, &[&one.id], WIDE).await.unwrap());
    let found = reports.get(&tenant.id, &ids[0], NOW).await.unwrap();
    assert_eq!(
        found,
        Some((of_both.clone(), vec!["1001".to_owned(), "1002".to_owned()]))
    );
    assert_eq!(reports.get(&stranger.id, &ids[0], NOW).await.unwrap(), None);
    // A stranger's report cannot be made from them, and nothing of it is left.
    let theirs = report(&rows::id(), 1);
    let refused = reports.put(&stranger.id, &theirs, &[&one.id], WIDE).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
    assert_eq!(reports.get(&stranger.id, &theirs.id, NOW).await.unwrap(), None);
    assert_eq!(reports.next_end(&stranger.id).await.unwrap(), None);

    assert!(db.stores().delete(&tenant.id, &other.id).await.unwrap());
    assert_eq!(reports.get(&tenant.id, &ids[0], NOW).await.unwrap(), None);
    assert_eq!(reports.get(&tenant.id, &ids[1], NOW).await.unwrap().unwrap().0, of_one);
    delete_tenant(db, &tenant.id).await.unwrap();
    assert_eq!(reports.get(&tenant.id, &ids[1], NOW).await.unwrap(), None);
    let late = reports.put(&tenant.id, &report(&rows::id(), 0), &[], WIDE).await;
    assert!(matches!(late, Err(DbError::MissingParent)), "{late:?}");
}

async fn a_report_ends_and_a_tenant_has_so_many_at_a_time(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let reports = db.reports();
    let put = async |row: &ReportRow, bounds| reports.put(&tenant.id, row, &[], bounds).await.unwrap();
    let first = report(&rows::id(), 0);
    let two = ReportBounds { most: 2, ..WIDE };
    assert!(put(&first, two).await);
    assert!(put(&report(&rows::id(), 0), two).await);
    assert!(!put(&report(&rows::id(), 0), two).await, "one too many");
    // What is there takes 200.
    let small = |most_bytes| ReportBounds { most_bytes, ..WIDE };
    assert!(!put(&report(&rows::id(), 0), small(299)).await, "too large");
    assert_eq!(reports.next_end(&tenant.id).await.unwrap(), Some(NOW + 1_000));
    assert!(put(&report(&rows::id(), 0), small(300)).await);
    assert!(reports.get(&tenant.id, &first.id, NOW + 999).await.unwrap().is_some());
    assert!(reports.get(&tenant.id, &first.id, NOW + 1_000).await.unwrap().is_none());
    let later = ReportRow {
        created_at: NOW + 1_000,
        expires_at: NOW + 2_000,
        ..report(&rows::id(), 0)
    };
    assert!(put(&later, two).await, "the others make room");
    // The others are gone already, and this one stays until its end.
    reports.remove_expired(NOW + 1_999).await.unwrap();
    assert!(reports.get(&tenant.id, &later.id, NOW + 1_000).await.unwrap().is_some());
    assert!(reports.remove_expired(NOW + 2_000).await.unwrap() > 0);
    assert!(reports.get(&tenant.id, &later.id, NOW + 1_000).await.unwrap().is_none());
    delete_tenant(db, &tenant.id).await.unwrap();
}
