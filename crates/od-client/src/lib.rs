//! Order Desk API v2 over HTTP: typed, budgeted, retried.
//!
//! [`Client`] is the process's one door to Order Desk; [`Client::store`] gives the door of one store, and from there
//! every operation is `store.group().verb()`:
//!
//! ```no_run
//! # async fn example(client: od_client::Client, credentials: od_client::Credentials) -> Result<(), od_client::Error> {
//! let store = client.store(&credentials);
//! let order = store.orders().get(&od_client::OrderId::parse("80012345")?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! What this crate takes care of, so that nobody above it has to:
//!
//! | promise | where |
//! |---|---|
//! | the store's request budget is never exceeded and never wasted | `budget` |
//! | only what is safe to repeat is repeated | `retry` |
//! | a dead upstream is left in peace | `breaker` |
//! | identical reads in flight are one request | `flight` |
//! | a reply is judged by its body, capped in size and depth | `transport`, `reply` |
//! | unknown fields survive | `model` |
//! | secrets in replies go no further than this crate | `model::store` |
//! | what a stranger names is fetched from the public internet only | `documents` |
//!
//! Nothing here reads the environment, writes to disk or knows a tenant.

mod api;
mod breaker;
mod budget;
mod client;
mod credentials;
mod documents;
mod error;
mod flight;
mod histogram;
mod http;
mod json_size;
mod lane;
mod meter;
mod model;
mod mutex;
mod operation;
mod options;
mod probe;
mod reply;
mod request;
mod retry;
pub mod sharing;
mod transport;

pub use api::inventory::Inventory;
pub use api::order_items::OrderItems;
pub use api::orders::Orders;
pub use api::shipments::Shipments;
pub use budget::Permit;
pub use client::{Client, Store};
pub use credentials::Credentials;
pub use documents::{Document, DocumentError, DocumentOptions, Documents, Rehearsal};
pub use error::{BuildError, BusyCause, Error, NetworkFault};
pub use histogram::{Distribution, Histogram};
pub use json_size::{JsonExcess, json_values};
pub use meter::Measures;
pub use model::Created;
pub use model::batch::{BatchReply, RowResult};
pub use model::id::{FolderId, InventoryItemId, OrderId, OrderItemId, ShipmentId};
pub use model::inventory::{InventoryItem, InventoryPage, InventoryQuery};
pub use model::order::{Destination, MoveResult, Order, OrderItem, OrderPage, Shipment};
pub use model::order_query::{Direction, OrderQuery};
pub use model::store::{Folder, StoreSettings, TestReply};
pub use options::{ClientOptions, is_loopback};
pub use probe::{Visit, Visited};
