//! What a change altered: for the audit log, which keeps it sealed, and for nobody else.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use od_record::FieldChange;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    pub changes: Vec<AlteredField>,
    /// Whether it is unknown that this took place: the changes are those that were sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_uncertain: bool,
    /// How many changes more there were than could be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_changes: Option<u64>,
}

/// A field, and what became of it. A value that was too large to be kept is null, and its size is told.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AlteredField {
    /// As in [`FieldChange`], like the two values.
    pub path: String,
    /// As in [`FieldChange`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The earlier value.
    pub before: Option<Value>,
    /// How many bytes of JSON the earlier value has, where it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_left_out_bytes: Option<u64>,
    /// The later value.
    pub after: Option<Value>,
    /// How many bytes of JSON the later value has, where it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_left_out_bytes: Option<u64>,
}

impl From<FieldChange> for AlteredField {
    fn from(
        FieldChange {
            path,
            id,
            before,
            after,
        }: FieldChange,
    ) -> Self {
        Self {
            path,
            id,
            before,
            before_left_out_bytes: None,
            after,
            after_left_out_bytes: None,
        }
    }
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
            changes: changes.into_iter().map(AlteredField::from).collect(),
            is_uncertain: false,
            left_out_changes: None,
        }
    }

    /// The same, when nobody knows whether it took place.
    pub(crate) fn perhaps(self) -> Self {
        Self {
            is_uncertain: true,
            ..self
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

/// Says where, and never what.
impl fmt::Debug for AlteredField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlteredField")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What a change of unknown outcome would have altered: kept as what is known to have been altered is, so that what was
/// before can be looked up whatever became of it.
#[derive(Clone, Default)]
pub struct Attempted(Arc<Vec<Altered>>);

impl Attempted {
    /// Records of which nothing would have been altered are left out.
    pub(crate) fn of(records: impl IntoIterator<Item = Altered>) -> Self {
        let records = records.into_iter().filter(|record| !record.changes.is_empty());
        Self(Arc::new(records.map(Altered::perhaps).collect()))
    }

    /// The records, once.
    pub(crate) fn take(&mut self) -> Vec<Altered> {
        Arc::unwrap_or_clone(std::mem::take(&mut self.0))
    }
}

/// Says how many records are known, and never what is in them.
impl fmt::Debug for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attempted").field(&self.0.len()).finish()
    }
}
