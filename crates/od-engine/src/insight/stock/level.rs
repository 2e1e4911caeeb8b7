//! How one inventory item stands.

use std::cmp::Ordering;

use jiff::Span;
use jiff::civil::Date;
use od_record::id_text;
use od_record::product::code;
use serde_json::{Map, Value, json};

use super::super::micro::{decimal, millionths, quantity};

#[cfg(test)]
mod tests;

/// Days that days of cover are counted from.
pub(super) const MONTH: i64 = 30;
pub(super) const WEEK: i64 = 7;

/// What is the matter with an item, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Oversold,
    Negative,
    Out,
    Low,
    /// There are enough pieces, but not for long.
    RunsOut,
}

impl Status {
    pub(super) const ALL: [Self; 5] = [Self::Oversold, Self::Negative, Self::Out, Self::Low, Self::RunsOut];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Oversold => "oversold",
            Self::Negative => "negative",
            Self::Out => "out",
            Self::Low => "low",
            Self::RunsOut => "runs_out",
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

    /// Nothing where there is enough: of pieces, and for so many days at the faster of both rates.
    pub(super) fn status(&self, below: i128, cover_days: i128) -> Option<Status> {
        match self.free.cmp(&0) {
            Ordering::Less if self.waiting > 0 => Some(Status::Oversold),
            Ordering::Less => Some(Status::Negative),
            Ordering::Equal => Some(Status::Out),
            Ordering::Greater if self.free < below * 1_000_000 => Some(Status::Low),
            Ordering::Greater => {
                let lasts_less = self.fastest().is_some_and(|tenths| tenths < cover_days * 10);
                lasts_less.then_some(Status::RunsOut)
            }
        }
    }

    /// For how many tenths of a day it lasts, as so many units were sold in so many days. Nothing when none was.
    fn tenths_at(&self, units: i128, days: i64) -> Option<i128> {
        (units > 0).then(|| {
            let free = self.free.max(0) * i128::from(days) * 10;
            (2 * free + units) / (2 * units)
        })
    }

    /// The same as it was sold in the last month.
    fn tenths(&self) -> Option<i128> {
        self.tenths_at(self.units_30, MONTH)
    }

    fn tenths_of_week(&self) -> Option<i128> {
        self.tenths_at(self.units_7, WEEK)
    }

    /// At the faster of both rates.
    fn fastest(&self) -> Option<i128> {
        [self.tenths(), self.tenths_of_week()].into_iter().flatten().min()
    }

    /// The day on which the last piece is sold at the faster rate. Nothing for what has run out, or is not sold.
    fn runs_out_on(&self, today: Date) -> Option<Date> {
        let days = self.fastest().filter(|_| self.free > 0)? / 10;
        let span = Span::new().try_days(i64::try_from(days).ok()?).ok()?;
        today.checked_add(span).ok()
    }

    /// What runs out first, then what is sold most.
    pub(super) fn urgency(&self, than: &Self) -> Ordering {
        let tenths = |level: &Self| level.fastest().unwrap_or(i128::MAX);
        tenths(self)
            .cmp(&tenths(than))
            .then_with(|| than.units_30.cmp(&self.units_30))
            .then_with(|| self.free.cmp(&than.free))
            .then_with(|| code(self.item).cmp(&code(than.item)))
    }

    pub(super) fn shown(&self, status: Status, today: Date) -> Value {
        let days = |tenths: i128| format!("{}.{}", tenths / 10, tenths % 10);
        json!({
            "status": status.as_str(),
            "code": code(self.item),
            "name": self.item.get("name"),
            "product_id": self.item.get("id").and_then(id_text),
            "stock": quantity(self.stock),
            "units_waiting": quantity(self.waiting),
            "units_7_days": quantity(self.units_7),
            "units_30_days": quantity(self.units_30),
            "days_of_cover": self.tenths().map(days),
            "days_of_cover_7_days": self.tenths_of_week().map(days),
            "runs_out_on": self.runs_out_on(today).map(|day| day.to_string()),
            "location": self.item.get("location"),
        })
    }
}
