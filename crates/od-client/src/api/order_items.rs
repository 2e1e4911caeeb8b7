//! The lines of an order. Every change recomputes the order's totals.

use serde_json::{Map, Value};

use crate::client::Store;
use crate::error::Error;
use crate::model::Created;
use crate::model::id::{OrderId, OrderItemId};
use crate::model::order::OrderItem;
use crate::reply;
use crate::request::{Method, Request};

const ITEMS: &str = "order-items";

/// The lines of a store's orders.
#[derive(Debug, Clone, Copy)]
pub struct OrderItems<'a>(pub(crate) &'a Store);

impl OrderItems<'_> {
    /// `GET /orders/{id}/order-items`: all lines; there is no paging.
    pub async fn list(&self, order: &OrderId) -> Result<Vec<OrderItem>, Error> {
        let mut envelope = self.0.call(Request::get(&["orders", order.as_str(), ITEMS])).await?;
        Ok(reply::take_objects(&mut envelope, "order_items")?
            .into_iter()
            .map(OrderItem::from)
            .collect())
    }

    /// `GET /orders/{id}/order-items/{item}`.
    pub async fn get(&self, order: &OrderId, item: &OrderItemId) -> Result<OrderItem, Error> {
        let envelope = self
            .0
            .call(Request::get(&["orders", order.as_str(), ITEMS, item.as_str()]))
            .await?;
        reply::take_object(envelope, "order_item").map(OrderItem::from)
    }

    /// `POST /orders/{id}/order-items`: adds a line. The answer usually holds no id; it is found by listing.
    pub async fn create(&self, order: &OrderId, item: &Map<String, Value>) -> Result<Created<OrderItem>, Error> {
        let request = Request::new(Method::Post, &["orders", order.as_str(), ITEMS]).json(item)?;
        let envelope = self.0.call(request).await?;
        Ok(Created::from_envelope(envelope, "order_item", OrderItem::from))
    }

    /// `PUT /orders/{id}/order-items/{item}`: replaces the line; what `fields` does not hold is stored blank.
    pub async fn update(&self, order: &OrderId, item: &OrderItemId, fields: &Map<String, Value>) -> Result<(), Error> {
        let path = ["orders", order.as_str(), ITEMS, item.as_str()];
        self.0
            .call(Request::new(Method::Put, &path).json(fields)?)
            .await
            .map(drop)
    }

    /// `DELETE /orders/{id}/order-items/{item}`.
    pub async fn delete(&self, order: &OrderId, item: &OrderItemId) -> Result<(), Error> {
        let path = ["orders", order.as_str(), ITEMS, item.as_str()];
        self.0.call(Request::new(Method::Delete, &path)).await.map(drop)
    }
}
