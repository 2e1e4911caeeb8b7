//! The lines of an order, one at a time. Several at once, or together with other changes: `orders.mutate_full`.
//!
//! Order Desk recomputes the order's totals with every change; tax and shipping are stored values and stay.

pub use od_record::item::{judge_change, judge_new};
use serde_json::Value;

use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::parts::{self, Part};
pub use crate::parts::{CreatePart, DeletePart, GetPart, ListParts, UpdatePart};
use crate::scope::Scope;

/// Order item operations.
pub struct OrderItems<'a>(&'a Engine);

impl Engine {
    /// Order item operations.
    pub fn order_items(&self) -> OrderItems<'_> {
        OrderItems(self)
    }
}

impl OrderItems<'_> {
    /// The items of an order (Order Desk: `GET /orders/{id}/order-items`). `data` is `{"order_items": [...]}`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the store has no such order; [`Error::Upstream`].
    pub async fn list(&self, scope: &Scope, input: ListParts) -> Result<Outcome<Value>, Error> {
        parts::list(self.0, Part::Item, scope, input).await
    }

    /// One item: the record itself.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Upstream`].
    pub async fn get(&self, scope: &Scope, input: GetPart) -> Result<Outcome<Value>, Error> {
        parts::get(self.0, Part::Item, scope, input).await
    }

    /// Adds an item. `data` is `{"order_item", "changes", "attempts", "verified"}`, or has `dry_run`.
    ///
    /// Never sent twice: when the answer is lost, the order's list is compared with the one read before.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn create(&self, scope: &Scope, input: CreatePart) -> Result<Outcome<Value>, Error> {
        parts::create(self.0, Part::Item, scope, input).await
    }

    /// Changes an item under the merge law of [`crate::orders::apply`]. `data` is as for [`Self::create`].
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn update(&self, scope: &Scope, input: UpdatePart) -> Result<Outcome<Value>, Error> {
        parts::update(self.0, Part::Item, scope, input).await
    }

    /// Deletes an item; the last one of an order stays. `data` is as for [`Self::create`], with the item as it was.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::Invalid`], [`Error::NotFound`], [`Error::Uncertain`],
    /// [`Error::Upstream`].
    pub async fn delete(&self, scope: &Scope, input: DeletePart) -> Result<Outcome<Value>, Error> {
        parts::delete(self.0, Part::Item, scope, input).await
    }
}
