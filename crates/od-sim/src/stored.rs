//! Orders and folders as they are stored.

use serde_json::{Value, json};

use crate::model::fields::Record;
use crate::model::order;

/// Entries an order's history keeps; the oldest give way.
const HISTORY_KEPT: usize = 250;

#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// An order and its history, which the API shows only when asked.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) fields: Record,
    pub(crate) history: Vec<Value>,
    /// Whether it changed since that was last looked for.
    pub(crate) is_changed: bool,
}

impl Order {
    pub(crate) fn public(&self, with_history: bool) -> Value {
        let mut fields = self.fields.clone();
        if with_history {
            fields.insert("order_history".into(), self.history.clone().into());
        }
        Value::Object(fields)
    }

    pub(crate) fn folder_id(&self) -> Option<i64> {
        self.fields.get("folder_id").and_then(Value::as_i64)
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn touch(&mut self, now: &str) {
        self.fields.insert("date_updated".into(), now.into());
        self.is_changed = true;
    }

    pub(crate) fn note(&mut self, source_name: &str, note: &str, now: &str) {
        if self.history.len() == HISTORY_KEPT {
            self.history.remove(0);
        }
        self.history
            .push(json!({ "source_name": source_name, "note": note, "date_added": now }));
    }

    pub(crate) fn items(&self) -> &[Value] {
        order::list(&self.fields, "order_items")
    }

    pub(crate) fn shipments(&self) -> &[Value] {
        order::list(&self.fields, "order_shipments")
    }

    /// Changes a list inside the order, the sums that follow from it, and the date.
    pub(crate) fn change_list(&mut self, key: &str, now: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let mut list = order::list(&self.fields, key).to_vec();
        change(&mut list);
        self.fields.insert(key.to_owned(), list.into());
        order::recompute(&mut self.fields);
        self.touch(now);
    }
}
