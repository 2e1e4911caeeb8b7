//! Ids. Digits and nothing else, checked before anything leaves the process: an id becomes part of a path, and
//! `"../store"` must never get there. Written in one way, so that a record has one name wherever ids are compared: in
//! leases, in memory, among the rows of a batch. To Order Desk `0012` and `12` are the same.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::error::Error;

const LONGEST: usize = 20;

/// 1 to 20 ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The same number without zeros in front.
fn canonical(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        significant => significant,
    }
}

/// The number behind an id, where the API wants numbers.
pub(crate) fn number(digits: &str) -> Result<u64, Error> {
    digits
        .parse()
        .map_err(|_| Error::InvalidArgument("an id is too large".to_owned()))
}

macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $what:literal) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Accepts 1 to 20 digits. Zeros in front are left off.
            pub fn parse(text: &str) -> Result<Self, Error> {
                if is_digits(text) {
                    Ok(Self(canonical(text).to_owned()))
                } else {
                    Err(Error::InvalidArgument(concat!($what, " is 1 to 20 digits").to_owned()))
                }
            }

            /// An id in a reply, text or number.
            pub fn from_value(value: &Value) -> Option<Self> {
                Self::parse(&crate::model::record::text(value)?).ok()
            }

            /// The digits, the first of several not a zero.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::parse(text)
            }
        }
    };
}

id!(
    /// Order Desk's own id of an order; not the `source_id` that a sales channel gave it.
    OrderId,
    "an order id"
);
id!(
    /// The id of a line of an order.
    OrderItemId,
    "an order item id"
);
id!(
    /// The id of a shipment of an order.
    ShipmentId,
    "a shipment id"
);
id!(
    /// The id of an inventory item; its `code` is the SKU.
    InventoryItemId,
    "an inventory item id"
);
id!(
    /// The id of a folder. Orders carry it as a number, the store's folder list as text.
    FolderId,
    "a folder id"
);

#[cfg(test)]
mod tests;
