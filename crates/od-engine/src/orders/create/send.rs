//! Sending a new order once, and finding out what became of it.

use od_client::{Order, OrderId, OrderQuery};
use od_record::order::{NewOrder, Source, verify};
use od_record::text::clean_map;
use od_record::{FieldChange, id_text, same_identifier};
use serde_json::{Map, Value, json};

use super::alike;
use crate::attempts::send_once;
use crate::difference::Altered;
use crate::engine::Engine;
use crate::error::{Error, Existing};
use crate::outcome::Outcome;
use crate::stores::OpenStore;

/// More orders than this with one `source_id` are not looked through.
const SEARCHED: u32 = 50;

const HINT_FINDABLE: &str = "Wait a minute, then look with orders_list, source_id and fresh set to true before creating it \
                             again. With the same client_request_id the call can simply be repeated.";

/// A new order on its way.
pub(super) struct Sending<'a> {
    pub(super) engine: &'a Engine,
    pub(super) store: &'a OpenStore,
    pub(super) draft: &'a NewOrder,
}

/// An order that was created.
pub(super) struct Made {
    pub(super) order: Map<String, Value>,
    pub(super) verified: bool,
    pub(super) warnings: Vec<String>,
}

impl Made {
    /// `{"order", "verified"}`.
    pub(super) fn reply(self, store: &OpenStore) -> Outcome<Value> {
        let data = json!({ "order": clean_map(&self.order), "verified": self.verified });
        let id = self.order.get("id").and_then(id_text);
        let added = FieldChange::of_added(&self.order);
        Outcome::of(store.name.clone(), data)
            .with_warnings(self.warnings)
            .having_altered([Altered::order(id, vec![added])])
    }
}

/// Why there is no order.
pub(super) enum NotMade {
    /// Nothing was created.
    Certainly(Error),
    /// Nobody knows.
    Perhaps(Error),
}

impl NotMade {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Certainly(error) | Self::Perhaps(error) => error,
        }
    }
}

impl Sending<'_> {
    /// The order of this `source_id` and `source_name`, if there is one.
    pub(super) async fn find(&self) -> Result<Option<Map<String, Value>>, Error> {
        let Some(Source { id, name }) = &self.draft.source else {
            return Ok(None);
        };
        let query = OrderQuery {
            source_id: Some(id.clone()),
            source_name: Some(name.clone()),
            limit: Some(SEARCHED),
            ..OrderQuery::default()
        };
        let page = self
            .store
            .read_anew(|upstream| {
                let query = query.clone();
                async move { upstream.orders().list(&query).await }
            })
            .await?;
        let is_it = |order: &Order| {
            let is = |field: &str, wanted: &str| order.text(field).is_some_and(|text| same_identifier(&text, wanted));
            is("source_id", id) && is("source_name", name)
        };
        Ok(page.orders.into_iter().find(is_it).map(Order::into_map))
    }

    /// Whether there is no order of that id any more.
    pub(super) async fn is_gone(&self, id: &OrderId) -> Result<bool, Error> {
        match self.store.read_order(id).await {
            Ok(_) => Ok(false),
            Err(Error::Upstream(od_client::Error::NotFound)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// What a search for orders like this one shows, as a part of a sentence.
    pub(super) async fn look_for_alike(&self) -> String {
        alike::look(self.store, self.engine.inner.clock.now(), &self.draft.body).await
    }

    pub(super) async fn refuse_duplicate(&self) -> Result<(), Error> {
        match self.find().await? {
            Some(order) => Err(duplicate(&order)),
            None => Ok(()),
        }
    }

    /// Sends the order, once, while it is `ours` to send: see [`send_once`].
    pub(super) async fn send<O>(&self, ours: impl Fn() -> O) -> Result<Made, NotMade>
    where
        O: Future<Output = Result<(), Error>>,
    {
        let body = &self.draft.body;
        let create = |upstream: od_client::Store| async move { upstream.orders().create(body).await };
        let most = self.engine.inner.mutation.max_retries + 1;
        let answer = send_once(&self.store.upstream, &self.store.asker, most, ours, create).await;
        let answer = answer.map_err(NotMade::Certainly)?;
        // No cached list holds a new order, and nothing else that is cached can.
        self.engine.inner.order_added(self.store.owner()).await;
        match answer {
            Ok(created) => Ok(self.read_back(created.record).await),
            Err(error) if error.is_uncertain() => {
                tracing::warn!(%error, "a create's outcome is unknown; searching for the order where it can be found");
                match self.find().await {
                    Ok(Some(order)) => {
                        let mut made = self.judge(order);
                        let note = "Order Desk's answer was lost; a search shows that the order was created.";
                        made.warnings.push(note.to_owned());
                        Ok(made)
                    }
                    Ok(None) if self.draft.source.is_some() => {
                        Err(self.perhaps("no search shows the order", HINT_FINDABLE))
                    }
                    Ok(None) => {
                        let seen = self.look_for_alike().await;
                        Err(self.perhaps(&seen, alike::HINT))
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the order could not be searched for");
                        let seen = "the search for the order failed";
                        Err(self.perhaps(seen, HINT_FINDABLE))
                    }
                }
            }
            // Order Desk refuses a second import itself; which order is in the way is worth a look.
            Err(error @ od_client::Error::Rejected { .. }) => Err(NotMade::Certainly(match self.find().await {
                Ok(Some(order)) => duplicate(&order),
                _ => Error::Upstream(error),
            })),
            Err(error) => Err(NotMade::Certainly(Error::Upstream(error))),
        }
    }

    fn perhaps(&self, seen: &str, hint: &'static str) -> NotMade {
        let error = Error::uncertain(format!("Order Desk's answer to the create was lost; {seen}."), hint);
        let sent = || Altered::order(None, vec![FieldChange::of_added(&self.draft.body)]);
        NotMade::Perhaps(error.having_attempted(sent))
    }

    /// The order as it is now, whatever the answer to the create held of it.
    async fn read_back(&self, answered: Option<Order>) -> Made {
        let read = match answered.as_ref().and_then(Order::id) {
            Some(id) => self.store.read_order(&id).await.map(|order| Some(order.into_map())),
            None => self.find().await,
        };
        match read {
            Ok(Some(order)) => self.judge(order),
            Ok(None) => self.unseen(answered),
            Err(error) => {
                tracing::warn!(%error, "an order could not be read back after it was created");
                self.unseen(answered)
            }
        }
    }

    fn unseen(&self, answered: Option<Order>) -> Made {
        let mut warnings = self.draft.warnings.clone();
        warnings.push("The order was created, but it could not be read back to see it.".to_owned());
        Made {
            order: answered.map_or_else(|| self.draft.body.clone(), Order::into_map),
            verified: false,
            warnings,
        }
    }

    /// Compares an order that was read with what was sent.
    pub(super) fn judge(&self, order: Map<String, Value>) -> Made {
        let seen = verify(&Map::new(), &self.draft.body, &order);
        let mut warnings = self.draft.warnings.clone();
        if !seen.stuck {
            let paths: Vec<_> = seen.not_applied.iter().map(|change| change.path.as_str()).collect();
            warnings.push(format!(
                "Read back, these fields do not hold what was sent; the store's settings or its import rules may have \
                 changed them: {}.",
                paths.join(", ")
            ));
        }
        Made {
            order,
            verified: seen.stuck,
            warnings,
        }
    }
}

fn duplicate(order: &Map<String, Value>) -> Error {
    let id = order.get("id").and_then(OrderId::from_value);
    let id = id.map_or_else(|| "not known".to_owned(), |id| id.to_string());
    Error::Duplicate(Existing {
        what: format!("An order with this source_id and source_name exists already; its id is {id}."),
        instead: "Change the existing order with orders_mutate_full, or give a source_id of its own.",
    })
}
