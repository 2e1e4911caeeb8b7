//! `/`: how things stand, for whoever is signed in; what this address is, for everybody else.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use od_engine::{
    Error,
    audit::{ACTS, AuditFilter, EntryView, Look},
    stores::{Budget, KnownStore, TenantLimit},
};

use super::{
    landing,
    traces::{CONFIRMATION, Outcome},
};
use crate::{
    demo::ShopOrder,
    desk::Naming,
    guest::Guest,
    layout::{Layout, Place},
    member::Member,
    moment::Moment,
    page,
    web::Web,
};

mod health;
mod orders;
#[cfg(test)]
mod tests;

use orders::Orders;

/// Stores, calls and errors that are shown; their own pages show all.
const STORES: usize = 10;
const CALLS: usize = 10;
const ERRORS: usize = 5;
/// So many of the newest entries tell how the stores are.
const LOOKED_AT: u32 = 100;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

pub fn router() -> Router<Web> {
    Router::new().route("/", get(show)).merge(orders::router())
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard {
    layout: Layout,
    /// Nothing where there is nothing to show of orders.
    orders: Option<Orders>,
    now: Now,
    /// Whether the page asks for what is new.
    is_live: bool,
}

/// What changes while the page stands open.
#[derive(Template)]
#[template(path = "dashboard.html", block = "now")]
struct Fragment {
    now: Now,
}

struct Now {
    base: String,
    new_store: String,
    connect: String,
    is_locked: bool,
    has_traces: bool,
    stores: Vec<Standing>,
    /// All of them, as they are known here.
    known: Vec<KnownStore>,
    /// Stores that are not shown.
    more_stores: usize,
    limit: TenantLimit,
    calls: Vec<Line>,
    errors: Vec<Line>,
    /// The demo's orders.
    orders: Option<Vec<ShopOrder>>,
}

/// How a store is, as far as that is known.
struct Standing {
    store_id: String,
    name: String,
    tone: &'static str,
    health: &'static str,
    seen: Option<Moment>,
    budget: Option<Budget>,
}

/// A call in a list.
struct Line {
    at: Option<Moment>,
    tool: String,
    store: String,
    tone: &'static str,
    outcome: String,
    message: String,
    millis: i64,
    by: String,
    request_id: String,
}

async fn show(guest: Guest) -> Response {
    let Some(scope) = guest.scope() else {
        if guest.wants_fragment() {
            // The session ended while the page stood open.
            return guest.go("/login");
        }
        let mut response = landing::show(&guest.web, &guest.headers);
        page::keep_nowhere(&mut response);
        return response;
    };
    let member = Member { guest, scope };
    let now = match now(&member).await {
        Ok(now) => now,
        Err(error) => return member.refuse(&error),
    };
    if member.wants_fragment() {
        return member.show(StatusCode::OK, &Fragment { now });
    }
    let is_live = !member.has_word("pause");
    let orders = match Orders::of(&member, &now.known, is_live).await {
        Ok(orders) => orders,
        Err(error) => return member.refuse(&error),
    };
    let template = Dashboard {
        layout: member.layout("Dashboard", Place::Dashboard),
        orders,
        is_live,
        now,
    };
    member.show(StatusCode::OK, &template)
}

async fn now(member: &Member) -> Result<Now, Error> {
    let Member { guest, scope } = member;
    let (engine, pages) = (&guest.web.engine, guest.web.options.pages.as_ref());
    let log = engine.audit_log();
    let look = |limit| Look {
        before: None,
        limit,
        // Both lists have an index.
        patience: Duration::ZERO,
    };
    let newest = log
        .browse(scope, &AuditFilter::default(), look(LOOKED_AT))
        .await?
        .entries;
    let listed = guest.web.naming();
    let failed = AuditFilter {
        status: Some("error".to_owned()),
        since: Some(engine.clock().now_millis() - DAY_MILLIS),
        ..AuditFilter::default()
    };
    let errors = log.browse(scope, &failed, look(LOOKED_AT)).await?.entries;
    let errors = errors.iter().filter(|entry| !is_question(entry)).take(ERRORS);
    let stores = engine.stores().known(scope).await?;
    let names: HashMap<&str, &str> = stores
        .iter()
        .map(|known| (known.store.store_id.as_str(), known.store.store_name.as_str()))
        .collect();
    let calls = newest.iter().filter(|entry| !ACTS.contains(&entry.tool_name.as_str()));
    Ok(Now {
        base: guest.base().to_owned(),
        new_store: guest.to("/stores/new"),
        connect: guest.to("/connect"),
        is_locked: scope.identity().is_locked(),
        has_traces: pages.is_some_and(|pages| pages.traces),
        calls: calls.take(CALLS).map(|entry| line(entry, &names, &*listed)).collect(),
        errors: errors.map(|entry| line(entry, &names, &*listed)).collect(),
        limit: engine.limit_of(scope),
        more_stores: stores.len().saturating_sub(STORES),
        orders: pages.and_then(|pages| pages.demo.as_ref()).map(crate::Demo::orders),
        stores: stores
            .iter()
            .take(STORES)
            .map(|store| standing(store, &newest))
            .collect(),
        known: stores,
    })
}

/// What the newest call that asked Order Desk about a store tells of it.
fn standing(known: &KnownStore, newest: &[EntryView]) -> Standing {
    let store = &known.store;
    let its = newest
        .iter()
        .filter(|entry| entry.store_id.as_deref() == Some(&store.store_id));
    let (seen, (tone, health)) = match health::newest(its) {
        Some((entry, health)) => (Moment::parse(&entry.created_at), health),
        // All there is was looked at.
        None if newest.len() < LOOKED_AT as usize => (None, ("plain", "Not tried yet")),
        None => (None, ("plain", "Not tried lately")),
    };
    Standing {
        store_id: store.store_id.clone(),
        name: store.store_name.clone(),
        tone,
        health,
        seen,
        budget: known.budget,
    }
}

/// Whether it only asked whether something may be done: nothing went wrong.
fn is_question(entry: &EntryView) -> bool {
    entry.error_code.as_deref() == Some(CONFIRMATION)
}

fn line(entry: &EntryView, names: &HashMap<&str, &str>, listed: &Naming) -> Line {
    let store = entry.store_id.as_deref().unwrap_or_default();
    let Outcome { tone, text: outcome } = Outcome::of(entry);
    Line {
        at: Moment::parse(&entry.created_at),
        tool: listed(&entry.tool_name),
        store: names.get(store).map_or(store, |name| *name).to_owned(),
        tone,
        outcome,
        message: entry.error_message.clone().unwrap_or_default(),
        millis: entry.duration_ms,
        by: entry.client_name.clone().unwrap_or_else(|| entry.source.clone()),
        request_id: entry.request_id.clone(),
    }
}
