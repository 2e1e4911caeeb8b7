//! Entries as their tenant looks for them.

use od_db::{AuditEntry, AuditFilter, AuditPage, AuditPlace, Backend, Db, TenantRow, testing};

use crate::rows::{self, NOW, PROOFS, entry, new_tenant};

async fn append(db: &Db, entries: &[AuditEntry]) {
    db.audit().append_batch(entries, PROOFS).await.unwrap();
}

/// Entries are listed by time: one that was written late stands where it happened, and those of one moment by position.
pub async fn entries_are_listed_by_the_time_they_happened(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let times = [NOW, NOW + 5, NOW + 1, NOW + 1];
    let batch: Vec<_> = times.map(|at| entry(Some(&tenant.id), "orders.get", at)).into();
    append(db, &batch).await;
    let (mut before, mut seen) = (None, Vec::new());
    for _ in 0..9 {
        let page = AuditPage {
            before,
            limit: 1,
            ..AuditPage::default()
        };
        let rows = db
            .audit()
            .list(&tenant.id, &AuditFilter::default(), page)
            .await
            .unwrap();
        let Some(row) = rows.first() else { break };
        seen.push(row.seq);
        before = Some(AuditPlace {
            created_at: row.entry.created_at,
            seq: row.seq,
        });
    }
    assert_eq!(seen, [2, 4, 3, 1]);
}

/// A search says how far it came, whatever it looks for, and steps from entry to entry of what indexes find.
pub async fn a_search_has_an_end(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let tool = |n: i64| if n % 2 == 0 { "orders.get" } else { "orders.list" };
    let batch: Vec<_> = (0..6).map(|n| entry(Some(&tenant.id), tool(n), NOW + n)).collect();
    append(db, &batch).await;
    let check = async |tool: Option<&str>, before: Option<i64>, rows: u32, expected: Option<i64>| {
        let filter = AuditFilter {
            tool_name: tool.map(str::to_owned),
            status: Some("no such".to_owned()),
            words: vec!["nothing like it".to_owned()],
            ..AuditFilter::default()
        };
        let place = |seq: i64| AuditPlace {
            created_at: NOW + seq - 1,
            seq,
        };
        let reach = db.audit().reach(&tenant.id, &filter, before.map(place), rows).await;
        assert_eq!(reach.unwrap(), expected.map(place), "{tool:?} {before:?} {rows}");
    };
    check(None, None, 2, Some(5)).await;
    check(None, Some(5), 2, Some(3)).await;
    check(None, Some(3), 2, Some(1)).await;
    check(None, Some(3), 3, None).await;
    check(Some("orders.get"), None, 2, Some(3)).await;
    check(Some("orders.get"), Some(3), 2, None).await;
}

/// Of several conditions one is looked up, and the search steps by that one.
pub async fn a_search_is_looked_up_by_what_there_is_least_of(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let batch: Vec<_> = (0..12)
        .map(|n| AuditEntry {
            store_id: Some(if n % 3 == 0 { "1" } else { "2" }.to_owned()),
            status: if n % 4 == 0 { "error" } else { "success" }.to_owned(),
            ..entry(
                Some(&tenant.id),
                if n % 2 == 0 { "orders.get" } else { "orders.list" },
                NOW + n,
            )
        })
        .collect();
    append(db, &batch).await;
    let filter = |store: &str, tool: &str, status: &str, request: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        AuditFilter {
            store_id: given(store),
            tool_name: given(tool),
            status: given(status),
            request_id: given(request),
            ..AuditFilter::default()
        }
    };
    let request = &batch[4].request_id;
    for (filter, is_indexed, found, second) in [
        (filter("1", "", "", ""), true, vec![10, 7, 4, 1], 7),
        (filter("", "orders.get", "", ""), true, vec![11, 9, 7, 5, 3, 1], 9),
        (filter("", "", "error", ""), true, vec![9, 5, 1], 5),
        (filter("", "", "", request), true, vec![5], 0),
        (filter("1", "orders.get", "", ""), false, vec![7, 1], 9),
        (filter("1", "", "error", ""), false, vec![1], 5),
        (filter("2", "orders.get", "error", ""), false, vec![9, 5], 5),
        (filter("1", "", "success", ""), false, vec![10, 7, 4], 7),
        (filter("2", "orders.get", "error", request), false, vec![5], 0),
        (filter("1", "orders.get", "error", request), false, vec![], 0),
    ] {
        assert_eq!(filter.is_indexed(), is_indexed, "{filter:?}");
        let rows = db
            .audit()
            .list(&tenant.id, &filter, AuditPage::default())
            .await
            .unwrap();
        let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
        assert_eq!(seqs, found, "{filter:?}");
        let reach = db.audit().reach(&tenant.id, &filter, None, 2).await.unwrap();
        assert_eq!(reach.map_or(0, |place| place.seq), second, "{filter:?}");
    }
}

/// A page is read from its first entry on, whatever it is filtered by: of the log nothing else is read, and nothing is sorted.
pub async fn a_page_of_the_log_is_read_by_its_index(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    // Enough rows for a planner that would rather scan a small table.
    for _ in 0..10 {
        let batch: Vec<_> = (0..400)
            .map(|n| entry(Some(&tenant.id), "orders.get", NOW + n))
            .collect();
        append(db, &batch).await;
    }
    // PostgreSQL chooses otherwise once it has counted, which it does by itself. SQLite counts when it is told to.
    if db.backend() == Backend::Postgres {
        testing::tamper(db, "ANALYZE audit_log").await.unwrap();
    }
    let given = || Some("none".to_owned());
    let everything = AuditFilter::default();
    let errors = AuditFilter {
        status: Some("error".to_owned()),
        since: Some(NOW),
        ..AuditFilter::default()
    };
    let tool = AuditFilter {
        tool_name: given(),
        store_id: given(),
        ..AuditFilter::default()
    };
    let store = AuditFilter {
        store_id: given(),
        status: Some("success".to_owned()),
        ..AuditFilter::default()
    };
    let request = AuditFilter {
        request_id: given(),
        tool_name: given(),
        ..errors.clone()
    };
    for (filter, index) in [
        (everything, "audit_log_time"),
        (errors, "audit_log_errors"),
        (tool, "audit_log_tool"),
        (store, "audit_log_store"),
        (request, "audit_log_request"),
    ] {
        let [list, reach, of_request] = testing::plans_of_browsing(db, &tenant.id, &filter).await.unwrap();
        for (plan, index) in [(&list, index), (&reach, index), (&of_request, "audit_log_request")] {
            assert!(plan.contains(index), "{filter:?}: {plan}");
            for whole in ["SCAN", "Seq Scan", "TEMP B-TREE", "Sort"] {
                assert!(!plan.contains(whole), "{filter:?}: {plan}");
            }
        }
    }
}

/// Wherever a word stands, and whatever its case; marks of a pattern mean themselves, and no sealed byte is looked at.
pub async fn entries_are_found_by_words(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let parameters = r#"{"note":"say \"hi\" to Ärger & Söhne","discount":"10%_off"}"#.to_owned();
    let all_told = AuditEntry {
        tool_name: "orders.mutate".to_owned(),
        parameters,
        error_code: Some("CONFLICT_ERROR".to_owned()),
        error_message: Some("Somebody ELSE changed it".to_owned()),
        actor: "personal_token:odpt_q1w2".to_owned(),
        client_name: Some("claude-ai 0.1".to_owned()),
        store_id: Some("90009".to_owned()),
        orders: Some("80012345 80099999".to_owned()),
        ip_address: Some("203.0.113.77".to_owned()),
        user_agent: Some("Mozilla/5.0 (X11)".to_owned()),
        ..entry(Some(&tenant.id), "", NOW)
    };
    let request = all_told.request_id.clone();
    let plain = entry(Some(&tenant.id), "orders.get", NOW + 1);
    let foreign = AuditEntry {
        tenant_id: Some(stranger.id.clone()),
        id: rows::id(),
        ..all_told.clone()
    };
    append(db, &[all_told, plain, foreign]).await;
    let found = async |words: &[&str]| {
        let filter = AuditFilter {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..AuditFilter::default()
        };
        let rows = db
            .audit()
            .list(&tenant.id, &filter, AuditPage::default())
            .await
            .unwrap();
        rows.into_iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    for words in [
        &["MUTATE"][..],
        &["ärger"],
        &["ÄRGER", "söhne"],
        &["say", "\"hi\""],
        &["10%_off"],
        &["conflict_error"],
        &["somebody", "else"],
        &["odpt_q1w2"],
        &["Claude-AI"],
        &["90009"],
        &["80099999"],
        &["203.0.113.77"],
        &["(x11)"],
        &[&request],
    ] {
        assert_eq!(found(words).await, [1], "{words:?}");
    }
    for words in [
        &["10%off"][..],
        &["10__off"],
        &["say", "nothing"],
        &["mutate orders"],
        &["' or 1=1 --"],
    ] {
        assert_eq!(found(words).await, [0_i64; 0], "{words:?}");
    }
    assert_eq!(found(&["orders."]).await, [2, 1]);
}

pub async fn what_a_tenant_has_entries_of_is_listed(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let of = |tenant: &TenantRow, tool: &str, store: Option<&str>| AuditEntry {
        store_id: store.map(str::to_owned),
        ..entry(Some(&tenant.id), tool, NOW)
    };
    append(
        db,
        &[
            of(&tenant, "stores.list", None),
            of(&tenant, "orders.get", Some("90002")),
            of(&tenant, "orders.get", Some("90001")),
            of(&stranger, "orders.delete", Some("90003")),
        ],
    )
    .await;
    let audit = db.audit();
    assert_eq!(audit.tools(&tenant.id).await.unwrap(), ["orders.get", "stores.list"]);
    assert_eq!(audit.stores(&tenant.id).await.unwrap(), ["90001", "90002"]);
    let (nobody, _) = new_tenant(db).await;
    assert_eq!(audit.stores(&nobody.id).await.unwrap(), [""; 0]);
}

pub async fn a_request_is_found_by_its_tenant_alone(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let sealed = AuditEntry {
        difference: rows::sealed("difference"),
        ..entry(Some(&tenant.id), "orders.update", NOW)
    };
    append(db, std::slice::from_ref(&sealed)).await;
    let of = async |whose: &TenantRow| {
        let rows = db.audit().of_request(&whose.id, &sealed.request_id, 9).await.unwrap();
        rows.into_iter().map(|row| row.entry).collect::<Vec<_>>()
    };
    assert_eq!(of(&tenant).await, std::slice::from_ref(&sealed));
    assert_eq!(of(&stranger).await, []);
}
