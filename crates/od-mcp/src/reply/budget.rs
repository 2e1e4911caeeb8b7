//! No reply is larger than the caller can use: lists stop early, records leave out their heaviest parts.
//!
//! A reply may carry its envelope twice, as structured content and as text: then both count.

use serde_json::{Map, Value};

use super::mode::ReplyMode;
use super::table;

#[cfg(test)]
mod tests;

/// What may be left out of an envelope that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `data.<key>` is a list: its tail.
    Rows(&'static str),
    /// `data.<key>` is a list of how each row of a table ended, and `data.lines` says in short how each did: those that are done,
    /// then its tail.
    Results(&'static str),
    /// The same list, laid out as `data.columns` and `data.rows`.
    Table(&'static str),
    /// `data` is one record: its heaviest members.
    Record,
    /// `data` holds a changed record beside `changes`: the record's heaviest members, then the tail of the changes.
    Change,
    /// A failure: its details, then its example.
    Failure,
}

/// Room for what the protocol puts around a reply.
const FRAME_BYTES: usize = 512;
/// Room for the warning that says what was left out.
const WARNING_BYTES: usize = 1024;
/// Members that are never left out: without them the rest cannot be used.
const KEPT: [&str; 2] = ["id", "source_id"];

/// How rows of a table end that nobody has to look at.
const DONE: [&str; 4] = ["posted", "would_post", "same_parcel", "already_there"];

/// The members that hold a changed record, of which a reply has one.
const CHANGED: [&str; 4] = ["order", "order_item", "shipment", "product"];

/// What a reply may take.
#[derive(Clone, Copy)]
struct Bound {
    /// In all.
    most: usize,
    /// What is left of it for the envelope that is cut.
    room: usize,
    mode: ReplyMode,
}

/// Cuts `envelope` down until its copies take at most `most` bytes, and says so in its `warnings`. Gives it as compact
/// JSON, which has to be written to measure it; `data` is what its member of that name is written as, if that is known.
pub(crate) fn fit(
    envelope: &mut Map<String, Value>,
    data: Option<&str>,
    shape: Shape,
    mode: ReplyMode,
    most: usize,
) -> String {
    let text = data.map_or_else(|| written(envelope), |data| written_around(data, envelope));
    // Most replies are so short that what has to be escaped need not be counted.
    if FRAME_BYTES + 3 * text.len() <= most || FRAME_BYTES + mode.weigh(&text) <= most {
        return text;
    }
    let room = most.saturating_sub(FRAME_BYTES + WARNING_BYTES);
    let bound = Bound { most, room, mode };
    match shape {
        Shape::Rows(key) => cut_rows(envelope, key, key, bound),
        Shape::Results(key) => cut_results(envelope, key, bound),
        Shape::Table(key) => cut_rows(envelope, table::ROWS, key, bound),
        Shape::Record => cut_record(envelope, &["data"], bound),
        Shape::Change => {
            for name in CHANGED {
                cut_record(envelope, &["data", name], bound);
            }
            cut_changes(envelope, bound);
        }
        Shape::Failure => cut_failure(envelope, bound),
    }
    written(envelope)
}

fn written(object: &Map<String, Value>) -> String {
    // Serialising a map of JSON values cannot fail: its keys are strings.
    serde_json::to_string(object).unwrap_or_default()
}

/// As [`written`], of an envelope whose `data` is written already.
fn written_around(data: &str, envelope: &Map<String, Value>) -> String {
    let mut text = String::with_capacity(data.len() + FRAME_BYTES);
    for (name, member) in envelope {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
        if name == "data" {
            text.push_str(data);
        } else {
            text.push_str(&member.to_string());
        }
    }
    text.push('}');
    text
}

/// `what` is how the rows that stand at `data.<key>` are called.
fn cut_rows(envelope: &mut Map<String, Value>, key: &str, what: &str, bound: Bound) {
    let Some(Kept { all, kept, fitting }) = keep_fitting(envelope, key, bound) else {
        return;
    };
    // Where no row is left out, the page ends where it ended.
    if kept < all {
        let next = envelope.get_mut("page").and_then(Value::as_object_mut).map(|page| {
            let next = page.get("offset").and_then(Value::as_u64).unwrap_or(0) + kept as u64;
            page.insert("returned".to_owned(), kept.into());
            page.insert("next_offset".to_owned(), next.into());
            next
        });
        warn(envelope, rows_warning(what, kept, all, bound.most, next));
    }
    if fitting == 0 {
        cut_first_row(envelope, key, bound);
    }
}

/// Rows that nobody has to look at give way to the others.
fn cut_results(envelope: &mut Map<String, Value>, key: &str, bound: Bound) {
    let Some(rows) = member(envelope, &["data", key]).and_then(Value::as_array_mut) else {
        return;
    };
    let all = rows.len();
    let done: Vec<&str> = DONE
        .into_iter()
        .filter(|done| rows.iter().any(|row| row["status"] == *done))
        .collect();
    rows.retain(|row| !row["status"].as_str().is_some_and(|status| DONE.contains(&status)));
    let open = rows.len();
    let Some(Kept { kept, fitting, .. }) = keep_fitting(envelope, key, bound) else {
        return;
    };
    let mut left_out = Vec::new();
    if open < all {
        left_out.push(format!("the {} that are {}", all - open, done.join(" or ")));
    }
    if kept < open {
        left_out.push(format!("the last {} of the others", open - kept));
    }
    warn(
        envelope,
        format!(
            "Not all {all} {key} fit into {} bytes. Left out: {}. lines has the status of every row; for the rest of what is told of some, \
             call with their lines alone, below the headings, and dry_run.",
            bound.most,
            left_out.join(", and ")
        ),
    );
    if fitting == 0 && kept > 0 {
        cut_first_row(envelope, key, bound);
    }
}

/// Of a list of rows: how many there were, how many are left, and how many of these have room.
struct Kept {
    all: usize,
    kept: usize,
    fitting: usize,
}

/// Takes the tail of the list at `data.<key>` off that has no room. One row stays in any case.
fn keep_fitting(envelope: &mut Map<String, Value>, key: &str, bound: Bound) -> Option<Kept> {
    let around = bound.of_object(envelope);
    let rows = member(envelope, &["data", key]).and_then(Value::as_array_mut)?;
    let all = rows.len();
    let mut size = around - rows.iter().map(|row| bound.of_entry(row)).sum::<usize>();
    let mut fitting = 0;
    for row in rows.iter() {
        size += bound.of_entry(row);
        if size > bound.room {
            break;
        }
        fitting += 1;
    }
    // A list that gives nothing would never get further: one record at least, cut down by itself.
    let kept = fitting.max(1).min(all);
    rows.truncate(kept);
    Some(Kept { all, kept, fitting })
}

fn rows_warning(key: &str, kept: usize, all: usize, most: usize, next: Option<u64>) -> String {
    let rest = match next {
        Some(next) => format!("go on with offset {next}, or ask for less with limit, view: summary or fields"),
        None => "the rest was left out".to_owned(),
    };
    format!("Only {kept} of {all} {key} fit into {most} bytes: {rest}.")
}

fn cut_first_row(envelope: &mut Map<String, Value>, key: &str, bound: Bound) {
    let around = bound.of_object(envelope);
    let Some(data) = envelope.get_mut("data") else { return };
    let omitted = match data.get_mut(key).and_then(|rows| rows.get_mut(0)) {
        Some(Value::Object(row)) => drop_heaviest(row, around, bound),
        Some(Value::Array(_)) => blank_heaviest(data, key, around, bound),
        _ => return,
    };
    warn_omitted(envelope, &omitted, bound.most);
}

fn cut_record(envelope: &mut Map<String, Value>, path: &[&str], bound: Bound) {
    let around = bound.of_object(envelope);
    let Some(record) = member(envelope, path).and_then(Value::as_object_mut) else {
        return;
    };
    let omitted = drop_heaviest(record, around, bound);
    warn_omitted(envelope, &omitted, bound.most);
}

/// Empties the largest places of a table's first row, as [`drop_heaviest`] does with a record.
fn blank_heaviest(data: &mut Value, key: &str, mut size: usize, bound: Bound) -> Vec<String> {
    let row = data[key][0].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut by_weight: Vec<(usize, usize, String)> = row
        .iter()
        .enumerate()
        .filter_map(|(place, value)| Some((bound.of(value), place, table::column(data, place)?.to_owned())))
        .filter(|(_, _, name)| !KEPT.contains(&name.as_str()))
        .collect();
    by_weight.sort_by_key(|(weight, ..)| std::cmp::Reverse(*weight));
    let mut omitted = Vec::new();
    for (weight, place, name) in by_weight {
        if size <= bound.room {
            break;
        }
        data[key][0][place] = Value::Null;
        size = size - weight + bound.of(&Value::Null);
        omitted.push(name);
    }
    omitted
}

/// Removes the largest members of `record` until a reply of `size` bytes takes at most what it may; says which.
fn drop_heaviest(record: &mut Map<String, Value>, mut size: usize, bound: Bound) -> Vec<String> {
    let mut by_weight: Vec<(usize, String)> = record
        .iter()
        .filter(|(name, _)| !KEPT.contains(&name.as_str()))
        .map(|(name, value)| (bound.of(value), name.clone()))
        .collect();
    by_weight.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let mut omitted = Vec::new();
    for (weight, name) in by_weight {
        if size <= bound.room {
            break;
        }
        record.shift_remove(&name);
        size -= weight;
        omitted.push(name);
    }
    omitted
}

fn cut_changes(envelope: &mut Map<String, Value>, bound: Bound) {
    let mut size = bound.of_object(envelope);
    let Some(changes) = member(envelope, &["data", "changes"]).and_then(Value::as_array_mut) else {
        return;
    };
    let all = changes.len();
    while size > bound.room
        && let Some(change) = changes.pop()
    {
        size -= bound.of_entry(&change);
    }
    let kept = changes.len();
    if kept < all {
        warn(
            envelope,
            format!("Only the first {kept} of {all} differences are shown."),
        );
    }
}

fn cut_failure(envelope: &mut Map<String, Value>, bound: Bound) {
    for name in ["details", "example"] {
        if bound.of_object(envelope) > bound.room
            && let Some(error) = member(envelope, &["error"]).and_then(Value::as_object_mut)
        {
            error.shift_remove(name);
        }
    }
}

fn warn_omitted(envelope: &mut Map<String, Value>, omitted: &[String], most: usize) {
    const NAMED: usize = 20;
    if omitted.is_empty() {
        return;
    }
    let named = omitted
        .iter()
        .take(NAMED)
        .map(|name| name.chars().take(40).collect())
        .collect::<Vec<String>>();
    let more = match omitted.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    warn(
        envelope,
        format!("Left out to stay within {most} bytes: {}{more}.", named.join(", ")),
    );
}

fn warn(envelope: &mut Map<String, Value>, warning: String) {
    let warnings = envelope.entry("warnings").or_insert_with(|| Value::Array(Vec::new()));
    if let Some(warnings) = warnings.as_array_mut() {
        warnings.push(Value::String(warning));
    }
}

fn member<'a>(envelope: &'a mut Map<String, Value>, path: &[&str]) -> Option<&'a mut Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(envelope.get_mut(*first)?, |value, name| match value {
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
            other => other.get_mut(*name),
        })
}

impl Bound {
    /// Bytes that `value` takes in a reply.
    fn of(self, value: &Value) -> usize {
        self.mode.weigh(&value.to_string())
    }

    fn of_object(self, object: &Map<String, Value>) -> usize {
        self.mode.weigh(&written(object))
    }

    /// As [`Self::of`], with the comma before or behind it.
    fn of_entry(self, value: &Value) -> usize {
        self.of(value) + self.mode.weigh(",")
    }
}
