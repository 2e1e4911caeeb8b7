//! Inventory items.

use serde_json::{Map, Value};

use super::id::InventoryItemId;
use super::record::{record, take_count};
use crate::error::Error;
use crate::reply;

record!(
    /// An inventory item. Its id comes as a number; its `stock` is absolute.
    InventoryItem,
    id: InventoryItemId
);

/// Which inventory items to list. `limit` and `offset` are known from secondary sources only: a walk must stop when a
/// page repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryQuery {
    /// Items with one of these codes (SKUs); all when empty.
    pub codes: Vec<String>,
    /// Page size, 1 to 500.
    pub limit: Option<u32>,
    /// Items to skip.
    pub offset: Option<u64>,
}

impl InventoryQuery {
    /// The query parameters, or what is wrong with them.
    pub fn to_pairs(&self) -> Result<Vec<(&'static str, String)>, Error> {
        let mut pairs = Vec::new();
        if !self.codes.is_empty() {
            // The parameter is a comma list without an escape.
            if self
                .codes
                .iter()
                .any(|code| code.trim().is_empty() || code.contains(','))
            {
                return Err(Error::InvalidArgument(
                    "a code to search for is not blank and holds no comma".to_owned(),
                ));
            }
            pairs.push(("code", self.codes.join(",")));
        }
        if let Some(limit) = self.limit {
            if !(1..=500).contains(&limit) {
                return Err(Error::InvalidArgument("limit is 1 to 500".to_owned()));
            }
            pairs.push(("limit", limit.to_string()));
        }
        if let Some(offset) = self.offset {
            pairs.push(("offset", offset.to_string()));
        }
        Ok(pairs)
    }

    /// Large pages and later pages give way to interactive calls.
    pub(crate) fn is_bulk(&self) -> bool {
        self.limit.is_some_and(|limit| limit > 100) || self.offset.is_some_and(|offset| offset > 0)
    }
}

/// One page of inventory items.
#[derive(Debug, Clone, PartialEq)]
pub struct InventoryPage {
    /// The items.
    pub items: Vec<InventoryItem>,
    /// `total_records` as told. Not to be trusted: `"0"` has been seen beside items.
    pub total: Option<u64>,
    /// Items on this page.
    pub returned: u64,
}

impl InventoryPage {
    pub(crate) fn from_envelope(mut envelope: Map<String, Value>) -> Result<Self, Error> {
        let rows = reply::take_objects(&mut envelope, "inventory_items")?;
        let items: Vec<InventoryItem> = rows.into_iter().map(InventoryItem::from).collect();
        Ok(Self {
            returned: items.len() as u64,
            items,
            total: take_count(&mut envelope, "total_records"),
        })
    }
}
