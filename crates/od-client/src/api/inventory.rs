//! Inventory items. Stock is absolute: reading, changing and writing races with sales.

use serde_json::{Map, Value};

use crate::client::Store;
use crate::error::Error;
use crate::model::Created;
use crate::model::batch::BatchReply;
use crate::model::id::InventoryItemId;
use crate::model::inventory::{InventoryItem, InventoryPage, InventoryQuery};
use crate::reply;
use crate::request::{Method, Request};

const ITEMS: &str = "inventory-items";

/// The inventory of a store.
#[derive(Debug, Clone, Copy)]
pub struct Inventory<'a>(pub(crate) &'a Store);

impl Inventory<'_> {
    /// `GET /inventory-items`: one page.
    pub async fn list(&self, query: &InventoryQuery) -> Result<InventoryPage, Error> {
        let request = Request::get(&[ITEMS]).query(&query.to_pairs()?).bulk(query.is_bulk());
        InventoryPage::from_envelope(self.0.call(request).await?)
    }

    /// `GET /inventory-items/{id}`.
    pub async fn get(&self, id: &InventoryItemId) -> Result<InventoryItem, Error> {
        let envelope = self.0.call(Request::get(&[ITEMS, id.as_str()])).await?;
        reply::take_object(envelope, "inventory_item").map(InventoryItem::from)
    }

    /// `POST /inventory-items`. `name` and `code` are required.
    pub async fn create(&self, item: &Map<String, Value>) -> Result<Created<InventoryItem>, Error> {
        let envelope = self.0.call(Request::new(Method::Post, &[ITEMS]).json(item)?).await?;
        Ok(Created::from_envelope(envelope, "inventory_item", InventoryItem::from))
    }

    /// `PUT /inventory-items/{id}`: replaces the item; what `fields` does not hold is stored blank, a stock of 0 too.
    pub async fn update(&self, id: &InventoryItemId, fields: &Map<String, Value>) -> Result<(), Error> {
        self.0
            .call(Request::new(Method::Put, &[ITEMS, id.as_str()]).json(fields)?)
            .await
            .map(drop)
    }

    /// `DELETE /inventory-items/{id}`.
    pub async fn delete(&self, id: &InventoryItemId) -> Result<(), Error> {
        self.0
            .call(Request::new(Method::Delete, &[ITEMS, id.as_str()]))
            .await
            .map(drop)
    }

    /// `PUT /batch-inventory-items`: replaces at most 100 items, each complete and with its `id`. The answer tells
    /// nothing about single items.
    pub async fn batch_update(&self, items: &[Map<String, Value>]) -> Result<BatchReply, Error> {
        super::check_batch(items.len())?;
        let request = Request::new(Method::Put, &["batch-inventory-items"])
            .json(&items)?
            .bulk(true);
        self.0.call(request).await.map(BatchReply::from_envelope)
    }
}
