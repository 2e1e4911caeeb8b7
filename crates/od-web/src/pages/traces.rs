//! `/traces`: what was done, from the audit log.

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    http::{HeaderName, HeaderValue},
    response::Response,
    routing::get,
};
use od_engine::{
    Error,
    audit::{AuditPlace, Browsed, Look},
};

use crate::{
    layout::{Layout, Place},
    member::Member,
    parameters::Parameters,
    problem::Problems,
    web::Web,
};
use choices::Choices;
use filters::Filters;
use row::Row;

pub use row::{CONFIRMATION, Outcome};

mod choices;
mod delete;
mod detail;
mod export;
mod filters;
mod row;
#[cfg(test)]
mod tests;
mod undo;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/traces", get(show))
        .route("/traces/export", get(export::download))
        .route("/traces/delete", get(delete::show).post(delete::delete))
        .route("/traces/{request_id}", get(detail::show))
}

/// Rows of a page.
const ROWS: u32 = 50;
/// How long a page looks for matches before it says how far it came.
const GLANCE: Duration = Duration::from_millis(4);
/// How long one looks that was asked to go on.
const SEARCH: Duration = Duration::from_millis(400);

const REPLACE_URL: HeaderName = HeaderName::from_static("hx-replace-url");

#[derive(Template)]
#[template(path = "traces.html")]
struct Traces {
    layout: Layout,
    filters: Filters,
    choices: Choices,
    calls: Calls,
}

/// The part that changes with the filters and by itself.
#[derive(Template)]
#[template(path = "traces.html", block = "calls")]
struct Fragment {
    layout: Layout,
    calls: Calls,
}

struct Calls {
    problems: Problems,
    rows: Vec<Row>,
    /// Whether nothing was filtered out.
    is_everything: bool,
    is_recorded: bool,
    /// Addresses of the pages before and after; empty for none.
    newest: String,
    older: String,
    /// How far back the search came before it was left off, and where to go on with it.
    left_off: Option<LeftOff>,
    /// The address that the first page is asked for anew at, every few seconds; its mark keeps no session alive.
    live: String,
}

struct LeftOff {
    back_to: crate::moment::Moment,
    /// The same search with more patience; empty when this was it, and it goes on at `Calls::older`.
    further: String,
}

async fn show(member: Member) -> Response {
    let query = member.query();
    let filters = Filters::read(&query);
    match page(&member, filters, &query).await {
        Ok(response) => response,
        Err(error) => member.refuse(&error),
    }
}

async fn page(member: &Member, filters: Filters, query: &Parameters) -> Result<Response, Error> {
    let log = member.web.engine.audit_log();
    let before = AuditPlace::parse(query.typed("before"));
    let is_patient = query.first("far").is_some();
    let stores = member.web.engine.stores().list(&member.scope).await?.data;
    let (browsed, problems) = match filters.to_audit() {
        Ok(filter) => {
            let look = Look {
                before,
                limit: ROWS,
                patience: if is_patient { SEARCH } else { GLANCE },
            };
            (log.browse(&member.scope, &filter, look).await?, Problems::default())
        }
        Err(problems) => (nothing(), problems),
    };
    let status = problems.status();
    let address = |more: &[(&str, &str)]| member.to(&filters.address("/traces", more));
    let is_first = before.is_none() && problems.is_empty();
    let further = [("far", "1")];
    let naming = member.web.naming();
    let listed = &*naming;
    let older = browsed.older.map(|place| place.to_string());
    let calls = Calls {
        rows: browsed
            .entries
            .iter()
            .map(|entry| Row::of(entry, &stores, &member.to(""), listed))
            .collect(),
        is_everything: filters.is_empty() && before.is_none(),
        is_recorded: log.is_on(),
        newest: if before.is_some() { address(&[]) } else { String::new() },
        older: older.map_or_else(String::new, |place| {
            let more: &[_] = if browsed.searched_back_to.is_some() {
                &further
            } else {
                &[]
            };
            address(&[&[("before", place.as_str())], more].concat())
        }),
        live: if is_first && !is_patient && browsed.searched_back_to.is_none() {
            let here = address(&[]);
            let mark = if here.contains('?') { "&live" } else { "?live" };
            here + mark
        } else {
            String::new()
        },
        left_off: browsed.searched_back_to.as_deref().map(|back_to| LeftOff {
            back_to: row::moment(back_to),
            further: match (is_patient, before) {
                (true, _) => String::new(),
                (false, None) => address(&further),
                (false, Some(place)) => address(&[("before", &*place.to_string()), ("far", "1")]),
            },
        }),
        problems,
    };
    let layout = member.layout("Traces", Place::Traces);
    if member.wants_fragment() {
        let mut response = member.show(status, &Fragment { layout, calls });
        // What the address says is what is shown, for whoever comes back to it.
        if let Ok(here) = HeaderValue::try_from(address(&[])) {
            response.headers_mut().insert(REPLACE_URL, here);
        }
        return Ok(response);
    }
    let recorded = log.recorded(&member.scope).await?;
    let choices = Choices::new(&filters, recorded, &stores, listed);
    let template = Traces {
        layout,
        filters,
        choices,
        calls,
    };
    Ok(member.show(status, &template))
}

fn nothing() -> Browsed {
    Browsed {
        entries: Vec::new(),
        older: None,
        searched_back_to: None,
    }
}
