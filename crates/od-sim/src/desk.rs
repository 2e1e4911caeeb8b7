//! What all parts of a running simulator share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::choices::Choices;
use crate::clock::{Clock, date_time};
use crate::model::order;
use crate::options::SimOptions;
use crate::state::{Order, Shop, State};

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
        let order = state.shop_mut(store_id).and_then(|shop| shop.order_mut(id).ok());
        order.map(|order| edit(order, &now, change)).is_some()
    }
}

/// Another writer's change: the fields as given, then the sums and the date.
pub(crate) fn edit(target: &mut Order, now: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    change(&mut target.fields);
    order::recompute(&mut target.fields);
    target.touch(now);
}

/// Lands a merge patch on the order a path is about, if it is about one.
pub(crate) fn edit_by_path(shop: &mut Shop, segments: &[&str], patch: &Map<String, Value>, now: &str) {
    if let ["orders", id, ..] = segments
        && let Ok(order) = shop.order_mut(id)
    {
        edit(order, now, |fields| merge(fields, patch));
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
