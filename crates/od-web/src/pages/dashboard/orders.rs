//! How the orders of one store stand: what waits in its folders, and what the last days sold.
//!
//! The page itself shows what is known and asks nobody. Its script, or a button where there is none, looks: only that asks Order
//! Desk, for the one store that is shown, as long as the page is open.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use od_engine::{
    Error,
    insight::{Glance, Overview},
    stores::KnownStore,
};

use crate::{
    member::{Member, Owner},
    moment::Moment,
    posted::Posted,
    web::Web,
};

/// How long a part of the page waits for what is being read, before it shows how far that is.
const GLIMPSE: Duration = Duration::from_millis(800);
/// How long a page without a script waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// Height of the best day's bar, and of the lowest one that there is anything to see of.
const HIGHEST: u32 = 1_000;
const LOWEST: u32 = 12;
/// So many stores stand side by side; more are chosen from a list.
const SIDE_BY_SIDE: usize = 5;

pub fn router() -> Router<Web> {
    Router::new().route("/overview", get(look).post(bring_up_to_date))
}

/// What the part shows.
pub struct Orders {
    pub base: String,
    pub store_id: String,
    pub store_name: String,
    /// All stores, where there are several.
    pub choices: Vec<Choice>,
    pub csrf: String,
    /// Whether the page asks by itself.
    pub is_live: bool,
    pub known: Known,
    /// Another one each time, so that the script sees a new element.
    pub moment: i64,
}

/// What is known of the orders.
#[derive(Default)]
pub struct Known {
    pub shown: Option<Shown>,
    pub is_reading: bool,
    /// How many orders are read, of how many, and the same in words.
    pub reading: Option<(u64, u64, String)>,
    pub failure: Option<String>,
}

/// What is shown of an overview.
pub struct Shown {
    pub overview: Arc<Overview>,
    pub as_of: Moment,
    pub bars: Vec<Bar>,
    /// What the chart shows, in words.
    pub words: String,
    /// The best day's sales, where anything was sold.
    pub best: Option<String>,
    pub first_day: String,
    pub last_day: String,
    /// The currency, with a blank before it; empty where it is not known.
    pub unit: String,
}

/// A bar of the chart: where it begins and how high it is, in units of the drawing.
pub struct Bar {
    pub x: usize,
    pub y: u32,
    pub height: u32,
    pub title: String,
}

/// A store that can be shown.
pub struct Choice {
    pub store_id: String,
    pub name: String,
    pub is_shown: bool,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct Part {
    orders: Orders,
}

impl Orders {
    /// The part for whoever is signed in; nothing where no copies are kept, there is no store, or the session is locked.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn of(member: &Member, stores: &[KnownStore], is_live: bool) -> Result<Option<Self>, Error> {
        let insight = member.web.engine.insight();
        if !insight.keeps_copies() || member.scope.identity().is_locked() {
            return Ok(None);
        }
        let asked_for = member.query();
        let Some(shown) = chosen(stores, asked_for.typed("store")) else {
            return Ok(None);
        };
        let store = &shown.store;
        let known = match insight.glance(&member.scope, &store.store_id).await {
            Ok(glance) => Known::of(glance),
            // Removed in this moment.
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let choices = stores.iter().map(|one| Choice {
            store_id: one.store.store_id.clone(),
            name: one.store.store_name.clone(),
            is_shown: one.store.store_id == store.store_id,
        });
        let part = Self::new(member, (&store.store_id, &store.store_name), known, is_live);
        Ok(Some(Self {
            choices: choices.filter(|_| stores.len() > 1).collect(),
            ..part
        }))
    }

    fn new(member: &Member, (store_id, store_name): (&str, &str), known: Known, is_live: bool) -> Self {
        Self {
            base: member.base().to_owned(),
            store_id: store_id.to_owned(),
            store_name: store_name.to_owned(),
            choices: Vec::new(),
            csrf: member.csrf("/overview"),
            is_live,
            known,
            moment: member.web.engine.clock().now_millis(),
        }
    }

    /// Whether the stores stand side by side.
    pub fn has_tabs(&self) -> bool {
        self.choices.len() <= SIDE_BY_SIDE
    }
}

impl Known {
    fn of(glance: Glance) -> Self {
        let reading = glance.reading.map(|step| (step.done, step.total, step.words));
        Self {
            shown: glance.overview.map(Shown::of),
            is_reading: glance.is_reading,
            reading,
            failure: glance.failure,
        }
    }
}

impl Shown {
    fn of(overview: Arc<Overview>) -> Self {
        let unit = overview
            .currency
            .as_ref()
            .map_or_else(String::new, |currency| format!(" {currency}"));
        let day = |at: Option<&od_engine::insight::DaySales>| at.map(|day| day.day.clone()).unwrap_or_default();
        let (first_day, last_day) = (day(overview.days.first()), day(overview.days.last()));
        let best = overview
            .days
            .iter()
            .max_by_key(|day| day.of_best)
            .filter(|day| day.of_best > 0);
        let mut words = format!(
            "Sales by day from {first_day} to {last_day}: {}, {}{unit}.",
            counted(overview.orders),
            overview.sales
        );
        if let Some(best) = best {
            words = format!("{words} Most on {}: {}{unit}.", best.day, best.sales);
        }
        let bars = overview.days.iter().enumerate().filter(|(_, day)| day.of_best > 0);
        let bars = bars.map(|(at, day)| {
            let height = day.of_best.clamp(LOWEST, HIGHEST);
            Bar {
                x: at * 10 + 1,
                y: HIGHEST - height,
                height,
                title: format!("{}: {}, {}{unit}", day.day, counted(day.orders), day.sales),
            }
        });
        Self {
            as_of: Moment::of_millis(overview.as_of),
            bars: bars.collect(),
            words,
            best: best.map(|best| format!("{}{unit}", best.sales)),
            first_day,
            last_day,
            unit,
            overview,
        }
    }
}

fn counted(orders: u64) -> String {
    if orders == 1 {
        "1 order".to_owned()
    } else {
        format!("{orders} orders")
    }
}

/// The store that is asked for, else the active one, else the first.
fn chosen<'a>(stores: &'a [KnownStore], asked_for: &str) -> Option<&'a KnownStore> {
    let asked_for = stores.iter().find(|one| one.store.store_id == asked_for);
    asked_for
        .or_else(|| stores.iter().find(|one| one.store.active))
        .or_else(|| stores.first())
}

/// The part by itself, for the script of a page that is open.
async fn look(Owner(member): Owner) -> Response {
    let store = member.query().typed("store").to_owned();
    // A link from elsewhere has nothing read: only our own pages' scripts send the header.
    if !member.wants_fragment() {
        return member.go(&page_of(&store));
    }
    // A name would do as well for the engine, and stand in an address.
    if !member.web.engine.insight().keeps_copies() || !store.bytes().all(|byte| byte.is_ascii_digit()) {
        return member.not_found();
    }
    let insight = member.web.engine.insight();
    match insight.look(&member.scope, &store, false, GLIMPSE).await {
        Ok(glance) => {
            let orders = Orders::new(&member, (&store, &store), Known::of(glance), true);
            member.show(StatusCode::OK, &Part { orders })
        }
        Err(error) => member.refuse(&error),
    }
}

/// The button.
async fn bring_up_to_date(
    Posted {
        who: Owner(member),
        form,
    }: Posted<Owner>,
) -> Response {
    let store = form.typed("store");
    let insight = member.web.engine.insight();
    match insight.look(&member.scope, store, true, PATIENCE).await {
        Ok(_) => member.go(&page_of(store)),
        Err(error) => member.refuse(&error),
    }
}

fn page_of(store: &str) -> String {
    let query = serde_urlencoded::to_string([("store", store)]).unwrap_or_default();
    format!("/?{query}")
}

#[cfg(test)]
mod tests;
