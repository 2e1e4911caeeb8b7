//! Whose parcel a row is.
//!
//! Orders are looked for in the store's copy (`copied`), or where there is none among the newest ones (`newest`). What is not there
//! is asked for by itself. A source id that two orders have is told to be so as far as both are known.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use od_client::{Order, OrderId};
use od_record::order::{LINES, SHIPMENTS};
use od_record::pasted::Row;
use od_record::rows_of;
use od_record::{id_text, tidy};
use serde_json::Map;

use crate::engine::Engine;
use crate::error::Error;
use crate::insight::{Entry, Ledger, folded_name, people};
use crate::scope::Scope;
use crate::stores::OpenStore;

mod copied;
mod elsewhere;
mod found;
mod newest;
mod person;
#[cfg(test)]
mod tests;

/// Requests for orders one by one: forty numbers that can be ids, or sixty others, or as many people.
const SINGLE: usize = 120;
/// Fewer rows are asked for one by one.
const FEW: usize = 3;

pub(super) use found::Found;
use person::same_name;

/// Whose a row is.
pub(super) enum Whose<'a> {
    One(&'a Found),
    None,
    Several(Vec<&'a str>),
    /// It was not looked for everywhere.
    NotLookedFor,
}

/// What of the copy is believed and not read from Order Desk.
#[derive(Clone, Copy)]
enum Trust {
    All,
    /// What came from Order Desk for this very call.
    Fresh,
    Nothing,
}

/// What a row says of its order: numbers, or e-mail and name.
type Clue = (Vec<String>, Option<(String, String)>);

/// The orders that a table can mean.
pub(super) struct Orders {
    found: BTreeMap<OrderId, Found>,
    by_number: BTreeMap<String, BTreeSet<OrderId>>,
    by_email: BTreeMap<String, BTreeSet<OrderId>>,
    /// Orders that have a parcel, by its number, as the copy has them.
    elsewhere: BTreeMap<String, Vec<Entry>>,
    /// Names of the store's folders by their ids.
    folders: BTreeMap<String, String>,
    /// E-mail addresses whose orders were asked for.
    asked_for: BTreeSet<String>,
    /// How many requests for one order there may still be.
    singles: usize,
    not_looked_for: BTreeSet<Clue>,
}

impl Orders {
    /// The orders of a table. Where nothing is sent to them the copy's word is enough, unless their lines are asked for: it does not
    /// tell them.
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
            by_email: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            folders: BTreeMap::new(),
            asked_for: BTreeSet::new(),
            singles: SINGLE,
            not_looked_for: BTreeSet::new(),
        };
        let upstream = store.upstream.bulk();
        // A column that nobody knows may name what is in a parcel.
        let trust = if rows.iter().any(|row| row.filled.any() || !row.unread.is_empty()) {
            Trust::Nothing
        } else if sends {
            Trust::Fresh
        } else {
            Trust::All
        };
        let mut wanted: Vec<&Row> = Vec::new();
        let mut clues = BTreeSet::new();
        for row in rows.iter().filter(|row| row.tracking.is_some()) {
            if clues.insert(clue(row)) {
                wanted.push(row);
            }
        }
        let are_few = wanted.len() < FEW;
        if are_few {
            orders.ask_for_each(&upstream, &wanted, false).await?;
            orders.strike(&mut wanted, true);
            // As others may have spelled them.
            wanted.retain(|row| written(row).any(|number| number.contains(char::is_alphabetic)));
        }
        let mut ledger = None;
        if !wanted.is_empty() {
            ledger = engine.insight().ledger(scope, &store.row.store_id).await?;
            let is_whole = ledger.as_ref().is_some_and(Ledger::is_whole);
            if let Some(ledger) = &ledger {
                orders.look_up(ledger, &upstream, &wanted, trust).await?;
                orders.strike(&mut wanted, is_whole);
            }
            if !is_whole {
                orders.read_newest(&upstream, &mut wanted, are_few).await?;
            }
            if !are_few || !is_whole {
                orders.ask_for_each(&upstream, &wanted, are_few).await?;
            }
        }
        if !orders.found.is_empty() {
            let (settings, _) = engine.stores().settings_of(scope, store, false).await?;
            let named = settings.folders().into_iter().map(|folder| (folder.id, folder.name));
            orders.folders = named.collect();
            if ledger.is_none() {
                ledger = engine.insight().ledger_at_hand(scope, &store.row.store_id).await?;
            }
            if let Some(ledger) = &ledger {
                orders.note_parcels(ledger, rows).await?;
            }
        }
        Ok(orders)
    }

    /// How many rows were not looked for everywhere.
    pub(super) fn not_looked_for(&self) -> usize {
        self.not_looked_for.len()
    }

    /// Leaves the rows whose order is not known; and those of somebody who may have others, as long as not all orders were looked
    /// through.
    fn strike(&self, wanted: &mut Vec<&Row>, is_all: bool) {
        wanted.retain(|row| matches!(self.whose(row), Whose::None) || (!is_all && row.order.is_empty()));
    }

    /// An order as it is at Order Desk.
    fn add(&mut self, order: &Order) {
        let Some(id) = order.id() else { return };
        let text = |name: &str| order.as_map().get(name).and_then(id_text).unwrap_or_default();
        let rows = |list: &str| rows_of(order.as_map(), list).cloned().collect();
        let found = Found {
            id,
            source: bare(&text("source_id")).to_owned(),
            email: text("email"),
            people: people(order.as_map()),
            folder: text("folder_id"),
            payment: text("payment_status"),
            added: text("date_added")
                .get(.."YYYY-MM-DD".len())
                .and_then(|day| day.parse().ok()),
            lines: rows(LINES),
            shipments: rows(SHIPMENTS),
        };
        self.put(found);
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
        let found = Found {
            id,
            source: bare(&entry.source_id).to_owned(),
            email: entry.email,
            people: entry.people,
            folder: entry.folder,
            payment: entry.payment,
            added: Timestamp::from_second(entry.added)
                .ok()
                .map(|at| at.to_zoned(TimeZone::UTC).date()),
            lines: Vec::new(),
            shipments: entry.parcels.into_iter().map(shipment).collect(),
        };
        self.put(found);
    }

    fn put(&mut self, found: Found) {
        let numbers = [found.id.as_str().to_owned(), number(&found.source)];
        for number in numbers.into_iter().filter(|number| !number.is_empty()) {
            self.by_number.entry(number).or_default().insert(found.id.clone());
        }
        let email = folded_name(&found.email);
        self.by_email.entry(email).or_default().insert(found.id.clone());
        self.found.insert(found.id.clone(), found);
    }

    /// Whose a row is, as far as the orders are known.
    pub(super) fn whose(&self, row: &Row) -> Whose<'_> {
        // Half of what could be meant is not enough, also where it is one order.
        if self.not_looked_for.contains(&clue(row)) {
            return Whose::NotLookedFor;
        }
        let orders = if row.order.is_empty() {
            self.of_person(row)
        } else {
            self.of_numbers(row)
        };
        match orders[..] {
            [] => Whose::None,
            [order] => Whose::One(order),
            _ => Whose::Several(orders.iter().map(|order| order.id.as_str()).collect()),
        }
    }

    /// Whether an order is found by every number of a row. Some columns hold numbers of other systems.
    pub(super) fn has_each_number(&self, order: &Found, row: &Row) -> bool {
        numbers(row).all(|number| self.by_number.get(&number).is_some_and(|ids| ids.contains(&order.id)))
    }

    /// Whether a row is somebody else's: by its name, or where it has none by an e-mail address that other orders have.
    pub(super) fn is_of_another(&self, order: &Found, row: &Row) -> bool {
        let email = row.email.as_deref().filter(|_| row.name.is_none()).map(folded_name);
        let others = email.as_ref().and_then(|email| self.by_email.get(email));
        order.is_of_another(row) || others.is_some_and(|ids| !ids.contains(&order.id))
    }

    /// Why nobody is to ship an order.
    pub(super) fn why_closed(&self, order: &Found) -> Option<String> {
        order.why_closed(self.folders.get(&order.folder).map(String::as_str))
    }

    /// Those that all numbers name which name any; or else all that any names.
    fn of_numbers(&self, row: &Row) -> Vec<&Found> {
        let named = written(row).map(|written| self.named_by(written));
        let named: Vec<BTreeSet<&OrderId>> = named.filter(|ids| !ids.is_empty()).collect();
        let all: BTreeSet<&OrderId> = named.iter().flatten().copied().collect();
        let by_each = |id: &&&OrderId| named.iter().all(|ids| ids.contains(**id));
        let common: Vec<&OrderId> = all.iter().filter(by_each).copied().collect();
        let ids = if common.is_empty() {
            all.into_iter().collect()
        } else {
            common
        };
        ids.into_iter().filter_map(|id| self.found.get(id)).collect()
    }

    /// The orders of a number as it is written; or else in other letters, capital or small.
    fn named_by(&self, written: &str) -> BTreeSet<&OrderId> {
        let ids = self.by_number.get(&number(written)).into_iter().flatten();
        let is_spelled = |id: &&OrderId| self.found.get(*id).is_some_and(|order| order.is_spelled(bare(written)));
        let (exact, others): (BTreeSet<_>, BTreeSet<_>) = ids.partition(is_spelled);
        if exact.is_empty() { others } else { exact }
    }

    /// Orders of somebody: those that are neither canceled nor unpaid, where there are any.
    fn of_person(&self, row: &Row) -> Vec<&Found> {
        let Some((email, name)) = person(row) else {
            return Vec::new();
        };
        let ids = self.by_email.get(&email).into_iter().flatten();
        let orders = ids.filter_map(|id| self.found.get(id));
        let orders: Vec<&Found> = orders
            .filter(|order| order.people.iter().any(|known| same_name(known, &name)))
            .collect();
        let open: Vec<&Found> = orders
            .iter()
            .copied()
            .filter(|order| self.why_closed(order).is_none())
            .collect();
        if open.is_empty() { orders } else { open }
    }
}

fn clue(row: &Row) -> Clue {
    (numbers(row).collect(), person(row))
}

/// The order numbers of a row.
fn written(row: &Row) -> impl Iterator<Item = &str> {
    let all = std::iter::once(&row.order).chain(&row.other_orders);
    all.map(String::as_str).filter(|text| !bare(text).is_empty())
}

/// The same as they are compared.
fn numbers(row: &Row) -> impl Iterator<Item = String> {
    written(row).map(number)
}

/// An order's number as it is compared: shops write `#1001`, people `1001`.
fn number(text: &str) -> String {
    bare(text).to_lowercase()
}

/// Without the mark of shops.
fn bare(text: &str) -> &str {
    tidy(text).trim_start_matches('#')
}

/// E-mail and name of a row that has both.
fn person(row: &Row) -> Option<(String, String)> {
    let (email, name) = (row.email.as_deref()?, row.name.as_deref()?);
    Some((folded_name(email), folded_name(name)))
}
