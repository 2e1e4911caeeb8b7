//! Copies while much else goes on.

use std::time::Instant;

use jiff::civil::date;
use od_engine::Engine;
use od_engine::insight::RunReport;
use od_engine::orders::{Destination, GetOrder, MoveOrders};
use tokio::task::JoinSet;

use super::naive::Shopkeeper;
use super::*;
use crate::support::mutation_of;

/// A shop with so many orders under Order Desk's real rate limit.
fn limited(orders: u64) -> Setup {
    let store = SeedStore {
        made: orders,
        ..SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 0)
    };
    let mut setup = setup(vec![store]);
    setup.sim.rate_limit = true;
    setup.sim.bucket_size = SimOptions::default().bucket_size;
    setup.timeout = Duration::from_secs(30);
    setup
}

fn filling(engine: &Engine, shop: &Shop) -> tokio::task::JoinHandle<Result<Outcome<Value>, Error>> {
    let (engine, scope) = (engine.clone(), shop.scope());
    tokio::spawn(async move {
        let input: RunReport = serde_json::from_value(sales()).unwrap();
        engine.insight().report(&scope, input).await
    })
}

/// At Order Desk's rate limit a page takes a third of a second.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_while_a_copy_is_filled_is_before_the_next_page() {
    let (shop, _) = shop_with(limited(2_600)).await;
    let fill = filling(&shop.engine, &shop);
    let id = shop.order_ids()[0].clone();
    let mut overtaken = Vec::new();
    while !fill.is_finished() {
        let get = GetOrder {
            order_id: id.clone(),
            fresh: true,
            ..GetOrder::default()
        };
        let before = lists(&shop);
        shop.engine.orders().get(&shop.scope(), get).await.unwrap();
        overtaken.push(lists(&shop) - before);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let told = fill.await.unwrap().unwrap().data;
    assert_eq!((&told["complete"], lists(&shop)), (&json!(true), 6));
    overtaken.sort_unstable();
    // The page that is on its way, and one that was sent before the read.
    assert!(
        overtaken.len() > 2 && overtaken[overtaken.len() / 2] <= 1,
        "{overtaken:?}"
    );
    let requests = shop.sim.requests();
    assert!(requests.iter().all(|request| request.status != Some(429)));
}

/// Changes orders as agents do, until the moment.
async fn work(shop: &Shop, until: Instant) {
    let ids = shop.order_ids();
    let mut agents = JoinSet::new();
    for agent in 0..20_usize {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let ids: Vec<String> = ids.iter().skip(agent).step_by(20).cloned().collect();
        agents.spawn(async move {
            for (round, id) in ids.iter().cycle().enumerate().take(200) {
                if Instant::now() >= until {
                    break;
                }
                // What Order Desk refuses is refused.
                if round % 3 == 0 {
                    let input = MoveOrders {
                        store: None,
                        order_ids: vec![id.clone()],
                        destination: Destination::Id(71_001 + u64::try_from((agent + round) % 4).unwrap()),
                        dry_run: false,
                        confirmed: true,
                    };
                    _ = engine.orders().move_folder(&scope, input).await;
                } else {
                    let channel = json!({ "source_name": format!("Channel {}", round % 5) });
                    _ = engine.orders().mutate(&scope, mutation_of(id, channel)).await;
                }
                if round % 4 == 0 {
                    let input: RunReport = serde_json::from_value(sales()).unwrap();
                    _ = engine.insight().report(&scope, input).await;
                }
            }
        });
    }
    // Somebody in Order Desk's own pages.
    for round in 0_usize.. {
        if Instant::now() >= until {
            break;
        }
        let id = &ids[(round * 7) % ids.len()];
        match round % 5 {
            0 => _ = shop.sim.take_order("90001"),
            1 if round % 25 == 1 => _ = shop.sim.delete_order("90001", id),
            2 if round % 25 == 2 => {
                _ = shop
                    .sim
                    .edit_order_unseen("90001", id, |order| order["folder_id"] = 71_003.into());
            }
            _ => {
                _ = shop.sim.edit_order("90001", id, |order| {
                    order["order_items"][0]["quantity"] = (round % 9).into();
                });
            }
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    agents.join_all().await;
}

/// How long it goes on: longer on demand.
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
fn rounds() -> u64 {
    let chosen = std::env::var("MIRROR_TROUBLE_ROUNDS").ok();
    chosen.and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// `MIRROR_TROUBLE_ROUNDS` makes it last longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_many_change_is_right_or_says_that_it_is_not_whole() {
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 120);
    let mut setup = setup(vec![store]);
    setup.mirror.patience = Duration::from_secs(3);
    setup.sim.now = now();
    let sim = &mut setup.sim;
    let every = |kind, probability| Fault::new(kind).with_probability(probability).times(u32::MAX);
    let failing = FaultKind::ErrorBeforeCommit {
        status: 502,
        html: true,
    };
    let done = FaultKind::ErrorAfterCommit {
        status: 502,
        html: true,
    };
    sim.faults = vec![
        every(failing, 0.03),
        every(done, 0.02).on("PUT", "/orders/*"),
        every(FaultKind::DropAfterCommit, 0.02),
        every(FaultKind::Slow { ms: 300 }, 0.05),
    ];
    let (shop, clock) = shop_with(setup).await;
    let (mut judged, mut second) = (0, 0);
    for _ in 0..rounds() {
        work(&shop, Instant::now() + Duration::from_secs(2)).await;
        second += 20;
        clock.set(now() + Duration::from_secs(second));
        let fresh = json!({ "report": "sales_by_source", "from": "2026-06-05", "fresh": true, "top": 1000 });
        // Order Desk may fail just now: then there is no answer.
        let Ok(told) = report(&shop, fresh).await else { continue };
        if told.data["complete"] == false {
            continue;
        }
        let stored = shop.sim.orders("90001");
        let naive = Shopkeeper {
            orders: &stored,
            folders: &shop.sim.folders("90001"),
            zone: "America/Denver",
            currency: Some("USD"),
            now: now().as_second(),
        };
        let (rows, totals) = naive.sales(&["source"], date(2026, 6, 5), date(2026, 11, 29));
        assert_eq!(told.data["totals"], totals);
        for row in told.data["rows"].as_array().unwrap() {
            let mut row = row.as_object().unwrap().clone();
            let source = row.remove("source").unwrap();
            assert_eq!(
                Value::Object(row),
                rows[&vec![source.as_str().unwrap().to_owned()]],
                "{source}"
            );
        }
        judged += 1;
    }
    assert!(judged > 0, "no answer was whole");
}
