use od_db::{AuditEntry, AuditFilter, AuditPage, AuditPlace, AuditRow, BEGUN, Db, Purged, SealedColumns};

use crate::rows::{self, NOW, PROOFS, assert_chain_is_whole, entry, new_tenant};

async fn append(db: &Db, entries: &[AuditEntry]) {
    db.audit().append_batch(entries, PROOFS).await.unwrap();
}

fn places(rows: &[AuditRow]) -> Vec<i64> {
    rows.iter().map(|row| row.seq).collect()
}

pub async fn entries_about_an_order_are_found(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let about = |orders: Option<&str>, parameters: &str| AuditEntry {
        orders: orders.map(str::to_owned),
        parameters: parameters.to_owned(),
        ..entry(Some(&tenant.id), "orders.mutate_full", NOW)
    };
    append(
        db,
        &[
            about(Some("71"), "{}"),
            about(Some("7 71 8"), r#"{"order_ids":["7","71","8"]}"#),
            about(Some("8 7"), "{}"),
            // Of before there was a column.
            about(None, r#"{"order_id":"7","note":"71"}"#),
            about(None, r#"{"order_ids":["8","71"]}"#),
            about(None, r#"{"product_id":"7"}"#),
        ],
    )
    .await;
    let check = async |order: &str, expected: &[i64]| {
        let filter = AuditFilter {
            order_id: Some(order.to_owned()),
            ..AuditFilter::default()
        };
        let audit = db.audit();
        let mut listed = audit.list(&tenant.id, &filter, AuditPage::default()).await.unwrap();
        listed.reverse();
        assert_eq!(places(&listed), expected, "{order}");
        let matching = audit
            .matching(Some(&tenant.id), &filter, AuditPlace::START, 99, 99)
            .await;
        assert_eq!(places(&matching.unwrap()), expected, "{order}");
    };
    check("7", &[2, 3, 4]).await;
    check("71", &[1, 2, 5]).await;
    check("8", &[2, 3, 5]).await;
    check("1", &[]).await;
}

pub async fn a_request_is_found_whoever_made_it(db: &Db) {
    let (ada, _) = new_tenant(db).await;
    let (grace, _) = new_tenant(db).await;
    let begun = AuditEntry {
        status: BEGUN.to_owned(),
        ..entry(Some(&ada.id), "orders.mutate_full", NOW)
    };
    let ended = AuditEntry {
        id: rows::id(),
        status: "success".to_owned(),
        begun_id: Some(begun.id.clone()),
        ..begun.clone()
    };
    // A caller chooses its request ids.
    let same = AuditEntry {
        request_id: begun.request_id.clone(),
        ..entry(Some(&grace.id), "orders.get", NOW - 1)
    };
    let other = entry(Some(&grace.id), "orders.get", NOW);
    let act = entry(None, "tenant.create", NOW);
    append(db, &[begun.clone(), other, same.clone(), ended.clone(), act.clone()]).await;
    let audit = db.audit();
    let found = async |id: &str| {
        let rows = audit.find(id, 9).await.unwrap();
        rows.into_iter().map(|row| row.entry).collect::<Vec<_>>()
    };
    assert_eq!(found(&begun.request_id).await, [same, ended.clone()], "by time");
    assert_eq!(found(&ended.id).await, std::slice::from_ref(&ended));
    assert_eq!(
        found(&begun.id).await,
        std::slice::from_ref(&ended),
        "a beginning by its end"
    );
    assert_eq!(found(&act.request_id).await, std::slice::from_ref(&act));
    assert_eq!(found(&rows::id()).await, []);

    let beginning = |id: &str| id[..id.len() - 1].to_owned();
    let of_request = audit.beginning_with(&beginning(&begun.request_id), 9).await.unwrap();
    assert!(of_request.contains(&begun.request_id), "{of_request:?}");
    let of_entry = audit.beginning_with(&beginning(&act.id), 9).await.unwrap();
    assert!(of_entry.contains(&act.id), "{of_entry:?}");
    assert_eq!(audit.beginning_with(&act.id, 9).await.unwrap(), [act.id]);
    assert_eq!(audit.beginning_with("ffff", 9).await.unwrap(), [] as [String; 0]);
}

pub async fn what_a_change_altered_goes_with_its_entry(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let difference = SealedColumns {
        ciphertext: "sealed".to_owned(),
        tag: "tag".to_owned(),
        nonce: "nonce".to_owned(),
    };
    let changed = AuditEntry {
        difference: difference.clone(),
        ..entry(Some(&tenant.id), "orders.mutate_full", NOW)
    };
    let read = entry(Some(&tenant.id), "orders.get", NOW + 9);
    append(db, &[changed.clone(), read.clone()]).await;
    let whole = assert_chain_is_whole(db, Some(&tenant.id)).await;
    assert_eq!(whole[0].entry.difference, difference);
    assert_eq!(db.audit().find(&changed.id, 9).await.unwrap()[0].entry, changed);

    let all = AuditFilter::default();
    let listed = db.audit().list(&tenant.id, &all, AuditPage::default()).await.unwrap();
    let told: Vec<_> = listed
        .iter()
        .map(|row| (row.entry.has_difference(), row.entry.difference.is_empty()))
        .collect();
    assert_eq!(
        told,
        [(false, true), (true, true)],
        "lists know of it and do not read it"
    );

    let marker = |_: &Purged| entry(None, "audit.purged", NOW + 10);
    let purged = db
        .audit()
        .purge_before(Some(&tenant.id), NOW + 1, &marker, PROOFS)
        .await;
    assert_eq!(purged.unwrap().unwrap().entries, 1);
    assert_eq!(db.audit().find(&changed.id, 9).await.unwrap(), []);
}
