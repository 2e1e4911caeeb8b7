//! Changing many inventory items (Order Desk: `PUT /batch-inventory-items`).
//!
//! Order Desk replaces every item of a batch and tells nothing about single ones. So each item is read first and read
//! back afterwards. Reading a hundred takes half a minute at Order Desk's rate limit, and what was read so long ago must
//! not be uploaded: a batch is made in portions (`portion`) that can be read, uploaded and read back without waiting in
//! between.

use std::collections::HashSet;

use od_client::InventoryItemId;
use od_record::product::{Change, below_zero_remark, unsearchable};
use od_record::{Problem, below, diff, id_text};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::codes::{holder, search, taken};
use super::{LOOK_AGAIN, Products};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

mod portion;
mod row;

use portion::Portion;
use row::{NO_SUCH_ITEM, Row, State};

/// Changes to many inventory items.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct UpdateProducts {
    /// Name or id of the store.
    pub store: Option<String>,
    /// 1 to 100 changes. Each names its item by `id`; the other members are fields to merge into it, and may be
    /// accompanied by `expected_stock`.
    pub products: Vec<Map<String, Value>>,
    /// Only shows what would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// Order Desk's largest batch.
const MAX_ROWS: usize = 100;
const AT: &str = "/products";

impl UpdateProducts {
    /// Everything that is wrong with the changes, whatever items they are for.
    pub fn problems(products: &[Map<String, Value>]) -> Vec<Problem> {
        parse(products).err().unwrap_or_default()
    }
}

impl Products<'_> {
    /// Changes many inventory items. `data` is `{"results": [...]}`, one row per item as given: `product_id`, `status`
    /// (`success`, `error`, `unknown`), `message`, and for a success `changes` and `verified`.
    ///
    /// # Errors
    /// [`Error::Invalid`]; when no row succeeded [`Error::NotFound`] if no item exists, the failure that stopped the
    /// batch, or [`Error::AllFailed`].
    pub async fn batch_update(&self, scope: &Scope, input: UpdateProducts) -> Result<Outcome<Value>, Error> {
        let mut rows = parse(&input.products).map_err(Error::Invalid)?;
        let stores = self.0.stores();
        let store = stores.open(scope, input.store.as_deref(), Purpose::Change).await?;
        refuse_taken(&store, &mut rows).await?;
        if input.dry_run {
            preview(&store, &mut rows).await?;
        } else {
            self.update_rows(&store, &mut rows).await?;
        }
        refuse_if_none_succeeded(&rows)?;
        let unknown = rows
            .iter()
            .filter(|row| matches!(row.state, State::Unknown { .. }))
            .count();
        let failed = rows.iter().filter(|row| !row.succeeded()).count() - unknown;
        let verb = if input.dry_run {
            "cannot be changed"
        } else {
            "were not changed"
        };
        let warning = (failed > 0).then(|| format!("{failed} of {} inventory items {verb}: see results.", rows.len()));
        let doubt = (unknown > 0).then(|| {
            let all = rows.len();
            format!(
                "It is not known whether {unknown} of {all} inventory items were changed: see results. {LOOK_AGAIN}"
            )
        });
        let below_zero = rows.iter().filter(|row| row.succeeded()).flat_map(|row| {
            let fields = row.change.below_zero().into_iter();
            fields.map(|field| format!("{field} of inventory item {}", row.id))
        });
        let odd = below_zero_remark(below_zero.collect());
        let mut data = json!({ "results": results(&rows) });
        if input.dry_run {
            data["dry_run"] = true.into();
        }
        Ok(Outcome::of(store.name, data)
            .with_warnings(warning)
            .with_warnings(doubt)
            .with_warnings(odd)
            .having_altered(rows.iter().filter_map(Row::altered)))
    }

    async fn update_rows(&self, store: &OpenStore, rows: &mut [Row]) -> Result<(), Error> {
        let ids: Vec<InventoryItemId> = rows.iter().map(|row| row.id.clone()).collect();
        let subjects = ids.iter().map(|id| store.product(id.as_str())).collect();
        let held = store.hold_all(self.0, subjects).await?;
        let mut stopped = None;
        for rows in rows.chunks_mut(Portion::most_rows(store)) {
            if let Err(error) = Portion::new(self.0, store, &held, rows).run().await {
                stopped = Some(error);
                break;
            }
        }
        held.release().await;
        match stopped {
            Some(error) if !rows.iter().any(Row::is_settled_well) => Err(error),
            Some(error) => {
                // What is not known stands at the rows that were sent.
                let message = match error {
                    Error::Uncertain { .. } => "not changed: the rows before it got no answer".to_owned(),
                    error => format!("not changed: {error}"),
                };
                for row in rows.iter_mut().filter(|row| row.is_waiting()) {
                    row.state = State::Failed(message.clone());
                }
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Reads the rows; all faults at once.
fn parse(products: &[Map<String, Value>]) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    if products.is_empty() || products.len() > MAX_ROWS {
        problems.push(Problem::new(AT, format!("must hold 1 to {MAX_ROWS} inventory items")));
        return Err(problems);
    }
    let (mut ids, mut codes) = (HashSet::new(), HashSet::new());
    let mut rows = Vec::with_capacity(products.len());
    for (index, product) in products.iter().enumerate() {
        let at = below(AT, index);
        let Some(row) = parse_row(product, &at, &mut problems) else {
            continue;
        };
        if !ids.insert(row.id.clone()) {
            problems.push(Problem::new(below(&at, "id"), "stands there twice"));
        }
        if row.change.code().is_some_and(|code| !codes.insert(code.to_owned())) {
            problems.push(Problem::new(below(&at, "code"), "is given to two inventory items"));
        }
        rows.push(row);
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn parse_row(product: &Map<String, Value>, at: &str, problems: &mut Vec<Problem>) -> Option<Row> {
    let mut fields = product.clone();
    let id = fields.shift_remove("id").as_ref().and_then(id_text);
    let id = id.and_then(|id| InventoryItemId::parse(&id).ok());
    if id.is_none() {
        let message = "must be the inventory item's id: 1 to 20 digits, as products_list gives it";
        problems.push(Problem::new(below(at, "id"), message));
    }
    let expected_stock = match fields.shift_remove("expected_stock") {
        None => None,
        Some(stock) => {
            if stock.as_i64().is_none() {
                problems.push(Problem::new(below(at, "expected_stock"), "must be a whole number"));
            }
            stock.as_i64()
        }
    };
    match Change::parse(fields, expected_stock, at.to_owned()) {
        Ok(change) => Some(Row::new(id?, change)),
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

/// Fails the rows whose new code another item has.
async fn refuse_taken(store: &OpenStore, rows: &mut [Row]) -> Result<(), Error> {
    let codes: Vec<String> = rows
        .iter()
        .filter_map(|row| row.change.code())
        .filter(|code| unsearchable(code).is_none())
        .map(str::to_owned)
        .collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let found = search(&store.upstream.bulk(), &codes).await.map_err(Error::Upstream)?;
    for row in rows {
        let holder = row.change.code().and_then(|code| holder(&found, code, Some(&row.id)));
        if let Some(holder) = holder {
            row.state = State::Refused(taken(holder));
        }
    }
    Ok(())
}

/// What the changes would make of the items; only reads are sent.
async fn preview(store: &OpenStore, rows: &mut [Row]) -> Result<(), Error> {
    let upstream = store.upstream.bulk();
    for row in rows.iter_mut().filter(|row| row.is_waiting()) {
        row.state = match upstream.inventory().get(&row.id).await {
            Ok(item) => match row.change.lay(item.as_map()) {
                Ok(desired) => State::Shown(diff(item.as_map(), &desired)),
                Err(refused) => State::refused(refused),
            },
            Err(od_client::Error::NotFound) => State::Failed(NO_SUCH_ITEM.to_owned()),
            Err(error) => return Err(Error::Upstream(error)),
        };
    }
    Ok(())
}

fn refuse_if_none_succeeded(rows: &[Row]) -> Result<(), Error> {
    if rows.iter().any(Row::succeeded) {
        return Ok(());
    }
    if rows.iter().any(|row| matches!(row.state, State::Unknown { .. })) {
        return Err(Error::uncertain(
            "Order Desk's answer to the batch was lost, and reading does not show what was stored.".to_owned(),
            "Read the inventory items with products_get and fresh set to true, and compare before calling again.",
        )
        .having_attempted_all(|| rows.iter().filter_map(Row::altered)));
    }
    if rows
        .iter()
        .all(|row| matches!(&row.state, State::Failed(message) if message == NO_SUCH_ITEM))
    {
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        return Err(Error::NotFound {
            what: "Inventory item",
            name: ids.join(", "),
            nearest: None,
            hint: "products_list with code finds an inventory item's id. A code (SKU) is not an id.",
        });
    }
    Err(Error::AllFailed {
        what: "inventory item",
        results: results(rows),
        code: code(rows),
    })
}

/// With which code is told that no row succeeded: theirs when they are of one, Order Desk's only when it refused one.
fn code(rows: &[Row]) -> &'static str {
    const OURS: &str = "CONFLICT_ERROR";
    let is_ours = |row: &Row| matches!(row.state, State::Refused(_));
    let mut codes = rows.iter().map(|row| row.state.code());
    match codes.next() {
        Some(first) if codes.all(|code| code == first) => first,
        _ if rows.iter().all(is_ours) => OURS,
        _ => "ORDERDESK_API_ERROR",
    }
}

fn results(rows: &[Row]) -> Value {
    rows.iter().map(Row::result).collect()
}
