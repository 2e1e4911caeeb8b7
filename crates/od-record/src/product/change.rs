//! What a caller wants of an inventory item, and what it makes of the item. Pure.

use serde_json::{Map, Value};

use super::fields::{FIELDS, code, judge_change, judge_new, sign, unsearchable};
use crate::error::Error;
use crate::identifier::tidy;
use crate::merge::set_all;
use crate::number;
use crate::problem::{Problem, below};
use crate::text::listed;

#[cfg(test)]
mod tests;

/// A new item of the fields `given`, which stand at `at` in the arguments, as it is sent. Of one that was read, what cannot be given
/// has been taken out.
///
/// # Errors
/// Everything that is wrong with them.
pub fn compose(given: &Map<String, Value>, at: &str) -> Result<Map<String, Value>, Vec<Problem>> {
    let mut problems = judge_new(given, at);
    let mut item = Map::new();
    set_all(&mut item, FIELDS, given, at, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    sign(&mut item, given);
    Ok(item)
}

/// The fields of an item that are below zero, with their values.
pub fn below_zero(fields: &Map<String, Value>) -> Vec<String> {
    let is_below = |number: &String| number.starts_with('-');
    let numbers = ["price", "cost", "weight", "stock"].into_iter();
    numbers
        .filter_map(|name| Some((name, fields.get(name).and_then(number::canonical).filter(is_below)?)))
        .map(|(name, number)| format!("{name} {number}"))
        .collect()
}

/// What is said of such fields. Order Desk takes them, and a stock is below zero where more was sold than there is.
pub fn below_zero_remark(fields: Vec<String>) -> Option<String> {
    /// Fields that are named at most.
    const TOLD: usize = 10;
    (!fields.is_empty()).then(|| {
        format!(
            "Below zero, and taken as it was given: {}. If that was not meant, set it again.",
            listed(fields, TOLD)
        )
    })
}

/// A judged change.
#[derive(Clone, Debug)]
pub struct Change {
    fields: Map<String, Value>,
    expected_stock: Option<i64>,
    /// Where it stands in the arguments.
    at: String,
}

impl Change {
    /// Judges a change that stands at `at` in the arguments.
    pub fn parse(fields: Map<String, Value>, expected_stock: Option<i64>, at: String) -> Result<Self, Vec<Problem>> {
        let problems = judge_change(&fields, &at);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            fields,
            expected_stock,
            at,
        })
    }

    /// The code it names.
    pub fn code(&self) -> Option<&str> {
        self.fields.get("code").and_then(Value::as_str).map(tidy)
    }

    /// What it sets below zero.
    pub fn below_zero(&self) -> Vec<String> {
        below_zero(&self.fields)
    }

    /// The whole item as it should be; `base` itself when the change changes nothing.
    ///
    /// # Errors
    /// [`Error::StockChanged`]; [`Error::Invalid`] when this item cannot take the change.
    pub fn lay(&self, base: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        self.expect_stock(base)?;
        let mut desired = base.clone();
        let mut problems = Vec::new();
        set_all(&mut desired, FIELDS, &self.fields, &self.at, &mut problems);
        if code(&desired) != code(base) {
            let message = unsearchable(&code(&desired));
            problems.extend(message.map(|message| Problem::new(below(&self.at, "code"), message)));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if desired != *base {
            sign(&mut desired, &self.fields);
        }
        Ok(desired)
    }

    fn expect_stock(&self, base: &Map<String, Value>) -> Result<(), Error> {
        let Some(expected) = self.expected_stock else {
            return Ok(());
        };
        let found = base.get("stock").unwrap_or(&Value::Null);
        if number::same(found, &expected.into()) {
            Ok(())
        } else {
            let found = found.clone();
            Err(Error::StockChanged { expected, found })
        }
    }
}
