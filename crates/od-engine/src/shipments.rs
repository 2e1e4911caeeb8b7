//! The shipments of an order: parcels with their tracking numbers.
//!
//! Adding one has effects outside Order Desk that nothing takes back: the merchant's rules run, the sales channel is told
//! the tracking number, and usually the customer gets a mail. Order Desk refuses a tracking number that the order has
//! already.

use serde_json::Value;

use crate::engine::Engine;
use crate::error::{Error, Existing};
use crate::outcome::Outcome;
use crate::parts::{self, Part, Record};
pub use crate::parts::{CreatePart, DeletePart, GetPart, ListParts, UpdatePart};
use crate::record::diff::FieldChange;
use crate::record::rows::id_text;
use crate::scope::Scope;

mod batch;
mod fields;

pub use batch::{CreateShipments, judge_batch};
pub(crate) use fields::FIELDS;
pub use fields::{judge_change, judge_new};

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
        parts::list(self.0, Part::Shipment, scope, input).await
    }

    /// One shipment: the record itself.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Upstream`].
    pub async fn get(&self, scope: &Scope, input: GetPart) -> Result<Outcome<Value>, Error> {
        parts::get(self.0, Part::Shipment, scope, input).await
    }

    /// Adds a shipment. `data` is `{"shipment", "changes", "attempts", "verified"}`, or has `dry_run`.
    ///
    /// Never sent twice: when the answer is lost, the order's list shows whether it was added.
    ///
    /// # Errors
    /// [`Error::Duplicate`] when the order has the tracking number already; [`Error::Invalid`], [`Error::NotFound`],
    /// [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn create(&self, scope: &Scope, input: CreatePart) -> Result<Outcome<Value>, Error> {
        parts::create(self.0, Part::Shipment, scope, input).await
    }

    /// Changes a shipment under the merge law. `data` is as for [`Self::create`].
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn update(&self, scope: &Scope, input: UpdatePart) -> Result<Outcome<Value>, Error> {
        parts::update(self.0, Part::Shipment, scope, input).await
    }

    /// Deletes a shipment. `data` is as for [`Self::create`], with the shipment as it was.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::NotFound`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn delete(&self, scope: &Scope, input: DeletePart) -> Result<Outcome<Value>, Error> {
        parts::delete(self.0, Part::Shipment, scope, input).await
    }
}

/// What stands for a parcel without tracking. It names nothing: many shipments may have it.
const NO_TRACKING: &str = "n/a";

/// The tracking number of a shipment, when it has a real one.
pub(crate) fn tracking(shipment: &Record) -> Option<String> {
    let number = shipment.get("tracking_number").and_then(id_text)?;
    (!number.trim().eq_ignore_ascii_case(NO_TRACKING)).then_some(number)
}

/// The shipment that has the same tracking number.
pub(crate) fn same_tracking<'a>(shipments: &'a [Record], given: &Record) -> Option<&'a Record> {
    let wanted = tracking(given)?;
    shipments
        .iter()
        .find(|shipment| tracking(shipment).as_deref() == Some(wanted.as_str()))
}

/// Whether Order Desk says that the order has this shipment already. It does so inside a success (API reference,
/// "Create a Shipment"); the same words with an HTTP error stand for something else.
pub(crate) fn is_duplicate(error: &od_client::Error) -> bool {
    matches!(
        error,
        od_client::Error::Rejected { status: 200..=299, message, .. } if message.eq_ignore_ascii_case("Shipment Not Added")
    )
}

/// Why a shipment is one too many.
pub(crate) fn duplicate(existing: Option<&Record>) -> Existing {
    let what = match existing {
        Some(existing) => format!("The order {}.", already(existing)),
        None => "Order Desk says that the order has this shipment already, though its list shows none with this \
                 tracking number."
            .to_owned(),
    };
    Existing {
        what,
        instead: "Use the existing shipment, or change it with shipments_update.",
    }
}

/// Names the shipment that is there already, as what an order does.
pub(crate) fn already(existing: &Record) -> String {
    let id = existing.get("id").and_then(id_text).unwrap_or_default();
    format!("already has a shipment with this tracking number: its id is {id}")
}

/// A new tracking number behind an old link sends the customer to the wrong parcel.
pub(crate) fn remark(given: &Record, desired: &Record, changes: &[FieldChange]) -> Option<String> {
    let renumbered = changes.iter().any(|change| change.path == "/tracking_number");
    let link = desired.get("tracking_url").and_then(Value::as_str).unwrap_or_default();
    (renumbered && !link.is_empty() && !given.contains_key("tracking_url")).then(|| {
        "tracking_url was left as it is and may lead to the old tracking number: set it too, or null to let Order Desk \
         guess it."
            .to_owned()
    })
}
