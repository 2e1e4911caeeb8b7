//! The shops as they stand: every route reads and changes these under one lock, so each call is all or nothing.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::budget::Bucket;
use crate::chaos::Chaos;
use crate::choices::Choices;
use crate::made::Made;
use crate::model::fields::Record;
use crate::model::inventory;
use crate::posting::{Post, Posting};
use crate::record::Record as RequestRecord;
use crate::reply::Reply;
pub(crate) use crate::stored::{Folder, Order};

/// Who the history says it was when something came through the API and the call named nobody.
pub(crate) const THE_API: &str = "API";

/// Who the history says it was when somebody changed an order in Order Desk's own pages.
pub(crate) const PERSON: &str = "Jo Sample";

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) shops: Vec<Shop>,
    pub(crate) chaos: Chaos,
    pub(crate) record: RequestRecord,
    pub(crate) choices: Choices,
    /// Posted orders so far, each of them an appointment.
    pub(crate) appointments: u64,
    /// Stores of which every order that changes is posted, and where.
    pub(crate) watched: Vec<(String, Post)>,
}

impl State {
    pub(crate) fn shop(&self, store_id: &str) -> Option<&Shop> {
        self.shops.iter().find(|shop| shop.id == store_id)
    }

    /// Has the orders posted that changed in stores of which that is wanted.
    pub(crate) fn post_changed(&mut self) {
        for (store_id, post) in &self.watched {
            let Some(shop) = self.shops.iter_mut().find(|shop| shop.id == *store_id) else {
                continue;
            };
            for (order_id, order) in shop.orders.iter_mut().filter(|(_, order)| order.is_changed) {
                order.is_changed = false;
                shop.outbox.push(Posting {
                    order_id: *order_id,
                    post: post.clone(),
                    shipment: None,
                });
            }
        }
    }

    pub(crate) fn shop_mut(&mut self, store_id: &str) -> Option<&mut Shop> {
        self.shops.iter_mut().find(|shop| shop.id == store_id)
    }
}

/// One store: an API key opens exactly one.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) api_key: String,
    pub(crate) timezone: TimeZone,
    pub(crate) settings: Record,
    pub(crate) folders: Vec<Folder>,
    pub(crate) orders: BTreeMap<u64, Order>,
    pub(crate) inventory: BTreeMap<u64, Record>,
    pub(crate) bucket: Bucket,
    pub(crate) ids: Ids,
    /// "Post Order JSON" actions that rules have asked for and nobody has begun yet.
    pub(crate) outbox: Vec<Posting>,
    /// Orders that nobody has asked for by their id yet.
    pub(crate) made: Option<Made>,
}

/// The last ids given out. Order Desk's own are unique across stores; so each store starts in another range.
#[derive(Debug)]
pub(crate) struct Ids {
    pub(crate) order: u64,
    pub(crate) item: u64,
    pub(crate) shipment: u64,
    pub(crate) inventory: u64,
}

impl Ids {
    pub(crate) fn next(last: &mut u64) -> u64 {
        *last += 1;
        *last
    }
}

impl Shop {
    /// From here on an order has changed when something happens to it.
    pub(crate) fn nothing_changed(&mut self) {
        for order in self.orders.values_mut() {
            order.is_changed = false;
        }
    }

    /// Stores an order that was only made on demand so far, if that is what the id stands for.
    pub(crate) fn store(&mut self, id: u64) {
        if let Some(order) = self.made.as_mut().and_then(|made| made.take(id)) {
            self.orders.insert(id, order);
        }
    }

    /// How many orders there are.
    pub(crate) fn count(&self) -> usize {
        self.orders.len() + self.made.as_ref().map_or(0, Made::len)
    }

    pub(crate) fn order_id(&self, id: &str) -> Result<u64, Reply> {
        let known = digits(id).filter(|id| self.orders.contains_key(id));
        known.ok_or_else(|| Reply::not_found("Order"))
    }

    pub(crate) fn order(&self, id: &str) -> Result<&Order, Reply> {
        digits(id)
            .and_then(|id| self.orders.get(&id))
            .ok_or_else(|| Reply::not_found("Order"))
    }

    pub(crate) fn order_mut(&mut self, id: &str) -> Result<&mut Order, Reply> {
        digits(id)
            .and_then(|id| self.orders.get_mut(&id))
            .ok_or_else(|| Reply::not_found("Order"))
    }

    pub(crate) fn folder_name(&self, id: i64) -> &str {
        self.folders
            .iter()
            .find(|folder| folder.id == id)
            .map_or("Unknown", |folder| folder.name.as_str())
    }

    /// The first folder of that exact name; names are not unique.
    pub(crate) fn folder_named(&self, name: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.name == name)
    }

    pub(crate) fn has_folder(&self, id: i64) -> bool {
        self.folders.iter().any(|folder| folder.id == id)
    }

    pub(crate) fn first_folder(&self) -> i64 {
        self.folders.first().map_or(0, |folder| folder.id)
    }

    pub(crate) fn setting_is_on(&self, key: &str) -> bool {
        self.settings
            .get(key)
            .is_some_and(|value| value == "1" || *value == json!(1))
    }

    pub(crate) fn inventory_coded(&self, code: &str) -> Option<u64> {
        self.inventory
            .iter()
            .find(|(_, item)| inventory::code(item) == code)
            .map(|(id, _)| *id)
    }

    pub(crate) fn inventory_id(&self, id: &str) -> Result<u64, Reply> {
        let known = digits(id).filter(|id| self.inventory.contains_key(id));
        known.ok_or_else(|| Reply::not_found("Inventory Item"))
    }

    /// How many orders carry this address, as the text the API gives.
    pub(crate) fn email_count(&self, email: &str) -> String {
        let same = self
            .orders
            .values()
            .filter(|order| order.text("email").eq_ignore_ascii_case(email));
        same.count().max(1).to_string()
    }
}

/// An id as the API writes it: digits and nothing else.
pub(crate) fn digits(id: &str) -> Option<u64> {
    id.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| id.parse().ok())
        .flatten()
}

/// The position of the entry with this id in a list of items or shipments.
pub(crate) fn position(list: &[Value], id: &str, what: &str) -> Result<usize, Reply> {
    let found = list.iter().position(|entry| entry["id"] == id);
    found.ok_or_else(|| Reply::not_found(what))
}
