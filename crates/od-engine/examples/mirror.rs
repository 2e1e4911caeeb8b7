//! Prints how long questions about many orders take on a full copy, and what opening one takes. The number of orders is the first
//! argument (100,000). `make bench` runs it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the workshop: it prints, and it stops when something is wrong"
)]

#[path = "../tests/it/support.rs"]
#[expect(dead_code, clippy::needless_pass_by_value, reason = "written for the tests")]
mod support;

use std::time::{Duration, Instant};

use od_engine::insight::{Duplicates, FindOrders, MirrorOptions, Queue, RunReport, Stock};
use od_engine::{Clock, DbOptions, Engine, RootKey};
use od_sim::{SeedStore, ShopKind, SimOptions};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use support::{Setup, Shop, options};

/// Each question is asked so often.
const TIMES: usize = 40;

const REPORTS: [(&str, Option<&str>); 16] = [
    ("sales_by_sku", None),
    ("sales_by_day", None),
    ("sales_by_month", None),
    ("sales_by_source", None),
    ("sales_by_country", None),
    ("sales_by_shipping_method", None),
    ("sales_by_folder", None),
    ("sales_by_sku", Some("day")),
    ("sales_by_sku", Some("source")),
    ("sales_by_country", Some("month")),
    ("sales_by_day", Some("country")),
    ("unshipped_by_age", None),
    ("time_to_ship", None),
    ("returns_and_refunds", None),
    ("discounts_used", None),
    ("new_and_returning_customers", None),
];

const QUERIES: [&str; 7] = [
    "ada quill",
    "Sample Row",
    "WEB-12345",
    "ada.quill@example.test",
    "MUG-BLU-11",
    "e",
    "Quilp",
];

#[tokio::main]
async fn main() {
    let orders: u64 = std::env::args()
        .nth(1)
        .map_or(100_000, |orders| orders.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let mirror = MirrorOptions {
        // What is measured is our own time: nothing is asked of Order Desk between two questions.
        ttl: Duration::from_hours(10),
        audit: Duration::from_hours(10),
        patience: Duration::from_mins(30),
        ..MirrorOptions::default()
    };
    let store = SeedStore {
        made: orders,
        ..SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 0)
    };
    let setup = |root_key, sim| Setup {
        sim,
        database: database.clone(),
        root_key,
        mirror,
        timeout: Duration::from_mins(1),
        ..Setup::default()
    };
    let sim = SimOptions {
        stores: vec![store],
        ..Setup::default().sim
    };
    let root_key = RootKey::generate();
    let text = root_key.to_base64();
    let clock = Clock::manual(sim.now);
    let began = Instant::now();
    let shop = Shop::open_at(setup(root_key, sim.clone()), clock.clone()).await;
    queue(&shop.engine, &shop).await;
    print(
        &format!("filling a copy of {orders} orders, without a rate limit"),
        format!("{:.1} s", began.elapsed().as_secs_f64()),
    );

    let mut opening = Vec::new();
    let mut grown = 0;
    let mut engine = shop.engine.clone();
    for _ in 0..5 {
        let root_key = RootKey::from_base64(text.expose_secret()).unwrap();
        let other = Engine::open(options(setup(root_key, sim.clone()), &shop.sim), clock.clone())
            .await
            .unwrap();
        // The settings are read before, which is no part of opening.
        other.stores().settings(&shop.scope(), None, false).await.unwrap();
        let before = resident();
        let began = Instant::now();
        queue(&other, &shop).await;
        opening.push(began.elapsed());
        grown = resident().saturating_sub(before);
        engine = other;
    }
    print("opening it", spread(opening));
    print("memory that an open one takes", format!("{} MB", grown / 1000));

    for (report, group_by) in REPORTS {
        for from in ["last_30_days", "last_90_days", "2025-09-10"] {
            let name = format!("orders_report {report} {} {from}", group_by.unwrap_or_default());
            let input = json!({ "report": report, "from": from, "group_by": group_by });
            let input: RunReport = serde_json::from_value(input).unwrap();
            measure(&name, async || {
                told(engine.insight().report(&shop.scope(), input.clone()).await)
            })
            .await;
        }
    }
    for query in QUERIES {
        let input: FindOrders = serde_json::from_value(json!({ "query": query })).unwrap();
        measure(&format!("orders_find {query}"), async || {
            told(engine.insight().find(&shop.scope(), input.clone()).await)
        })
        .await;
    }
    measure("orders_queue", async || queue(&engine, &shop).await).await;
    for hours in [1, 24, 720] {
        let input: Duplicates = serde_json::from_value(json!({ "window_hours": hours })).unwrap();
        measure(&format!("orders_duplicates within {hours} hours"), async || {
            told(engine.insight().duplicates(&shop.scope(), input.clone()).await)
        })
        .await;
    }
    let input: Stock = serde_json::from_value(json!({})).unwrap();
    measure("products_stock", async || {
        told(engine.insight().stock(&shop.scope(), input.clone()).await)
    })
    .await;
}

async fn queue(engine: &Engine, shop: &Shop) -> Value {
    let input: Queue = serde_json::from_value(json!({})).unwrap();
    told(engine.insight().queue(&shop.scope(), input).await)
}

fn told(outcome: Result<od_engine::Outcome<Value>, od_engine::Error>) -> Value {
    let data = outcome.unwrap().data;
    assert_eq!(data["complete"], true, "{data}");
    data
}

/// Asks again and again, after once that is not counted.
async fn measure(name: &str, ask: impl AsyncFn() -> Value) {
    ask().await;
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        ask().await;
        took.push(began.elapsed());
    }
    print(name, spread(took));
}

/// Resident memory in kB; nothing where there is no /proc.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

fn spread(mut samples: Vec<Duration>) -> String {
    samples.sort_unstable();
    let at = |percent: usize| samples[(samples.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    format!(
        "median {:.1} ms, p95 {:.1} ms, longest {:.1} ms",
        at(50),
        at(95),
        at(100)
    )
}

fn print(name: &str, value: impl std::fmt::Display) {
    println!("{name:<62}{value}");
}
