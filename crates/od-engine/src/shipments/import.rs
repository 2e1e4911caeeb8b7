//! Tracking numbers out of a pasted table: each row is matched with an order of the store, and what fits is added in batches.
//!
//! Nothing is guessed. A row whose number a spreadsheet spoilt, whose order is unknown or could be two, says so and is left
//! alone; the others are added.

use od_record::pasted::{Pasted, Row, Tracking, Verdict, read, read_list};
use od_record::{Problem, shipment::same_tracking};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Shipments;
use super::batch::MOST as BATCH;
use crate::difference::Altered;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::parts::Record;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

mod matching;
mod told;

use matching::{Orders, Whose};
use told::{State, Told};

/// Parcels in one table.
const MOST: usize = 500;
const AT: &str = "/rows";

/// A table of tracking numbers.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ImportShipments {
    /// Name or id of the store.
    pub store: Option<String>,
    /// The table: CSV, TSV, Markdown, or a JSON list of objects.
    pub rows: String,
    /// Whether numbers are added that were warned of: of no known form, or once taken for a number.
    #[serde(default)]
    pub accept_warnings: bool,
    /// Only shows what would be added.
    #[serde(default)]
    pub dry_run: bool,
}

/// What is wrong with a table as a whole.
pub fn judge_import(rows: &str) -> Vec<Problem> {
    parse(rows).err().into_iter().collect()
}

impl Shipments<'_> {
    /// Adds shipments from a table. `data` is `{"results", "counts", "columns", "delimiter", "header_line"}`: a result for each
    /// row in order, with `line`, `order`, `status` and `reason`.
    ///
    /// Orders are looked for by order id, source id, or e-mail with name (`import::matching`).
    ///
    /// # Errors
    /// [`Error::Invalid`] when the table cannot be read; [`Error::Upstream`] when nothing was sent yet. What happens afterwards
    /// is told row by row.
    pub async fn import(&self, scope: &Scope, input: ImportShipments) -> Result<Outcome<Value>, Error> {
        let pasted = parse(&input.rows).map_err(|problem| Error::Invalid(vec![problem]))?;
        let store = self
            .0
            .stores()
            .open(scope, input.store.as_deref(), Purpose::Change)
            .await?;
        let orders = Orders::find(self.0, scope, &store, &pasted.rows, !input.dry_run).await?;
        let mut told: Vec<Told> = pasted.rows.iter().map(Told::of).collect();
        let planned = plan(&pasted.rows, &orders, &mut told, input.accept_warnings);
        let mut altered = Vec::new();
        if input.dry_run {
            for row in &planned {
                told[row.at].is(State::Posted, "would be added");
            }
        } else {
            altered = self.post(&store, &planned, &mut told).await?;
        }
        repeat(&planned, &mut told);
        let mut data = json!({
            "results": told.iter().map(Told::shown).collect::<Vec<_>>(),
            "counts": told::counts(&told),
            "columns": columns(&pasted),
            "delimiter": pasted.delimiter.map(String::from),
            "header_line": pasted.header_line,
        });
        if input.dry_run {
            data["dry_run"] = true.into();
        }
        let outcome = Outcome::of(store.name.clone(), data).with_warnings(told::warnings(&told, &orders));
        Ok(outcome.having_altered(altered))
    }

    /// Sends what was planned, a batch at a time. An error before anything was sent is the call's; one that comes later is that of
    /// its rows, and what follows is not tried.
    async fn post(&self, store: &OpenStore, planned: &[Planned], told: &mut [Told]) -> Result<Vec<Altered>, Error> {
        let mut altered = Vec::new();
        let mut batches = planned.chunks(BATCH);
        for (number, batch) in batches.by_ref().enumerate() {
            let bodies: Vec<Record> = batch.iter().map(|row| row.body.clone()).collect();
            let sent = match super::batch::parse(&bodies) {
                Ok(rows) => self
                    .add(store, &rows, false)
                    .await
                    .map(|(verdicts, _)| (verdicts, rows)),
                Err(problems) => Err(Error::Invalid(problems)),
            };
            match sent {
                Ok((verdicts, rows)) => {
                    for (row, verdict) in batch.iter().zip(verdicts.rows()) {
                        told[row.at].found(verdict);
                    }
                    altered.extend(verdicts.altered(&rows));
                }
                Err(error) if number == 0 => return Err(error),
                Err(error) => {
                    let state = if matches!(error, Error::Uncertain { .. }) {
                        State::Unknown
                    } else {
                        State::Skipped
                    };
                    for row in batch {
                        told[row.at].is(state, error.to_string());
                    }
                    break;
                }
            }
        }
        for row in batches.flatten() {
            told[row.at].is(State::Skipped, "not tried: a batch before it failed");
        }
        Ok(altered)
    }
}

/// A shipment that is to be added.
struct Planned {
    /// Which row of the table.
    at: usize,
    /// Later rows of the same parcel.
    again: Vec<usize>,
    body: Record,
}

/// The shipments that are to be added. All other rows are told what becomes of them.
fn plan(rows: &[Row], orders: &Orders, told: &mut [Told], accept_warnings: bool) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(tracking) = &row.tracking else {
            told[at].is(State::Skipped, "no_tracking_number");
            continue;
        };
        match tracking.verdict {
            Verdict::Refuse(reason) => {
                told[at].is(State::Refused, reason.as_str());
                continue;
            }
            Verdict::Warn(reason) if !accept_warnings => {
                told[at].is(State::Skipped, reason.as_str());
                continue;
            }
            Verdict::Warn(_) | Verdict::Ok => {}
        }
        let order = match orders.whose(row) {
            Whose::One(order) => order,
            Whose::None => {
                told[at].is(
                    State::UnknownOrder,
                    "no order of the store has this id, source id, or e-mail with this name",
                );
                continue;
            }
            Whose::NotLookedFor => {
                told[at].is(State::Skipped, "not_looked_for");
                continue;
            }
            Whose::Several(ids) => {
                told[at].is(
                    State::Ambiguous,
                    format!("could be any of the orders {}", ids.join(", ")),
                );
                continue;
            }
        };
        told[at].order_id = Some(order.id.as_str().to_owned());
        let body = body(order.id.as_str(), row, tracking);
        if let Some(existing) = same_tracking(&order.shipments, &body) {
            told[at].shipment_id = existing.get("id").and_then(od_record::id_text);
            told[at].is(
                State::AlreadyThere,
                "the order has a shipment with this tracking number",
            );
            continue;
        }
        let same = |earlier: &&mut Planned| {
            earlier.body.get("order_id") == body.get("order_id")
                && earlier.body.get("tracking_number") == body.get("tracking_number")
        };
        match planned.iter_mut().find(same) {
            Some(earlier) => earlier.again.push(at),
            None => planned.push(Planned {
                at,
                again: Vec::new(),
                body,
            }),
        }
    }
    planned
}

/// Rows of one parcel end as its first one did.
fn repeat(planned: &[Planned], told: &mut [Told]) {
    for row in planned {
        for again in &row.again {
            told[*again] = told[row.at].clone().in_line(told[*again].line);
        }
    }
}

/// A shipment as `POST /batch-shipments` takes it. The table does not say in what its weights are, so they stay out.
fn body(order_id: &str, row: &Row, tracking: &Tracking) -> Record {
    let mut body = Map::from_iter([
        ("order_id".to_owned(), Value::from(order_id)),
        ("tracking_number".to_owned(), tracking.number.as_str().into()),
    ]);
    let carrier = row.carrier.clone().or_else(|| match tracking.carriers[..] {
        [carrier] => Some(carrier.to_owned()),
        _ => None,
    });
    body.extend(carrier.map(|carrier| ("carrier_code".to_owned(), carrier.into())));
    body.extend(
        row.ship_date
            .map(|day| ("date_shipped".to_owned(), day.to_string().into())),
    );
    body
}

fn parse(rows: &str) -> Result<Pasted, Problem> {
    let refused = |message: String| Problem::new(AT, message);
    let pasted = if rows.trim_start().starts_with('[') {
        let list: Vec<Map<String, Value>> = serde_json::from_str(rows).map_err(|error| {
            refused(format!(
                "begins like a JSON list and is none of objects (line {}, column {})",
                error.line(),
                error.column()
            ))
        })?;
        read_list(&list)
    } else {
        read(rows)
    };
    let pasted = pasted.map_err(|reason| refused(format!("cannot be used: {reason} ({})", reason.as_str())))?;
    let parcels = pasted.rows.iter().filter(|row| row.tracking.is_some()).count();
    match parcels {
        0 => Err(refused(
            "cannot be used: no row has a tracking number (no_tracking_number)".to_owned(),
        )),
        1..=MOST => Ok(pasted),
        _ => Err(refused(format!(
            "holds {parcels} tracking numbers: at most {MOST} go at a time"
        ))),
    }
}

fn columns(pasted: &Pasted) -> Value {
    let columns = pasted.columns.iter().map(|column| {
        json!({
            "heading": column.heading.as_deref().map(od_record::text::clean_text),
            "used_as": column.role.map(od_record::pasted::Role::as_str),
        })
    });
    columns.collect()
}
