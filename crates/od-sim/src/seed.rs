//! A shop that looks alive: written by hand where it is read, by dice where it is counted.

pub(crate) mod body;
pub(crate) mod catalog;
mod incidents;
pub(crate) mod literal;
mod oddities;
mod orders;
mod people;
mod settings;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::budget::Bucket;
use crate::dice::Dice;
use crate::made::{From, Made, Of};
use crate::model::inventory;
use crate::options::{SeedStore, ShopKind, SimOptions};
use crate::state::{Folder, Ids, Shop};
use literal::{date, record};

/// A store as it stands when the simulator starts.
pub(crate) fn shop(store: &SeedStore, options: &SimOptions) -> Shop {
    let number: u64 = store.store_id.parse().unwrap_or(0);
    let mut dice = Dice::new(options.seed ^ number.wrapping_mul(0x1_0001));
    let mut shop = Shop {
        id: store.store_id.clone(),
        name: store.name.clone(),
        settings: settings::settings(store),
        api_key: store.api_key.clone(),
        timezone: TimeZone::get(&store.timezone).unwrap_or(TimeZone::UTC),
        folders: folders(store.kind, number),
        orders: BTreeMap::new(),
        inventory: BTreeMap::new(),
        bucket: Bucket::new(options.bucket_size, options.refill_per_second, options.rate_limit),
        ids: ids(number, options.choices.ten_digit_ids),
        outbox: Vec::new(),
        made: None,
    };
    stock(&mut shop, store.kind, &mut dice, options.now);
    if store.made > 0 {
        let from = From {
            order: shop.ids.order + 1,
            item: shop.ids.item + 1,
            shipment: shop.ids.shipment + 1,
        };
        let of = Of {
            store_id: shop.id.clone(),
            kind: store.kind,
            folders: shop.folders.clone(),
            seed: options.seed ^ number,
            now: options.now,
        };
        let made = Made::new(store.made, from, of);
        let (lines, orders) = made.ids();
        shop.ids.order += orders;
        shop.ids.shipment += orders;
        shop.ids.item += lines;
        shop.made = Some(made);
    }
    orders::fill(&mut shop, store, &mut dice, options.now);
    oddities::sprinkle(&mut shop, options.now);
    if store.incidents {
        incidents::happen(&mut shop, options.now);
    }
    shop
}

/// Somebody orders something now. The new order's id; `None` in a shop that sells nothing.
pub(crate) fn arrive(shop: &mut Shop, store: &SeedStore, options: &SimOptions, now: Timestamp) -> Option<u64> {
    let mut dice = Dice::new(options.seed ^ shop.ids.order.wrapping_mul(0x1_0001));
    orders::arrive(shop, store, &mut dice, now)
}

/// Ids of different stores do not meet: 90001 begins at 80,012,345 (or, with ten digits, at 4,800,012,345), 90002 a
/// hundred thousand further on.
fn ids(store: u64, ten_digits: bool) -> Ids {
    let range = (store % 1000).saturating_sub(1) * 100_000;
    Ids {
        order: if ten_digits { 4_800_012_344 } else { 80_012_344 } + range,
        item: 150_000_300 + range,
        shipment: 4_400_218 + range,
        inventory: 610_076 + range,
    }
}

/// The four every new store has, then the merchant's own. Ids are the store's number, twice shifted: 71001, 72001.
fn folders(kind: ShopKind, store: u64) -> Vec<Folder> {
    let own: &[&str] = match kind {
        ShopKind::PrintOnDemand => &["Awaiting Artwork", "Sent to Printer"],
        ShopKind::Outlet => &["Backorder"],
        ShopKind::Empty => &[],
    };
    let first = 70_001 + i64::try_from(store % 1000).unwrap_or(0) * 1000;
    let names = ["New", "Prepared", "Closed", "Canceled"].iter().chain(own);
    (first..)
        .zip(names)
        .map(|(id, name)| Folder {
            id,
            name: (*name).to_owned(),
        })
        .collect()
}

fn stock(shop: &mut Shop, kind: ShopKind, dice: &mut Dice, now: Timestamp) {
    for product in catalog::of(kind) {
        let id = Ids::next(&mut shop.ids.inventory);
        let input = json!({
            "name": product.name, "code": product.code, "price": product.price, "cost": product.cost,
            "weight": product.weight, "stock": dice.below(90), "location": product.location,
            "variation_list": product.variations(), "manufacturer_sku": product.manufacturer_sku,
            "update_source": "Manual"
        });
        let days = i64::try_from(dice.below(200)).unwrap_or(0);
        let added = date(now, SignedDuration::from_hours(24 * (60 + days)));
        let mut item = inventory::create(&record(input), id, &added);
        item.insert(
            "date_updated".into(),
            date(now, SignedDuration::from_hours(days)).into(),
        );
        shop.inventory.insert(id, item);
    }
}
