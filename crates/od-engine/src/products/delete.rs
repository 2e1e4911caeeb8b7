//! Deleting an inventory item (Order Desk: `DELETE /inventory-items/{id}`).

use od_client::InventoryItemId;
use od_record::FieldChange;
use od_record::text::clean_map;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{LOOK_AGAIN, Products, missing, product_id, read_again};
use crate::attempts::{Attempts, Failed, not_seen};
use crate::consent::{Deed, Effects};
use crate::difference::Altered;
use crate::error::Error;
use crate::lock::Held;
use crate::outcome::{Outcome, StoreRef};
use crate::reads::LISTS_SHIFT;
use crate::scope::Scope;
use crate::stores::OpenStore;

/// An inventory item to delete.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct DeleteProduct {
    /// Name or id of the store. Needed when the tenant has several.
    pub store: Option<String>,
    /// Order Desk's id of the item; not its code.
    pub product_id: String,
    /// Whether the caller says that a person agreed.
    #[serde(default, alias = "confirm")]
    pub confirmed: bool,
    /// Only shows what would be deleted.
    #[serde(default)]
    pub dry_run: bool,
}

impl Products<'_> {
    /// Deletes an inventory item. `data` is `{"product_id", "deleted", "product"}` with the item as it was, or with
    /// `dry_run` `{"product", "changes", "dry_run"}`.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::NotFound`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn delete(&self, scope: &Scope, input: DeleteProduct) -> Result<Outcome<Value>, Error> {
        let id = product_id(&input.product_id)?;
        let store = self.0.stores().open_spelled_out(scope, input.store.as_deref()).await?;
        if input.dry_run {
            let item = store.upstream.inventory().get(&id).await;
            let item = item.map_err(|error| missing(error, &id))?;
            return Ok(preview(store, item.as_map()));
        }
        let deed = Deed::one("products.delete", &store.name, &[id.as_str()]);
        self.0.consents().check(scope, &deed).await?;
        let confirmed = scope.takes_word(input.confirmed);
        if !confirmed && !scope.is_agreed() {
            // Memory is good enough to ask with.
            let (item, _) = self.one(scope, &store.row, &id, false).await?;
            scope.require_agreement(deed.clone(), effects(&store.name, &id, &item))?;
        }
        let held = store.hold(self.0, store.product(id.as_str())).await?;
        let asked = (!confirmed).then_some((scope, &deed));
        let deleted = self.delete_held(&store, &id, asked, &held).await;
        held.release().await;
        let was = deleted?;
        let data = json!({ "product_id": id, "deleted": true, "product": clean_map(&was) });
        let altered = removed(&id, &was);
        Ok(Outcome::of(store.name, data)
            .with_warnings([LISTS_SHIFT.to_owned()])
            .having_altered([altered]))
    }

    /// Deletes an item that the caller holds, and gives it back as it was. Never repeated once Order Desk may have taken it
    /// up. `asked` is who agreed and to what, where it takes an agreement to the item as it is now.
    async fn delete_held(
        &self,
        store: &OpenStore,
        id: &InventoryItemId,
        asked: Option<(&Scope, &Deed)>,
        held: &Held,
    ) -> Result<Map<String, Value>, Error> {
        let mut attempts = Attempts::of(self.0.inner.mutation.max_retries + 1, &store.upstream);
        loop {
            match self.attempt_delete(store, id, asked, held).await {
                Ok(item) => return Ok(item),
                Err(failed) => attempts.again(failed).await?,
            }
        }
    }

    async fn attempt_delete(
        &self,
        store: &OpenStore,
        id: &InventoryItemId,
        asked: Option<(&Scope, &Deed)>,
        held: &Held,
    ) -> Result<Map<String, Value>, Failed> {
        held.regain().await.map_err(Failed::Final)?;
        let permit = store.reserve(2).await.map_err(Failed::Final)?;
        let upstream = store.upstream.with(&permit);
        let item = upstream.inventory().get(id).await;
        let item = item.map_err(|error| Failed::unchanged(error, |error| missing(error, id)))?;
        let item = item.into_map();
        if let Some((scope, deed)) = asked {
            let agreed = scope.require_agreement(deed.clone(), effects(&store.name, id, &clean_map(&item)));
            agreed.map_err(Failed::Final)?;
        }
        if !held.is_still_ours() {
            return Err(Failed::Again(Error::RecordBusy { what: "inventory item" }));
        }
        let outcome = match upstream.inventory().delete(id).await {
            Ok(()) => Ok(item),
            Err(error) if error.is_uncertain() => match settle(store, id, error).await {
                Ok(()) => Ok(item),
                Err(error) => Err(Failed::Final(error.having_attempted(|| removed(id, &item)))),
            },
            // Order Desk did take it up, and said no.
            Err(error @ od_client::Error::Conflict { .. }) => Err(Failed::Final(Error::Upstream(error))),
            Err(error) => Err(Failed::unchanged(error, |error| missing(error, id))),
        };
        let inner = &self.0.inner;
        inner.products_changed(store.owner(), [id.as_str()]).await;
        outcome
    }
}

/// What a deletion takes away.
fn removed(id: &InventoryItemId, was: &Map<String, Value>) -> Altered {
    Altered::inventory_item(Some(id.to_string()), vec![FieldChange::of_removed(was)])
}

/// Finds out what became of a deletion whose answer was lost: an item that is not there any more was deleted.
async fn settle(store: &OpenStore, id: &InventoryItemId, cause: od_client::Error) -> Result<(), Error> {
    tracing::warn!(error = %cause, "a deletion's outcome is unknown; reading the inventory item to find out");
    match read_again(&store.upstream, id).await {
        Err(Error::NotFound { .. }) => Ok(()),
        Ok(_) => Err(not_seen(cause, LOOK_AGAIN)),
        Err(error) => {
            tracing::warn!(%error, "the inventory item could not be read");
            let reason =
                "the deletion's answer was lost, and the inventory item could not be read afterwards.".to_owned();
            Err(Error::uncertain(reason, LOOK_AGAIN))
        }
    }
}

/// The question: what is done to which record, and what a person knows it by.
fn effects(store: &StoreRef, id: &InventoryItemId, item: &Map<String, Value>) -> Effects {
    let text = format!(
        "Deleting inventory item {id} of {store} removes it for good: its stock is no longer counted. Orders keep their \
         lines. Nothing brings it back."
    );
    let known_by = ["code", "name"].map(|field| (field, item.get(field).cloned()));
    Effects::on(text, known_by)
}

fn preview(store: OpenStore, item: &Map<String, Value>) -> Outcome<Value> {
    let product = clean_map(item);
    let gone = FieldChange::of_removed(&product);
    let data = json!({ "product": product, "changes": [gone], "dry_run": true });
    Outcome::of(store.name, data)
}
