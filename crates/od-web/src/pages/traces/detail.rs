//! `/traces/{request_id}`: one request, whole, with what it altered.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use od_engine::{
    Altered,
    audit::{ACTS, Difference, Told, Trace},
    stores::StoreView,
};
use serde_json::Value;

use super::filters::Filters;
use super::row::{Outcome, duration, moment, store_name};
use super::undo::{self, Undo};
use crate::{
    desk::Naming,
    highlight::{self, Part},
    layout::{Layout, Place},
    member::Member,
    moment::Moment,
};

#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    layout: Layout,
    request_id: String,
    entries: Vec<Entry>,
    /// Of the form that goes to the console.
    console_csrf: String,
}

/// An entry of the request: mostly there is one.
struct Entry {
    id: String,
    tool: String,
    at: Moment,
    outcome: Outcome,
    error: String,
    duration: String,
    store_id: String,
    store: String,
    /// Fields that say something, by name.
    more: Vec<(&'static str, String)>,
    /// Orders that it is about, each with where the other calls about it are.
    orders: Vec<(String, String)>,
    parameters: Vec<Part>,
    altered: Told,
    records: Vec<Record>,
    left_out_bytes: Option<u64>,
    /// The console with the same tool; empty for what is no tool.
    console: String,
    undo: Option<Undo>,
}

/// A record, and what became of it.
struct Record {
    name: String,
    changes: Vec<Change>,
    is_uncertain: bool,
    left_out_changes: Option<u64>,
}

struct Change {
    field: String,
    before: Vec<Part>,
    after: Vec<Part>,
}

pub async fn show(member: Member, Path(request_id): Path<String>) -> Response {
    let log = member.web.engine.audit_log();
    let traces = match log.trace(&member.scope, &request_id).await {
        Ok(traces) => traces,
        Err(error) => return member.refuse(&error),
    };
    let stores = match member.web.engine.stores().list(&member.scope).await {
        Ok(stores) => stores.data,
        Err(error) => return member.refuse(&error),
    };
    let listed = member.web.naming();
    let template = TracePage {
        layout: member.layout("Traces", Place::Traces),
        // As it is written, however it was asked for.
        request_id: traces
            .first()
            .map_or(request_id, |trace| trace.entry.request_id.clone()),
        console_csrf: member.csrf("/console"),
        entries: traces
            .into_iter()
            .map(|trace| Entry::of(trace, &stores, &*listed))
            .collect(),
    };
    member.show(StatusCode::OK, &template)
}

impl Entry {
    fn of(Trace { entry, altered }: Trace, stores: &[StoreView], listed: &Naming) -> Self {
        let outcome = Outcome::of(&entry);
        let store_id = entry.store_id.unwrap_or_default();
        let told = Option::unwrap_or_default;
        let more = [
            ("Source", entry.source),
            ("Actor", entry.actor),
            ("Client", told(entry.client_name)),
            ("User agent", told(entry.user_agent)),
            ("Address", told(entry.ip_address)),
            ("Agreed by", told(entry.agreed_by)),
            ("Entry", entry.id.clone()),
            ("Position", entry.seq.to_string()),
            ("Digest", entry.digest),
        ];
        let (records, left_out_bytes) = match &altered {
            Told::Opened(difference) => records(difference),
            _ => (Vec::new(), None),
        };
        let is_registered = store_name(&store_id, stores).is_some();
        let undo = match &altered {
            Told::Opened(difference) if difference.left_out_bytes.is_none() && is_registered => {
                undo::undo(&store_id, &difference.records)
            }
            _ => None,
        };
        Self {
            undo,
            id: entry.id,
            at: moment(&entry.created_at),
            outcome,
            error: told(entry.error_message),
            duration: duration(entry.duration_ms),
            store: store_name(&store_id, stores).unwrap_or_default().to_owned(),
            console: console(&entry.tool_name, &store_id),
            tool: listed(&entry.tool_name),
            store_id,
            more: more.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
            orders: entry.order_ids.into_iter().map(about).collect(),
            parameters: highlight::whole(&entry.parameters),
            altered,
            records,
            left_out_bytes,
        }
    }

    fn is_locked(&self) -> bool {
        self.altered == Told::Locked
    }

    fn is_damaged(&self) -> bool {
        self.altered == Told::Damaged
    }
}

fn about(order: String) -> (String, String) {
    let filters = Filters {
        search: order.clone(),
        ..Filters::default()
    };
    (order, filters.address("/traces", &[]))
}

/// Whatever is no act was a call of a tool.
fn console(tool: &str, store_id: &str) -> String {
    if ACTS.contains(&tool) {
        return String::new();
    }
    // Entries have the dotted name; the console names tools as clients do.
    let tool = tool.replace('.', "_");
    let pairs = [("store", store_id), ("tool", tool.as_str())]
        .into_iter()
        .filter(|(_, text)| !text.is_empty());
    let query = serde_urlencoded::to_string(pairs.collect::<Vec<_>>()).unwrap_or_default();
    format!("/console?{query}")
}

fn records(difference: &Difference) -> (Vec<Record>, Option<u64>) {
    let records = difference.records.iter().map(|altered| Record {
        name: name(altered),
        changes: altered
            .changes
            .iter()
            .map(|change| Change {
                field: if change.path.is_empty() {
                    "(whole record)".to_owned()
                } else {
                    change.path.clone()
                },
                before: value(change.before.as_ref(), change.before_left_out_bytes),
                after: value(change.after.as_ref(), change.after_left_out_bytes),
            })
            .collect(),
        is_uncertain: altered.is_uncertain,
        left_out_changes: altered.left_out_changes,
    });
    (records.collect(), difference.left_out_bytes)
}

fn name(altered: &Altered) -> String {
    let sort = altered.record.replace('_', " ");
    let named = match &altered.id {
        Some(id) => format!("{sort} {id}"),
        None => format!("new {sort}"),
    };
    let mut letters = named.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let of = altered.order_id.as_ref().map(|order| format!(" of order {order}"));
    format!("{first}{}{}", letters.as_str(), of.unwrap_or_default())
}

fn value(value: Option<&Value>, left_out_bytes: Option<u64>) -> Vec<Part> {
    match (left_out_bytes, value) {
        (Some(bytes), _) => vec![Part::plain(format!("({bytes} bytes, left out)"))],
        (None, Some(value)) => highlight::whole(value),
        (None, None) => vec![Part::plain("(nothing)")],
    }
}
