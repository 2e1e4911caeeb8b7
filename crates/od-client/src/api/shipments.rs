//! The shipments of an order. Adding one runs the merchant's rules and usually mails the customer.

use serde_json::{Map, Value};

use crate::client::Store;
use crate::error::Error;
use crate::model::Created;
use crate::model::batch::BatchReply;
use crate::model::id::{OrderId, ShipmentId};
use crate::model::order::Shipment;
use crate::reply;
use crate::request::{Method, Request};

const SHIPMENTS: &str = "shipments";

/// The shipments of a store's orders.
#[derive(Debug, Clone, Copy)]
pub struct Shipments<'a>(pub(crate) &'a Store);

impl Shipments<'_> {
    /// `GET /orders/{id}/shipments`: all shipments; there is no paging.
    pub async fn list(&self, order: &OrderId) -> Result<Vec<Shipment>, Error> {
        let mut envelope = self
            .0
            .call(Request::get(&["orders", order.as_str(), SHIPMENTS]))
            .await?;
        Ok(reply::take_objects(&mut envelope, "shipments")?
            .into_iter()
            .map(Shipment::from)
            .collect())
    }

    /// `GET /orders/{id}/shipments/{shipment}`.
    pub async fn get(&self, order: &OrderId, shipment: &ShipmentId) -> Result<Shipment, Error> {
        let envelope = self
            .0
            .call(Request::get(&["orders", order.as_str(), SHIPMENTS, shipment.as_str()]))
            .await?;
        reply::take_object(envelope, "shipment").map(Shipment::from)
    }

    /// `POST /orders/{id}/shipments`. A tracking number that the order already has is [`Error::Rejected`] with
    /// `Shipment Not Added`. The answer holds no id; it is found by listing.
    pub async fn create(&self, order: &OrderId, shipment: &Map<String, Value>) -> Result<Created<Shipment>, Error> {
        let request = Request::new(Method::Post, &["orders", order.as_str(), SHIPMENTS]).json(shipment)?;
        let envelope = self.0.call(request).await?;
        Ok(Created::from_envelope(envelope, "shipment", Shipment::from))
    }

    /// `PUT /orders/{id}/shipments/{shipment}`: replaces the shipment; what `fields` does not hold is stored blank.
    pub async fn update(
        &self,
        order: &OrderId,
        shipment: &ShipmentId,
        fields: &Map<String, Value>,
    ) -> Result<(), Error> {
        let path = ["orders", order.as_str(), SHIPMENTS, shipment.as_str()];
        self.0
            .call(Request::new(Method::Put, &path).json(fields)?)
            .await
            .map(drop)
    }

    /// `DELETE /orders/{id}/shipments/{shipment}`. Recalls neither mail nor tracking sent to the sales channel.
    pub async fn delete(&self, order: &OrderId, shipment: &ShipmentId) -> Result<(), Error> {
        let path = ["orders", order.as_str(), SHIPMENTS, shipment.as_str()];
        self.0.call(Request::new(Method::Delete, &path)).await.map(drop)
    }

    /// `POST /batch-shipments`: shipments of several orders, each with its `order_id`, at most 100. Success outside
    /// says nothing about the rows.
    pub async fn batch_create(&self, shipments: &[Map<String, Value>]) -> Result<BatchReply, Error> {
        super::check_batch(shipments.len())?;
        let request = Request::new(Method::Post, &["batch-shipments"])
            .json(&shipments)?
            .bulk(true);
        self.0.call(request).await.map(BatchReply::from_envelope)
    }
}
