//! How other shops, carriers and their programming interfaces call what Order Desk has, record by record.

use super::of::NameOf;
use super::plain::plain;
use other::Other;

mod arguments;
mod order;
pub(super) mod other;
mod records;

/// The other names of a record's fields, or of arguments.
pub(super) fn others(of: NameOf) -> &'static [Other] {
    match of {
        NameOf::Order => order::ORDER,
        NameOf::OrderItem => records::ORDER_ITEM,
        NameOf::Shipment => records::SHIPMENT,
        NameOf::ShipmentLine => records::SHIPMENT_LINE,
        NameOf::InventoryItem => records::INVENTORY_ITEM,
        NameOf::Address => records::ADDRESS,
        NameOf::Discount => records::DISCOUNT,
        NameOf::Note => records::NOTE,
        NameOf::Operation => arguments::OPERATION,
        NameOf::Argument => arguments::ARGUMENT,
    }
}

/// The records whose fields can be named.
const RECORDS: [NameOf; 6] = [
    NameOf::Order,
    NameOf::OrderItem,
    NameOf::Shipment,
    NameOf::InventoryItem,
    NameOf::Address,
    NameOf::Note,
];

/// Whether a name stands for something of some record, so that it is no slip for another.
pub(super) fn stands_for_something(name: &str) -> bool {
    RECORDS.iter().any(|of| others(*of).iter().any(|other| other.is(name)))
}

/// The field of such a record that a name stands for, under Order Desk's name or another.
pub(super) fn part_of(name: &str, of: NameOf) -> Option<&'static str> {
    let other = || others(of).iter().find(|other| other.is(name))?.fields.first();
    let own = records::own(of).iter().find(|field| plain(field) == name);
    own.or_else(other).copied()
}
