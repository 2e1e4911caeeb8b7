//! What sums are made of: the numbers of each order, as plain memory.
//!
//! For the sums of a hundred thousand orders SQLite takes a tenth of a second and more; to go over their numbers takes a few
//! milliseconds, by whatever they are grouped.

mod bytes;
mod days;
mod names;
mod sent;

use serde::Deserialize;

use crate::DbError;

use days::day_of;
pub(super) use names::Names;
use sent::Shipment;
pub(super) use sent::{By, Sent};

/// All orders, by id.
#[derive(Debug, Default)]
pub(super) struct Facts {
    rows: Vec<Fact>,
    pub names: Names,
    offsets: Vec<(i64, i64)>,
}

/// An order. Amounts are millionths; names stand in [`Names`]; numbers of what may be missing are 0 then.
#[derive(Debug)]
pub(super) struct Fact {
    pub id: i64,
    pub added: i64,
    /// How its first shipment stands, in the store's zone.
    pub sent: Sent,
    shipments: Box<[Shipment]>,
    /// Days since the epoch, in the store's zone.
    pub day: i64,
    pub folder: i64,
    pub source: u32,
    pub country: u32,
    pub method: u32,
    pub payment: u32,
    pub customer: i64,
    pub basket: i64,
    pub address: i64,
    pub origin: i64,
    pub merged: i64,
    /// In the order of [`super::ORDER_SUMS`].
    pub sums: [i64; 7],
    pub lines: Box<[Line]>,
    pub discounts: Box<[(u32, i64)]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub sku: u32,
    pub name: u32,
    pub units: i64,
    pub amount: i64,
}

/// An order as [`super::Tables::put`] takes it, as far as sums are made of it.
#[derive(Deserialize)]
struct Order {
    id: i64,
    source: String,
    country: String,
    method: String,
    payment: String,
    folder: i64,
    added: i64,
    shipments: Vec<(Option<i64>, Option<i64>)>,
    units: i64,
    total: i64,
    products: i64,
    shipping: i64,
    tax: i64,
    discount: i64,
    refund: i64,
    customer: i64,
    basket: i64,
    address: i64,
    origin: i64,
    merged: i64,
    lines: Vec<(String, String, i64, i64)>,
    discounts: Vec<(String, i64)>,
}

impl Fact {
    /// Whether it has any shipment.
    pub(super) fn is_shipped(&self) -> bool {
        self.sent != Sent::Not
    }
}

impl Facts {
    pub(super) fn new(offsets: &[(i64, i64)]) -> Self {
        Self {
            offsets: offsets.to_vec(),
            ..Self::default()
        }
    }

    pub(super) fn all(&self) -> &[Fact] {
        &self.rows
    }

    pub(super) fn get(&self, id: i64) -> Option<&Fact> {
        let at = self.rows.binary_search_by_key(&id, |fact| fact.id).ok()?;
        self.rows.get(at)
    }

    /// When the newest order whose id is less was added.
    pub(super) fn newest_below(&self, id: i64) -> Option<i64> {
        let end = self.rows.partition_point(|fact| fact.id < id);
        self.rows.iter().take(end).map(|fact| fact.added).max()
    }

    /// Two JSON arrays, as [`super::Tables::put`] takes them.
    ///
    /// # Errors
    /// [`DbError::Corrupt`] when they are none.
    pub(super) fn parse(ids: &str, orders: &str) -> Result<(Vec<i64>, Changed), DbError> {
        let unreadable = |_| DbError::Corrupt("orders of a copy cannot be read");
        let mut ids: Vec<i64> = serde_json::from_str(ids).map_err(unreadable)?;
        ids.sort_unstable();
        Ok((ids, Changed(serde_json::from_str(orders).map_err(unreadable)?)))
    }

    /// Takes out the orders with these ids, which are sorted, and puts others in.
    pub(super) fn put(&mut self, ids: &[i64], changed: Changed) {
        if ids.iter().any(|id| self.get(*id).is_some()) {
            self.rows.retain(|fact| ids.binary_search(&fact.id).is_err());
        }
        for order in changed.0 {
            let fact = self.fact(order);
            self.rows.push(fact);
        }
        // All but the new ones are in order already, which this sort makes use of.
        self.rows.sort_by_key(|fact| fact.id);
    }

    /// Forgets the names that no order has any more: they may be of people.
    pub(super) fn forget_names(&mut self) {
        let mut used = std::mem::take(&mut self.names).renumbered();
        for fact in &mut self.rows {
            let own = [&mut fact.source, &mut fact.country, &mut fact.method, &mut fact.payment];
            let of_lines = fact.lines.iter_mut().flat_map(|line| [&mut line.sku, &mut line.name]);
            let of_discounts = fact.discounts.iter_mut().map(|(code, _)| code);
            for number in own.into_iter().chain(of_lines).chain(of_discounts) {
                *number = used.number(*number);
            }
        }
        self.names = used.names;
    }

    fn fact(&mut self, order: Order) -> Fact {
        let names = &mut self.names;
        let lines = order.lines.into_iter().map(|(sku, name, units, amount)| Line {
            sku: names.number(&sku),
            name: names.number(&name),
            units,
            amount,
        });
        let lines = lines.collect();
        let discounts = order.discounts.iter();
        let discounts = discounts.map(|(code, amount)| (names.number(code), *amount)).collect();
        let shipments: Box<[Shipment]> = order.shipments.into_iter().map(Shipment::of).collect();
        Fact {
            id: order.id,
            added: order.added,
            sent: Sent::first(&shipments, order.added, &self.offsets),
            shipments,
            day: day_of(&self.offsets, order.added),
            folder: order.folder,
            source: names.number(&order.source),
            country: names.number(&order.country),
            method: names.number(&order.method),
            payment: names.number(&order.payment),
            customer: order.customer,
            basket: order.basket,
            address: order.address,
            origin: order.origin,
            merged: order.merged,
            sums: [
                order.units,
                order.total,
                order.products,
                order.shipping,
                order.tax,
                order.discount,
                order.refund,
            ],
            lines,
            discounts,
        }
    }

    /// How much memory they take, in bytes.
    pub(super) fn size(&self) -> usize {
        let lists =
            |fact: &Fact| size_of_val(&*fact.lines) + size_of_val(&*fact.discounts) + size_of_val(&*fact.shipments);
        self.rows.capacity() * size_of::<Fact>() + self.rows.iter().map(lists).sum::<usize>() + self.names.size()
    }
}

/// Orders that were read, and not put in yet.
pub(super) struct Changed(Vec<Order>);
