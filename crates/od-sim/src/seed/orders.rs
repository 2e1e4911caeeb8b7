//! Ordinary orders: made as a sales channel would post them, then carried as far as their age suggests.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::body::{CARRIERS, order};
use super::catalog;
use super::literal::{date, record};
use crate::dice::Dice;
use crate::model::fields::Record;
use crate::model::shipment;
use crate::options::SeedStore;
use crate::routes::orders;
use crate::state::{Ids, Shop};

pub(super) fn fill(shop: &mut Shop, store: &SeedStore, dice: &mut Dice, now: Timestamp) {
    let products = catalog::of(store.kind);
    if products.is_empty() {
        return;
    }
    // Ages grow with the square, so that most are recent.
    let oldest = u64::from(store.days) * 24 * 60;
    let count = u64::try_from(store.orders).unwrap_or(0);
    for rank in (0..count).rev() {
        let minutes = 9 + rank * rank * oldest / (count * count) + u64::try_from(dice.below(30)).unwrap_or(0);
        let ago = SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(0));
        let input = order(shop.ids.order + 1, products, store.kind, dice, &date(now, ago));
        let id = orders::add(shop, &input, shop.first_folder(), &date(now, ago));
        carry_on(shop, id, minutes / 60, dice, now);
    }
}

/// One more, as the sales channel posts it.
pub(super) fn arrive(shop: &mut Shop, store: &SeedStore, dice: &mut Dice, now: Timestamp) -> Option<u64> {
    let products = catalog::of(store.kind);
    if products.is_empty() {
        return None;
    }
    let now = date(now, SignedDuration::ZERO);
    let input = order(shop.ids.order + 1, products, store.kind, dice, &now);
    Some(orders::add(shop, &input, shop.first_folder(), &now))
}

/// Folder, shipment and history by age: new for a day, prepared or at the printer for some, then shipped and closed.
fn carry_on(shop: &mut Shop, id: u64, hours: u64, dice: &mut Dice, now: Timestamp) {
    let own = shop.folders.get(4..).unwrap_or_default();
    let folder = match hours {
        0..24 => "New",
        _ if dice.percent(7) => "Canceled",
        24..120 if !own.is_empty() && dice.percent(60) => &dice.pick(own).name,
        24..120 => "Prepared",
        _ => "Closed",
    };
    let Some(folder) = shop.folder_named(folder).cloned() else {
        return;
    };
    let moved = date(
        now,
        SignedDuration::from_hours(i64::try_from(hours * 2 / 3).unwrap_or(0)),
    );
    let shipment = (folder.name == "Closed").then(|| ship(shop, id, &moved, dice));
    let Some(order) = shop.orders.get_mut(&id) else { return };
    if let Some(shipment) = shipment {
        let tracking = shipment::tracking(&shipment);
        order.fields.insert("order_shipments".into(), json!([shipment]));
        order
            .fields
            .insert("fulfillment_name".into(), "Sample Fulfillment".into());
        order.note("Order Desk", &format!("Shipment Added: {tracking}"), &moved);
    }
    if folder.name == "Canceled" {
        order.fields.insert("payment_status".into(), "Voided".into());
    }
    if order.folder_id() != Some(folder.id) {
        order.fields.insert("folder_id".into(), folder.id.into());
        order.note("Order Desk", &format!("Order Moved to {} Folder", folder.name), &moved);
        order.touch(&moved);
    }
}

fn ship(shop: &mut Shop, order_id: u64, now: &str, dice: &mut Dice) -> Record {
    let id = Ids::next(&mut shop.ids.shipment);
    let (carrier, method, prefix) = *dice.pick(&CARRIERS);
    let input = record(json!({
        "tracking_number": format!("{prefix}{:07}", id % 10_000_000), "carrier_code": carrier,
        "shipment_method": method, "weight": "2.10", "cost": if dice.percent(50) { "4.85" } else { "" }
    }));
    shipment::create(
        &input,
        &shipment::Origin {
            id,
            order_id,
            store_id: &shop.id,
            now,
        },
    )
}
