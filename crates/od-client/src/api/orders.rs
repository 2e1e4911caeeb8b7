//! Orders, their history and their folders.

use serde_json::{Map, Value, json};

use crate::client::Store;
use crate::error::Error;
use crate::model::Created;
use crate::model::id::{OrderId, number};
use crate::model::order::{Destination, MoveResult, Order, OrderPage};
use crate::model::order_query::OrderQuery;
use crate::reply;
use crate::request::{Method, Request};

/// Longest history note in characters; longer ones are said to be cut.
const LONGEST_NOTE: usize = 1800;

/// The orders of a store.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'a>(pub(crate) &'a Store);

impl Orders<'_> {
    /// `GET /orders`: one page of a search.
    pub async fn list(&self, query: &OrderQuery) -> Result<OrderPage, Error> {
        let request = Request::get(&["orders"])
            .query(&query.to_pairs()?)
            .bulk(query.is_bulk());
        let envelope = self.0.call(request).await?;
        let limit = query.limit.unwrap_or(OrderQuery::DEFAULT_LIMIT);
        OrderPage::from_envelope(envelope, limit.into(), query.offset.unwrap_or(0))
    }

    /// `GET /orders/{id}`: one order, complete but for its history.
    pub async fn get(&self, id: &OrderId) -> Result<Order, Error> {
        self.read(Request::get(&["orders", id.as_str()])).await
    }

    /// `GET /orders/{id}` with `get_order_history`: not documented for a single order but said to work. The order comes
    /// without `order_history` when it does not.
    pub async fn get_with_history(&self, id: &OrderId) -> Result<Order, Error> {
        let history = [("get_order_history", "1".to_owned())];
        self.read(Request::get(&["orders", id.as_str()]).query(&history)).await
    }

    async fn read(&self, request: Request) -> Result<Order, Error> {
        let envelope = self.0.call(request).await?;
        reply::take_object(envelope, "order").map(Order::from)
    }

    /// `POST /orders`. Runs the merchant's import rules, and is never repeated once a byte was sent: a repetition
    /// would make a second order.
    pub async fn create(&self, order: &Map<String, Value>) -> Result<Created<Order>, Error> {
        let envelope = self
            .0
            .call(Request::new(Method::Post, &["orders"]).json(order)?)
            .await?;
        Ok(Created::from_envelope(envelope, "order", Order::from))
    }

    /// `PUT /orders/{id}`: replaces the whole order. What `order` does not hold is stored blank, and lines it does not
    /// list are removed, so it must be the order as last read, with changes.
    pub async fn update(&self, id: &OrderId, order: &Map<String, Value>) -> Result<(), Error> {
        let request = Request::new(Method::Put, &["orders", id.as_str()]).json(order)?;
        self.0.call(request).await.map(drop)
    }

    /// `DELETE /orders/{id}`. There is no way back.
    pub async fn delete(&self, id: &OrderId) -> Result<(), Error> {
        self.0
            .call(Request::new(Method::Delete, &["orders", id.as_str()]))
            .await
            .map(drop)
    }

    /// `POST /orders/{id}/order-history`: appends an entry that can never be changed. `source_name` says who writes;
    /// Order Desk's default is `API`. The answer holds the order with its whole history.
    pub async fn add_history(
        &self,
        id: &OrderId,
        note: &str,
        source_name: Option<&str>,
    ) -> Result<Created<Order>, Error> {
        if note.trim().is_empty() || note.chars().count() > LONGEST_NOTE {
            return Err(Error::InvalidArgument(format!(
                "a history note has 1 to {LONGEST_NOTE} characters"
            )));
        }
        let mut body = Map::from_iter([("note".to_owned(), Value::from(note))]);
        body.extend(source_name.map(|name| ("source_name".to_owned(), Value::from(name))));
        let request = Request::new(Method::Post, &["orders", id.as_str(), "order-history"]).json(&body)?;
        let envelope = self.0.call(request).await?;
        Ok(Created::from_envelope(envelope, "order", Order::from))
    }

    /// `POST /move-orders`. Runs the merchant's rules for the destination: mail, submission, charges. Some orders may
    /// have moved and others not; each result says.
    pub async fn move_to_folder(&self, ids: &[OrderId], destination: &Destination) -> Result<Vec<MoveResult>, Error> {
        super::check_batch(ids.len())?;
        let numbers = ids
            .iter()
            .map(|id| number(id.as_str()))
            .collect::<Result<Vec<u64>, Error>>()?;
        let mut body = Map::from_iter([("order_id_list".to_owned(), json!(numbers))]);
        match destination {
            Destination::Id(id) => body.insert("destination_folder_id".to_owned(), number(id.as_str())?.into()),
            Destination::Name(name) => body.insert("destination_folder_name".to_owned(), name.as_str().into()),
        };
        let request = Request::new(Method::Post, &["move-orders"])
            .json(&body)?
            .bulk(ids.len() > 1);
        let mut envelope = self.0.call(request).await?;
        let rows = reply::take_objects(&mut envelope, "results")?;
        Ok(rows.into_iter().filter_map(MoveResult::from_row).collect())
    }
}
