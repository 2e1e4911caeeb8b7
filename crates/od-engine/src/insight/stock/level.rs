//! How one inventory item stands.

use std::cmp::Ordering;

use od_record::id_text;
use od_record::product::code;
use serde_json::{Map, Value, json};

use super::super::micro::{decimal, millionths, quantity};

#[cfg(test)]
mod tests;

/// Days that days of cover are counted from.
pub(super) const MONTH: i64 = 30;

/// What is the matter with an item, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Oversold,
    Negative,
    Out,
    Low,
}

impl Status {
    pub(super) const ALL: [Self; 4] = [Self::Oversold, Self::Negative, Self::Out, Self::Low];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Oversold => "oversold",
            Self::Negative => "negative",
            Self::Out => "out",
            Self::Low => "low",
        }
    }
}

/// An item's stock and units, in millionths.
pub(super) struct Level<'a> {
    item: &'a Map<String, Value>,
    stock: i128,
    /// What can be sold.
    free: i128,
    waiting: i128,
    units_7: i128,
    units_30: i128,
}

impl<'a> Level<'a> {
    /// Nothing for an item whose stock is no number.
    pub(super) fn of(
        item: &'a Map<String, Value>,
        counts_stock: bool,
        [waiting, units_7, units_30]: [i128; 3],
    ) -> Option<Self> {
        let stock = i128::from(item.get("stock").and_then(decimal).and_then(millionths)?);
        Some(Self {
            item,
            stock,
            free: if counts_stock { stock } else { stock - waiting },
            waiting,
            units_7,
            units_30,
        })
    }

    /// Nothing where there is enough.
    pub(super) fn status(&self, below: i128) -> Option<Status> {
        match self.free.cmp(&0) {
            Ordering::Less if self.waiting > 0 => Some(Status::Oversold),
            Ordering::Less => Some(Status::Negative),
            Ordering::Equal => Some(Status::Out),
            Ordering::Greater => (self.free < below * 1_000_000).then_some(Status::Low),
        }
    }

    /// For how many tenths of a day it lasts, as it was sold in the last month. Nothing when none was.
    fn tenths(&self) -> Option<i128> {
        (self.units_30 > 0).then(|| {
            let free = self.free.max(0) * i128::from(MONTH) * 10;
            (2 * free + self.units_30) / (2 * self.units_30)
        })
    }

    /// What runs out first, then what is sold most.
    pub(super) fn urgency(&self, than: &Self) -> Ordering {
        let tenths = |level: &Self| level.tenths().unwrap_or(i128::MAX);
        tenths(self)
            .cmp(&tenths(than))
            .then_with(|| than.units_30.cmp(&self.units_30))
            .then_with(|| self.free.cmp(&than.free))
            .then_with(|| code(self.item).cmp(code(than.item)))
    }

    pub(super) fn shown(&self, status: Status) -> Value {
        let cover = self.tenths().map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
        json!({
            "status": status.as_str(),
            "code": code(self.item),
            "name": self.item.get("name"),
            "product_id": self.item.get("id").and_then(id_text),
            "stock": quantity(self.stock),
            "units_waiting": quantity(self.waiting),
            "units_7_days": quantity(self.units_7),
            "units_30_days": quantity(self.units_30),
            "days_of_cover": cover,
            "location": self.item.get("location"),
        })
    }
}
