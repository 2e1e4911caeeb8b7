use od_db::{Db, Declined};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

pub async fn an_answer_is_used_once(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let question = rows::id();
    let mut users = JoinSet::new();
    for _ in 0..8 {
        let (db, tenant, question) = (db.clone(), tenant.id.clone(), question.clone());
        users.spawn(async move { db.consents().use_up(&tenant, &question, NOW + 300).await.unwrap() });
    }
    assert_eq!(users.join_all().await.into_iter().filter(|first| *first).count(), 1);

    let consents = db.consents();
    consents.give_back(&stranger.id, &question).await.unwrap();
    assert!(!consents.use_up(&tenant.id, &question, NOW + 300).await.unwrap());
    consents.give_back(&tenant.id, &question).await.unwrap();
    assert!(consents.use_up(&tenant.id, &question, NOW + 300).await.unwrap());
    consents.remove_expired(NOW + 299).await.unwrap();
    assert!(!consents.use_up(&tenant.id, &question, NOW + 300).await.unwrap());
    assert!(consents.remove_expired(NOW + 300).await.unwrap() >= 1);
    assert!(consents.use_up(&tenant.id, &question, NOW + 300).await.unwrap());
}

pub async fn a_no_counts_for_its_targets_until_its_time(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (stranger, _) = new_tenant(db).await;
    let consents = db.consents();
    let (both, second, third) = (["1", "2"].map(str::to_owned), ["2".to_owned()], ["3".to_owned()]);
    let no = |credential, deed, targets| Declined {
        credential,
        deed,
        targets,
    };
    let said = no("ada", "orders.move", &both);
    consents.decline(&tenant.id, said, NOW + 10).await.unwrap();
    for (tenant, asked, at, expected) in [
        (&tenant, no("ada", "orders.move", &second), NOW, Some(NOW + 10)),
        (&tenant, no("ada", "orders.move", &second), NOW + 10, None),
        (&tenant, no("ada", "orders.move", &third), NOW, None),
        (&tenant, no("ada", "orders.delete", &second), NOW, None),
        (&tenant, no("grace", "orders.move", &second), NOW, None),
        (&stranger, no("ada", "orders.move", &second), NOW, None),
    ] {
        let until = consents.declined_until(&tenant.id, asked, at).await.unwrap();
        assert_eq!(until, expected, "{asked:?} at {at}");
    }
    let again = no("ada", "orders.move", &second);
    consents.decline(&tenant.id, again, NOW + 20).await.unwrap();
    assert_eq!(
        consents.declined_until(&tenant.id, said, NOW).await.unwrap(),
        Some(NOW + 20)
    );
    assert!(consents.remove_expired(NOW + 10).await.unwrap() >= 1);
    assert_eq!(
        consents.declined_until(&tenant.id, again, NOW).await.unwrap(),
        Some(NOW + 20)
    );

    consents.use_up(&tenant.id, &rows::id(), NOW + 500).await.unwrap();
    assert!(
        rows::delete_tenant(db, &tenant.id).await.is_some(),
        "what it owns goes with it"
    );
    assert_eq!(consents.declined_until(&tenant.id, again, NOW).await.unwrap(), None);
}
