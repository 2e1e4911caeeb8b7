//! A call in a list.

use od_engine::{audit::EntryView, stores::StoreView};

use crate::{desk::Naming, moment::Moment};

/// A call in a list.
pub struct Row {
    pub href: String,
    pub id: String,
    pub at: Moment,
    pub tool: String,
    /// Its name, or its id when it is not registered.
    pub store: String,
    pub outcome: Outcome,
    pub duration: String,
    pub source: String,
    /// The kind of credential, and what is listed of it: a line may end between the two.
    pub actor: (String, String),
}

/// The code of a call that waits for somebody's agreement: nothing went wrong.
pub const CONFIRMATION: &str = "CONFIRMATION_REQUIRED";

/// How a call ended, as a badge.
pub struct Outcome {
    pub tone: &'static str,
    pub text: String,
}

impl Row {
    /// `base` stands before every path; `listed` spells a tool's name as people see it elsewhere.
    pub fn of(entry: &EntryView, stores: &[StoreView], base: &str, listed: &Naming) -> Self {
        let (kind, told) = entry
            .actor
            .split_at(entry.actor.rfind(':').map_or(0, |colon| colon + 1));
        let store = entry.store_id.as_deref().unwrap_or_default();
        Self {
            href: format!("{base}/traces/{}", entry.request_id),
            id: entry.id.clone(),
            at: moment(&entry.created_at),
            tool: listed(&entry.tool_name),
            store: store_name(store, stores).unwrap_or(store).to_owned(),
            outcome: Outcome::of(entry),
            duration: duration(entry.duration_ms),
            source: entry.source.clone(),
            actor: (kind.to_owned(), told.to_owned()),
        }
    }
}

impl Outcome {
    pub fn of(entry: &EntryView) -> Self {
        let (tone, text) = match (&*entry.status, &entry.error_code) {
            ("success", _) => ("good", "success"),
            ("begun", _) => ("care", "not finished"),
            // A question before the deed, which went no further without its answer.
            (_, Some(code)) if code == CONFIRMATION => ("care", code.as_str()),
            (_, Some(code)) => ("bad", code.as_str()),
            (status, None) => ("bad", status),
        };
        let text = text.to_owned();
        Self { tone, text }
    }
}

pub fn store_name<'a>(id: &str, stores: &'a [StoreView]) -> Option<&'a str> {
    let store = stores.iter().find(|store| store.store_id == id);
    store.map(|store| store.store_name.as_str())
}

/// The engine's times are all times.
pub fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|| Moment::of_millis(0))
}

/// Milliseconds as people read them.
pub fn duration(millis: i64) -> String {
    match millis {
        ..10_000 => format!("{millis} ms"),
        _ => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}
