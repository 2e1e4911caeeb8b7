//! Whose parcel a row is.
//!
//! The newest orders are read first, five hundred in a request, as long as that finds more than asking for each would. What is not
//! among them is asked for by itself. A source id that two orders have is told to be so as far as both were read.

use std::collections::{BTreeMap, BTreeSet};

use od_client::{Order, OrderId, OrderQuery};
use od_record::pasted::Row;
use od_record::tidy;
use serde_json::Value;

use crate::error::Error;
use crate::parts::Record;
use crate::stores::OpenStore;

#[cfg(test)]
mod tests;

/// Pages of the newest orders that are read at most: 3,000 orders.
const PAGES: u64 = 6;
/// Rows that are looked for one by one, at one or two requests each.
const SINGLE: usize = 60;

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
}

/// The orders that a table can mean.
#[derive(Default)]
pub(super) struct Orders {
    found: BTreeMap<OrderId, Found>,
    by_number: BTreeMap<String, BTreeSet<OrderId>>,
    by_person: BTreeMap<(String, String), BTreeSet<OrderId>>,
    /// Rows that were not looked for beyond the newest orders.
    pub(super) not_looked_for: usize,
}

impl Orders {
    pub(super) async fn find(store: &OpenStore, rows: &[Row]) -> Result<Self, Error> {
        let upstream = store.upstream.bulk();
        let mut orders = Self::default();
        let mut wanted: Vec<&Row> = Vec::new();
        let mut keys = BTreeSet::new();
        for row in rows.iter().filter(|row| row.tracking.is_some()) {
            if keys.insert((number(&row.order), person(row))) {
                wanted.push(row);
            }
        }
        for page in 0..PAGES {
            if wanted.len() < 3 {
                break;
            }
            let query = OrderQuery {
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(page * u64::from(OrderQuery::MAX_LIMIT)),
                ..OrderQuery::default()
            };
            let newest = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
            let is_last = newest.orders.len() < usize::try_from(OrderQuery::MAX_LIMIT).unwrap_or(usize::MAX);
            let before = wanted.len();
            newest.orders.iter().for_each(|order| orders.add(order));
            wanted.retain(|row| matches!(orders.whose(row), Whose::None));
            // A page that finds nothing is followed by others that find less.
            if is_last || wanted.len() == before {
                break;
            }
        }
        for row in wanted.iter().take(SINGLE) {
            orders.look_for(&upstream, row).await?;
        }
        orders.not_looked_for = wanted.len().saturating_sub(SINGLE);
        Ok(orders)
    }

    /// Asks for one row's order.
    async fn look_for(&mut self, upstream: &od_client::Store, row: &Row) -> Result<(), Error> {
        if row.order.is_empty() {
            if let Some(email) = &row.email {
                let query = OrderQuery {
                    email: Some(tidy(email).to_owned()),
                    ..OrderQuery::default()
                };
                return self.look(upstream, query).await;
            }
            return Ok(());
        }
        let query = OrderQuery {
            source_id: Some(tidy(&row.order).to_owned()),
            ..OrderQuery::default()
        };
        self.look(upstream, query).await?;
        if let Ok(id) = OrderId::parse(&number(&row.order)) {
            match upstream.orders().get(&id).await {
                Ok(order) => self.add(&order),
                Err(od_client::Error::NotFound) => {}
                Err(error) => return Err(Error::Upstream(error)),
            }
        }
        Ok(())
    }

    async fn look(&mut self, upstream: &od_client::Store, query: OrderQuery) -> Result<(), Error> {
        let page = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
        page.orders.iter().for_each(|order| self.add(order));
        Ok(())
    }

    fn add(&mut self, order: &Order) {
        let Some(id) = order.id() else { return };
        let mut numbers = vec![id.as_str().to_owned()];
        numbers.extend(order.text("source_id").map(|source| number(&source)));
        for number in numbers.into_iter().filter(|number| !number.is_empty()) {
            self.by_number.entry(number).or_default().insert(id.clone());
        }
        let email = folded(&order.text("email").unwrap_or_default());
        for name in names(order) {
            self.by_person
                .entry((email.clone(), name))
                .or_default()
                .insert(id.clone());
        }
        let shipments = order
            .list("order_shipments")
            .iter()
            .filter_map(Value::as_object)
            .cloned()
            .collect();
        self.found.insert(id.clone(), Found { id, shipments });
    }

    /// Whose a row is, as far as the orders were read.
    pub(super) fn whose(&self, row: &Row) -> Whose<'_> {
        let ids = if row.order.is_empty() {
            person(row).and_then(|person| self.by_person.get(&person))
        } else {
            self.by_number.get(&number(&row.order))
        };
        let orders: Vec<&Found> = ids.into_iter().flatten().filter_map(|id| self.found.get(id)).collect();
        match orders[..] {
            [] => Whose::None,
            [order] => Whose::One(order),
            _ => Whose::Several(orders.iter().map(|order| order.id.as_str()).collect()),
        }
    }
}

/// An order's number as it is compared: shops write `#1001`, people `1001`.
fn number(text: &str) -> String {
    tidy(text).trim_start_matches('#').to_lowercase()
}

/// E-mail and name of a row that has both.
fn person(row: &Row) -> Option<(String, String)> {
    let (email, name) = (row.email.as_deref()?, row.name.as_deref()?);
    Some((folded(email), folded(name)))
}

/// The names that an order goes by.
fn names(order: &Order) -> BTreeSet<String> {
    let of = |part: &str| {
        let map = order.map(part)?;
        let word = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(folded(&format!("{} {}", word("first_name"), word("last_name")))).filter(|name| !name.is_empty())
    };
    ["shipping", "customer"].into_iter().filter_map(of).collect()
}

/// Small letters, and one blank between words.
fn folded(text: &str) -> String {
    tidy(text)
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
