//! Groups of tools that are switched together.

use std::fmt;

use od_engine::nearest;

use crate::label::label;

/// A group of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Toolset {
    /// Signing in. Always on: it touches no shop, and without it a connection started without a key stays useless.
    Tenant,
    /// Stores, their settings and folders.
    Stores,
    /// Orders.
    Orders,
    /// Lines of orders.
    OrderItems,
    /// Shipments.
    Shipments,
    /// Inventory items.
    Products,
    /// Questions about many orders.
    Insight,
}

/// A toolset name that does not exist.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown toolset '{given}'{}; known: {}", did_you_mean(*.nearest), Toolset::names())]
pub struct UnknownToolset {
    given: String,
    nearest: Option<&'static str>,
}

fn did_you_mean(nearest: Option<&'static str>) -> String {
    nearest
        .map(|name| format!(" (did you mean '{name}'?)"))
        .unwrap_or_default()
}

impl Toolset {
    /// All toolsets, in listing order.
    pub const ALL: [Self; 7] = [
        Self::Tenant,
        Self::Stores,
        Self::Orders,
        Self::OrderItems,
        Self::Shipments,
        Self::Products,
        Self::Insight,
    ];

    /// Its name in settings, headers and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Stores => "stores",
            Self::Orders => "orders",
            Self::OrderItems => "order_items",
            Self::Shipments => "shipments",
            Self::Products => "products",
            Self::Insight => "insight",
        }
    }

    /// A toolset by its name, without regard to case and surrounding space.
    ///
    /// # Errors
    /// There is none of that name; the error offers the nearest.
    pub fn parse(name: &str) -> Result<Self, UnknownToolset> {
        let name = name.trim();
        Self::ALL
            .into_iter()
            .find(|toolset| toolset.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownToolset {
                given: label(name),
                nearest: nearest(name, Self::ALL.map(Self::as_str)),
            })
    }

    fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for Toolset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
