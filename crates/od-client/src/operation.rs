//! Which of Order Desk's operations a request is: a name without ids, for whatever is counted.

use Method::{Delete, Get, Post, Put};

/// The four methods that Order Desk knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// Reads change nothing and may be repeated, shared and cached.
    pub(crate) fn is_read(self) -> bool {
        self == Self::Get
    }
}

/// An operation of Order Desk's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation(usize);

/// Stands for one segment of a path, whatever it is.
const ID: &str = "{id}";

type Row = (Method, &'static [&'static str], &'static str);

/// Every request that this crate makes. The last row is for none of them.
const ROWS: &[Row] = &[
    (Get, &["test"], "GET /test"),
    (Get, &["store"], "GET /store"),
    (Get, &["orders"], "GET /orders"),
    (Post, &["orders"], "POST /orders"),
    (Get, &["orders", ID], "GET /orders/{id}"),
    (Put, &["orders", ID], "PUT /orders/{id}"),
    (Delete, &["orders", ID], "DELETE /orders/{id}"),
    (
        Post,
        &["orders", ID, "order-history"],
        "POST /orders/{id}/order-history",
    ),
    (Post, &["move-orders"], "POST /move-orders"),
    (Get, &["orders", ID, "order-items"], "GET /orders/{id}/order-items"),
    (Post, &["orders", ID, "order-items"], "POST /orders/{id}/order-items"),
    (
        Get,
        &["orders", ID, "order-items", ID],
        "GET /orders/{id}/order-items/{id}",
    ),
    (
        Put,
        &["orders", ID, "order-items", ID],
        "PUT /orders/{id}/order-items/{id}",
    ),
    (
        Delete,
        &["orders", ID, "order-items", ID],
        "DELETE /orders/{id}/order-items/{id}",
    ),
    (Get, &["orders", ID, "shipments"], "GET /orders/{id}/shipments"),
    (Post, &["orders", ID, "shipments"], "POST /orders/{id}/shipments"),
    (Get, &["orders", ID, "shipments", ID], "GET /orders/{id}/shipments/{id}"),
    (Put, &["orders", ID, "shipments", ID], "PUT /orders/{id}/shipments/{id}"),
    (
        Delete,
        &["orders", ID, "shipments", ID],
        "DELETE /orders/{id}/shipments/{id}",
    ),
    (Post, &["batch-shipments"], "POST /batch-shipments"),
    (Get, &["inventory-items"], "GET /inventory-items"),
    (Post, &["inventory-items"], "POST /inventory-items"),
    (Get, &["inventory-items", ID], "GET /inventory-items/{id}"),
    (Put, &["inventory-items", ID], "PUT /inventory-items/{id}"),
    (Delete, &["inventory-items", ID], "DELETE /inventory-items/{id}"),
    (Put, &["batch-inventory-items"], "PUT /batch-inventory-items"),
    (Get, &[], "other"),
];

impl Operation {
    /// How many there are.
    pub(crate) const COUNT: usize = ROWS.len();

    /// The operation with this method and these segments of a path.
    pub(crate) fn of(method: Method, segments: &[&str]) -> Self {
        let fits = |(with, path, _): &Row| {
            let same = |(pattern, segment): (&&str, &&str)| *pattern == ID || pattern == segment;
            *with == method && path.len() == segments.len() && path.iter().zip(segments).all(same)
        };
        Self(ROWS.iter().position(fits).unwrap_or(ROWS.len() - 1))
    }

    /// Its place among all of them.
    pub(crate) fn place(self) -> usize {
        self.0
    }

    /// As it is told: the method and the path, with `{id}` for whatever names a record.
    pub(crate) fn name(self) -> &'static str {
        ROWS[self.0].2
    }

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..ROWS.len()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_no_part_of_a_name() {
        let named = |method, segments: &[&str]| Operation::of(method, segments).name();
        assert_eq!(named(Get, &["orders", "80012345"]), "GET /orders/{id}");
        assert_eq!(named(Get, &["orders"]), "GET /orders");
        assert_eq!(
            named(Put, &["orders", "1", "order-items", "2"]),
            "PUT /orders/{id}/order-items/{id}"
        );
        assert_eq!(named(Get, &["health", "80012345"]), "other");
        assert_eq!(named(Get, &[]), "other");
    }

    #[test]
    fn a_name_is_what_its_row_says() {
        let (_, rows) = ROWS.split_last().expect("rows");
        for (method, path, name) in rows {
            let method = format!("{method:?}").to_uppercase();
            assert_eq!(*name, format!("{method} /{}", path.join("/")));
        }
    }
}
