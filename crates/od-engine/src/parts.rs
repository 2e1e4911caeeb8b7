//! The parts of an order: its items and its shipments.
//!
//! Both live under their order's path and are listed, read, added, replaced and deleted alike. Order Desk replaces a
//! part with what it is sent, says nothing of a new one's id, and knows no conditional write; and an upload of the order
//! replaces its items as well. So whoever changes a part holds the whole order, reads, writes, and reads again
//! (`site`, `look`); `update`, `create` and `delete` are one attempt each. What sort of part it is, they are told (`kind`).

use serde::Deserialize;
use serde_json::{Map, Value};

mod create;
mod delete;
mod done;
mod kind;
mod look;
mod one;
mod read;
mod site;
mod update;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use kind::{Around, Beside, Names, Part};
pub(crate) use read::{get, list};
pub(crate) use update::update;

/// A part of an order, as Order Desk sends it: fields it does not document survive.
pub(crate) type Record = Map<String, Value>;

/// The items or the shipments of an order to read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListParts {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id of the order.
    pub order_id: String,
    /// Page size, 1 to 500. Order Desk itself answers all of them at once.
    #[serde(default = "crate::reads::default_limit")]
    pub limit: u32,
    /// Records to skip.
    #[serde(default)]
    pub offset: u64,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

/// One item or shipment to read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GetPart {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id of the order.
    pub order_id: String,
    /// The part's own id: `item_id` or `shipment_id`.
    #[serde(alias = "item_id", alias = "shipment_id")]
    pub part_id: String,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

/// A new item or shipment.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CreatePart {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id of the order.
    pub order_id: String,
    /// Its fields: `item` or `shipment`.
    #[serde(alias = "item", alias = "shipment")]
    pub fields: Map<String, Value>,
    /// Whether a shipment may hold more of a line than is left.
    #[serde(default)]
    pub allow_excess: bool,
    /// Only shows what would be added.
    #[serde(default)]
    pub dry_run: bool,
}

/// A change to an item or a shipment.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct UpdatePart {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id of the order.
    pub order_id: String,
    /// The part's own id: `item_id` or `shipment_id`.
    #[serde(alias = "item_id", alias = "shipment_id")]
    pub part_id: String,
    /// The fields to merge into it: `item` or `shipment`.
    #[serde(alias = "item", alias = "shipment")]
    pub fields: Map<String, Value>,
    /// Whether a shipment may hold more of a line than is left.
    #[serde(default)]
    pub allow_excess: bool,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// An item or a shipment to delete.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct DeletePart {
    /// Name or id of the store. Needed when the tenant has several.
    pub store: Option<String>,
    /// Order Desk's internal id of the order.
    pub order_id: String,
    /// The part's own id: `item_id` or `shipment_id`.
    #[serde(alias = "item_id", alias = "shipment_id")]
    pub part_id: String,
    /// Only shows what would be deleted.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether the caller says that a person agreed.
    #[serde(default, alias = "confirm")]
    pub confirmed: bool,
}
