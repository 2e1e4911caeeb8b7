//! The shipment record: its fields, and which of them a caller may set.
//!
//! Source: Order Desk API reference, "Shipments". Records may hold further fields; those survive every change but cannot
//! be named in one.

use crate::field::{Field, Kind, closed, identifier, open, text};

const BY_ORDER_DESK: &str = "is given by Order Desk and cannot be chosen";
const OF_THE_LABEL: &str = "belongs to a label bought in Order Desk and cannot be set";

/// The documented fields.
pub const FIELDS: &[Field] = &[
    closed("id", Kind::Id, BY_ORDER_DESK),
    closed(
        "order_id",
        Kind::Id,
        "says which order the shipment belongs to and cannot be set here",
    ),
    closed("store_id", Kind::Id, BY_ORDER_DESK),
    identifier("tracking_number"),
    identifier("carrier_code"),
    text("shipment_method"),
    open("weight", Kind::Number),
    closed(
        "weight_unit",
        Kind::Text,
        "is the store's unit and cannot be set for a shipment",
    ),
    open("cost", Kind::Number),
    text("status"),
    text("tracking_url"),
    closed("label_format", Kind::Text, OF_THE_LABEL),
    closed("label_image", Kind::Text, OF_THE_LABEL),
    closed("print_status", Kind::Text, OF_THE_LABEL),
    open("order_items", Kind::Lines),
    closed(
        "cart_shipment_id",
        Kind::Id,
        "is given by the sales channel and cannot be set",
    ),
    closed("label_shipment_id", Kind::Id, OF_THE_LABEL),
    closed(
        "source",
        Kind::Text,
        "says where the shipment came from and cannot be set",
    ),
    open("date_shipped", Kind::Date),
    closed("date_added", Kind::Text, "is kept by Order Desk"),
];

/// One line of a shipment that holds only a part of the order.
pub(crate) const CONTENT: &[Field] = &[
    open("id", Kind::Id),
    identifier("code"),
    text("name"),
    open("quantity", Kind::Integer),
];
