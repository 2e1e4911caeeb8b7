//! Single steps of a change as operations of their own.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{AddressType, Change, MutateOrder, Op, Orders, Problem};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

/// Lines to add to an order.
#[derive(Clone, Debug, Deserialize)]
pub struct AddItems {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// The lines; each needs a name and gets its id from Order Desk.
    pub items: Vec<Map<String, Value>>,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// Parts of an address to change.
#[derive(Clone, Debug, Deserialize)]
pub struct UpdateAddress {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// Which address.
    pub address_type: AddressType,
    /// Its parts by name; null blanks one, and what is not named stays.
    pub address: Map<String, Value>,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// A note to append to an order.
#[derive(Clone, Debug, Deserialize)]
pub struct AddNote {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// Its text.
    pub content: String,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// Where the arguments of the only operation of a change stand in it.
const ONLY_OP: &str = "/ops/0";

impl Orders<'_> {
    /// Adds lines to an order. `data` as for [`Orders::mutate`].
    ///
    /// # Errors
    /// As for [`Orders::mutate`].
    pub async fn add_items(&self, scope: &Scope, input: AddItems) -> Result<Outcome<Value>, Error> {
        let op = Op::AddItems { items: input.items };
        self.step(scope, input.store, input.order_id, op, input.dry_run).await
    }

    /// Changes parts of one of an order's addresses. `data` as for [`Orders::mutate`].
    ///
    /// # Errors
    /// As for [`Orders::mutate`].
    pub async fn update_address(&self, scope: &Scope, input: UpdateAddress) -> Result<Outcome<Value>, Error> {
        let op = Op::UpdateAddress {
            address_type: input.address_type,
            address: input.address,
        };
        self.step(scope, input.store, input.order_id, op, input.dry_run).await
    }

    /// Appends a note to an order. `data` as for [`Orders::mutate`].
    ///
    /// # Errors
    /// As for [`Orders::mutate`].
    pub async fn add_note(&self, scope: &Scope, input: AddNote) -> Result<Outcome<Value>, Error> {
        let op = Op::AddNote {
            content: input.content,
            username: None,
        };
        self.step(scope, input.store, input.order_id, op, input.dry_run).await
    }

    async fn step(
        &self,
        scope: &Scope,
        store: Option<String>,
        order_id: String,
        op: Op,
        dry_run: bool,
    ) -> Result<Outcome<Value>, Error> {
        let change = Change::Ops(vec![op]);
        let problems = change.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(in_arguments(problems)));
        }
        let change = MutateOrder {
            store,
            order_id,
            change,
            dry_run,
            confirmed: false,
        };
        let done = self.mutate(scope, change).await;
        let mut done = done.map_err(|error| match error {
            Error::Invalid(problems) => Error::Invalid(in_arguments(problems)),
            other => other,
        })?;
        for warning in &mut done.warnings {
            if let Some(told) = warning.strip_prefix(ONLY_OP) {
                *warning = told.strip_prefix(": ").unwrap_or(told).to_owned();
            }
        }
        Ok(done)
    }
}

/// The faults as the caller of a single step sees its arguments, who knows of no list of operations.
fn in_arguments(mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in &mut problems {
        if let Some(path) = problem.path.strip_prefix(ONLY_OP) {
            problem.path = path.to_owned();
        }
    }
    problems
}
