//! Adding an inventory item (Order Desk: `POST /inventory-items`).

use std::time::Duration;

use od_client::{InventoryItem, Store};
use od_record::product::{LENIENCY, below_zero, below_zero_remark, code, compose, judge_new, take_out};
use od_record::text::{clean_map, clean_value};
use od_record::{FieldChange, Problem, ReadBack, Verification, diff, id_text, verify};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Products;
use super::codes::{alike, holder, refuse_taken, search, search_alike, taken};
use crate::attempts::{Attempts, Failed, ask_on, ask_until_answered, not_seen};
use crate::difference::Altered;
use crate::error::Error;
use crate::lock::Held;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

/// A new inventory item.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CreateProduct {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Its fields; `name` and `code` are needed.
    pub product: Map<String, Value>,
    /// Only shows what would be added.
    #[serde(default)]
    pub dry_run: bool,
}

/// Where the fields stand in the arguments.
const AT: &str = "/product";
/// How to find out what became of a creation.
const SEARCH: &str = "Search the code with products_list and fresh set to true before calling again.";
/// How long an item is given to appear after a creation whose answer was lost.
const APPEARS_WITHIN: Duration = Duration::from_millis(500);

impl CreateProduct {
    /// Everything that is wrong with the fields.
    pub fn problems(fields: &Map<String, Value>) -> Vec<Problem> {
        judge_new(fields, AT)
    }
}

/// An item that was added.
struct Added {
    product: Map<String, Value>,
    verified: bool,
    warnings: Vec<String>,
}

impl Products<'_> {
    /// Adds an inventory item. `data` is `{"product", "verified"}`, or with `dry_run` `{"product", "changes", "dry_run"}`.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Duplicate`] when an item has the code, [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn create(&self, scope: &Scope, input: CreateProduct) -> Result<Outcome<Value>, Error> {
        let mut fields = input.product;
        let left_out = take_out(&mut fields);
        let item = compose(&fields, AT).map_err(Error::Invalid)?;
        let odd = below_zero_remark(below_zero(&item));
        let stores = self.0.stores();
        let store = stores.open(scope, input.store.as_deref(), Purpose::Change).await?;
        if input.dry_run {
            let twin = refuse_taken(&store.upstream, Some(&code(&item)), None).await?;
            let changes = diff(&Map::new(), &item);
            let data = clean_value(&json!({ "product": item, "changes": changes, "dry_run": true }));
            let outcome = Outcome::of(store.name.clone(), data)
                .with_warnings(left_out)
                .with_warnings(odd)
                .with_warnings(twin);
            return Ok(outcome.with_warnings(store.assumption()));
        }
        let code_of = code(&item);
        let subject = store.product_code(&code_of);
        let held = store.hold(self.0, subject).await?;
        let added = self.create_held(&store, &item, &held).await;
        held.release().await;
        let added = added?;
        let data = json!({ "product": clean_map(&added.product), "verified": added.verified });
        let id = added.product.get("id").and_then(id_text);
        let altered = Altered::inventory_item(id, vec![FieldChange::of_added(&added.product)]);
        let outcome = Outcome::of(store.name.clone(), data)
            .with_warnings(left_out)
            .with_warnings(odd)
            .with_warnings(added.warnings);
        Ok(outcome.with_warnings(store.assumption()).having_altered([altered]))
    }

    /// Adds an item whose code the caller holds. Never repeated once Order Desk may have taken it up.
    async fn create_held(&self, store: &OpenStore, item: &Map<String, Value>, held: &Held) -> Result<Added, Error> {
        let mut attempts = Attempts::of(self.0.inner.mutation.max_retries + 1, &store.upstream);
        loop {
            match self.attempt(store, item, held).await {
                Ok(added) => return Ok(added),
                Err(failed) => attempts.again(failed).await?,
            }
        }
    }

    async fn attempt(&self, store: &OpenStore, item: &Map<String, Value>, held: &Held) -> Result<Added, Failed> {
        held.regain().await.map_err(Failed::Final)?;
        let verifies = self.0.inner.mutation.verify;
        let permit = store
            .reserve(if verifies { 3 } else { 2 })
            .await
            .map_err(Failed::Final)?;
        let upstream = store.upstream.with(&permit);
        drop(permit);
        let same = search_alike(&upstream, &code(item)).await;
        let same = same.map_err(|error| Failed::unchanged(error, Error::Upstream))?;
        if let Some(holder) = holder(&same, &code(item), None) {
            return Err(Failed::Final(taken(holder)));
        }
        let twin = alike(&same, &code(item), None);
        if !held.is_still_ours() {
            return Err(Failed::Again(Error::RecordBusy { what: "inventory item" }));
        }
        let created = upstream.inventory().create(item).await;
        // Before it is found out what became of it: no list in memory shows the item.
        self.0.inner.products_changed(store.owner(), []).await;
        let outcome = match created {
            Ok(created) if verifies => Ok(read_back(store, upstream, item, created.record).await),
            Ok(created) => {
                let product = created.record.map_or_else(|| item.clone(), InventoryItem::into_map);
                Ok(added(item, product, &ReadBack::Skipped))
            }
            Err(error) if error.is_uncertain() => {
                drop(upstream);
                let settled = settle(store, item, error).await;
                let added = || Altered::inventory_item(None, vec![FieldChange::of_added(item)]);
                settled.map_err(|error| Failed::Final(error.having_attempted(added)))
            }
            // Order Desk did take it up, and said no.
            Err(error @ od_client::Error::Conflict { .. }) => Err(Failed::Final(Error::Upstream(error))),
            Err(error) => Err(Failed::unchanged(error, Error::Upstream)),
        };
        self.0.inner.products_changed(store.owner(), []).await;
        outcome.map(|mut added| {
            added.warnings.extend(twin);
            added
        })
    }
}

/// Reads the new item on what was paid for the creation, and on when that fails for a reason that may pass.
async fn read_back(store: &OpenStore, paid: Store, item: &Map<String, Value>, created: Option<InventoryItem>) -> Added {
    let id = created.as_ref().and_then(InventoryItem::id);
    let ask = |upstream: Store| {
        let id = id.clone();
        async move {
            match id {
                Some(id) => upstream.inventory().get(&id).await.map(Some),
                // Older answers do not hold the item.
                None => search(&upstream, &[&code(item)])
                    .await
                    .map(|found| holder(&found, &code(item), None).cloned()),
            }
        }
    };
    let first = ask(paid).await;
    let read = ask_on(first, &store.upstream, ask, Error::Upstream).await;
    match read {
        Ok(Some(product)) => {
            let product = product.into_map();
            let seen = seen(item, &product);
            added(item, product, &seen)
        }
        Ok(None) => added(item, item.clone(), &ReadBack::Failed),
        Err(error) => {
            tracing::warn!(%error, "a new inventory item could not be read back");
            let product = created.map_or_else(|| item.clone(), InventoryItem::into_map);
            added(item, product, &ReadBack::Failed)
        }
    }
}

/// Finds out what became of a creation whose answer was lost: nobody had the code before.
async fn settle(store: &OpenStore, item: &Map<String, Value>, cause: od_client::Error) -> Result<Added, Error> {
    tracing::warn!(error = %cause, "a creation's outcome is unknown; looking for the inventory item to find out");
    let mut found = look(store, &code(item)).await?;
    if found.is_none() {
        tokio::time::sleep(APPEARS_WITHIN).await;
        found = look(store, &code(item)).await?;
    }
    let product = found.ok_or_else(|| not_seen(cause, SEARCH))?.into_map();
    let seen = seen(item, &product);
    let mut added = added(item, product, &seen);
    let note = "The answer to the creation was lost; searching the code shows that the inventory item was added.";
    added.warnings.insert(0, note.to_owned());
    Ok(added)
}

/// The item with this code, searched until an answer comes.
async fn look(store: &OpenStore, code: &str) -> Result<Option<InventoryItem>, Error> {
    let ask = |upstream: Store| async move { search(&upstream, &[code]).await };
    match ask_until_answered(&store.upstream, ask, Error::Upstream).await {
        Ok(found) => Ok(holder(&found, code, None).cloned()),
        Err(error) => {
            tracing::warn!(%error, "the code could not be searched");
            let reason = "the creation's answer was lost, and the code could not be searched afterwards.".to_owned();
            Err(Error::uncertain(reason, SEARCH))
        }
    }
}

/// Whether what was sent is there. What Order Desk adds of its own is nobody's edit.
fn seen(item: &Map<String, Value>, product: &Map<String, Value>) -> ReadBack {
    let verification = verify(&Map::new(), item, product, LENIENCY);
    ReadBack::Seen(Verification {
        foreign: Vec::new(),
        ..verification
    })
}

fn added(item: &Map<String, Value>, product: Map<String, Value>, read_back: &ReadBack) -> Added {
    let changes = diff(&Map::new(), item);
    Added {
        product,
        verified: read_back.confirms(&changes),
        warnings: read_back.remarks(&changes),
    }
}
