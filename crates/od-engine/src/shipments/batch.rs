//! Adding shipments to many orders in one request (Order Desk: `POST /batch-shipments`).
//!
//! Order Desk answers success for the whole even when rows failed, and does not say in which order its results stand. So the orders
//! are read before it is asked (`before`), and whenever there is a doubt also after.

use od_record::Problem;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Shipments;
use super::part::Shipment;
use crate::attempts::send_once;
use crate::error::Error;
use crate::lock::AllHeld;
use crate::orders::missing;
use crate::outcome::Outcome;
use crate::parts::{Part, Record};
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose};

mod before;
mod rows;
mod verdict;

use before::{Before, Looked, Reach};
use rows::Row;
pub(super) use rows::{MOST, parse};
pub(super) use verdict::{Ended, State};
use verdict::{Listed, Verdicts};

/// Shipments to add.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CreateShipments {
    /// Name or id of the store.
    pub store: Option<String>,
    /// One per row, 1 to 100: `order_id` and the fields of a shipment.
    pub shipments: Vec<Map<String, Value>>,
    /// Whether shipments may hold more of a line than is left.
    #[serde(default)]
    pub allow_excess: bool,
    /// Only shows what would be added.
    #[serde(default)]
    pub dry_run: bool,
}

/// Who compares the rows with what their orders have.
#[derive(Clone, Copy)]
pub(super) enum Looks<'a> {
    /// The batch itself, before anything is sent.
    First {
        /// Whether shipments may hold more of a line than is left.
        allow_excess: bool,
    },
    /// The caller did, a moment ago. What has changed since is looked for where few requests tell it.
    Already {
        /// When the caller began, as Order Desk writes it.
        since: &'a str,
        /// Whether the caller has accepted what speaks against rows.
        accepted: bool,
    },
}

/// Everything that is wrong with the rows of a batch, with JSON Pointers such as `/shipments/3/tracking_number`.
pub fn judge_batch(shipments: &[Map<String, Value>]) -> Vec<Problem> {
    parse(shipments).err().unwrap_or_default()
}

impl Shipments<'_> {
    /// Adds shipments to orders. `data` is `{"results": [...]}`, one row per shipment as given, each with `status` and
    /// `message`, and the `shipment_id` where it is known.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of every row; [`Error::AllFailed`] when no row succeeded;
    /// [`Error::Uncertain`] when no row is known to have succeeded; [`Error::Upstream`].
    pub async fn batch_create(&self, scope: &Scope, input: CreateShipments) -> Result<Outcome<Value>, Error> {
        let rows = parse(&input.shipments).map_err(Error::Invalid)?;
        let stores = self.0.stores();
        let store = stores.open(scope, input.store.as_deref(), Purpose::Change).await?;
        let given = rows.iter().map(|row| (row.order.as_str(), &row.body));
        let elsewhere = self.elsewhere(scope, input.store.as_deref(), given).await;
        if input.dry_run {
            let before = Before::read(self.0, &store, &rows, Reach::All).await?;
            let doubts = before.judge(&rows, input.allow_excess)?;
            let verdicts = Verdicts::foretold(&rows, &before);
            let data = json!({ "results": verdicts.told(), "dry_run": true });
            let outcome = Outcome::of(store.name, data).with_warnings(verdicts.warnings());
            return Ok(outcome.with_warnings(doubts).with_warnings(elsewhere));
        }
        let looks = Looks::First {
            allow_excess: input.allow_excess,
        };
        let (verdicts, doubts) = self.add(&store, &rows, looks).await?;
        verdicts.refuse_if_none_succeeded(&rows)?;
        let data = json!({ "results": verdicts.told() });
        let outcome = Outcome::of(store.name, data).with_warnings(verdicts.warnings());
        let outcome = outcome.with_warnings(doubts).with_warnings(elsewhere);
        Ok(outcome.having_altered(verdicts.altered(&rows)))
    }

    /// Sends the batch while all its orders are held.
    pub(super) async fn add(
        &self,
        store: &OpenStore,
        rows: &[Row],
        looks: Looks<'_>,
    ) -> Result<(Verdicts, Vec<String>), Error> {
        let inner = &self.0.inner;
        let subjects = rows.iter().map(|row| store.order(row.order.as_str())).collect();
        let held = store.hold_all(self.0, subjects).await?;
        let looked = match self.look(store, rows, looks).await {
            Ok(looked) => looked,
            Err(error) => {
                held.release().await;
                return Err(error);
            }
        };
        let verdicts = send(store, rows, &looked, inner.mutation.max_retries + 1, &held).await;
        for row in rows {
            inner.order_changed(store.owner(), row.order.as_str()).await;
        }
        held.release().await;
        Ok((verdicts?, looked.doubts))
    }

    /// What the orders have before, and what should be said of the rows beside it.
    async fn look(&self, store: &OpenStore, rows: &[Row], looks: Looks<'_>) -> Result<Looked, Error> {
        let mut looked = Looked::default();
        match looks {
            Looks::First { allow_excess } => {
                looked.before = Before::read(self.0, store, rows, Reach::Usual).await?;
                looked.doubts = looked.before.judge(rows, allow_excess)?;
            }
            Looks::Already { since, accepted } => {
                looked.before = Before::read(self.0, store, rows, Reach::Again(since)).await?;
                looked.overtaken = looked.before.overtaken(rows, accepted);
                looked.doubts.extend(looked.before.not_again());
            }
        }
        Ok(looked)
    }
}

/// Sends the rows whose parcels their orders do not have, and that were not overtaken.
async fn send(store: &OpenStore, all: &[Row], looked: &Looked, most: u32, held: &AllHeld) -> Result<Verdicts, Error> {
    let before = &looked.before;
    let is_sent = |(index, row): &(usize, &Row)| before.there(row).is_none() && !looked.overtaken.contains_key(index);
    let rows: Vec<&Row> = all.iter().enumerate().filter(is_sent).map(|(_, row)| row).collect();
    let rows = rows.as_slice();
    if rows.is_empty() {
        return Ok(Verdicts::found(all, looked, &Ok(Vec::new()), &Listed::new()));
    }
    let bodies: Vec<Record> = rows.iter().map(|row| row.body.clone()).collect();
    let bodies = &bodies;
    let add = |upstream: od_client::Store| async move { upstream.shipments().batch_create(bodies).await };
    let answer = match send_once(&store.upstream, &store.asker, most, async || held.must_be_ours(), add).await? {
        Ok(reply) => Ok(rows::assign(rows, reply.results)),
        Err(error) if error.is_uncertain() => {
            tracing::warn!(%error, "the outcome of a batch of shipments is unknown; reading the orders to find out");
            Err(error)
        }
        Err(error) => {
            let orders: Vec<&str> = rows.iter().map(|row| row.order.as_str()).collect();
            return Err(missing(error, &orders.join(", ")));
        }
    };
    let beyond_doubt = answer.as_ref().is_ok_and(|answers| {
        answers
            .iter()
            .all(|answer| answer.as_ref().is_some_and(|answer| answer.accepted))
    });
    let listed = if beyond_doubt {
        Listed::new()
    } else {
        list(store, rows).await
    };
    Ok(Verdicts::found(all, looked, &answer, &listed))
}

/// Reads the shipments of every order of the batch, giving way to calls that somebody waits for.
async fn list(store: &OpenStore, rows: &[&Row]) -> Listed {
    let upstream = store.upstream.bulk();
    let mut listed = Listed::new();
    for row in rows {
        if !listed.contains_key(&row.order) {
            let shipments = Shipment.list(&upstream, &row.order).await;
            listed.insert(row.order.clone(), shipments);
        }
    }
    listed
}
