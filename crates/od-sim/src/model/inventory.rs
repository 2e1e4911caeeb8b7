//! Inventory items: the products of a store. Their ids are integers, unlike everybody else's.

use super::fields::{self, Kind, Layout, Record};

const LAYOUT: &Layout = &[
    ("id", Kind::Kept),
    ("name", Kind::Text),
    ("code", Kind::Text),
    ("price", Kind::Number),
    ("cost", Kind::Number),
    ("weight", Kind::Number),
    ("stock", Kind::Whole(0)),
    ("metadata", Kind::Bag),
    ("variation_list", Kind::Bag),
    ("location", Kind::Text),
    ("manufacturer_sku", Kind::TextOrNull),
    ("update_source", Kind::Text),
    ("date_added", Kind::Kept),
    ("date_updated", Kind::Kept),
];

pub(crate) fn create(input: &Record, id: u64, now: &str) -> Record {
    let mut item = fields::compose(LAYOUT, input, None);
    item["id"] = id.into();
    item["date_added"] = now.into();
    item["date_updated"] = now.into();
    item
}

pub(crate) fn replace(input: &Record, old: &Record, now: &str) -> Record {
    let mut item = fields::compose(LAYOUT, input, Some(old));
    item["date_updated"] = now.into();
    item
}

pub(crate) fn code(item: &Record) -> &str {
    item.get("code").and_then(serde_json::Value::as_str).unwrap_or_default()
}
