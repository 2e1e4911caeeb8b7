//! Orders that are probably one order twice.

use std::collections::HashMap;

use od_db::mirror::{Found, Twin};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::{Answer, cut_of};
use super::asked::Which;
use super::days::told;
use super::micro::money;
use super::mirror::Ready;
use super::report::{Where, select};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;

mod groups;

use groups::{Group, groups};

/// Orders that are probably one order twice.
#[derive(Clone, Debug, Deserialize)]
pub struct Duplicates {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Equal orders count as one order twice when they came within so many hours.
    #[serde(default = "a_day")]
    pub window_hours: u32,
    /// Groups to skip.
    #[serde(default)]
    pub offset: usize,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
}

fn a_day() -> u32 {
    24
}

/// Orders that are read for an answer: more than one ever has room for.
const READ: usize = 48;

impl Insight<'_> {
    /// Groups of orders that are probably one, the newest first. `data` is `{"groups": [{"reasons", "orders", ...}],
    /// "definition"}`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when copies are switched off; [`Error::Upstream`].
    pub async fn duplicates(&self, scope: &Scope, input: Duplicates) -> Result<Outcome<Value>, Error> {
        let which = Which {
            store: input.store.as_deref(),
            stores: None,
            can_be_all: false,
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let [store] = &asked.stores[..] else {
            return Err(Error::Internal("a question about one store found several"));
        };
        let copy = &self.copy_of(scope, &asked, store).await?;
        let window = copy.days(self.now());
        let selected = select(copy, window, &Where::default())?;
        let within = i64::from(input.window_hours) * 3_600;
        let twins = copy.tables.twins(&selected.selection.without, within);
        let found = groups(&twins, within);
        let sums = copy.tables.order_sums(&selected.selection, &[]).await?;
        let orders = sums.first().map_or(0, |sums| sums.orders.unsigned_abs());
        let rows = shown(copy, found.get(input.offset..).unwrap_or_default()).await?;
        let mut data = Map::new();
        cut_of(&mut data, "groups", rows, input.offset, (found.len(), found.len()));
        data.insert("window_hours".to_owned(), input.window_hours.into());
        data.insert("definition".to_owned(), definition(&selected.left_out).into());
        let mut answer = Answer::new(&asked);
        answer.add(store, Ok(copy.part(window, orders)))?;
        answer.finish(data)
    }
}

/// The first groups, as many as there is room for, with the first of their orders.
async fn shown(copy: &Ready, groups: &[Group<'_>]) -> Result<Vec<Value>, Error> {
    let mut read: Vec<i64> = Vec::new();
    let mut first: Vec<&Group<'_>> = Vec::new();
    for group in groups {
        read.extend(group.first().map(|twin| twin.id));
        first.push(group);
        if read.len() >= READ {
            break;
        }
    }
    let found = copy.tables.orders(&read).await?;
    let mut found: HashMap<i64, Found> = found.into_iter().map(|order| (order.id, order)).collect();
    let mut row = |group: &Group<'_>| {
        let orders: Vec<Value> = group
            .first()
            .filter_map(|twin| Some(one(copy, &found.remove(&twin.id)?, twin)))
            .collect();
        let reasons: Vec<&str> = group.reasons.names().collect();
        json!({
            "reasons": reasons,
            "orders_in_group": group.orders.len(),
            "minutes_apart": group.seconds_apart() / 60,
            "orders": orders,
        })
    };
    Ok(first.into_iter().map(&mut row).collect())
}

fn one(copy: &Ready, order: &Found, twin: &Twin) -> Value {
    json!({
        "id": order.id.to_string(),
        "source_id": order.source_id,
        "source_name": order.source,
        "email": order.email,
        "customer_name": order.name,
        "order_total": money(order.total.into()),
        "payment_status": order.payment,
        "folder_name": copy.folder_name(&order.folder.to_string()),
        "date_added": told(order.added),
        "is_shipped": twin.is_shipped,
    })
}

fn definition(left_out: &[String]) -> String {
    let without = match left_out {
        [] => String::new(),
        names => format!(", without folders {}", names.join(", ")),
    };
    format!(
        "orders of this server's copy{without}, that are in one group when one of these holds: same_email_and_lines and \
         same_address_and_lines (codes, or names where there is none, and quantities; the next one within window_hours), \
         same_source_id (in one sales channel, whenever; in two only where another reason holds), merged_and_original (a merged order, \
         whose source id ends with -M, and the order with the same id without it)"
    )
}
