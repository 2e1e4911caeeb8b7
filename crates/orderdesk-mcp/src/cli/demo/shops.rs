//! What the demo's dashboard shows of the simulated shops, and what happens in them while somebody looks.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use od_engine::Clock;
use od_sim::{SimStore, Simulator};
use od_web::ShopOrder;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// How long after an order the next one comes at the earliest. Nobody orders while nobody looks: whoever works on the shops with a
/// client alone finds them as they began.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// No more come than this, however long somebody looks.
const MOST: usize = 500;
/// As many as the dashboard shows.
const SHOWN: usize = 8;

/// The simulated shops, seen through the window.
pub struct Shops {
    simulator: Arc<Simulator>,
    clock: Clock,
    sold: Mutex<Sold>,
}

struct Sold {
    count: usize,
    last: Option<Timestamp>,
}

impl Shops {
    pub fn new(simulator: Arc<Simulator>, clock: Clock) -> Self {
        let sold = Mutex::new(Sold { count: 0, last: None });
        Self { simulator, clock, sold }
    }

    /// The orders that changed last, those first. A look may come upon a new one.
    pub fn orders(&self) -> Vec<ShopOrder> {
        let stores = self.simulator.stores();
        self.sell(&stores);
        let mut orders: Vec<ShopOrder> = stores.iter().flat_map(|store| self.of(store)).collect();
        orders.sort_by_key(|order| Reverse(order.changed_at.clone()));
        orders.truncate(SHOWN);
        orders
    }

    fn sell(&self, stores: &[SimStore]) {
        let now = self.clock.now();
        let mut sold = self.sold.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = sold.last else {
            sold.last = Some(now);
            return;
        };
        if sold.count >= MOST || now.duration_since(last) < PAUSE || stores.is_empty() {
            return;
        }
        let store = &stores[sold.count % stores.len()];
        sold.count += 1;
        sold.last = Some(now);
        // A store that sells nothing gets no order.
        let _ = self.simulator.take_order(&store.store_id);
    }

    fn of<'a>(&'a self, store: &'a SimStore) -> impl Iterator<Item = ShopOrder> + 'a {
        let folders: HashMap<String, String> = self.simulator.folders(&store.store_id).into_iter().collect();
        let orders = self.simulator.orders(&store.store_id).into_iter();
        orders.map(move |order| ShopOrder {
            number: text(&order["source_id"]),
            store: store.name.clone(),
            customer: format!(
                "{} {}",
                text(&order["customer"]["first_name"]),
                text(&order["customer"]["last_name"])
            ),
            folder: folders.get(&text(&order["folder_id"])).cloned().unwrap_or_default(),
            total: amount(&text(&order["order_total"])),
            changed_at: moment(&text(&order["date_updated"])),
        })
    }
}

/// The simulator answers numbers as numbers or as texts, as its choices say.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// With two decimals, as people write it.
fn amount(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) => format!("{value:.2}"),
        Err(_) => number.to_owned(),
    }
}

/// Order Desk's `2026-11-29 12:00:00`, which is UTC, as RFC 3339.
fn moment(date: &str) -> String {
    format!("{}Z", date.replacen(' ', "T", 1))
}
