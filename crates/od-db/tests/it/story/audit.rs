use std::collections::HashMap;

use od_db::{Appended, AuditEntry, AuditFilter, AuditHead, AuditPage, AuditPlace, BEGUN, Db, Proofs, Purged};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, PROOFS, assert_chain_is_whole, entry, new_tenant};

async fn append(db: &Db, entries: &[AuditEntry]) -> Appended {
    db.audit().append_batch(entries, PROOFS).await.unwrap()
}

pub async fn entries_are_chained_per_tenant(db: &Db) {
    let (ada, _) = new_tenant(db).await;
    let (grace, _) = new_tenant(db).await;
    assert_eq!(
        assert_chain_is_whole(db, Some(&ada.id)).await,
        [],
        "empty, and vouched for"
    );

    let first = [
        entry(Some(&ada.id), "orders.get", NOW),
        entry(None, "tenant.create", NOW),
    ];
    let second = [
        entry(Some(&grace.id), "orders.get", NOW),
        entry(Some(&ada.id), "orders.list", NOW + 1),
        entry(Some(&ada.id), "orders.get", NOW + 2),
    ];
    assert_eq!(
        append(db, &first).await,
        Appended {
            written: 2,
            gone: vec![]
        }
    );
    assert_eq!(
        append(db, &second).await,
        Appended {
            written: 3,
            gone: vec![]
        }
    );

    let ada_entries: Vec<_> = assert_chain_is_whole(db, Some(&ada.id))
        .await
        .into_iter()
        .map(|row| row.entry)
        .collect();
    assert_eq!(ada_entries, [first[0].clone(), second[1].clone(), second[2].clone()]);
    assert_eq!(assert_chain_is_whole(db, Some(&grace.id)).await.len(), 1);
    assert_chain_is_whole(db, None).await;

    let heads: HashMap<_, _> = db
        .audit()
        .heads()
        .await
        .unwrap()
        .into_iter()
        .map(|head| (head.tenant_id, head.seq))
        .collect();
    assert_eq!(heads[&Some(ada.id.clone())], 3);
    assert!(heads.contains_key(&None));
    assert_eq!(append(db, &[]).await, Appended::default());
    assert_eq!(db.audit().walk(Some(&ada.id), 1, 1).await.unwrap()[0].seq, 2);
}

pub async fn writers_at_the_same_time_leave_no_gap(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let (db, tenant) = (db.clone(), tenant.id.clone());
        writers.spawn(async move {
            for _ in 0..3 {
                let batch = [
                    entry(Some(&tenant), &format!("tool {writer}"), NOW),
                    entry(None, "system", NOW),
                ];
                append(&db, &batch).await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(assert_chain_is_whole(db, Some(&tenant.id)).await.len(), 36);
    assert_chain_is_whole(db, None).await;
}

pub async fn a_large_batch_keeps_its_order(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let batch: Vec<_> = (0..250)
        .map(|n| entry(Some(&tenant.id), &format!("tool {n}"), NOW + n))
        .collect();
    assert_eq!(append(db, &batch).await.written, 250);
    let entries: Vec<_> = assert_chain_is_whole(db, Some(&tenant.id))
        .await
        .into_iter()
        .map(|row| row.entry)
        .collect();
    assert_eq!(entries, batch);
}

pub async fn a_batch_of_many_tenants_is_chained_for_each(db: &Db) {
    let mut tenants = Vec::new();
    for _ in 0..70 {
        tenants.push(new_tenant(db).await.0.id);
    }
    let gone = rows::tenant().id;
    let batch: Vec<_> = (0..3)
        .flat_map(|turn| {
            let of = move |tenant| entry(Some(tenant), &format!("tool {turn}"), NOW + turn);
            tenants
                .iter()
                .chain([&gone])
                .map(of)
                .chain([entry(None, "system", NOW)])
        })
        .collect();
    let expected = Appended {
        written: 3 * 71,
        gone: vec![gone],
    };
    assert_eq!(append(db, &batch).await, expected);
    let again: Vec<_> = batch
        .into_iter()
        .map(|one| AuditEntry { id: rows::id(), ..one })
        .collect();
    assert_eq!(append(db, &again).await, expected, "the ends were moved");
    for tenant in &tenants {
        let tools: Vec<_> = assert_chain_is_whole(db, Some(tenant))
            .await
            .into_iter()
            .map(|row| row.entry.tool_name)
            .collect();
        assert_eq!(tools, ["tool 0", "tool 1", "tool 2", "tool 0", "tool 1", "tool 2"]);
    }
    assert_chain_is_whole(db, None).await;
}

pub async fn entries_of_a_deleted_tenant_are_left_out(db: &Db) {
    let (living, _) = new_tenant(db).await;
    let gone = rows::tenant();
    let batch = [
        entry(Some(&gone.id), "late", NOW),
        entry(Some(&living.id), "on time", NOW),
    ];
    assert_eq!(
        append(db, &batch).await,
        Appended {
            written: 1,
            gone: vec![gone.id.clone()]
        }
    );
    assert_eq!(db.audit().walk(Some(&gone.id), 0, 9).await.unwrap(), []);
    assert_eq!(assert_chain_is_whole(db, Some(&living.id)).await.len(), 1);
}

pub async fn entries_are_paged(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let batch: Vec<_> = (0..5).map(|n| entry(Some(&tenant.id), "orders.get", NOW + n)).collect();
    append(db, &batch).await;
    let place = |seq: i64| AuditPlace {
        created_at: NOW + seq - 1,
        seq,
    };
    let check = async |before: Option<i64>, limit: u32, expected: &[i64]| {
        let before = before.map(place);
        let page = AuditPage {
            before,
            limit,
            ..AuditPage::default()
        };
        let rows = db
            .audit()
            .list(&tenant.id, &AuditFilter::default(), page)
            .await
            .unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), expected, "{page:?}");
    };
    check(None, 50, &[5, 4, 3, 2, 1]).await;
    check(None, 2, &[5, 4]).await;
    check(Some(4), 2, &[3, 2]).await;
    check(Some(1), 2, &[]).await;
    let page = AuditPage {
        before: Some(place(5)),
        from: Some(place(3)),
        limit: 50,
    };
    let rows = db
        .audit()
        .list(&tenant.id, &AuditFilter::default(), page)
        .await
        .unwrap();
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [4, 3]);
}

pub async fn a_tool_that_was_ever_recorded_is_known(db: &Db) {
    assert!(!db.audit().mentions("orders.of_old").await.unwrap());
    append(db, &[entry(None, "orders.of_old", NOW)]).await;
    assert!(db.audit().mentions("orders.of_old").await.unwrap());
}

pub async fn entries_are_filtered(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let plain = |at: i64| entry(Some(&tenant.id), "orders.get", at);
    let text = |text: &str| Some(text.to_owned());
    let odd = AuditEntry {
        store_id: text("43"),
        tool_name: "orders.create".to_owned(),
        status: "error".to_owned(),
        source: "cli".to_owned(),
        ..plain(NOW + 2)
    };
    append(
        db,
        &[plain(NOW), plain(NOW + 1), odd.clone(), plain(NOW + 3), plain(NOW + 4)],
    )
    .await;

    let check = async |filter: AuditFilter, expected: &[i64]| {
        let rows = db
            .audit()
            .list(&tenant.id, &filter, AuditPage::default())
            .await
            .unwrap();
        assert_eq!(
            rows.iter().map(|row| row.seq).collect::<Vec<_>>(),
            expected,
            "{filter:?}"
        );
    };
    let all = AuditFilter::default;
    check(all(), &[5, 4, 3, 2, 1]).await;
    check(
        AuditFilter {
            store_id: text("43"),
            ..all()
        },
        &[3],
    )
    .await;
    check(
        AuditFilter {
            tool_name: text("orders.create"),
            ..all()
        },
        &[3],
    )
    .await;
    check(
        AuditFilter {
            status: text("error"),
            ..all()
        },
        &[3],
    )
    .await;
    check(
        AuditFilter {
            source: text("cli"),
            ..all()
        },
        &[3],
    )
    .await;
    check(
        AuditFilter {
            request_id: Some(odd.request_id),
            ..all()
        },
        &[3],
    )
    .await;
    check(
        AuditFilter {
            since: Some(NOW + 1),
            until: Some(NOW + 3),
            ..all()
        },
        &[3, 2],
    )
    .await;
    check(
        AuditFilter {
            status: text("success"),
            since: Some(NOW + 1),
            ..all()
        },
        &[5, 4, 2],
    )
    .await;
    check(
        AuditFilter {
            tool_name: text("' OR 1=1 --"),
            ..all()
        },
        &[],
    )
    .await;
}

pub async fn a_purge_leaves_a_marker_and_a_whole_chain(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    // The fourth is late in the chain but old: it stays, for the chain must not get a gap.
    let times = [NOW, NOW + 1, NOW + 10, NOW + 2];
    let batch: Vec<_> = times
        .into_iter()
        .map(|at| entry(Some(&tenant.id), "orders.get", at))
        .collect();
    append(db, &batch).await;
    let second = db.audit().walk(Some(&tenant.id), 1, 1).await.unwrap().remove(0);

    let marker = |purged: &Purged| AuditEntry {
        parameters: format!(r#"{{"through":{}}}"#, purged.through_seq),
        ..entry(None, "audit.purge", NOW + 20)
    };
    let purge = async |before: i64| {
        db.audit()
            .purge_before(Some(&tenant.id), before, &marker, PROOFS)
            .await
            .unwrap()
    };
    let old = async |before: i64| {
        db.audit()
            .chains_older_than(before)
            .await
            .unwrap()
            .contains(&Some(tenant.id.clone()))
    };
    assert!(!old(NOW).await && old(NOW + 1).await);
    let purged = purge(NOW + 5).await;
    assert_eq!(
        purged,
        Some(Purged {
            entries: 2,
            through_seq: 2,
            through_digest: second.digest
        })
    );
    let left = assert_chain_is_whole(db, Some(&tenant.id)).await;
    assert_eq!(left.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(left[2].entry.tool_name, "audit.purge");
    assert_eq!(
        left[2].entry.tenant_id.as_ref(),
        Some(&tenant.id),
        "whatever tenant the marker named"
    );
    assert_eq!(left[2].entry.parameters, r#"{"through":2}"#);

    assert_eq!(purge(NOW + 5).await, None, "nothing old is left");
    assert_eq!(assert_chain_is_whole(db, Some(&tenant.id)).await.len(), 3);

    assert_eq!(
        purge(NOW + 1_000).await.map(|purged| purged.entries),
        Some(3),
        "everything"
    );
    assert_eq!(assert_chain_is_whole(db, Some(&tenant.id)).await.len(), 1);
    append(db, &[entry(Some(&tenant.id), "orders.get", NOW + 30)]).await;
    assert_eq!(assert_chain_is_whole(db, Some(&tenant.id)).await.len(), 2);

    let gone = rows::tenant();
    assert_eq!(
        db.audit()
            .purge_before(Some(&gone.id), NOW, &marker, PROOFS)
            .await
            .unwrap(),
        None
    );
}

/// A change is one entry to whoever reads, whatever became of it, and two rows to whoever verifies.
pub async fn a_change_is_listed_once(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let begun = |tool: &str, at: i64| AuditEntry {
        status: BEGUN.to_owned(),
        ..entry(Some(&tenant.id), tool, at)
    };
    let ended = |begun: &AuditEntry| AuditEntry {
        id: rows::id(),
        status: "success".to_owned(),
        begun_id: Some(begun.id.clone()),
        ..begun.clone()
    };
    let (first, died, second) = (begun("first", NOW), begun("died", NOW + 1), begun("second", NOW + 9));
    let read = entry(Some(&tenant.id), "read", NOW + 3);
    append(db, &[first.clone(), died.clone()]).await;
    append(db, &[second.clone(), ended(&first), read, ended(&second)]).await;

    let whole = assert_chain_is_whole(db, Some(&tenant.id)).await;
    assert_eq!(whole.len(), 6);
    assert_eq!(whole[3].entry.begun_id.as_ref(), Some(&first.id));
    let check = async |filter: AuditFilter, expected: &[(i64, &str)]| {
        let told = |rows: Vec<od_db::AuditRow>| -> Vec<(i64, String)> {
            rows.into_iter().map(|row| (row.seq, row.entry.status)).collect()
        };
        let audit = db.audit();
        let matching = audit
            .matching(Some(&tenant.id), &filter, AuditPlace::START, 99, 99)
            .await;
        let mut matching = matching.unwrap();
        matching.sort_by_key(|row| row.seq);
        let mut listed = audit.list(&tenant.id, &filter, AuditPage::default()).await.unwrap();
        listed.sort_by_key(|row| row.seq);
        let expected: Vec<_> = expected
            .iter()
            .map(|(seq, status)| (*seq, (*status).to_owned()))
            .collect();
        assert_eq!(told(matching), expected);
        assert_eq!(told(listed), expected);
    };
    let all = AuditFilter::default;
    check(all(), &[(2, "begun"), (4, "success"), (5, "success"), (6, "success")]).await;
    let of = |status: &str| AuditFilter {
        status: Some(status.to_owned()),
        ..all()
    };
    check(of("begun"), &[(2, "begun")]).await;
    check(of("success"), &[(4, "success"), (5, "success"), (6, "success")]).await;

    // What is old goes up to the beginning of the second change, which is not: the end of the first one stays by itself.
    let marker = |purged: &Purged| AuditEntry {
        parameters: purged.entries.to_string(),
        ..entry(None, "audit.purged", NOW + 20)
    };
    let purge = async |before: i64| {
        let purged = db.audit().purge_before(Some(&tenant.id), before, &marker, PROOFS).await;
        purged.unwrap().map(|purged| (purged.entries, purged.through_seq))
    };
    assert_eq!(purge(NOW + 5).await, Some((1, 2)), "the one that has no end");
    check(
        of("success"),
        &[(4, "success"), (5, "success"), (6, "success"), (7, "success")],
    )
    .await;
    assert_eq!(purge(NOW + 10).await, Some((3, 6)), "two changes and a read");
    check(all(), &[(7, "success"), (8, "success")]).await;
    assert_chain_is_whole(db, Some(&tenant.id)).await;
}

pub async fn nul_characters_are_replaced(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let hostile = AuditEntry {
        error_message: Some("a\0b".to_owned()),
        ..entry(Some(&tenant.id), "x\0", NOW)
    };
    append(db, &[hostile]).await;
    let row = assert_chain_is_whole(db, Some(&tenant.id)).await.remove(0);
    assert_eq!(
        (row.entry.tool_name.as_str(), row.entry.error_message.as_deref()),
        ("x\u{fffd}", Some("a\u{fffd}b"))
    );
}

pub async fn a_part_of_a_chain_is_exported(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    // The last but one happened before all others; of one moment the first one written comes first.
    let times = [NOW, NOW, NOW, NOW + 1, NOW - 1, NOW + 1];
    let batch: Vec<_> = times
        .into_iter()
        .enumerate()
        .map(|(n, at)| entry(Some(&tenant.id), ["orders.get", "orders.list"][n % 2], at))
        .collect();
    append(db, &batch).await;
    let check = async |tool: Option<&str>, (after, through): (AuditPlace, i64), limit: u32, expected: &[i64]| {
        let filter = AuditFilter {
            tool_name: tool.map(str::to_owned),
            ..AuditFilter::default()
        };
        let rows = db
            .audit()
            .matching(Some(&tenant.id), &filter, after, through, limit)
            .await
            .unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), expected);
    };
    let after = |created_at, seq| AuditPlace { created_at, seq };
    check(None, (AuditPlace::START, 6), 9, &[5, 1, 2, 3, 4, 6]).await;
    check(None, (AuditPlace::START, 4), 9, &[1, 2, 3, 4]).await;
    check(Some("orders.get"), (after(NOW, 1), 6), 9, &[3]).await;
    check(Some("orders.list"), (after(NOW, 1), 6), 2, &[2, 4]).await;
    let hostile = AuditFilter {
        status: Some("a\0b".to_owned()),
        ..AuditFilter::default()
    };
    let refused = db.audit().matching(None, &hostile, AuditPlace::START, 9, 9).await;
    assert!(matches!(refused, Err(od_db::DbError::NulInText)), "{refused:?}");
}

/// Whoever sets a chain's ends back cannot make the right proof, and the next entry must not make it for them.
pub async fn a_head_that_was_tampered_with_is_not_vouched_for_again(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let another_key = |head: &AuditHead| format!("made without the key, at {}", head.seq);
    let forger = Proofs {
        head: &another_key,
        stands: &|head| head.proof == another_key(head),
        ..PROOFS
    };
    let one = [entry(Some(&tenant.id), "orders.get", NOW)];
    append(db, &one).await;
    db.audit()
        .append_batch(&one.clone().map(|one| AuditEntry { id: rows::id(), ..one }), forger)
        .await
        .unwrap();
    let honest = db.audit().head(Some(&tenant.id)).await.unwrap().unwrap();
    assert_eq!(honest.seq, 2);
    assert_ne!(
        honest.proof,
        (PROOFS.head)(&honest),
        "the first proof was none of the forger's, so it was kept"
    );

    append(db, &[entry(Some(&tenant.id), "orders.get", NOW)]).await;
    let head = db.audit().head(Some(&tenant.id)).await.unwrap().unwrap();
    assert_eq!((head.seq, &head.proof), (3, &honest.proof));
    assert_ne!(head.proof, (PROOFS.head)(&head));
    rows::later_start(db).await;
    assert_eq!(db.audit().head(Some(&tenant.id)).await.unwrap(), Some(head));
    assert_eq!(db.audit().headless().await.unwrap(), [] as [String; 0]);
}
