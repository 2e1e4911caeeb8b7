//! One part of an order, by its id.

use std::fmt;

use od_client::{OrderId, Store};

use super::Record;
use super::kind::Part;
use crate::attempts::Failed;
use crate::error::Error;

/// One part of an order.
pub(super) struct One<P: Part> {
    part: P,
    pub(super) id: P::Id,
}

impl<P: Part> One<P> {
    /// The one that a caller names.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(super) fn parse(part: P, text: &str) -> Result<Self, Error> {
        let names = part.names();
        match part.parse_id(text) {
            Some(id) => Ok(Self { part, id }),
            None => Err(Error::invalid(names.id_argument, names.id_rule)),
        }
    }

    /// Whether a record is this one.
    pub(super) fn is_of(&self, record: &Record) -> bool {
        self.part.id_of(record).as_ref() == Some(&self.id)
    }

    pub(super) async fn get(&self, upstream: &Store, order: &OrderId) -> Result<Record, od_client::Error> {
        self.part.get(upstream, order, &self.id).await
    }

    /// Replaces it: `record` has to be whole.
    pub(super) async fn replace(
        &self,
        upstream: &Store,
        order: &OrderId,
        record: &Record,
    ) -> Result<(), od_client::Error> {
        self.part.replace(upstream, order, &self.id, record).await
    }

    pub(super) async fn delete(&self, upstream: &Store, order: &OrderId) -> Result<(), od_client::Error> {
        self.part.delete(upstream, order, &self.id).await
    }

    /// The order, or the part in it, is not there.
    pub(super) fn no_such(&self, order: &OrderId) -> Error {
        let names = self.part.names();
        Error::NotFound {
            what: names.title,
            name: format!("{self} of order {order}"),
            nearest: None,
            hint: names.where_ids_are,
        }
    }

    /// Order Desk's "no such record": it does not say whether the order is missing or the part in it.
    pub(super) fn missing(&self, error: od_client::Error, order: &OrderId) -> Error {
        match error {
            od_client::Error::NotFound => self.no_such(order),
            other => Error::Upstream(other),
        }
    }

    /// A request for the part that failed without having changed anything.
    pub(super) fn failed(&self, error: od_client::Error, order: &OrderId) -> Failed {
        Failed::unchanged(error, |error| self.missing(error, order))
    }
}

impl<P: Part> fmt::Display for One<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}
