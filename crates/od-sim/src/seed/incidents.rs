//! What goes wrong in a shop now and then: an order that came twice, and one that a service could not take.

use jiff::{SignedDuration, Timestamp};

use super::literal::date;
use crate::model::fields::Record;
use crate::routes::orders;
use crate::state::Shop;

/// What a channel posts of an order again; what Order Desk gave it is its own.
const POSTED: [&str; 7] = [
    "email",
    "shipping_method",
    "shipping_total",
    "tax_total",
    "customer_id",
    "customer",
    "shipping",
];
const POSTED_OF_ITEMS: [&str; 6] = ["name", "code", "quantity", "price", "weight", "variation_list"];

/// Lets both happen.
pub(super) fn happen(shop: &mut Shop, now: Timestamp) {
    come_twice(shop, now);
    be_refused(shop, now);
}

/// Whoever placed the newest order placed it once more in the web shop, two minutes ago.
fn come_twice(shop: &mut Shop, now: Timestamp) {
    let Some(first) = shop.orders.values().next_back() else {
        return;
    };
    let mut again = part(&first.fields, &POSTED);
    let items = first.fields.get("order_items").and_then(serde_json::Value::as_array);
    let items = items.into_iter().flatten().filter_map(serde_json::Value::as_object);
    let items: serde_json::Value = items.map(|item| part(item, &POSTED_OF_ITEMS)).collect();
    let when = date(now, SignedDuration::from_mins(2));
    let number = (shop.ids.order + 1) % 100_000;
    again.insert("order_items".to_owned(), items);
    again.insert("source_name".to_owned(), "Shopify".into());
    again.insert("source_id".to_owned(), format!("WEB-{number}").into());
    again.insert("date_added".to_owned(), when.as_str().into());
    orders::add(shop, &again, shop.first_folder(), &when);
}

/// The newest order that was moved on to be made, and has not been shipped.
fn be_refused(shop: &mut Shop, now: Timestamp) {
    let Some(prepared) = shop.folder_named("Prepared").map(|folder| folder.id) else {
        return;
    };
    let waiting = shop
        .orders
        .values_mut()
        .rev()
        .find(|order| order.folder_id() == Some(prepared));
    let Some(order) = waiting else { return };
    let when = date(now, SignedDuration::from_hours(2));
    let told = "Order submission failed: the artwork of the first item is below 150 dpi";
    order.note("Print Partner", told, &when);
    order.touch(&when);
}

fn part(record: &Record, names: &[&str]) -> Record {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), record.get(*name)?.clone())))
        .collect()
}
