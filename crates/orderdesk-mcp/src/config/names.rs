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
    "OAUTH_CLIENT_METADATA",
    "SESSION_COOKIE_",
    "AUDIT_LOG_",
    "WEBHOOK_",
];

/// What other servers call what restricts, behind our brand and in the singular.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("TOOL", "MCP_TOOLSETS"),
    ("ENABLED_TOOL", "MCP_TOOLSETS"),
    ("ENABLED_TOOLSET", "MCP_TOOLSETS"),
    ("ALLOWED_TOOL", "MCP_TOOLSETS"),
    ("RO", "MCP_READ_ONLY"),
    ("WRITE", "MCP_READ_ONLY"),
    ("CONFIRMATION", "MCP_CONFIRM"),
    ("CONFIRM_MODE", "MCP_CONFIRM"),
    ("CONFIRM_BY", "MCP_CONFIRM"),
    ("RATE_LIMIT", "RATE_LIMIT_RPM"),
    ("OAUTH", "ENABLE_OAUTH"),
    ("WEBHOOK", "ENABLE_WEBHOOKS"),
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

/// The setting that restricts and that a name, which is none, is a slip of: passed over, it would leave open what somebody
/// meant to close.
///
/// Other programs' variables are in the environment too, and none of them may keep this one from starting. So without a
/// word of ours in front (`MCP_`, `ORDERDESK_`) only another spelling counts, and letters that are missing, too many or
/// swapped: another letter in a place makes another name (`RATE_LIMIT_RPS`).
pub fn slip<'a>(name: &str, table: &[&'a Setting]) -> Option<&'a Setting> {
    if is_service_link(name) {
        return None;
    }
    let given = words(name);
    let own = without_brand(&given);
    let is_ours = own.len() < given.len();
    let other_word = OTHER_WORDS.iter().find(|(word, _)| is_ours && own.join("_") == *word);
    let alike = table.iter().copied().filter(|row| row.restricts).filter(|row| {
        if other_word.is_some_and(|(_, name)| *name == row.name) {
            return true;
        }
        let meant = words(row.name);
        let meant_own = without_brand(&meant);
        if is_ours {
            let both_are = meant_own.len() < meant.len();
            is_near(&own.concat(), &meant_own.concat()) || holds(own, meant_own) || (both_are && holds(meant_own, own))
        } else {
            is_typed_badly(&given.concat(), &meant.concat())
        }
    });
    alike.min_by_key(|row| strsim::damerau_levenshtein(&own.concat(), &without_brand(&words(row.name)).concat()))
}

/// Whether Kubernetes or Docker made it of a service's name: what ours are called is nobody's slip.
fn is_service_link(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let after_port = name.rsplit_once("_PORT").map(|(_, rest)| rest);
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || after_port.is_some_and(|rest| {
            let number = rest.strip_prefix('_');
            rest.is_empty() || number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
}

/// The words of a name, in capitals and in the singular.
fn words(name: &str) -> Vec<String> {
    let name = name.to_ascii_uppercase();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(|word| match (word.strip_suffix("IES"), word.strip_suffix('S')) {
            (Some(stem), _) => format!("{stem}Y"),
            (None, Some(stem)) if stem.len() > 2 => stem.to_owned(),
            _ => word.to_owned(),
        })
        .collect()
}

fn without_brand(words: &[String]) -> &[String] {
    let brand = words
        .iter()
        .take_while(|word| ["ORDERDESK", "MCP"].contains(&word.as_str()));
    &words[brand.count()..]
}

/// Whether two names of ours are the same but for a slip or two.
fn is_near(given: &str, meant: &str) -> bool {
    let farthest = match given.len().max(meant.len()) {
        ..7 => 0,
        7..12 => 1,
        _ => 2,
    };
    strsim::damerau_levenshtein(given, meant) <= farthest
}

/// Whether all words of a name of several are among those of the other.
fn holds(outer: &[String], inner: &[String]) -> bool {
    inner.len() > 1 && inner.iter().all(|word| outer.contains(word))
}

/// Whether one differs from the other by letters that are swapped, missing or too many, and by no other letter.
fn is_typed_badly(given: &str, meant: &str) -> bool {
    let (short, long) = if given.len() < meant.len() {
        (given, meant)
    } else {
        (meant, given)
    };
    let mut rest: Vec<char> = long.chars().collect();
    let has_no_other = short.chars().all(|c| {
        let place = rest.iter().position(|other| *other == c);
        place.map(|place| rest.swap_remove(place)).is_some()
    });
    given == meant
        || (given.len() >= SHORTEST_MISSPELLING && has_no_other && strsim::damerau_levenshtein(given, meant) <= 2)
}

/// The warning for an environment variable that looks like one of ours and is none.
pub fn suspect(name: &str, known: &BTreeSet<String>) -> Option<String> {
    if known.contains(name) {
        return None;
    }
    // One of ours without the brand may be another program's, but whoever meant it shall hear of it.
    let unbranded = known.iter().find(|full| {
        let full = words(full);
        let own = without_brand(&full);
        own.len() < full.len() && own.concat().len() >= SHORTEST_MISSPELLING && own.concat() == words(name).concat()
    });
    let similar = unbranded.map(String::as_str).or_else(|| most_like(name, known));
    let misspelt = similar
        .filter(|candidate| name.len() >= SHORTEST_MISSPELLING && strsim::damerau_levenshtein(name, candidate) <= 2);
    if misspelt.is_none() && unbranded.is_none() && !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    Some(match similar {
        Some(candidate) => format!("{name} is not a setting and is ignored. Did you mean {candidate}?"),
        None => format!("{name} is not a setting and is ignored."),
    })
}
