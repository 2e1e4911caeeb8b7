//! Telling clients that an order changed which they listen to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use od_engine::webhooks::{ListenedOrder, News};
use od_engine::{Engine, Error, Scope};
use rmcp::RoleServer;
use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::resources::{Address, Record};

/// The most orders that one connection may listen to. What is beyond is not accepted.
const MOST: usize = 1_000;
/// After so many addresses of stores that the caller does not see, no more are looked up: each is a question to the database.
const MOST_STRANGE: usize = 20;

/// The addresses of orders that somebody listens to, as they were given.
#[derive(Debug, Default)]
struct Wanted(HashMap<ListenedOrder, Vec<String>>);

impl Wanted {
    /// False when the connection listens to as many already.
    fn add(&mut self, order: ListenedOrder, uri: String) -> bool {
        if self.0.values().map(Vec::len).sum::<usize>() >= MOST {
            return false;
        }
        let uris = self.0.entry(order).or_default();
        if !uris.contains(&uri) {
            uris.push(uri);
        }
        true
    }

    fn remove(&mut self, uri: &str) {
        for uris in self.0.values_mut() {
            uris.retain(|known| known != uri);
        }
        self.0.retain(|_, uris| !uris.is_empty());
    }

    /// The addresses that something new is about: all of them when it is not known what was missed.
    fn about(&self, news: &News) -> Vec<String> {
        match news {
            News::Order(order) => self.0.get(order).cloned().unwrap_or_default(),
            News::Missed => self.0.values().flatten().cloned().collect(),
        }
    }
}

/// What of a filter can be told: orders. Nothing else that has an address changes without the client's own doing.
pub(super) fn accepted(requested: &SubscriptionFilter) -> SubscriptionFilter {
    let uris = requested.resource_subscriptions.iter().flatten();
    let orders: Vec<String> = uris.filter(|uri| parts(uri).is_some()).take(MOST).cloned().collect();
    let mut accepted = SubscriptionFilter::new();
    accepted.resource_subscriptions = Some(orders);
    accepted
}

/// Store and order as an address names them.
fn parts(uri: &str) -> Option<(String, String)> {
    let Address::Record(Record {
        tool: "orders.get",
        arguments,
    }) = Address::parse(uri)?
    else {
        return None;
    };
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).map(str::to_owned);
    Some((text("store")?, text("order_id")?))
}

/// The order that an address is of. Nothing for what is none, and for a store that the caller does not see.
///
/// # Errors
/// [`Error::Storage`]: nobody knows at the moment.
pub(super) async fn order(engine: &Engine, scope: &Scope, uri: &str) -> Result<Option<ListenedOrder>, Error> {
    let Some((store, order)) = parts(uri) else {
        return Ok(None);
    };
    engine.webhooks().listened(scope, &store, &order).await
}

/// Tells one stream of `subscriptions/listen` what is new until it ends.
///
/// # Errors
/// As for [`order`]: whoever is told of nothing is to know that, and to listen anew.
pub(super) async fn tell(engine: &Engine, scope: Scope, context: &SubscriptionContext) -> Result<(), Error> {
    // Heard from here on: what changes while the addresses are looked up is told as well.
    let mut changes = engine.webhooks().changes(scope.clone());
    let mut wanted = Wanted::default();
    let mut strange = 0;
    for uri in context.accepted().resource_subscriptions.iter().flatten() {
        if strange == MOST_STRANGE {
            break;
        }
        match order(engine, &scope, uri).await? {
            Some(order) => _ = wanted.add(order, uri.clone()),
            None => strange += 1,
        }
    }
    loop {
        let news = tokio::select! {
            news = changes.next() => news,
            () = context.cancelled() => None,
        };
        let Some(news) = news else { return Ok(()) };
        for uri in wanted.about(&news) {
            if context.sink().notify_resource_updated(uri).await.is_err() {
                return Ok(());
            }
        }
    }
}

/// What the client of a process listens to by `resources/subscribe`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subscriptions(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    wanted: Wanted,
    is_told: bool,
}

impl Subscriptions {
    /// Listens to an order from here on. False when there are too many.
    pub(super) fn add(
        &self,
        engine: &Engine,
        scope: Scope,
        peer: &Peer<RoleServer>,
        end: CancellationToken,
        (order, uri): (ListenedOrder, String),
    ) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let added = state.wanted.add(order, uri);
        if !state.is_told {
            state.is_told = true;
            let mut changes = engine.webhooks().changes(scope.to_the_end());
            let (subscriptions, peer) = (self.clone(), peer.clone());
            tokio::spawn(async move {
                loop {
                    let news = tokio::select! {
                        news = changes.next() => news,
                        () = end.cancelled() => None,
                    };
                    let Some(news) = news else { break };
                    for uri in subscriptions.about(&news) {
                        let update = ResourceUpdatedNotificationParam::new(uri);
                        if peer.notify_resource_updated(update).await.is_err() {
                            return;
                        }
                    }
                }
                // The credential may be good again, or another one: the next subscription begins anew.
                subscriptions.0.lock().unwrap_or_else(PoisonError::into_inner).is_told = false;
            });
        }
        added
    }

    /// Listens to it no more.
    pub(super) fn remove(&self, uri: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wanted.remove(uri);
    }

    fn about(&self, news: &News) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wanted.about(news)
    }
}
