//! Records as Order Desk stores them, made from what a caller sent. JSON in, JSON out; no state, no clock.

pub(crate) mod fields;
pub(crate) mod inventory;
pub(crate) mod item;
pub(crate) mod order;
pub(crate) mod shipment;
