//! The database is away for a moment when a write ends: what was noted of it is taken away when it is back.

use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_db::{Db, DbOptions};
use od_engine::orders::CreateOrder;
use od_sim::{Fault, FaultKind};
use serde_json::json;

use crate::answers::replicas::{A_WHILE, Replicas, given, warning};
use crate::support::{Setup, Shop};

/// Who waits for this table loses its connection after a second, as when the server is started anew.
fn away(table: &str) -> String {
    format!(
        "DO $$ BEGIN LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(1.2); \
         PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'; END $$"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_write_leaves_no_note_of_being_at_work() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let house = Replicas::open(server.new_database().await.unwrap()).await;
    let taken = given();
    let (first, ()) = tokio::join!(house.call(0, "x", A_WHILE, &taken), async {
        tokio::time::sleep(A_WHILE / 3).await;
        tamper(&house.db, &away("answers")).await.unwrap();
    });
    assert_eq!(warning(&first), "");
    // A new wish, and no call whose server died.
    let again = house.answered(1, "x").await;
    assert_eq!(warning(&again), "");
    assert_eq!(house.done(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_was_answered_is_not_told_as_one_without_an_answer() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let database = DbOptions {
        url: server.new_database().await.unwrap(),
        ..DbOptions::default()
    };
    let db = Db::connect(&database).await.unwrap();
    let shop = Shop::open_with(Setup {
        database,
        ..Setup::default()
    })
    .await;
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 600 }).on("POST", "/orders"));
    let order = json!({ "order": { "email": "grace@example.com", "customer": { "first_name": "Grace" },
        "order_items": [{ "name": "Mug", "quantity": 1, "price": 5 }] } });
    let create = async || {
        let input: CreateOrder = serde_json::from_value(order.clone()).unwrap();
        shop.engine.orders().create(&shop.scope(), input).await
    };
    let (first, ()) = tokio::join!(create(), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        tamper(&db, &away("idempotency")).await.unwrap();
    });
    first.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    create().await.unwrap();
    assert_eq!(shop.sent("POST").len(), 2);
    db.close().await;
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
}
