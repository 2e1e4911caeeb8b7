//! Replacing an order by a record given whole. The law of it stands in od-record's `order/merge/replace`; it is made like any change.

use od_record::date::moment;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Change, MutateOrder, Orders, Replacement};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

/// An order as it shall be, whole.
#[derive(Clone, Debug, Deserialize)]
pub struct UpdateFull {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// The record, as a read of the order showed it, with changes. Null clears a field.
    pub order: Map<String, Value>,
    /// Whether fields, lines and notes that the record does not carry may be dropped.
    #[serde(default)]
    pub allow_loss: bool,
    /// `date_updated` of the record that was read: the order is replaced only if it still has it. Not given, that of `order`.
    pub expected_date_updated: Option<String>,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether the caller says that a person agreed to the lines that go.
    #[serde(default)]
    pub confirm: bool,
}

impl Orders<'_> {
    /// Replaces an order. `data` as for [`Orders::mutate`].
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything the record does not carry; [`Error::Overtaken`]; otherwise as for
    /// [`Orders::mutate`].
    pub async fn update_full(&self, scope: &Scope, input: UpdateFull) -> Result<Outcome<Value>, Error> {
        let expected = input.expected_date_updated.as_deref();
        let expected_date_updated = expected.map(|text| moment(text).ok_or_else(not_a_moment)).transpose()?;
        // What may be dropped is what the record was read without: nothing that somebody added since.
        let read = input.order.get("date_updated").and_then(Value::as_str);
        let agreed_date_updated = read.filter(|_| input.allow_loss).and_then(moment);
        let replacement = Replacement {
            order: input.order,
            allow_loss: input.allow_loss,
            expected_date_updated,
            agreed_date_updated,
        };
        let change = MutateOrder {
            store: input.store,
            order_id: input.order_id,
            change: Change::Replace(replacement),
            dry_run: input.dry_run,
            confirmed: input.confirm,
        };
        self.mutate(scope, change).await
    }
}

fn not_a_moment() -> Error {
    Error::invalid(
        "/expected_date_updated",
        "must be the order's date_updated as it was read, such as 2026-03-02 14:05:31",
    )
}
