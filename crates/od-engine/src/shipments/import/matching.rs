//! Whose parcel a row is.
//!
//! Orders are looked for in the store's copy (`copied`), or where there is none among the newest ones (`newest`). What is not there
//! is asked for by itself. A source id that two orders have is told to be so as far as both are known.

use std::collections::{BTreeMap, BTreeSet};

use od_client::{Order, OrderId};
use od_record::pasted::Row;
use od_record::tidy;
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::Error;
use crate::insight::{Entry, folded_name, people};
use crate::parts::Record;
use crate::scope::Scope;
use crate::stores::OpenStore;

mod copied;
mod newest;
#[cfg(test)]
mod tests;

/// Requests for orders one by one: sixty of which nothing is known, or more of those whose first request finds them.
const SINGLE: usize = 120;
/// Fewer rows are asked for one by one.
const FEW: usize = 3;

/// An order as far as parcels concern it.
pub(super) struct Found {
    pub(super) id: OrderId,
    pub(super) shipments: Vec<Record>,
}

/// Whose a row is.
pub(super) enum Whose<'a> {
    One(&'a Found),
    None,
    Several(Vec<&'a str>),
    /// It was not looked for everywhere.
    NotLookedFor,
}

/// What a row says of its order: a number, or e-mail and name.
type Clue = (String, Option<(String, String)>);

/// The orders that a table can mean.
pub(super) struct Orders {
    found: BTreeMap<OrderId, Found>,
    by_number: BTreeMap<String, BTreeSet<OrderId>>,
    by_person: BTreeMap<(String, String), BTreeSet<OrderId>>,
    /// How many requests for one order there may still be.
    singles: usize,
    not_looked_for: BTreeSet<Clue>,
}

impl Orders {
    /// The orders of a table. Where nothing is sent to them the copy's word is enough.
    pub(super) async fn find(
        engine: &Engine,
        scope: &Scope,
        store: &OpenStore,
        rows: &[Row],
        sends: bool,
    ) -> Result<Self, Error> {
        let mut orders = Self {
            found: BTreeMap::new(),
            by_number: BTreeMap::new(),
            by_person: BTreeMap::new(),
            singles: SINGLE,
            not_looked_for: BTreeSet::new(),
        };
        let upstream = store.upstream.bulk();
        let mut wanted: Vec<&Row> = Vec::new();
        let mut clues = BTreeSet::new();
        for row in rows.iter().filter(|row| row.tracking.is_some()) {
            if clues.insert(clue(row)) {
                wanted.push(row);
            }
        }
        if wanted.len() >= FEW {
            let ledger = engine.insight().ledger(scope, &store.row.store_id).await?;
            let is_whole = ledger.as_ref().is_some_and(|ledger| ledger.is_whole());
            if let Some(ledger) = &ledger {
                orders.look_up(ledger, &upstream, &wanted, sends).await?;
                orders.strike(&mut wanted);
            }
            if !is_whole {
                orders.read_newest(&upstream, &mut wanted).await?;
            }
        }
        orders.ask_for_each(&upstream, wanted).await?;
        Ok(orders)
    }

    /// How many rows were not looked for everywhere.
    pub(super) fn not_looked_for(&self) -> usize {
        self.not_looked_for.len()
    }

    /// Leaves the rows whose order is not known.
    fn strike(&self, wanted: &mut Vec<&Row>) {
        wanted.retain(|row| matches!(self.whose(row), Whose::None));
    }

    /// An order as it is at Order Desk.
    fn add(&mut self, order: &Order) {
        let Some(id) = order.id() else { return };
        let source = order.text("source_id").unwrap_or_default();
        let email = order.text("email").unwrap_or_default();
        let people = people(order.as_map());
        let shipments = order
            .list("order_shipments")
            .iter()
            .filter_map(Value::as_object)
            .cloned()
            .collect();
        self.put(id, &source, &email, people, shipments);
    }

    /// An order as the copy has it.
    fn add_entry(&mut self, entry: Entry) {
        let Ok(id) = OrderId::parse(&entry.id.to_string()) else {
            return;
        };
        let shipment = |(id, number): (String, String)| {
            Map::from_iter([
                ("id".to_owned(), id.into()),
                ("tracking_number".to_owned(), number.into()),
            ])
        };
        let shipments = entry.parcels.into_iter().map(shipment).collect();
        self.put(id, &entry.source_id, &entry.email, entry.people, shipments);
    }

    fn put(&mut self, id: OrderId, source: &str, email: &str, people: Vec<String>, shipments: Vec<Record>) {
        let numbers = [id.as_str().to_owned(), number(source)];
        for number in numbers.into_iter().filter(|number| !number.is_empty()) {
            self.by_number.entry(number).or_default().insert(id.clone());
        }
        for name in people {
            let person = (folded_name(email), name);
            self.by_person.entry(person).or_default().insert(id.clone());
        }
        self.found.insert(id.clone(), Found { id, shipments });
    }

    /// Whose a row is, as far as the orders are known.
    pub(super) fn whose(&self, row: &Row) -> Whose<'_> {
        let ids = if row.order.is_empty() {
            person(row).and_then(|person| self.by_person.get(&person))
        } else {
            self.by_number.get(&number(&row.order))
        };
        let orders: Vec<&Found> = ids.into_iter().flatten().filter_map(|id| self.found.get(id)).collect();
        match orders[..] {
            [] if self.not_looked_for.contains(&clue(row)) => Whose::NotLookedFor,
            [] => Whose::None,
            [order] => Whose::One(order),
            _ => Whose::Several(orders.iter().map(|order| order.id.as_str()).collect()),
        }
    }
}

fn clue(row: &Row) -> Clue {
    (number(&row.order), person(row))
}

/// An order's number as it is compared: shops write `#1001`, people `1001`.
fn number(text: &str) -> String {
    tidy(text).trim_start_matches('#').to_lowercase()
}

/// E-mail and name of a row that has both.
fn person(row: &Row) -> Option<(String, String)> {
    let (email, name) = (row.email.as_deref()?, row.name.as_deref()?);
    Some((folded_name(email), folded_name(name)))
}
