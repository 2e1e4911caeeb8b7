//! Questions about many orders: what they cost, what they find, and that they are right.

use std::time::Duration;

use jiff::Timestamp;
use od_engine::insight::{FindOrders, MirrorOptions, Queue, RunReport};
use od_engine::{Clock, DbOptions, Error, Outcome};
use od_sim::{Fault, FaultKind, SeedStore, ShopKind, SimOptions};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, options};

mod answers;
mod bounds;
mod broken_off;
mod costs;
mod covered;
mod duplicates;
mod explaining;
mod files;
mod filters;
mod finding;
mod growing;
mod lookups;
mod mistyped;
mod naive;
mod overview;
mod sent;
mod several;
mod shifting;
mod shops;
mod stocking;
mod stuck;
mod tables;
mod trouble;
mod truth;

/// A Sunday afternoon; the simulator's present and the engine's.
const NOW: &str = "2026-11-29T15:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn setup(stores: Vec<SeedStore>) -> Setup {
    Setup {
        sim: SimOptions {
            now: now(),
            stores,
            ..Setup::default().sim
        },
        ..Setup::default()
    }
}

/// A shop with so many orders, and the clock that its engine goes by.
async fn shop_of(orders: usize) -> (Shop, Clock) {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, orders);
    shop_with(setup(vec![store])).await
}

async fn shop_with(setup: Setup) -> (Shop, Clock) {
    let clock = Clock::manual(now());
    (Shop::open_at(setup, clock.clone()).await, clock)
}

async fn report(shop: &Shop, input: Value) -> Result<Outcome<Value>, Error> {
    let input: RunReport = serde_json::from_value(input).unwrap();
    shop.engine.insight().report(&shop.scope(), input).await
}

async fn queue(shop: &Shop, input: Value) -> Result<Outcome<Value>, Error> {
    let input: Queue = serde_json::from_value(input).unwrap();
    shop.engine.insight().queue(&shop.scope(), input).await
}

async fn find(shop: &Shop, query: &str) -> Vec<(String, String)> {
    let input: FindOrders = serde_json::from_value(json!({ "query": query })).unwrap();
    let found = shop.engine.insight().find(&shop.scope(), input).await.unwrap();
    let orders = found.data["orders"].as_array().unwrap();
    let text = |order: &Value, name: &str| order[name].as_str().unwrap().to_owned();
    orders
        .iter()
        .map(|order| (text(order, "id"), text(order, "matched_by")))
        .collect()
}

fn sales() -> Value {
    json!({ "report": "sales_by_source", "from": "last_90_days" })
}

/// How many lists of orders were asked for.
fn lists(shop: &Shop) -> usize {
    shop.calls().iter().filter(|call| *call == "GET /orders").count()
}
