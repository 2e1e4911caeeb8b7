//! Moving orders between folders (Order Desk: `POST /move-orders`).
//!
//! A move is not filing: it runs the merchant's rules for that folder, and nothing can suppress them.

use od_client::OrderId;
use od_record::order::{Destination, left_behind};
use od_record::text::clean_value;
use od_record::{FieldChange, Problem};
use serde_json::{Value, json};

use super::Orders;
use super::query::order_id;
use crate::attempts::send_once;
use crate::error::Error;
use crate::lock::AllHeld;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore};

mod rows;
mod target;

pub(super) use rows::Moved;
pub(super) use target::{Target, no_folder_id, no_folder_name};

use target::pick;

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
/// Orders of which it is named what they have left.
const NAMED: usize = 20;

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
        let subjects = ids.iter().map(|id| store.order(id.as_str())).collect();
        let held = store.hold_all(self.0, subjects).await?;
        let moved = self.move_held(&store, &ids, &target, &held).await;
        held.release().await;
        let moved = moved?.refuse_if_none_succeeded()?;
        let data = clean_value(&json!({ "results": moved.rows(), "destination": target }));
        Ok(Outcome::of(store.name, data)
            .with_warnings(moved.warnings())
            .having_altered(moved.altered()))
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
        let deed = Target::deed(&store.name, ids);
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
        let begun = self.0.inner.clock.now();
        let answer = send_once(&store.upstream, &store.asker, most, async || held.must_be_ours(), send).await?;
        for id in ids {
            self.0.inner.order_changed(store.owner(), id.as_str()).await;
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
        Ok(rows::settle(store, ids, target, answer, begun).await)
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

/// What a move would do; only reads are sent.
async fn preview(store: OpenStore, ids: &[OrderId], target: &Target) -> Result<Outcome<Value>, Error> {
    let mut rows = Vec::with_capacity(ids.len());
    let mut unknown = 0;
    let mut left = Vec::new();
    for id in ids {
        let row = match store.upstream.orders().get(id).await {
            Ok(order) => {
                left.extend(left_behind(order.as_map()).map(|left| format!("Order {id} {left}.")));
                let changes: Vec<FieldChange> = target.change(order.as_map()).into_iter().collect();
                let message = match changes[..] {
                    [] => {
                        "is in this folder already: nothing would be moved, and whether the folder's rules run again is not known"
                    }
                    _ => "would be moved",
                };
                json!({ "order_id": id.as_str(), "status": "success", "message": message, "changes": changes })
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
    let more = left.len().saturating_sub(NAMED);
    left.truncate(NAMED);
    left.extend((more > 0).then(|| format!("{more} more orders were shipped in part.")));
    let data = json!({ "results": rows, "destination": target, "dry_run": true });
    Ok(Outcome::of(store.name, data)
        .with_warnings(warnings)
        .with_warnings(left))
}
