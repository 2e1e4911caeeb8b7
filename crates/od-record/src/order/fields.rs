//! The order record: which fields it has, what they hold, and which of them a caller may set.
//!
//! Source: Order Desk API reference, "Orders", "Addresses", "Discounts" and "Order Notes". Records may
//! hold further fields; those survive every change but cannot be named in one.

use crate::field::{Field, Kind, closed, identifier, open, text};
use crate::item;

/// The fields of an order and of the rows in it that hold numbers.
pub(super) const NUMERIC: &[&[Field]] = &[ORDER, item::FIELDS, DISCOUNT];

const COMPUTED: &str = "is computed by Order Desk from the lines, charges and discounts";
const AT_CREATION: &str = "is set when the order is created and cannot be changed afterwards";
const UNUSED: &str = "is not in use: Order Desk ignores what is sent for it. The coloured tag is tag_name";

pub(crate) const PAYMENT_STATUS: &[&str] = &[
    "Approved",
    "Authorized",
    "Captured",
    "Fully Refunded",
    "Partially Refunded",
    "Pending",
    "Rejected",
    "Voided",
];

/// The order itself.
pub(crate) const ORDER: &[Field] = &[
    closed("id", Kind::Id, "is the order's identity and is given by Order Desk"),
    closed("source_id", Kind::Text, AT_CREATION),
    identifier("source_name"),
    identifier("email"),
    text("shipping_method"),
    closed("quantity_total", Kind::Number, COMPUTED),
    closed("weight_total", Kind::Number, COMPUTED),
    closed("product_total", Kind::Number, COMPUTED),
    open("shipping_total", Kind::Number),
    open("handling_total", Kind::Number),
    open("tax_total", Kind::Number),
    closed(
        "discount_total",
        Kind::Number,
        "is the sum of discount_list: change that instead",
    ),
    closed("order_total", Kind::Number, COMPUTED),
    open("cc_number", Kind::CardDigits),
    closed(
        "cc_number_masked",
        Kind::Text,
        "is how Order Desk shows cc_number: set cc_number to the last four digits",
    ),
    text("cc_exp"),
    text("processor_response"),
    text("payment_type"),
    open("payment_status", Kind::Choice(PAYMENT_STATUS)),
    open("processor_balance", Kind::Number),
    closed(
        "refund_total",
        Kind::Number,
        "is set by refunds, which are made in Order Desk",
    ),
    identifier("customer_id"),
    closed(
        "email_count",
        Kind::Number,
        "is counted by Order Desk: how many orders have this e-mail address",
    ),
    text("ip_address"),
    closed("tag_color", Kind::Text, UNUSED),
    text("tag_name"),
    text("fulfillment_name"),
    identifier("fulfillment_id"),
    closed(
        "folder_id",
        Kind::Integer,
        "changes by a move, which runs the folder's rules: use the move_folder operation or orders_move_folder",
    ),
    closed("date_added", Kind::Text, AT_CREATION),
    closed("date_updated", Kind::Text, "is kept by Order Desk"),
    open("shipping", Kind::Address(SHIPPING)),
    open("customer", Kind::Address(CUSTOMER)),
    open("return_address", Kind::Address(RETURN_ADDRESS)),
    open("checkout_data", Kind::Labels),
    open("order_metadata", Kind::Metadata),
    open("discount_list", Kind::Discounts),
    open("order_notes", Kind::Notes),
    open("order_items", Kind::Lines),
    closed(
        "order_shipments",
        Kind::Text,
        "cannot be changed through the order: shipments have their own tools",
    ),
    closed(
        "order_history",
        Kind::Text,
        "is written by Order Desk and can only be appended to, with orders_create_history",
    ),
];

const NO_EMAIL: &str = "is not part of an address: set the order's own email";
const SHIPPING_ONLY: &str = "exists only in the shipping address";

/// Where the order goes.
pub(crate) const SHIPPING: &[Field] = &[
    text("first_name"),
    text("last_name"),
    text("company"),
    text("address1"),
    text("address2"),
    text("address3"),
    text("address4"),
    text("city"),
    identifier("state"),
    identifier("postal_code"),
    identifier("country"),
    text("phone"),
    closed("email", Kind::Text, NO_EMAIL),
];

/// Who ordered.
pub(crate) const CUSTOMER: &[Field] = &[
    text("first_name"),
    text("last_name"),
    text("company"),
    text("address1"),
    text("address2"),
    closed("address3", Kind::Text, SHIPPING_ONLY),
    closed("address4", Kind::Text, SHIPPING_ONLY),
    text("city"),
    identifier("state"),
    identifier("postal_code"),
    identifier("country"),
    text("phone"),
    closed("email", Kind::Text, NO_EMAIL),
];

/// Where returns go.
pub(crate) const RETURN_ADDRESS: &[Field] = &[
    text("title"),
    text("name"),
    text("company"),
    text("address1"),
    text("address2"),
    text("city"),
    identifier("state"),
    identifier("postal_code"),
    identifier("country"),
    text("phone"),
    closed("email", Kind::Text, NO_EMAIL),
    closed(
        "first_name",
        Kind::Text,
        "is not part of a return address: it has one name",
    ),
    closed(
        "last_name",
        Kind::Text,
        "is not part of a return address: it has one name",
    ),
];

/// A discount. Both the name and the amount are needed.
pub(crate) const DISCOUNT: &[Field] = &[text("name"), identifier("code"), open("amount", Kind::Amount)];

/// A note. Order Desk dates it.
pub(crate) const NOTE: &[Field] = &[text("content"), text("username"), open("date_added", Kind::Moment)];

/// Fields of an order that Order Desk keeps itself: they move with any write and say nothing about whether it took.
pub(super) const SERVER_KEPT: &[&str] = &[
    "quantity_total",
    "weight_total",
    "product_total",
    "discount_total",
    "order_total",
    "email_count",
    "date_updated",
    "order_history",
];
