//! What names are names of.

/// What the names are names of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// Fields of an order.
    Order,
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
