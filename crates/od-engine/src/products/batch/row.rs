//! One row of a batch and what became of it.

use od_client::InventoryItemId;
use od_record::product::Change;
use od_record::text::clean_value;
use od_record::{FieldChange, id_text};
use serde_json::{Value, json};

use crate::difference::Altered;
use crate::error::Error;
use crate::products::replace::SETTLED;

pub(super) const NO_SUCH_ITEM: &str = "no such inventory item in this store";

/// A change to one of many items.
pub(super) struct Row {
    pub(super) id: InventoryItemId,
    pub(super) change: Change,
    pub(super) state: State,
}

/// What became of it.
pub(super) enum State {
    /// Not made yet.
    Waiting,
    /// The item was so already.
    Unchanged,
    /// Uploaded.
    Changed {
        changes: Vec<FieldChange>,
        verified: bool,
        remarks: Vec<String>,
    },
    /// What it would make of the item.
    Shown(Vec<FieldChange>),
    /// Not made, because Order Desk said so or was not asked.
    Failed(String),
    /// Not made, because the item cannot take it.
    Refused(Error),
    /// Perhaps made.
    Unknown {
        /// What was sent.
        changes: Vec<FieldChange>,
        /// What Order Desk did instead of an answer.
        happened: String,
    },
}

impl State {
    /// What was not known has come since.
    pub(super) fn come(self) -> Self {
        match self {
            Self::Unknown { changes, .. } => Self::Changed {
                changes,
                verified: true,
                remarks: vec![SETTLED.to_owned()],
            },
            known => known,
        }
    }

    /// A change that the item cannot take.
    pub(super) fn refused(refused: od_record::Error) -> Self {
        Self::Refused(refused.into())
    }

    /// With which code a single change is told that ended so.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            _ => "ORDERDESK_API_ERROR",
        }
    }
}

impl Row {
    pub(super) fn new(id: InventoryItemId, change: Change) -> Self {
        Self {
            id,
            change,
            state: State::Waiting,
        }
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    pub(super) fn succeeded(&self) -> bool {
        matches!(self.state, State::Unchanged | State::Changed { .. } | State::Shown(_))
    }

    /// Whether something was, or may have been, made of it: then the whole batch cannot be called undone.
    pub(super) fn is_settled_well(&self) -> bool {
        self.succeeded() || matches!(self.state, State::Unknown { .. })
    }

    /// What was, or may have been, made of it.
    pub(super) fn altered(&self) -> Option<Altered> {
        let item = |changes: &[FieldChange]| Altered::inventory_item(Some(self.id.to_string()), changes.to_vec());
        match &self.state {
            State::Changed { changes, .. } => Some(item(changes)),
            State::Unknown { changes, .. } => Some(item(changes).perhaps()),
            State::Waiting | State::Unchanged | State::Shown(_) | State::Failed(_) | State::Refused(_) => None,
        }
    }

    pub(super) fn result(&self) -> Value {
        let mut result = json!({ "product_id": self.id.as_str(), "status": self.status(), "message": self.message() });
        match &self.state {
            State::Unchanged => {
                result["changes"] = json!([]);
                result["verified"] = true.into();
            }
            State::Changed { changes, verified, .. } => {
                result["changes"] = json!(changes);
                result["verified"] = (*verified).into();
            }
            State::Shown(changes) => result["changes"] = json!(changes),
            State::Refused(Error::StockChanged { expected, found }) => {
                result["stock"] = found.clone();
                result["expected_stock"] = (*expected).into();
            }
            State::Waiting | State::Failed(_) | State::Refused(_) | State::Unknown { .. } => {}
        }
        clean_value(&result)
    }

    fn status(&self) -> &'static str {
        match &self.state {
            State::Unchanged | State::Changed { .. } | State::Shown(_) => "success",
            State::Waiting | State::Failed(_) | State::Refused(_) => "error",
            State::Unknown { .. } => "unknown",
        }
    }

    fn message(&self) -> String {
        match &self.state {
            State::Waiting => "not changed".to_owned(),
            State::Unchanged => "was so already".to_owned(),
            State::Changed { remarks, .. } if remarks.is_empty() => "changed".to_owned(),
            State::Changed { remarks, .. } => format!("changed. {}", remarks.join(" ")),
            State::Shown(changes) if changes.is_empty() => "is so already".to_owned(),
            State::Shown(_) => "would be changed".to_owned(),
            State::Failed(message) => message.clone(),
            State::Refused(Error::StockChanged { expected, found }) => {
                format!(
                    "the stock is {}, not {expected}",
                    id_text(found).unwrap_or_else(|| "blank".to_owned())
                )
            }
            State::Refused(error) => error.to_string(),
            State::Unknown { happened, .. } => {
                format!("not known: {happened}. Reading does not show what became of it: it may have been changed")
            }
        }
    }
}
