//! What tells items from shipments: names, fields, and the operations of Order Desk's API.

use std::fmt;

use od_client::{Error, OrderId, OrderItemId, ShipmentId, Store};

use super::Record;
use crate::attempts::Failed;

/// Which part of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A line of the order.
    Item,
    /// A parcel of the order.
    Shipment,
}

impl Part {
    /// In the middle of a sentence.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Item => "order item",
            Self::Shipment => "shipment",
        }
    }

    /// The member of a reply that holds one.
    pub(super) fn member(self) -> &'static str {
        match self {
            Self::Item => "order_item",
            Self::Shipment => "shipment",
        }
    }

    /// The member of a reply that holds several.
    pub(crate) fn members(self) -> &'static str {
        match self {
            Self::Item => "order_items",
            Self::Shipment => "shipments",
        }
    }

    /// The argument that holds a part's fields, as a JSON Pointer.
    pub(super) fn argument(self) -> &'static str {
        match self {
            Self::Item => "/item",
            Self::Shipment => "/shipment",
        }
    }

    /// How a caller finds out what became of a write whose answer was lost.
    pub(super) fn how_to_find_out(self) -> &'static str {
        match self {
            Self::Item => {
                "Read the order's items with order_items_list and fresh set to true, and compare before calling again: \
                 Order Desk adds an item twice when it is sent twice."
            }
            Self::Shipment => {
                "Read the order's shipments with shipments_list and fresh set to true, and compare before calling again."
            }
        }
    }

    /// The law of its records.
    pub(super) fn law(self) -> &'static od_record::part::Part {
        match self {
            Self::Item => &od_record::item::PART,
            Self::Shipment => &od_record::shipment::PART,
        }
    }

    /// All of an order.
    pub(crate) async fn list(self, upstream: &Store, order: &OrderId) -> Result<Vec<Record>, Error> {
        Ok(match self {
            Self::Item => {
                let items = upstream.order_items().list(order).await?;
                items.into_iter().map(od_client::OrderItem::into_map).collect()
            }
            Self::Shipment => {
                let shipments = upstream.shipments().list(order).await?;
                shipments.into_iter().map(od_client::Shipment::into_map).collect()
            }
        })
    }

    /// Adds one. The answer may hold it, and usually does not.
    pub(super) async fn create(
        self,
        upstream: &Store,
        order: &OrderId,
        fields: &Record,
    ) -> Result<Option<Record>, Error> {
        Ok(match self {
            Self::Item => {
                let created = upstream.order_items().create(order, fields).await?;
                created.record.map(od_client::OrderItem::into_map)
            }
            Self::Shipment => {
                let created = upstream.shipments().create(order, fields).await?;
                created.record.map(od_client::Shipment::into_map)
            }
        })
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One part of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PartId {
    Item(OrderItemId),
    Shipment(ShipmentId),
}

impl PartId {
    pub(super) fn parse(part: Part, text: &str) -> Result<Self, crate::Error> {
        let parsed = match part {
            Part::Item => OrderItemId::parse(text).map(Self::Item),
            Part::Shipment => ShipmentId::parse(text).map(Self::Shipment),
        };
        let (at, message) = match part {
            Part::Item => (
                "/item_id",
                "must be the item's id: 1 to 20 digits, as order_items_list gives it",
            ),
            Part::Shipment => (
                "/shipment_id",
                "must be the shipment's id: 1 to 20 digits, as shipments_list gives it",
            ),
        };
        parsed.map_err(|_| crate::Error::invalid(at, message))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Item(id) => id.as_str(),
            Self::Shipment(id) => id.as_str(),
        }
    }

    /// Order Desk's "no such record": it does not say whether the order is missing or the part in it.
    pub(super) fn missing(&self, error: Error, order: &OrderId) -> crate::Error {
        match error {
            Error::NotFound => self.no_such(order),
            other => crate::Error::Upstream(other),
        }
    }

    /// The order, or the part in it, is not there.
    pub(super) fn no_such(&self, order: &OrderId) -> crate::Error {
        let (what, hint) = match self {
            Self::Item(_) => (
                "Order item",
                "order_items_list shows the order's items with their ids, orders_get the whole order.",
            ),
            Self::Shipment(_) => (
                "Shipment",
                "shipments_list shows the order's shipments with their ids, orders_get the whole order.",
            ),
        };
        crate::Error::NotFound {
            what,
            name: format!("{self} of order {order}"),
            nearest: None,
            hint,
        }
    }

    /// A request for the part that failed without having changed anything.
    pub(super) fn failed(&self, error: Error, order: &OrderId) -> Failed {
        Failed::unchanged(error, |error| self.missing(error, order))
    }

    /// Whether a record is this one.
    pub(super) fn is_of(&self, record: &Record) -> bool {
        let id = record.get("id");
        match self {
            Self::Item(this) => id.and_then(OrderItemId::from_value).as_ref() == Some(this),
            Self::Shipment(this) => id.and_then(ShipmentId::from_value).as_ref() == Some(this),
        }
    }

    pub(super) async fn get(&self, upstream: &Store, order: &OrderId) -> Result<Record, Error> {
        Ok(match self {
            Self::Item(id) => upstream.order_items().get(order, id).await?.into_map(),
            Self::Shipment(id) => upstream.shipments().get(order, id).await?.into_map(),
        })
    }

    /// Replaces it: `record` has to be whole.
    pub(super) async fn replace(&self, upstream: &Store, order: &OrderId, record: &Record) -> Result<(), Error> {
        match self {
            Self::Item(id) => upstream.order_items().update(order, id, record).await,
            Self::Shipment(id) => upstream.shipments().update(order, id, record).await,
        }
    }

    pub(super) async fn delete(&self, upstream: &Store, order: &OrderId) -> Result<(), Error> {
        match self {
            Self::Item(id) => upstream.order_items().delete(order, id).await,
            Self::Shipment(id) => upstream.shipments().delete(order, id).await,
        }
    }
}
