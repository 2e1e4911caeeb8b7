//! Appending to an order's history (Order Desk: `POST /orders/{id}/order-history`). What is written there stays.

use jiff::Timestamp;
use jiff::ToSpan;
use od_client::{Order, OrderId};
use od_record::FieldChange;
use od_record::date::moment;
use od_record::order::{NoteDefaults, history_too_long};
use od_record::text::clean_value;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::query::{missing, order_id};
use super::{Orders, Problem};
use crate::attempts::send_once;
use crate::difference::Altered;
use crate::error::Error;
use crate::lock::Held;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

/// An entry to append to an order's history.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateHistory {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// The entry's text, 1 to 1800 characters.
    pub message: String,
    /// Only shows what would be appended.
    #[serde(default)]
    pub dry_run: bool,
}

/// How far Order Desk's clock may be behind ours before an entry of this call looks older than the call.
const CLOCKS_APART_MINUTES: i64 = 5;

/// Where it is appended, as a JSON Pointer.
const APPENDED: &str = "/order_history/-";

const HINT: &str =
    "Read the history with orders_list, get_order_history and the order's source_id before appending it again.";

impl Orders<'_> {
    /// Appends an entry. `data` is `{"order_id", "history_entry", "changes", "verified"}`, with `dry_run` when nothing was
    /// sent.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Uncertain`], [`Error::Upstream`].
    pub async fn create_history(&self, scope: &Scope, input: CreateHistory) -> Result<Outcome<Value>, Error> {
        let id = order_id(&input.order_id)?;
        check(&input.message)?;
        let store = self
            .0
            .stores()
            .open(scope, input.store.as_deref(), Purpose::Change)
            .await?;
        if input.dry_run {
            let order = store.upstream.orders().get(&id).await;
            order.map_err(|error| missing(error, id.as_str()))?;
            let mut data = told(&id, &entry(&input.message));
            data["dry_run"] = true.into();
            return Ok(Outcome::of(store.name, data));
        }
        let held = store.hold(self.0, store.order(id.as_str())).await?;
        let appended = self.append_held(&store, &id, &input.message, &held).await;
        held.release().await;
        let Appended { seen, warning } = appended?;
        let verified = seen.is_some();
        let appended = seen.unwrap_or_else(|| entry(&input.message));
        let mut data = told(&id, &appended);
        data["verified"] = verified.into();
        Ok(Outcome::of(store.name, data)
            .with_warnings(warning)
            .having_altered([grown(&id, appended)]))
    }

    async fn append_held(
        &self,
        store: &OpenStore,
        id: &OrderId,
        message: &str,
        held: &Held,
    ) -> Result<Appended, Error> {
        let begun = self.0.inner.clock.now();
        let send = |upstream: od_client::Store| async move {
            let orders = upstream.orders();
            orders.add_history(id, message, Some(signature())).await
        };
        let most = self.0.inner.mutation.max_retries + 1;
        let answer = send_once(&store.upstream, &store.asker, most, async || held.must_be_ours(), send).await?;
        self.0.inner.order_changed(store.owner(), id.as_str()).await;
        match answer {
            Ok(created) => {
                let seen = created.record.and_then(|order| latest(&order, message));
                let unseen = "The entry was appended, but Order Desk's answer does not show it.";
                let warning = seen.is_none().then(|| unseen.to_owned());
                Ok(Appended { seen, warning })
            }
            Err(error) if error.is_uncertain() => {
                tracing::warn!(%error, "a history entry's outcome is unknown; reading the history");
                let settled = settle(store, id, message, begun).await;
                settled.map_err(|error| error.having_attempted(|| grown(id, entry(message))))
            }
            Err(error) => Err(missing(error, id.as_str())),
        }
    }
}

struct Appended {
    /// The entry as the history shows it.
    seen: Option<Value>,
    warning: Option<String>,
}

/// Looks for the entry. An equal one that was there before would mislead, so it has to be as young as the call.
async fn settle(store: &OpenStore, id: &OrderId, message: &str, begun: Timestamp) -> Result<Appended, Error> {
    let order = store.read_order_with_history(id).await.map_err(|error| {
        tracing::warn!(%error, "the history could not be read");
        uncertain("the history could not be read")
    })?;
    let since = earliest(begun);
    let is_ours = |entry: &Value| {
        let date = entry.get("date_added").and_then(Value::as_str);
        since
            .as_deref()
            .is_some_and(|since| date.is_some_and(|date| date >= since))
    };
    match latest(&order, message).filter(is_ours) {
        Some(entry) => Ok(Appended {
            seen: Some(entry),
            warning: Some("Order Desk's answer was lost; the history shows the entry.".to_owned()),
        }),
        None => Err(uncertain("the history does not show the entry")),
    }
}

/// What happened after `begun` has a date from here on, as Order Desk writes it.
fn earliest(begun: Timestamp) -> Option<String> {
    moment(&(begun - CLOCKS_APART_MINUTES.minutes()).to_string())
}

/// Whether anybody may have changed the order since: unless its date says that nobody did.
pub(super) fn was_touched_since(order: &Map<String, Value>, begun: Timestamp) -> bool {
    let updated = order.get("date_updated").and_then(Value::as_str).and_then(moment);
    updated
        .zip(earliest(begun))
        .is_none_or(|(updated, since)| updated >= since)
}

/// The order, with the entry.
fn grown(id: &OrderId, entry: Value) -> Altered {
    let change = FieldChange {
        path: APPENDED.to_owned(),
        id: None,
        before: None,
        after: Some(entry),
    };
    Altered::order(Some(id.to_string()), vec![change])
}

fn uncertain(seen: &str) -> Error {
    Error::uncertain(format!("Order Desk's answer was lost, and {seen}."), HINT)
}

/// The last entry of ours with that text.
fn latest(order: &Order, message: &str) -> Option<Value> {
    let is_ours = |entry: &&Value| entry["note"] == message && entry["source_name"] == signature();
    order.list("order_history").iter().rfind(is_ours).cloned()
}

fn check(message: &str) -> Result<(), Error> {
    if message.trim().is_empty() {
        return Err(Error::invalid("/message", "must not be blank"));
    }
    match history_too_long(message) {
        Some(fault) => Err(Error::Invalid(vec![Problem::new("/message", fault)])),
        None => Ok(()),
    }
}

/// Who writes: the same name that signs notes.
fn signature() -> &'static str {
    NoteDefaults::default().username
}

fn entry(message: &str) -> Value {
    json!({ "source_name": signature(), "note": message })
}

fn told(id: &OrderId, entry: &Value) -> Value {
    let entry = clean_value(entry);
    let changes = json!([{ "path": APPENDED, "before": null, "after": entry }]);
    json!({ "order_id": id.as_str(), "history_entry": entry, "changes": changes })
}
