//! What names are names of.

/// What the names are names of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// Fields of an order.
    Order,
    /// Fields of an order that is to be created.
    NewOrder,
    /// Fields of a line of an order.
    OrderItem,
    /// Fields of a shipment.
    Shipment,
    /// Fields of a line of a shipment.
    ShipmentLine,
    /// Fields of an inventory item.
    InventoryItem,
    /// Parts of an address.
    Address,
    /// Fields of a discount.
    Discount,
    /// Fields of a note.
    Note,
    /// Operations of a change to an order.
    Operation,
    /// Arguments of a tool, its filters among them.
    Argument,
}

impl NameOf {
    /// The names that only a new record takes, beside those that can be set at any time.
    pub(crate) fn only_when_new(self) -> &'static [&'static str] {
        match self {
            Self::NewOrder => &["source_id", "date_added", "folder_id", "folder_name"],
            _ => &[],
        }
    }
}
