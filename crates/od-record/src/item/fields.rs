//! The line of an order: its fields, and which of them a caller may set.
//!
//! Source: Order Desk API reference, "Order Items". Lines may hold further fields; those survive every change but cannot
//! be named in one.

use crate::field::{Field, Kind, identifier, open, text};

pub(crate) const DELIVERY_TYPE: &[&str] = &["ship", "noship", "download", "future"];

/// A line of the order.
pub const FIELDS: &[Field] = &[
    open("id", Kind::Id),
    text("name"),
    open("price", Kind::Number),
    open("quantity", Kind::Integer),
    open("weight", Kind::Number),
    identifier("code"),
    open("delivery_type", Kind::Choice(DELIVERY_TYPE)),
    identifier("category_code"),
    text("fulfillment_method"),
    open("variation_list", Kind::Labels),
    open("metadata", Kind::Metadata),
];
