use std::time::Duration;

use od_db::{AnswerRow, Db, DbError, FoundAnswer};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

/// Of a lease, in milliseconds.
const LONG: i64 = 60_000;

pub async fn a_write_at_work_has_one_row(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let answers = db.answers();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (db, row) = (db.clone(), rows::answer(&key, "call"));
        callers.spawn(async move { db.answers().begin(&row.tenant_id, &row, LONG).await.unwrap() });
    }
    let winners: Vec<i64> = callers.join_all().await.into_iter().flatten().collect();
    let [began] = winners[..] else {
        panic!("begun: {winners:?}")
    };
    let found = async || answers.find(&tenant.id, &key.id, "call").await.unwrap();
    let FoundAnswer { row, found_at } = found().await.expect("a row");
    assert!(row.is_at_work());
    assert_eq!(row.expires_at, began + LONG);
    assert!((began..began + LONG).contains(&found_at), "{began} {found_at}");
    let another = rows::answer(&key, "another call");
    assert!(
        answers.begin(&tenant.id, &another, LONG).await.unwrap().is_some(),
        "another call has a row of its own"
    );

    assert!(answers.renew(&tenant.id, &row.id, 2 * LONG).await.unwrap());
    assert_eq!(
        answers.take_over(&tenant.id, &row, "stale", LONG).await.unwrap(),
        None,
        "it was renewed"
    );
    let FoundAnswer { row: renewed, .. } = found().await.expect("a row");
    assert!(renewed.expires_at >= began + 2 * LONG);
    let id = rows::id();
    let taken = answers.take_over(&tenant.id, &renewed, &id, LONG).await.unwrap();
    assert!(taken.expect("taken over") >= began);
    assert_eq!(
        answers.take_over(&tenant.id, &renewed, "late", LONG).await.unwrap(),
        None
    );
    assert!(
        !answers.renew(&tenant.id, &renewed.id, LONG).await.unwrap(),
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
    let refused = answers.begin(&orphan.tenant_id, &orphan, LONG).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
    let refused = answers.put(&orphan.tenant_id, &orphan).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");
}

pub async fn an_answer_is_kept_and_handed_over_once(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let answers = db.answers();
    let row = rows::answer(&key, "call");
    let found = async || {
        let found = answers.find(&tenant.id, &key.id, "call").await.unwrap();
        found.map(|found| found.row)
    };
    let began = answers.begin(&tenant.id, &row, LONG).await.unwrap().expect("begun");
    let until = began + LONG;
    assert!(answers.want(&tenant.id, &row.id).await.unwrap());
    assert!(
        !answers.end(&tenant.id, &row.id, false).await.unwrap(),
        "somebody waits for it"
    );
    assert!(
        answers
            .keep(&tenant.id, &row.id, &rows::sealed("answer"), true, until)
            .await
            .unwrap()
    );
    let kept = AnswerRow {
        result: rows::sealed("answer"),
        wanted: 1,
        shared: 2,
        expires_at: until,
        ..row.clone()
    };
    assert_eq!(found().await.as_ref(), Some(&kept));
    assert!(!answers.want(&tenant.id, &row.id).await.unwrap(), "it is answered");
    assert!(
        !answers.renew(&tenant.id, &row.id, LONG).await.unwrap(),
        "it is not at work"
    );

    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (db, kept) = (db.clone(), kept.clone());
        callers.spawn(async move {
            let (tenant, id) = (kept.tenant_id.clone(), rows::id());
            db.answers().take_over(&tenant, &kept, &id, 1).await.unwrap()
        });
    }
    let taken = callers.join_all().await;
    assert_eq!(taken.iter().flatten().count(), 1);
    let taken = found().await.expect("a row");
    assert!(taken.is_at_work());
    assert_eq!((taken.wanted, taken.shared), (0, 0));

    tokio::time::sleep(Duration::from_millis(20)).await;
    // A write that was at work when its process died is known for longer than its lease.
    answers.remove_expired(LONG).await.unwrap();
    assert_eq!(found().await, Some(taken));
    assert!(answers.remove_expired(5).await.unwrap() >= 1);
    assert_eq!(found().await, None);
    let old = AnswerRow {
        result: rows::sealed("answer"),
        ..row
    };
    assert!(answers.put(&tenant.id, &old).await.unwrap());
    assert!(!answers.put(&tenant.id, &old).await.unwrap(), "there is one");
    answers.remove_expired(LONG).await.unwrap();
    assert_eq!(found().await, None);
}

/// Three processes have an answer. It is kept when none of them gave it to anybody, and no other write came after it.
pub async fn an_answer_that_several_have_is_kept_when_all_lost_it(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let answers = db.answers();
    let shared = async |call: &str| {
        let row = AnswerRow {
            records: "one two".to_owned(),
            ..rows::answer(&key, call)
        };
        answers.begin(&tenant.id, &row, LONG).await.unwrap().expect("begun");
        for _ in 0..2 {
            assert!(answers.want(&tenant.id, &row.id).await.unwrap());
        }
        let result = rows::sealed("answer");
        assert!(answers.keep(&tenant.id, &row.id, &result, true, NOW).await.unwrap());
        row.id
    };
    let state = async |call: &str| {
        let found = answers.find(&tenant.id, &key.id, call).await.unwrap();
        found.map(|FoundAnswer { row, .. }| (row.wanted, row.shared, row.expires_at))
    };
    let all_lost = shared("lost").await;
    for left in [2, 1, 0, 0] {
        answers.lost(&tenant.id, &all_lost).await.unwrap();
        assert_eq!(state("lost").await, Some((2, left, NOW)));
    }
    let given = shared("given").await;
    answers.lost(&tenant.id, &given).await.unwrap();
    answers.given(&tenant.id, &given, NOW - 5).await.unwrap();
    answers.lost(&tenant.id, &given).await.unwrap();
    assert_eq!(state("given").await, Some((0, 2, NOW - 5)));

    // Given and lost are about shared rows alone.
    answers.given(&tenant.id, &all_lost, NOW - 5).await.unwrap();
    assert_eq!(state("lost").await, Some((2, 0, NOW)));

    let overtaken = shared("overtaken").await;
    let cases = [("other", NOW, false), ("two", NOW - 1, false), ("two three", NOW, true)];
    for (records, until, is_overtaken) in cases {
        answers.overtake(&tenant.id, "write", records, until).await.unwrap();
        let wanted = if is_overtaken { 0 } else { 2 };
        assert_eq!(state("overtaken").await, Some((wanted, 3, NOW)), "{records}");
        assert_eq!(state("lost").await.is_none(), is_overtaken, "{records}");
    }
    answers.lost(&tenant.id, &overtaken).await.unwrap();
    assert_eq!(state("overtaken").await, Some((0, 3, NOW)));
}

pub async fn an_ended_credential_takes_its_answers_along(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (other_tenant, other) = new_tenant(db).await;
    for key in [&key, &other] {
        let row = rows::answer(key, "call");
        assert!(db.answers().put(&key.tenant_id, &row).await.unwrap());
    }
    db.master_keys().revoke(&tenant.id, &key.id, NOW, None).await.unwrap();
    assert_eq!(db.answers().find(&tenant.id, &key.id, "call").await.unwrap(), None);
    let others = db.answers().find(&other_tenant.id, &other.id, "call").await.unwrap();
    assert!(others.is_some());

    let new = rows::key(&other_tenant.id);
    rows::replace(db, &other, &new, NOW + 1).await.unwrap();
    db.master_keys().retire_expired(NOW + 1).await.unwrap();
    assert_eq!(
        db.answers().find(&other_tenant.id, &other.id, "call").await.unwrap(),
        None
    );
}
