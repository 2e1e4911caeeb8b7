//! What all parts of a running simulator share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::choices::Choices;
use crate::clock::{Clock, date_time};
use crate::model::order;
use crate::options::SimOptions;
use crate::rules::{self, Rule};
use crate::state::{PERSON, Shop, State, digits};

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) clock: Clock,
    /// As at the start; what a reset goes back to.
    pub(crate) options: SimOptions,
    /// Cancelled when the simulator stops: hung calls and waiting deliveries end then.
    pub(crate) stopping: CancellationToken,
    state: Mutex<State>,
}

pub(crate) type SharedDesk = Arc<Desk>;

impl Desk {
    pub(crate) fn new(options: SimOptions, state: State) -> Self {
        Self {
            clock: Clock::starting_at(options.now),
            options,
            stopping: CancellationToken::new(),
            state: Mutex::new(state),
        }
    }

    pub(crate) fn choices(&self) -> Choices {
        self.lock().choices
    }

    /// Nobody holds this across an await. A panic elsewhere leaves whole records, so poisoning is not an obstacle.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> String {
        date_time(self.clock.now())
    }

    /// Another writer's change to an order. False when there is no such order.
    pub(crate) fn edit(&self, store_id: &str, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let now = self.now();
        let mut state = self.lock();
        let shop = state.shop_mut(store_id);
        shop.is_some_and(|shop| edit(shop, &self.options.rules, id, &now, change))
    }

    /// The same, but the date of change stays.
    pub(crate) fn edit_unseen(&self, store_id: &str, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let mut state = self.lock();
        let shop = state.shop_mut(store_id);
        shop.is_some_and(|shop| edit_unseen(shop, id, change))
    }

    /// A person deletes an order. False when there is no such order.
    pub(crate) fn delete(&self, store_id: &str, id: &str) -> bool {
        let mut state = self.lock();
        let shop = state.shop_mut(store_id);
        shop.zip(digits(id)).is_some_and(|(shop, id)| {
            shop.store(id);
            shop.orders.remove(&id).is_some()
        })
    }
}

/// A change that moves no date and leaves no trace but the sums that follow from it.
fn edit_unseen(shop: &mut Shop, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
    if let Some(id) = digits(id) {
        shop.store(id);
    }
    let Ok(order) = shop.order_mut(id) else { return false };
    let updated = order.text("date_updated").to_owned();
    change(&mut order.fields);
    order::recompute(&mut order.fields);
    order.touch(&updated);
    true
}

/// A person's change: the fields as given, then the sums, the date and an entry in the history. Another folder among the
/// fields is a move, which runs the folder's rules. False when there is no such order.
pub(crate) fn edit(
    shop: &mut Shop,
    rules: &[Rule],
    id: &str,
    now: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) -> bool {
    if let Some(id) = digits(id) {
        shop.store(id);
    }
    let Ok(number) = shop.order_id(id) else { return false };
    let Some(order) = shop.orders.get_mut(&number) else {
        return false;
    };
    let before = order.fields.clone();
    change(&mut order.fields);
    let folder = order.folder_id().filter(|folder| {
        let known = shop.folders.iter().any(|known| known.id == *folder);
        known && before.get("folder_id").is_some_and(|was| *was != *folder)
    });
    if let (Some(_), Some(was)) = (folder, before.get("folder_id")) {
        order.fields.insert("folder_id".to_owned(), was.clone());
    }
    if order.fields != before {
        order::recompute(&mut order.fields);
        order.touch(now);
        order.note(PERSON, "Order Edited", now);
    }
    if let Some(folder) = folder {
        rules::move_order(shop, rules, number, folder, PERSON, now);
    }
    true
}

/// Lands a merge patch on the order a call is about, if it is about one.
pub(crate) fn edit_by_path(shop: &mut Shop, call: &Call<'_>, patch: &Map<String, Value>) {
    if let ["orders", id, ..] = call.segments.as_slice() {
        edit(shop, call.rules, id, &call.now(), |fields| merge(fields, patch));
    }
}

/// RFC 7396.
pub(crate) fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match (target.get_mut(key), value) {
            (_, Value::Null) => {
                target.shift_remove(key);
            }
            (Some(Value::Object(inner)), Value::Object(patch)) => merge(inner, patch),
            (_, Value::Object(patch)) => {
                let mut fresh = Map::new();
                merge(&mut fresh, patch);
                target.insert(key.clone(), fresh.into());
            }
            _ => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}
