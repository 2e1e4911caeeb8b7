//! What a copy keeps of an order: what reports count, what a list shows, and the words it is found by.

use std::collections::BTreeSet;

use od_db::mirror::Found;
use od_record::order::customer_name;
use od_record::order::{LINES, SHIPMENTS};
use od_record::rows_of;
use od_record::text::cleaned;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::days;
use super::micro::{decimal, millionths};

mod fields;
mod likeness;
mod people;
pub(super) mod words;

pub(super) use fields::{folded, text};
pub(crate) use people::{folded_name, people};
use words::Words;
pub(crate) use words::{spelt, unmarked};

/// What a merged order's id in the sales channel ends with, behind that of the newest order in it.
const MERGED: &str = "-M";

/// An order as a copy keeps it; the names are those of the tables in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Kept {
    pub id: i64,
    source_id: String,
    source: String,
    email: String,
    folded: String,
    name: String,
    country: String,
    method: String,
    payment: String,
    folder: i64,
    /// Second since the epoch.
    pub added: i64,
    pub updated: String,
    /// Of each shipment when it was recorded and when it was sent, as far as it says so.
    shipments: Vec<(Option<i64>, Option<i64>)>,
    items: usize,
    units: i64,
    total: i64,
    products: i64,
    shipping: i64,
    tax: i64,
    discount: i64,
    refund: i64,
    /// Whose it is, as a number.
    customer: i64,
    /// Its lines, as a number.
    basket: i64,
    /// Where it goes, as a number.
    address: i64,
    /// The id in the sales channel, as a number.
    origin: i64,
    /// That of the order which it was merged from.
    merged: i64,
    /// The customer's id in the sales channel.
    buyer: String,
    /// The names it goes by, as they are compared; nothing where `name` is all of them.
    people: Option<Vec<String>>,
    /// Shipments: id, tracking number, carrier and day.
    parcels: Vec<Parcel>,
    /// Code, name, units, amount.
    lines: Vec<(String, String, i64, i64)>,
    /// Code or name, amount.
    discounts: Vec<(String, i64)>,
    words: Words,
}

impl Kept {
    /// Nothing for a record that has no id or no date, which Order Desk sends of no order.
    pub(super) fn of(order: Map<String, Value>) -> Option<Self> {
        let order = cleaned(order);
        let id: i64 = od_record::id_text(order.get("id")?)?.parse().ok()?;
        let added = days::seconds(&text(&order, "date_added"))?;
        let lines: Vec<_> = rows_of(&order, LINES).map(line).collect();
        let units = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.2));
        let shipping = order.get("shipping").and_then(Value::as_object);
        let (email, source_id) = (text(&order, "email"), text(&order, "source_id"));
        let folded = folded(&email);
        let name = customer_name(&order);
        Some(Self {
            id,
            source: text(&order, "source_name"),
            customer: likeness::of(&folded),
            origin: likeness::of(&source_id),
            merged: source_id.strip_suffix(MERGED).map_or(0, likeness::of),
            source_id,
            folded,
            email,
            country: shipping.map(|address| text(address, "country")).unwrap_or_default(),
            method: text(&order, "shipping_method"),
            payment: text(&order, "payment_status"),
            folder: whole(order.get("folder_id")),
            added,
            updated: text(&order, "date_updated"),
            shipments: rows_of(&order, SHIPMENTS).map(sent).collect(),
            items: lines.len(),
            units,
            total: amount(order.get("order_total")),
            products: amount(order.get("product_total")),
            shipping: amount(order.get("shipping_total")),
            tax: amount(order.get("tax_total")),
            discount: amount(order.get("discount_total")),
            refund: amount(order.get("refund_total")),
            basket: likeness::basket(&lines),
            address: shipping.map_or(0, likeness::address),
            buyer: text(&order, "customer_id"),
            people: Some(people(&order)).filter(|people| *people != [folded_name(&name)]),
            name,
            parcels: rows_of(&order, SHIPMENTS).map(parcel).collect(),
            lines,
            discounts: rows_of(&order, "discount_list").map(discount).collect(),
            words: Words::of(&order),
        })
    }
}

impl From<Kept> for Found {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id,
            source_id: kept.source_id,
            source: kept.source,
            email: kept.email,
            name: kept.name,
            total: kept.total,
            items: kept.items,
            payment: kept.payment,
            folder: kept.folder,
            added: kept.added,
            updated: kept.updated,
            parcels: serde_json::to_string(&kept.parcels).unwrap_or_default(),
        }
    }
}

/// What is no amount, or larger than any shop's, counts as nothing.
fn amount(value: Option<&Value>) -> i64 {
    value.and_then(decimal).and_then(millionths).unwrap_or(0)
}

fn whole(value: Option<&Value>) -> i64 {
    value
        .and_then(od_record::id_text)
        .and_then(|id| id.parse().ok())
        .unwrap_or(0)
}

/// Order Desk's defaults are a price of nothing and a quantity of one.
fn line(item: &Map<String, Value>) -> (String, String, i64, i64) {
    let price = item.get("price").and_then(decimal).unwrap_or_default();
    let quantity = item
        .get("quantity")
        .map_or(Some(Decimal::ONE), decimal)
        .unwrap_or_default();
    let product = price.checked_mul(quantity).and_then(millionths);
    (
        text(item, "code"),
        text(item, "name"),
        millionths(quantity).unwrap_or(0),
        product.unwrap_or(0),
    )
}

fn discount(discount: &Map<String, Value>) -> (String, i64) {
    let code = text(discount, "code");
    let code = if code.is_empty() { text(discount, "name") } else { code };
    (code, amount(discount.get("amount")))
}

/// A shipment's id, tracking number, carrier, and the day it was sent, or when it was added where it bears none.
pub(super) type Parcel = (String, String, String, String);

fn parcel(shipment: &Map<String, Value>) -> Parcel {
    let sent = text(shipment, "date_shipped");
    let sent = if sent.is_empty() {
        text(shipment, "date_added")
    } else {
        sent
    };
    (
        text(shipment, "id"),
        text(shipment, "tracking_number"),
        text(shipment, "carrier_code"),
        sent,
    )
}

/// When a shipment was recorded, and the day that it bears, of which the tables know what it means in the store's zone.
fn sent(shipment: &Map<String, Value>) -> (Option<i64>, Option<i64>) {
    let second = |name| days::seconds(&text(shipment, name));
    (second("date_added"), second("date_shipped"))
}

/// Orders of one page or of several, each once, the last one of an id.
pub(super) fn newest_of_each(orders: Vec<Kept>) -> Vec<Kept> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Kept> = orders.into_iter().rev().filter(|order| seen.insert(order.id)).collect();
    kept.reverse();
    kept
}
