//! How other shops, carriers and their programming interfaces call what Order Desk has, record by record.

use super::of::NameOf;
use super::plain::plain;
use other::Other;
pub(super) use records::own;

mod arguments;
mod order;
pub(super) mod other;
mod records;

/// The other names of a record's fields, or of arguments.
pub(super) fn others(of: NameOf) -> &'static [Other] {
    match of {
        NameOf::Order => order::ORDER,
        NameOf::NewOrder => order::NEW_ORDER,
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

/// What a name stands for, as it is compared. A new order's names go before those of every order.
pub(super) fn other(name: &str, of: NameOf) -> Option<&'static Other> {
    all(name, of).next()
}

/// The same of a name that stands for several things.
pub(super) fn all(name: &str, of: NameOf) -> impl Iterator<Item = &'static Other> + Clone + use<'_> {
    let every = if of == NameOf::NewOrder {
        others(NameOf::Order)
    } else {
        &[]
    };
    others(of).iter().chain(every).filter(move |other| other.is(name))
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
    own_part_of(name, of).or_else(|| other(name, of)?.fields.first().copied())
}

/// The field of such a record that has this very name at Order Desk.
pub(super) fn own_part_of(name: &str, of: NameOf) -> Option<&'static str> {
    let every = if of == NameOf::NewOrder {
        own(NameOf::Order)
    } else {
        &[]
    };
    let own = own(of).iter().chain(every);
    own.copied().find(|field| plain(field) == name)
}
