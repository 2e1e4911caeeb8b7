//! Calls that are dropped in the middle, as when the caller loses access: what came to them is not lost.

use od_db::testing::tamper;

use super::*;

#[tokio::test]
async fn a_change_that_came_to_a_call_that_was_dropped_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 20);
    let mut setup = setup(vec![store]);
    setup.database.url = format!("sqlite://{}", folder.path().join("app.db").display());
    let database = setup.database.clone();
    let (shop, clock) = shop_with(setup).await;
    let db = od_db::Db::connect(&database).await.unwrap();
    queue(&shop, json!({})).await.unwrap();
    let id = shop.order_ids()[7].clone();
    shop.sim.edit_order("90001", &id, |order| {
        order.insert("source_name".to_owned(), "Another channel".into());
    });
    clock.set(now() + Duration::from_secs(16));
    // While the changes are on their way somebody takes the database: they cannot be stored.
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 500 }).on("GET", "/orders"));
    let taken = async {
        let is_slow = |call: &od_sim::Recorded| call.fault == Some("slow");
        while !shop.sim.requests().iter().any(is_slow) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tamper(&db, "BEGIN IMMEDIATE").await.unwrap();
    };
    let call = tokio::time::timeout(Duration::from_secs(2), queue(&shop, json!({})));
    let (answered, ()) = tokio::join!(call, taken);
    assert!(answered.is_err(), "it was dropped: {answered:?}");
    tamper(&db, "ROLLBACK").await.unwrap();
    clock.set(now() + Duration::from_secs(32));
    let told = report(&shop, sales()).await.unwrap().data;
    let rows = told["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["source"] == "Another channel"), "{told}");
}
