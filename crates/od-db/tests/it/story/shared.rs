use od_db::{Db, SealedColumns};
use tokio::task::JoinSet;

use crate::rows::{self, NOW};

pub async fn the_first_check_value_counts(db: &Db) {
    let mut starters = JoinSet::new();
    for starter in 0..8 {
        let db = db.clone();
        starters.spawn(async move {
            db.check_value()
                .put_if_absent(&rows::sealed(&format!("starter {starter}")))
                .await
                .unwrap()
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
}

pub async fn a_lease_has_one_holder(db: &Db) {
    let (leases, name) = (db.leases(), rows::id());
    assert!(leases.acquire(&name, "ada", NOW, NOW + 100).await.unwrap());
    assert!(
        !leases.acquire(&name, "grace", NOW + 99, NOW + 200).await.unwrap(),
        "it is ada's"
    );
    assert!(
        leases.acquire(&name, "ada", NOW + 1, NOW + 150).await.unwrap(),
        "asking again extends it"
    );
    assert!(leases.renew(&name, "ada", NOW + 149, NOW + 200).await.unwrap());
    assert!(!leases.renew(&name, "grace", NOW + 150, NOW + 300).await.unwrap());
    assert!(!leases.release(&name, "grace").await.unwrap());

    assert!(
        !leases.renew(&name, "ada", NOW + 200, NOW + 300).await.unwrap(),
        "too late"
    );
    assert!(
        leases.acquire(&name, "grace", NOW + 200, NOW + 300).await.unwrap(),
        "taken over"
    );
    assert!(!leases.release(&name, "ada").await.unwrap(), "it is not ada's any more");
    assert!(leases.release(&name, "grace").await.unwrap());
    assert!(
        leases.acquire(&name, "ada", NOW + 201, NOW + 202).await.unwrap(),
        "it was free"
    );

    assert!(leases.remove_expired(NOW + 202).await.unwrap() >= 1);
    assert!(!leases.release(&name, "ada").await.unwrap());
}

pub async fn of_many_who_ask_one_gets_the_lease(db: &Db) {
    let name = rows::id();
    let mut askers = JoinSet::new();
    for asker in 0..20 {
        let (db, name) = (db.clone(), name.clone());
        askers.spawn(async move {
            db.leases()
                .acquire(&name, &format!("{asker}"), NOW, NOW + 1)
                .await
                .unwrap()
        });
    }
    assert_eq!(askers.join_all().await.into_iter().filter(|got| *got).count(), 1);
}
