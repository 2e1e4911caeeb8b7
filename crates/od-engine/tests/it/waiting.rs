//! Reads that wait: shared until their answer is kept, given up when nobody waits for them any more.

use std::time::{Duration, Instant};

use od_engine::orders::{GetOrder, ListOrders, View};
use od_engine::{Error, UpstreamError};
use od_sim::{Fault, FaultKind, SimOptions};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::{Setup, Shop};

fn first_page() -> ListOrders {
    ListOrders {
        limit: 50,
        view: Some(View::Summary),
        ..ListOrders::default()
    }
}

fn order(id: &str) -> GetOrder {
    GetOrder {
        order_id: id.to_owned(),
        ..GetOrder::default()
    }
}

fn count(shop: &Shop, path: &str) -> usize {
    shop.sim
        .requests()
        .iter()
        .filter(|request| request.path == path)
        .count()
}

fn slow(path: &str, ms: u64) -> Fault {
    Fault::new(FaultKind::Slow { ms }).on("GET", path)
}

/// A shop at the documented rate, whose tokens are spent.
async fn drained() -> Shop {
    let sim = SimOptions::default();
    let shop = Shop::open_with(Setup {
        sim,
        ..Setup::default()
    })
    .await;
    let mut reads = JoinSet::new();
    for id in shop.order_ids().into_iter().take(16) {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        reads.spawn(async move { engine.orders().get(&scope, order(&id)).await.map(drop) });
    }
    for read in reads.join_all().await {
        read.unwrap();
    }
    shop.sim.clear_requests();
    shop
}

#[tokio::test]
async fn who_comes_while_an_answer_is_put_together_gets_it_too() {
    let shop = Shop::open().await;
    // The list is there at once; the names of its folders are not.
    shop.sim.inject(slow("/store", 300));
    let mut reads = JoinSet::new();
    for _ in 0..60 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        reads.spawn(async move { engine.orders().list(&scope, first_page()).await });
        tokio::time::sleep(Duration::from_millis(4)).await;
    }
    let answers: Vec<_> = reads.join_all().await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| answer.data == answers[0].data));
    assert_eq!((count(&shop, "/orders"), count(&shop, "/store")), (1, 1));
}

#[tokio::test]
async fn who_comes_after_a_write_does_not_get_what_was_read_before_it() {
    let shop = Shop::open().await;
    // The newest: it is on the first page.
    let id = shop.order_ids().pop().unwrap();
    shop.sim.inject(slow("/store", 1500));
    let (engine, scope) = (shop.engine.clone(), shop.scope());
    let before = tokio::spawn(async move { engine.orders().list(&scope, first_page()).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert!(!before.is_finished(), "the earlier list is still being put together");
    let fields = ListOrders {
        fields: Some(vec!["email".to_owned()]),
        ..first_page()
    };
    for input in [first_page(), fields] {
        let after = shop.engine.orders().list(&shop.scope(), input).await.unwrap();
        assert!(after.data.to_string().contains("new@example.test"), "{}", after.data);
    }
    before.await.unwrap().unwrap();
    assert_eq!(count(&shop, "/orders"), 3);
}

/// A read-back may take a while; memory must not answer with what was before meanwhile.
#[tokio::test]
async fn what_was_before_is_forgotten_as_soon_as_it_is_overwritten() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.engine.orders().get(&shop.scope(), order(&id)).await.unwrap();
    shop.sim.inject(slow("/orders/*", 600).after(1));
    let change = shop.change(&id, json!({ "email": "new@example.test" }));
    let look = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(shop.sent("PUT").len(), 1);
        shop.engine.orders().get(&shop.scope(), order(&id)).await.unwrap()
    };
    let (changed, looked) = tokio::join!(change, look);
    changed.unwrap();
    assert_eq!(looked.data["email"], "new@example.test");
}

#[tokio::test]
async fn forty_reads_that_nobody_waits_for_hold_up_nobody() {
    let shop = drained().await;
    let mut reads = JoinSet::new();
    let gone = CancellationToken::new();
    for number in 0..40 {
        let (engine, scope) = (shop.engine.clone(), shop.scope().while_wanted(gone.clone()));
        reads.spawn(async move { engine.orders().get(&scope, order(&(9000 + number).to_string())).await });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    gone.cancel();
    for read in reads.join_all().await {
        assert!(
            matches!(read, Err(Error::Upstream(UpstreamError::Abandoned))),
            "{read:?}"
        );
    }
    let began = Instant::now();
    let id = shop.order_ids().remove(20);
    shop.engine.orders().get(&shop.scope(), order(&id)).await.unwrap();
    assert!(
        began.elapsed() < Duration::from_millis(333 + 500),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(shop.sim.requests().len(), 1);
}

#[tokio::test]
async fn a_read_stays_as_long_as_one_waits_for_it() {
    let shop = drained().await;
    let id = shop.order_ids().remove(20);
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let read = |wanted: &CancellationToken| {
        let (engine, scope, id) = (
            shop.engine.clone(),
            shop.scope().while_wanted(wanted.clone()),
            id.clone(),
        );
        tokio::spawn(async move { engine.orders().get(&scope, order(&id)).await })
    };
    let leads = read(&first);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let follows = read(&second);
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.cancel();
    follows.await.unwrap().unwrap();
    leads.await.unwrap().unwrap();
    assert_eq!(shop.sim.requests().len(), 1);

    let id = shop.order_ids().remove(21);
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let scopes = [&first, &second].map(|wanted| shop.scope().while_wanted(wanted.clone()));
    let (orders, input) = (shop.engine.orders(), order(&id));
    let leave = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        second.cancel();
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.cancel();
    };
    let (leads, follows, ()) = tokio::join!(
        orders.get(&scopes[0], input.clone()),
        orders.get(&scopes[1], input.clone()),
        leave
    );
    assert!(leads.is_err() && follows.is_err());
    assert_eq!(shop.sim.requests().len(), 1, "nobody waited any more");
}

#[tokio::test]
async fn what_was_sent_for_somebody_who_has_gone_is_kept() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.inject(slow("/orders/*", 200));
    let gone = CancellationToken::new();
    let scope = shop.scope().while_wanted(gone.clone());
    let orders = shop.engine.orders();
    let leave = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        gone.cancel();
    };
    let (read, ()) = tokio::join!(orders.get(&scope, order(&id)), leave);
    read.unwrap();
    let later = orders.get(&shop.scope(), order(&id)).await.unwrap();
    assert!(later.cache.unwrap().hit);
    assert_eq!(shop.sim.requests().len(), 1);
}
