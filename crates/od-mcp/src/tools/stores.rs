//! Stores: registering them, choosing one, and what Order Desk says about them.

pub(super) mod choose;
pub(super) mod manage;
pub(super) mod upstream;
pub(super) mod webhook;
