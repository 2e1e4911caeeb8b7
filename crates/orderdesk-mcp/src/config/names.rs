//! Names that are not settings: probably misspelt.

use std::collections::BTreeSet;

use super::setting::Setting;

/// Prefixes under which every variable ought to be ours. Wider ones (`HTTP_`, `SESSION_`, `CACHE_`) belong to other
/// programs as well and are judged by their likeness to a setting only.
const PREFIXES: &[&str] = &[
    "ORDERDESK_",
    "MCP_",
    "WEBUI_",
    "MUTATION_",
    "CACHE_TTL_",
    "OAUTH_ACCESS_",
    "OAUTH_REFRESH_",
    "SESSION_COOKIE_",
    "AUDIT_LOG_",
    "WEBHOOK_",
];

/// Shorter names are too often the names of something else to be called a misspelling.
const SHORTEST_MISSPELLING: usize = 8;

/// Every name that may be given: the settings and the `_FILE` twins of the secrets.
pub fn known(table: &[&'static Setting]) -> BTreeSet<String> {
    table
        .iter()
        .flat_map(|row| [Some(row.name.to_owned()), row.file_twin()])
        .flatten()
        .collect()
}

/// The known name that `name` is most like, when it is like one at all.
///
/// The engine's `nearest` also offers what begins with the same word or has a part in common. That would be a wild guess
/// here: most settings begin alike by design, and the environment is full of other programs' names.
pub fn most_like<'a>(name: &str, known: &'a BTreeSet<String>) -> Option<&'a str> {
    let farthest = (name.len() / 4).clamp(1, 4);
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate.as_str()))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The warning for an environment variable that looks like one of ours and is none.
pub fn suspect(name: &str, known: &BTreeSet<String>) -> Option<String> {
    if known.contains(name) {
        return None;
    }
    let similar = most_like(name, known);
    let misspelt = similar
        .filter(|candidate| name.len() >= SHORTEST_MISSPELLING && strsim::damerau_levenshtein(name, candidate) <= 2);
    if misspelt.is_none() && !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    Some(match similar {
        Some(candidate) => format!("{name} is not a setting and is ignored. Did you mean {candidate}?"),
        None => format!("{name} is not a setting and is ignored."),
    })
}
