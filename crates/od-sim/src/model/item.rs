//! Order items.

use serde_json::Value;

use super::fields::{self, Kind, Layout, Record};

const LAYOUT: &Layout = &[
    ("id", Kind::Kept),
    ("name", Kind::Text),
    ("price", Kind::Amount),
    ("quantity", Kind::Whole(1)),
    ("weight", Kind::Number),
    ("code", Kind::Text),
    ("delivery_type", Kind::TextOr("ship")),
    ("category_code", Kind::Text),
    ("fulfillment_method", Kind::Text),
    ("variation_list", Kind::Bag),
    ("metadata", Kind::Bag),
];

pub(crate) fn create(input: &Record, id: u64) -> Record {
    let mut item = fields::compose(LAYOUT, input, None);
    item["id"] = id.to_string().into();
    item
}

pub(crate) fn replace(input: &Record, old: &Record) -> Record {
    fields::compose(LAYOUT, input, Some(old))
}

/// The items after an order upload: those with a known id are replaced, the rest are new, and whoever is not in the
/// list is gone. An id the order does not have makes a new line under a new id.
pub(crate) fn replace_all(sent: &[Value], old: &[Value], mut new_id: impl FnMut() -> u64) -> Vec<Value> {
    let mut left: Vec<&Record> = old.iter().filter_map(Value::as_object).collect();
    let sent = sent.iter().filter_map(Value::as_object);
    sent.map(|input| {
        let known = left.iter().position(|item| same_id(item, input));
        match known {
            Some(index) => replace(input, left.swap_remove(index)),
            None => create(input, new_id()),
        }
    })
    .map(Value::Object)
    .collect()
}

fn same_id(item: &Record, input: &Record) -> bool {
    let id = |record: &Record| record.get("id").and_then(fields::text).filter(|id| !id.is_empty());
    id(item).is_some() && id(item) == id(input)
}
