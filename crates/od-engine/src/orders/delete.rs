//! Deleting an order (Order Desk: `DELETE /orders/{id}`). There is no way back.

use od_client::OrderId;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Orders;
use super::query::{customer_name, missing, order_id};
use crate::attempts::answered;
use crate::consent::Deed;
use crate::error::Error;
use crate::outcome::{Outcome, StoreRef};
use crate::scope::Scope;
use crate::stores::OpenStore;
use crate::text::{clean_map, named};

/// An order to delete.
#[derive(Clone, Debug, Deserialize)]
pub struct DeleteOrder {
    /// Name or id of the store. Needed when the tenant has several.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// Whether the caller says that a person agreed.
    #[serde(default)]
    pub confirm: bool,
    /// Only shows what would be deleted.
    #[serde(default)]
    pub dry_run: bool,
}

impl Orders<'_> {
    /// Deletes an order. `data` is `{"order_id", "deleted", "verified"}`; for a dry run `{"order_id", "changes",
    /// "dry_run"}`.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`]; [`Error::NotFound`]; [`Error::Uncertain`]; [`Error::Upstream`] when the order is
    /// still there.
    pub async fn delete(&self, scope: &Scope, input: DeleteOrder) -> Result<Outcome<Value>, Error> {
        let id = order_id(&input.order_id)?;
        let store = self.0.stores().open_spelled_out(scope, input.store.as_deref()).await?;
        if input.dry_run {
            return preview(store, &id).await;
        }
        let deed = Deed::orders("orders.delete", &store.name, std::slice::from_ref(&id));
        self.0.consents().check(scope, &deed).await?;
        let confirmed = scope.takes_word(input.confirm);
        if !confirmed && !scope.is_agreed() {
            // Memory is good enough to ask with.
            let (order, _) = self.one(scope, &store.row, &id, false).await?;
            scope.require_agreement(deed.clone(), effects(&store.name, &id, &order))?;
        }
        let inner = &self.0.inner;
        let held = inner
            .locks
            .hold(&inner.db, &inner.clock, store.order(id.as_str()))
            .await?;
        let deleted = async {
            if !confirmed {
                compare(scope, &store, &id, deed).await?;
            }
            held.must_be_ours()?;
            self.delete_held(&store, &id).await
        };
        let deleted = deleted.await;
        held.release().await;
        let (verified, warnings) = deleted?;
        let data = json!({ "order_id": id.as_str(), "deleted": true, "verified": verified });
        Ok(Outcome::of(store.name, data).with_warnings(warnings))
    }

    /// Deletes an order that the caller holds; says whether it was seen to be gone, and what the caller should know.
    async fn delete_held(&self, store: &OpenStore, id: &OrderId) -> Result<(bool, Option<String>), Error> {
        let answer = store.upstream.orders().delete(id).await;
        self.0.inner.cache.order_changed(store.owner(), id.as_str());
        match answer {
            Ok(()) if !self.0.inner.mutation.verify => Ok((false, None)),
            Ok(()) => Ok(match is_gone(store, id).await {
                Ok(true) => (true, None),
                Ok(false) => {
                    let warning = "Order Desk accepted the deletion, but the order can still be read.";
                    (false, Some(warning.to_owned()))
                }
                Err(error) => {
                    tracing::warn!(%error, "an order could not be looked for after its deletion");
                    let warning =
                        "Order Desk accepted the deletion, but it could not be seen whether the order is gone.";
                    (false, Some(warning.to_owned()))
                }
            }),
            Err(error) if error.is_uncertain() => {
                tracing::warn!(%error, "a deletion's outcome is unknown; reading the order");
                match is_gone(store, id).await {
                    Ok(true) => {
                        let warning = "Order Desk's answer was lost; the order is gone.";
                        Ok((true, Some(warning.to_owned())))
                    }
                    // Without any answer it may still be on its way; an answer that says no is final.
                    Ok(false) if answered(&error) => Err(Error::Upstream(error)),
                    Ok(false) => Err(uncertain("the order is still there")),
                    Err(_) => Err(uncertain("the order could not be read")),
                }
            }
            Err(error) => Err(missing(error, id.as_str())),
        }
    }
}

/// The question: what is done to which record, then what a person knows it by. A shopper's own words come last, where they
/// can pass for nothing else.
fn effects(store: &StoreRef, id: &OrderId, order: &Map<String, Value>) -> String {
    format!(
        "Deleting order {id} of {store} removes it for good, with its items, shipments, notes and history. Moving it to a \
         folder for canceled orders is the alternative that can be taken back. Number {}, total {}, customer {}.",
        named(order.get("source_id")),
        named(order.get("order_total")),
        named(Some(&customer_name(order).into()))
    )
}

/// Passes when a person agreed to the deletion of the order as it is now, which no change of this server alters any more:
/// the caller holds it.
async fn compare(scope: &Scope, store: &OpenStore, id: &OrderId, deed: Deed) -> Result<(), Error> {
    let order = store.read_order(id).await.map_err(|error| match error {
        Error::Upstream(error) => missing(error, id.as_str()),
        other => other,
    })?;
    scope.require_agreement(deed, effects(&store.name, id, &clean_map(order.as_map())))
}

async fn is_gone(store: &OpenStore, id: &OrderId) -> Result<bool, Error> {
    match store.read_order(id).await {
        Ok(_) => Ok(false),
        Err(Error::Upstream(od_client::Error::NotFound)) => Ok(true),
        Err(error) => Err(error),
    }
}

fn uncertain(seen: &str) -> Error {
    Error::Uncertain {
        reason: format!("Order Desk's answer to the deletion was lost, and {seen}."),
        hint: "Read the order with orders_get and fresh set to true: NOT_FOUND means that it is deleted.",
    }
}

/// What would be deleted; only reads are sent.
async fn preview(store: OpenStore, id: &OrderId) -> Result<Outcome<Value>, Error> {
    let order = store.upstream.orders().get(id).await;
    let order = order.map_err(|error| missing(error, id.as_str()))?;
    let changes = json!([{ "path": "", "before": clean_map(order.as_map()), "after": null }]);
    let data = json!({ "order_id": id.as_str(), "changes": changes, "dry_run": true });
    Ok(Outcome::of(store.name, data))
}
