//! What a person is asked about.

use od_record::bare_id;
use serde::{Deserialize, Serialize};

use crate::outcome::StoreRef;

/// What is to be done, and to which records: what a person is asked about, and what a no holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// E.g. `orders.delete`. The same act through another tool is the same deed.
    pub(super) kind: String,
    /// One text per record, however the call spelled its store and its id. The ids are parsed ones.
    pub(super) targets: Vec<String>,
}

impl Deed {
    pub(crate) fn orders(kind: &str, store: &StoreRef, orders: &[od_client::OrderId]) -> Self {
        Self::several(kind, store, orders.iter().map(|id| vec![id.as_str()]))
    }

    /// A deed to one record of a store, named by its ids from the outermost to its own; to the store itself without any.
    pub(crate) fn one(kind: &str, store: &StoreRef, ids: &[&str]) -> Self {
        Self::several(kind, store, [ids.to_vec()])
    }

    /// A deed to several records of a store, each named as for [`Self::one`].
    pub(crate) fn several<'a>(kind: &str, store: &StoreRef, records: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        // A store's id is kept as it was registered, and means the same with zeros in front.
        let store = bare_id(&store.store_id);
        let target = |ids: Vec<&str>| {
            let ids = std::iter::once(store).chain(ids);
            ids.collect::<Vec<_>>().join("/")
        };
        Self {
            kind: kind.to_owned(),
            targets: records.into_iter().map(target).collect(),
        }
    }
}

/// What deleting lines of an order does, whatever tool does it.
pub(crate) fn deleting_lines(lines: &[&str], order: &od_client::OrderId, store: &StoreRef) -> String {
    let (items, the_line) = match lines {
        [line] => (format!("item {line}"), "the line"),
        _ => (format!("{} items ({})", lines.len(), lines.join(", ")), "the lines"),
    };
    format!("Deleting {items} of order {order} in {store} removes {the_line} for good and changes the order's totals.")
}
