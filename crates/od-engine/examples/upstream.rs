//! Prints how Order Desk is asked: how many calls things take, how much of the budget is used, how long an urgent read
//! waits, and how many milliseconds lie between the last read of a record and its upload. `make bench` runs it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the workshop: it prints, and it stops when something is wrong"
)]

#[path = "../tests/it/support.rs"]
#[expect(dead_code, clippy::needless_pass_by_value, reason = "written for the tests")]
mod support;

use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant};

use od_engine::orders::{GetOrder, ListOrders};
use od_engine::{Engine, Error, Scope};
use od_sim::{Fault, FaultKind, Recorded, SimOptions};
use serde_json::json;
use support::{Setup, Shop, mutation_of};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    thrift().await;
    busy_agents(50, Duration::from_secs(20)).await;
    urgent_read_beside_a_walk(Duration::from_secs(20)).await;
    changes_to_one_order(100).await;
    window_with_tokens_at_hand().await;
    window_with_an_exhausted_budget().await;
}

/// A shop under Order Desk's real rate limit.
async fn limited() -> Shop {
    Shop::open_with(Setup {
        sim: SimOptions::default(),
        ..Setup::default()
    })
    .await
}

async fn thrift() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    print("calls of one change", calls(&shop));

    let (all, limit) = (shop.order_ids().len(), 25);
    for offset in (0..all).step_by(limit) {
        list(&shop.engine, &shop.scope(), limit, offset).await.unwrap();
    }
    print(
        &format!("calls of a walk over {all} orders, {limit} a page"),
        calls(&shop),
    );

    // Slow enough that all of them are there before the first is answered.
    let slow = Fault::new(FaultKind::Slow { ms: 50 });
    shop.sim.inject(slow.on("GET", "/orders/*"));
    let reads = (0..50).map(|_| {
        let (engine, scope, id) = (shop.engine.clone(), shop.scope(), id.clone());
        async move { read(&engine, &scope, &id).await.unwrap() }
    });
    together(reads).await;
    print("calls of 50 identical reads at once", calls(&shop));
}

async fn busy_agents(agents: usize, busy: Duration) {
    let shop = limited().await;
    let (ids, until) = (shop.order_ids(), Instant::now() + busy);
    let work = (0..agents).map(|agent| {
        let (engine, scope, id) = (shop.engine.clone(), shop.scope(), ids[agent % ids.len()].clone());
        tokio::time::timeout_at(until.into(), async move {
            for n in 0.. {
                let outcome = match (agent + n) % 3 {
                    0 => read(&engine, &scope, &id).await,
                    1 => list(&engine, &scope, 20, n % 3 * 20).await,
                    _ => change(&engine, &scope, &id, n).await,
                };
                if outcome.is_err() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        })
    });
    together(work).await;
    let requests = shop.sim.requests();
    let refused = requests.iter().filter(|request| request.status == Some(429)).count();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred requests")]
    let share = |burst: f64| {
        format!(
            "{:.0} %",
            100.0 * requests.len() as f64 / (burst + 3.0 * busy.as_secs_f64())
        )
    };
    let title = format!("{agents} busy agents for {} s", busy.as_secs());
    print(&format!("{title}: calls"), requests.len());
    print(&format!("{title}: refused with 429"), refused);
    print(&format!("{title}: share of 20 and 3/s, the bucket"), share(20.0));
    print(&format!("{title}: share of 16 and 3/s, our part"), share(16.0));
}

/// Twenty pages are always asked for at once, which keeps the budget empty.
async fn urgent_read_beside_a_walk(busy: Duration) {
    let shop = limited().await;
    let (id, until) = (shop.order_ids().remove(0), Instant::now() + busy);
    let mut walk = JoinSet::new();
    for walker in 0..20 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        walk.spawn(tokio::time::timeout_at(until.into(), async move {
            for n in 1.. {
                // A walker that is refused for want of tokens comes again.
                if list(&engine, &scope, 5, (walker + n) % 11 * 5 + 5).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }));
    }
    // The bucket's first burst is soon gone.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut waits = Vec::new();
    while Instant::now() < until {
        let asked = Instant::now();
        read(&shop.engine, &shop.scope(), &id).await.unwrap();
        waits.push(asked.elapsed().as_millis());
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    while walk.join_next().await.is_some() {}
    print("a single read while a walk uses the whole budget", spread(waits));
}

async fn changes_to_one_order(changes: usize) {
    let shop = limited().await;
    let (id, began) = (shop.order_ids().remove(0), Instant::now());
    let work = (0..changes).map(|n| {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = mutation_of(&id, json!({ "order_metadata": { format!("k{n}"): n } }));
        async move { engine.orders().mutate(&scope, change).await.map(drop).unwrap() }
    });
    together(work).await;
    let took = began.elapsed().as_secs_f64();
    print(
        &format!("{changes} changes to one order at once"),
        format!("{took:.1} s, {} calls", shop.sim.requests().len()),
    );
}

async fn window_with_tokens_at_hand() {
    let shop = Shop::open().await;
    for turn in 0..10 {
        change_all(&shop, 30, turn).await;
    }
    print(
        "last read to upload, tokens at hand",
        spread(windows(&shop.sim.requests())),
    );
}

async fn window_with_an_exhausted_budget() {
    let shop = limited().await;
    change_all(&shop, 20, 0).await;
    let windows = windows(&shop.sim.requests());
    print("last read to upload, budget exhausted", spread(windows));
}

/// Changes so many orders at once.
async fn change_all(shop: &Shop, orders: usize, turn: usize) {
    let work = shop.order_ids().into_iter().take(orders).map(|id| {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        async move { change(&engine, &scope, &id, turn).await.unwrap() }
    });
    together(work).await;
}

/// Milliseconds from each upload's last read, when its reply was ready, to the upload's arrival.
fn windows(requests: &[Recorded]) -> Vec<u128> {
    let mut last_read = HashMap::new();
    let mut windows = Vec::new();
    for request in requests {
        match request.method.as_str() {
            "GET" => drop(last_read.insert(&request.path, request.replied_at)),
            "PUT" => windows.push(u128::from(request.received_at - last_read[&request.path].unwrap())),
            _ => {}
        }
    }
    windows
}

async fn read(engine: &Engine, scope: &Scope, id: &str) -> Result<(), Error> {
    let get = GetOrder {
        order_id: id.to_owned(),
        fresh: true,
        ..GetOrder::default()
    };
    engine.orders().get(scope, get).await.map(drop)
}

async fn list(engine: &Engine, scope: &Scope, limit: usize, offset: usize) -> Result<(), Error> {
    let list = ListOrders {
        limit: u32::try_from(limit).unwrap(),
        offset: offset as u64,
        // The settings, which a summary names folders by, are not part of the figures.
        fields: Some(vec!["email".to_owned()]),
        fresh: true,
        ..ListOrders::default()
    };
    engine.orders().list(scope, list).await.map(drop)
}

async fn change(engine: &Engine, scope: &Scope, id: &str, turn: usize) -> Result<(), Error> {
    let change = mutation_of(id, json!({ "order_metadata": { format!("turn {turn}"): turn } }));
    engine.orders().mutate(scope, change).await.map(drop)
}

async fn together<F>(work: impl Iterator<Item = F>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let mut tasks: JoinSet<_> = work.collect();
    while let Some(done) = tasks.join_next().await {
        drop(done.unwrap());
    }
}

/// The calls since the last time.
fn calls(shop: &Shop) -> usize {
    let calls = shop.sim.requests().len();
    shop.sim.clear_requests();
    calls
}

fn spread(mut samples: Vec<u128>) -> String {
    samples.sort_unstable();
    let at = |percent: usize| samples[(samples.len() - 1) * percent / 100];
    let (median, p95, most, of) = (at(50), at(95), at(100), samples.len());
    format!("median {median} ms, p95 {p95} ms, longest {most} ms, of {of}")
}

fn print(name: &str, value: impl std::fmt::Display) {
    println!("{name:<62}{value}");
}
