//! Parts of what errors say.

use od_record::Problem;

use crate::outcome::StoreRef;

/// As many stores are named at most; the others are counted.
const MOST_NAMED: usize = 8;

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
        [one] => format!("{}: {} Nothing was done.", place(&one.path), sentence(&one.message)),
        many => format!("{} arguments need mending; nothing was done.", many.len()),
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
