//! Many busy agents under Order Desk's real rate limit.

use std::time::{Duration, Instant};

use od_engine::orders::{GetOrder, ListOrders};
use od_engine::{Engine, Scope};
use od_sim::SimOptions;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Setup, Shop, mutation_of};

const AGENTS: usize = 50;
const BUSY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_busy_agents_are_never_refused_by_order_desk() {
    let shop = Shop::open_with(Setup {
        sim: SimOptions::default(),
        ..Setup::default()
    })
    .await;
    let (ids, until) = (shop.order_ids(), Instant::now() + BUSY);
    let mut agents = JoinSet::new();
    for (agent, id) in ids.into_iter().take(AGENTS).enumerate() {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        agents.spawn(tokio::time::timeout_at(
            until.into(),
            keep_busy(engine, scope, agent, id),
        ));
    }
    while let Some(agent) = agents.join_next().await {
        assert!(agent.unwrap().is_err(), "an agent works until its time is up");
    }
    let requests = shop.sim.requests();
    let refused = requests.iter().filter(|request| request.status == Some(429)).count();
    assert_eq!(refused, 0, "of {} requests", requests.len());
    assert!(requests.len() > 20, "the agents were busy: {} requests", requests.len());
}

/// Reads, lists and changes without end. A refusal for want of tokens is an answer like any other.
async fn keep_busy(engine: Engine, scope: Scope, agent: usize, id: String) {
    for n in 0.. {
        let outcome = match (agent + n) % 3 {
            0 => read(&engine, &scope, &id).await,
            1 => list(&engine, &scope, n).await,
            _ => {
                let change = mutation_of(&id, json!({ "order_metadata": { "turn": n } }));
                engine.orders().mutate(&scope, change).await.map(drop)
            }
        };
        if let Err(error) = outcome {
            assert_eq!(error.code(), "UPSTREAM_BUSY", "{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn read(engine: &Engine, scope: &Scope, id: &str) -> Result<(), od_engine::Error> {
    let get = GetOrder {
        order_id: id.to_owned(),
        fresh: true,
        ..GetOrder::default()
    };
    engine.orders().get(scope, get).await.map(drop)
}

async fn list(engine: &Engine, scope: &Scope, page: usize) -> Result<(), od_engine::Error> {
    let list = ListOrders {
        limit: 20,
        offset: page as u64 % 3 * 20,
        fresh: true,
        ..ListOrders::default()
    };
    engine.orders().list(scope, list).await.map(drop)
}
