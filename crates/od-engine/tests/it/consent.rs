//! What persons answered is known to every process on the database, and for as long as it counts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use od_engine::orders::DeleteOrder;
use od_engine::{AuditOptions, Clock, DbOptions, Deed, Engine, EngineOptions, Error, RootKey};
use secrecy::ExposeSecret;

use crate::support::{Setup, Shop, new_tenant, options, scope};

fn delete(id: &str, confirm: bool) -> DeleteOrder {
    DeleteOrder {
        store: None,
        order_id: id.to_owned(),
        confirm,
        dry_run: false,
    }
}

/// A setup whose shops share nothing yet but a database file.
fn on_file(folder: &tempfile::TempDir, key: &RootKey) -> Setup {
    Setup {
        database: DbOptions {
            url: format!("sqlite://{}", folder.path().join("app.db").display()),
            ..DbOptions::default()
        },
        root_key: RootKey::from_base64(key.to_base64().expose_secret()).unwrap(),
        ..Setup::default()
    }
}

async fn deed(shop: &Shop, id: &str) -> Deed {
    match shop.engine.orders().delete(&shop.scope(), delete(id, false)).await {
        Err(Error::ConfirmationRequired { deed, .. }) => deed,
        other => panic!("nobody is asked: {other:?}"),
    }
}

#[tokio::test]
async fn what_was_answered_counts_on_every_replica_and_after_a_restart() {
    let (folder, key) = (tempfile::tempdir().unwrap(), RootKey::generate());
    let shop = Shop::open_with(on_file(&folder, &key)).await;
    let id = shop.order_ids().remove(0);
    let patience = Duration::from_mins(5);
    assert!(
        shop.engine
            .consents()
            .use_up(&shop.scope(), "question", patience)
            .await
            .unwrap()
    );
    let deed = deed(&shop, &id).await;
    shop.engine.consents().decline(&shop.scope(), &deed).await.unwrap();

    let other = Engine::open(options(on_file(&folder, &key), &shop.sim), Clock::system())
        .await
        .unwrap();
    assert!(
        !other
            .consents()
            .use_up(&shop.scope(), "question", patience)
            .await
            .unwrap()
    );
    let refused = other
        .orders()
        .delete(&shop.scope(), delete(&id, true))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Declined { .. }), "{refused}");
    other.consents().give_back(&shop.scope(), "question").await.unwrap();
    assert!(
        shop.engine
            .consents()
            .use_up(&shop.scope(), "question", patience)
            .await
            .unwrap()
    );

    // Another tenant with the same shop decides for itself.
    let stranger = scope(&new_tenant(&other).await);
    shop.register(&stranger, 0, None).await.unwrap();
    other.orders().delete(&stranger, delete(&id, true)).await.unwrap();
}

#[tokio::test]
async fn a_no_ends_after_ten_minutes_and_its_row_goes() {
    let now: Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let clock = Clock::manual(now);
    let (folder, key) = (tempfile::tempdir().unwrap(), RootKey::generate());
    let shop = Shop::open_at(on_file(&folder, &key), clock.clone()).await;
    let id = shop.order_ids().remove(0);
    let deed = deed(&shop, &id).await;
    let refused = shop.engine.consents().decline(&shop.scope(), &deed).await.unwrap();
    assert!(refused.to_string().contains("until 2026-03-02T15:10:00Z"), "{refused}");
    shop.engine
        .consents()
        .use_up(&shop.scope(), "question", Duration::from_mins(5))
        .await
        .unwrap();

    clock.set(now + SignedDuration::from_millis(599_999));
    let refused = shop
        .engine
        .orders()
        .delete(&shop.scope(), delete(&id, true))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Declined { .. }), "{refused}");
    clock.set(now + SignedDuration::from_mins(10));
    shop.engine
        .orders()
        .delete(&shop.scope(), delete(&id, true))
        .await
        .unwrap();

    // Housekeeping of an engine that starts later. What it removed, a question could be asked with again.
    let tidy = EngineOptions {
        audit: AuditOptions {
            tidy_every: Duration::from_millis(20),
            ..AuditOptions::default()
        },
        ..options(on_file(&folder, &key), &shop.sim)
    };
    let tidier = Engine::open(tidy, clock).await.unwrap();
    let consents = tidier.consents();
    for _ in 0..200 {
        if consents
            .use_up(&shop.scope(), "question", Duration::from_mins(5))
            .await
            .unwrap()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the row is still there");
}
