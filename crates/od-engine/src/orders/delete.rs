//! Deleting an order (Order Desk: `DELETE /orders/{id}`). There is no way back.

use std::time::Instant;

use od_client::OrderId;
use od_record::FieldChange;
use od_record::order::customer_name;
use od_record::text::clean_map;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Orders;
use super::query::{missing, order_id};
use crate::attempts::{Attempts, Failed, answered, is_fresh};
use crate::consent::{Deed, Effects};
use crate::difference::Altered;
use crate::error::Error;
use crate::lock::Held;
use crate::outcome::{Outcome, StoreRef};
use crate::reads::LISTS_SHIFT;
use crate::scope::Scope;
use crate::stores::OpenStore;

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
            scope.require_agreement(deed.clone(), effects(&store.name, &id, &order.record))?;
        }
        let held = store.hold(self.0, store.order(id.as_str())).await?;
        let asked = (!confirmed).then_some((scope, &deed));
        let deleted = self.delete_held(&store, &id, asked, &held).await;
        held.release().await;
        let Deleted { was, verified, warning } = deleted?;
        let data = json!({ "order_id": id.as_str(), "deleted": true, "verified": verified });
        let unread = (was.is_none() && self.0.inner.audit.is_on()).then(|| UNREAD.to_owned());
        Ok(Outcome::of(store.name, data)
            .with_warnings(warning)
            .with_warnings(unread)
            .with_warnings([LISTS_SHIFT.to_owned()])
            .having_altered([removed(&id, was.as_ref())]))
    }

    /// Deletes an order that the caller holds. Never repeated once Order Desk may have taken it up. `asked` is who agreed and
    /// to what, where it takes an agreement to the order as it is now.
    async fn delete_held(
        &self,
        store: &OpenStore,
        id: &OrderId,
        asked: Option<(&Scope, &Deed)>,
        held: &Held,
    ) -> Result<Deleted, Error> {
        let mut attempts = Attempts::of(self.0.inner.mutation.max_retries + 1, &store.upstream);
        loop {
            match self.attempt_delete(store, id, asked, held).await {
                Ok((was, answer)) => {
                    let settled = self.settle_delete(store, id, answer).await;
                    return match settled {
                        Ok((verified, warning)) => Ok(Deleted { was, verified, warning }),
                        Err(error) => Err(error.having_attempted(|| removed(id, was.as_ref()))),
                    };
                }
                Err(failed) => attempts.again(failed).await?,
            }
        }
    }

    /// Deletes the order on what was read right before: nothing waits in between. Gives the order as it was, where it was
    /// read, and Order Desk's answer, unless it is certain that nothing was done.
    async fn attempt_delete(
        &self,
        store: &OpenStore,
        id: &OrderId,
        asked: Option<(&Scope, &Deed)>,
        held: &Held,
    ) -> Result<(Option<Map<String, Value>>, Result<(), od_client::Error>), Failed> {
        held.regain().await.map_err(Failed::Final)?;
        // Nobody can look up later what is deleted here.
        let reads = asked.is_some() || self.0.inner.audit.is_on();
        let permit = store.reserve(if reads { 2 } else { 1 }).await.map_err(Failed::Final)?;
        let upstream = store.upstream.with(&permit);
        let mut fresh = true;
        let mut was = None;
        if reads {
            let order = upstream.orders().get(id).await;
            let read_at = Instant::now();
            match order {
                Ok(order) => {
                    if let Some((scope, deed)) = asked {
                        let question = effects(&store.name, id, &clean_map(order.as_map()));
                        let agreed = scope.require_agreement(deed.clone(), question);
                        agreed.map_err(Failed::Final)?;
                    }
                    was = Some(order.into_map());
                }
                // Nobody asked to see it, and an order that Order Desk cannot show can still be deleted.
                Err(error) if asked.is_none() && is_unreadable(&error) => {
                    tracing::warn!(%error, "an order could not be read before its deletion");
                }
                Err(error) => return Err(Failed::unchanged(error, |error| missing(error, id.as_str()))),
            }
            fresh = is_fresh(read_at);
        }
        if !fresh || !held.is_still_ours() {
            return Err(Failed::Again(Error::RecordBusy { what: "order" }));
        }
        let answer = upstream.orders().delete(id).await;
        self.0.inner.order_changed(store.owner(), id.as_str()).await;
        match answer {
            Err(error) if error.is_uncertain() => Ok((was, Err(error))),
            // Order Desk did take it up, and said no.
            Err(error @ od_client::Error::Conflict { .. }) => Err(Failed::Final(Error::Upstream(error))),
            Err(error) => Err(Failed::unchanged(error, |error| missing(error, id.as_str()))),
            Ok(()) => Ok((was, Ok(()))),
        }
    }

    /// What became of a deletion that Order Desk accepted, or whose answer was lost.
    async fn settle_delete(
        &self,
        store: &OpenStore,
        id: &OrderId,
        answer: Result<(), od_client::Error>,
    ) -> Result<(bool, Option<String>), Error> {
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
            Err(error) => {
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
        }
    }
}

/// An order that is gone.
struct Deleted {
    /// As it was, where it was read.
    was: Option<Map<String, Value>>,
    /// Whether it was seen to be gone.
    verified: bool,
    /// What the caller should know.
    warning: Option<String>,
}

/// The question: what is done to which record, and what a person knows it by.
fn effects(store: &StoreRef, id: &OrderId, order: &Map<String, Value>) -> Effects {
    let text = format!(
        "Deleting order {id} of {store} removes it for good, with its items, shipments, notes and history. Moving it to a \
         folder for canceled orders is the alternative that can be taken back."
    );
    let known_by = [
        ("number", order.get("source_id").cloned()),
        ("total", order.get("order_total").cloned()),
        ("customer", Some(customer_name(order).into())),
    ];
    Effects::on(text, known_by)
}

async fn is_gone(store: &OpenStore, id: &OrderId) -> Result<bool, Error> {
    match store.read_order(id).await {
        Ok(_) => Ok(false),
        Err(Error::Upstream(od_client::Error::NotFound)) => Ok(true),
        Err(error) => Err(error),
    }
}

const UNREAD: &str = "The order could not be read before it was deleted, so the audit log does not keep what it held.";

/// Whether Order Desk answered with something that is no order.
fn is_unreadable(error: &od_client::Error) -> bool {
    matches!(
        error,
        od_client::Error::Undecodable { .. } | od_client::Error::TooLarge { .. }
    )
}

/// What a deletion takes away.
fn removed(id: &OrderId, was: Option<&Map<String, Value>>) -> Altered {
    let removed = was.map(FieldChange::of_removed);
    Altered::order(Some(id.to_string()), removed.into_iter().collect())
}

fn uncertain(seen: &str) -> Error {
    Error::uncertain(
        format!("Order Desk's answer to the deletion was lost, and {seen}."),
        "Read the order with orders_get and fresh set to true: NOT_FOUND means that it is deleted.",
    )
}

/// What would be deleted; only reads are sent.
async fn preview(store: OpenStore, id: &OrderId) -> Result<Outcome<Value>, Error> {
    let order = store.upstream.orders().get(id).await;
    let order = order.map_err(|error| missing(error, id.as_str()))?;
    let changes = json!([{ "path": "", "before": clean_map(order.as_map()), "after": null }]);
    let data = json!({ "order_id": id.as_str(), "changes": changes, "dry_run": true });
    Ok(Outcome::of(store.name, data))
}
