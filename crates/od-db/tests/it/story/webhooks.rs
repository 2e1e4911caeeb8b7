use od_db::{Db, DbError, WebhookEventRow};

use crate::rows::{self, NOW, new_tenant};

pub async fn a_repeated_delivery_is_recognised(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    let sibling = rows::store(&tenant.id, "1002", "Sibling");
    for store in [&store, &sibling] {
        db.stores().insert(&tenant.id, store).await.unwrap();
    }

    let events = db.webhook_events();
    let first = rows::event(&store, "delivery 1");
    assert_eq!(events.receive(&tenant.id, &first).await.unwrap(), first);
    assert!(events.finish(&tenant.id, &first.id, "done", NOW + 1).await.unwrap());

    let again = WebhookEventRow {
        received_at: NOW + 5,
        ..rows::event(&store, "delivery 1")
    };
    let seen = WebhookEventRow {
        processed_at: Some(NOW + 1),
        outcome: Some("done".to_owned()),
        attempts: 2,
        ..first
    };
    assert_eq!(events.receive(&tenant.id, &again).await.unwrap(), seen);
    assert_eq!(
        events
            .receive(&tenant.id, &rows::event(&sibling, "delivery 1"))
            .await
            .unwrap()
            .attempts,
        1
    );

    let newer = WebhookEventRow {
        received_at: NOW + 9,
        ..rows::event(&store, "delivery 2")
    };
    events.receive(&tenant.id, &newer).await.unwrap();
    assert_eq!(
        events.list(&tenant.id, &store.id, 9).await.unwrap(),
        [newer.clone(), seen]
    );
    assert_eq!(
        events.list(&tenant.id, &store.id, 1).await.unwrap(),
        std::slice::from_ref(&newer)
    );

    let unknown = WebhookEventRow {
        store_row_id: rows::id(),
        ..rows::event(&store, "delivery 3")
    };
    let refused = events.receive(&tenant.id, &unknown).await;
    assert!(matches!(refused, Err(DbError::MissingParent)), "{refused:?}");

    assert!(events.remove_received_before(NOW + 6).await.unwrap() >= 2);
    assert_eq!(events.list(&tenant.id, &store.id, 9).await.unwrap(), [newer]);
}
