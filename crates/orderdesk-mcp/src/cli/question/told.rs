//! What is said around the rows: of when they are, on what they rest, and why there are none.

use std::io;
use std::time::Duration;

use od_engine::insight::GOES_ON;
use serde_json::{Map, Value};

use super::queue::stuck as stuck_orders;
use super::sheet::Sheet;
use crate::cli::{Failure, output, store::as_commands};

/// Nobody waits longer for the tenant's own limit.
const LONGEST_WAIT: u64 = 120;

/// Prints an answer for people.
pub(super) fn print(
    envelope: &Map<String, Value>,
    data: &Map<String, Value>,
    rows: &str,
    mut sheet: Sheet,
) -> io::Result<()> {
    let stores = data.get("stores").and_then(Value::as_array);
    if let Some(stores) = stores {
        for store in stores.iter().filter_map(Value::as_object) {
            output::line(&about(text(store, "store_name"), store))?;
        }
    } else {
        let store = envelope.get("store").and_then(Value::as_object);
        output::line(&about(store.map_or("", |store| text(store, "store_name")), data))?;
    }
    output::line("")?;
    if sheet.rows.is_empty() {
        output::line(nothing(rows))?;
    } else {
        let shown = sheet.rows.len();
        add_totals(data, &mut sheet);
        sheet.print()?;
        cut(data, rows, shown)?;
    }
    if rows == "folders" {
        stuck(data)?;
    }
    let definition = text(data, "definition");
    if !definition.is_empty() {
        output::line(&format!("\n{definition}"))?;
    }
    let halves = stores.into_iter().flatten().filter_map(Value::as_object).chain([data]);
    let warnings = envelope.get("warnings").and_then(Value::as_array);
    let is_said = |reason: &str| {
        warnings
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|said| said.contains(reason))
    };
    for half in halves.filter(|half| half.get("complete") == Some(&Value::Bool(false))) {
        if let Some(reason) = half
            .get("reason")
            .and_then(Value::as_str)
            .filter(|reason| !is_said(reason))
        {
            output::note(&format!("warning: this is not all: {reason}"));
        }
    }
    Ok(())
}

/// What is said where there are no rows.
pub(super) fn nothing(rows: &str) -> &'static str {
    match rows {
        "orders" => "No order was found.",
        "stuck_orders" => "No order is stuck.",
        _ => "There is nothing to count.",
    }
}

/// `Mug Shop, 2026-11-01 to 2026-11-29 (Europe/London), 123 orders, as of 2026-11-29T17:00:00Z`.
fn about(store: &str, about: &Map<String, Value>) -> String {
    let window = about.get("window").and_then(Value::as_object);
    let window = window.map(|window| {
        let (from, to, zone) = (text(window, "from"), text(window, "to"), text(window, "zone"));
        format!("{from} to {to} ({zone})")
    });
    let orders = about.get("orders_counted").map(|orders| format!("{orders} orders"));
    let parts = [
        Some(store.to_owned()).filter(|store| !store.is_empty()),
        window,
        orders,
        Some(format!("as of {}", text(about, "as_of"))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Says where there are more rows than are shown: a total is of all of them.
fn cut(data: &Map<String, Value>, rows: &str, shown: usize) -> io::Result<()> {
    let member = if rows == "stuck_orders" {
        "stuck_orders_total"
    } else {
        "total_rows"
    };
    let all = data.get(member).and_then(Value::as_u64).unwrap_or(0);
    if all <= shown as u64 {
        return Ok(());
    }
    let totals = if data.contains_key("totals") {
        "; TOTAL is of all of them"
    } else {
        ""
    };
    output::line(&format!("{shown} of {all} are shown{totals}."))
}

/// The oldest of the stuck orders, below their folders.
fn stuck(data: &Map<String, Value>) -> io::Result<()> {
    let sheet = stuck_orders(data);
    if sheet.rows.is_empty() {
        return output::line("\nNo order is stuck.");
    }
    output::line("\nStuck orders without a shipment, the oldest first:")?;
    sheet.print()?;
    let all = data.get("stuck_orders_total").and_then(Value::as_u64).unwrap_or(0);
    let shown = sheet.rows.len();
    if all > shown as u64 {
        output::line(&format!("{shown} of {all} are shown; --stuck shows all of them."))?;
    }
    Ok(())
}

/// Rows with the totals of each currency. A report whose only row is its total has none.
fn add_totals(data: &Map<String, Value>, sheet: &mut Sheet) {
    let Some(totals) = data.get("totals").and_then(Value::as_object) else {
        return;
    };
    match totals.get("by_currency").and_then(Value::as_array) {
        Some(all) => all
            .iter()
            .filter_map(Value::as_object)
            .for_each(|total| sheet.add_total(total)),
        None => sheet.add_total(totals),
    }
}

/// Fails where a store did not answer, so that no script takes what the others have for all there is.
pub(super) fn whole(data: &Map<String, Value>) -> Result<(), Failure> {
    let stores = data.get("stores").and_then(Value::as_array);
    let stores: Vec<_> = stores.into_iter().flatten().collect();
    let missing = stores.iter().filter(|store| store.get("error").is_some()).count();
    if missing == 0 {
        return Ok(());
    }
    let all = stores.len();
    Err(Failure::failed(format!(
        "this is not all: {missing} of {all} stores did not answer"
    )))
}

/// Whether the same call again brings the answer further.
pub(super) fn goes_on(data: &Map<String, Value>) -> bool {
    let stores = data.get("stores").and_then(Value::as_array);
    let mut all = stores.into_iter().flatten().filter_map(Value::as_object).chain([data]);
    all.any(|about| about.contains_key("seconds_remaining") || text(about, "reason").ends_with(GOES_ON))
}

/// How long to wait before a call that the tenant's limit refused is made again.
pub(super) fn wait(envelope: &Map<String, Value>) -> Option<Duration> {
    let error = envelope.get("error")?;
    if error["code"] != "RATE_LIMIT_EXCEEDED" {
        return None;
    }
    let seconds = error["details"]["retry_after_seconds"].as_u64()?;
    (seconds <= LONGEST_WAIT).then(|| Duration::from_secs(seconds))
}

/// Whether the server gave up waiting, or was asked too much.
pub(super) fn is_busy(envelope: &Map<String, Value>) -> bool {
    envelope
        .get("error")
        .is_some_and(|error| error["code"] == "UPSTREAM_BUSY")
}

/// Why a question was not answered.
pub(super) fn failure(envelope: &Map<String, Value>) -> Failure {
    let error = envelope
        .get("error")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let code = text(&error, "code");
    let problems = error.get("details").and_then(|details| details["problems"].as_array());
    let problems: Vec<String> = problems
        .into_iter()
        .flatten()
        .map(|problem| {
            let argument = problem["path"].as_str().unwrap_or_default();
            // An option, and behind it a name that is written as the tool has it.
            let (option, name) = argument
                .trim_start_matches('/')
                .split_once('/')
                .unwrap_or((argument.trim_start_matches('/'), ""));
            let what = problem["message"].as_str().unwrap_or_default();
            match option {
                "" => what.to_owned(),
                // The words to find have no option, nor has a table.
                "query" => format!("WORDS {what}"),
                "rows" => format!("FILE {what}"),
                _ => {
                    let option = format!("--{} {name}", option.replace('_', "-"));
                    format!("{} {what}", option.trim_end())
                }
            }
        })
        .collect();
    let is_wrong_usage = code == "VALIDATION_ERROR";
    let message = if problems.is_empty() {
        text(&error, "message").to_owned()
    } else {
        problems.join("; ")
    };
    let message = format!("{} ({code})", as_commands(&message));
    if is_wrong_usage {
        return Failure::usage(message);
    }
    if code == "STORE_REQUIRED" {
        return Failure::usage(message).with_hint(stores(&error));
    }
    Failure::failed(message).with_hint(as_commands(text(&error, "hint")))
}

/// What to say where several stores could be meant, or none is there.
fn stores(error: &Map<String, Value>) -> String {
    let stores = error.get("details").and_then(|details| details["stores"].as_array());
    let names = stores
        .into_iter()
        .flatten()
        .filter_map(|store| store["store_name"].as_str());
    let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    if names.is_empty() {
        as_commands(text(error, "hint"))
    } else {
        format!(
            "Name one with --store: {}, or ask all of them with --stores-all.",
            names.join(", ")
        )
    }
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}
