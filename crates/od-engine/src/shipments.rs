//! The shipments of an order: parcels with their tracking numbers.
//!
//! Adding one has effects outside Order Desk that nothing takes back: the merchant's rules run, the sales channel is told
//! the tracking number, and usually the customer gets a mail. Order Desk refuses a tracking number that the order has
//! already.

pub use od_record::pasted::decode;
pub use od_record::shipment::{judge_change, judge_new};
use serde_json::Value;

use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::parts;
pub use crate::parts::{CreatePart, DeletePart, GetPart, ListParts, UpdatePart};
use crate::scope::Scope;

mod batch;
mod closed;
mod elsewhere;
mod import;
mod part;

use part::Shipment;

pub use batch::{CreateShipments, judge_batch};
pub use import::ImportShipments;

/// Shipment operations.
pub struct Shipments<'a>(&'a Engine);

impl Engine {
    /// Shipment operations.
    pub fn shipments(&self) -> Shipments<'_> {
        Shipments(self)
    }
}

impl Shipments<'_> {
    /// The shipments of an order (Order Desk: `GET /orders/{id}/shipments`). `data` is `{"shipments": [...]}`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the store has no such order; [`Error::Upstream`].
    pub async fn list(&self, scope: &Scope, input: ListParts) -> Result<Outcome<Value>, Error> {
        parts::list(self.0, Shipment, scope, input).await
    }

    /// One shipment: the record itself.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Upstream`].
    pub async fn get(&self, scope: &Scope, input: GetPart) -> Result<Outcome<Value>, Error> {
        parts::get(self.0, Shipment, scope, input).await
    }

    /// Adds a shipment. `data` is `{"shipment", "changes", "attempts", "verified"}`, or has `dry_run`.
    ///
    /// Never sent twice: when the answer is lost, the order's list shows whether it was added.
    ///
    /// # Errors
    /// [`Error::Duplicate`] when the order has the tracking number already; [`Error::Invalid`], [`Error::NotFound`],
    /// [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn create(&self, scope: &Scope, input: CreatePart) -> Result<Outcome<Value>, Error> {
        // Before the shipment is: by then the copy may have it.
        let given = [(input.order_id.as_str(), &input.fields)];
        let elsewhere = self.elsewhere(scope, input.store.as_deref(), given).await;
        let created = parts::create(self.0, Shipment, scope, input).await?;
        Ok(created.with_warnings(elsewhere))
    }

    /// Changes a shipment under the merge law. `data` is as for [`Self::create`].
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn update(&self, scope: &Scope, input: UpdatePart) -> Result<Outcome<Value>, Error> {
        parts::update(self.0, Shipment, scope, input).await
    }

    /// Deletes a shipment. `data` is as for [`Self::create`], with the shipment as it was.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::NotFound`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn delete(&self, scope: &Scope, input: DeletePart) -> Result<Outcome<Value>, Error> {
        parts::delete(self.0, Shipment, scope, input).await
    }
}
