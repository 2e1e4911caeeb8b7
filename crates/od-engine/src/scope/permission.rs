//! What a credential may do.

use std::fmt;

/// One permission, named as in OAuth scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Permission {
    /// List stores, read settings and folders.
    StoresRead,
    /// Register, rename and delete stores.
    StoresWrite,
    /// List and read orders, their items, shipments and history.
    OrdersRead,
    /// Create and change orders and their items, move them between folders.
    OrdersWrite,
    /// Delete orders.
    OrdersDelete,
    /// Create, change and delete shipments.
    ShipmentsWrite,
    /// List and read inventory items.
    ProductsRead,
    /// Create, change and delete inventory items.
    ProductsWrite,
}

impl Permission {
    /// All permissions, in the order they are listed to people.
    pub const ALL: [Self; 8] = [
        Self::StoresRead,
        Self::StoresWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::OrdersDelete,
        Self::ShipmentsWrite,
        Self::ProductsRead,
        Self::ProductsWrite,
    ];

    /// The OAuth scope, e.g. `orders:read`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StoresRead => "stores:read",
            Self::StoresWrite => "stores:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::OrdersDelete => "orders:delete",
            Self::ShipmentsWrite => "shipments:write",
            Self::ProductsRead => "products:read",
            Self::ProductsWrite => "products:write",
        }
    }

    /// Reads what [`Self::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text)
    }

    const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grants(u8);

impl Grants {
    /// Everything: what a master key may do.
    pub const ALL: Self = Self(u8::MAX);

    /// Nothing.
    pub const NONE: Self = Self(0);

    /// What a normal user should get: everything but deleting orders and managing stores. What a client asks for that names
    /// nothing, and what it is told to ask for.
    pub const DEFAULT: Self = Self(!(Permission::OrdersDelete.bit() | Permission::StoresWrite.bit()));

    /// Those of a text with blanks between scopes (RFC 6749 section 3.3), as far as they are known here.
    pub fn parse_known(scope: &str) -> Self {
        let known = scope.split_ascii_whitespace().filter_map(Permission::parse);
        known.fold(Self::NONE, |set, permission| set.with(Self::of(&[permission])))
    }

    /// Exactly this one.
    pub const fn only(permission: Permission) -> Self {
        Self(permission.bit())
    }

    /// Exactly these.
    pub fn of(permissions: &[Permission]) -> Self {
        Self(permissions.iter().fold(0, |set, permission| set | permission.bit()))
    }

    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either allows.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is allowed.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// The permissions, in the order they are listed to people.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .into_iter()
            .filter(move |permission| self.allow(*permission))
    }

    /// The scopes with blanks between them, in the order they are listed to people.
    pub fn to_scope(self) -> String {
        let scopes: Vec<&str> = self.iter().map(Permission::as_str).collect();
        scopes.join(" ")
    }

    /// Whether the set contains `permission`.
    pub fn allow(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }
}

#[cfg(test)]
mod tests;
