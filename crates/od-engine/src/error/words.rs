//! Parts of what errors say.

use std::collections::HashSet;

use od_record::Problem;

use crate::outcome::StoreRef;
use crate::redact::is_announcing;

/// As many stores are named at most; the others are counted.
const MOST_NAMED: usize = 8;

/// Who stood in the way of a change, as far as reading showed.
pub(super) fn conflict(fields: &[String], attempts: u32) -> String {
    if fields.is_empty() {
        return format!(
            "Order Desk reported a conflict {attempts} times while this change was being made, though reading showed no change by \
             anybody."
        );
    }
    format!("The record was changed by somebody else {attempts} times while this change was being made.")
}

/// What a record given whole would set, that was made from an order as it is not any more.
pub(super) fn overtaken(fields: &[String]) -> String {
    let changed = "The order has changed since it was read: its date_updated is not the expected one.";
    if fields.is_empty() {
        return changed.to_owned();
    }
    let mut named: Vec<&str> = fields.iter().map(String::as_str).take(MOST_NAMED).collect();
    let more = fields.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 {
        format!("{more} more")
    } else {
        String::new()
    };
    named.extend(Some(more.as_str()).filter(|more| !more.is_empty()));
    format!(
        "{changed} The record differs from what is stored now in {}: whatever of that you did not mean to change would be undone.",
        named.join(", ")
    )
}

/// Ends a sentence that says what was not found.
pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || ".".to_owned(),
        |name| format!("; did you mean {}?", od_record::text::quoted(name)),
    )
}

/// How many stores there are.
pub(super) fn counted(stores: usize) -> String {
    match stores {
        0 => "no store yet".to_owned(),
        1 => "one store".to_owned(),
        n => format!("{n} stores"),
    }
}

/// Which stores these are.
pub(super) fn named(stores: &[StoreRef]) -> String {
    if stores.is_empty() {
        return "no store: those it was given are gone".to_owned();
    }
    let name = |store: &StoreRef| format!("{} ({})", od_record::text::quoted(&store.store_name), store.store_id);
    let mut names: Vec<String> = stores.iter().take(MOST_NAMED).map(name).collect();
    if let Some(more @ 1..) = stores.len().checked_sub(MOST_NAMED) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}

/// What is wrong with the arguments.
pub(super) fn summary(problems: &[Problem]) -> String {
    match problems {
        [one] => {
            let place = place(&one.path);
            // What stands behind the colon of a secret's name is masked wherever texts are redacted.
            let is_masked = place.rsplit('/').next().is_some_and(is_announcing);
            let refused = if is_masked { " is refused" } else { "" };
            format!("{place}{refused}: {} Nothing was done.", sentence(&one.message))
        }
        many => format!("{}; nothing was done.", places(many)),
    }
}

/// Which arguments these are, each once.
fn places(problems: &[Problem]) -> String {
    let mut told = HashSet::new();
    let all = problems.iter().map(|problem| place(&problem.path));
    let mut places: Vec<&str> = all.filter(|place| told.insert(*place)).collect();
    let count = problems.len();
    let more = places.len().saturating_sub(MOST_NAMED);
    places.truncate(MOST_NAMED);
    let named = places.join(", ");
    match more {
        0 => format!("{count} arguments need mending ({named})"),
        more => format!("{count} arguments need mending ({named}, {more} more)"),
    }
}

fn place(path: &str) -> &str {
    if path.is_empty() {
        "arguments"
    } else {
        path.trim_start_matches('/')
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
