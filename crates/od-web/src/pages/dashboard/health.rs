//! How a store is, as the calls tell that asked Order Desk about it.

use od_engine::audit::{ACTS, EntryView};

/// A tone and its words.
pub type Health = (&'static str, &'static str);

/// Tools that ask Order Desk nothing.
const AT_HOME: [&str; 5] = [
    "stores.delete",
    "stores.list",
    "stores.resolve",
    "stores.use_store",
    "stores.webhook",
];
/// Calls that are answered from the copy, which Order Desk may have been asked for before.
const FROM_COPY: [&str; 6] = [
    "dashboard.refresh",
    "orders.duplicates",
    "orders.find",
    "orders.queue",
    "orders.report",
    "products.stock",
];

/// What the newest call tells that asked Order Desk about a store, of calls from the newest on; where none is known to have asked,
/// the newest that was answered from the copy.
pub fn newest<'a>(entries: impl Iterator<Item = &'a EntryView>) -> Option<(&'a EntryView, Health)> {
    let mut from_copy = None;
    for entry in entries {
        let Some(health) = told(entry) else { continue };
        if entry.status == "success" && FROM_COPY.contains(&entry.tool_name.as_str()) {
            from_copy = from_copy.or(Some((entry, health)));
        } else {
            return Some((entry, health));
        }
    }
    from_copy
}

/// Nothing for what says nothing about Order Desk, such as a wrong argument.
fn told(entry: &EntryView) -> Option<Health> {
    if !tells(entry) {
        return None;
    }
    match (entry.status.as_str(), entry.error_code.as_deref()) {
        ("success", _) => Some(("good", "Works")),
        (_, Some("ORDERDESK_API_ERROR")) => Some(("bad", "Last call failed")),
        (_, Some("UPSTREAM_BUSY" | "UNCERTAIN_OUTCOME")) => Some(("care", "Busy")),
        _ => None,
    }
}

/// Whether Order Desk was asked with the key that is stored.
fn tells(entry: &EntryView) -> bool {
    let (tool, parameters) = (entry.tool_name.as_str(), &entry.parameters);
    let is_done = entry.status == "success";
    match tool {
        "stores.register" => is_done && parameters["verify"] != false,
        // A key that was refused is not the one that is stored.
        "stores.update" => is_done && (parameters["api_key"].is_string() || parameters["api_key_replaced"] == true),
        _ if FROM_COPY.contains(&tool) => true,
        // What is no tool asks nothing either: a post that was taken came from Order Desk.
        _ => !AT_HOME.contains(&tool) && !ACTS.contains(&tool),
    }
}
