//! The merchant's rules: what happens by itself after an import, a folder change, a new shipment or another address
//! (help article 192).

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::order;
use crate::posting::{Post, Posting};
use crate::state::Shop;

/// One rule: when it runs and what it does, in the order of its fields.
///
/// As JSON: `{"event": {"moved_into": "Prepared"}, "note": "Sent to the printer", "move_to": "Sent to Printer"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What sets it off.
    pub event: Event,
    /// Only in this store; everywhere when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
    /// Written to the order's history, for instance `Order Emailed to Customer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Order fields that are set, for instance `fulfillment_name`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
    /// A folder the order moves on to, by name. This does not set off further rules, so that rules cannot loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_to: Option<String>,
    /// "Post Order JSON".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_order: Option<Post>,
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
            post_order: None,
        }
    }

    /// Reads rules from JSON, an array of them.
    pub fn from_json(text: &str) -> Result<Vec<Self>, RulesError> {
        Ok(serde_json::from_str(text)?)
    }

    /// What is wrong with it in these stores; a rule that could never run or never do anything is a mistake.
    pub(crate) fn fault(&self, shops: &[Shop]) -> Option<String> {
        let here: Vec<&Shop> = shops.iter().filter(|shop| self.runs_in(shop)).collect();
        if here.is_empty() {
            let store = self.store_id.as_deref().unwrap_or_default();
            return Some(format!("there is no store {store}"));
        }
        if self.note.is_none() && self.set.is_empty() && self.move_to.is_none() && self.post_order.is_none() {
            return Some("it does nothing: give note, set, move_to or post_order".to_owned());
        }
        let entered = match &self.event {
            Event::MovedInto(name) => Some(name),
            _ => None,
        };
        let mut named = entered.into_iter().chain(&self.move_to);
        let unknown = named.find(|name| here.iter().all(|shop| shop.folder_named(name).is_none()))?;
        let mut folders: Vec<&str> = Vec::new();
        for folder in here.iter().flat_map(|shop| &shop.folders) {
            if !folders.contains(&folder.name.as_str()) {
                folders.push(&folder.name);
            }
        }
        Some(format!(
            "there is no folder {unknown:?}; there are: {}",
            folders.join(", ")
        ))
    }

    fn runs_in(&self, shop: &Shop) -> bool {
        self.store_id.as_ref().is_none_or(|store| *store == shop.id)
    }
}

/// Why a text holds no rules.
#[derive(Debug, thiserror::Error)]
#[error("not a JSON array of rules: {0}")]
pub struct RulesError(#[from] serde_json::Error);

/// What sets a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An order was created through the API.
    Imported,
    /// An order came into the folder of this name from another one.
    MovedInto(String),
    /// A shipment was added.
    ShipmentAdded,
    /// An upload changed an address of the order ([`Choices::put_runs_address_rules`]).
    ///
    /// [`Choices::put_runs_address_rules`]: crate::Choices::put_runs_address_rules
    AddressChanged,
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
        if rule.event == *event && rule.runs_in(shop) {
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
    if let Some(post) = &rule.post_order {
        let shipment = order.shipments().last().cloned();
        shop.outbox.push(Posting {
            order_id,
            post: post.clone(),
            shipment,
        });
    }
}
