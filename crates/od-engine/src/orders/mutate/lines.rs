//! Lines that a change takes from an order. That deletes them for good, so a person agrees first, by whatever tool.

use od_client::OrderId;
use od_record::date::moment;
use od_record::order::{Change, lay_over};
use od_record::{bare_id, id_text};
use serde_json::{Map, Value};

use crate::consent::{DELETE_LINE, Deed, deleting_lines};
use crate::error::Error;
use crate::orders::Orders;
use crate::orders::move_folder::Target;
use crate::orders::query::missing;
use crate::scope::Scope;
use crate::stores::OpenStore;

impl Orders<'_> {
    /// Passes when a person agreed to the lines that `change` takes from the order, and in the same question to the move that
    /// follows it. What was agreed to holds for the order as it was read: a record given whole would also take a line that
    /// somebody adds meanwhile, so that one is bound to it.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`], [`Error::Declined`], [`Error::NobodyAnswered`]; what is wrong with the change.
    pub(super) async fn agree_to_lines(
        &self,
        scope: &Scope,
        store: &OpenStore,
        id: &OrderId,
        change: &mut Change,
        (target, confirmed): (Option<&Target>, bool),
    ) -> Result<(), Error> {
        if change.may_remove_lines() {
            let consents = self.0.consents();
            let removes = |line: &str| change.removes_line(line);
            consents.check_lines(scope, &store.name, id, removes).await?;
            if !scope.takes_word(confirmed) {
                let order = store.upstream.orders().get(id).await;
                let base = order.map_err(|error| missing(error, id.as_str()))?.into_map();
                let lines = lines_that_go(&base, change)?;
                bind(change, &base);
                if !lines.is_empty() {
                    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                    let mut effects = deleting_lines(&lines, id, &store.name);
                    if let Some(target) = target {
                        let ids = std::slice::from_ref(id);
                        consents.check(scope, &Target::deed(&store.name, ids)).await?;
                        effects = format!("{effects} {}", target.effects(&store.name, ids));
                    }
                    let lines = lines.into_iter().map(|line| vec![id.as_str(), line]);
                    return scope.require_agreement(Deed::several(DELETE_LINE, &store.name, lines), effects);
                }
            }
        }
        match target {
            Some(target) => {
                self.agree(scope, store, std::slice::from_ref(id), target, confirmed)
                    .await
            }
            None => Ok(()),
        }
    }
}

/// The ids of the lines that the order has not any more after the change.
fn lines_that_go(base: &Map<String, Value>, change: &Change) -> Result<Vec<String>, Error> {
    let desired = lay_over(base, base, change)?.desired;
    let kept = ids(&desired);
    Ok(ids(base).into_iter().filter(|id| !kept.contains(id)).collect())
}

fn ids(order: &Map<String, Value>) -> Vec<String> {
    let lines = order.get("order_items").and_then(Value::as_array);
    let ids = lines.into_iter().flatten().filter_map(|line| line.get("id"));
    ids.filter_map(id_text).map(|id| bare_id(&id).to_owned()).collect()
}

/// Binds a record given whole to the order as it is.
fn bind(change: &mut Change, base: &Map<String, Value>) {
    if let Change::Replace(replacement) = change
        && replacement.agreed_date_updated.is_none()
    {
        let date = base.get("date_updated").and_then(Value::as_str);
        replacement.agreed_date_updated = date.and_then(moment);
    }
}
