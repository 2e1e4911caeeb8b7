use std::sync::Arc;

use jiff::SignedDuration;
use od_engine::Clock;
use od_sim::{SimOptions, Simulator};

use super::{SHOWN, Shops};

#[tokio::test]
async fn somebody_orders_something_every_half_minute_while_somebody_looks() {
    let clock = Clock::system();
    let clock = Clock::manual(clock.now());
    let options = SimOptions {
        now: clock.now(),
        ..SimOptions::default()
    };
    let simulator = Arc::new(Simulator::start(options).await.unwrap());
    let count = || -> usize {
        let stores = simulator.stores();
        stores.iter().map(|store| simulator.orders(&store.store_id).len()).sum()
    };
    let shops = Shops::new(simulator.clone(), clock.clone());
    let began = count();
    let seen = shops.orders();
    assert_eq!(seen.len(), SHOWN);
    assert!(
        seen.windows(2).all(|pair| pair[0].changed_at >= pair[1].changed_at),
        "{seen:?}"
    );
    let newest = &seen[0];
    let told = [
        &newest.number,
        &newest.store,
        &newest.customer,
        &newest.folder,
        &newest.total,
    ];
    assert!(told.iter().all(|text| !text.trim().is_empty()), "{newest:?}");
    let decimals = |order: &od_web::ShopOrder| order.total.split_once('.').map(|(_, decimals)| decimals.len());
    assert!(seen.iter().all(|order| decimals(order) == Some(2)), "{seen:?}");
    assert!(newest.changed_at.parse::<jiff::Timestamp>().is_ok(), "{newest:?}");
    // What shops contain sooner or later stands further down: a newcomer looks at people.
    let is_plain = |text: &str| !text.contains(|c: char| c.is_control() || "<>\"=".contains(c));
    assert!(seen.iter().all(|order| is_plain(&order.customer)), "{seen:?}");
    assert_eq!(count(), began, "the first look already sold something");

    let pass = |seconds| clock.set(clock.now() + SignedDuration::from_secs(seconds));
    pass(29);
    shops.orders();
    assert_eq!(count(), began);
    pass(1);
    let seen = shops.orders();
    assert_eq!(count(), began + 1);
    assert!(seen.iter().any(|order| order.folder == "New"), "{seen:?}");
    shops.orders();
    assert_eq!(count(), began + 1);
    pass(3600);
    shops.orders();
    assert_eq!(count(), began + 2, "a long absence is not made up for");
}
