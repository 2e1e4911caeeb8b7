//! Copies that are brought further while things change: in several calls, by writes of which no date tells, in smaller pages.

use od_engine::orders::{Destination, MoveOrders};

use super::*;

/// A shop whose first question is answered from half a copy: the second page comes too late for it.
async fn half_filled(orders: usize) -> (Shop, Clock) {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, orders);
    let mut setup = setup(vec![store]);
    setup.mirror.patience = Duration::from_secs(2);
    let (shop, clock) = shop_with(setup).await;
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 3_000 }).on("GET", "/orders").after(1));
    let half = queue(&shop, json!({})).await.unwrap().data;
    assert_eq!(half["complete"], false, "{half}");
    (shop, clock)
}

/// Asks until the copy is whole.
async fn whole_queue(shop: &Shop, input: Value) -> Value {
    for _ in 0..20 {
        let told = queue(shop, input.clone()).await.unwrap().data;
        if told["complete"] == true {
            return told;
        }
    }
    panic!("it does not get on");
}

async fn move_to(shop: &Shop, folder: &str, ids: &[String]) {
    let input = MoveOrders {
        store: None,
        order_ids: ids.to_vec(),
        destination: Destination::Name(folder.to_owned()),
        dry_run: false,
        confirmed: true,
    };
    shop.engine.orders().move_folder(&shop.scope(), input).await.unwrap();
}

/// Compares the folders' numbers with the simulator's.
fn judge(shop: &Shop, told: &Value) {
    let orders = shop.sim.orders("90001");
    let (rows, folders) = (told["folders"].as_array().unwrap(), shop.sim.folders("90001"));
    assert_eq!(rows.len(), folders.len());
    for (row, (id, name)) in rows.iter().zip(folders) {
        let id: u64 = id.parse().unwrap();
        let there = orders.iter().filter(|order| order["folder_id"] == id).count();
        assert_eq!(row["orders"], there, "{name}");
    }
}

/// Orders of the folder New, the oldest first.
fn new_orders(shop: &Shop) -> Vec<String> {
    let new: u64 = shop.sim.folders("90001")[0].0.parse().unwrap();
    let mut ids = shop.order_ids();
    ids.retain(|id| shop.stored(id)["folder_id"] == new);
    ids.sort();
    ids
}

#[tokio::test]
async fn what_is_written_while_a_copy_is_filled_is_in_it() {
    let (shop, _) = half_filled(900).await;
    move_to(&shop, "Closed", &new_orders(&shop)[..2]).await;
    judge(&shop, &whole_queue(&shop, json!({})).await);
}

#[tokio::test]
async fn what_changes_elsewhere_while_a_copy_is_filled_is_in_it() {
    let (shop, clock) = half_filled(900).await;
    let closed: u64 = shop.sim.folders("90001")[2].0.parse().unwrap();
    let id = new_orders(&shop)[0].clone();
    shop.sim.edit_order("90001", &id, |order| {
        order.insert("folder_id".to_owned(), closed.into());
    });
    clock.set(now() + Duration::from_mins(1));
    let told = whole_queue(&shop, json!({})).await;
    judge(&shop, &told);
    assert_eq!(told["as_of"], "2026-11-29T15:01:00Z");
}

#[tokio::test]
async fn a_refresh_that_takes_several_calls_gets_on() {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 1_700);
    let mut setup = setup(vec![store]);
    setup.mirror.patience = Duration::from_secs(2);
    let (shop, clock) = shop_with(setup).await;
    whole_queue(&shop, json!({})).await;
    let closed: u64 = shop.sim.folders("90001")[2].0.parse().unwrap();
    for id in shop.order_ids() {
        shop.sim.edit_order("90001", &id, |order| {
            order.insert("folder_id".to_owned(), closed.into());
        });
    }
    clock.set(now() + Duration::from_mins(1));
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 3_000 }).on("GET", "/orders").after(1));
    let half = queue(&shop, json!({})).await.unwrap().data;
    assert_eq!(half["complete"], false, "{half}");
    assert!(half["reason"].as_str().unwrap().contains("is being read"), "{half}");
    shop.sim.clear_requests();
    judge(&shop, &whole_queue(&shop, json!({})).await);
    // Four pages there were; the first was read before.
    assert!(lists(&shop) <= 4, "{} requests", lists(&shop));
}

#[tokio::test]
async fn what_was_written_before_the_first_question_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = setup(vec![SeedStore::new(
        "90001",
        "Sample Goods",
        ShopKind::PrintOnDemand,
        40,
    )]);
    setup.database.url = format!("sqlite://{}", folder.path().join("app.db").display());
    let database = setup.database.clone();
    let text = setup.root_key.to_base64();
    let (shop, clock) = shop_with(setup).await;
    queue(&shop, json!({})).await.unwrap();
    // A process that has just started, and whose copy another one brought up to date a moment ago.
    let again = Setup {
        database,
        root_key: od_engine::RootKey::from_base64(secrecy::ExposeSecret::expose_secret(&text)).unwrap(),
        ..Setup::default()
    };
    clock.set(now() + Duration::from_secs(5));
    let engine = od_engine::Engine::open(options(again, &shop.sim), clock.clone())
        .await
        .unwrap();
    let other = Shop { engine, ..shop };
    move_to(&other, "Closed", &new_orders(&other)[..1]).await;
    let told = queue(&other, json!({})).await.unwrap().data;
    assert_eq!(told["complete"], true);
    judge(&other, &told);
}

#[tokio::test]
async fn orders_older_than_the_copy_are_read_once_and_not_again() {
    let mut setup = setup(vec![SeedStore::new(
        "90001",
        "Sample Goods",
        ShopKind::PrintOnDemand,
        400,
    )]);
    setup.mirror.days = 5;
    let (shop, _) = shop_with(setup).await;
    queue(&shop, json!({})).await.unwrap();
    let mut ids = shop.order_ids();
    ids.sort();
    let old = &ids[..30];
    let single = |shop: &Shop| {
        let calls = shop.calls();
        calls.iter().filter(|call| call.starts_with("GET /orders/")).count()
    };
    for (folder, moved, most) in [("New", old, 20), ("Prepared", &old[..10], 0)] {
        move_to(&shop, folder, moved).await;
        shop.sim.clear_requests();
        let told = queue(&shop, json!({})).await.unwrap().data;
        assert_eq!(told["complete"], true, "{told}");
        assert!(single(&shop) <= most, "{} requests", single(&shop));
    }
}

#[tokio::test]
async fn pages_that_are_too_large_are_halved() {
    let (shop, _) = shop_of(600).await;
    shop.sim
        .inject(Fault::new(FaultKind::Huge { megabytes: 40 }).on("GET", "/orders"));
    let told = queue(&shop, json!({})).await.unwrap().data;
    assert_eq!(told["complete"], true, "{told}");
    judge(&shop, &told);
    assert_eq!(lists(&shop), 1 + 3, "pages of 250 after the one that was too large");
}

#[tokio::test]
async fn pages_that_came_too_late_once_are_soon_as_large_as_before() {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 1_100);
    let mut setup = setup(vec![store]);
    setup.timeout = Duration::from_secs(2);
    let (shop, _) = shop_with(setup).await;
    // Each page is tried four times.
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 6_000 }).on("GET", "/orders").times(4));
    let told = queue(&shop, json!({})).await.unwrap().data;
    assert_eq!(told["complete"], true, "{told}");
    judge(&shop, &told);
    let asked = shop.sent("GET");
    let asked: Vec<&str> = asked
        .iter()
        .filter(|call| call.path == "/orders")
        .map(|call| call.query.as_str())
        .collect();
    assert!(asked.iter().any(|query| query.contains("limit=250")), "{asked:?}");
    assert!(asked.last().unwrap().contains("limit=500"), "{asked:?}");
}

/// A shop whose folders are being counted for `fresh` when the time of the call is up; `nth` is the request that comes too late.
async fn half_counted(nth: u32, before: impl FnOnce(&Shop)) -> (Shop, Clock, Outcome<Value>) {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 60);
    let mut setup = setup(vec![store]);
    setup.mirror.patience = Duration::from_secs(2);
    let (shop, clock) = shop_with(setup).await;
    whole_queue(&shop, json!({})).await;
    before(&shop);
    shop.sim.inject(
        Fault::new(FaultKind::Slow { ms: 4_000 })
            .on("GET", "/orders")
            .after(nth - 1),
    );
    let half = queue(&shop, json!({ "fresh": true })).await.unwrap();
    assert_eq!(half.data["complete"], false, "{}", half.data);
    let reason = half.data["reason"].as_str().unwrap();
    assert!(reason.contains("are being counted"), "{reason}");
    (shop, clock, half)
}

#[tokio::test]
async fn who_asks_for_fresh_figures_gets_no_count_of_long_ago() {
    let (shop, clock, _) = half_counted(5, |_| {}).await;
    let new = new_orders(&shop)[0].clone();
    assert!(shop.sim.delete_order("90001", &new));
    clock.set(now() + Duration::from_secs(16));
    judge(&shop, &whole_queue(&shop, json!({ "fresh": true })).await);
}

#[tokio::test]
async fn a_count_that_goes_on_tells_what_had_differed_before() {
    let differed = |told: &Outcome<Value>| {
        let mut warnings = told.warnings.iter();
        warnings.any(|warning| warning.contains("1 orders were not as this copy had them"))
    };
    let (shop, _, half) = half_counted(8, |shop| {
        assert!(shop.sim.delete_order("90001", &new_orders(shop)[0]));
    })
    .await;
    assert!(differed(&half), "{:?}", half.warnings);
    // The reply that came too late is still on its way.
    for _ in 0..20 {
        let told = queue(&shop, json!({ "fresh": true })).await.unwrap();
        if told.data["complete"] == true {
            judge(&shop, &told.data);
            assert!(differed(&told), "{:?}", told.warnings);
            return;
        }
    }
    panic!("it does not get on");
}
