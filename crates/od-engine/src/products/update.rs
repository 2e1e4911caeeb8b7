//! Changing one inventory item (Order Desk: `PUT /inventory-items/{id}`).

use od_client::InventoryItemId;
use od_record::product::{Change, below_zero_remark, judge_change};
use od_record::text::{clean_map, clean_value};
use od_record::{Problem, diff};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::codes::refuse_taken;
use super::replace::{Done, Replacement};
use super::{Products, missing, product_id};
use crate::difference::Altered;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

/// A change to one inventory item.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct UpdateProduct {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's id of the item; not its code.
    pub product_id: String,
    /// Fields to merge into the item.
    pub product: Map<String, Value>,
    /// The stock that the item must have for the change to be made.
    pub expected_stock: Option<i64>,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

impl UpdateProduct {
    /// Everything that is wrong with the fields, whatever item they are for.
    pub fn problems(fields: &Map<String, Value>) -> Vec<Problem> {
        judge_change(fields, "/product")
    }
}

impl Products<'_> {
    /// Changes an inventory item. `data` is `{"product", "changes", "attempts", "verified"}`, or with `dry_run`
    /// `{"product", "changes", "dry_run"}`.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Duplicate`], [`Error::StockChanged`], [`Error::Conflict`],
    /// [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn update(&self, scope: &Scope, input: UpdateProduct) -> Result<Outcome<Value>, Error> {
        let id = product_id(&input.product_id)?;
        let change =
            Change::parse(input.product, input.expected_stock, "/product".to_owned()).map_err(Error::Invalid)?;
        let odd = below_zero_remark(change.below_zero());
        let stores = self.0.stores();
        let store = stores.open(scope, input.store.as_deref(), Purpose::Change).await?;
        let twin = refuse_taken(&store.upstream, change.code(), Some(&id)).await?;
        if input.dry_run {
            return Ok(preview(store, &id, &change)
                .await?
                .with_warnings(odd)
                .with_warnings(twin));
        }
        let held = store.hold(self.0, store.product(id.as_str())).await?;
        let done = Replacement::new(self.0, &store, &id, &held).run(&change).await;
        held.release().await;
        let Done {
            product,
            changes,
            attempts,
            verified,
            warnings,
        } = done?;
        let data = json!({
            "product": clean_map(&product),
            "changes": clean_value(&json!(changes)),
            "attempts": attempts,
            "verified": verified,
        });
        Ok(Outcome::of(store.name, data)
            .with_warnings(warnings)
            .with_warnings(odd)
            .with_warnings(twin)
            .having_altered([Altered::inventory_item(Some(id.to_string()), changes)]))
    }
}

/// The exact difference a change would make; only reads are sent.
async fn preview(store: OpenStore, id: &InventoryItemId, change: &Change) -> Result<Outcome<Value>, Error> {
    let item = store.upstream.inventory().get(id).await;
    let base = item.map_err(|error| missing(error, id))?.into_map();
    let desired = change.lay(&base)?;
    let changes = diff(&base, &desired);
    let data = json!({ "product": clean_map(&desired), "changes": clean_value(&json!(changes)), "dry_run": true });
    Ok(Outcome::of(store.name, data))
}
