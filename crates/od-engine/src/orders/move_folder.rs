//! Moving orders between folders (Order Desk: `POST /move-orders`).
//!
//! A move is not filing: it runs the merchant's rules for that folder, and nothing can suppress them.

use od_client::OrderId;
use od_record::text::{clean_value, quoted};
use od_record::{FieldChange, nearest};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Orders;
use super::query::order_id;
use crate::attempts::send_once;
use crate::consent::Deed;
use crate::error::Error;
use crate::lock::AllHeld;
use crate::orders::{Destination, Problem};
use crate::outcome::{Outcome, StoreRef};
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore};

mod rows;

pub(super) use rows::Moved;

/// Orders to move.
#[derive(Clone, Debug)]
pub struct MoveOrders {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal ids, 1 to 100.
    pub order_ids: Vec<String>,
    /// Where to.
    pub destination: Destination,
    /// Only shows what would change.
    pub dry_run: bool,
    /// Whether the caller says that a person agreed.
    pub confirmed: bool,
}

/// Orders in one call.
const MAX_ORDERS: usize = 100;

/// A folder of the store that orders are to go to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Target(Folder);

impl Target {
    /// The difference a move makes to a record, if any.
    pub(super) fn change(&self, order: &Map<String, Value>) -> Option<FieldChange> {
        let before = order.get("folder_id").cloned();
        let after = self.id_like(before.as_ref());
        (before.as_ref() != Some(&after)).then(|| FieldChange {
            path: "/folder_id".to_owned(),
            before,
            after: Some(after),
        })
    }

    /// Shows the record in the folder.
    pub(super) fn place(&self, order: &mut Map<String, Value>) {
        let id = self.id_like(order.get("folder_id"));
        order.insert("folder_id".to_owned(), id);
    }

    /// What a person should agree to before these orders are moved: ids first, where no name can put others.
    pub(super) fn effects(&self, store: &StoreRef, orders: &[OrderId]) -> String {
        let Folder { id, name } = &self.0;
        format!(
            "Moving {} to folder {id} of {store} runs the merchant's rules for that folder: e-mails to customers, \
             submission to a printer or warehouse, charges. The folder's name is {}.",
            listed(orders),
            quoted(name),
        )
    }

    /// Folder ids are numbers in orders; a record that holds text keeps text.
    fn id_like(&self, stored: Option<&Value>) -> Value {
        match (stored, self.0.id.parse::<u64>()) {
            (Some(Value::String(_)), _) | (_, Err(_)) => self.0.id.clone().into(),
            (_, Ok(id)) => id.into(),
        }
    }

    fn upstream(&self) -> Result<od_client::Destination, Error> {
        od_client::FolderId::parse(&self.0.id)
            .map(od_client::Destination::Id)
            .map_err(|_| Error::Internal("a folder's id is not a number"))
    }
}

impl Orders<'_> {
    /// Moves orders to a folder. `data` is `{"results": [...], "destination": {...}}`, one row per order as given.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::Invalid`], [`Error::NotFound`] for the folder or when no order
    /// exists, [`Error::AllFailed`] when Order Desk refused every row, [`Error::Uncertain`] when no order is known to be in
    /// the folder and its answer was lost, [`Error::Upstream`].
    pub async fn move_folder(&self, scope: &Scope, input: MoveOrders) -> Result<Outcome<Value>, Error> {
        let ids = checked_ids(&input.order_ids)?;
        let store = self.0.stores().open_spelled_out(scope, input.store.as_deref()).await?;
        let target = self.destination(scope, &store, &input.destination).await?;
        if input.dry_run {
            return preview(store, &ids, &target).await;
        }
        self.agree(scope, &store, &ids, &target, input.confirmed).await?;
        let inner = &self.0.inner;
        let subjects = ids.iter().map(|id| store.order(id.as_str())).collect();
        let held = inner.locks.hold_all(&inner.db, &inner.clock, subjects).await?;
        let moved = self.move_held(&store, &ids, &target, &held).await;
        held.release().await;
        let moved = moved?.refuse_if_none_succeeded()?;
        let data = clean_value(&json!({ "results": moved.rows(), "destination": target }));
        Ok(Outcome::of(store.name, data).with_warnings(moved.warnings()))
    }

    /// Passes when a person agreed to the move, and none said no to moving any of the orders.
    pub(super) async fn agree(
        &self,
        scope: &Scope,
        store: &OpenStore,
        ids: &[OrderId],
        target: &Target,
        confirmed: bool,
    ) -> Result<(), Error> {
        // Wherever to: whoever said no to one folder did not ask for another.
        let deed = Deed::orders("orders.move", &store.name, ids);
        self.0.consents().check(scope, &deed).await?;
        if scope.takes_word(confirmed) {
            return Ok(());
        }
        scope.require_agreement(deed, target.effects(&store.name, ids))
    }

    /// Moves orders that the caller holds.
    pub(super) async fn move_held(
        &self,
        store: &OpenStore,
        ids: &[OrderId],
        target: &Target,
        held: &AllHeld,
    ) -> Result<Moved, Error> {
        let destination = &target.upstream()?;
        let send = |upstream: od_client::Store| async move { upstream.orders().move_to_folder(ids, destination).await };
        let most = self.0.inner.mutation.max_retries + 1;
        let answer = send_once(&store.upstream, most, || held.must_be_ours(), send).await?;
        for id in ids {
            self.0.inner.cache.order_changed(store.owner(), id.as_str());
        }
        let answer = match answer {
            Err(error) if error.is_uncertain() => {
                tracing::warn!(%error, "a move's outcome is unknown; reading the orders to find out");
                Err(error)
            }
            Err(od_client::Error::NotFound) => return Err(rows::none_exists(ids)),
            Err(error) => return Err(Error::Upstream(error)),
            Ok(results) => Ok(results),
        };
        Ok(rows::settle(store, ids, target, answer).await)
    }

    /// The folder that is meant: by id, or by exact name when only one has it.
    pub(super) async fn destination(
        &self,
        scope: &Scope,
        store: &OpenStore,
        named: &Destination,
    ) -> Result<Target, Error> {
        let find = |folders: &[Folder]| pick(folders, named);
        let fresh = scope.is_agreed();
        let (target, _) = self.0.stores().among_folders(scope, store, fresh, find).await?;
        Ok(target)
    }
}

/// What is answered for a folder id that the store does not have.
pub(super) fn no_folder_id(id: &str) -> Error {
    Error::NotFound {
        what: "Folder",
        name: id.to_owned(),
        nearest: None,
        hint: "folders_list shows the store's folders with their ids.",
    }
}

/// What is answered for a folder name that the store does not have.
pub(super) fn no_folder_name(name: &str, nearest: Option<&str>) -> Error {
    Error::NotFound {
        what: "Folder",
        name: quoted(name),
        nearest: nearest.map(str::to_owned),
        hint: "folders_list shows the store's folders; names count to the letter.",
    }
}

fn pick(folders: &[Folder], named: &Destination) -> Result<Target, Error> {
    match named {
        Destination::Id(id) => {
            let id = id.to_string();
            folders
                .iter()
                .find(|folder| folder.id == id)
                .cloned()
                .map(Target)
                .ok_or_else(|| no_folder_id(&id))
        }
        Destination::Name(name) => {
            let mut same = folders.iter().filter(|folder| &folder.name == name);
            match (same.next(), same.next()) {
                (None, _) => {
                    let all = folders.iter().map(|folder| folder.name.as_str());
                    Err(no_folder_name(name, nearest(name, all)))
                }
                (Some(folder), None) => Ok(Target(folder.clone())),
                (Some(_), Some(_)) => Err(Error::invalid(
                    "/destination_folder_name",
                    "is the name of several folders of this store: give destination_folder_id instead",
                )),
            }
        }
    }
}

fn checked_ids(texts: &[String]) -> Result<Vec<OrderId>, Error> {
    let mut problems = Vec::new();
    if texts.is_empty() || texts.len() > MAX_ORDERS {
        problems.push(Problem::new(
            "/order_ids",
            format!("must hold 1 to {MAX_ORDERS} order ids"),
        ));
    }
    let mut ids: Vec<OrderId> = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        let path = format!("/order_ids/{at}");
        match order_id(text) {
            Ok(id) if ids.contains(&id) => {
                problems.push(Problem::new(path, "stands there twice"));
            }
            Ok(id) => ids.push(id),
            Err(_) => problems.push(Problem::new(
                path,
                "must be Order Desk's internal order id: 1 to 20 digits",
            )),
        }
    }
    if problems.is_empty() {
        Ok(ids)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// `2 orders (80012345, 80012346)`: all of them, for a person agrees to what is named.
fn listed(ids: &[OrderId]) -> String {
    let orders = if ids.len() == 1 { "order" } else { "orders" };
    let named: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    format!("{} {orders} ({})", ids.len(), named.join(", "))
}

/// What a move would do; only reads are sent.
async fn preview(store: OpenStore, ids: &[OrderId], target: &Target) -> Result<Outcome<Value>, Error> {
    let mut rows = Vec::with_capacity(ids.len());
    let mut unknown = 0;
    for id in ids {
        let row = match store.upstream.orders().get(id).await {
            Ok(order) => {
                let changes: Vec<FieldChange> = target.change(order.as_map()).into_iter().collect();
                json!({ "order_id": id.as_str(), "status": "success", "message": "would be moved", "changes": changes })
            }
            Err(od_client::Error::NotFound) => {
                unknown += 1;
                json!({ "order_id": id.as_str(), "status": "error", "message": "no such order in this store" })
            }
            Err(error) => return Err(Error::Upstream(error)),
        };
        rows.push(row);
    }
    if unknown == ids.len() {
        return Err(rows::none_exists(ids));
    }
    let warnings = (unknown > 0).then(|| format!("{unknown} of {} orders do not exist in this store.", ids.len()));
    let data = json!({ "results": rows, "destination": target, "dry_run": true });
    Ok(Outcome::of(store.name, data).with_warnings(warnings))
}
