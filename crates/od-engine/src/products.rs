//! Inventory items, which are a store's products.
//!
//! Order Desk replaces an inventory item with what it is sent and knows no conditional write, so a change is read, laid
//! over the item, uploaded whole and read back, like a change to an order. Two things are peculiar:
//!
//! - Stock is absolute. Order Desk also counts it down by itself when orders come in, so a stock that is set races with
//!   sales; a caller who knows what it should be now can say so (`expected_stock`).
//! - `update_source` names the last system that wrote. It becomes [`WRITER`] unless the caller names another.

use std::fmt::Display;

use od_client::{InventoryItemId, Store};
pub use od_record::product::WRITER;
use serde_json::{Map, Value};

use crate::attempts::{ask_on, ask_until_answered};
use crate::engine::Engine;
use crate::error::Error;

mod batch;
mod codes;
mod create;
mod delete;
mod query;
mod replace;
mod update;

pub use batch::UpdateProducts;
pub use create::CreateProduct;
pub use delete::DeleteProduct;
pub use query::{GetProduct, ListProducts};
pub use update::UpdateProduct;

/// Inventory item operations.
pub struct Products<'a>(pub(crate) &'a Engine);

impl Engine {
    /// Inventory item operations.
    pub fn products(&self) -> Products<'_> {
        Products(self)
    }
}

/// How to find out what became of a write.
const LOOK_AGAIN: &str =
    "Read the inventory item with products_get and fresh set to true, and compare before calling again.";

/// The item as it is now, asked for until an answer comes.
async fn read_again(upstream: &Store, id: &InventoryItemId) -> Result<Map<String, Value>, Error> {
    let ask = |upstream: Store| async move { upstream.inventory().get(id).await };
    let item = ask_until_answered(upstream, ask, |error| missing(error, id)).await?;
    Ok(item.into_map())
}

/// The item after an upload that was accepted: read on what was paid for the upload, and on when that fails for a reason
/// that may pass.
async fn read_back(upstream: &Store, paid: Store, id: &InventoryItemId) -> Result<Map<String, Value>, Error> {
    let ask = |upstream: Store| async move { upstream.inventory().get(id).await };
    let first = ask(paid).await;
    let item = ask_on(first, upstream, ask, |error| missing(error, id)).await?;
    Ok(item.into_map())
}

fn product_id(text: &str) -> Result<InventoryItemId, Error> {
    InventoryItemId::parse(od_record::tidy(text)).map_err(|_| {
        Error::invalid(
            "/product_id",
            "must be the inventory item's id: 1 to 20 digits, as products_list gives it",
        )
    })
}

/// Order Desk's "no such record" as that of these inventory items.
fn missing(error: od_client::Error, ids: impl Display) -> Error {
    match error {
        od_client::Error::NotFound => Error::NotFound {
            what: "Inventory item",
            name: ids.to_string(),
            nearest: None,
            hint: "products_list with code finds an inventory item's id. A code (SKU) is not an id.",
        },
        other => Error::Upstream(other),
    }
}
