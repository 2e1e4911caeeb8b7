//! Orders and what hangs on them.

use serde_json::{Map, Value};

use super::id::{FolderId, OrderId, OrderItemId, ShipmentId};
use super::record::{record, take_count, take_text};
use crate::error::Error;
use crate::reply;

record!(
    /// An order, complete with its lines, notes and shipments. Fields: section "Orders" of
    /// <https://apidocs.orderdesk.com>.
    Order,
    id: OrderId
);
record!(
    /// A line of an order.
    OrderItem,
    id: OrderItemId
);
record!(
    /// A shipment of an order. Most numbers in it are text.
    Shipment,
    id: ShipmentId
);

impl Order {
    /// The folder that the order is in, which is its only state.
    pub fn folder_id(&self) -> Option<FolderId> {
        self.field("folder_id").and_then(FolderId::from_value)
    }

    /// A map such as `checkout_data`, `order_metadata` or `shipping`; `[]` is an empty one. None when the field is
    /// absent or something else.
    pub fn map(&self, name: &str) -> Option<Map<String, Value>> {
        match self.field(name)? {
            Value::Object(map) => Some(map.clone()),
            Value::Array(empty) if empty.is_empty() => Some(Map::new()),
            _ => None,
        }
    }

    /// The elements of a list such as `order_items` or `order_notes`; empty when it is absent.
    pub fn list(&self, name: &str) -> &[Value] {
        self.field(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPage {
    /// Complete orders.
    pub orders: Vec<Order>,
    /// All matches, when Order Desk told.
    pub total: Option<u64>,
    /// Orders on this page.
    pub returned: u64,
    /// Matches skipped before this page.
    pub offset: u64,
    /// The page size that was applied.
    pub limit: u64,
}

impl OrderPage {
    /// `limit` and `offset` are what was asked for; the reply may have applied others.
    pub(crate) fn from_envelope(mut envelope: Map<String, Value>, limit: u64, offset: u64) -> Result<Self, Error> {
        let rows = reply::take_objects(&mut envelope, "orders")?;
        let orders: Vec<Order> = rows.into_iter().map(Order::from).collect();
        Ok(Self {
            // Counted, not believed: the next page starts after what really came.
            returned: orders.len() as u64,
            orders,
            total: take_count(&mut envelope, "total_records"),
            offset: take_count(&mut envelope, "offset").unwrap_or(offset),
            limit: take_count(&mut envelope, "limit").unwrap_or(limit),
        })
    }
}

/// Where orders are moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A folder by its id.
    Id(FolderId),
    /// A folder by its exact name, case included.
    Name(String),
}

/// What became of one order of a move. Rows come in Order Desk's order, which need not be the order of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveResult {
    /// The order.
    pub order_id: OrderId,
    /// Whether it is in the destination now. A row says so by naming the folder it came from and by not being an error.
    pub moved: bool,
    /// Order Desk's words, such as `Order Moved to Prepared Folder`.
    pub message: String,
    /// Where it was before: what an undo needs.
    pub original_folder_id: Option<FolderId>,
}

impl MoveResult {
    /// None for a row that does not name its order: it says nothing about any.
    pub(crate) fn from_row(mut row: Map<String, Value>) -> Option<Self> {
        let failed = row
            .get("status")
            .and_then(Value::as_str)
            .is_some_and(|text| text.eq_ignore_ascii_case("error"));
        let original_folder_id = row.get("original_folder_id").and_then(FolderId::from_value);
        Some(Self {
            order_id: row.get("order_id").and_then(OrderId::from_value)?,
            moved: !failed && original_folder_id.is_some(),
            message: take_text(&mut row, "message").unwrap_or_default(),
            original_folder_id,
        })
    }
}
