//! What a shop sells.

/// What a seeded store sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopKind {
    /// Mugs, tees and posters printed to order, with print metadata and six folders.
    PrintOnDemand,
    /// Remaindered household goods, with a Backorder folder.
    Outlet,
    /// Four folders and no inventory.
    Empty,
}
