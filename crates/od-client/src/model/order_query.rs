//! Which orders to list: every documented parameter of `GET /orders`, under its own name.
//!
//! Order Desk ignores parameters it does not know and, it seems, values it cannot read: a typo answers with *all*
//! orders. Hence the checks here.

use super::id::is_digits;
use crate::error::Error;

/// A search. Filters combine with "and"; the default is the newest 50 orders of all folders.
///
/// Dates are `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, in UTC, or in the store's time zone for the `_local` pair. A plain
/// date as an upper bound most probably means the start of that day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the API's parameters, documented as a table")]
pub struct OrderQuery {
    /// One folder id, or several with commas.
    pub folder_id: Option<String>,
    /// Exact name of a folder; the alternative to `folder_id`.
    pub folder_name: Option<String>,
    /// The sales channel's own order id, exact. Not unique across channels.
    pub source_id: Option<String>,
    /// The sales channel, exact.
    pub source_name: Option<String>,
    /// `date_added`, lower bound.
    pub search_start_date: Option<String>,
    /// `date_added`, upper bound.
    pub search_end_date: Option<String>,
    /// `date_added`, lower bound in the store's time zone.
    pub search_start_date_local: Option<String>,
    /// `date_added`, upper bound in the store's time zone.
    pub search_end_date_local: Option<String>,
    /// `date_updated`, lower bound.
    pub modified_start_date: Option<String>,
    /// `date_updated`, upper bound.
    pub modified_end_date: Option<String>,
    pub email: Option<String>,
    /// The sales channel's customer id.
    pub customer_id: Option<String>,
    pub customer_first_name: Option<String>,
    pub customer_last_name: Option<String>,
    pub customer_company: Option<String>,
    pub customer_address1: Option<String>,
    pub customer_phone: Option<String>,
    pub shipping_first_name: Option<String>,
    pub shipping_last_name: Option<String>,
    pub shipping_company: Option<String>,
    pub shipping_address1: Option<String>,
    pub shipping_phone: Option<String>,
    /// Adds `order_history` to each order; markedly slower.
    pub get_order_history: bool,
    /// The field to sort by; `date_added` when none.
    pub order_by: Option<String>,
    /// Descending when none.
    pub order: Option<Direction>,
    /// Page size, 1 to 500; 50 when none.
    pub limit: Option<u32>,
    /// Matches to skip.
    pub offset: Option<u64>,
}

/// Sorting direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Oldest or smallest first.
    Asc,
    /// Newest or largest first.
    Desc,
}

impl Direction {
    fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "ASC",
            Self::Desc => "DESC",
        }
    }
}

impl OrderQuery {
    /// Order Desk's page size when none is asked for.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// Order Desk's largest page.
    pub const MAX_LIMIT: u32 = 500;

    /// The query parameters in a fixed order, or what is wrong with them.
    pub fn to_pairs(&self) -> Result<Vec<(&'static str, String)>, Error> {
        let mut pairs = Vec::new();
        if let Some(ids) = &self.folder_id {
            if !ids.split(',').all(is_digits) {
                return invalid("folder_id is a folder id, or several with commas".to_owned());
            }
            pairs.push(("folder_id", ids.clone()));
        }
        for (name, value) in self.texts() {
            if let Some(value) = value {
                if value.trim().is_empty() {
                    return invalid(format!("{name} must not be blank"));
                }
                pairs.push((name, value.clone()));
            }
        }
        for (name, value) in self.dates() {
            if let Some(value) = value {
                if !is_date(value) {
                    return invalid(format!("{name} is YYYY-MM-DD or YYYY-MM-DD HH:MM:SS"));
                }
                pairs.push((name, value.clone()));
            }
        }
        if self.get_order_history {
            pairs.push(("get_order_history", "1".to_owned()));
        }
        if let Some(field) = &self.order_by {
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if !(1..=64).contains(&field.len()) || !field.bytes().all(is_name) {
                return invalid("order_by is the name of an order field".to_owned());
            }
            pairs.push(("order_by", field.clone()));
        }
        if let Some(direction) = self.order {
            pairs.push(("order", direction.as_str().to_owned()));
        }
        if let Some(limit) = self.limit {
            if !(1..=Self::MAX_LIMIT).contains(&limit) {
                return invalid(format!("limit is 1 to {}", Self::MAX_LIMIT));
            }
            pairs.push(("limit", limit.to_string()));
        }
        if let Some(offset) = self.offset {
            pairs.push(("offset", offset.to_string()));
        }
        Ok(pairs)
    }

    /// Large pages and later pages give way to interactive calls.
    pub(crate) fn is_bulk(&self) -> bool {
        self.limit.is_some_and(|limit| limit > 100) || self.offset.is_some_and(|offset| offset > 0)
    }

    fn texts(&self) -> [(&'static str, &Option<String>); 15] {
        [
            ("folder_name", &self.folder_name),
            ("source_id", &self.source_id),
            ("source_name", &self.source_name),
            ("email", &self.email),
            ("customer_id", &self.customer_id),
            ("customer_first_name", &self.customer_first_name),
            ("customer_last_name", &self.customer_last_name),
            ("customer_company", &self.customer_company),
            ("customer_address1", &self.customer_address1),
            ("customer_phone", &self.customer_phone),
            ("shipping_first_name", &self.shipping_first_name),
            ("shipping_last_name", &self.shipping_last_name),
            ("shipping_company", &self.shipping_company),
            ("shipping_address1", &self.shipping_address1),
            ("shipping_phone", &self.shipping_phone),
        ]
    }

    fn dates(&self) -> [(&'static str, &Option<String>); 6] {
        [
            ("search_start_date", &self.search_start_date),
            ("search_end_date", &self.search_end_date),
            ("search_start_date_local", &self.search_start_date_local),
            ("search_end_date_local", &self.search_end_date_local),
            ("modified_start_date", &self.modified_start_date),
            ("modified_end_date", &self.modified_end_date),
        ]
    }
}

/// `YYYY-MM-DD`, alone or with ` HH:MM:SS`. The calendar is the caller's business.
fn is_date(text: &str) -> bool {
    let shape = match text.len() {
        10 => "dddd-dd-dd",
        19 => "dddd-dd-dd dd:dd:dd",
        _ => return false,
    };
    let fits = |(byte, wanted): (u8, u8)| {
        if wanted == b'd' {
            byte.is_ascii_digit()
        } else {
            byte == wanted
        }
    };
    text.bytes().zip(shape.bytes()).all(fits)
}

fn invalid<T>(what: String) -> Result<T, Error> {
    Err(Error::InvalidArgument(what))
}

#[cfg(test)]
mod tests;
