//! An Order Desk that lives in memory.
