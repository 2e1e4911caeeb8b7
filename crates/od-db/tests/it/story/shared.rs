use od_db::testing::tamper;
use od_db::{Db, SealedColumns};
use tokio::task::JoinSet;

use crate::rows;

/// And what nobody vouched for is vouched for with it, once.
pub async fn the_first_check_value_counts(db: &Db) {
    assert!(!db.check_value().is_needed().await.unwrap());
    let mut starters = JoinSet::new();
    for starter in 0..8 {
        let db = db.clone();
        starters.spawn(async move {
            let value = rows::sealed(&format!("starter {starter}"));
            db.check_value().put(&value, None, rows::VOUCHERS).await.unwrap()
        });
    }
    let answers: Vec<SealedColumns> = starters.join_all().await;
    let stored = db
        .check_value()
        .get()
        .await
        .unwrap()
        .expect("one of them stored its value");
    assert!(answers.iter().all(|answer| *answer == stored));
    let system = db.audit().head(None).await.unwrap().unwrap();
    assert_eq!(system.proof, (rows::PROOFS.head)(&system));
    let ends = db.audit_ends().head().await.unwrap().unwrap();
    assert_eq!(ends.proof, (rows::END_PROOFS.head)(&ends));

    // In place of an older one, too, and only of the one that was found.
    let (older, newer) = (rows::sealed("older"), rows::sealed("newer"));
    tamper(db, "UPDATE audit_heads SET proof = ''").await.unwrap();
    let put = db
        .check_value()
        .put(&older, Some(&newer), rows::VOUCHERS)
        .await
        .unwrap();
    assert_eq!(put, stored);
    assert_eq!(db.audit().head(None).await.unwrap().unwrap().proof, "");
    let put = db
        .check_value()
        .put(&newer, Some(&stored), rows::VOUCHERS)
        .await
        .unwrap();
    assert_eq!(put, newer);
    assert_eq!(db.audit().head(None).await.unwrap(), Some(system));
}

/// Longer than any story takes.
const LONG: i64 = 600_000;

pub async fn a_lease_has_one_holder(db: &Db) {
    let (leases, name) = (db.leases(), rows::id());
    let (here, there) = (rows::id(), rows::id());
    leases.begin(&here, LONG).await.unwrap();
    leases.begin(&there, LONG).await.unwrap();
    assert!(leases.acquire(&name, "ada", &here).await.unwrap());
    assert!(!leases.acquire(&name, "grace", &there).await.unwrap(), "it is ada's");
    assert!(
        !leases.acquire(&name, "joan", &here).await.unwrap(),
        "also for others of her process"
    );
    assert!(
        leases.acquire(&name, "ada", &here).await.unwrap(),
        "asking again is no mistake"
    );
    assert!(!leases.release(&name, "grace").await.unwrap());
    assert!(leases.release(&name, "ada").await.unwrap());
    assert!(!leases.release(&name, "ada").await.unwrap(), "it is not hers any more");
    assert!(leases.acquire(&name, "grace", &there).await.unwrap(), "it was free");
}

pub async fn leases_fall_with_their_process(db: &Db) {
    let (leases, names) = (db.leases(), [rows::id(), rows::id(), rows::id()]);
    let (dead, late, alive) = (rows::id(), rows::id(), rows::id());
    for process in [&dead, &late] {
        leases.begin(process, 1).await.unwrap();
    }
    leases.begin(&alive, LONG).await.unwrap();
    for (name, process) in names.iter().zip([&dead, &late, &alive]) {
        assert!(leases.acquire(name, "ada", process).await.unwrap());
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert!(
        leases.beat(&late, LONG).await.unwrap(),
        "late, but before anybody looked"
    );
    assert!(leases.bury().await.unwrap() >= 1);

    assert!(!leases.beat(&dead, LONG).await.unwrap(), "it was buried");
    let refused = leases.acquire(&names[0], "ada", &dead).await;
    assert!(matches!(refused, Err(od_db::DbError::MissingParent)), "{refused:?}");
    let free = [true, false, false];
    for (name, free) in names.iter().zip(free) {
        assert_eq!(leases.acquire(name, "grace", &alive).await.unwrap(), free);
    }
    // What lives for longer than anybody does is from before the clock was set back; who renews it in time has lost nothing.
    let ahead = rows::id();
    leases.begin(&ahead, 3 * LONG).await.unwrap();
    assert!(leases.alive(&alive, LONG).await.unwrap().is_any_ahead);
    leases.shorten(LONG).await.unwrap();
    assert!(!leases.alive(&alive, LONG).await.unwrap().is_any_ahead);
    assert!(leases.beat(&ahead, LONG).await.unwrap());
    leases.end(&ahead).await.unwrap();
    leases.end(&late).await.unwrap();
    assert!(
        leases.acquire(&names[1], "grace", &alive).await.unwrap(),
        "it ended by itself"
    );
}

/// Other stories have processes beside these, but none of theirs is cut off.
pub async fn a_process_that_is_cut_off_is_seen_by_the_others(db: &Db) {
    let (leases, lone, other) = (db.leases(), rows::id(), rows::id());
    for process in [&lone, &other] {
        leases.begin(process, LONG).await.unwrap();
    }
    let living = leases.alive(&other, LONG).await.unwrap();
    assert!(living.count >= 2 && !living.is_other_cut_off, "{living:?}");
    leases.mark(&lone, true).await.unwrap();
    assert!(leases.alive(&other, LONG).await.unwrap().is_other_cut_off);
    assert!(
        !leases.alive(&lone, LONG).await.unwrap().is_other_cut_off,
        "it knows of itself otherwise"
    );
    leases.mark(&lone, false).await.unwrap();
    assert!(!leases.alive(&other, LONG).await.unwrap().is_other_cut_off);
    leases.mark(&lone, true).await.unwrap();
    leases.end(&lone).await.unwrap();
    assert!(
        !leases.alive(&other, LONG).await.unwrap().is_other_cut_off,
        "it is gone"
    );
}

pub async fn of_many_who_ask_one_gets_the_lease(db: &Db) {
    let (name, process) = (rows::id(), rows::id());
    db.leases().begin(&process, LONG).await.unwrap();
    let mut askers = JoinSet::new();
    for asker in 0..20 {
        let (db, name, process) = (db.clone(), name.clone(), process.clone());
        askers.spawn(async move { db.leases().acquire(&name, &format!("{asker}"), &process).await.unwrap() });
    }
    assert_eq!(askers.join_all().await.into_iter().filter(|got| *got).count(), 1);
}
