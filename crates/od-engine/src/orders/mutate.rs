//! Changing an order: read, change, upload the whole record, read back.
//!
//! Order Desk replaces the record with what it is sent and knows no conditional write. So nothing waits between the
//! read and the upload: the tokens for the whole change are reserved before its first request, and whatever had to be
//! waited for means reading again. What remains is one round trip, from the last read to the upload, in which another
//! writer's change would be lost; the order's history, read with both reads, tells when that has happened. When another
//! writer does the same to us, the change is made again.
//!
//! Changes that wait for the same order go into one read and one upload (`queue`, `group`, `commit`).

use od_client::OrderId;
use od_record::diff;
use od_record::order::{Applied, Change, lay_over, left_behind, totals_as_before};
use od_record::text::clean_value;
use serde_json::{Map, Value, json};

use super::Orders;
use super::move_folder::{Moved, Target};
use super::query::{missing, order_id};
use crate::difference::Altered;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

mod commit;
mod done;
mod group;
mod lines;
mod queue;
mod settle;
mod upload;

use done::Done;
pub(crate) use queue::Groups;
use upload::Snapshot;

/// A change to one order.
#[derive(Clone, Debug)]
pub struct MutateOrder {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// What to change.
    pub change: Change,
    /// Only shows what would change.
    pub dry_run: bool,
    /// Whether the caller says that a person agreed to a folder move that is part of the change, and to the lines that go.
    pub confirmed: bool,
}

impl Orders<'_> {
    /// Changes an order. `data` is `{"order", "changes", "attempts", "verified"}`, with `dry_run` or the `results` of
    /// a move where they apply.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`] where lines go or the order moves; [`Error::Invalid`], [`Error::NotFound`],
    /// [`Error::Conflict`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn mutate(&self, scope: &Scope, mut input: MutateOrder) -> Result<Outcome<Value>, Error> {
        let id = order_id(&input.order_id)?;
        let stores = self.0.stores();
        let takes_person = input.change.destination().is_some() || input.change.may_remove_lines();
        let store = if takes_person {
            stores.open_spelled_out(scope, input.store.as_deref()).await?
        } else {
            stores.open(scope, input.store.as_deref(), Purpose::Change).await?
        };
        let target = match input.change.destination() {
            Some(named) => Some(self.destination(scope, &store, named).await?),
            None => None,
        };
        if input.dry_run {
            return preview(store, &id, &input.change, target.as_ref()).await;
        }
        let agreement = (target.as_ref(), input.confirmed);
        self.agree_to_lines(scope, &store, &id, &mut input.change, agreement)
            .await?;
        let done = self.commit(&store, &id, input.change).await?;
        let moved = match target {
            Some(target) => Some(self.move_one(&store, &id, &target).await),
            None => None,
        };
        // Where nothing else was changed, the move is all of it.
        let moved = match moved {
            Some(moved) if done.changes.is_empty() => Some(Ok(moved?.refuse_if_none_succeeded()?)),
            moved => moved,
        };
        let after = match &moved {
            Some(Ok(moved)) if moved.all_succeeded() => read_after(&store, &id).await,
            _ => None,
        };
        Ok(reply(store, &id, done, moved, after))
    }

    async fn move_one(&self, store: &OpenStore, id: &OrderId, target: &Target) -> Result<Moved, Error> {
        let held = store.hold_all(self.0, vec![store.order(id.as_str())]).await?;
        let moved = self.move_held(store, std::slice::from_ref(id), target, &held).await;
        held.release().await;
        moved
    }
}

/// The exact difference a change would make; only reads are sent.
async fn preview(
    store: OpenStore,
    id: &OrderId,
    change: &Change,
    target: Option<&Target>,
) -> Result<Outcome<Value>, Error> {
    // The history tells of a record given whole what its date cannot.
    let order = if change.is_whole() {
        store.upstream.orders().get_with_history(id).await
    } else {
        store.upstream.orders().get(id).await
    };
    let snapshot = Snapshot::from(order.map_err(|error| missing(error, id.as_str()))?);
    let base = &snapshot.record;
    let Applied {
        mut desired,
        mut warnings,
    } = lay_over(base, base, change)?;
    let mut changes = diff(base, &desired);
    if !changes.is_empty() {
        warnings.extend(snapshot.doubts(change));
    }
    warnings.extend(totals_as_before(base, &desired));
    if let Some(target) = target {
        warnings.extend(left_behind(&desired).map(|left| format!("The order {left}.")));
        changes.extend(target.change(base));
        target.place(&mut desired);
    }
    let data = clean_value(&json!({ "order": desired, "changes": changes, "dry_run": true }));
    Ok(Outcome::of(store.name, data).with_warnings(warnings))
}

/// The order as it is after a move: its folder's rules may have changed it, or moved it on.
async fn read_after(store: &OpenStore, id: &OrderId) -> Option<Map<String, Value>> {
    match store.upstream.orders().get(id).await {
        Ok(order) => Some(order.into_map()),
        Err(error) => {
            tracing::warn!(%error, "an order could not be read after its move");
            None
        }
    }
}

fn reply(
    store: OpenStore,
    id: &OrderId,
    done: Done,
    moved: Option<Result<Moved, Error>>,
    after: Option<Map<String, Value>>,
) -> Outcome<Value> {
    let Done {
        order,
        mut changes,
        attempts,
        mut verified,
        mut warnings,
    } = done;
    let mut shown = order.clone();
    let mut results = None;
    let mut perhaps_moved = Vec::new();
    match moved {
        None => {}
        Some(Ok(moved)) => {
            if moved.all_succeeded() {
                warnings.extend(left_behind(&order).map(|left| format!("The order {left}.")));
                let (change, remark) = moved.change(&order);
                changes.extend(change);
                warnings.extend(remark);
                if let Some(after) = after {
                    warnings.extend(moved.target.moved_on(&after));
                    shown = after;
                } else {
                    moved.target.place(&mut shown);
                    warnings.push("The order is shown as it was before the rules of its folder ran.".to_owned());
                }
            }
            verified &= moved.all_succeeded();
            perhaps_moved.extend(moved.altered().filter(|order| order.is_uncertain));
            warnings.extend(moved.warnings());
            results = Some(moved.rows());
        }
        // The upload is done and cannot be taken back by failing now: say what happened to both halves.
        Some(Err(error)) => {
            verified = false;
            warnings.push(format!(
                "The other changes were made, but the order was not moved: {error}"
            ));
        }
    }
    let mut data = json!({ "order": shown, "changes": changes, "attempts": attempts, "verified": verified });
    if let Some(results) = results {
        data["results"] = results;
    }
    Outcome::of(store.name, clean_value(&data))
        .with_warnings(warnings)
        .having_altered([Altered::order(Some(id.to_string()), changes)])
        .having_altered(perhaps_moved)
}
