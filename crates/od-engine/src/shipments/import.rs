//! Tracking numbers out of a pasted table: each row is matched with an order of the store, and what fits is added in batches.
//!
//! Nothing is guessed. A row whose number a spreadsheet spoilt, whose order is unknown or could be two, says so and is left
//! alone; what is only likely waits for a word of the caller (`import::plan`); the others are added.

use jiff::{SignedDuration, tz::TimeZone};
use od_record::pasted::{Pasted, Role, read, read_list};
use od_record::{Problem, given_twice};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;

use super::Shipments;
use super::batch::{Looks, MOST as BATCH};
use crate::difference::Altered;
use crate::error::Error;
use crate::insight::sent;
use crate::outcome::Outcome;
use crate::parts::Record;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

mod contents;
mod elsewhere;
mod left;
mod matching;
mod plan;
mod there;
mod told;
mod unread;
mod words;

use elsewhere::of_other_stores;
use left::{leave, repeat};
use matching::Orders;
use plan::{Planned, plan};
use told::{State, Told};

/// What the first place on earth is ahead of UTC.
const EARLIEST: SignedDuration = SignedDuration::from_hours(14);
/// What Order Desk's clock may be behind ours.
const SLACK: SignedDuration = SignedDuration::from_mins(5);
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
    /// Whether rows are added that were warned of: numbers of no known form, orders that are canceled, columns that were guessed,
    /// contents that are not clear.
    #[serde(default)]
    pub accept_warnings: bool,
    /// Only shows what would be added.
    #[serde(default)]
    pub dry_run: bool,
}

impl Shipments<'_> {
    /// Adds shipments from a table. `data` is `{"results", "counts", "lines", "reasons", "columns", "delimiter", "header_line"}`: a
    /// result for each row in order, with `line`, `order`, `status` and `reason`; `lines` says the same of the whole table in short;
    /// `reasons` says what its codes mean.
    ///
    /// Orders are looked for by order id, source id, or e-mail with name (`import::matching`).
    ///
    /// # Errors
    /// [`Error::Invalid`] when the table cannot be read; [`Error::Upstream`] when nothing was sent yet. What happens afterwards
    /// is told row by row.
    pub async fn import(&self, scope: &Scope, input: ImportShipments) -> Result<Outcome<Value>, Error> {
        let rows = input.rows;
        // It takes its time, which is nobody else's.
        let pasted = spawn_blocking(move || parse(&rows))
            .await
            .map_err(|_| Error::Internal("reading a table panicked"))?
            .map_err(|problem| Error::Invalid(vec![problem]))?;
        let store = self
            .0
            .stores()
            .open(scope, input.store.as_deref(), Purpose::Change)
            .await?;
        let since = sent((self.0.inner.clock.now() - SLACK).as_second());
        let orders = Orders::find(self.0, scope, &store, &pasted.rows, !input.dry_run).await?;
        let mut told: Vec<Told> = pasted.rows.iter().map(Told::of).collect();
        let known = self.0.stores().rows(scope, Purpose::Change).await?;
        let elsewhere = of_other_stores(&pasted.rows, &store.row, &known);
        let asked = plan::Asked {
            accept_warnings: input.accept_warnings,
            // Where the day begins first it is tomorrow already.
            last_day: (self.0.inner.clock.now() + EARLIEST).to_zoned(TimeZone::UTC).date(),
            elsewhere,
        };
        let planned = plan(&pasted.rows, &orders, &mut told, &asked);
        let (mut altered, mut doubts) = (Vec::new(), Vec::new());
        if input.dry_run {
            for row in &planned {
                told[row.at].is(State::WouldPost, "would be added");
            }
        } else {
            let looks = Looks::Already {
                since: &since,
                accepted: input.accept_warnings,
            };
            (altered, doubts) = self.post(&store, &planned, looks, &mut told).await?;
        }
        leave(&planned, &mut told);
        repeat(&planned, &mut told);
        let mut data = json!({
            "results": told.iter().map(Told::shown).collect::<Vec<_>>(),
            "counts": told::counts(&told),
            "lines": told::lines(&told),
            "reasons": told::reasons(&told),
            "columns": columns(&pasted),
            "delimiter": pasted.delimiter.map(String::from),
            "header_line": pasted.header_line,
        });
        if input.dry_run {
            data["dry_run"] = true.into();
            data["note"] = "Nothing was sent: would_post means that it would be.".into();
        }
        let outcome = Outcome::of(store.name.clone(), data)
            .with_warnings(told::warnings(&told, &orders, input.dry_run))
            .with_warnings(doubts)
            .with_warnings(unused(&pasted));
        Ok(outcome.having_altered(altered))
    }

    /// Sends what was planned, a batch at a time. An error before anything was sent is the call's; one that comes later is that of
    /// its rows, and what follows is not tried. What was altered, and what should be said of it.
    async fn post(
        &self,
        store: &OpenStore,
        planned: &[Planned<'_>],
        looks: Looks<'_>,
        told: &mut [Told],
    ) -> Result<(Vec<Altered>, Vec<String>), Error> {
        let (mut altered, mut doubts) = (Vec::new(), Vec::new());
        let mut batches = planned.chunks(BATCH);
        for (number, batch) in batches.by_ref().enumerate() {
            let bodies: Vec<Record> = batch.iter().map(|row| row.body.clone()).collect();
            let sent = match super::batch::parse(&bodies) {
                Ok(rows) => self.add(store, &rows, looks).await.map(|added| (added, rows)),
                Err(problems) => Err(Error::Invalid(problems)),
            };
            match sent {
                Ok(((verdicts, said), rows)) => {
                    doubts.extend(said);
                    for (row, verdict) in batch.iter().zip(verdicts.rows()) {
                        told[row.at].found(verdict);
                    }
                    altered.extend(verdicts.altered(&rows));
                }
                Err(error) if number == 0 => return Err(error),
                Err(error) => {
                    let why = format!("its batch failed: {error}");
                    for row in batch {
                        if matches!(error, Error::Uncertain { .. }) {
                            told[row.at].is(State::Unknown, why.as_str());
                        } else {
                            told[row.at].left(why.as_str());
                        }
                    }
                    break;
                }
            }
        }
        for row in batches.flatten() {
            told[row.at].left("not tried: a batch before it failed");
        }
        Ok((altered, doubts))
    }
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
        if let Some(name) = given_twice(rows.as_bytes()) {
            let name = od_record::text::clean_name(&name);
            return Err(refused(format!(
                "has an object with the member {name:?} twice: give each once"
            )));
        }
        read_list(&list)
    } else {
        read(rows)
    };
    let pasted = pasted.map_err(|reason| refused(format!("cannot be used: {reason} ({})", reason.as_str())))?;
    match parcels(&pasted) {
        0 => Err(refused(
            "cannot be used: no row has a tracking number (no_tracking_number)".to_owned(),
        )),
        1..=MOST => Ok(pasted),
        parcels => Err(refused(format!(
            "holds {parcels} tracking numbers: at most {MOST} go at a time"
        ))),
    }
}

fn columns(pasted: &Pasted) -> Value {
    let columns = pasted.columns.iter().map(|column| {
        let role = column.role.map(Role::as_str);
        let mut told = json!({
            "heading": column.heading.as_deref().map(od_record::text::clean_text),
            "used_as": role.filter(|_| column.is_used),
        });
        if let (Some(role), false) = (role, column.is_used) {
            let why = match column.role {
                Some(Role::Weight) => "; the table does not say in what unit",
                _ => "",
            };
            told["note"] = format!("{role}: read, not sent{why}").into();
        }
        if column.is_guessed {
            told["guessed"] = true.into();
        }
        told
    });
    columns.collect()
}

fn parcels(pasted: &Pasted) -> usize {
    pasted.rows.iter().filter(|row| row.tracking.is_some()).count()
}

/// Columns whose numbers nobody used.
fn unused(pasted: &Pasted) -> Option<String> {
    let columns = pasted.columns.iter().enumerate();
    let named: Vec<String> = columns
        .filter(|(_, column)| column.has_unused_numbers)
        .map(|(at, column)| match column.heading.as_deref() {
            Some(heading) => format!("{} ({})", at + 1, od_record::text::clean_name(heading)),
            None => (at + 1).to_string(),
        })
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "Tracking numbers stand in columns that were not used: {}. Give a column the heading Tracking Number for its parcels to be added.",
            named.join(", ")
        )
    })
}
