//! What a change altered: for the audit log, which keeps it sealed, and for nobody else.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use od_record::FieldChange;
use serde::{Deserialize, Serialize};

/// A record, and what became of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Altered {
    /// What sort of record: `order`, `order_item`, `shipment`, `inventory_item` or `store`.
    pub record: Cow<'static, str>,
    /// Its id at Order Desk; nothing for a new one whose id is not known.
    pub id: Option<String>,
    /// The order that it is a part of, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Field by field. A path of nothing is the whole record: it was added or removed.
    pub changes: Vec<FieldChange>,
}

impl Altered {
    /// An order.
    pub(crate) fn order(id: Option<String>, changes: Vec<FieldChange>) -> Self {
        Self::of("order", id, changes)
    }

    /// A part of an order: `sort` is as above.
    pub(crate) fn part(sort: &'static str, order: &str, id: Option<String>, changes: Vec<FieldChange>) -> Self {
        Self {
            order_id: Some(order.to_owned()),
            ..Self::of(sort, id, changes)
        }
    }

    /// An inventory item.
    pub(crate) fn inventory_item(id: Option<String>, changes: Vec<FieldChange>) -> Self {
        Self::of("inventory_item", id, changes)
    }

    /// A store's registration.
    pub(crate) fn store(store_id: &str, changes: Vec<FieldChange>) -> Self {
        Self::of("store", Some(store_id.to_owned()), changes)
    }

    fn of(record: &'static str, id: Option<String>, changes: Vec<FieldChange>) -> Self {
        Self {
            record: record.into(),
            id,
            order_id: None,
            changes,
        }
    }

    /// The order that it is, or is a part of.
    pub(crate) fn order_id(&self) -> Option<&str> {
        match &*self.record {
            "order" => self.id.as_deref(),
            _ => self.order_id.as_deref(),
        }
    }
}

/// Says which record, and never what is in it.
impl fmt::Debug for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Altered")
            .field("record", &self.record)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a change of unknown outcome would have altered: kept as what is known to have been altered is, so that what was
/// before can be looked up whatever became of it.
#[derive(Clone, Default)]
pub struct Attempted(Option<Arc<Altered>>);

impl Attempted {
    /// The record, once.
    pub(crate) fn take(&mut self) -> Option<Altered> {
        self.0.take().map(Arc::unwrap_or_clone)
    }
}

impl From<Altered> for Attempted {
    fn from(altered: Altered) -> Self {
        Self(Some(Arc::new(altered)))
    }
}

/// Says whether anything is known, and never what.
impl fmt::Debug for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attempted").field(&self.0.is_some()).finish()
    }
}
