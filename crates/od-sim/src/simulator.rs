//! A running simulator and the handle tests hold on it.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use axum::serve::ListenerExt;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::beginning;
use crate::chaos::Fault;
use crate::choices::Choices;
use crate::control;
use crate::desk::{Desk, SharedDesk};
use crate::gate;
use crate::made::Made;
use crate::model::{fields, inventory};
use crate::options::SimOptions;
use crate::posting::Post;
use crate::record::Recorded;
use crate::routes::orders;
use crate::seed;
use crate::state::{Ids, digits};
use crate::webhook::{self, Delivery, WebhookError, Written};

/// How long [`Simulator::stop`] waits for calls under way.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// An Order Desk in this process. Dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    desk: SharedDesk,
    address: SocketAddr,
    server: Option<JoinHandle<io::Result<()>>>,
}

/// A store of the simulator and the credentials that open it. The key opens nothing else in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimStore {
    /// For the header `ORDERDESK-STORE-ID`.
    pub store_id: String,
    /// For the header `ORDERDESK-API-KEY`.
    pub api_key: String,
    /// As in `GET /store`.
    pub name: String,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A rule that cannot work, counted from 1.
    #[error("rule {number}: {fault}")]
    Rule {
        /// Its place in [`SimOptions::rules`].
        number: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// Two stores have the same id, or one that is not digits.
    #[error("store ids must be digits, each used once: {0}")]
    StoreId(String),
}

impl Simulator {
    /// Listens and serves until dropped or stopped.
    pub async fn start(options: SimOptions) -> Result<Self, StartError> {
        let mut seen = HashSet::new();
        for store in &options.stores {
            let digits = !store.store_id.is_empty() && store.store_id.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || !seen.insert(&store.store_id) {
                return Err(StartError::StoreId(store.store_id.clone()));
            }
        }
        let state = beginning::state(&options);
        for (number, rule) in (1..).zip(&options.rules) {
            let unreachable = rule
                .post_order
                .as_ref()
                .and_then(|post| webhook::address(&post.url).err());
            let fault = unreachable
                .map(|error| error.to_string())
                .or_else(|| rule.fault(&state.shops));
            if let Some(fault) = fault {
                return Err(StartError::Rule { number, fault });
            }
        }
        let bind = options.bind;
        let listen = |source| StartError::Listen { address: bind, source };
        let listener = TcpListener::bind(bind).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;

        let desk = Arc::new(Desk::new(options, state));
        let service = router(&desk).into_make_service_with_connect_info::<SocketAddr>();
        let stopping = desk.stopping.clone().cancelled_owned();
        let server = if let Some(tls) = desk.options.tls.clone() {
            // Tapped only because that tells the caller's address.
            let listener = tls.listen(listener).map_err(listen)?.tap_io(|_| {});
            tokio::spawn(
                axum::serve(listener, service)
                    .with_graceful_shutdown(stopping)
                    .into_future(),
            )
        } else {
            // Without it small replies wait for the peer's delayed acknowledgement: 40 ms a call.
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot set TCP_NODELAY");
                }
            });
            tokio::spawn(
                axum::serve(listener, service)
                    .with_graceful_shutdown(stopping)
                    .into_future(),
            )
        };
        Ok(Self {
            desk,
            address,
            server: Some(server),
        })
    }

    /// The API's root, `http://127.0.0.1:PORT/api/v2`, with TLS `https://`.
    pub fn base_url(&self) -> String {
        self.url(gate::ROOT)
    }

    /// The control plane's root, `http://127.0.0.1:PORT/_sim`, with TLS `https://`.
    pub fn control_url(&self) -> String {
        self.url("/_sim")
    }

    fn url(&self, path: &str) -> String {
        let scheme = if self.desk.options.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}{path}", self.address)
    }

    /// The same API and control plane as routes, to be mounted in another server. The control plane answers only where
    /// that server provides `ConnectInfo<SocketAddr>`.
    pub fn router(&self) -> Router {
        router(&self.desk)
    }

    /// The stores and their credentials.
    pub fn stores(&self) -> Vec<SimStore> {
        let state = self.desk.lock();
        let stores = state.shops.iter();
        stores
            .map(|shop| SimStore {
                store_id: shop.id.clone(),
                api_key: shop.api_key.clone(),
                name: shop.name.clone(),
            })
            .collect()
    }

    /// The requests so far, oldest first; the newest 10,000 are kept.
    pub fn requests(&self) -> Vec<Recorded> {
        self.desk.lock().record.all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.desk.lock().record.clear();
    }

    /// The choices as they stand.
    pub fn choices(&self) -> Choices {
        self.desk.choices()
    }

    /// Makes other choices from now on.
    pub fn set_choices(&self, choices: Choices) {
        self.desk.lock().choices = choices;
    }

    /// Puts the stores and the faults back to how they were at the start, under the same API keys, and forgets the
    /// requests. Choices stay as they stand, and the clock goes on.
    pub fn reset(&self) {
        beginning::reset(&self.desk);
    }

    /// Adds a fault behind those already waiting.
    pub fn inject(&self, fault: Fault) {
        self.desk.lock().chaos.add(fault);
    }

    /// Replaces all waiting faults; an empty list clears them.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.desk.lock().chaos.set(faults);
    }

    /// Faults that have not struck as often as they are to.
    pub fn waiting_faults(&self) -> Vec<Fault> {
        self.desk.lock().chaos.waiting().to_vec()
    }

    /// An order as the API would show it.
    pub fn order(&self, store_id: &str, id: &str) -> Option<Value> {
        let mut state = self.desk.lock();
        let shop = state.shop_mut(store_id)?;
        if let Some(id) = digits(id) {
            shop.store(id);
        }
        Some(shop.order(id).ok()?.public(false))
    }

    /// All orders of a store, oldest id first.
    pub fn orders(&self, store_id: &str) -> Vec<Value> {
        let state = self.desk.lock();
        let Some(shop) = state.shop(store_id) else {
            return Vec::new();
        };
        let made = shop.made.iter().flat_map(Made::all).map(|order| order.public(false));
        made.chain(shop.orders.values().map(|order| order.public(false)))
            .collect()
    }

    /// A store's folders: id and name.
    pub fn folders(&self, store_id: &str) -> Vec<(String, String)> {
        let state = self.desk.lock();
        let folders = state.shop(store_id).into_iter().flat_map(|shop| &shop.folders);
        folders
            .map(|folder| (folder.id.to_string(), folder.name.clone()))
            .collect()
    }

    /// The merchant renames a store. False when there is no such store.
    pub fn rename_store(&self, store_id: &str, name: &str) -> bool {
        let mut state = self.desk.lock();
        let shop = state.shop_mut(store_id);
        shop.map(|shop| name.clone_into(&mut shop.name)).is_some()
    }

    /// The merchant renames a folder. False when there is no such store or folder.
    pub fn rename_folder(&self, store_id: &str, name: &str, new: &str) -> bool {
        let mut state = self.desk.lock();
        let folder = state
            .shop_mut(store_id)
            .and_then(|shop| shop.folders.iter_mut().find(|folder| folder.name == name));
        folder.map(|folder| new.clone_into(&mut folder.name)).is_some()
    }

    /// An order's history entries, oldest first; empty when there is no such order.
    pub fn history(&self, store_id: &str, id: &str) -> Vec<Value> {
        let state = self.desk.lock();
        let order = state.shop(store_id).and_then(|shop| shop.order(id).ok());
        order.map(|order| order.history.clone()).unwrap_or_default()
    }

    /// A person changes an order, around the API's own rules; the sums, `date_updated` and an entry in the history
    /// follow. Another `folder_id` is a move, which runs the folder's rules. False when there is no such order.
    pub fn edit_order(&self, store_id: &str, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let done = self.desk.edit(store_id, id, change);
        webhook::send_outbox(&self.desk);
        done
    }

    /// An order changes, and its `date_updated` does not: not everything that happens in Order Desk's pages moves it. False when
    /// there is no such order.
    pub fn edit_order_unseen(&self, store_id: &str, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        self.desk.edit_unseen(store_id, id, change)
    }

    /// A person deletes an order in Order Desk's pages. False when there is no such order.
    pub fn delete_order(&self, store_id: &str, id: &str) -> bool {
        self.desk.delete(store_id, id)
    }

    /// Puts a new order into a store and gives its id; `None` when there is no such store. It is made as `POST
    /// /orders` would, unchecked and without rules; `folder_id` and undocumented fields are taken as given.
    pub fn put_order(&self, store_id: &str, order: &Map<String, Value>) -> Option<String> {
        let now = self.desk.now();
        let mut state = self.desk.lock();
        let shop = state.shop_mut(store_id)?;
        let folder = order
            .get("folder_id")
            .and_then(fields::text)
            .and_then(|id| id.parse().ok());
        let id = orders::add(shop, order, folder.unwrap_or_else(|| shop.first_folder()), &now);
        let stored = shop.orders.get_mut(&id)?;
        for (key, value) in order {
            if !stored.fields.contains_key(key) && key != "cc_number" {
                stored.fields.insert(key.clone(), value.clone());
            }
        }
        Some(id.to_string())
    }

    /// Puts a new inventory item into a store and gives its id; `None` when there is no such store.
    pub fn put_product(&self, store_id: &str, product: &Map<String, Value>) -> Option<String> {
        let now = self.desk.now();
        let mut state = self.desk.lock();
        let shop = state.shop_mut(store_id)?;
        let id = Ids::next(&mut shop.ids.inventory);
        shop.inventory.insert(id, inventory::create(product, id, &now));
        Some(id.to_string())
    }

    /// A customer orders something: an order like those of the beginning, of now, without rules. Its id; `None` when there is
    /// no such store or it sells nothing.
    pub fn take_order(&self, store_id: &str) -> Option<String> {
        let options = &self.desk.options;
        let store = options.stores.iter().find(|store| store.store_id == store_id)?;
        let now = self.desk.clock.now();
        let id = {
            let mut state = self.desk.lock();
            seed::arrive(state.shop_mut(store_id)?, store, options, now)?
        };
        webhook::send_outbox(&self.desk);
        Some(id.to_string())
    }

    /// "Post Order JSON", store id and hash in the headers, tried as [`SimOptions::webhook`] says. Returns when the
    /// order is taken or the tries are used up.
    pub async fn post_order(&self, store_id: &str, id: &str, post: &Post) -> Result<Delivery, WebhookError> {
        webhook::post_order(&self.desk, store_id, id, post).await
    }

    /// The merchant makes rules that post every order of a store that changes from now on, whoever changes it. Rules of
    /// [`SimOptions::rules`] run besides.
    ///
    /// # Errors
    /// [`WebhookError::Address`]; [`WebhookError::NoSuchOrder`] when there is no such store.
    pub fn post_changes(&self, store_id: &str, post: Post) -> Result<(), WebhookError> {
        webhook::address(&post.url)?;
        let mut state = self.desk.lock();
        let shop = state.shop_mut(store_id).ok_or(WebhookError::NoSuchOrder)?;
        shop.nothing_changed();
        let id = shop.id.clone();
        state.watched.push((id, post));
        Ok(())
    }

    /// What [`Self::post_order`] would send, without sending it.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub fn written(&self, store_id: &str, id: &str, post: &Post) -> Result<Written, WebhookError> {
        webhook::written(&self.desk, store_id, id, post)
    }

    /// The hash that Order Desk puts beside a text that it posts for a store; `None` when there is no such store.
    pub fn hash(&self, store_id: &str, text: &str) -> Option<String> {
        let state = self.desk.lock();
        Some(webhook::hash(&state.shop(store_id)?.api_key, text))
    }

    /// Milliseconds since the start: the scale of [`Recorded::received_at`].
    pub fn elapsed_ms(&self) -> u64 {
        self.desk.clock.elapsed_ms()
    }

    /// Somebody writes into an order's history. False when there is no such order.
    pub fn add_history(&self, store_id: &str, id: &str, by: &str, note: &str) -> bool {
        let now = self.desk.now();
        let mut state = self.desk.lock();
        let order = state.shop_mut(store_id).and_then(|shop| shop.order_mut(id).ok());
        order.map(|order| order.note(by, note, &now)).is_some()
    }

    /// Stops listening, closes idle connections, hangs up on hung calls, and waits up to 5 s for the others.
    pub async fn stop(mut self) {
        self.desk.stopping.cancel();
        if let Some(server) = self.server.take()
            && tokio::time::timeout(STOP_WITHIN, server).await.is_err()
        {
            tracing::warn!("the simulator stopped with calls under way");
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.desk.stopping.cancel();
    }
}

fn router(desk: &SharedDesk) -> Router {
    let api = any(gate::serve);
    Router::new()
        .route(&format!("{}/{{*path}}", gate::ROOT), api.clone())
        .route(gate::ROOT, api)
        .with_state(desk.clone())
        .nest("/_sim", control::router(desk.clone()))
}
