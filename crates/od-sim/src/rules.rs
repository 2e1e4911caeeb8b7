//! The merchant's rules: what happens by itself after an import, a folder change or a new shipment (help article 192).

use serde_json::{Map, Value};

use crate::model::order;
use crate::state::{Posting, Shop};

/// One rule: when it runs and what it does, in the order of its fields.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What sets it off.
    pub event: Event,
    /// Only in this store; everywhere when `None`.
    pub store_id: Option<String>,
    /// Written to the order's history, for instance `Order Emailed to Customer`.
    pub note: Option<String>,
    /// Order fields that are set, for instance `fulfillment_name`.
    pub set: Map<String, Value>,
    /// A folder the order moves on to, by name. This does not set off further rules, so that rules cannot loop.
    pub move_to: Option<String>,
    /// "Post Order JSON" to this address.
    pub post_order_to: Option<String>,
}

impl Rule {
    /// A rule that does nothing yet.
    pub fn on(event: Event) -> Self {
        Self {
            event,
            store_id: None,
            note: None,
            set: Map::new(),
            move_to: None,
            post_order_to: None,
        }
    }
}

/// What sets a rule off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An order was created through the API.
    Imported,
    /// An order came into the folder of this name from another one.
    MovedInto(String),
    /// A shipment was added.
    ShipmentAdded,
}

/// Moves an order, writes who did it into its history and runs the rules; an order already there stays as it is. Gives
/// the folder it was in.
pub(crate) fn move_order(
    shop: &mut Shop,
    rules: &[Rule],
    order_id: u64,
    folder_id: i64,
    by: &str,
    now: &str,
) -> Option<i64> {
    let name = shop.folder_name(folder_id).to_owned();
    let order = shop.orders.get_mut(&order_id)?;
    let original = order.folder_id();
    if original != Some(folder_id) {
        order.fields.insert("folder_id".into(), folder_id.into());
        order.note(by, &format!("Order Moved to {name} Folder"), now);
        order.touch(now);
        run(shop, rules, order_id, &Event::MovedInto(name), now);
    }
    original
}

/// Runs the rules for something that just happened to an order.
pub(crate) fn run(shop: &mut Shop, rules: &[Rule], order_id: u64, event: &Event, now: &str) {
    for rule in rules {
        let here = rule.store_id.as_ref().is_none_or(|store| *store == shop.id);
        if rule.event == *event && here {
            apply(shop, rule, order_id, now);
        }
    }
}

fn apply(shop: &mut Shop, rule: &Rule, order_id: u64, now: &str) {
    let destination = rule
        .move_to
        .as_deref()
        .and_then(|name| shop.folder_named(name))
        .cloned();
    let Some(order) = shop.orders.get_mut(&order_id) else {
        return;
    };
    if let Some(note) = &rule.note {
        order.note("Order Desk", note, now);
    }
    for (key, value) in &rule.set {
        order.fields.insert(key.clone(), value.clone());
    }
    if let Some(folder) = destination {
        order.fields.insert("folder_id".into(), folder.id.into());
        order.note("Order Desk", &format!("Order Moved to {} Folder", folder.name), now);
    }
    order::recompute(&mut order.fields);
    order.touch(now);
    if let Some(url) = &rule.post_order_to {
        shop.outbox.push(Posting {
            order_id,
            url: url.clone(),
        });
    }
}
